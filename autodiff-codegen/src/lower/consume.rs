//! Consumers of iterator chains, lowered: loops that carry what they make.

use super::consumer::{Consumer, Pick, Unwrap, What, comparison};
use super::drive::{Around, Do, Iter};
use super::place::Loc;
use super::shape::Shape;
use super::{Lower, Refused, Res, Val};
use crate::diagnostics::Kind;
use crate::hir::{BinOp, Expr, Type, Var};
use crate::ir::{CmpOp, Const, FloatTy, Init, IntOp, Op, Place, PlaceTy, Proj, Ty, Value};

/// A value that a loop makes, round by round: a variable of the compiler's own for each of its parts.
#[derive(Clone)]
enum Kept {
    One(Var),
    Tuple(Vec<Kept>),
}

impl<'a> Lower<'a, '_> {
    /// The value of a chain with a consumer.
    pub(super) fn consume(&mut self, e: &'a Expr, consumer: &Consumer<'a>, hint: Option<&Type>) -> Res<Val> {
        let done = self.consumed(e, consumer, hint);
        match done {
            Err(Refused) => self.refuse_chain(e),
            done => done,
        }
    }

    fn consumed(&mut self, e: &'a Expr, consumer: &Consumer<'a>, hint: Option<&Type>) -> Res<Val> {
        let chain = &consumer.chain;
        self.check_places(chain)?;
        let iter = self.evaluate(chain)?;
        if self.dead {
            return Ok(Val::Never);
        }
        match &consumer.what {
            What::Sum => self.accumulated(&iter, BinOp::Add, e),
            What::Product => self.accumulated(&iter, BinOp::Mul, e),
            What::Fold(init, f) => self.folded(&iter, init, f, e, hint),
            What::ForEach(f) => {
                let f = self.passed_function(f)?;
                let around = Around { assigned: self.assigned_by(&f), going: Vec::new() };
                self.drive(&iter, &around, e, &mut |s, val| s.apply(&f, vec![val], e).map(drop))?;
                Ok(if self.dead { Val::Never } else { Val::Unit })
            }
            What::Collect => self.collected(&iter, e, hint),
            What::Unzip => self.unzipped(&iter, e),
            What::Count => self.counted_items(&iter, e),
            What::All(all, f) => self.decided(&iter, *all, f, e),
            What::Option(pick, unwrap) => self.picked(&iter, consumer, pick, *unwrap, e),
        }
    }

    /// `sum()` and `product()`. A sum of floats starts at -0.0, as in `std`.
    fn accumulated(&mut self, iter: &Iter<'a>, op: BinOp, e: &'a Expr) -> Res<Val> {
        let ty = self.facts.shape(e).scalar().unwrap_or(Ty::Float(FloatTy::Unknown));
        let start = match (&ty, op) {
            (Ty::Int(_), BinOp::Add) => self.int(0, ty.clone()),
            (Ty::Int(_), _) => self.int(1, ty.clone()),
            (_, BinOp::Add) => self.push(Op::Const(Const::Float { value: -0.0, text: "-0.0".into() }), ty),
            _ => self.push(Op::Const(Const::Float { value: 1.0, text: "1.0".into() }), ty),
        };
        let stem = if op == BinOp::Add { "sum" } else { "product" };
        let acc = self.state(Val::Scalar(start), stem);
        let around = Around { assigned: vec![acc], going: Vec::new() };
        self.drive(iter, &around, e, &mut |s, val| {
            if val == Val::Never {
                return Ok(());
            }
            let x = s.scalar_of(val, e)?;
            let old = s.state_value(acc);
            let new = s.combine(op, (old, e), (x, e), e)?;
            s.set_state(acc, new);
            Ok(())
        })?;
        Ok(Val::Scalar(self.state_value(acc)))
    }

    fn folded(
        &mut self,
        iter: &Iter<'a>,
        init: &'a Expr,
        f: &'a Expr,
        e: &'a Expr,
        hint: Option<&Type>,
    ) -> Res<Val> {
        let known = self.facts.shape(e).to_type();
        let start = self.expr(init, known.as_ref().or(hint))?;
        let start = self.owned(start, init)?;
        let start = match start {
            Val::Scalar(v) if *self.ty(v) == Ty::Opaque && self.facts.tainted(e) => {
                Val::Scalar(self.push(Op::AssertFloat(v), Ty::Float(FloatTy::Unknown)))
            }
            start => start,
        };
        let f = self.passed_function(f)?;
        let mut assigned = self.assigned_by(&f);
        let acc = self.keep(start);
        acc.vars(&mut assigned);
        let around = Around { assigned, going: Vec::new() };
        self.drive(iter, &around, e, &mut |s, val| {
            let now = s.kept(&acc)?;
            let new = s.apply(&f, vec![now, val], e)?;
            s.set_kept(&acc, new, e)
        })?;
        self.kept(&acc)
    }

    fn keep(&mut self, val: Val) -> Kept {
        match val {
            Val::Tuple(vals) => Kept::Tuple(vals.into_iter().map(|val| self.keep(val)).collect()),
            Val::Place(p) => {
                let p = self.copied(p);
                self.changing.insert(p);
                Kept::One(self.state(Val::Place(p), "acc"))
            }
            val => Kept::One(self.state(val, "acc")),
        }
    }

    fn kept(&mut self, kept: &Kept) -> Res<Val> {
        match kept {
            Kept::One(v) => self.env.get(v.0 as usize).cloned().flatten().ok_or(Refused),
            Kept::Tuple(parts) => {
                Ok(Val::Tuple(parts.iter().map(|part| self.kept(part)).collect::<Res<Vec<_>>>()?))
            }
        }
    }

    fn set_kept(&mut self, kept: &Kept, val: Val, at: &'a Expr) -> Res<()> {
        match (kept, val) {
            (_, Val::Never) => Ok(()),
            (Kept::Tuple(parts), Val::Tuple(vals)) if parts.len() == vals.len() => {
                parts.iter().zip(vals).try_for_each(|(part, val)| self.set_kept(part, val, at))
            }
            (Kept::Tuple(parts), Val::Place(p)) if self.func.plc(p).ty == PlaceTy::Unknown => {
                for (i, part) in parts.iter().enumerate() {
                    let path = vec![Proj::Field(i as u32)];
                    let view = self.new_view(Loc { place: p, path, ty: PlaceTy::Unknown });
                    self.set_kept(part, Val::Place(view), at)?;
                }
                Ok(())
            }
            (Kept::One(v), val) => match self.env.get(v.0 as usize).cloned().flatten() {
                Some(Val::Scalar(old) | Val::ScalarRef(old)) => {
                    let is_ref = matches!(self.env[v.0 as usize], Some(Val::ScalarRef(_)));
                    let mut new = self.scalar_of(val, at)?;
                    if *self.ty(new) == Ty::Opaque && self.ty(old).is_float() {
                        new = self.asserted(new, at)?;
                    }
                    self.same(old, new);
                    self.env[v.0 as usize] =
                        Some(if is_ref { Val::ScalarRef(new) } else { Val::Scalar(new) });
                    Ok(())
                }
                Some(Val::Place(dst)) if matches!(self.func.plc(dst).ty, PlaceTy::Array(..)) => {
                    let Some(src) = val.place() else { return Err(Refused) };
                    if src != dst {
                        self.copy_into(dst, src);
                    }
                    Ok(())
                }
                Some(Val::Unit) => Ok(()),
                _ => self.refuse(Kind::Reassigned, at, &[]),
            },
            _ => Err(Refused),
        }
    }

    /// `collect()` into a `Vec`.
    fn collected(&mut self, iter: &Iter<'a>, e: &'a Expr, hint: Option<&Type>) -> Res<Val> {
        let hinted = hint.and_then(super::shape::place_ty).filter(|t| matches!(t, PlaceTy::Vec(_)));
        let Some(ty) = self.facts.shape(e).place().or(hinted) else {
            return self.refuse(Kind::CollectionUnknown, e, &[]);
        };
        // The last function is told what is asked of it.
        let (iter, last) = match iter {
            Iter::On(inner, Do::Map(f)) => (&**inner, Some(f.clone())),
            iter => (iter, None),
        };
        let assigned = last.as_ref().map_or(Vec::new(), |f| self.assigned_by(f));
        let around = Around { assigned, going: Vec::new() };
        let elem = ty.elem().cloned().ok_or(Refused)?;
        let wanted = Shape::of_place(&elem).to_type();
        let made = |s: &mut Self, val: Val| match &last {
            Some(f) => s.apply_for(f, vec![val], wanted.as_ref(), e),
            None => Ok(val),
        };
        if !iter.is_indexable() || !matches!(elem, PlaceTy::Scalar(_)) {
            return self.grown(iter, ty, &around, e, &made);
        }
        let place = self.zeros(iter, ty)?;
        let numbered = Iter::On(Box::new(iter.clone()), Do::Enumerate);
        self.drive(&numbered, &around, e, &mut |s, val| {
            let (i, val) = numbered_item(val)?;
            let val = made(s, val)?;
            s.store_item(place, i, val, e)
        })?;
        Ok(Val::Place(place))
    }

    /// A `Vec` of zeros, of the length of a chain.
    fn zeros(&mut self, iter: &Iter<'a>, ty: PlaceTy) -> Res<Place> {
        let Some(scalar) = ty.scalar().cloned() else { return Err(Refused) };
        let Some(n) = self.count_of(iter)? else { return Err(Refused) };
        let zero = self.dummy(&scalar);
        let place = self.fresh(ty);
        self.same_elem(place, zero);
        self.effect(Op::Alloc { place, init: Init::Fill(zero, Some(n)) });
        Ok(place)
    }

    fn store_item(&mut self, place: Place, i: Value, val: Val, e: &'a Expr) -> Res<()> {
        if self.dead || val == Val::Never {
            return Ok(());
        }
        let mut v = self.scalar_of(val, e)?;
        if *self.ty(v) == Ty::Opaque {
            v = self.asserted(v, e)?;
        }
        let Some(ty) = self.func.plc(place).ty.elem().cloned() else { return Err(Refused) };
        self.store(Loc { place, path: vec![Proj::Index(i)], ty }, v);
        Ok(())
    }

    /// A `Vec` that grows with each item, because only the loop knows how many there are, or what they are of.
    fn grown(
        &mut self,
        iter: &Iter<'a>,
        ty: PlaceTy,
        around: &Around,
        e: &'a Expr,
        made: &dyn Fn(&mut Self, Val) -> Res<Val>,
    ) -> Res<Val> {
        let place = self.fresh(ty);
        self.changing.insert(place);
        self.effect(Op::Alloc { place, init: Init::Empty });
        self.written(place);
        self.drive(iter, around, e, &mut |s, val| {
            let val = made(s, val)?;
            if s.dead || val == Val::Never { Ok(()) } else { s.push_val(place, val, e) }
        })?;
        self.changing.remove(&place);
        Ok(Val::Place(place))
    }

    /// `unzip()` into two `Vec`s.
    fn unzipped(&mut self, iter: &Iter<'a>, e: &'a Expr) -> Res<Val> {
        let Shape::Tuple(shapes) = self.facts.shape(e) else {
            return self.refuse(Kind::CollectionUnknown, e, &[]);
        };
        let mut places = Vec::new();
        for shape in &shapes {
            match shape.place() {
                Some(ty) if iter.is_indexable() && matches!(ty.elem(), Some(PlaceTy::Scalar(_))) => {
                    places.push(self.zeros(iter, ty)?);
                }
                _ => return self.refuse(Kind::CollectionUnknown, e, &[]),
            }
        }
        let numbered = Iter::On(Box::new(iter.clone()), Do::Enumerate);
        self.drive(&numbered, &Around::default(), e, &mut |s, val| {
            let (i, val) = numbered_item(val)?;
            let Val::Tuple(parts) = val else { return Err(Refused) };
            places.iter().zip(parts).try_for_each(|(place, part)| s.store_item(*place, i, part, e))
        })?;
        Ok(Val::Tuple(places.into_iter().map(Val::Place).collect()))
    }

    /// `count()`
    fn counted_items(&mut self, iter: &Iter<'a>, e: &'a Expr) -> Res<Val> {
        let zero = self.int(0, Ty::usize());
        let n = self.state(Val::Scalar(zero), "count");
        let around = Around { assigned: vec![n], going: Vec::new() };
        self.drive(iter, &around, e, &mut |s, val| {
            s.held(val);
            let (old, one) = (s.state_value(n), s.int(1, Ty::usize()));
            let new = s.int_op(IntOp::Add, vec![old, one]);
            s.set_state(n, new);
            Ok(())
        })?;
        Ok(Val::Scalar(self.state_value(n)))
    }

    /// `all(f)`, `any(f)`: the first that decides is the last that is asked.
    fn decided(&mut self, iter: &Iter<'a>, all: bool, f: &'a Expr, e: &'a Expr) -> Res<Val> {
        let f = self.passed_function(f)?;
        let yes = self.push(Op::Const(Const::Bool(true)), Ty::Bool);
        let on = self.state(Val::Scalar(yes), "on");
        let mut around = Around { assigned: vec![on], going: vec![on] };
        around.assigned.extend(self.assigned_by(&f));
        self.drive(iter, &around, e, &mut |s, val| {
            let val = s.apply(&f, vec![val], e)?;
            if val == Val::Never {
                return Ok(());
            }
            let mut v = s.scalar_of(val, e)?;
            if !all {
                v = s.push(Op::Int { op: IntOp::Not, args: vec![v] }, Ty::Bool);
            }
            s.set_state(on, v);
            Ok(())
        })?;
        let v = self.state_value(on);
        Ok(Val::Scalar(match all {
            true => v,
            false => self.push(Op::Int { op: IntOp::Not, args: vec![v] }, Ty::Bool),
        }))
    }

    // What gives an `Option`.

    fn picked(
        &mut self,
        iter: &Iter<'a>,
        consumer: &Consumer<'a>,
        pick: &Pick<'a>,
        unwrap: Unwrap<'a>,
        e: &'a Expr,
    ) -> Res<Val> {
        let item = consumer.chain.item(&self.facts);
        let ty = match (item.0.strip().scalar(), item.1) {
            (Some(ty), _) => ty,
            (None, true) if item.0 == Shape::Unknown => Ty::Float(FloatTy::Unknown),
            _ => return self.refuse(Kind::NotAScalar, e, &[]),
        };
        let (zero, none) = (self.dummy(&ty), self.push(Op::Const(Const::Bool(false)), Ty::Bool));
        let found = self.state(Val::Scalar(none), "found");
        let is_ref = item.0.is_reference();
        let acc = self.state(if is_ref { Val::ScalarRef(zero) } else { Val::Scalar(zero) }, "acc");
        let kept = Kept::One(acc);
        let mut around = Around { assigned: vec![found, acc], going: Vec::new() };
        let f = match pick {
            Pick::Reduce(f) => Some(self.passed_function(f)?),
            _ => None,
        };
        if let Some(f) = &f {
            around.assigned.extend(self.assigned_by(f));
        }
        let mut left = None;
        if let Pick::Nth(k) = pick {
            let k = match k {
                Some(k) => self.typed(k, Ty::usize())?,
                None => self.int(0, Ty::usize()),
            };
            let yes = self.push(Op::Const(Const::Bool(true)), Ty::Bool);
            let on = self.state(Val::Scalar(yes), "on");
            let k = self.state(Val::Scalar(k), "left");
            around.assigned.extend([on, k]);
            around.going.push(on);
            left = Some((k, on));
        }
        let vars = around.assigned.clone();
        self.drive(iter, &around, e, &mut |s, val| {
            let yes = s.push(Op::Const(Const::Bool(true)), Ty::Bool);
            match (pick, left) {
                (Pick::Last, _) => {
                    s.set_state(found, yes);
                    s.set_kept(&kept, val, e)
                }
                (Pick::Nth(_), Some((left, on))) => {
                    let (now, zero, one) =
                        (s.state_value(left), s.int(0, Ty::usize()), s.int(1, Ty::usize()));
                    let here = s.push(Op::Cmp { op: CmpOp::Eq, args: [now, zero] }, Ty::Bool);
                    let next = s.int_op(IntOp::WrappingSub, vec![now, one]);
                    s.set_state(left, next);
                    s.when(here, &vars, e, &mut |s| {
                        let no = s.push(Op::Const(Const::Bool(false)), Ty::Bool);
                        s.set_state(on, no);
                        s.set_state(found, yes);
                        s.set_kept(&kept, val.clone(), e)
                    })
                }
                _ => {
                    let some = s.state_value(found);
                    let mut better = |s: &mut Self| s.better(pick, f.as_ref(), &kept, val.clone(), e);
                    let mut first = |s: &mut Self| {
                        s.set_state(found, yes);
                        s.set_kept(&kept, val.clone(), e)
                    };
                    s.choose_between(some, &vars, e, &mut better, &mut first)
                }
            }
        })?;
        self.unwrapped(found, acc, unwrap, e)
    }

    /// One more item of a `reduce`, `max_by` or `min_by`.
    fn better(
        &mut self,
        pick: &Pick<'a>,
        f: Option<&super::closure::Function<'a>>,
        kept: &Kept,
        val: Val,
        e: &'a Expr,
    ) -> Res<()> {
        let now = self.kept(kept)?;
        match (pick, f) {
            (Pick::Reduce(_), Some(f)) => {
                let new = self.apply(f, vec![now, val], e)?;
                self.set_kept(kept, new, e)
            }
            (Pick::Best(greatest, f), _) => {
                let greater = self.is_greater(f, now, val.clone(), e)?;
                let mut vars = Vec::new();
                kept.vars(&mut vars);
                // Of equal ones the last is the greatest, and the first the least.
                let mut keep = |_: &mut Self| Ok(());
                let mut take = |s: &mut Self| s.set_kept(kept, val.clone(), e);
                match greatest {
                    true => self.choose_between(greater, &vars, e, &mut keep, &mut take),
                    false => self.choose_between(greater, &vars, e, &mut take, &mut keep),
                }
            }
            _ => Err(Refused),
        }
    }

    /// Whether a comparison closure says that the first is greater.
    fn is_greater(&mut self, f: &'a Expr, a: Val, b: Val, e: &'a Expr) -> Res<Value> {
        let function = self.passed_function(f)?;
        let args = vec![a.by_reference(), b.by_reference()];
        let mut greater = None;
        self.within_function(&function, args, e, &mut |s, _| {
            let Some((a, b, unwrap)) = comparison(&s.facts, f) else { return Err(Refused) };
            let (a, b) = (s.scalar(a, None)?, s.scalar(b, None)?);
            s.same(a, b);
            if let Some(unwrap) = unwrap {
                // Whatever is neither below nor not below is not a number.
                let below = s.push(Op::Cmp { op: CmpOp::Lt, args: [a, b] }, Ty::Bool);
                let not = s.push(Op::Cmp { op: CmpOp::Ge, args: [a, b] }, Ty::Bool);
                let either = s.push(Op::Int { op: IntOp::Or, args: vec![below, not] }, Ty::Bool);
                let neither = s.push(Op::Int { op: IntOp::Not, args: vec![either] }, Ty::Bool);
                let code = s.none_code(unwrap);
                s.exit_if(neither, code, e)?;
            }
            greater = Some(s.push(Op::Cmp { op: CmpOp::Gt, args: [a, b] }, Ty::Bool));
            Ok(())
        })?;
        greater.ok_or(Refused)
    }

    /// What `unwrap` or `expect` of a `None` does.
    fn none_code(&self, unwrap: Unwrap<'a>) -> proc_macro2::TokenStream {
        match unwrap {
            Unwrap::Expect(text) => {
                let text = &text.tokens;
                quote::quote!(::core::panic!("{}", #text))
            }
            _ => quote::quote!(::core::panic!("called `Option::unwrap()` on a `None` value")),
        }
    }

    fn unwrapped(&mut self, found: Var, acc: Var, unwrap: Unwrap<'a>, e: &'a Expr) -> Res<Val> {
        let some = self.state_value(found);
        match unwrap {
            Unwrap::Or(x) => {
                let other = self.expr(x, None)?;
                let kept = Kept::One(acc);
                self.choose_between(some, &[acc], e, &mut |_| Ok(()), &mut |s| {
                    s.set_kept(&kept, other.clone(), x)
                })?;
            }
            unwrap => {
                let none = self.push(Op::Int { op: IntOp::Not, args: vec![some] }, Ty::Bool);
                let code = self.none_code(unwrap);
                self.exit_if(none, code, e)?;
            }
        }
        self.kept(&Kept::One(acc))
    }
}

impl Kept {
    fn vars(&self, out: &mut Vec<Var>) {
        match self {
            Kept::One(v) => out.push(*v),
            Kept::Tuple(parts) => parts.iter().for_each(|part| part.vars(out)),
        }
    }
}

/// The number of an item, and the item.
fn numbered_item(val: Val) -> Res<(Value, Val)> {
    let Val::Tuple(parts) = val else { return Err(Refused) };
    match <[Val; 2]>::try_from(parts) {
        Ok([Val::Scalar(i), val]) => Ok((i, val)),
        _ => Err(Refused),
    }
}
