//! The items of a chain by their numbers: how many there are, and which comes when.

use super::chain::Part;
use super::drive::{Do, Iter};
use super::place::Loc;
use super::{Lower, Refused, Res, Val};
use crate::hir::Expr;
use crate::ir::{self, IntOp, Mode, Op, Place, PlaceTy, Proj, Range, Ty, Value};

impl<'a> Lower<'a, '_> {
    /// How many elements there are; `None` if there is no end to them.
    pub(super) fn count_of(&mut self, iter: &Iter<'a>) -> Res<Option<Value>> {
        let one = |s: &mut Self| s.usize(1);
        Ok(match iter {
            Iter::Ints(r) => Some(self.push(Op::Trips(Range { rev: false, ..r.clone() }), Ty::usize())),
            Iter::From(_) | Iter::Repeat(_) => None,
            Iter::Elements(p, _) => Some(self.push(Op::Len(*p), Ty::usize())),
            Iter::Table(table) => {
                let ident = &self.iterators[*table].ident;
                let kind = ir::OpaqueKind::Expr(quote::quote_spanned!(ident.span()=> #ident.len()));
                Some(self.push(Op::opaque(kind, Vec::new()), Ty::usize()))
            }
            Iter::Once(_) => Some(one(self)),
            Iter::Parts(p, k, part, _) => {
                let n = self.push(Op::Len(*p), Ty::usize());
                Some(match part {
                    Part::Windows => {
                        let one = one(self);
                        let less = self.int_op(IntOp::WrappingSub, vec![*k, one]);
                        self.int_op(IntOp::SaturatingSub, vec![n, less])
                    }
                    Part::Exact => self.int_op(IntOp::Div, vec![n, *k]),
                    Part::Chunks | Part::FromEnd => self.divided_up(n, *k),
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
                    // None, or more than there are numbers for.
                    (Do::Cycle(n), _) => {
                        let (zero, one) = (self.usize(0), one(self));
                        let some = self.int_op(IntOp::Min, vec![*n, one]);
                        Some(self.int_op(IntOp::WrappingSub, vec![zero, some]))
                    }
                    (_, n) => n,
                }
            }
            Iter::Append(..) | Iter::Opaque(_) => return Err(Refused),
        })
    }

    /// `n / k`, rounded up.
    pub(super) fn divided_up(&mut self, n: Value, k: Value) -> Value {
        let one = self.usize(1);
        let whole = self.int_op(IntOp::Div, vec![n, k]);
        let left = self.int_op(IntOp::Rem, vec![n, k]);
        let some = self.int_op(IntOp::Min, vec![left, one]);
        self.int_op(IntOp::WrappingAdd, vec![whole, some])
    }

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
                    i = self.counted_back(n, i);
                }
                if let Some(k) = r.step {
                    i = self.int_op(IntOp::Mul, vec![i, k]);
                }
                Ok(Val::Scalar(self.counted_from(r.lo, i)))
            }
            Iter::From(lo) => Ok(Val::Scalar(self.counted_from(*lo, i))),
            Iter::Elements(p, mode) => self.element(*p, *mode, i),
            Iter::Parts(p, k, part, mutable) => self.part(*p, *k, (*part, *mutable), i),
            Iter::Repeat(val) | Iter::Once(val) => Ok(val.clone()),
            Iter::Opaque(it) => Ok(Val::Next(*it)),
            Iter::Table(table) => Ok(Val::Scalar(self.table_item(*table, i))),
            Iter::Zip(a, b) => {
                let a = self.item_at(a, i, at)?;
                Ok(Val::Tuple(vec![a, self.item_at(b, i, at)?]))
            }
            Iter::On(inner, step) => {
                let j = match step {
                    Do::Rev(n) => self.counted_back(*n, i),
                    Do::Skip(k) => self.int_op(IntOp::WrappingAdd, vec![i, *k]),
                    Do::StepBy(k) => self.int_op(IntOp::Mul, vec![i, *k]),
                    Do::Cycle(n) => self.int_op(IntOp::Rem, vec![i, *n]),
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
    pub(super) fn counted_back(&mut self, n: Value, i: Value) -> Value {
        let one = self.usize(1);
        let last = self.int_op(IntOp::WrappingSub, vec![n, one]);
        self.int_op(IntOp::WrappingSub, vec![last, i])
    }

    /// The integer that comes so many after the first.
    pub(super) fn counted_from(&mut self, lo: Value, i: Value) -> Value {
        let ty = self.found(lo);
        let usize = ty == Ty::usize();
        let constant = self.integers.get(&i).copied();
        // Of what type it is may be said by code that is not looked into alone, such as `TABLE[n]`: then rustc knows.
        if ty == Ty::Int(None) && constant.is_none() {
            let after = self.push(Op::Int { op: IntOp::After, args: vec![lo, i] }, ty);
            self.same(lo, after);
            return after;
        }
        let i = match constant {
            _ if usize => i,
            Some(n) => self.int(n, ty),
            None => self.push(Op::Cast(i), ty),
        };
        if !usize {
            self.same(lo, i);
            self.open.push(i);
        }
        self.int_op(IntOp::WrappingAdd, vec![lo, i])
    }

    pub(super) fn element(&mut self, place: Place, mode: Mode, i: Value) -> Res<Val> {
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

    fn part(&mut self, place: Place, k: Value, (part, mutable): (Part, bool), i: Value) -> Res<Val> {
        let Some(elem) = self.func.plc(place).ty.elem().cloned() else { return Err(Refused) };
        let first = match part {
            Part::Windows => i,
            _ => self.int_op(IntOp::Mul, vec![i, k]),
        };
        let (first, end) = match part {
            Part::Windows | Part::Exact => (first, self.int_op(IntOp::WrappingAdd, vec![first, k])),
            Part::Chunks | Part::FromEnd => {
                let n = self.push(Op::Len(place), Ty::usize());
                let left = self.int_op(IntOp::WrappingSub, vec![n, first]);
                let size = self.int_op(IntOp::Min, vec![left, k]);
                match part {
                    Part::FromEnd => (self.int_op(IntOp::WrappingSub, vec![left, size]), left),
                    _ => (first, self.int_op(IntOp::WrappingAdd, vec![first, size])),
                }
            }
        };
        let path = vec![Proj::Slice(Some(first), Some(end))];
        let view = self.new_view(Loc { place, path, ty: PlaceTy::Slice(Box::new(elem)) });
        if mutable {
            self.written(view);
        }
        Ok(Val::PlaceRef(view, mutable))
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
}
