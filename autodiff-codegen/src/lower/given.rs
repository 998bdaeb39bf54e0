//! What passive code makes that is not looked into, as memory and tuples that active values can meet: results, arms, and
//! what variables start as.
//!
//! Its type is known from around it. It is written beside the code, so that a wrong guess is an error of rustc's.

use super::facts::Facts;
use super::shape::{Shape, place_ty};
use super::{Lower, Refused, Res, Val, walk};
use crate::hir::{Expr, ExprKind, StmtKind, Type, Var};
use crate::ir::{Arg, FloatTy, Init, Len, Mode, Op, OpaqueKind, Place, PlaceTy, Ty, Value};
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};

impl Facts<'_> {
    /// Whether an active variable can start as what passive code makes: a number, or memory whose type is known, or asked
    /// of rustc.
    pub(super) fn is_given(&self, v: Var) -> bool {
        if !self.started.contains(&v) || !self.is_tainted(v) || self.is_opaque(v) || self.is_asserted(v) {
            return false;
        }
        match self.var(v) {
            Shape::Unknown => self.is_indexed(v),
            shape => {
                matches!(
                    shape,
                    Shape::Place(PlaceTy::Array(..) | PlaceTy::Vec(_) | PlaceTy::User(_)) | Shape::Tuple(_)
                ) && shape.is_known()
            }
        }
    }

    /// What the function's result says of the variables that it is made of, where nothing else does.
    pub(super) fn told_by_result(&mut self) {
        let f = self.f;
        if let Some(tail) = &f.body.tail {
            self.told(tail, &f.ret);
        }
        let mut returned = Vec::new();
        walk::block_children(&f.body, &mut |e| {
            walk::each(e, &mut |e| {
                if let ExprKind::Return(Some(value)) = &e.kind {
                    returned.push(&**value);
                }
            })
        });
        returned.into_iter().for_each(|value| self.told(value, &f.ret));
    }

    fn told(&mut self, e: &Expr, ty: &Type) {
        match (&e.kind, ty) {
            (ExprKind::Var(v), ty) => {
                let meets = self.is_tainted(*v) || self.unseen.contains(v);
                let open = self.started.contains(v) && self.var(*v) == Shape::Unknown && meets;
                let shape = Shape::of(ty);
                if open && !self.f.vars[v.0 as usize].opaquely_mutated && shape.is_known() {
                    self.shape[v.0 as usize] = shape;
                    self.changed = true;
                }
            }
            (ExprKind::Tuple(es), Type::Tuple(ts)) => es.iter().zip(ts).for_each(|(e, t)| self.told(e, t)),
            (ExprKind::Block(b), ty) => b.tail.iter().for_each(|e| self.told(e, ty)),
            (ExprKind::If(_, then, els), ty) => {
                then.tail.iter().chain(els).for_each(|e| self.told(e, ty));
            }
            _ => {}
        }
    }

    /// Whether there are elements of it.
    pub(super) fn is_indexed(&self, v: Var) -> bool {
        let element = |e: &Expr| matches!(e.kind, ExprKind::Index(..)) && walk::root(e) == Some(v);
        walk::block_any(&self.f.body, &element)
    }
}

impl<'a> Lower<'a, '_> {
    /// What an active variable starts as.
    pub(super) fn start_given(&mut self, v: Var, declared: Option<&Type>, init: &'a Expr) -> Res<Val> {
        let found = self.facts.var(v).to_type();
        if let Some(val) = self.given(init, declared.or(found.as_ref())) {
            return val;
        }
        let value = self.copy_typed(init, Ty::Opaque)?;
        Ok(self.only_given(value))
    }

    /// The same, of a variable that copied code declares.
    pub(super) fn variable_given(&mut self, v: Var, ident: &Ident) -> Res<Val> {
        let found = self.facts.var(v).to_type();
        if let Some(ty) = found.filter(|ty| self.spelled(ty).is_some() && is_held(ty)) {
            return self.part_given(quote!(#ident), &ty);
        }
        let kind = OpaqueKind::Expr(quote!(#ident));
        let value = self.push(Op::opaque(kind, Vec::new()), Ty::Opaque);
        Ok(self.only_given(value))
    }

    /// Memory of a type that only rustc knows.
    pub(super) fn only_given(&mut self, value: Value) -> Val {
        let place = self.fresh(PlaceTy::Unknown);
        self.effect(Op::Alloc { place, init: Init::Given(value) });
        Val::Place(place)
    }

    /// What passive code makes, where the type that is asked for is an array, a `Vec` or a tuple.
    pub(super) fn given(&mut self, e: &'a Expr, asked: Option<&Type>) -> Option<Res<Val>> {
        let ty = asked?;
        let aggregate = matches!(ty, Type::Array(..) | Type::Vec(_) | Type::User(_))
            || matches!(ty, Type::Tuple(ts) if !ts.is_empty());
        let spelled = self.spelled(ty).filter(|_| aggregate && is_held(ty))?;
        Some(self.given_as(e, ty, spelled))
    }

    fn given_as(&mut self, e: &'a Expr, ty: &Type, spelled: TokenStream) -> Res<Val> {
        if let Type::Tuple(_) = ty {
            let reads = self.copied_reads(e)?;
            let ident = self.made_up("given");
            let pattern = quote!(#ident: #spelled);
            self.opaque_declaration(pattern, e.tokens.clone(), vec![ident.clone()], reads);
            return self.part_given(quote!(#ident), ty);
        }
        let value = self.copy_typed(e, Ty::Opaque)?;
        self.kept_given(value, ty)
    }

    /// A copy of what copied code lends to a call: the reverse part reads it again, when the variable may be gone.
    pub(super) fn lent_copy(&mut self, e: &'a Expr, of: &Expr) -> Res<Option<Place>> {
        let Some(ty) = self.facts.shape(of).strip().to_type() else { return Ok(None) };
        let held = matches!(ty, Type::User(_) | Type::Array(..) | Type::Vec(_)) && is_held(&ty);
        if !held || self.spelled(&ty).is_none() {
            return Ok(None);
        }
        let reads = self.copied_reads(e)?;
        let tokens = &e.tokens;
        let kind = OpaqueKind::Expr(quote!(::core::clone::Clone::clone(#tokens)));
        let value = self.push(Op::opaque(kind, reads), Ty::Opaque);
        Ok(self.kept_given(value, &ty)?.place())
    }

    /// Whether a passive argument is a shared reference: as it is written, or since the callee is lent it.
    pub(super) fn is_lent(a: &Expr, lent: bool) -> bool {
        let closure = |e: &Expr| matches!(e.kind, ExprKind::Closure(_));
        match &a.kind {
            ExprKind::Ref(mutable, of) => !mutable && !closure(of),
            _ => lent,
        }
    }

    /// Whether what is lent is named by a variable of an inner block, which is gone when the reverse part would name it again.
    pub(super) fn is_of_inner_block(&self, a: &Expr) -> bool {
        let Some(root) = walk::root(a) else { return false };
        let mut outer = false;
        let mut bound = |pat| walk::bound(pat, &mut |v| outer |= v == root);
        self.f.params.iter().for_each(|p| bound(&p.pat));
        for s in &self.f.body.stmts {
            if let StmtKind::Let { pat, .. } = &s.kind {
                bound(pat);
            }
        }
        !outer
    }

    /// Brings what makes such copies into scope.
    pub(super) fn name_copies(&mut self) {
        if !crate::names::imports_copies(&self.func.before) {
            self.func.before.push(crate::names::import_of_copies(&self.f.crate_path));
        }
    }

    /// What passive code lends to a call, and can't be named again by the time of the reverse part: the callee is lent a copy,
    /// as far as rustc can make one of what the reference refers to, which may be of any type.
    pub(super) fn copy_of_lent(&mut self, a: &'a Expr) -> Res<Arg> {
        self.kept_copy(a, crate::names::copy_of_lent(&a.tokens))
    }

    /// The same of what a method is called on.
    pub(super) fn copy_of_receiver(&mut self, recv: &'a Expr) -> Res<Arg> {
        if self.facts.makes_value(recv) {
            return self.kept_copy(recv, recv.tokens.clone());
        }
        let root = walk::root(recv);
        if root.is_some_and(|v| self.facts.holds_value(v)) {
            let (path, tokens) = (&self.f.crate_path, &recv.tokens);
            let span = recv.tokens.clone().into_iter().next().map_or(recv.span, |t| t.span());
            let keep = quote::quote_spanned!(crate::names::emitted(span)=> #path::__rt::kept_receiver);
            let reference = quote::quote_spanned!(span=> &#tokens);
            return self.kept_copy(recv, quote!(#keep(#reference)));
        }
        self.name_copies();
        self.kept_copy(recv, crate::names::copy_of_receiver(&recv.tokens))
    }

    fn kept_copy(&mut self, a: &'a Expr, copy: TokenStream) -> Res<Arg> {
        let reads = self.copied_reads(a)?;
        let kind = OpaqueKind::Expr(copy);
        let value = self.push(Op::opaque(kind, reads), Ty::Opaque);
        let place = self.fresh(PlaceTy::Unknown);
        self.effect(Op::Alloc { place, init: Init::Lent(value) });
        Ok(Arg::Place(place, Mode::Ref))
    }

    /// A part of a tuple of copied code's.
    fn part_given(&mut self, code: TokenStream, ty: &Type) -> Res<Val> {
        if let Type::Tuple(ts) = ty {
            let parts = ts.iter().enumerate().map(|(i, t)| {
                let i = syn::Index::from(i);
                self.part_given(quote!(#code.#i), t)
            });
            return Ok(Val::Tuple(parts.collect::<Res<Vec<_>>>()?));
        }
        let kind = OpaqueKind::Expr(code);
        match Shape::of(ty).scalar() {
            Some(ty) => Ok(Val::Scalar(self.push(Op::opaque(kind, Vec::new()), ty))),
            None => {
                let value = self.push(Op::opaque(kind, Vec::new()), Ty::Opaque);
                self.kept_given(value, ty)
            }
        }
    }

    /// Memory that holds it.
    pub(super) fn kept_given(&mut self, value: Value, ty: &Type) -> Res<Val> {
        let Some(ty) = place_ty(ty) else { return Err(Refused) };
        let place = self.fresh(ty);
        self.effect(Op::Alloc { place, init: Init::Given(value) });
        Ok(Val::Place(place))
    }

    /// A type in the user's words; `None` if there is a float in it whose width only rustc knows.
    pub(super) fn spelled(&self, ty: &Type) -> Option<TokenStream> {
        let name = |name: &str| Some(Ident::new(name, Span::mixed_site())).map(|i| quote!(#i));
        match ty {
            Type::Float(FloatTy::F32) => name("f32"),
            Type::Float(FloatTy::F64) => name("f64"),
            Type::Float(FloatTy::Generic(float)) => syn::parse_str(float).ok(),
            Type::Int(int) => name(int),
            Type::Bool => name("bool"),
            Type::User(ty) => Some(ty.0.clone()),
            Type::Array(t, n) => {
                let (t, n) = (self.spelled(t)?, length(n));
                Some(quote!([#t; #n]))
            }
            Type::Vec(t) => {
                let (t, krate) = (self.spelled(t)?, &self.f.crate_path);
                Some(quote!(#krate::__rt::Vec<#t>))
            }
            Type::Tuple(ts) => {
                let parts = ts.iter().map(|t| self.spelled(t)).collect::<Option<Vec<_>>>()?;
                Some(quote!((#(#parts,)*)))
            }
            _ => None,
        }
    }
}

/// Whether there is a form for all of it in the program.
fn is_held(ty: &Type) -> bool {
    match ty {
        Type::Tuple(ts) => ts.iter().all(is_held),
        ty => Shape::of(ty).scalar().is_some() || place_ty(ty).is_some(),
    }
}

fn length(n: &Len) -> TokenStream {
    match n {
        Len::Known(n) => proc_macro2::Literal::usize_unsuffixed(*n).into_token_stream(),
        Len::Expr(tokens) => tokens.clone(),
    }
}

/// A pattern whose variables of these names are moved out of, so that it is not they that change.
pub(super) fn without_mut(pattern: &TokenStream, moved: &[String]) -> TokenStream {
    let tokens: Vec<TokenTree> = pattern.clone().into_iter().collect();
    let is = |i: usize, name: &str| matches!(tokens.get(i), Some(TokenTree::Ident(ident)) if ident == name);
    let mut out = TokenStream::new();
    for (i, tree) in tokens.iter().enumerate() {
        let of_moved = is(i, "mut") && moved.iter().any(|name| is(i + 1, name));
        let by_reference = i > 0 && is(i - 1, "ref");
        match tree {
            _ if of_moved && !by_reference => {}
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), without_mut(&group.stream(), moved));
                inner.set_span(group.span());
                out.extend([TokenTree::Group(inner)]);
            }
            tree => out.extend([tree.clone()]),
        }
    }
    out
}
