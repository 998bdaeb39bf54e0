//! The partials' own small language, as a tree over the operations of the table.

use super::{Cost, Kind, Rule, RuleId, by_binary, by_method, ids};
use crate::hir::BinOp;
use crate::ir::{CmpOp, IntOp};
use std::sync::OnceLock;

/// A partial, or a part of one.
#[derive(Clone, PartialEq, Debug)]
pub enum Expr {
    /// A float literal: its value, and its text.
    Float(f64, String),
    /// An integer literal.
    Int(i128),
    /// An operand, or (index = arity) the result.
    Name(usize),
    /// An operation of the table.
    Elem(RuleId, Vec<Expr>),
    /// Integer arithmetic or logic.
    IntOp(IntOp, Vec<Expr>),
    /// A comparison.
    Cmp(CmpOp, Box<[Expr; 2]>),
    /// `n as Self`
    ToFloat(Box<Expr>),
    /// `if c { p } else { q }`
    If(Box<[Expr; 3]>),
}

impl Expr {
    /// The float that it is, if it is a literal.
    pub fn literal(&self) -> Option<f64> {
        if let Expr::Float(v, _) = self { Some(*v) } else { None }
    }

    /// Its parts.
    pub fn children(&self) -> &[Expr] {
        match self {
            Expr::Float(..) | Expr::Int(_) | Expr::Name(_) => &[],
            Expr::Elem(_, xs) | Expr::IntOp(_, xs) => xs,
            Expr::Cmp(_, xs) => &xs[..],
            Expr::ToFloat(x) => std::slice::from_ref(x),
            Expr::If(xs) => &xs[..],
        }
    }

    fn names(&self, out: &mut Vec<usize>) {
        if let Expr::Name(i) = self
            && !out.contains(i)
        {
            out.push(*i);
        }
        self.children().iter().for_each(|c| c.names(out));
    }
}

/// A partial and the names that it reads.
struct Parsed {
    expr: Expr,
    names: Vec<usize>,
}

/// The partial of an operation with respect to one operand; `None` if it has none (an integer operand, a
/// predicate).
pub fn partial(rule: RuleId, operand: usize) -> Option<&'static Expr> {
    Some(&parsed(rule).get(operand)?.expr)
}

/// Which operands the partial reads, the result being number `arity`; nothing if there is no partial.
pub fn partial_names(rule: RuleId, operand: usize) -> &'static [usize] {
    parsed(rule).get(operand).map_or(&[], |p| &p.names)
}

/// Whether the result is always one of two operands, and the derivative goes to that one alone.
pub fn hands_on(rule: RuleId) -> bool {
    choice(rule).is_some()
}

/// The condition on which an operation that hands on one of its two operands hands on the first.
pub(super) fn choice(rule: RuleId) -> Option<&'static Expr> {
    let arms = |operand: usize| match partial(rule, operand)? {
        Expr::If(parts) => {
            let [condition, then, els] = &**parts;
            Some((condition, then.literal()?, els.literal()?))
        }
        _ => None,
    };
    let of_operands = rule.get().arity == 2 && !partial_names(rule, 0).contains(&2);
    match (arms(0)?, arms(1)?) {
        ((first, 1.0, 0.0), (second, 0.0, 1.0)) if first == second && of_operands => Some(first),
        _ => None,
    }
}

/// The function of one operand that the partial is, up to its sign, if the maths library is asked for it: the cosine for the
/// sine. Gives the operation, and which operand it is of.
pub fn asked(rule: RuleId, operand: usize) -> Option<(RuleId, usize)> {
    match unsigned(partial(rule, operand)?) {
        Expr::Elem(function, args) if function.get().cost == Cost::Expensive => match args[..] {
            [Expr::Name(of)] if of < rule.get().arity => Some((function.from(rule.library), of)),
            _ => None,
        },
        _ => None,
    }
}

/// A partial without the minus in front of it.
pub(super) fn unsigned(e: &Expr) -> &Expr {
    match e {
        Expr::Elem(ids::Neg, x) => &x[0],
        e => e,
    }
}

/// The partials of one line, parsed when first asked for.
fn parsed(rule: RuleId) -> &'static [Parsed] {
    static TREES: [OnceLock<Vec<Parsed>>; super::RULES.len()] =
        [const { OnceLock::new() }; super::RULES.len()];
    TREES[rule.line as usize].get_or_init(|| {
        let line = rule.get();
        line.partials
            .iter()
            .map(|source| {
                let expr = parse(line, source).unwrap_or_else(|| {
                    // The lines are ours, and a test reads them all.
                    unreachable!("{}: cannot read the partial `{source}`", line.name)
                });
                let mut names = Vec::new();
                expr.names(&mut names);
                names.sort_unstable();
                Parsed { expr, names }
            })
            .collect()
    })
}

fn parse(line: &Rule, source: &str) -> Option<Expr> {
    read(line, &syn::parse_str(source).ok()?)
}

fn read(line: &Rule, e: &syn::Expr) -> Option<Expr> {
    match e {
        syn::Expr::Paren(e) => read(line, &e.expr),
        syn::Expr::Group(e) => read(line, &e.expr),
        syn::Expr::Lit(e) => literal(&e.lit),
        syn::Expr::Path(e) => name(line, e.path.get_ident()?),
        syn::Expr::Unary(e) => unary(e.op, read(line, &e.expr)?),
        syn::Expr::Binary(e) => binary(e.op, read(line, &e.left)?, read(line, &e.right)?),
        syn::Expr::Cast(e) => Some(Expr::ToFloat(Box::new(read(line, &e.expr)?))),
        syn::Expr::MethodCall(e) => {
            let mut args = vec![read(line, &e.receiver)?];
            for a in &e.args {
                args.push(read(line, a)?);
            }
            method(line, &e.method.to_string(), args)
        }
        syn::Expr::If(e) => {
            let (_, els) = e.else_branch.as_ref()?;
            let parts = [read(line, &e.cond)?, block(line, &e.then_branch)?, read(line, els)?];
            Some(Expr::If(Box::new(parts)))
        }
        syn::Expr::Block(e) => block(line, &e.block),
        _ => None,
    }
}

fn block(line: &Rule, b: &syn::Block) -> Option<Expr> {
    match &b.stmts[..] {
        [syn::Stmt::Expr(e, None)] => read(line, e),
        _ => None,
    }
}

fn literal(lit: &syn::Lit) -> Option<Expr> {
    match lit {
        syn::Lit::Float(l) => Some(Expr::Float(l.base10_parse().ok()?, l.base10_digits().to_string())),
        syn::Lit::Int(l) => Some(Expr::Int(l.base10_parse().ok()?)),
        _ => None,
    }
}

fn name(line: &Rule, ident: &syn::Ident) -> Option<Expr> {
    if ident == line.result_name {
        return Some(Expr::Name(line.arity));
    }
    line.operands.iter().position(|o| ident == o.name).map(Expr::Name)
}

fn unary(op: syn::UnOp, x: Expr) -> Option<Expr> {
    match (op, x) {
        (syn::UnOp::Neg(_), Expr::Float(v, text)) => Some(Expr::Float(-v, format!("-{text}"))),
        (syn::UnOp::Neg(_), x) => Some(Expr::Elem(ids::Neg, vec![x])),
        (syn::UnOp::Not(_), x) => Some(Expr::IntOp(IntOp::Not, vec![x])),
        _ => None,
    }
}

fn binary(op: syn::BinOp, a: Expr, b: Expr) -> Option<Expr> {
    let float = |op| Some(Expr::Elem(by_binary(op)?, vec![a.clone(), b.clone()]));
    let cmp = |op| Some(Expr::Cmp(op, Box::new([a.clone(), b.clone()])));
    match op {
        syn::BinOp::Add(_) => float(BinOp::Add),
        syn::BinOp::Sub(_) => float(BinOp::Sub),
        syn::BinOp::Mul(_) => float(BinOp::Mul),
        syn::BinOp::Div(_) => float(BinOp::Div),
        syn::BinOp::Rem(_) => float(BinOp::Rem),
        syn::BinOp::And(_) => Some(Expr::IntOp(IntOp::And, vec![a, b])),
        syn::BinOp::Or(_) => Some(Expr::IntOp(IntOp::Or, vec![a, b])),
        syn::BinOp::Eq(_) => cmp(CmpOp::Eq),
        syn::BinOp::Ne(_) => cmp(CmpOp::Ne),
        syn::BinOp::Lt(_) => cmp(CmpOp::Lt),
        syn::BinOp::Le(_) => cmp(CmpOp::Le),
        syn::BinOp::Gt(_) => cmp(CmpOp::Gt),
        syn::BinOp::Ge(_) => cmp(CmpOp::Ge),
        _ => None,
    }
}

fn method(line: &Rule, name: &str, args: Vec<Expr>) -> Option<Expr> {
    let on_int =
        matches!(args.first(), Some(Expr::Name(i)) if line.operand_kind(*i) == Kind::Int && *i < line.arity);
    match name {
        "saturating_sub" if on_int => Some(Expr::IntOp(IntOp::SaturatingSub, args)),
        _ if on_int => None,
        _ => Some(Expr::Elem(by_method(name, args.len())?, args)),
    }
}
