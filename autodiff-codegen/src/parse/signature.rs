//! The signature: what can have a derivative with respect to what.

use super::attributes;
use super::scopes::Parser;
use super::types::{OF_STD, is_primitive};
use crate::diagnostics::{Errors, Kind, nearest};
use crate::functions::Function;
use crate::hir::{Alias, Param, Pat, PatKind, Type, Wrap};
use crate::options::Options;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use std::rc::Rc;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

/// Refuses kinds of functions that have no companions.
pub fn check_kind(item: &syn::ItemFn, errors: &mut Errors) {
    let sig = &item.sig;
    if let Some(token) = &sig.unsafety {
        errors.refuse(Kind::UnsafeFn, token.span, &[]);
    }
    if let Some(token) = &sig.asyncness {
        errors.refuse(Kind::AsyncFn, token.span, &[]);
    }
    if let Some(abi) = &sig.abi {
        errors.refuse_tokens(Kind::ExternFn, &abi.to_token_stream(), &[]);
    } else if let Some(variadic) = &sig.variadic {
        errors.refuse_tokens(Kind::ExternFn, &variadic.to_token_stream(), &[]);
    }
    let name = sig.ident.unraw().to_string();
    if is_primitive(&name) {
        errors.refuse(Kind::PrimitiveName, sig.ident.span(), &[&name]);
    }
}

/// The marks on a parameter.
struct Marks {
    grad: Option<TokenStream>,
    no_grad: Option<TokenStream>,
}

/// Whether an attribute is one of ours.
pub fn is_mark(attr: &syn::Attribute) -> bool {
    mark_name(attr).is_some()
}

/// Whether the tokens between an attribute's brackets make it one of ours.
pub fn is_mark_tokens(tokens: TokenStream) -> bool {
    syn::parse2::<syn::Meta>(tokens).is_ok_and(|meta| mark_of(meta.path()).is_some())
}

/// `grad` or `no_grad`
fn mark_name(attr: &syn::Attribute) -> Option<&'static str> {
    mark_of(attr.path())
}

/// `grad` or `no_grad`, possibly with the crate's name before it.
pub(super) fn mark_of(path: &syn::Path) -> Option<&'static str> {
    let last = path.segments.last()?;
    ["grad", "no_grad"].into_iter().find(|name| last.ident == name)
}

/// Reads the marks on a parameter, and refuses other attributes that aren't inert.
fn marks(attrs: &[syn::Attribute], errors: &mut Errors) -> Marks {
    let mut marks = Marks { grad: None, no_grad: None };
    for attr in attrs {
        let Some(name) = mark_name(attr) else {
            attributes::check_parameter(attr, errors);
            continue;
        };
        if !matches!(attr.meta, syn::Meta::Path(_)) {
            errors.refuse_tokens(Kind::MarkArguments, &attr.to_token_stream(), &[name]);
        }
        let slot = if name == "grad" { &mut marks.grad } else { &mut marks.no_grad };
        *slot = Some(attr.to_token_stream());
    }
    marks
}

impl Parser<'_> {
    /// The parameters, bound in the present scope.
    pub fn params(&mut self, sig: &syn::Signature, options: &Options) -> Vec<Param> {
        self.check_wrt(sig, options);
        let mut params = Vec::new();
        for (i, input) in sig.inputs.iter().enumerate() {
            let typed = match input {
                syn::FnArg::Typed(typed) => typed,
                syn::FnArg::Receiver(receiver) => {
                    params.push(self.receiver(receiver, options));
                    continue;
                }
            };
            if let syn::Type::Slice(ty) = &*typed.ty {
                let tokens = ty.to_token_stream();
                self.errors.refuse_tokens(
                    Kind::UnsizedParameter,
                    &tokens,
                    &[&super::text::one_line(&tokens)],
                );
            }
            let ty = self.types.classify(&typed.ty);
            let pat = self.pattern(&typed.pat, Some(&typed.ty));
            let name = self.parameter_name(&pat, i);
            let marks = marks(&typed.attrs, self.errors);
            let listed = options.wrt.iter().flatten().any(|ident| ident.unraw() == name.unraw());
            let function = match (&marks.grad, &marks.no_grad) {
                (Some(_), _) | (_, Some(_)) => None,
                _ if listed => None,
                (None, None) => Function::of(&typed.ty, &sig.generics, &self.types).map(Rc::new),
            };
            let active = function.is_none() && self.is_active(&name, &ty, &typed.ty, &marks, options);
            let ty = if active { ty } else { constant(ty) };
            let ty_tokens = self.types.unaliased(&typed.ty).to_token_stream();
            let marked = options.wrt.is_some() || marks.grad.is_some() || marks.no_grad.is_some();
            let unseen = !self.types.unknown_parameters(&typed.ty, options).is_empty();
            let said = marked && !active;
            let alias = if said || unseen { None } else { self.alias(&ty, &typed.ty) };
            let span = typed.pat.span();
            params.push(Param { pat, name, ty, ty_tokens, active, marked, alias, function, span });
        }
        params
    }

    /// `self`: passive, and read by copied code only.
    fn receiver(&mut self, receiver: &syn::Receiver, options: &Options) -> Param {
        let marks = marks(&receiver.attrs, self.errors);
        let listed = options.wrt.iter().flatten().find(|ident| *ident == "self");
        let asked = marks.grad.clone().or(listed.map(ToTokens::to_token_stream));
        if let (Some(token), None) = (&receiver.mutability, &receiver.reference) {
            self.errors.refuse(Kind::MutSelf, token.span, &[]);
        }
        let ty = &*receiver.ty;
        let ident = Ident::new("self", receiver.self_token.span);
        let class = self.types.classify(ty);
        let active = asked.is_some_and(|asked| match &marks.no_grad {
            Some(_) if options.wrt.is_none() => {
                self.errors.refuse_tokens(Kind::BothMarks, &asked, &[]);
                false
            }
            _ => self.may_be_active(&class, ty),
        });
        let class = if active { class } else { constant(class) };
        let changeable = matches!(ty, syn::Type::Reference(r) if r.mutability.is_some());
        let var = self.bind(&ident, changeable, Some(ty));
        if !active {
            self.mark_mutated(var);
        }
        let pat = Pat { kind: PatKind::Var(var), tokens: ident.to_token_stream(), span: ident.span() };
        Param {
            pat,
            name: ident.clone(),
            ty: class,
            ty_tokens: ty.to_token_stream(),
            active,
            marked: true,
            alias: None,
            function: None,
            span: ident.span(),
        }
    }

    /// The pattern's identifier, or a name that occurs nowhere in the function.
    fn parameter_name(&self, pat: &Pat, index: usize) -> Ident {
        let bound = match &pat.kind {
            PatKind::Var(var) => self.vars.get(var.0 as usize),
            _ => None,
        };
        if let Some(info) = bound {
            return info.ident.clone();
        }
        let mut name = format!("arg{index}");
        while mentions(&self.whole, &name) {
            name.push('_');
        }
        Ident::new(&name, Span::mixed_site())
    }

    /// Every name in `wrt(…)` has to be a parameter.
    fn check_wrt(&mut self, sig: &syn::Signature, options: &Options) {
        let Some(wrt) = &options.wrt else { return };
        let names: Vec<String> = sig.inputs.iter().filter_map(plain_name).collect();
        for ident in wrt {
            let name = ident.unraw().to_string();
            if !names.contains(&name) {
                let near = nearest(&name, names.iter().map(String::as_str));
                let instead = near.map_or_else(|| list(&names), |near| format!("`{near}`"));
                self.errors.refuse(Kind::UnknownParameter, ident.span(), &[&name, &instead]);
            }
        }
    }

    /// Whether a parameter is active.
    fn is_active(
        &mut self,
        name: &Ident,
        ty: &Type,
        tokens: &syn::Type,
        marks: &Marks,
        options: &Options,
    ) -> bool {
        if let (Some(grad), Some(_)) = (&marks.grad, &marks.no_grad) {
            self.errors.refuse_tokens(Kind::BothMarks, grad, &[]);
        }
        if let Some(wrt) = &options.wrt {
            for (mark, text) in [(&marks.grad, "grad"), (&marks.no_grad, "no_grad")] {
                if let Some(mark) = mark {
                    self.errors.refuse_tokens(Kind::WrtWithMarks, mark, &[text]);
                }
            }
            let listed = wrt.iter().any(|ident| ident.unraw() == name.unraw());
            return listed && self.may_be_active(ty, tokens);
        }
        if marks.no_grad.is_some() {
            return false;
        }
        if marks.grad.is_some() {
            return self.may_be_active(ty, tokens);
        }
        if ty.has_user_type() {
            return false;
        }
        if ty.has_gradient() {
            return true;
        }
        let output = matches!(ty, Type::Ref(true, inner) if inner.has_gradient());
        let unclear =
            self.alias(ty, tokens).is_none() && self.types.mentions_float(&tokens.to_token_stream());
        if !output && unclear && !Function::is_constant(tokens, &self.types) {
            self.errors.refuse_tokens(Kind::NoGradientShape, &tokens.to_token_stream(), &[&text(tokens)]);
        }
        false
    }

    /// What a type that is only a name may stand for; decided when the body has been seen.
    fn alias(&self, ty: &Type, tokens: &syn::Type) -> Option<Alias> {
        let inner = if let Type::Ref(false, inner) = ty { inner } else { ty };
        let Type::Other(name) = inner else { return None };
        let Ok(syn::Type::Path(path)) = syn::parse2::<syn::Type>(name.clone()) else { return None };
        let last = path.path.segments.last()?;
        let text = last.ident.unraw().to_string();
        let alone = path.path.segments.len() == 1 && self.types.is_parameter(&text);
        let linear = self.types.known.linear(&path.path).is_some();
        if path.qself.is_some()
            || alone
            || linear
            || is_primitive(&text)
            || text == "Self"
            || OF_STD.contains(&text.as_str())
        {
            return None;
        }
        if self.types.known.is_user_type(&path.path) {
            return None;
        }
        if self.types.mentions_float(&tokens.to_token_stream()) {
            return Some(Alias::OfFloats);
        }
        last.arguments.is_none().then_some(Alias::OfAnything)
    }

    /// Whether a result is made of floats if the names in it stand for floats.
    fn may_be_floats(&self, ty: &Type, tokens: &syn::Type) -> bool {
        match (ty, tokens) {
            (Type::Tuple(parts), syn::Type::Tuple(all)) => parts
                .iter()
                .zip(&all.elems)
                .all(|(ty, tokens)| ty.is_result() && !has_reference(ty) || self.may_be_floats(ty, tokens)),
            (Type::Other(_), _) => self.alias(ty, tokens).is_some(),
            _ => false,
        }
    }

    /// Whether a parameter that was asked for can be active.
    fn may_be_active(&mut self, ty: &Type, tokens: &syn::Type) -> bool {
        if let Some((name, lacks)) = self.types.lacks_derive(tokens) {
            let args = [name.as_str(), lacks.what(), lacks.instead()];
            self.errors.refuse_tokens(Kind::NotDerived, &tokens.to_token_stream(), &args);
            return false;
        }
        let kind = match ty {
            _ if ty.has_gradient() => return true,
            Type::Ref(true, inner) if inner.has_user_type() && inner.has_gradient_shape() => return true,
            Type::Ref(true, inner) if inner.has_gradient() => Kind::GradOnOutput,
            _ if self.alias(ty, tokens).is_some() => return true,
            _ if ty.may_be_differentiable() || self.types.mentions_float(&tokens.to_token_stream()) => {
                Kind::GradNotBuilt
            }
            _ => Kind::GradOnPassive,
        };
        self.errors.refuse_tokens(kind, &tokens.to_token_stream(), &[&text(tokens)]);
        false
    }

    /// The result, without the `Option` or `Result` around it.
    pub fn result(&mut self, sig: &syn::Signature, options: &Options) -> (Type, Option<Wrap>) {
        let syn::ReturnType::Type(_, ty) = &sig.output else { return (Type::Unit, None) };
        let (wrap, inner) = match Wrap::of(ty) {
            Some((wrap, inner)) => (Some(wrap), inner),
            None => (None, (**ty).clone()),
        };
        let result = self.types.classify(&inner);
        let shaped = result.is_result() && !has_reference(&result);
        // A name alone may stand for a float: rustc is asked.
        let unknown = !self.may_be_floats(&result, &inner);
        if let Some(name) = self.types.unknown_parameters(&inner, options).first() {
            self.errors.refuse_tokens(Kind::UnknownTypeParameter, &inner.to_token_stream(), &[name]);
        } else if !shaped && !matches!(result, Type::Unit) && unknown {
            self.errors.refuse_tokens(Kind::ResultType, &ty.to_token_stream(), &[&text(ty)]);
        }
        (result, wrap)
    }

    /// What a function writes to its `&mut` parameters is its result if it does not return one float: then
    /// their contents are active. Otherwise they are scratch, whose contents count as constant, unless derivatives
    /// can flow through nothing else.
    pub fn activate_outputs(&self, sig: &syn::Signature, params: &mut [Param], result: &Type) {
        let others = params.iter().any(|p| p.active || p.alias.is_some() || p.function.is_some());
        if matches!(result, Type::Float(_)) && others {
            return;
        }
        let typed = sig.inputs.iter().filter_map(|input| match input {
            syn::FnArg::Typed(typed) => Some(typed),
            syn::FnArg::Receiver(_) => None,
        });
        let params = params.iter_mut().filter(|param| param.name != "self");
        for (param, typed) in params.zip(typed) {
            let passive = typed.attrs.iter().any(|attr| mark_name(attr) == Some("no_grad"));
            let output = matches!(&param.ty, Type::Ref(true, inner) if inner.has_gradient());
            param.active |= output && !passive;
        }
    }

    /// Refuses a function that has no result, or no active parameter, unless the latter may follow from an
    /// error that was reported.
    pub fn check_use(
        &mut self,
        sig: &syn::Signature,
        params: &[Param],
        result: &Type,
        (errors_before, options): (usize, &Options),
    ) {
        let mut outputs =
            params.iter().filter(|param| param.active && matches!(param.ty, Type::Ref(true, _)));
        if matches!(result, Type::Unit) && outputs.next().is_none() {
            self.errors.refuse(Kind::NoResult, sig.ident.span(), &[]);
        } else if !params.iter().any(|param| param.active || param.alias.is_some())
            && self.errors.len() == errors_before
        {
            let unknown = sig.inputs.iter().find_map(|input| match input {
                syn::FnArg::Typed(typed) => {
                    let name = self.types.unknown_parameters(&typed.ty, options).into_iter().next()?;
                    Some((typed.ty.to_token_stream(), name))
                }
                syn::FnArg::Receiver(_) => None,
            });
            match unknown {
                Some((ty, name)) => self.errors.refuse_tokens(Kind::UnknownTypeParameter, &ty, &[&name]),
                None => {
                    let reasons = Param::none_is_active(params, options.wrt.is_some());
                    self.errors.refuse(Kind::NoActiveParameter, sig.ident.span(), &[&reasons]);
                }
            }
        }
    }
}

/// The type of a passive parameter: a struct of the user's is copied code's.
fn constant(ty: Type) -> Type {
    match ty {
        Type::User(name) => Type::Other(name.0),
        Type::Array(t, n) => Type::Array(Box::new(constant(*t)), n),
        Type::Slice(t) => Type::Slice(Box::new(constant(*t))),
        Type::Vec(t) => Type::Vec(Box::new(constant(*t))),
        Type::Ref(m, t) => Type::Ref(m, Box::new(constant(*t))),
        Type::Tuple(ts) => Type::Tuple(ts.into_iter().map(constant).collect()),
        other => other,
    }
}

/// The name of a parameter that is a plain identifier.
pub fn plain_name(input: &syn::FnArg) -> Option<String> {
    match input {
        syn::FnArg::Receiver(_) => Some("self".to_string()),
        syn::FnArg::Typed(typed) => match &*typed.pat {
            syn::Pat::Ident(pat) => Some(pat.ident.unraw().to_string()),
            _ => None,
        },
    }
}

/// `a`, `b` or `c`
fn list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => "a function with parameters".to_string(),
    }
}

/// A type as text.
fn text(ty: &syn::Type) -> String {
    super::text::one_line(&ty.to_token_stream())
}

/// Whether there is a reference in a type.
fn has_reference(ty: &Type) -> bool {
    match ty {
        Type::Ref(..) => true,
        Type::Array(t, _) | Type::Slice(t) | Type::Vec(t) => has_reference(t),
        Type::Tuple(ts) => ts.iter().any(has_reference),
        _ => false,
    }
}

/// Whether an identifier occurs in tokens.
fn mentions(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        _ => false,
    })
}
