//! Parameters whose type is only a name to the macro, and may be that of a float or of floats: `mu: MassRatio`,
//! `state: &State`, `q: Quaternion<T>`.
//!
//! What the body does with such a parameter tells: one that meets floats in arithmetic, as a whole or by its
//! elements, is taken for active. Its companions ask rustc whether the type really is made of floats
//! ([`Floats`](../../autodiff_runtime/trait.Floats.html)), so that a guess that was wrong is an error and no wrong
//! derivative. A type with fields or methods of its own is the user's, and passive.

use super::facts::{Facts, is_arithmetic};
use super::shape::Shape;
use super::walk;
use crate::diagnostics::{Errors, Kind};
use crate::hir::{self, BinOp, Expr, ExprKind, Pat, PatKind, StmtKind, Var};
use crate::rules;
use crate::tables::HashMap;

/// Methods that say nothing of what they are called on.
const NEUTRAL: [&str; 14] = [
    "clone",
    "to_owned",
    "len",
    "is_empty",
    "iter",
    "into_iter",
    "to_vec",
    "copied",
    "as_slice",
    "as_ref",
    "first",
    "last",
    "map",
    "abs",
];

/// Methods that integers have as well as floats.
const SHARED: [&str; 8] = ["abs", "min", "max", "pow", "signum", "clamp", "rem_euclid", "div_euclid"];

/// Decides about them, and about a result whose type is only a name.
pub fn assume(f: &mut hir::Fn, errors: &mut Errors) {
    if f.params.iter().any(|p| p.alias.is_some()) {
        assume_params(f, errors);
    }
    if let (true, Some(tail)) = (has_name(&f.ret), &f.body.tail) {
        f.ret_alias = true;
        let found = Facts::of(f).shape(tail).to_type().filter(hir::Type::has_gradient_shape);
        f.ret = found.unwrap_or_else(|| f.ret.clone());
    }
}

/// Whether a part of a type is only a name.
fn has_name(t: &hir::Type) -> bool {
    match t {
        hir::Type::Other(_) => true,
        hir::Type::Tuple(ts) => ts.iter().any(has_name),
        _ => false,
    }
}

/// The name of a type, without references to it.
fn name_of(t: &hir::Type) -> String {
    match t {
        hir::Type::Ref(_, t) => name_of(t),
        hir::Type::Other(tokens) => tokens.to_string(),
        _ => String::new(),
    }
}

/// Decides about parameters: makes those active that are used as floats, and refuses those that have to be marked.
fn assume_params(f: &mut hir::Fn, errors: &mut Errors) {
    let open: Vec<usize> = (0..f.params.len()).filter(|i| f.params[*i].alias.is_some()).collect();
    // Where something else is to be differentiated, an indexed parameter may be a type of the user's.
    let alone = !f.params.iter().any(|p| p.active);
    // Each round may find more: what meets an assumed float is one.
    for _ in 0..=open.len() {
        let found = evidence(f);
        let mut changed = false;
        for &i in &open {
            let mentions = f.params[i].alias == Some(hir::Alias::OfFloats);
            let one = found.get(&i).copied().unwrap_or_default();
            let used = one.whole || one.apart || (one.element && (mentions || alone));
            // Of one name, all are floats or none is; and a result has to be made of them.
            let name = name_of(&f.params[i].ty);
            let same = |p: &hir::Param| p.active && p.alias.is_some() && name_of(&p.ty) == name;
            let used = used || f.params.iter().any(same) || (has_name(&f.ret) && name_of(&f.ret) == name);
            if !f.params[i].active && !one.veto && used {
                f.params[i].active = true;
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    let found = evidence(f);
    let veto = |i: &usize| found.get(i).is_some_and(|e| e.veto);
    for i in &open {
        f.params[*i].active |= f.params[*i].alias == Some(hir::Alias::OfFloats) && !veto(i);
    }
    let alone = !f.params.iter().any(|p| p.active);
    for i in open {
        let p = &mut f.params[i];
        let mentions = p.alias == Some(hir::Alias::OfFloats);
        // What is only handed on may be anything; where there is nothing else to differentiate, it is floats.
        p.active |= alone && !veto(&i);
        if p.marked && veto(&i) {
            let text = crate::parse::text::one_line(&p.ty_tokens);
            errors.refuse_tokens(Kind::GradNotBuilt, &p.ty_tokens, &[&text]);
            p.active = false;
        } else if !p.active && mentions {
            let text = crate::parse::text::one_line(&p.ty_tokens);
            errors.refuse_tokens(Kind::NoGradientShape, &p.ty_tokens, &[&text]);
        }
        if !p.active {
            p.alias = None;
        }
    }
    if !f.params.iter().any(|p| p.active) && errors.is_empty() {
        let reasons = hir::Param::none_is_active(&f.params, false);
        errors.refuse(Kind::NoActiveParameter, f.sig.ident.span(), &[&reasons]);
    }
}

/// What the body says of one parameter.
#[derive(Clone, Copy, Default)]
struct One {
    /// It meets floats itself.
    whole: bool,
    /// A pattern takes it apart as only an array or a tuple comes apart.
    apart: bool,
    /// `p[i]` or `p.0`, or an element of that, meets floats: an array or a tuple, or a type of the user's.
    element: bool,
    /// It is nothing made of floats.
    veto: bool,
}

/// The way from a parameter to a part of it.
#[derive(Clone, Copy)]
struct Part {
    param: usize,
    depth: usize,
}

/// What the body says of the parameters whose type is only a name.
fn evidence(f: &hir::Fn) -> HashMap<usize, One> {
    let mut e = Evidence { facts: Facts::of(f), parts: HashMap::default(), of: HashMap::default() };
    for (param, p) in f.params.iter().enumerate().filter(|(_, p)| p.alias.is_some()) {
        e.bind(&p.pat, Part { param, depth: 0 });
    }
    // A part of a part may be bound before the walk comes to where the first one is.
    for _ in 0..4 {
        let before = e.parts.len();
        e.block(&f.body);
        if e.parts.len() == before {
            break;
        }
    }
    e.of
}

struct Evidence<'a> {
    facts: Facts<'a>,
    parts: HashMap<Var, Part>,
    of: HashMap<usize, One>,
}

impl<'a> Evidence<'a> {
    fn bind(&mut self, pat: &Pat, part: Part) {
        let inner = Part { depth: part.depth + 1, ..part };
        match &pat.kind {
            PatKind::Var(v) => {
                self.parts.insert(*v, part);
            }
            PatKind::Ref(p) => self.bind(p, part),
            PatKind::Array(ps) | PatKind::Tuple(ps) => {
                if part.depth == 0 {
                    self.of.entry(part.param).or_default().apart = true;
                }
                ps.iter().for_each(|p| self.bind(p, inner));
            }
            _ => {}
        }
    }

    /// The part of a parameter that an expression is.
    fn part(&self, e: &Expr) -> Option<Part> {
        match &e.kind {
            ExprKind::Var(v) => self.parts.get(v).copied(),
            ExprKind::Deref(a) | ExprKind::Ref(_, a) | ExprKind::Neg(a) => self.part(a),
            ExprKind::Index(a, _) | ExprKind::Field(a, syn::Member::Unnamed(_)) => {
                self.part(a).map(|p| Part { depth: p.depth + 1, ..p })
            }
            ExprKind::Method { recv, name, args, .. } if name == "clone" && args.is_empty() => {
                self.part(recv)
            }
            _ => None,
        }
    }

    fn is_float(&self, e: &Expr) -> bool {
        matches!(self.facts.shape(e).strip(), Shape::Float(_)) || self.facts.tainted(e)
    }

    fn meets(&mut self, e: &Expr) {
        let Some(part) = self.part(e) else { return };
        let one = self.of.entry(part.param).or_default();
        match part.depth {
            0 => one.whole = true,
            _ => one.element = true,
        }
    }

    fn veto(&mut self, e: &Expr) {
        if let Some(part) = self.part(e) {
            self.of.entry(part.param).or_default().veto = true;
        }
    }

    /// Whoever stands beside a float.
    fn beside(&mut self, a: &Expr, b: &Expr) {
        if self.is_float(b) {
            self.meets(a);
        }
        if self.is_float(a) {
            self.meets(b);
        }
    }

    fn block(&mut self, b: &'a hir::Block) {
        for s in &b.stmts {
            if let StmtKind::Let { pat, init: Some(init), .. } = &s.kind
                && let Some(part) = self.part(init)
            {
                self.bind(pat, part);
            }
        }
        walk::block_children(b, &mut |e| self.expr(e));
    }

    fn expr(&mut self, e: &'a Expr) {
        match &e.kind {
            ExprKind::Binary(op, a, b) | ExprKind::AssignOp(op, a, b)
                if is_arithmetic(*op) || matches!(op, BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge) =>
            {
                self.beside(a, b);
            }
            ExprKind::Binary(
                BinOp::Shl | BinOp::Shr | BinOp::BitAnd | BinOp::BitOr | BinOp::BitXor,
                a,
                b,
            ) => {
                self.veto(a);
                self.veto(b);
            }
            ExprKind::Assign(a, b) => self.beside(a, b),
            ExprKind::Not(a) => self.veto(a),
            ExprKind::Index(_, i) => self.veto(i),
            ExprKind::Range { lo, hi, .. } => lo.iter().chain(hi).for_each(|e| self.veto(e)),
            ExprKind::If(c, ..) | ExprKind::While { cond: c, .. } => self.veto(c),
            ExprKind::Choose(choice) => self.chosen(choice),
            ExprKind::Field(a, syn::Member::Named(_)) => self.veto(a),
            ExprKind::Method { recv, name, args, .. } => self.method(recv, &name.to_string(), args),
            ExprKind::Call { args, .. } => {
                use super::callee::Named;
                if matches!(self.facts.named(e), Some(Named::Float(..) | Named::Libm(_))) {
                    args.iter().for_each(|a| self.meets(a));
                }
            }
            _ => {}
        }
        let mut blocks = Vec::new();
        each_block(e, &mut |b| blocks.push(b));
        if blocks.is_empty() {
            walk::children(e, &mut |c| self.expr(c));
        } else {
            // Statements bind parts of parameters as well.
            walk::children(e, &mut |c| self.expr(c));
            for b in blocks {
                for s in &b.stmts {
                    if let StmtKind::Let { pat, init: Some(init), .. } = &s.kind
                        && let Some(part) = self.part(init)
                    {
                        self.bind(pat, part);
                    }
                }
            }
        }
    }

    /// A `match`: of floats only if it takes them apart.
    fn chosen(&mut self, choice: &'a hir::Choice) {
        let Some(scrutinee) = &choice.scrutinee else { return };
        let apart = |p: &Pat| {
            matches!(p.kind, PatKind::Var(_) | PatKind::Tuple(_) | PatKind::Array(_) | PatKind::Wild)
        };
        if !choice.arms.iter().filter_map(|arm| arm.pat.as_ref()).all(apart) {
            self.veto(scrutinee);
        }
    }

    fn method(&mut self, recv: &Expr, name: &str, args: &[Expr]) {
        let known = rules::by_method(name, args.len() + 1).is_some();
        let shared = SHARED.contains(&name);
        if known && (!shared || args.iter().any(|a| self.is_float(a))) {
            self.meets(recv);
        } else if !known && !NEUTRAL.contains(&name) && self.part(recv).is_some_and(|p| p.depth == 0) {
            self.veto(recv);
        }
        if known && self.is_float(recv) {
            args.iter().for_each(|a| self.meets(a));
        }
    }
}

/// The blocks right in an expression.
fn each_block<'a>(e: &'a Expr, f: &mut dyn FnMut(&'a hir::Block)) {
    match &e.kind {
        ExprKind::If(_, then, _) => f(then),
        ExprKind::Block(b)
        | ExprKind::Loop { body: b, .. }
        | ExprKind::For { body: b, .. }
        | ExprKind::While { body: b, .. } => f(b),
        _ => {}
    }
}
