//! Companions that are annotated functions themselves: `NAME_grad`, as other annotated functions call it.

use proc_macro2::TokenStream;
use quote::{format_ident, quote_spanned};

use super::companion::{Cx, Kind};
use crate::forward::Tangent;
use crate::hir;
use crate::ir::*;
use crate::reverse::Gradient;
use crate::second;

/// A function that was derived from another one, as the stages know functions.
pub struct Derived {
    /// Its signature, with the other one's attributes; its body is never looked at.
    pub item: syn::ItemFn,
    /// Its parameters and its result.
    pub hir: hir::Fn,
    /// Its program.
    pub primal: Func,
}

impl Cx<'_> {
    /// `NAME_grad`, `NAME_vjp`
    pub(super) fn derived_gradient(&self, g: &Gradient, kind: Kind) -> Option<Derived> {
        let returned: Vec<&(usize, Ret)> = g.adjoints.iter().collect();
        let ty = self.gradient_type(&returned);
        let grads = g.adjoints.iter().map(|(i, _)| owned(&self.hir.params[*i].ty)).collect();
        let ret = hir::Type::Tuple(vec![self.hir.ret.clone(), tuple(grads)]);
        let mut derived = self.derived(kind, ty, ret, second::program(g))?;
        if kind == Kind::Vjp {
            for i in &g.seeds {
                derived.add_parameter(*i, self.value_type(), self.hir.ret.clone());
            }
        }
        Some(derived)
    }

    /// `NAME_jvp`
    pub(super) fn derived_tangent(&self, t: &Tangent) -> Option<Derived> {
        let mut primal = t.func.clone();
        primal.ret = Ret::Tuple(vec![t.func.ret.clone(), t.ret_tangent.clone()]);
        let (y, dy) = (self.value_type(), self.output_tangent());
        let ty = self.wrapped_type(quote_spanned!(self.span=> (#y, #dy)));
        let ret = hir::Type::Tuple(vec![self.hir.ret.clone(), self.hir.ret.clone()]);
        let mut derived = self.derived(Kind::Jvp, ty, ret, primal)?;
        for (i, j) in &t.tangents {
            // As the companion takes it.
            let own = &t.func.params[*j];
            let ty = match own.ty.is_empty() {
                true => super::companion::added_type(&t.func, &own.kind, &self.rt, self.span),
                false => own.ty.clone(),
            };
            let class = match (&self.hir.params[*i].ty, &own.kind) {
                (class, ParamKind::Place(_, Mode::Value) | ParamKind::Scalar(_, Mode::Value)) => owned(class),
                (hir::Type::Ref(false, t), _) => match &**t {
                    hir::Type::Vec(elem) => hir::Type::Ref(false, Box::new(hir::Type::Slice(elem.clone()))),
                    _ => hir::Type::Ref(false, t.clone()),
                },
                (class, _) => class.clone(),
            };
            derived.add_parameter(*j, ty, class);
        }
        Some(derived)
    }

    fn derived(&self, kind: Kind, output: TokenStream, ret: hir::Type, primal: Func) -> Option<Derived> {
        // What functions that are passed have kept can't be named, and what is lent by `&mut` has no gradient of its own.
        let lent = |p: &Param| matches!(p.kind, ParamKind::Place(_, Mode::Mut));
        if self.takes_functions()
            || super::handle::has_impl_trait(&self.item.sig)
            || primal.params.iter().any(lent)
        {
            return None;
        }
        let name = self.name(kind);
        let mut item = self.item.clone();
        item.sig.ident = name.clone();
        item.sig.output = syn::ReturnType::Type(Default::default(), Box::new(syn::parse2(output).ok()?));
        item.block.stmts.clear();
        let mut hir = self.hir.clone();
        hir.sig = item.sig.clone();
        hir.ret = ret;
        let mut primal = primal;
        primal.name = name.to_string();
        Some(Derived { item, hir, primal })
    }
}

impl Derived {
    /// Another parameter, which derivatives flow through.
    fn add_parameter(&mut self, i: usize, ty: TokenStream, class: hir::Type) {
        let span = proc_macro2::Span::mixed_site();
        // The user's parameters may be called anything, by the name that the companion gives this one as well (`t_x`).
        let own = |name: &proc_macro2::Ident| self.primal.params.iter().any(|p| p.name == *name);
        let mut name = format_ident!("more{i}", span = span);
        while own(&name) {
            name = format_ident!("{name}_", span = span);
        }
        let Some(last) = self.hir.params.last() else { return };
        let mut param = last.clone();
        param.name = name.clone();
        param.ty = class;
        param.ty_tokens = ty.clone();
        (param.active, param.alias, param.function) = (true, None, None);
        self.hir.params.push(param);
        self.item.sig.inputs.push(syn::parse_quote!(#name: #ty));
        self.hir.sig = self.item.sig.clone();
        let own = &mut self.primal.params[i];
        (own.active, own.ty, own.name) = (true, ty, name);
    }
}

/// The type of a gradient.
fn owned(ty: &hir::Type) -> hir::Type {
    match ty {
        hir::Type::Ref(_, t) => owned(t),
        hir::Type::Slice(t) => hir::Type::Vec(Box::new(t.derivative())),
        other => other.derivative(),
    }
}

fn tuple(mut types: Vec<hir::Type>) -> hir::Type {
    if types.len() == 1 { types.remove(0) } else { hir::Type::Tuple(types) }
}
