//! Functions applied to each number of a value of linear algebra: `a.map(f)`, `a.mapv(f)`, `a.zip_map(&b, f)`; and its
//! numbers, one after the other.
//!
//! The numbers go into a `Vec`, which loops run over as over any other, and the results into a value of the same form.

use crate::diagnostics::Kind;
use crate::hir::{Expr, ExprKind, Type};
use crate::ir::{Arg, Init, Mode, Op, OpaqueKind, Operator, Place, PlaceTy, Proj, Range, Read, ReadOf, Ty};
use crate::known::Library;
use crate::lower::chain::Listed;
use crate::lower::closure::Fact;
use crate::lower::drive::{Around, Iter};
use crate::lower::facts::Facts;
use crate::lower::place::Loc;
use crate::lower::shape::Shape;
use crate::lower::{Lower, Refused, Res, Val};
use quote::quote;

/// `a.zip_map(&b, f)`
pub(in crate::lower) struct Mapped<'a> {
    recv: &'a Expr,
    other: Option<&'a Expr>,
    f: &'a Expr,
    /// Whether the function gets its arguments by reference.
    by_ref: bool,
}

impl<'a> Facts<'a> {
    /// Classifies an expression.
    pub(in crate::lower) fn linear_mapped<'e>(&self, e: &'e Expr) -> Option<Mapped<'e>> {
        let ExprKind::Method { recv, name, args, turbofish: None } = &e.kind else { return None };
        let of = self.linear_of(recv)?;
        self.linear_number(recv)?;
        Some(match (of.library, name.to_string().as_str(), &args[..]) {
            (Library::Ndarray, "mapv" | "mapv_into", [f]) => Mapped { recv, other: None, f, by_ref: false },
            (Library::Ndarray, "map", [f]) => Mapped { recv, other: None, f, by_ref: true },
            (Library::Nalgebra, "map", [f]) => Mapped { recv, other: None, f, by_ref: false },
            (Library::Nalgebra, "zip_map", [other, f]) => {
                self.linear_number(other)?;
                Mapped { recv, other: Some(other), f, by_ref: false }
            }
            _ => return None,
        })
    }

    /// The type of the numbers in a vector, matrix or array.
    pub(in crate::lower) fn linear_number(&self, e: &Expr) -> Option<Type> {
        use super::Form::*;
        let of = self.linear_of(e)?;
        matches!(of.form, Matrix(..) | Array(_)).then(|| self.linear_scalar(&of))
    }

    /// The type of what is handed out of it.
    pub(in crate::lower) fn linear_listed(&self, e: &Expr, listed: Listed) -> Option<Type> {
        match listed {
            Listed::Numbers => self.linear_number(e),
            Listed::Rows => self.linear_parts(e, "rows").or_else(|| self.linear_parts(e, "row_iter")),
            Listed::Columns => {
                self.linear_parts(e, "columns").or_else(|| self.linear_parts(e, "column_iter"))
            }
        }
    }

    /// The arguments of the function.
    fn mapped_items(&self, mapped: &Mapped) -> Vec<Fact> {
        let item = |e: &Expr| {
            let number = self.linear_number(e).map_or(Shape::Unknown, |t| Shape::of(&t));
            let number = if mapped.by_ref { Shape::Ref(false, Box::new(number)) } else { number };
            (number, self.tainted(e))
        };
        std::iter::once(mapped.recv).chain(mapped.other).map(item).collect()
    }

    /// The shape of the result, and whether it may be active.
    pub(in crate::lower) fn mapped(&self, e: &Expr) -> Option<Fact> {
        let mapped = self.linear_mapped(e)?;
        let items = self.mapped_items(&mapped);
        let (_, tainted) = self.applied(mapped.f, &items);
        let own = Self::user_type(&self.shape(mapped.recv)).cloned()?;
        Some((Shape::Place(PlaceTy::User(own)), tainted))
    }

    /// Lets numbers flow into the function.
    pub(in crate::lower) fn feed_mapped(&mut self, e: &'a Expr) -> bool {
        let Some(mapped) = self.linear_mapped(e) else { return false };
        let items = self.mapped_items(&mapped);
        if let Some(closure) = self.closure(mapped.f) {
            self.feed(closure, &items);
        }
        true
    }
}

impl<'a> Lower<'a, '_> {
    /// The memory of a value of linear algebra; one that copied code has is copied into it.
    pub(in crate::lower) fn linear_place(&mut self, e: &'a Expr) -> Res<Place> {
        if !self.facts.is_copied(e) {
            let loc = self.loc(e)?;
            return Ok(self.view(loc));
        }
        let Some(ty) = Facts::user_type(&self.facts.shape(e)).cloned() else { return Err(Refused) };
        let value = self.owned_copy(e)?;
        Ok(self.given_struct(ty, value))
    }

    /// A value of linear algebra that copied code has, or a view of one, as one of its own.
    pub(in crate::lower) fn owned_copy(&mut self, e: &'a Expr) -> Res<crate::ir::Value> {
        let reads = self.copied_reads(e)?;
        let (tokens, krate) = (&e.tokens, &self.f.crate_path);
        let code = quote!(#krate::__rt::linear::owned(&(#tokens)));
        Ok(self.push(Op::opaque(OpaqueKind::Expr(code), reads), Ty::Opaque))
    }

    /// The numbers of a value, or its rows or columns, as a `Vec`.
    pub(in crate::lower) fn listed_in(&mut self, e: &'a Expr, listed: Listed) -> Res<Place> {
        let Some(item) = self.facts.linear_listed(e, listed) else { return Err(Refused) };
        let place = self.linear_place(e)?;
        self.listed_of(place, item, listed)
    }

    fn listed_of(&mut self, place: Place, item: Type, listed: Listed) -> Res<Place> {
        let name = match listed {
            Listed::Numbers => "numbers",
            Listed::Rows => "rows",
            Listed::Columns => "columns",
        };
        let name = proc_macro2::Ident::new(name, proc_macro2::Span::mixed_site());
        let operator = Operator::Method { name, by_rule: true, fallible: false };
        let operand = (Arg::Place(place, Mode::Ref), Mode::Ref, true);
        let ty = Type::Vec(Box::new(item));
        self.operation(operator, vec![operand], Some(&ty)).place().ok_or(Refused)
    }

    /// `zip_map` panics where the shapes differ.
    fn check_shapes(&mut self, a: Place, b: Place) {
        let (first, second, krate) = (self.made_up("first"), self.made_up("second"), &self.f.crate_path);
        let code = quote!(#krate::__rt::linear::nalgebra::check_shapes(&#first, &#second));
        let read = |ident, place| Read { ident, source: ReadOf::Place(place) };
        let reads = vec![read(first, a), read(second, b)];
        self.effect(Op::opaque(OpaqueKind::Expr(code), reads));
    }

    /// `a.map(f)`
    pub(in crate::lower) fn map_linear(&mut self, mapped: &Mapped<'a>, e: &'a Expr) -> Res<Val> {
        let Some(number) = self.facts.linear_number(mapped.recv) else { return Err(Refused) };
        let whole = self.linear_place(mapped.recv)?;
        let mut sources = vec![self.listed_of(whole, number.clone(), Listed::Numbers)?];
        if let Some(other) = mapped.other {
            let other = self.linear_place(other)?;
            self.check_shapes(whole, other);
            sources.push(self.listed_of(other, number.clone(), Listed::Numbers)?);
        }
        let f = self.passed_function(mapped.f)?;
        // `ndarray` goes over memory in its own order, which shows where the function counts.
        let ordered = self.facts.linear_of(mapped.recv).is_some_and(|of| of.library != Library::Ndarray);
        if !ordered && !self.assigned_by(&f).is_empty() {
            return self.refuse(Kind::NotDifferentiated, e, &["a function that changes what is around it"]);
        }
        let elem = Shape::of(&number).place().ok_or(Refused)?;
        let n = self.push(Op::Len(sources[0]), Ty::usize());
        let out = self.fresh(PlaceTy::Vec(Box::new(elem.clone())));
        self.effect(Op::Alloc { place: out, init: Init::ZerosLen(n) });
        let lo = self.int(0, Ty::usize());
        let range = Range { lo, hi: n, inclusive: false, step: None, rev: false };
        let around = Around { assigned: self.assigned_by(&f), going: Vec::new() };
        self.drive(&Iter::Ints(range), &around, e, &mut |s, val| {
            let i = s.scalar_of(val, e)?;
            let mut items = Vec::new();
            for place in &sources {
                let loc = Loc { place: *place, path: vec![Proj::Index(i)], ty: elem.clone() };
                items.push(match (s.load(loc)?, mapped.by_ref) {
                    (Val::Scalar(v), true) => Val::ScalarRef(v),
                    (val, _) => val,
                });
            }
            let val = s.apply_for(&f, items, Some(&number), e)?;
            s.store_item(out, i, val, e)
        })?;
        if self.dead {
            return Ok(Val::Never);
        }
        let Some(ty) = Facts::user_type(&self.facts.shape(e)).cloned() else { return Err(Refused) };
        let name = quote::format_ident!("with_numbers", span = proc_macro2::Span::mixed_site());
        let operator = Operator::Method { name, by_rule: true, fallible: false };
        let operands = vec![
            (Arg::Place(whole, Mode::Ref), Mode::Ref, true),
            (Arg::Place(out, Mode::Ref), Mode::Ref, true),
        ];
        Ok(self.operation(operator, operands, Some(&Type::User(ty))))
    }

    /// `sum()` of vectors or matrices, which starts at zero.
    pub(in crate::lower) fn summed_linear(&mut self, iter: &Iter<'a>, e: &'a Expr) -> Res<Val> {
        let Some(of) = Facts::user_type(&self.facts.shape(e)).cloned() else { return Err(Refused) };
        let ty = &of.0;
        let kind = OpaqueKind::Expr(quote!(<#ty as ::core::default::Default>::default()));
        let zero = self.push(Op::opaque(kind, Vec::new()), Ty::Opaque);
        let start = self.given_struct(of.clone(), zero);
        let acc = self.keep(Val::Place(start));
        let mut assigned = Vec::new();
        acc.vars(&mut assigned);
        let around = Around { assigned, going: Vec::new() };
        let ty = Type::User(of);
        self.drive(iter, &around, e, &mut |s, val| {
            let (Some(now), Some(item)) = (s.kept(&acc)?.place(), val.place()) else { return Err(Refused) };
            let operand = |place| (Arg::Place(place, Mode::Value), Mode::Value, true);
            let sum = s.operation(Operator::Sign("Add"), vec![operand(now), operand(item)], Some(&ty));
            s.set_kept(&acc, sum, e)
        })?;
        self.kept(&acc)
    }
}
