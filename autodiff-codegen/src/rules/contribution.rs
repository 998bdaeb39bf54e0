//! Derivatives as code: an adjoint (or a tangent) times a partial.

use super::partial::{choice, unsigned};
use super::{Expr, Library, RuleId, ids, partial, partial_names};
use crate::ir::{Block, CmpOp, Const, Func, IntOp, Op, Origin, Stmt, Ty, Value};

/// The operation whose partials are taken, and its operands: the reciprocal for a quotient of 1, whose partial is two products of
/// the result, instead of a product and one more quotient.
pub fn as_derived<'a>(
    rule: RuleId,
    args: &'a [Value],
    is_one: &dyn Fn(Value) -> bool,
) -> (RuleId, &'a [Value]) {
    match (rule, args) {
        (ids::Div, [a, _]) if is_one(*a) => (ids::Recip, &args[1..]),
        _ => (rule, args),
    }
}

/// Appends to `out` the code of `adj * partial` and returns its value, or `None` for a structural zero.
///
/// `primal` gives the values that the partial reads: operand `i`, or for `i = arity` the result. It is asked
/// only for those, and appends to `out` what it needs to have them. Reverse mode passes an adjoint, forward
/// mode a tangent.
///
/// A partial is computed by the library that the operation itself is from: a user of `libm` may have no `std`.
///
/// A partial 1 gives `adj` itself. A partial that is a choice becomes an `If`, and a literal 0 in an arm a
/// constant 0, so that an infinite or NaN adjoint of the other arm is never multiplied by zero.
pub fn contribution(
    func: &mut Func,
    out: &mut Vec<Stmt>,
    rule: RuleId,
    operand: usize,
    primal: &mut dyn FnMut(&mut Func, &mut Vec<Stmt>, usize) -> Value,
    adj: Value,
    origin: &Origin,
) -> Option<Value> {
    let expr = partial(rule, operand)?;
    // All names are asked for out here: what `primal` computes may be used again after an arm has ended.
    let mut names = vec![None; rule.get().arity + 1];
    for &i in partial_names(rule, operand) {
        names[i] = Some(primal(func, out, i));
    }
    let product = func.ty(adj).clone();
    Cx::new(func, out, &names, None, product, rule.library, origin).times(adj, expr)
}

/// The same where what the partial [asks the maths library for](super::asked) is known already.
pub fn with_asked(
    func: &mut Func,
    out: &mut Vec<Stmt>,
    rule: RuleId,
    operand: usize,
    known: Value,
    adj: Value,
    origin: &Origin,
) -> Option<Value> {
    let expr = partial(rule, operand)?;
    let product = func.ty(adj).clone();
    let asked = Some((unsigned(expr), known));
    Cx::new(func, out, &[], asked, product, rule.library, origin).times(adj, expr)
}

/// The same in forward mode, where another operand has a tangent as well: of a guarded rule, a tangent that is 0 takes
/// no part, so that the other direction's derivative is not lost to 0 · ∞.
pub fn beside_others(
    func: &mut Func,
    out: &mut Vec<Stmt>,
    rule: RuleId,
    operand: usize,
    primal: &mut dyn FnMut(&mut Func, &mut Vec<Stmt>, usize) -> Value,
    tangent: Value,
    origin: &Origin,
) -> Option<Value> {
    if !rule.get().guarded {
        return contribution(func, out, rule, operand, primal, tangent, origin);
    }
    let float = func.ty(tangent).clone();
    let zero = |func: &mut Func, out: &mut Vec<Stmt>| {
        let zero = Const::Float { value: 0.0, text: "0.0".to_string() };
        func.push(out, Op::Const(zero), float.clone(), None, origin)
    };
    let none = zero(func, out);
    let cond = func.push(out, Op::Cmp { op: CmpOp::Eq, args: [tangent, none] }, Ty::Bool, None, origin);
    let (mut absent, mut present) = (Vec::new(), Vec::new());
    let nothing = zero(func, &mut absent);
    let value = contribution(func, &mut present, rule, operand, primal, tangent, origin)?;
    let then = Block { stmts: absent, yields: vec![nothing], ..Block::default() };
    let els = Block { stmts: present, yields: vec![value], ..Block::default() };
    Some(func.push(out, Op::If { cond, then, els }, float.clone(), None, origin))
}

/// Appends to `out` whether an operation that [hands on](super::hands_on) one of its operands hands on the one of index
/// `side`, as its derivative has it; `true` of any other operation. `number` is an operand that is known not to be NaN.
pub fn is_handed_on(
    func: &mut Func,
    out: &mut Vec<Stmt>,
    rule: RuleId,
    args: &[Value],
    (side, number): (usize, Option<usize>),
    origin: &Origin,
) -> Value {
    let Some(first) = choice(rule) else {
        return func.push(out, Op::Const(Const::Bool(true)), Ty::Bool, None, origin);
    };
    let names: Vec<Option<Value>> = args.iter().copied().map(Some).collect();
    let float = func.ty(args[0]).clone();
    let mut cx = Cx::new(func, out, &names, None, float, rule.library, origin);
    let condition = if side == 0 { first.clone() } else { not(first) };
    match number {
        Some(number) => cx.value(&where_number(condition, number)),
        None => cx.value(&condition),
    }
}

/// Whether an operation that hands on one of two operands goes by the other one where one is NaN: of a number and anything it
/// makes a number.
pub fn keeps_numbers(rule: RuleId) -> bool {
    choice(rule).is_some_and(|first| ordered(first).is_some())
}

/// "No less, or the other one is no number", and the same with "no greater": the comparison, and its operands.
fn ordered(condition: &Expr) -> Option<(CmpOp, &Expr, &Expr)> {
    let Expr::IntOp(IntOp::Or, parts) = condition else { return None };
    let [Expr::Cmp(op @ (CmpOp::Ge | CmpOp::Le), ordered), Expr::Cmp(CmpOp::Ne, with_itself)] = &parts[..]
    else {
        return None;
    };
    let ([a, b], [c, d]) = (&**ordered, &**with_itself);
    (b == c && b == d).then_some((*op, a, b))
}

/// A condition where an operand is a number: it equals itself, and no alternative is needed for its being none.
fn where_number(condition: Expr, number: usize) -> Expr {
    let with_itself = |e: &Expr| match e {
        Expr::Cmp(op, parts) => (parts[0] == parts[1] && parts[0] == Expr::Name(number)).then_some(*op),
        _ => None,
    };
    let never = |e: &Expr| match e {
        Expr::IntOp(IntOp::And, parts) => parts.iter().any(|e| with_itself(e) == Some(CmpOp::Ne)),
        e => with_itself(e) == Some(CmpOp::Ne),
    };
    match condition {
        Expr::IntOp(IntOp::Or, mut parts) => {
            parts.retain(|e| !never(e));
            if parts.len() == 1 { parts.remove(0) } else { Expr::IntOp(IntOp::Or, parts) }
        }
        other => other,
    }
}

/// The opposite of a condition. Of "no less, or the other one is no number", the usual one, the opposite begins with a
/// comparison that is enough in most cases: a short circuit, which processors foresee, and not a choice that the next
/// round has to wait for.
fn not(condition: &Expr) -> Expr {
    let compare = |op, a: &Expr, b: &Expr| Expr::Cmp(op, Box::new([a.clone(), b.clone()]));
    if let Some((op, a, b)) = ordered(condition) {
        let beyond = if op == CmpOp::Ge { CmpOp::Gt } else { CmpOp::Lt };
        let only = vec![compare(CmpOp::Ne, a, a), compare(CmpOp::Eq, b, b)];
        return Expr::IntOp(IntOp::Or, vec![compare(beyond, b, a), Expr::IntOp(IntOp::And, only)]);
    }
    Expr::IntOp(IntOp::Not, vec![condition.clone()])
}

/// Where code goes.
struct Cx<'a> {
    func: &'a mut Func,
    out: &'a mut Vec<Stmt>,
    names: &'a [Option<Value>],
    /// A part of the partial whose value is known.
    asked: Option<(&'a Expr, Value)>,
    /// The type of partials.
    float: Ty,
    /// The type of the adjoint or tangent, and of its products with partials.
    product: Ty,
    library: Library,
    origin: &'a Origin,
}

impl<'a> Cx<'a> {
    fn new(
        func: &'a mut Func,
        out: &'a mut Vec<Stmt>,
        names: &'a [Option<Value>],
        asked: Option<(&'a Expr, Value)>,
        product: Ty,
        library: Library,
        origin: &'a Origin,
    ) -> Cx<'a> {
        Cx { func, out, names, asked, float: product.lane(), product, library, origin }
    }
}

impl Cx<'_> {
    /// `adj * e`.
    fn times(&mut self, adj: Value, e: &Expr) -> Option<Value> {
        match e {
            Expr::Float(0.0, _) => None,
            Expr::Float(1.0, _) => Some(adj),
            Expr::Float(-1.0, _) => Some(self.product(ids::Neg, vec![adj])),
            Expr::Elem(ids::Neg, x) => {
                let v = self.times(adj, &x[0])?;
                Some(self.product(ids::Neg, vec![v]))
            }
            // `adj * (1 / b)` is `adj / b`.
            Expr::Elem(ids::Div, x) if x[0].literal().is_some() => {
                let v = self.times(adj, &x[0])?;
                let b = self.value(&x[1]);
                Some(self.product(ids::Div, vec![v, b]))
            }
            // A quotient's two partials share `adj / b`.
            Expr::Elem(ids::Mul, x) if is_reciprocal(&x[1]) => {
                let v = self.times(adj, &x[1])?;
                self.times(v, &x[0])
            }
            Expr::If(x) => self.choice(adj, &x[0], [&x[1], &x[2]]),
            e => {
                let p = self.value(e);
                Some(self.product(ids::Mul, vec![adj, p]))
            }
        }
    }

    /// `if cond { adj * p } else { adj * q }`.
    fn choice(&mut self, adj: Value, cond: &Expr, arms: [&Expr; 2]) -> Option<Value> {
        if arms.iter().all(|e| e.literal() == Some(0.0)) {
            return None;
        }
        let cond = self.value(cond);
        let blocks = arms.map(|e| {
            self.arm(|cx| match cx.times(adj, e) {
                Some(v) => v,
                None => {
                    let zero = Const::Float { value: 0.0, text: "0.0".to_string() };
                    cx.push(Op::Const(zero), cx.product.clone())
                }
            })
        });
        Some(self.if_(cond, blocks, self.product.clone()))
    }

    /// The value of a partial, or of a part of one.
    fn value(&mut self, e: &Expr) -> Value {
        if let Some((_, known)) = self.asked.filter(|(asked, _)| *asked == e) {
            return known;
        }
        match e {
            Expr::Float(v, text) => self.constant(*v, text),
            Expr::Int(v) => self.push(Op::Const(Const::Int(*v)), Ty::Int(Some("i32".into()))),
            Expr::Name(i) => match self.names[*i] {
                Some(v) => v,
                None => unreachable!("a name that the partial does not list"),
            },
            Expr::Elem(rule, xs) => {
                let args = xs.iter().map(|x| self.value(x)).collect();
                self.elem(*rule, args)
            }
            Expr::IntOp(op, xs) => {
                let args: Vec<Value> = xs.iter().map(|x| self.value(x)).collect();
                let ty = self.func.ty(args[0]).clone();
                self.push(Op::Int { op: *op, args }, ty)
            }
            Expr::Cmp(op, xs) => {
                let args = [self.value(&xs[0]), self.value(&xs[1])];
                self.push(Op::Cmp { op: *op, args }, Ty::Bool)
            }
            Expr::ToFloat(x) => {
                let v = self.value(x);
                self.push(Op::Cast(v), self.float.clone())
            }
            Expr::If(x) => {
                let cond = self.value(&x[0]);
                let blocks = [&x[1], &x[2]].map(|e| self.arm(|cx| cx.value(e)));
                self.if_(cond, blocks, self.float.clone())
            }
        }
    }

    /// A block that yields what `f` makes in it.
    fn arm(&mut self, f: impl FnOnce(&mut Cx) -> Value) -> Block {
        let mut stmts = Vec::new();
        let (float, product) = (self.float.clone(), self.product.clone());
        let v = f(&mut Cx { func: self.func, out: &mut stmts, float, product, ..*self });
        Block { stmts, yields: vec![v], ..Block::default() }
    }

    fn if_(&mut self, cond: Value, [then, els]: [Block; 2], ty: Ty) -> Value {
        self.push(Op::If { cond, then, els }, ty)
    }

    fn constant(&mut self, value: f64, text: &str) -> Value {
        self.push(Op::Const(Const::Float { value, text: text.to_string() }), self.float.clone())
    }

    /// An operation on the adjoint or tangent, linear in it.
    fn product(&mut self, rule: RuleId, args: Vec<Value>) -> Value {
        self.push(Op::Elem { rule: rule.from(self.library), args }, self.product.clone())
    }

    fn elem(&mut self, rule: RuleId, args: Vec<Value>) -> Value {
        let rule = rule.from(self.library);
        let ty = if rule.get().result == super::Kind::Bool { Ty::Bool } else { self.float.clone() };
        self.push(Op::Elem { rule, args }, ty)
    }

    fn push(&mut self, op: Op, ty: Ty) -> Value {
        self.func.push(self.out, op, ty, None, self.origin)
    }
}

/// `1.0 / b`
fn is_reciprocal(e: &Expr) -> bool {
    matches!(e, Expr::Elem(ids::Div, x) if x[0].literal().is_some())
}
