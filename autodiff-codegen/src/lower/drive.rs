//! Iterator chains, run: their parts evaluated in order, and loops that hand their items to a sink.
//!
//! A chain that can be asked for any of its elements becomes one `for` over indices, whatever it consists of.
//! Filters become branches around what follows; what ends a chain early becomes a flag in the condition of a
//! `while`.

use super::chain::{Chain, Part, Step};
use super::place::Loc;
use super::{Lower, Refused, Res, Val, closure::Function};
use crate::diagnostics::Kind;
use crate::hir::{Block, Expr, ExprKind, Pat, Var};
use crate::ir::{self, CmpOp, Const, IntOp, Mode, Op, Place, PlaceTy, Proj, Range, Ty, Value};

/// A chain whose sources and arguments have been evaluated.
#[derive(Clone)]
pub(super) enum Iter<'a> {
    /// Integers.
    Ints(Range),
    /// Integers without end.
    From(Value),
    /// The elements of a place.
    Elements(Place, Mode),
    /// Runs of elements.
    Parts(Place, Value, Part),
    /// An iterator of opaque code, by number.
    Opaque(usize),
    /// A slice of opaque code, by number.
    Table(usize, Mode),
    /// One value, for ever.
    Repeat(Val),
    /// One value, once.
    Once(Val),
    /// Side by side.
    Zip(Box<Iter<'a>>, Box<Iter<'a>>),
    /// One after the other.
    Append(Box<Iter<'a>>, Box<Iter<'a>>),
    /// An adaptor on another one.
    On(Box<Iter<'a>>, Do<'a>),
}

/// An adaptor whose arguments have been evaluated. Variables are states: of a chain that can't be asked for an
/// element by its number, they count.
#[derive(Clone)]
pub(super) enum Do<'a> {
    Map(Function<'a>),
    Inspect(Function<'a>),
    Copied,
    Enumerate,
    /// Of so many elements.
    Rev(Value),
    Skip(Value),
    Take(Value),
    StepBy(Value),
    Number(Var),
    /// Leaves out as long as the number in the variable is not zero; then it is set to the value, if any.
    LeaveOut(Var, Option<Value>),
    /// As many as the number in the first variable says; the second says whether to go on.
    Limit(Var, Var),
    Filter(Function<'a>),
    /// The variable says whether to go on.
    TakeWhile(Function<'a>, Var),
    /// The variable says whether to leave out.
    SkipWhile(Function<'a>, Var),
    FilterMap(Function<'a>),
    MapWhile(Function<'a>, Var),
    Scan(Function<'a>, Var, Var),
    FlatMap(Function<'a>),
    Flatten,
}

/// What a loop carries besides what belongs to it, and on what it depends to go on.
#[derive(Clone, Default)]
pub(super) struct Around {
    pub(super) assigned: Vec<Var>,
    pub(super) going: Vec<Var>,
}

/// A chain that is run by a loop with jumps: something steady, and what is done to each item.
#[derive(Clone)]
pub(super) struct Piped<'a> {
    pub(super) base: Iter<'a>,
    pub(super) steps: Vec<Do<'a>>,
    pub(super) at: &'a Expr,
}

/// A chain that a loop with jumps runs over.
pub(super) enum Pipe<'a> {
    /// Run by the loop itself.
    Steps(Piped<'a>),
    /// Run by a loop of its own making, or by several.
    Whole(Iter<'a>),
}

/// Whether there is one more item.
pub(super) enum Ready {
    /// As long as the number of the round is below this.
    Below(Value),
    /// As long as opaque code has one.
    Opaque(usize),
    /// As long as the flag is set.
    On(Var),
    /// As long as all of these hold, asked in order up to the first that doesn't.
    All(Vec<Ready>),
}

/// What happens to each item.
pub(super) type Sink<'s, 'a, 'e> = dyn FnMut(&mut Lower<'a, 'e>, Val) -> Res<()> + 's;

impl<'a> Iter<'a> {
    fn on(self, step: Do<'a>) -> Iter<'a> {
        Iter::On(Box::new(self), step)
    }

    /// Whether it can be asked for any of its elements.
    pub(super) fn is_indexable(&self) -> bool {
        match self {
            Iter::Append(..) | Iter::Opaque(_) => false,
            Iter::Zip(a, b) => a.is_indexable() && b.is_indexable(),
            Iter::On(inner, step) => {
                let steps = matches!(
                    step,
                    Do::Map(_) | Do::Inspect(_) | Do::Copied | Do::Enumerate | Do::Rev(_) | Do::Skip(_)
                ) || matches!(step, Do::Take(_) | Do::StepBy(_));
                steps && inner.is_indexable()
            }
            _ => true,
        }
    }

    /// Whether its items come one per round, so that it can be asked before each whether there is one more.
    pub(super) fn is_steady(&self) -> bool {
        match self {
            Iter::Opaque(_) => true,
            Iter::Zip(a, b) => a.is_steady() && b.is_steady(),
            Iter::On(inner, Do::Map(_) | Do::Inspect(_) | Do::Copied | Do::Enumerate | Do::Take(_)) => {
                inner.is_steady()
            }
            iter => iter.is_indexable(),
        }
    }

    /// The functions that it calls, the states that it changes, and the flags that end it.
    fn collect(&self, functions: &mut Vec<Function<'a>>, around: &mut Around) {
        match self {
            Iter::Zip(a, b) | Iter::Append(a, b) => {
                a.collect(functions, around);
                b.collect(functions, around);
            }
            Iter::On(inner, step) => {
                inner.collect(functions, around);
                match step {
                    Do::Map(f) | Do::Inspect(f) | Do::Filter(f) => functions.push(f.clone()),
                    Do::Number(v) | Do::LeaveOut(v, _) => around.assigned.push(*v),
                    Do::Limit(v, on) => around.assigned.extend([*v, *on]),
                    Do::FilterMap(f) | Do::FlatMap(f) => functions.push(f.clone()),
                    Do::TakeWhile(f, v) | Do::SkipWhile(f, v) | Do::MapWhile(f, v) => {
                        functions.push(f.clone());
                        around.assigned.push(*v);
                    }
                    Do::Scan(f, state, on) => {
                        functions.push(f.clone());
                        around.assigned.extend([*state, *on]);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

impl<'a, 'e> Lower<'a, 'e> {
    // States: variables of the compiler's own, which loops carry like the user's.

    /// A variable of the compiler's own.
    pub(super) fn state(&mut self, val: Val, stem: &'static str) -> Var {
        let v = Var(self.env.len() as u32);
        self.env.push(Some(val));
        self.states.insert(v, stem);
        v
    }

    pub(super) fn state_value(&mut self, v: Var) -> Value {
        match self.env.get(v.0 as usize) {
            Some(Some(Val::Scalar(x) | Val::ScalarRef(x))) => *x,
            _ => self.value(Ty::Opaque, None),
        }
    }

    pub(super) fn set_state(&mut self, v: Var, to: Value) {
        let old = self.state_value(v);
        self.same(old, to);
        self.env[v.0 as usize] = Some(Val::Scalar(to));
    }

    fn flag(&mut self, value: bool) -> Value {
        self.push(Op::Const(Const::Bool(value)), Ty::Bool)
    }

    fn usize(&mut self, value: i128) -> Value {
        self.int(value, Ty::usize())
    }

    // Evaluation.

    /// Evaluates the sources and arguments of a chain, in order.
    pub(super) fn evaluate(&mut self, chain: &Chain<'a>) -> Res<Iter<'a>> {
        Ok(match chain {
            Chain::Ints { lo, hi, inclusive } => {
                let lo = self.bound(lo)?;
                match hi {
                    Some(hi) => {
                        let hi = self.bound(hi)?;
                        self.same(lo, hi);
                        Iter::Ints(Range { lo, hi, inclusive: *inclusive, step: None, rev: false })
                    }
                    None => Iter::From(lo),
                }
            }
            Chain::Elements(place, mode) => {
                let loc = self.loc(place)?;
                let p = self.view(loc);
                self.iterated(p, *mode)
            }
            Chain::Parts(place, size, part) => {
                let loc = self.loc(place)?;
                let p = self.view(loc);
                let k = self.typed(size, Ty::usize())?;
                let message = match part {
                    Part::Windows => "window size must be non-zero",
                    _ => "chunk size must be non-zero",
                };
                self.not_zero(k, size, message)?;
                Iter::Parts(p, k, *part)
            }
            Chain::Table(e, mode) => Iter::Table(self.opaque_table(e)?, *mode),
            Chain::Opaque(e, into) => Iter::Opaque(self.opaque_iterator(e, *into)?),
            Chain::Repeat(x) | Chain::Once(x) => {
                let val = self.expr(x, None)?;
                let val = self.owned(val, x)?;
                if let Chain::Once(_) = chain { Iter::Once(val) } else { Iter::Repeat(val) }
            }
            Chain::Zip(a, b) => {
                let harmless = a.is_harmless(&self.facts);
                let (a, b) = (self.evaluate(a)?, self.evaluate(b)?);
                // Of unequal lengths, the left one is asked for one more.
                if !harmless && !self.is_as_short(&a, &b) {
                    return Err(Refused);
                }
                Iter::Zip(Box::new(a), Box::new(b))
            }
            Chain::Append(a, b) => {
                let (a, b) = (self.evaluate(a)?, self.evaluate(b)?);
                Iter::Append(Box::new(a), Box::new(b))
            }
            Chain::On(inner, step) => {
                let skips = inner.is_harmless(&self.facts);
                let inner = self.evaluate(inner)?;
                self.step(inner, step, skips)?
            }
        })
    }

    /// Whether a chain is certainly not longer than another one.
    fn is_as_short(&self, _: &Iter<'a>, b: &Iter<'a>) -> bool {
        matches!(b, Iter::From(_) | Iter::Repeat(_))
    }

    pub(super) fn iterated(&mut self, mut p: Place, mode: Mode) -> Iter<'a> {
        match mode {
            // The loop runs over its own copy, whatever its body does to the original.
            Mode::Value if self.changing.contains(&self.func.root(p)) => p = self.copied(p),
            Mode::Mut => self.written(p),
            _ => {}
        }
        Iter::Elements(p, mode)
    }

    /// Panics like `std` if a size is zero.
    fn not_zero(&mut self, k: Value, at: &'a Expr, message: &str) -> Res<()> {
        if matches!(&at.kind, ExprKind::Lit(syn::Lit::Int(l)) if l.base10_digits() != "0") {
            return Ok(());
        }
        let zero = self.usize(0);
        let cond = self.compared(CmpOp::Eq, k, zero);
        self.exit_if(cond, quote::quote!(::core::panic!(#message)), at)
    }

    /// Leaves the function if a condition holds.
    pub(super) fn exit_if(&mut self, cond: Value, code: proc_macro2::TokenStream, at: &'a Expr) -> Res<()> {
        self.when(cond, &[], at, &mut |s| {
            s.effect(Op::Exit { code: code.clone(), reads: Vec::new() });
            s.dead = true;
            Ok(())
        })
    }

    /// `if cond { … }`, where these variables may change.
    pub(super) fn when(
        &mut self,
        cond: Value,
        vars: &[Var],
        at: &'a Expr,
        body: &mut dyn FnMut(&mut Self) -> Res<()>,
    ) -> Res<()> {
        self.choose_between(cond, vars, at, body, &mut |_| Ok(()))
    }

    /// `if cond { … } else { … }`
    pub(super) fn choose_between(
        &mut self,
        cond: Value,
        vars: &[Var],
        at: &'a Expr,
        then: &mut dyn FnMut(&mut Self) -> Res<()>,
        els: &mut dyn FnMut(&mut Self) -> Res<()>,
    ) -> Res<()> {
        let first = self.arm(|s| then(s).map(|()| Val::Unit))?;
        let second = self.arm(|s| els(s).map(|()| Val::Unit))?;
        self.join(cond, self.in_scope(vars), first, second, at).map(drop)
    }

    /// Those that are in scope, each once.
    fn in_scope(&self, vars: &[Var]) -> Vec<Var> {
        let mut vars = vars.to_vec();
        vars.sort();
        vars.dedup();
        vars.retain(|v| self.env.get(v.0 as usize).is_some_and(Option::is_some));
        vars
    }

    fn step(&mut self, inner: Iter<'a>, step: &Step<'a>, skips: bool) -> Res<Iter<'a>> {
        let counts = !inner.is_steady();
        let counted = inner.is_indexable();
        Ok(match step {
            Step::Map(f) => inner.on(Do::Map(self.passed_function(f)?)),
            Step::Inspect(f) => inner.on(Do::Inspect(self.passed_function(f)?)),
            Step::Copied => inner.on(Do::Copied),
            Step::Filter(f) => inner.on(Do::Filter(self.passed_function(f)?)),
            Step::Enumerate if counts => {
                let zero = self.usize(0);
                let n = self.state(Val::Scalar(zero), "n");
                inner.on(Do::Number(n))
            }
            Step::Enumerate => inner.on(Do::Enumerate),
            Step::Rev => self.reversed(inner)?,
            Step::Skip(n) => {
                let n = self.typed(n, Ty::usize())?;
                match !counted || !skips {
                    true => inner.on(Do::LeaveOut(self.state(Val::Scalar(n), "skipped"), None)),
                    false => inner.on(Do::Skip(n)),
                }
            }
            Step::StepBy(k) => {
                let at = k;
                let k = self.typed(k, Ty::usize())?;
                self.not_zero(k, at, "assertion failed: step != 0")?;
                match inner {
                    Iter::Ints(Range { step: None, rev: false, lo, hi, inclusive }) => {
                        Iter::Ints(Range { step: Some(k), rev: false, lo, hi, inclusive })
                    }
                    inner if !counted || !skips => {
                        let (zero, one) = (self.usize(0), self.usize(1));
                        let between = self.int_op(IntOp::WrappingSub, vec![k, one]);
                        inner.on(Do::LeaveOut(self.state(Val::Scalar(zero), "left"), Some(between)))
                    }
                    inner => inner.on(Do::StepBy(k)),
                }
            }
            Step::Take(n) => {
                let n = self.typed(n, Ty::usize())?;
                if !counts {
                    return Ok(inner.on(Do::Take(n)));
                }
                let zero = self.usize(0);
                let some = self.compared(CmpOp::Gt, n, zero);
                let on = self.state(Val::Scalar(some), "on");
                inner.on(Do::Limit(self.state(Val::Scalar(n), "left"), on))
            }
            Step::TakeWhile(f) => {
                let f = self.passed_function(f)?;
                inner.on(Do::TakeWhile(f, self.switch()))
            }
            Step::SkipWhile(f) => {
                let f = self.passed_function(f)?;
                inner.on(Do::SkipWhile(f, self.switch()))
            }
            Step::FilterMap(f) => inner.on(Do::FilterMap(self.passed_function(f)?)),
            Step::MapWhile(f) => {
                let f = self.passed_function(f)?;
                inner.on(Do::MapWhile(f, self.switch()))
            }
            Step::Scan(start, f) => {
                let start = self.scalar(start, None)?;
                let f = self.passed_function(f)?;
                let state = self.state(Val::Scalar(start), "state");
                inner.on(Do::Scan(f, state, self.switch()))
            }
            Step::FlatMap(f) => inner.on(Do::FlatMap(self.passed_function(f)?)),
            Step::Flatten => inner.on(Do::Flatten),
        })
    }

    /// A state that is true at first.
    fn switch(&mut self) -> Var {
        let on = self.flag(true);
        self.state(Val::Scalar(on), "on")
    }

    /// The same elements from the other end. What is done to each of them stays on the outside.
    fn reversed(&mut self, iter: Iter<'a>) -> Res<Iter<'a>> {
        Ok(match iter {
            Iter::Ints(r) => Iter::Ints(Range { rev: !r.rev, ..r }),
            Iter::On(inner, step @ (Do::Map(_) | Do::Inspect(_) | Do::Copied | Do::Filter(_))) => {
                self.reversed(*inner)?.on(step)
            }
            Iter::On(inner, step @ Do::FilterMap(_)) => self.reversed(*inner)?.on(step),
            Iter::On(inner, Do::Rev(_)) => *inner,
            Iter::Append(a, b) => {
                let (a, b) = (self.reversed(*a)?, self.reversed(*b)?);
                Iter::Append(Box::new(b), Box::new(a))
            }
            iter if iter.is_indexable() => match self.count_of(&iter)? {
                Some(n) => iter.on(Do::Rev(n)),
                None => return Err(Refused),
            },
            _ => return Err(Refused),
        })
    }

    /// How many elements there are; `None` if there is no end to them.
    pub(super) fn count_of(&mut self, iter: &Iter<'a>) -> Res<Option<Value>> {
        let one = |s: &mut Self| s.usize(1);
        Ok(match iter {
            Iter::Ints(r) => Some(self.push(Op::Trips(Range { rev: false, ..r.clone() }), Ty::usize())),
            Iter::From(_) | Iter::Repeat(_) => None,
            Iter::Elements(p, _) => Some(self.push(Op::Len(*p), Ty::usize())),
            Iter::Table(table, _) => {
                let ident = &self.iterators[*table];
                let kind = ir::OpaqueKind::Expr(quote::quote!(#ident.len()));
                Some(self.push(Op::Opaque { kind, reads: Vec::new() }, Ty::usize()))
            }
            Iter::Once(_) => Some(one(self)),
            Iter::Parts(p, k, part) => {
                let n = self.push(Op::Len(*p), Ty::usize());
                Some(match part {
                    Part::Windows => {
                        let one = one(self);
                        let less = self.int_op(IntOp::WrappingSub, vec![*k, one]);
                        self.int_op(IntOp::SaturatingSub, vec![n, less])
                    }
                    Part::Exact => self.int_op(IntOp::Div, vec![n, *k]),
                    Part::Chunks => self.divided_up(n, *k),
                })
            }
            Iter::Zip(a, b) => match (self.count_of(a)?, self.count_of(b)?) {
                (Some(a), Some(b)) if a == b => Some(a),
                (Some(a), Some(b)) => Some(self.int_op(IntOp::Min, vec![a, b])),
                (n, None) | (None, n) => n,
            },
            Iter::On(inner, step) => {
                let n = self.count_of(inner)?;
                match (step, n) {
                    (Do::Skip(k), Some(n)) => Some(self.int_op(IntOp::SaturatingSub, vec![n, *k])),
                    (Do::Take(k), Some(n)) => Some(self.int_op(IntOp::Min, vec![n, *k])),
                    (Do::Take(k), None) => Some(*k),
                    (Do::StepBy(k), Some(n)) => Some(self.divided_up(n, *k)),
                    (_, n) => n,
                }
            }
            Iter::Append(..) | Iter::Opaque(_) => return Err(Refused),
        })
    }

    /// `n / k`, rounded up.
    fn divided_up(&mut self, n: Value, k: Value) -> Value {
        let one = self.usize(1);
        let whole = self.int_op(IntOp::Div, vec![n, k]);
        let left = self.int_op(IntOp::Rem, vec![n, k]);
        let some = self.int_op(IntOp::Min, vec![left, one]);
        self.int_op(IntOp::WrappingAdd, vec![whole, some])
    }

    // Elements.

    /// The integers that a `for` over the whole of a chain runs over.
    pub(super) fn range_of(&mut self, iter: &Iter<'a>) -> Res<Range> {
        let (over, step, rev) = match iter {
            Iter::On(inner, Do::Map(_) | Do::Inspect(_) | Do::Copied) => return self.range_of(inner),
            Iter::Ints(r) => return Ok(r.clone()),
            Iter::On(inner, Do::Rev(_)) => (&**inner, None, true),
            Iter::On(inner, Do::StepBy(k)) => (&**inner, Some(*k), false),
            iter => (iter, None, false),
        };
        let lo = self.usize(0);
        let Some(hi) = self.count_of(over)? else { return Err(Refused) };
        Ok(Range { lo, hi, inclusive: false, step, rev })
    }

    /// The item that belongs to a value of that range.
    pub(super) fn item_of(&mut self, iter: &Iter<'a>, iv: Value, at: &'a Expr) -> Res<Val> {
        match iter {
            Iter::On(inner, step @ (Do::Map(_) | Do::Inspect(_) | Do::Copied)) => {
                let val = self.item_of(inner, iv, at)?;
                self.passed_on(val, step, at)
            }
            Iter::Ints(_) => Ok(Val::Scalar(iv)),
            Iter::On(inner, Do::Rev(_) | Do::StepBy(_)) => self.item_at(inner, iv, at),
            iter => self.item_at(iter, iv, at),
        }
    }

    /// The item of a number.
    pub(super) fn item_at(&mut self, iter: &Iter<'a>, i: Value, at: &'a Expr) -> Res<Val> {
        match iter {
            Iter::Ints(r) => {
                let r = r.clone();
                let mut i = i;
                if r.rev {
                    let n = self.push(Op::Trips(Range { rev: false, ..r.clone() }), Ty::usize());
                    i = self.from_end(n, i);
                }
                if let Some(k) = r.step {
                    i = self.int_op(IntOp::Mul, vec![i, k]);
                }
                Ok(Val::Scalar(self.counted_from(r.lo, i)))
            }
            Iter::From(lo) => Ok(Val::Scalar(self.counted_from(*lo, i))),
            Iter::Elements(p, mode) => self.element(*p, *mode, i),
            Iter::Parts(p, k, part) => self.part(*p, *k, *part, i),
            Iter::Repeat(val) | Iter::Once(val) => Ok(val.clone()),
            Iter::Opaque(it) => Ok(Val::Next(*it)),
            Iter::Table(table, mode) => Ok(Val::Scalar(self.table_item(*table, *mode, i))),
            Iter::Zip(a, b) => {
                let a = self.item_at(a, i, at)?;
                Ok(Val::Tuple(vec![a, self.item_at(b, i, at)?]))
            }
            Iter::On(inner, step) => {
                let j = match step {
                    Do::Rev(n) => self.from_end(*n, i),
                    Do::Skip(k) => self.int_op(IntOp::WrappingAdd, vec![i, *k]),
                    Do::StepBy(k) => self.int_op(IntOp::Mul, vec![i, *k]),
                    _ => i,
                };
                let val = self.item_at(inner, j, at)?;
                match step {
                    Do::Enumerate => Ok(Val::Tuple(vec![Val::Scalar(i), val])),
                    step => self.passed_on(val, step, at),
                }
            }
            Iter::Append(..) => Err(Refused),
        }
    }

    /// `n - 1 - i`
    fn from_end(&mut self, n: Value, i: Value) -> Value {
        let one = self.usize(1);
        let last = self.int_op(IntOp::WrappingSub, vec![n, one]);
        self.int_op(IntOp::WrappingSub, vec![last, i])
    }

    /// The integer that comes so many after the first.
    fn counted_from(&mut self, lo: Value, i: Value) -> Value {
        let ty = self.found(lo);
        let usize = ty == Ty::usize();
        let i = if usize { i } else { self.push(Op::Cast(i), ty) };
        if !usize {
            self.same(lo, i);
            self.open.push(i);
        }
        self.int_op(IntOp::WrappingAdd, vec![lo, i])
    }

    fn element(&mut self, place: Place, mode: Mode, i: Value) -> Res<Val> {
        let Some(elem) = self.func.plc(place).ty.elem().cloned() else { return Err(Refused) };
        let loc = Loc { place, path: vec![Proj::Index(i)], ty: elem };
        Ok(match mode {
            Mode::Mut => {
                let view = self.view(loc);
                self.written(view);
                Val::PlaceRef(view, true)
            }
            Mode::Ref => self.load(loc)?.by_reference(),
            Mode::Value => self.load(loc)?,
        })
    }

    fn part(&mut self, place: Place, k: Value, part: Part, i: Value) -> Res<Val> {
        let Some(elem) = self.func.plc(place).ty.elem().cloned() else { return Err(Refused) };
        let first = match part {
            Part::Windows => i,
            _ => self.int_op(IntOp::Mul, vec![i, k]),
        };
        let mut end = self.int_op(IntOp::WrappingAdd, vec![first, k]);
        if part == Part::Chunks {
            let n = self.push(Op::Len(place), Ty::usize());
            let left = self.int_op(IntOp::WrappingSub, vec![n, first]);
            let size = self.int_op(IntOp::Min, vec![left, k]);
            end = self.int_op(IntOp::WrappingAdd, vec![first, size]);
        }
        let path = vec![Proj::Slice(Some(first), Some(end))];
        let view = self.new_view(Loc { place, path, ty: PlaceTy::Slice(Box::new(elem)) });
        Ok(Val::PlaceRef(view, false))
    }

    /// An item, after what is done to each.
    pub(super) fn passed_on(&mut self, val: Val, step: &Do<'a>, at: &'a Expr) -> Res<Val> {
        Ok(match step {
            Do::Map(f) => self.apply(f, vec![val], at)?,
            Do::Inspect(f) => {
                let val = self.held(val);
                self.apply(f, vec![val.clone().by_reference()], at)?;
                val
            }
            Do::Copied => match val {
                Val::ScalarRef(v) => Val::Scalar(v),
                Val::PlaceRef(p, _) => Val::Place(p),
                Val::TupleRef(vals) => Val::Tuple(vals),
                val => val,
            },
            _ => val,
        })
    }

    // Loops.

    /// Hands every item of a chain to the sink, in order. `around` says what the sink assigns to.
    pub(super) fn drive(
        &mut self,
        iter: &Iter<'a>,
        around: &Around,
        at: &'a Expr,
        sink: &mut Sink<'_, 'a, 'e>,
    ) -> Res<()> {
        let mut around = around.clone();
        let mut functions = Vec::new();
        iter.collect(&mut functions, &mut around);
        functions.iter().for_each(|f| around.assigned.extend(self.assigned_by(f)));
        around.assigned.sort();
        around.assigned.dedup();
        self.drive_all(iter, &around, at, sink)
    }

    fn drive_all(
        &mut self,
        iter: &Iter<'a>,
        around: &Around,
        at: &'a Expr,
        sink: &mut Sink<'_, 'a, 'e>,
    ) -> Res<()> {
        if self.dead {
            return Ok(());
        }
        match iter {
            iter if iter.is_indexable() => self.run_over(iter, around, at, sink),
            iter if iter.is_steady() => self.run_while(iter, around, at, sink),
            Iter::Append(a, b) => {
                self.drive_all(a, around, at, sink)?;
                self.drive_all(b, around, at, sink)
            }
            Iter::On(inner, step) => self.drive_step(inner, step, around, at, sink),
            _ => Err(Refused),
        }
    }

    fn drive_step(
        &mut self,
        inner: &Iter<'a>,
        step: &Do<'a>,
        around: &Around,
        at: &'a Expr,
        sink: &mut Sink<'_, 'a, 'e>,
    ) -> Res<()> {
        let vars = &around.assigned;
        let mut inside = around.clone();
        match step {
            Do::Limit(_, on) | Do::TakeWhile(_, on) | Do::MapWhile(_, on) | Do::Scan(_, _, on) => {
                inside.going.push(*on);
            }
            _ => {}
        }
        self.drive_all(inner, &inside, at, &mut |s, val| match step {
            Do::Filter(f) => {
                let val = s.held(val);
                let cond = s.asked(f, &val, at)?;
                s.when(cond, vars, at, &mut |s| sink(s, val.clone()))
            }
            Do::Number(n) => {
                let i = s.state_value(*n);
                sink(s, Val::Tuple(vec![Val::Scalar(i), val]))?;
                s.count(*n, IntOp::WrappingAdd);
                Ok(())
            }
            Do::LeaveOut(n, next) => {
                let val = s.held(val);
                let (left, zero) = (s.state_value(*n), s.usize(0));
                let cond = s.compared(CmpOp::Gt, left, zero);
                s.choose_between(
                    cond,
                    vars,
                    at,
                    &mut |s| {
                        s.count(*n, IntOp::WrappingSub);
                        Ok(())
                    },
                    &mut |s| {
                        if let Some(next) = next {
                            s.set_state(*n, *next);
                        }
                        sink(s, val.clone())
                    },
                )
            }
            Do::Limit(n, on) => {
                sink(s, val)?;
                s.count(*n, IntOp::WrappingSub);
                let (left, zero) = (s.state_value(*n), s.usize(0));
                let some = s.compared(CmpOp::Gt, left, zero);
                s.set_state(*on, some);
                Ok(())
            }
            Do::TakeWhile(f, on) => {
                let val = s.held(val);
                let cond = s.asked(f, &val, at)?;
                s.set_state(*on, cond);
                s.when(cond, vars, at, &mut |s| sink(s, val.clone()))
            }
            Do::SkipWhile(f, on) => {
                let val = s.held(val);
                let skipping = s.state_value(*on);
                let skipped = s.state(Val::Scalar(skipping), "skip");
                let mut inner = vars.clone();
                inner.push(skipped);
                s.when(skipping, &inner, at, &mut |s| {
                    let cond = s.asked(f, &val, at)?;
                    s.set_state(skipped, cond);
                    Ok(())
                })?;
                let skip = s.state_value(skipped);
                s.set_state(*on, skip);
                s.choose_between(skip, vars, at, &mut |_| Ok(()), &mut |s| sink(s, val.clone()))
            }
            Do::FilterMap(f) => s.optional(f, vec![val], vars, at, sink, &mut |_| Ok(())),
            Do::MapWhile(f, on) => s.optional(f, vec![val], vars, at, sink, &mut |s| s.stop(*on)),
            Do::Scan(f, state, on) => s.scanned(f, (*state, *on), val, vars, at, sink),
            Do::FlatMap(f) => s.flat_mapped(f, val, around, at, sink),
            Do::Flatten => {
                let (p, mode) = match val {
                    Val::Place(p) => (p, Mode::Value),
                    Val::PlaceRef(p, mutable) => (p, if mutable { Mode::Mut } else { Mode::Ref }),
                    _ => return Err(Refused),
                };
                let rows = s.iterated(p, mode);
                s.drive(&rows, around, at, sink)
            }
            step => {
                let val = s.passed_on(val, step, at)?;
                sink(s, val)
            }
        })
    }

    fn stop(&mut self, on: Var) -> Res<()> {
        let off = self.flag(false);
        self.set_state(on, off);
        Ok(())
    }

    /// One more, or one less.
    fn count(&mut self, n: Var, op: IntOp) {
        let (old, one) = (self.state_value(n), self.usize(1));
        let new = self.int_op(op, vec![old, one]);
        self.set_state(n, new);
    }

    /// What a predicate says of a reference to an item.
    pub(super) fn asked(&mut self, f: &Function<'a>, val: &Val, at: &'a Expr) -> Res<Value> {
        let answer = self.apply(f, vec![val.clone().by_reference()], at)?;
        self.scalar_of(answer, at)
    }

    /// A closure that gives an `Option`, made in sight.
    fn optional(
        &mut self,
        f: &Function<'a>,
        args: Vec<Val>,
        vars: &[Var],
        at: &'a Expr,
        some: &mut Sink<'_, 'a, 'e>,
        none: &mut dyn FnMut(&mut Self) -> Res<()>,
    ) -> Res<()> {
        self.within_function(f, args, at, &mut |s, closure| s.option_of(&closure.body, vars, at, some, none))
    }

    fn option_of(
        &mut self,
        e: &'a Expr,
        vars: &[Var],
        at: &'a Expr,
        some: &mut Sink<'_, 'a, 'e>,
        none: &mut dyn FnMut(&mut Self) -> Res<()>,
    ) -> Res<()> {
        if self.dead {
            return Ok(());
        }
        match &e.kind {
            ExprKind::Call { args, .. } if args.len() == 1 => {
                let val = self.expr(&args[0], None)?;
                some(self, val)
            }
            ExprKind::Path(_) => none(self),
            ExprKind::Block(b) => {
                self.stmts(&b.stmts)?;
                let Some(tail) = &b.tail else { return Err(Refused) };
                self.option_of(tail, vars, at, some, none)
            }
            ExprKind::If(c, then, Some(els)) => {
                let cond = self.condition(c)?;
                let vars = [vars, &self.assigned_here(then, Some(els))].concat();
                let first = self.arm(|s| {
                    s.stmts(&then.stmts)?;
                    let Some(tail) = &then.tail else { return Err(Refused) };
                    s.option_of(tail, &vars, at, some, none).map(|()| Val::Unit)
                })?;
                let second = self.arm(|s| s.option_of(els, &vars, at, some, none).map(|()| Val::Unit))?;
                self.join(cond, self.in_scope(&vars), first, second, at).map(drop)
            }
            ExprKind::Method { recv, name, args, .. } if args.len() == 1 => {
                let cond = self.condition(recv)?;
                if name == "then_some" {
                    let val = self.expr(&args[0], None)?;
                    return self.choose_between(cond, vars, at, &mut |s| some(s, val.clone()), none);
                }
                let then = self.passed_function(&args[0])?;
                let vars = [vars, &self.assigned_by(&then)].concat();
                let mut then = |s: &mut Self| {
                    let val = s.apply(&then, Vec::new(), at)?;
                    some(s, val)
                };
                self.choose_between(cond, &vars, at, &mut then, none)
            }
            _ => Err(Refused),
        }
    }

    /// `scan`: the closure gets its state by mutable reference, as a variable that is written to a cell.
    fn scanned(
        &mut self,
        f: &Function<'a>,
        (state, on): (Var, Var),
        val: Val,
        vars: &[Var],
        at: &'a Expr,
        sink: &mut Sink<'_, 'a, 'e>,
    ) -> Res<()> {
        let now = self.state_value(state);
        let cell = self.cell(now);
        let mut sink = |s: &mut Self, val: Val| {
            s.uncell(state, cell);
            sink(s, val)
        };
        self.optional(f, vec![Val::PlaceRef(cell, true), val], vars, at, &mut sink, &mut |s| s.stop(on))
    }

    /// A place of one scalar.
    fn cell(&mut self, v: Value) -> Place {
        let ty = self.found(v);
        let array = self.fresh(PlaceTy::Array(Box::new(PlaceTy::Scalar(ty.clone())), ir::Len::Known(1)));
        self.same_elem(array, v);
        self.effect(Op::Alloc { place: array, init: ir::Init::Elems(vec![v]) });
        self.changing.insert(array);
        let zero = self.usize(0);
        let loc = Loc { place: array, path: vec![Proj::Index(zero)], ty: PlaceTy::Scalar(ty) };
        let view = self.new_view(loc);
        self.written(view);
        view
    }

    fn uncell(&mut self, state: Var, cell: Place) {
        let ty = self.func.plc(cell).ty.clone();
        let now = self.load_scalar(&Loc { place: cell, path: Vec::new(), ty });
        self.set_state(state, now);
    }

    fn flat_mapped(
        &mut self,
        f: &Function<'a>,
        val: Val,
        around: &Around,
        at: &'a Expr,
        sink: &mut Sink<'_, 'a, 'e>,
    ) -> Res<()> {
        self.within_function(f, vec![val], at, &mut |s, closure| {
            let Some(chain) = super::chain::classify(&s.facts, &closure.body) else { return Err(Refused) };
            let inner = s.evaluate(&chain)?;
            s.drive(&inner, around, at, sink)
        })
    }

    /// One loop over an indexable chain.
    fn run_over(
        &mut self,
        iter: &Iter<'a>,
        around: &Around,
        at: &'a Expr,
        sink: &mut Sink<'_, 'a, 'e>,
    ) -> Res<()> {
        if !around.going.is_empty() {
            return self.run_while(iter, around, at, sink);
        }
        let range = self.range_of(iter)?;
        let carried = self.carried(around.assigned.clone());
        let before = self.env.clone();
        let iv_ty = self.found(range.lo);
        let iv = self.value(iv_ty, None);
        self.same(range.lo, iv);
        let params = self.enter_loop(&carried);
        let (stmts, dead, done) = self.region(|s| {
            let val = s.item_of(iter, iv, at)?;
            if s.dead { Ok(()) } else { sink(s, val) }
        });
        done?;
        let yields = self.leave_loop(&carried, &params, &before, dead, at)?;
        let params = std::iter::once(iv).chain(params).collect();
        let body = ir::Block { params, stmts, yields, diverges: dead };
        let inits = carried.inits.clone();
        self.finish_loop(Op::For { range, inits, body }, carried, before);
        Ok(())
    }

    /// A loop that may end before its range does.
    fn run_while(
        &mut self,
        iter: &Iter<'a>,
        around: &Around,
        at: &'a Expr,
        sink: &mut Sink<'_, 'a, 'e>,
    ) -> Res<()> {
        let ready = self.ready(iter)?;
        let zero = self.usize(0);
        let i = self.state(Val::Scalar(zero), "i");
        let mut vars = around.assigned.clone();
        vars.push(i);
        let carried = self.carried(vars);
        let before = self.env.clone();
        let cond_params = self.enter_loop(&carried);
        let (stmts, _, cond) = self.region(|s| {
            let mut all = around.going.iter().map(|on| Ready::On(*on)).collect::<Vec<_>>();
            all.push(ready);
            s.goes_on(&Ready::All(all), i)
        });
        let cond = ir::Block { params: cond_params, stmts, yields: vec![cond], diverges: false };
        self.env = before.clone();
        let params = self.enter_loop(&carried);
        let (stmts, dead, done) = self.region(|s| {
            let now = s.state_value(i);
            s.count(i, IntOp::WrappingAdd);
            let val = s.item_at(iter, now, at)?;
            if s.dead { Ok(()) } else { sink(s, val) }
        });
        done?;
        let yields = self.leave_loop(&carried, &params, &before, dead, at)?;
        let body = ir::Block { params, stmts, yields, diverges: dead };
        let inits = carried.inits.clone();
        self.finish_loop(Op::While { inits, cond, body }, carried, before);
        Ok(())
    }

    /// What a `for` with jumps runs over, if it is a chain that only this module knows.
    pub(super) fn piped(&mut self, iter: &'a Expr) -> Res<Option<Pipe<'a>>> {
        let known = super::iter::classify(&self.facts, iter);
        if known.is_some_and(|source| self.facts.source_is_reachable(&source)) {
            return Ok(None);
        }
        let Some(chain) = super::chain::classify_into(&self.facts, iter) else { return Ok(None) };
        self.check_places(&chain)?;
        let Ok(whole) = self.evaluate(&chain) else { return self.refuse_chain(iter) };
        let mut base = whole.clone();
        let mut steps = Vec::new();
        while !base.is_steady() {
            base = match base {
                Iter::On(inner, step @ (Do::Filter(_) | Do::Map(_) | Do::Inspect(_) | Do::Copied)) => {
                    steps.push(step);
                    *inner
                }
                _ => return Ok(Some(Pipe::Whole(whole))),
            };
        }
        steps.reverse();
        Ok(Some(Pipe::Steps(Piped { base, steps, at: iter })))
    }

    /// `for` over a chain.
    pub(super) fn for_chain(
        &mut self,
        pat: &'a Pat,
        chain: &Chain<'a>,
        iter: &'a Expr,
        body: &'a Block,
    ) -> Res<()> {
        self.check_places(chain)?;
        let Ok(evaluated) = self.evaluate(chain) else { return self.refuse_chain(iter) };
        let around = Around { assigned: super::walk::block_assigned(body), going: Vec::new() };
        let done = self.drive(&evaluated, &around, iter, &mut |s, val| {
            s.bind(pat, val)?;
            s.unit_block(body)
        });
        done.or_else(|Refused| self.refuse_chain(iter))
    }

    /// The arrays that a chain reads have to be at hand.
    pub(super) fn check_places(&mut self, chain: &Chain<'a>) -> Res<()> {
        let mut places = Vec::new();
        chain.places(&mut places);
        match places.into_iter().find(|p| self.facts.is_copied(p)) {
            Some(at) => self.refuse(Kind::NotAPlace, at, &[]),
            None => Ok(()),
        }
    }

    /// What has to be asked before each round.
    pub(super) fn ready(&mut self, iter: &Iter<'a>) -> Res<Ready> {
        Ok(match iter {
            iter if iter.is_indexable() => match self.count_of(iter)? {
                Some(n) => Ready::Below(n),
                None => Ready::All(Vec::new()),
            },
            Iter::Opaque(it) => Ready::Opaque(*it),
            Iter::Zip(a, b) => Ready::All(vec![self.ready(a)?, self.ready(b)?]),
            Iter::On(inner, Do::Take(n)) => Ready::All(vec![Ready::Below(*n), self.ready(inner)?]),
            Iter::On(inner, _) => self.ready(inner)?,
            _ => return Err(Refused),
        })
    }

    pub(super) fn goes_on(&mut self, ready: &Ready, i: Var) -> Value {
        match ready {
            Ready::Below(n) => {
                let now = self.state_value(i);
                self.compared(CmpOp::Lt, now, *n)
            }
            Ready::Opaque(it) => self.has_next(*it),
            Ready::On(v) => self.state_value(*v),
            Ready::All(parts) => {
                let mut parts = parts.iter();
                let Some(first) = parts.next() else { return self.flag(true) };
                let mut all = self.goes_on(first, i);
                for part in parts {
                    let (long, dead, last) = self.region(|s| s.goes_on(part, i));
                    let pure = long.iter().all(|s| s.op.effects(&self.func).is_pure());
                    if pure {
                        self.out.extend(long);
                        all = self.push(Op::Int { op: IntOp::And, args: vec![all, last] }, Ty::Bool);
                        continue;
                    }
                    let (short, _, no) = self.region(|s| s.flag(false));
                    let then = super::branch::arm(long, dead, vec![last]);
                    let els = super::branch::arm(short, false, vec![no]);
                    all = self.push(Op::If { cond: all, then, els }, Ty::Bool);
                }
                all
            }
        }
    }

    // Iterators of opaque code: they run once, in order, like all of it.

    fn opaque_iterator(&mut self, e: &'a Expr, into: bool) -> Res<usize> {
        let reads = self.copied_reads(e)?;
        let id = self.iterators.len();
        let ident = proc_macro2::Ident::new(&format!("__items_{id}"), e.span);
        let tokens = &e.tokens;
        let iter = match into {
            true => quote::quote!(::core::iter::IntoIterator::into_iter(#tokens)),
            false => quote::quote!(#tokens),
        };
        // It must be an iterator, whatever its methods are called.
        let init = quote::quote!(::core::iter::Iterator::peekable(#iter));
        self.opaque_declaration(quote::quote!(mut #ident), init, vec![ident.clone()], reads);
        self.iterators.push(ident);
        Ok(id)
    }

    /// A constant array or slice: it must be one, whatever its methods are called.
    fn opaque_table(&mut self, e: &'a Expr) -> Res<usize> {
        let id = self.iterators.len();
        let ident = proc_macro2::Ident::new(&format!("__items_{id}"), e.span);
        let tokens = &e.tokens;
        let init = quote::quote!({
            const fn slice<T>(items: &[T]) -> &[T] {
                items
            }
            slice(&#tokens)
        });
        self.opaque_declaration(quote::quote!(#ident), init, vec![ident.clone()], Vec::new());
        self.iterators.push(ident);
        Ok(id)
    }

    fn table_item(&mut self, table: usize, mode: Mode, i: Value) -> Value {
        let ident = &self.iterators[table];
        let index = proc_macro2::Ident::new("__index", ident.span());
        let code = match mode {
            Mode::Value => quote::quote!(#ident[#index]),
            _ => quote::quote!(&#ident[#index]),
        };
        let reads = vec![ir::Read { ident: index, source: ir::ReadOf::Value(i) }];
        self.push(Op::Opaque { kind: ir::OpaqueKind::Expr(code), reads }, Ty::Opaque)
    }

    fn has_next(&mut self, it: usize) -> Value {
        let ident = &self.iterators[it];
        let kind = ir::OpaqueKind::Expr(quote::quote!(#ident.peek().is_some()));
        self.push(Op::Opaque { kind, reads: Vec::new() }, Ty::Bool)
    }

    fn next_code(&self, it: usize) -> proc_macro2::TokenStream {
        let ident = &self.iterators[it];
        // The condition of the loop has seen that there is one.
        quote::quote!(#ident.next().unwrap())
    }

    /// The next item as a value.
    pub(super) fn next_value(&mut self, it: usize) -> Value {
        let kind = ir::OpaqueKind::Expr(self.next_code(it));
        self.push(Op::Opaque { kind, reads: Vec::new() }, Ty::Opaque)
    }

    /// Takes the next items that a value stands for, so that it can be used more than once.
    pub(super) fn held(&mut self, val: Val) -> Val {
        match val {
            Val::Next(it) => Val::Scalar(self.next_value(it)),
            Val::Tuple(vals) => Val::Tuple(vals.into_iter().map(|val| self.held(val)).collect()),
            val => val,
        }
    }

    /// A value that only rustc knows, taken apart by opaque code.
    pub(super) fn bind_opaque(&mut self, pat: &'a Pat, v: Value) -> Res<()> {
        let ident = proc_macro2::Ident::new("__item", pat.span);
        let read = ir::Read { ident: ident.clone(), source: ir::ReadOf::Value(v) };
        self.opaque_let(&pat.tokens, quote::quote!(#ident), pat, vec![read]);
        self.declare_opaque(pat)
    }

    /// The next item, taken apart by opaque code.
    pub(super) fn bind_next(&mut self, pat: &'a Pat, it: usize) -> Res<()> {
        self.opaque_let(&pat.tokens, self.next_code(it), pat, Vec::new());
        self.declare_opaque(pat)
    }

    /// The refusal of a chain that is understood in parts only.
    pub(super) fn refuse_chain<T>(&mut self, at: &'a Expr) -> Res<T> {
        if self.refused { Err(Refused) } else { self.refuse(Kind::Iterator, at, &[]) }
    }
}
