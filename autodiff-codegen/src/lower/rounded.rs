//! Numbers rounded by adding a large constant and taking it away again: `(x + 6755399441055744.0) - 6755399441055744.0`.
//!
//! By the rules of a sum the derivative would be 1, while the result is made of steps, like that of `round`. How large the
//! constant has to be hangs on its type, and it may be one whose value is not in sight: the operation that stands for both
//! looks, when it runs (`RoundedBy` in the table).

use crate::ir::{Block, Const, Func, Op, Value};
use crate::rules::{self, RuleId};
use crate::tables::HashMap;

/// Lets one operation stand for the way there and back. The sum stays for others that read it.
pub fn find(func: &mut Func) {
    let mut made = Made(HashMap::default());
    func.body.each_stmt(&mut |s| {
        if let [v] = s.results[..] {
            made.0.insert(v, &s.op);
        }
    });
    let mut found = HashMap::default();
    func.body.each_stmt(&mut |s| {
        if let (Some(rounded), [v]) = (made.rounded(&s.op), &s.results[..]) {
            found.insert(*v, rounded);
        }
    });
    if !found.is_empty() {
        let mut body = std::mem::take(&mut func.body);
        body.each_block_mut(&mut |block| block_of(func, block, &found));
        func.body = body;
    }
}

fn block_of(func: &mut Func, block: &mut Block, found: &HashMap<Value, Rounded>) {
    let mut stmts = Vec::with_capacity(block.stmts.len());
    for mut s in block.stmts.drain(..) {
        if let Some(Rounded { number, constant, negated }) = s.results.first().and_then(|v| found.get(v)) {
            let mut constant = *constant;
            if *negated {
                let ty = func.ty(constant).clone();
                let args = vec![constant];
                constant = func.push(&mut stmts, Op::Elem { rule: rules::NEG, args }, ty, None, &s.origin);
            }
            s.op = Op::Elem { rule: rules::ROUNDED_BY, args: vec![*number, constant] };
        }
        stmts.push(s);
    }
    block.stmts = stmts;
}

/// A number that a constant is added to, and taken from again.
struct Rounded {
    number: Value,
    constant: Value,
    /// It is taken away first.
    negated: bool,
}

/// How values of scalar operations are made.
struct Made<'f>(HashMap<Value, &'f Op>);

impl Made<'_> {
    fn elem(&self, v: Value) -> Option<(RuleId, &[Value])> {
        match self.0.get(&self.behind(v))? {
            Op::Elem { rule, args } => Some((*rule, args)),
            _ => None,
        }
    }

    /// The value that is asserted to be a float.
    fn behind(&self, v: Value) -> Value {
        match self.0.get(&v) {
            Some(Op::AssertFloat(of)) => self.behind(*of),
            _ => v,
        }
    }

    fn rounded(&self, op: &Op) -> Option<Rounded> {
        let Op::Elem { rule: back, args } = op else { return None };
        let [sum, constant] = args[..].try_into().ok()?;
        let (there, terms) = self.elem(sum)?;
        let [a, b] = terms.try_into().ok()?;
        let is = |v: Value| self.same(v, constant);
        let (number, negated) = match (there, *back) {
            (rules::ADD, rules::SUB) if is(b) => (a, false),
            (rules::ADD, rules::SUB) if is(a) => (b, false),
            (rules::SUB, rules::ADD) if is(b) => (a, true),
            _ => return None,
        };
        (self.may_be_large(constant) && !self.is_constant(number)).then_some(Rounded {
            number,
            constant,
            negated,
        })
    }

    /// Whether it is a constant that may be so large that a number beside it is rounded.
    fn may_be_large(&self, v: Value) -> bool {
        match self.0.get(&self.behind(v)) {
            Some(Op::Const(Const::Float { value, .. })) => value.abs() >= LARGE,
            _ => self.is_constant(v),
        }
    }

    /// Whether it is made of constants alone.
    fn is_constant(&self, v: Value) -> bool {
        match self.0.get(&self.behind(v)) {
            Some(Op::Const(_)) => true,
            Some(Op::Elem { args, .. }) => args.iter().all(|a| self.is_constant(*a)),
            Some(Op::Cast(a)) => self.is_constant(*a),
            _ => false,
        }
    }

    /// Whether two values are the same constant.
    fn same(&self, a: Value, b: Value) -> bool {
        let (a, b) = (self.behind(a), self.behind(b));
        let both =
            |x: &[Value], y: &[Value]| x.len() == y.len() && x.iter().zip(y).all(|(x, y)| self.same(*x, *y));
        a == b
            || match (self.0.get(&a), self.0.get(&b)) {
                (Some(Op::Const(a)), Some(Op::Const(b))) => alike(a, b),
                (Some(Op::Elem { rule: r, args: x }), Some(Op::Elem { rule: s, args: y })) => {
                    r == s && both(x, y)
                }
                (Some(Op::Cast(x)), Some(Op::Cast(y))) => self.same(*x, *y),
                _ => false,
            }
    }
}

/// Beside smaller ones, no float keeps fewer than eight binary digits behind the point.
const LARGE: f64 = 32768.0;

fn alike(a: &Const, b: &Const) -> bool {
    match (a, b) {
        (Const::Float { value: a, .. }, Const::Float { value: b, .. }) => a == b,
        (Const::Int(a), Const::Int(b)) => a == b,
        (Const::Path(a), Const::Path(b)) => a.to_string() == b.to_string(),
        _ => false,
    }
}
