//! Bit tricks: a float that is made of the bits of an active one has a derivative that nobody sees.

use super::facts::Facts;
use super::shape::Shape;
use super::walk;
use super::{Lower, Res, Val};
use crate::diagnostics::{Errors, Kind};
use crate::hir::{Block, Expr, ExprKind, Pat, PatKind, Type, Var};
use crate::ir::{Const, FloatTy, Op, Ty};
use crate::names::each_ident;
use crate::rules::{self, RuleId};
use crate::tables::HashMap;
use proc_macro2::{Ident, Span, TokenStream};

mod carried;
mod origins;

use carried::{Flow, Level};
use origins::Origins;

/// Methods that take a float to pieces.
const APART: [&str; 4] = ["to_bits", "to_be_bytes", "to_le_bytes", "to_ne_bytes"];

/// Functions that put one together.
const TOGETHER: [&str; 4] = ["from_bits", "from_be_bytes", "from_le_bytes", "from_ne_bytes"];

/// Methods and functions that read a float from text.
const READING: [&str; 2] = ["parse", "from_str"];

/// Macros that write text.
const WRITING: [&str; 4] = ["format", "write", "writeln", "format_args"];

/// Refuses floats that are put together from bits or text where those of an active value are among them: neither carries a
/// derivative, so that it would silently be zero. What is made of steps has none. Returns whether something was refused.
pub fn check(facts: &Facts, errors: &mut Errors) -> bool {
    let (mut has_bits, mut read) = (false, Vec::new());
    facts.f.body.each_ident(&mut |i| {
        has_bits |= is_among(i, &APART) || is_among(i, &TOGETHER);
        if is_among(i, &READING) {
            read.push(i.clone());
        }
    });
    if (has_bits || calls_together(facts))
        && let Some((at, what)) = lost(facts)
    {
        errors.refuse(Kind::BitTrick, at, &[&what]);
        return true;
    }
    // Those that read something else stand there as well; which of them is which makes no difference.
    if let Some(at) = read.first().filter(|_| read.len() > integers_read(facts) && writes(facts)) {
        errors.refuse(Kind::TextTrick, at.span(), &[&at.to_string()]);
        return true;
    }
    false
}

/// A float that is made of the last digits of an active one.
#[derive(Clone, Debug)]
pub struct Remade<'a> {
    /// That one.
    float: &'a Expr,
    /// The variable that its bits were bound to.
    kept: Option<Var>,
    slope: f64,
    rule: RuleId,
    ty: FloatTy,
}

impl Remade<'_> {
    /// What it is.
    pub fn shape(&self) -> Shape {
        Shape::Float(self.ty.clone())
    }
}

/// The floats that are made of the last digits of active ones, as far as it can be said how. What they are made of is found
/// by means of what is known to be active, and they are so themselves.
pub fn remade<'f>(facts: &Facts<'f>) -> HashMap<*const Expr, Remade<'f>> {
    let mut found = HashMap::default();
    let mut mentioned = false;
    facts.f.body.each_ident(&mut |i| mentioned |= i == "from_bits" || i == "to_bits");
    if !mentioned {
        return found;
    }
    let flow = Flow::new(facts);
    let origins = Origins::new(&flow);
    let body: &'f Block = &facts.f.body;
    let mut look = |e: &'f Expr| {
        let (made, ty) = match &e.kind {
            ExprKind::Call { path, args, qself: false } if args.len() == 1 => match float_of(path) {
                Some(ty) => (&args[0], ty),
                None => return,
            },
            ExprKind::Cast(a, Type::Float(ty)) if flow.of(a).bits == Level::Digits => (&**a, ty.clone()),
            _ => return,
        };
        let Some(origin) = origins.of(made) else { return };
        let rule = match (&e.kind, origin.cast) {
            (ExprKind::Call { .. }, false) => rules::REMADE,
            (ExprKind::Call { .. }, true) => rules::FROM_DIGITS,
            (_, false) => rules::TO_DIGITS,
            // The cast to an integer and back is made of steps.
            (_, true) => return,
        };
        if *facts.shape(origin.float).strip() == Shape::Float(ty.clone()) {
            let remade = Remade { float: origin.float, kept: origin.kept, slope: origin.slope, rule, ty };
            found.insert(std::ptr::from_ref(e), remade);
        }
    };
    walk::block_children(body, &mut |e| walk::each(e, &mut look));
    found
}

/// The type of float that `f64::from_bits` makes.
fn float_of(path: &syn::Path) -> Option<FloatTy> {
    let mut segments = path.segments.iter().rev();
    let (name, ty) = (segments.next()?, segments.next()?);
    match (name.ident == "from_bits", ty.ident.to_string().as_str()) {
        (true, "f64") => Some(FloatTy::F64),
        (true, "f32") => Some(FloatTy::F32),
        _ => None,
    }
}

impl<'a> Lower<'a, '_> {
    /// Keeps the float whose bits are bound to a variable, as it is now.
    pub(super) fn keep_digits(&mut self, pat: &Pat) -> Res<()> {
        let PatKind::Var(v) = pat.kind else { return Ok(()) };
        let float = self.facts.remade.values().find(|r| r.kept == Some(v)).map(|r| r.float);
        if let Some(float) = float {
            let value = self.scalar(float, None)?;
            self.digits.insert(v, value);
        }
        Ok(())
    }

    /// A float made of the bits of another one: its value comes from the code itself.
    pub(super) fn remade(&mut self, e: &'a Expr, remade: &Remade<'a>) -> Res<Val> {
        let of = match remade.kept {
            Some(v) => self.digits.get(&v).copied(),
            None => Some(self.scalar(remade.float, None)?),
        };
        let Some(of) = of else { return self.refuse(Kind::BitTrick, e, &["this code"]) };
        let ty = Ty::Float(remade.ty.clone());
        let made = self.copy_typed(e, ty.clone())?;
        let text = format!("{:?}", remade.slope);
        let slope = self.push(Op::Const(Const::Float { value: remade.slope, text }), ty);
        Ok(Val::Scalar(self.elem(remade.rule, vec![of, slope, made])))
    }
}

/// Where a float is made of what may be the last digits of an active one, and by what.
fn lost(facts: &Facts) -> Option<(Span, String)> {
    let flow = Flow::new(facts);
    let found = std::cell::RefCell::new(None);
    let active = |e: &Expr| flow.of(e).bits > Level::Steps;
    walk::block_any(&facts.f.body, &|e: &Expr| {
        let here = match &e.kind {
            _ if facts.remade.contains_key(&std::ptr::from_ref(e)) => None,
            ExprKind::Call { path, args, .. } => path.segments.last().and_then(|last| {
                let together = is_together(&last.ident);
                let given = |e: &Expr| match together {
                    true => flow.of(e).any() > Level::Steps,
                    false => active(e),
                };
                let apart = is_among(&last.ident, &APART) || is_certainly_no_float(facts, e);
                (!apart && args.iter().any(given)).then(|| (last.ident.span(), last.ident.to_string()))
            }),
            ExprKind::CallVar(_, args) | ExprKind::CallClosure(_, args, _) | ExprKind::CallNow(_, args) => {
                args.iter().any(active).then(|| (e.span, "this call".into()))
            }
            ExprKind::Cast(a, ty @ Type::Float(_)) if active(a) => {
                let name = if let Type::Float(FloatTy::F32) = ty { "as f32" } else { "as f64" };
                Some((e.span, name.into()))
            }
            ExprKind::Method { recv, name, args, .. } => {
                let kept =
                    args.iter().any(|a| active(a) && !is_closure(a)) && !is_certainly_no_float(facts, e);
                let turned = is_among(name, &TURNING) && active(recv);
                let handed = active(recv) && args.iter().any(is_closure) && !is_certainly_no_float(facts, e);
                (turned || handed || kept && !is_among(name, &HARMLESS))
                    .then(|| (name.span(), name.to_string()))
            }
            // Closures are not followed further: what they hand out becomes the items of a chain.
            ExprKind::Closure(closure) if active(&closure.body) => {
                first_among(|f| facts.f.body.each_ident(f), &TOGETHER)
            }
            ExprKind::Unknown(_) | ExprKind::Macro(_) => {
                let first = |names| first_among(|f| each_ident(&e.tokens, f), names);
                let apart = first(&APART).is_some();
                first(&TOGETHER).filter(|_| apart && facts.reads_tainted(e) || active(e))
            }
            _ => None,
        };
        let mut found = found.borrow_mut();
        *found = found.take().or(here);
        found.is_some()
    });
    found.into_inner()
}

/// Methods of integers that make floats of them.
const TURNING: [&str; 6] = ["into", "to_f64", "to_f32", "as_", "try_into", "to"];

/// Methods that take integers and keep them, or compare them, but give none of them back.
const HARMLESS: [&str; 12] = [
    "cmp",
    "contains",
    "contains_key",
    "eq",
    "hash",
    "insert",
    "ne",
    "partial_cmp",
    "push",
    "write_u32",
    "write_u64",
    "write",
];

fn is_closure(e: &Expr) -> bool {
    matches!(e.kind, ExprKind::Closure(_))
}

fn is_certainly_no_float(facts: &Facts, e: &Expr) -> bool {
    matches!(facts.shape(e).strip(), Shape::Int(_) | Shape::Bool | Shape::Unit | Shape::Never)
}

/// Whether a function of this name puts floats together, or is one of the same file that does.
fn is_together(name: &Ident) -> bool {
    is_among(name, &TOGETHER) || crate::surroundings::uses_bits(name)
}

/// Whether such a function is called.
fn calls_together(facts: &Facts) -> bool {
    walk::block_any(&facts.f.body, &|e: &Expr| match &e.kind {
        ExprKind::Call { path, .. } => path.segments.last().is_some_and(|last| is_together(&last.ident)),
        _ => false,
    })
}

/// The first identifier of these names, and where it stands.
fn first_among(idents: impl FnOnce(&mut dyn FnMut(&Ident)), names: &[&str]) -> Option<(Span, String)> {
    let mut first = None;
    idents(&mut |i| {
        if first.is_none() && is_among(i, names) {
            first = Some((i.span(), i.to_string()));
        }
    });
    first
}

/// How often what is read from text is certainly no float, as its type is written beside it.
fn integers_read(facts: &Facts) -> usize {
    let count = std::cell::Cell::new(0);
    let add = |found: bool| count.set(count.get() + usize::from(found));
    let plain = |ty: &str| matches!(ty, "bool" | "char" | "String") || super::callee::is_int(ty);
    walk::block_any(&facts.f.body, &|e: &Expr| {
        match &e.kind {
            ExprKind::Method { name, turbofish: Some(ty), .. } if is_among(name, &READING) => {
                add(plain(ty.to_string().trim_matches([':', '<', '>', ' '])));
            }
            ExprKind::Call { path, .. } => {
                let mut segments = path.segments.iter().rev();
                let names = (segments.next(), segments.next());
                if let (Some(name), Some(ty)) = names {
                    add(is_among(&name.ident, &READING) && plain(&ty.ident.to_string()));
                }
            }
            _ => {}
        }
        false
    });
    count.get()
}

fn is_among(name: &Ident, names: &[&str]) -> bool {
    names.iter().any(|n| name == n)
}

/// Whether code puts bits together to a float, itself.
pub fn puts_together(code: &TokenStream) -> bool {
    let mut found = false;
    each_ident(code, &mut |i| found |= is_among(i, &TOGETHER));
    found
}

/// Whether an active value is written as text.
fn writes(facts: &Facts) -> bool {
    walk::block_any(&facts.f.body, &|e: &Expr| match &e.kind {
        ExprKind::Method { recv, name, .. } => name == "to_string" && is_active(facts, recv),
        ExprKind::Macro(_) | ExprKind::Unknown(_) => {
            let mut written = false;
            each_ident(&e.tokens, &mut |i| {
                written |= is_among(i, &WRITING) || i == "to_string";
            });
            written && facts.reads_tainted(e)
        }
        _ => false,
    })
}

/// Whether something active may be in an expression; in `stop_gradient(x)`, there is not.
fn is_active(facts: &Facts, e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Call { .. } | ExprKind::Var(_) => facts.tainted(e),
        _ => facts.reads_tainted(e),
    }
}
