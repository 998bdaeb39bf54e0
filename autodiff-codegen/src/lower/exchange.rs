//! What moves elements or whole places about: swaps, fills, copies, rotations, and views of parts.

use super::data::{Data, Pick, Picked, Sorting};
use super::place::Loc;
use super::shape::Shape;
use super::types::Node;
use super::{Lower, Refused, Res, Val};
use crate::analysis::only_reads;
use crate::diagnostics::Kind;
use crate::hir::{Expr, ExprKind, Var};
use crate::ir::{Again, CmpOp, Init, IntOp, Op, Place, PlaceTy, Proj, Ty, Value};

/// What `mem::swap` and its kin change.
enum Target {
    /// A variable that is no place: a number, a tuple, or a mutable reference, which is exchanged without what it refers to.
    Var(Var, Val),
    /// A shared reference: the copy that stands for what it refers to.
    Reference(Place),
    /// A place.
    Loc(Loc),
}

impl<'a> Lower<'a, '_> {
    /// A method of the table.
    pub(super) fn data(&mut self, e: &'a Expr, data: Data, recv: &'a Expr, args: &'a [Expr]) -> Res<Val> {
        if data.resizes() {
            return self.resized(e, data, recv, args);
        }
        if data == Data::Concat {
            return self.concat(e, recv);
        }
        if data == Data::Repeat {
            return self.repeated(e, recv, &args[0]);
        }
        let loc = self.loc(recv)?;
        let p = self.view(loc);
        if data.writes() || matches!(data, Data::SplitAt(true) | Data::AsMutSlice) {
            self.written(p);
        }
        match data {
            Data::Capacity => {
                args.iter().try_for_each(|n| self.typed(n, Ty::usize()).map(drop))?;
            }
            Data::Fill => self.fill(p, &args[0])?,
            Data::FillWith => self.fill_with(p, &args[0], e)?,
            Data::CopyWithin => self.copied_within(p, &args[0], &args[1])?,
            Data::CopyFrom => {
                let from = self.loc(&args[0])?;
                let src = self.view(from);
                self.copy_elements(p, src);
            }
            Data::Swap => {
                let i = self.typed(&args[0], Ty::usize())?;
                let j = self.typed(&args[1], Ty::usize())?;
                self.swap_elements(p, i, j);
            }
            Data::SwapWith => {
                let from = self.loc(&args[0])?;
                let other = self.view(from);
                let (a, b) = (self.as_slice(p), self.as_slice(other));
                self.swap_places(a, b);
            }
            Data::Reverse => self.turned_round(p)?,
            Data::RotateLeft | Data::RotateRight => self.rotated(p, &args[0], data == Data::RotateLeft)?,
            Data::Sort(sorting) => self.sorted(p, &args[0], sorting)?,
            Data::Select => return self.selected(p, &args[0], &args[1]),
            Data::SplitAt(m) => return self.split_at(p, &args[0], m),
            Data::AsMutSlice => return Ok(Val::PlaceRef(self.as_slice(p), true)),
            _ => return Err(Refused),
        }
        Ok(Val::Unit)
    }

    /// A view of all elements, as a slice.
    pub(super) fn as_slice(&mut self, p: Place) -> Place {
        if matches!(self.func.plc(p).ty, PlaceTy::Slice(_)) {
            return p;
        }
        let elem = self.func.plc(p).ty.elem().cloned().unwrap_or(PlaceTy::Unknown);
        let path = vec![Proj::Slice(None, None)];
        self.new_view(Loc { place: p, path, ty: PlaceTy::Slice(Box::new(elem)) })
    }

    pub(super) fn element_loc(&self, place: Place, i: Value) -> Loc {
        let ty = self.func.plc(place).ty.elem().cloned().unwrap_or(PlaceTy::Unknown);
        Loc { place, path: vec![Proj::Index(i)], ty }
    }

    /// `a.swap(i, j)`
    pub(super) fn swap_elements(&mut self, p: Place, i: Value, j: Value) {
        let (a, b) = (self.element_loc(p, i), self.element_loc(p, j));
        self.swap_locs(a, b);
    }

    fn swap_locs(&mut self, a: Loc, b: Loc) {
        if matches!(a.ty, PlaceTy::Scalar(_)) {
            let (x, y) = (self.load_scalar(&a), self.load_scalar(&b));
            self.store(a, y);
            self.store(b, x);
        } else {
            let (x, y) = (self.view(a), self.view(b));
            self.swap_places(x, y);
        }
    }

    /// Exchanges two places.
    pub(super) fn swap_places(&mut self, a: Place, b: Place) {
        self.types.unify(&self.func, Node::Place(a), Node::Place(b));
        self.written(a);
        self.written(b);
        self.effect(Op::Swap { a, b });
    }

    /// `dst.copy_from_slice(src)`, which rustc has seen to be two.
    fn copy_elements(&mut self, dst: Place, src: Place) {
        let same = self.func.plc(dst).ty == self.func.plc(src).ty;
        let (dst, src) = if same { (dst, src) } else { (self.as_slice(dst), self.as_slice(src)) };
        self.copy_apart(dst, src);
    }

    fn fill(&mut self, p: Place, x: &'a Expr) -> Res<()> {
        let val = self.expr(x, None)?;
        let n = self.push(Op::Len(p), Ty::usize());
        self.counted(n, |s, i| {
            let loc = s.element_loc(p, i);
            s.assign_part(loc, val, x)
        })
    }

    /// `a.fill_with(f)`: the function is called once for each element.
    fn fill_with(&mut self, p: Place, f: &'a Expr, e: &'a Expr) -> Res<()> {
        let f = self.passed_function(f)?;
        let n = self.push(Op::Len(p), Ty::usize());
        self.each_of(n, &f, e, &mut |s, i, val| {
            let loc = s.element_loc(p, i);
            s.assign_part(loc, val, e)
        })
    }

    /// `a.copy_within(a..b, i)`: by way of a copy.
    fn copied_within(&mut self, p: Place, range: &'a Expr, to: &'a Expr) -> Res<()> {
        let (part, _) = self.part_of(p, range)?;
        let to = self.typed(to, Ty::usize())?;
        let (n, all) = (self.push(Op::Len(part), Ty::usize()), self.push(Op::Len(p), Ty::usize()));
        let room = self.int_op(IntOp::Sub, vec![all, n]);
        let beyond = self.compared(CmpOp::Gt, to, room);
        self.panic_if(beyond, "dest is out of bounds");
        let copy = self.vec_of(part)?;
        let end = self.int_op(IntOp::Add, vec![to, n]);
        let (dst, src) = (self.between(p, Some(to), Some(end)), self.as_slice(copy));
        self.copy_apart(dst, src);
        Ok(())
    }

    /// A view of the elements that a range of indices says, and where it begins, unless with the first.
    pub(super) fn part_of(&mut self, p: Place, range: &'a Expr) -> Res<(Place, Option<Value>)> {
        let ExprKind::Range { lo, hi, inclusive } = &range.kind else { return Err(Refused) };
        let lo = lo.as_ref().map(|e| self.typed(e, Ty::usize())).transpose()?;
        let mut hi = hi.as_ref().map(|e| self.typed(e, Ty::usize())).transpose()?;
        if let (true, Some(last)) = (inclusive, hi) {
            let one = self.int(1, Ty::usize());
            hi = Some(self.int_op(IntOp::Add, vec![last, one]));
        }
        let len = self.push(Op::Len(p), Ty::usize());
        let first = lo.unwrap_or_else(|| self.int(0, Ty::usize()));
        let end = hi.unwrap_or(len);
        let (beyond, turned) = (self.compared(CmpOp::Gt, end, len), self.compared(CmpOp::Gt, first, end));
        let either = self.int_op(IntOp::Or, vec![beyond, turned]);
        self.panic_as_range_if(either, len, (first, end));
        Ok((self.between(p, lo, hi), lo))
    }

    /// A `Vec` of the elements of a place.
    pub(super) fn vec_of(&mut self, p: Place) -> Res<Place> {
        let Some(elem) = self.func.plc(p).ty.elem().cloned() else { return Err(Refused) };
        let copy = self.fresh(PlaceTy::Vec(Box::new(elem)));
        self.types.unify(&self.func, Node::Place(copy), Node::Place(p));
        self.effect(Op::Alloc { place: copy, init: Init::Copy(p) });
        Ok(copy)
    }

    fn turned_round(&mut self, p: Place) -> Res<()> {
        let n = self.push(Op::Len(p), Ty::usize());
        let two = self.int(2, Ty::usize());
        let half = self.int_op(IntOp::Div, vec![n, two]);
        self.counted(half, |s, i| {
            let one = s.int(1, Ty::usize());
            let last = s.int_op(IntOp::Sub, vec![n, one]);
            let j = s.int_op(IntOp::Sub, vec![last, i]);
            s.swap_elements(p, i, j);
            Ok(())
        })
    }

    /// By way of a copy.
    fn rotated(&mut self, p: Place, k: &'a Expr, left: bool) -> Res<()> {
        let k = self.typed(k, Ty::usize())?;
        let n = self.push(Op::Len(p), Ty::usize());
        let beyond = self.compared(CmpOp::Gt, k, n);
        let text =
            if left { "assertion failed: mid <= self.len()" } else { "assertion failed: k <= self.len()" };
        self.panic_if(beyond, text);
        let by = if left { k } else { self.int_op(IntOp::Sub, vec![n, k]) };
        let copy = self.vec_of(p)?;
        self.counted(n, |s, i| {
            let sum = s.int_op(IntOp::Add, vec![i, by]);
            let from = s.int_op(IntOp::Rem, vec![sum, n]);
            let (to, from) = (s.element_loc(p, i), s.element_loc(copy, from));
            match s.load(from)? {
                Val::Scalar(v) => s.store(to, v),
                val => {
                    let Some(src) = val.place() else { return Err(Refused) };
                    let dst = s.view(to);
                    s.copy_into(dst, src);
                }
            }
            Ok(())
        })
    }

    /// `a.sort_by(compare)` and its kin: the order is found by the function's own comparison, and the elements follow it.
    fn sorted(&mut self, p: Place, compare: &'a Expr, sorting: Sorting) -> Res<()> {
        let site = proc_macro2::Span::mixed_site();
        let ident = |name: &str| proc_macro2::Ident::new(name, site);
        let find = match sorting {
            Sorting::By => ident("__sorted_order"),
            Sorting::UnstablyBy => ident("__unstably_sorted_order"),
            Sorting::ByKey => ident("__order_sorted_by_key"),
            Sorting::UnstablyByKey => ident("__order_unstably_sorted_by_key"),
            Sorting::ByCachedKey => ident("__order_sorted_by_cached_key"),
        };
        let sort = ident(sorting.name());
        let item = match sorting.by_key() {
            false => quote::quote_spanned! {site=>
                fn #find<T>(
                    data: &[T],
                    mut compare: impl ::core::ops::FnMut(&T, &T) -> ::core::cmp::Ordering,
                ) -> ::std::vec::Vec<usize> {
                    let mut order: ::std::vec::Vec<usize> = (0..data.len()).collect();
                    order.#sort(|i, j| compare(&data[*i], &data[*j]));
                    order
                }
            },
            true => quote::quote_spanned! {site=>
                fn #find<T, K: ::core::cmp::Ord>(
                    data: &[T],
                    mut key: impl ::core::ops::FnMut(&T) -> K,
                ) -> ::std::vec::Vec<usize> {
                    let mut order: ::std::vec::Vec<usize> = (0..data.len()).collect();
                    order.#sort(|i| key(&data[*i]));
                    order
                }
            },
        };
        self.put_in_order(p, compare, (find, item), None)
    }

    /// `a.select_nth_unstable_by(k, compare)`: what is below the element, the element, and what is above it.
    fn selected(&mut self, p: Place, k: &'a Expr, compare: &'a Expr) -> Res<Val> {
        let site = proc_macro2::Span::mixed_site();
        let k = self.typed(k, Ty::usize())?;
        let find = proc_macro2::Ident::new("__order_around_nth", site);
        let item = quote::quote_spanned! {site=>
            fn #find<T>(
                data: &[T],
                mut compare: impl ::core::ops::FnMut(&T, &T) -> ::core::cmp::Ordering,
                nth: usize,
            ) -> ::std::vec::Vec<usize> {
                let mut order: ::std::vec::Vec<usize> = (0..data.len()).collect();
                order.select_nth_unstable_by(nth, |i, j| compare(&data[*i], &data[*j]));
                order
            }
        };
        self.put_in_order(p, compare, (find, item), Some(k))?;
        let one = self.int(1, Ty::usize());
        let after = self.int_op(IntOp::Add, vec![k, one]);
        let nth = self.element_loc(p, k);
        let nth = self.new_view(nth);
        let (below, above) = (self.between(p, None, Some(k)), self.between(p, Some(after), None));
        let parts = [below, nth, above].into_iter().map(|part| {
            self.written(part);
            Val::PlaceRef(part, true)
        });
        Ok(Val::Tuple(parts.collect()))
    }

    /// Moves the elements of a place to where a function of its own, which asks the user's, says that they belong.
    fn put_in_order(
        &mut self,
        p: Place,
        compare: &'a Expr,
        (find, item): (proc_macro2::Ident, proc_macro2::TokenStream),
        nth: Option<Value>,
    ) -> Res<()> {
        let site = proc_macro2::Span::mixed_site();
        let ident = |name: &str| proc_macro2::Ident::new(name, site);
        let (order, data, at) = (ident("sorted_order"), ident("unsorted"), ident("sorted_at"));
        if !self.func.items.iter().any(|i| i.to_string() == item.to_string()) {
            self.func.items.push(item);
        }
        let mut reads = self.copied_reads(compare)?;
        let read = |ident: &proc_macro2::Ident, source| crate::ir::Read { ident: ident.clone(), source };
        reads.push(read(&data, crate::ir::ReadOf::Place(p)));
        let code = &compare.tokens;
        let more = nth.map(|k| {
            let nth = ident("nth");
            reads.push(read(&nth, crate::ir::ReadOf::Value(k)));
            quote::quote_spanned!(site=> , #nth)
        });
        let init = quote::quote_spanned!(site=> #find(&#data[..], #code #more));
        // What a function does that is only named here can't be seen.
        let seen = matches!(compare.kind, ExprKind::Closure(..));
        let again = if seen && only_reads(code) { Again::Nothing } else { Again::Unknown };
        self.repeatable_declaration(quote::quote!(#order), init, vec![order.clone()], reads, again);
        let copy = self.vec_of(p)?;
        let n = self.push(Op::Len(p), Ty::usize());
        self.counted(n, |s, i| {
            let reads = vec![read(&at, crate::ir::ReadOf::Value(i))];
            let kind = crate::ir::OpaqueKind::Expr(quote::quote_spanned!(site=> #order[#at]));
            let from = s.push(Op::opaque(kind, reads), Ty::usize());
            let from = s.element_loc(copy, from);
            let val = s.load(from)?;
            let to = s.element_loc(p, i);
            s.assign_part(to, val, compare)
        })
    }

    fn split_at(&mut self, p: Place, k: &'a Expr, mutable: bool) -> Res<Val> {
        let k = self.typed(k, Ty::usize())?;
        let n = self.push(Op::Len(p), Ty::usize());
        let beyond = self.compared(CmpOp::Gt, k, n);
        self.panic_if(beyond, "mid > len");
        let (a, b) = (self.between(p, None, Some(k)), self.between(p, Some(k), None));
        Ok(Val::Tuple(vec![Val::PlaceRef(a, mutable), Val::PlaceRef(b, mutable)]))
    }

    /// `&p[lo..hi]`
    fn between(&mut self, p: Place, lo: Option<Value>, hi: Option<Value>) -> Place {
        let elem = self.func.plc(p).ty.elem().cloned().unwrap_or(PlaceTy::Unknown);
        self.new_view(Loc { place: p, path: vec![Proj::Slice(lo, hi)], ty: PlaceTy::Slice(Box::new(elem)) })
    }

    fn concat(&mut self, e: &'a Expr, recv: &'a Expr) -> Res<Val> {
        let Some(ty) = self.facts.shape(e).place() else { return Err(Refused) };
        let all = self.fresh(ty);
        self.effect(Op::Alloc { place: all, init: Init::Empty });
        if let ExprKind::Array(es) = &recv.kind {
            for part in es {
                let loc = self.loc(part)?;
                let src = self.view(loc);
                self.append_all(all, src);
            }
            return Ok(Val::Place(all));
        }
        let loc = self.loc(recv)?;
        let rows = self.view(loc);
        let n = self.push(Op::Len(rows), Ty::usize());
        self.counted(n, |s, i| {
            let row = s.element_loc(rows, i);
            let row = s.view(row);
            s.append_all(all, row);
            Ok(())
        })?;
        Ok(Val::Place(all))
    }

    /// `a.repeat(n)`
    fn repeated(&mut self, e: &'a Expr, recv: &'a Expr, n: &'a Expr) -> Res<Val> {
        let Some(ty) = self.facts.shape(e).place() else { return Err(Refused) };
        let loc = self.loc(recv)?;
        let src = self.view(loc);
        let n = self.typed(n, Ty::usize())?;
        let all = self.fresh(ty);
        self.effect(Op::Alloc { place: all, init: Init::Empty });
        self.counted(n, |s, _| {
            s.append_all(all, src);
            Ok(())
        })?;
        Ok(Val::Place(all))
    }

    /// `a.first().unwrap()` and its kin; `text`: what it panics with.
    pub(super) fn pick(&mut self, e: &'a Expr, of: Picked<'a>, text: &str) -> Res<Val> {
        if of.pick == Pick::Pop {
            return self.pop(of.place, e, text);
        }
        let (p, at, missing) = self.pick_at(&of)?;
        self.panic_if(missing, text);
        self.picked_at(&of, p, at)
    }

    /// An element that is there.
    pub(super) fn picked_at(&mut self, of: &Picked<'a>, p: Place, at: Option<Value>) -> Res<Val> {
        let n = self.push(Op::Len(p), Ty::usize());
        let rest = match of.pick {
            Pick::SplitFirst => {
                let one = self.int(1, Ty::usize());
                Some((Some(one), None))
            }
            Pick::SplitLast => {
                let one = self.int(1, Ty::usize());
                Some((None, Some(self.int_op(IntOp::Sub, vec![n, one]))))
            }
            _ => None,
        };
        let at = self.pick_index(p, at);
        let loc = self.element_loc(p, at);
        let one = self.picked_element(of, loc)?;
        Ok(match rest {
            Some((lo, hi)) => {
                let left = self.between(p, lo, hi);
                if of.mutable {
                    self.written(left);
                }
                Val::Tuple(vec![one, Val::PlaceRef(left, of.mutable)])
            }
            None => one,
        })
    }

    /// `a.last().copied().unwrap_or(d)`
    pub(super) fn pick_or(&mut self, of: Picked<'a>, default: &'a Expr) -> Res<Val> {
        let (p, at, missing) = self.pick_at(&of)?;
        let other = self.scalar(default, None)?;
        let (stmts, _, value) = self.region(|s| {
            let at = s.pick_index(p, at);
            let loc = s.element_loc(p, at);
            s.load_scalar(&loc)
        });
        self.same(other, value);
        let els = super::branch::arm(stmts, false, vec![value]);
        let then = super::branch::arm(Vec::new(), false, vec![other]);
        let ty = self.found(value);
        let result = self.value(ty, None);
        self.same(value, result);
        self.emit(Op::If { cond: missing, then, els }, vec![result]);
        Ok(if of.owned { Val::Scalar(result) } else { Val::ScalarRef(result) })
    }

    /// The place, the index (none for the last element), and whether there is no such element.
    pub(super) fn pick_at(&mut self, of: &Picked<'a>) -> Res<(Place, Option<Value>, Value)> {
        let loc = self.loc(of.place)?;
        let p = self.view(loc);
        if of.mutable {
            self.written(p);
        }
        let index = match (of.pick, of.index) {
            (Pick::Get, Some(i)) => Some(self.typed(i, Ty::usize())?),
            (Pick::Last | Pick::SplitLast, _) => None,
            _ => Some(self.int(0, Ty::usize())),
        };
        let n = self.push(Op::Len(p), Ty::usize());
        let missing = match (of.pick, index) {
            (Pick::Get, Some(i)) => self.compared(CmpOp::Ge, i, n),
            _ => {
                let zero = self.int(0, Ty::usize());
                self.compared(CmpOp::Eq, n, zero)
            }
        };
        Ok((p, index, missing))
    }

    fn pick_index(&mut self, p: Place, at: Option<Value>) -> Value {
        if let Some(i) = at {
            return i;
        }
        let n = self.push(Op::Len(p), Ty::usize());
        let one = self.int(1, Ty::usize());
        self.int_op(IntOp::Sub, vec![n, one])
    }

    fn picked_element(&mut self, of: &Picked, loc: Loc) -> Res<Val> {
        if of.mutable {
            return Ok(Val::PlaceRef(self.view(loc), true));
        }
        Ok(match (self.load(loc)?, of.owned) {
            (Val::Scalar(v), true) => Val::Scalar(v),
            (Val::Scalar(v), false) => Val::ScalarRef(v),
            (Val::Place(p), true) => Val::Place(self.copied(p)),
            (Val::Place(p), false) => Val::PlaceRef(p, false),
            (Val::Tuple(vals), false) => Val::TupleRef(vals),
            (val, _) => val,
        })
    }

    // `std::mem`.

    /// `mem::swap(&mut a, &mut b)`, `mem::replace(&mut a, b)`, `mem::take(&mut a)`
    pub(super) fn mem(&mut self, name: &str, args: &'a [Expr]) -> Res<Val> {
        match (name, args) {
            ("swap", [a, b]) => {
                let (x, y) = (self.mem_target(a)?, self.mem_target(b)?);
                self.mem_swap(x, y, b)?;
                Ok(Val::Unit)
            }
            ("replace", [a, b]) => {
                let target = self.mem_target(a)?;
                let val = self.expr(b, None)?;
                self.mem_replace(target, val, b)
            }
            ("take", [a]) => {
                let target = self.mem_target(a)?;
                let val = self.default_of(&target, a)?;
                self.mem_replace(target, val, a)
            }
            _ => Err(Refused),
        }
    }

    fn mem_target(&mut self, arg: &'a Expr) -> Res<Target> {
        if let ExprKind::Ref(true, inner) = &arg.kind
            && let ExprKind::Var(v) = &inner.kind
            && let Some(Some(val)) = self.env.get(v.0 as usize).cloned()
            && !matches!(val, Val::Place(_))
        {
            return match val {
                Val::Scalar(_) | Val::Tuple(_) | Val::PlaceRef(_, true) => Ok(Target::Var(*v, val)),
                Val::PlaceRef(place, false) if self.referring.contains(&place) => {
                    Ok(Target::Reference(place))
                }
                Val::Poison => Err(Refused),
                _ => self.refuse(Kind::AssignmentTarget, arg, &[]),
            };
        }
        // What is exchanged are references, and not what they refer to.
        if matches!(self.facts.shape(arg), Shape::Ref(_, inner) if inner.is_reference()) {
            return self.refuse(Kind::AssignmentTarget, arg, &[]);
        }
        match &arg.kind {
            ExprKind::Ref(true, inner) => self.loc(inner).map(Target::Loc),
            _ => self.loc(arg).map(Target::Loc),
        }
    }

    fn mem_swap(&mut self, x: Target, y: Target, at: &'a Expr) -> Res<()> {
        match (x, y) {
            (Target::Loc(a), Target::Loc(b)) => self.swap_locs(a, b),
            (Target::Reference(a), Target::Reference(b)) => self.swap_places(a, b),
            (x, y) => {
                let (vx, vy) = (self.mem_value(&x, at)?, self.mem_value(&y, at)?);
                self.mem_write(x, vy, at)?;
                self.mem_write(y, vx, at)?;
            }
        }
        Ok(())
    }

    fn mem_value(&mut self, t: &Target, at: &'a Expr) -> Res<Val> {
        match t {
            Target::Var(_, val) => Ok(val.clone()),
            Target::Loc(loc) if matches!(loc.ty, PlaceTy::Scalar(_)) => {
                Ok(Val::Scalar(self.load_scalar(loc)))
            }
            _ => self.refuse(Kind::AssignmentTarget, at, &[]),
        }
    }

    fn mem_write(&mut self, t: Target, val: Val, at: &'a Expr) -> Res<()> {
        match t {
            Target::Var(v, Val::Scalar(old)) => {
                let new = self.scalar_of(val, at)?;
                self.same(old, new);
                self.env[v.0 as usize] = Some(Val::Scalar(new));
            }
            Target::Var(_, Val::PlaceRef(..)) if !matches!(val, Val::PlaceRef(_, true)) => {
                return self.refuse(Kind::AssignmentTarget, at, &[]);
            }
            Target::Var(v, _) => self.env[v.0 as usize] = Some(val),
            Target::Reference(place) => self.refer(place, val, at)?,
            Target::Loc(loc) => self.assign_part(loc, val, at)?,
        }
        Ok(())
    }

    fn mem_replace(&mut self, t: Target, val: Val, at: &'a Expr) -> Res<Val> {
        match t {
            Target::Loc(loc) if !matches!(loc.ty, PlaceTy::Scalar(_)) => {
                let Some(src) = val.place() else { return self.refuse(Kind::AssignmentTarget, at, &[]) };
                let own = self.owned(val, at)?;
                let own = own.place().unwrap_or(src);
                let own = if matches!(self.func.plc(own).kind, crate::ir::PlaceKind::Param) {
                    self.copied(own)
                } else {
                    own
                };
                let place = self.view(loc);
                self.swap_places(place, own);
                Ok(Val::Place(own))
            }
            Target::Reference(place) => {
                let old = self.copied_reference(place);
                self.refer(place, val, at)?;
                Ok(Val::PlaceRef(old, false))
            }
            t => {
                let old = self.mem_value(&t, at)?;
                self.mem_write(t, val, at)?;
                Ok(old)
            }
        }
    }

    /// The value of `Default`.
    fn default_of(&mut self, t: &Target, at: &'a Expr) -> Res<Val> {
        let ty = match t {
            Target::Var(_, Val::Scalar(v)) => {
                let ty = self.found(*v);
                return Ok(Val::Scalar(self.zero_scalar(ty)));
            }
            Target::Loc(loc) => loc.ty.clone(),
            _ => return self.refuse(Kind::AssignmentTarget, at, &[]),
        };
        let init = match &ty {
            PlaceTy::Scalar(t) => return Ok(Val::Scalar(self.zero_scalar(t.clone()))),
            PlaceTy::Vec(_) => Init::Empty,
            ty if ty.is_fixed() => Init::Zeros,
            _ => return self.refuse(Kind::AssignmentTarget, at, &[]),
        };
        let place = self.fresh(ty);
        self.effect(Op::Alloc { place, init });
        Ok(Val::Place(place))
    }
}
