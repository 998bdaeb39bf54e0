//! `Vec`s that grow and shrink.

use super::data::{Data, elements_of};
use super::drive::{Around, Iter};
use super::types::Node;
use super::{Lower, Refused, Res, Val};
use crate::diagnostics::Kind;
use crate::hir::{Expr, ExprKind, PatKind, Var};
use crate::ir::{
    self, CmpOp, Const, FloatTy, Init, IntOp, Mode, Op, ParamKind, Place, PlaceKind, PlaceTy, Proj, Range,
    Ty, Value,
};
use quote::quote;

impl<'a> Lower<'a, '_> {
    /// A method that changes the length of a `Vec`.
    pub(super) fn resized(&mut self, e: &'a Expr, data: Data, recv: &'a Expr, args: &'a [Expr]) -> Res<Val> {
        let v = self.growing(recv, e)?;
        match data {
            Data::Push => {
                // What a row is made as, where a `collect` doesn't say it.
                let row = super::facts::element(&self.facts.shape(recv));
                let hint = row.place().filter(|t| matches!(t, PlaceTy::Vec(_))).and(row.to_type());
                let val = self.expr(&args[0], hint.as_ref())?;
                self.push_val(v, val, &args[0])?;
            }
            Data::Extend if elements_of(&self.facts, &args[0]).is_none() => {
                let Some(chain) = super::chain::classify(&self.facts, &args[0]) else { return Err(Refused) };
                self.check_places(&chain)?;
                let iter = self.evaluate(&chain)?;
                let around = super::drive::Around::default();
                self.drive(&iter, &around, e, &mut |s, val| {
                    if s.dead || val == Val::Never { Ok(()) } else { s.push_val(v, val, e) }
                })?;
            }
            Data::CloneFrom => {
                let from = self.loc(&args[0])?;
                let src = self.view(from);
                let zero = self.int(0, Ty::usize());
                self.truncate(v, zero);
                self.append_all(v, src);
            }
            Data::ExtendFromSlice | Data::Extend => {
                let from = elements_of(&self.facts, &args[0]).unwrap_or(&args[0]);
                let loc = self.loc(from)?;
                let src = self.view(loc);
                self.append_all(v, src);
            }
            Data::Append => {
                let w = self.growing(&args[0], e)?;
                self.append_all(v, w);
                let zero = self.int(0, Ty::usize());
                self.truncate(w, zero);
            }
            Data::Truncate => {
                let n = self.typed(&args[0], Ty::usize())?;
                let len = self.push(Op::Len(v), Ty::usize());
                let to = self.push(Op::Int { op: IntOp::Min, args: vec![len, n] }, Ty::usize());
                self.resize(v, len, to);
            }
            Data::Clear => {
                let zero = self.int(0, Ty::usize());
                self.truncate(v, zero);
            }
            Data::SplitOff => return self.split_off(v, &args[0]).map(Val::Place),
            Data::Drain => return self.drained(recv, &args[0]).map(|_| Val::Unit),
            Data::Dedup => self.dedup(v, None, e)?,
            Data::DedupBy(by_key) => self.dedup(v, Some((&args[0], by_key)), e)?,
            Data::ExtendFromWithin => {
                let (part, _) = self.part_of(v, &args[0])?;
                let copy = self.vec_of(part)?;
                self.append_all(v, copy);
            }
            Data::ResizeWith => self.resize_with(v, &args[0], &args[1], e)?,
            Data::Resize => self.resize_to(v, &args[0], &args[1])?,
            Data::Insert => self.insert(v, &args[0], &args[1])?,
            Data::Remove | Data::SwapRemove => return self.remove(v, &args[0], data == Data::SwapRemove),
            _ => return Err(Refused),
        }
        Ok(Val::Unit)
    }

    /// A `Vec` of this function's own, or one that nothing active gets into, and no derivative has a buffer for.
    pub(super) fn growing(&mut self, recv: &'a Expr, e: &'a Expr) -> Res<Place> {
        let loc = self.loc(recv)?;
        let v = self.view(loc);
        let root = self.func.root(v);
        let own = matches!(self.func.plc(root).kind, PlaceKind::Local | PlaceKind::CallResult);
        let own = own || self.is_lent_passively(v) && !self.facts.tainted(recv);
        if !own || !matches!(self.func.plc(v).ty, PlaceTy::Vec(_)) {
            return self.refuse(Kind::LengthOfParameter, e, &[]);
        }
        self.written(v);
        Ok(v)
    }

    /// Whether a place is all of a passive `&mut` parameter.
    fn is_lent_passively(&self, v: Place) -> bool {
        let lent = |kind: &ParamKind| matches!(kind, ParamKind::Place(p, Mode::Mut) if *p == v);
        self.func.params.iter().any(|p| !p.active && lent(&p.kind))
    }

    /// `v.push(val)`
    pub(super) fn push_val(&mut self, v: Place, val: Val, e: &'a Expr) -> Res<()> {
        if let (Some(ty @ PlaceTy::Tuple(_)), Val::Tuple(_)) = (self.func.plc(v).ty.elem().cloned(), &val) {
            let len = self.push(Op::Len(v), Ty::usize());
            let one = self.int(1, Ty::usize());
            let to = self.int_op(IntOp::Add, vec![len, one]);
            self.resize(v, len, to);
            let loc = super::place::Loc { place: v, path: vec![Proj::Index(len)], ty };
            return self.assign_part(loc, val, e);
        }
        let rows = !matches!(self.func.plc(v).ty.elem(), Some(PlaceTy::Scalar(_)));
        if rows {
            let Some(src) = val.place() else { return self.refuse(Kind::NotAPlace, e, &[]) };
            self.types.unify(&self.func, Node::Place(v), Node::Place(src));
            self.effect(Op::Append { place: v, src, count: None });
            return Ok(());
        }
        let mut value = self.scalar_of(val, e)?;
        if *self.ty(value) == Ty::Opaque {
            value = match self.func.plc(v).ty.scalar() {
                Some(t) if !t.is_float() => {
                    let t = t.clone();
                    self.func.values[value.0 as usize].ty = t;
                    value
                }
                _ => self.push(Op::AssertFloat(value), Ty::Float(FloatTy::Unknown)),
            };
        }
        self.same_elem(v, value);
        self.effect(Op::Push { place: v, value });
        Ok(())
    }

    /// Appends all elements of a place to a `Vec`.
    pub(super) fn append_all(&mut self, v: Place, src: Place) {
        self.types.unify(&self.func, Node::Place(v), Node::Place(src));
        self.written(v);
        let count = self.push(Op::Len(src), Ty::usize());
        self.effect(Op::Append { place: v, src, count: Some(count) });
    }

    fn truncate(&mut self, v: Place, to: Value) {
        let from = self.push(Op::Len(v), Ty::usize());
        self.resize(v, from, to);
    }

    fn resize(&mut self, v: Place, from: Value, to: Value) {
        self.written(v);
        self.effect(Op::Resize { place: v, from, to });
    }

    /// `v.resize(n, x)`: what is missing is pushed, what is too much is dropped.
    fn resize_to(&mut self, v: Place, n: &'a Expr, x: &'a Expr) -> Res<()> {
        let n = self.typed(n, Ty::usize())?;
        // What fills it may say nothing of its own type: `Default::default()`.
        let number = match self.func.plc(v).ty.elem() {
            Some(PlaceTy::Scalar(ty)) if *ty != Ty::Float(FloatTy::Unknown) => Some(ty.clone()),
            _ => None,
        };
        let val = match number.filter(|_| self.facts.shape(x) == super::shape::Shape::Unknown) {
            Some(ty) => Val::Scalar(self.typed(x, ty)?),
            None => self.expr(x, None)?,
        };
        let len = self.push(Op::Len(v), Ty::usize());
        let keep = self.push(Op::Int { op: IntOp::Min, args: vec![len, n] }, Ty::usize());
        self.resize(v, len, keep);
        let missing = self.int_op(IntOp::SaturatingSub, vec![n, len]);
        self.counted(missing, |s, _| s.push_val(v, val, x))
    }

    /// `v.resize_with(n, f)`: what is missing is made and pushed, one after the other.
    fn resize_with(&mut self, v: Place, n: &'a Expr, f: &'a Expr, e: &'a Expr) -> Res<()> {
        let n = self.typed(n, Ty::usize())?;
        let f = self.passed_function(f)?;
        let len = self.push(Op::Len(v), Ty::usize());
        let keep = self.push(Op::Int { op: IntOp::Min, args: vec![len, n] }, Ty::usize());
        self.resize(v, len, keep);
        let missing = self.int_op(IntOp::SaturatingSub, vec![n, len]);
        self.each_of(missing, &f, e, &mut |s, _, val| s.push_val(v, val, e))
    }

    /// Calls a function without arguments `n` times, and hands on what it gives, with its number.
    pub(super) fn each_of(
        &mut self,
        n: Value,
        f: &super::closure::Function<'a>,
        e: &'a Expr,
        put: &mut dyn FnMut(&mut Self, Value, Val) -> Res<()>,
    ) -> Res<()> {
        let lo = self.int(0, Ty::usize());
        let range = Range { lo, hi: n, inclusive: false, step: None, rev: false };
        let around = Around { assigned: self.assigned_by(f), going: Vec::new() };
        self.drive(&Iter::Ints(range), &around, e, &mut |s, i| {
            let i = s.scalar_of(i, e)?;
            let val = s.apply(f, Vec::new(), e)?;
            if s.dead || val == Val::Never { Ok(()) } else { put(s, i, val) }
        })
    }

    /// `v.split_off(i)`: a `Vec` of what is cut off.
    fn split_off(&mut self, v: Place, at: &'a Expr) -> Res<Place> {
        let at = self.typed(at, Ty::usize())?;
        let len = self.push(Op::Len(v), Ty::usize());
        let beyond = self.compared(CmpOp::Gt, at, len);
        self.panic_as_std_if(beyond, (len, at), "split_off", quote!());
        self.cut_off(v, at)
    }

    /// A `Vec` of all elements from an index on, which are gone then.
    fn cut_off(&mut self, v: Place, at: Value) -> Res<Place> {
        let elem = self.func.plc(v).ty.elem().cloned().ok_or(Refused)?;
        let path = vec![Proj::Slice(Some(at), None)];
        let part = self.new_view(super::place::Loc { place: v, path, ty: PlaceTy::Slice(Box::new(elem)) });
        let rest = self.vec_of(part)?;
        self.truncate(v, at);
        Ok(rest)
    }

    /// `v.drain(a..b)`: a `Vec` of what is taken out. Whoever runs over it holds on to `v` until the end, so that nobody sees
    /// when the elements go.
    pub(super) fn drained(&mut self, recv: &'a Expr, range: &'a Expr) -> Res<Place> {
        let v = self.growing(recv, recv)?;
        let (part, first) = self.part_of(v, range)?;
        let taken = self.vec_of(part)?;
        let to_the_end = matches!(range.kind, ExprKind::Range { hi: None, .. });
        let (count, len) = (self.push(Op::Len(taken), Ty::usize()), self.push(Op::Len(v), Ty::usize()));
        if to_the_end {
            let left = self.int_op(IntOp::Sub, vec![len, count]);
            self.truncate(v, left);
            return Ok(taken);
        }
        let first = first.unwrap_or_else(|| self.int(0, Ty::usize()));
        let end = self.int_op(IntOp::Add, vec![first, count]);
        let rest = self.cut_off(v, end)?;
        self.truncate(v, first);
        self.append_all(v, rest);
        Ok(taken)
    }

    /// `v.dedup()`, `v.dedup_by(f)`, `v.dedup_by_key(f)`: an element stays if it differs from the last one that does.
    fn dedup(&mut self, v: Place, by: Option<(&'a Expr, bool)>, e: &'a Expr) -> Res<()> {
        let f = by.map(|(f, _)| self.passed_function(f)).transpose()?;
        let assigned = f.as_ref().map_or(Vec::new(), |f| self.assigned_by(f));
        let ty = self.func.plc(v).ty.clone();
        let kept = self.fresh(ty);
        self.changing.insert(kept);
        self.effect(Op::Alloc { place: kept, init: Init::Empty });
        self.written(kept);
        let around = Around { assigned: assigned.clone(), going: Vec::new() };
        self.drive(&Iter::Elements(v, Mode::Value), &around, e, &mut |s, val| {
            let len = s.push(Op::Len(kept), Ty::usize());
            let zero = s.int(0, Ty::usize());
            let some = s.compared(CmpOp::Gt, len, zero);
            let item = s.scalar_of(val.clone(), e)?;
            let same = s.truth_of(some, false, |s| s.is_the_same(kept, item, f.as_ref(), by, e), e)?;
            s.choose_between(same, &assigned, e, &mut |_| Ok(()), &mut |s| s.push_val(kept, val.clone(), e))
        })?;
        self.changing.remove(&kept);
        self.types.unify(&self.func, Node::Place(v), Node::Place(kept));
        self.effect(Op::Swap { a: v, b: kept });
        Ok(())
    }

    /// Whether an element is the same as the last one of a `Vec`, as `dedup` asks it.
    fn is_the_same(
        &mut self,
        kept: Place,
        item: Value,
        f: Option<&super::closure::Function<'a>>,
        by: Option<(&'a Expr, bool)>,
        e: &'a Expr,
    ) -> Res<Value> {
        let (len, one) = (self.push(Op::Len(kept), Ty::usize()), self.int(1, Ty::usize()));
        let last = self.int_op(IntOp::Sub, vec![len, one]);
        let last = self.element_loc(kept, last);
        let last = self.load_scalar(&last);
        let lent = [Val::ScalarRef(item), Val::ScalarRef(last)];
        match (f, by) {
            (Some(f), Some((_, true))) => {
                let [item, last] = lent;
                let (a, b) = (self.apply(f, vec![item], e)?, self.apply(f, vec![last], e)?);
                let (a, b) = (self.scalar_of(a, e)?, self.scalar_of(b, e)?);
                Ok(self.compared(CmpOp::Eq, a, b))
            }
            (Some(f), _) => {
                let val = self.apply_for(f, lent.into(), Some(&crate::hir::Type::Bool), e)?;
                let v = self.scalar_of(val, e)?;
                if *self.ty(v) == Ty::Opaque {
                    self.func.values[v.0 as usize].ty = Ty::Bool;
                }
                self.know(v, &Ty::Bool);
                Ok(v)
            }
            (None, _) => Ok(self.compared(CmpOp::Eq, item, last)),
        }
    }

    /// Code that runs for each number below `n`.
    pub(super) fn counted(&mut self, n: Value, f: impl FnOnce(&mut Self, Value) -> Res<()>) -> Res<()> {
        let lo = self.int(0, Ty::usize());
        let i = self.value(Ty::usize(), None);
        let (stmts, dead, done) = self.region(|s| f(s, i));
        done?;
        let range = Range { lo, hi: n, inclusive: false, step: None, rev: false };
        let body = ir::Block { params: vec![i], stmts, yields: Vec::new(), diverges: dead };
        self.effect(Op::For { range, inits: Vec::new(), body });
        Ok(())
    }

    /// Panics if `cond` holds, with the text that `std` has for it.
    pub(super) fn panic_if(&mut self, cond: Value, text: &str) {
        let (stmts, _, ()) = self.region(|s| s.exit(s.failing(&quote!(#text))));
        let then = ir::Block { stmts, diverges: true, ..ir::Block::default() };
        self.effect(Op::If { cond, then, els: ir::Block::default() });
    }

    /// What a method of `Vec`s panics with, as `std` says it: on a `Vec` of nothing that is as long.
    fn panic_as_std_if(
        &mut self,
        cond: Value,
        (len, at): (Value, Value),
        method: &str,
        more: proc_macro2::TokenStream,
    ) {
        let site = proc_macro2::Span::mixed_site();
        let (n, i) = (proc_macro2::Ident::new("__len", site), proc_macro2::Ident::new("__at", site));
        let rt = &self.f.crate_path;
        // The panic is said to be where the method's name stands.
        let name = proc_macro2::Ident::new(method, self.origin.span);
        let call = quote::quote_spanned!(name.span()=> #name(#i #more));
        let code = quote!({ let _ = #rt::__rt::vec![(); #n].#call; ::core::unreachable!() });
        let read = |ident: proc_macro2::Ident, v| ir::Read { ident, source: ir::ReadOf::Value(v) };
        let reads = vec![read(n, len), read(i, at)];
        let (stmts, _, ()) = self.region(|s| s.effect(Op::Exit { code, reads }));
        let then = ir::Block { stmts, diverges: true, ..ir::Block::default() };
        self.effect(Op::If { cond, then, els: ir::Block::default() });
    }

    /// What a range of indices that isn't there panics with, as all methods of `std`'s that are given one do.
    pub(super) fn panic_as_range_if(&mut self, cond: Value, len: Value, (lo, hi): (Value, Value)) {
        let site = proc_macro2::Span::mixed_site();
        let ident = |name: &str| proc_macro2::Ident::new(name, site);
        let (n, first, end) = (ident("__len"), ident("__first"), ident("__end"));
        let (rt, span) = (&self.f.crate_path, self.origin.span);
        let call = quote::quote_spanned!(span=> drain(#first..#end));
        let code = quote!({ let _ = #rt::__rt::vec![(); #n].#call; ::core::unreachable!() });
        let read = |ident: proc_macro2::Ident, v| ir::Read { ident, source: ir::ReadOf::Value(v) };
        let reads = vec![read(n, len), read(first, lo), read(end, hi)];
        let (stmts, _, ()) = self.region(|s| s.effect(Op::Exit { code, reads }));
        let then = ir::Block { stmts, diverges: true, ..ir::Block::default() };
        self.effect(Op::If { cond, then, els: ir::Block::default() });
    }

    /// A panic with this text, where the user's code stands that it is of. rustc says of what macros make that it is at their
    /// invocation, unless the call stands in the user's own place from its first token to its last.
    pub(super) fn failing(&self, text: &proc_macro2::TokenStream) -> proc_macro2::TokenStream {
        let (at, krate) = (self.origin.span, &self.f.crate_path);
        let path = quote!(#krate::__rt::fail);
        quote::quote_spanned!(at=> (#path)(#text))
    }

    fn exit(&mut self, code: proc_macro2::TokenStream) {
        self.effect(Op::Exit { code, reads: Vec::new() });
    }

    pub(super) fn compared(&mut self, op: CmpOp, a: Value, b: Value) -> Value {
        self.same(a, b);
        self.push(Op::Cmp { op, args: [a, b] }, Ty::Bool)
    }

    /// `v.insert(i, x)`: pushed, and moved to its place.
    fn insert(&mut self, v: Place, i: &'a Expr, x: &'a Expr) -> Res<()> {
        let i = self.typed(i, Ty::usize())?;
        let val = self.expr(x, None)?;
        let len = self.push(Op::Len(v), Ty::usize());
        let beyond = self.compared(CmpOp::Gt, i, len);
        self.panic_as_std_if(beyond, (len, i), "insert", quote!(, ()));
        self.push_val(v, val, x)?;
        let moves = self.int_op(IntOp::Sub, vec![len, i]);
        self.counted(moves, |s, k| {
            let to = s.int_op(IntOp::Sub, vec![len, k]);
            let one = s.int(1, Ty::usize());
            let from = s.int_op(IntOp::Sub, vec![to, one]);
            s.swap_elements(v, from, to);
            Ok(())
        })
    }

    /// `v.remove(i)`, `v.swap_remove(i)`: moved to the end, and popped.
    fn remove(&mut self, v: Place, i: &'a Expr, swap: bool) -> Res<Val> {
        let i = self.typed(i, Ty::usize())?;
        let len = self.push(Op::Len(v), Ty::usize());
        let beyond = self.compared(CmpOp::Ge, i, len);
        let method = if swap { "swap_remove" } else { "remove" };
        self.panic_as_std_if(beyond, (len, i), method, quote!());
        let one = self.int(1, Ty::usize());
        let last = self.int_op(IntOp::Sub, vec![len, one]);
        if swap {
            self.swap_elements(v, i, last);
        } else {
            let moves = self.int_op(IntOp::Sub, vec![last, i]);
            self.counted(moves, |s, k| {
                let at = s.int_op(IntOp::Add, vec![i, k]);
                let one = s.int(1, Ty::usize());
                let next = s.int_op(IntOp::Add, vec![at, one]);
                s.swap_elements(v, at, next);
                Ok(())
            })?;
        }
        self.take_last(v, len, last)
    }

    /// The last element, which then is gone.
    pub(super) fn take_last(&mut self, v: Place, len: Value, last: Value) -> Res<Val> {
        let Some(elem) = self.func.plc(v).ty.elem().cloned() else { return Err(Refused) };
        let loc = super::place::Loc { place: v, path: vec![Proj::Index(last)], ty: elem };
        let val = self.load(loc)?;
        let val = self.outliving(val);
        self.resize(v, len, last);
        Ok(val)
    }

    /// A value that outlives the memory that it was found in.
    pub(super) fn outliving(&mut self, val: Val) -> Val {
        match val {
            Val::Place(p) => Val::Place(self.copied(p)),
            Val::Tuple(vals) => Val::Tuple(vals.into_iter().map(|val| self.outliving(val)).collect()),
            val => val,
        }
    }

    /// `v.pop();`, for its effect.
    pub(super) fn pop_and_drop(&mut self, recv: &'a Expr, e: &'a Expr) -> Res<()> {
        let v = self.growing(recv, e)?;
        let len = self.push(Op::Len(v), Ty::usize());
        let one = self.int(1, Ty::usize());
        let to = self.int_op(IntOp::SaturatingSub, vec![len, one]);
        self.resize(v, len, to);
        Ok(())
    }

    /// `v.pop().unwrap()`
    pub(super) fn pop(&mut self, recv: &'a Expr, e: &'a Expr, text: &str) -> Res<Val> {
        let v = self.growing(recv, e)?;
        let len = self.push(Op::Len(v), Ty::usize());
        let zero = self.int(0, Ty::usize());
        let empty = self.compared(CmpOp::Eq, len, zero);
        self.panic_if(empty, text);
        let one = self.int(1, Ty::usize());
        let last = self.int_op(IntOp::Sub, vec![len, one]);
        self.take_last(v, len, last)
    }

    /// An empty `Vec`, of what the variable that it goes into is known to hold.
    pub(super) fn new_vec(&mut self, e: &'a Expr, ty: PlaceTy) -> Res<Val> {
        if let ExprKind::Call { args, .. } = &e.kind
            && let Some(capacity) = args.first()
        {
            self.typed(capacity, Ty::usize())?;
        }
        let place = self.fresh(ty);
        self.effect(Op::Alloc { place, init: Init::Empty });
        Ok(Val::Place(place))
    }

    /// `dst = src` for `Vec`s. What was moved from holds what nobody looks at.
    pub(super) fn assign_vec(&mut self, dst: Place, src: Place, at: &'a Expr) -> Res<()> {
        let root = self.func.root(dst);
        if !matches!(self.func.plc(root).kind, PlaceKind::Local | PlaceKind::CallResult) {
            return self.refuse(Kind::LengthOfParameter, at, &[]);
        }
        if self.func.plc(src).ty == PlaceTy::Unknown {
            let ty = self.func.plc(dst).ty.clone();
            self.func.places[src.0 as usize].ty = ty;
        }
        let own = matches!(self.func.plc(src).kind, PlaceKind::Local | PlaceKind::CallResult);
        let src = if own { src } else { self.copied(src) };
        self.swap_places(dst, src);
        Ok(())
    }

    /// A place for what one of several ways of the program will bring: zeros, or an empty `Vec`.
    pub(super) fn empty_place(&mut self, ty: PlaceTy) -> Place {
        let init = match &ty {
            ty if ty.is_fixed() => Init::Zeros,
            PlaceTy::User(_) | PlaceTy::Array(..) => Init::Later(self.facts.can_be_written(&ty)),
            _ => Init::Empty,
        };
        let place = self.fresh(ty);
        self.effect(Op::Alloc { place, init });
        place
    }

    /// Before something is brought into such a place once more.
    pub(super) fn empty_vec(&mut self, v: Place) {
        if let PlaceTy::Vec(_) = self.func.plc(v).ty {
            let zero = self.int(0, Ty::usize());
            self.truncate(v, zero);
        }
    }

    /// Brings something into such a place.
    pub(super) fn fill_place(&mut self, dst: Place, src: Place) {
        if self.func.plc(src).ty == PlaceTy::Unknown {
            let ty = self.func.plc(dst).ty.clone();
            self.func.places[src.0 as usize].ty = ty;
        }
        match self.func.plc(dst).ty {
            PlaceTy::Vec(_) => self.append_all(dst, src),
            _ => self.copy_into(dst, src),
        }
    }

    /// A `Vec` parameter whose length changes: the function's own copy of it.
    pub(super) fn own_parameter(&mut self, p: &'a crate::hir::Param) {
        let PatKind::Var(v) = p.pat.kind else { return };
        let Some(Some(Val::Place(place))) = self.env.get(v.0 as usize).cloned() else { return };
        let vec = matches!(self.func.plc(place).ty, PlaceTy::Vec(_));
        if vec && self.is_mutable(v) && self.changes_whole(v) {
            let copy = self.copied(place);
            self.name_place(copy, self.user_name(v));
            self.changing.insert(copy);
            self.env[v.0 as usize] = Some(Val::Place(copy));
        }
    }

    /// Whether a variable is resized, assigned to as a whole, or lent.
    fn changes_whole(&self, v: Var) -> bool {
        let is = |e: &Expr| matches!(e.kind, ExprKind::Var(w) if w == v);
        super::walk::block_any(&self.f.body, &|e| match &e.kind {
            ExprKind::Method { recv, name, args, .. } => {
                let name = name.to_string();
                let data = super::data::classify(&self.facts, recv, &name, args);
                is(recv) && (name == "pop" || data.is_some_and(Data::resizes))
            }
            ExprKind::Assign(lhs, _) | ExprKind::Ref(true, lhs) => is(lhs),
            _ => false,
        })
    }

    /// The zero of a scalar type.
    pub(super) fn zero_scalar(&mut self, ty: Ty) -> Value {
        let constant = match &ty {
            Ty::Bool => Const::Bool(false),
            Ty::Int(_) => Const::Int(0),
            _ => Const::Float { value: 0.0, text: "0.0".into() },
        };
        self.push(Op::Const(constant), ty)
    }
}
