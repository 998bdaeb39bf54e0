//! Functions as arguments: parameters such as `f: impl Fn(f64) -> f64`, whose calls have derivatives.
//!
//! A companion has a trait of the run-time there, `Function1<Active<f64>, f64>`: what is passed is the handle of an
//! annotated function. The arguments in it say how each is passed, and whether it has a derivative; handle and
//! companion write them by the same rule ([`Formal::marker`]), so that what doesn't fit is found by rustc.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use crate::hir::{Param, Type};
use crate::ir::Mode;
use crate::names;
use crate::options::Options;
use crate::parse::TypeParams;

/// Functions of so many arguments can be passed.
pub const MOST: usize = 6;

/// What a function-valued parameter is called with, and what it returns.
#[derive(Clone, Debug)]
pub struct Function {
    /// The arguments.
    pub args: Vec<Formal>,
    /// The result.
    pub ret: Type,
    /// The same, verbatim.
    pub output: syn::ReturnType,
    /// A type that the user's function takes there.
    pub taken: syn::Type,
}

/// An argument of a function that is passed.
#[derive(Clone, Debug)]
pub struct Formal {
    /// By value, `&` or `&mut`.
    pub mode: Mode,
    /// It has a derivative.
    pub active: bool,
    /// The type, without the reference.
    pub ty: Type,
    /// The same, verbatim.
    pub tokens: syn::Type,
}

impl Function {
    /// From the type of a parameter; `None` if it is no function type, or one that no derivative flows through.
    pub fn of(ty: &syn::Type, generics: &syn::Generics, types: &TypeParams) -> Option<Function> {
        let function = Function::found(ty, generics, types)?;
        let generic = matches!(strip(ty), syn::Type::ImplTrait(_) | syn::Type::Path(_));
        let mut taken = ty.clone();
        if generic {
            replace_innermost(&mut taken, function.pointer());
        }
        Some(Function { taken, ..function })
    }

    /// Whether a parameter is a function that no float is passed to: nothing flows through its calls.
    pub fn is_constant(ty: &syn::Type, types: &TypeParams) -> bool {
        let floats = |ty: &syn::Type| types.mentions_float(&ty.to_token_stream());
        let sugared = |bound: Option<&syn::ParenthesizedGenericArguments>| {
            bound.is_some_and(|found| !found.inputs.iter().any(floats))
        };
        match strip(ty) {
            syn::Type::ImplTrait(t) => sugared(t.bounds.iter().find_map(sugar)),
            syn::Type::TraitObject(t) => sugared(t.bounds.iter().find_map(sugar)),
            syn::Type::BareFn(f) => !f.inputs.iter().any(|a| floats(&a.ty)),
            _ => false,
        }
    }

    fn found(ty: &syn::Type, generics: &syn::Generics, types: &TypeParams) -> Option<Function> {
        let found = match strip(ty) {
            syn::Type::ImplTrait(t) => t.bounds.iter().find_map(sugar),
            syn::Type::TraitObject(t) => t.bounds.iter().find_map(sugar),
            syn::Type::BareFn(f) if f.unsafety.is_none() && f.abi.is_none() && f.variadic.is_none() => {
                let inputs: Vec<&syn::Type> = f.inputs.iter().map(|a| &a.ty).collect();
                return Function::from_parts(&inputs, &f.output, types);
            }
            syn::Type::Path(t) => bounds(generics, t.path.get_ident()?).find_map(sugar),
            _ => None,
        }?;
        Function::from_parts(&found.inputs.iter().collect::<Vec<_>>(), &found.output, types)
    }

    fn from_parts(inputs: &[&syn::Type], output: &syn::ReturnType, types: &TypeParams) -> Option<Function> {
        let args = inputs.iter().map(|ty| Formal::of(ty, types)).collect::<Option<Vec<_>>>()?;
        let ret = match output {
            syn::ReturnType::Default => Type::Unit,
            syn::ReturnType::Type(_, ty) => types.classify(ty),
        };
        let written = args.iter().any(|a| a.active && a.mode == Mode::Mut);
        let result = ret.has_gradient_shape() && !has_reference(&ret) || matches!(ret, Type::Unit) && written;
        let flows = args.iter().any(|a| a.active) && args.len() <= MOST && result;
        flows.then(|| Function { args, ret, output: output.clone(), taken: syn::parse_quote!(()) })
    }

    /// `Function1<Active<f64>, f64>`, or the same of another trait of its kind.
    pub fn bound(&self, kind: &str, rt: &TokenStream, span: Span) -> TokenStream {
        let (y, seed) = (self.result(), self.seed());
        let result = if seed.to_string() == y.to_string() { y } else { quote!(#y, #seed) };
        bound(kind, &self.args, &result, rt, span)
    }

    /// What the derivative of the result is read from.
    fn seed(&self) -> TokenStream {
        let y = self.result();
        let ty = syn::parse2(y.clone()).unwrap_or_else(|_| syn::parse_quote!(()));
        Formal { mode: Mode::Value, active: true, ty: self.ret.clone(), tokens: ty }.slot()
    }

    /// The result's type.
    pub fn result(&self) -> TokenStream {
        match &self.output {
            syn::ReturnType::Default => quote!(()),
            syn::ReturnType::Type(_, ty) => ty.to_token_stream(),
        }
    }

    /// `fn(f64) -> f64`, a function of this form that has a type to name.
    pub fn pointer(&self) -> syn::Type {
        let (inputs, output) = (self.args.iter().map(Formal::passed), &self.output);
        syn::parse_quote!(fn(#(#inputs),*) #output)
    }

    /// `|a0: f64| -> f64 { HANDLE.__value(a0) }`
    pub fn closure(&self, handle: &Ident, span: Span) -> TokenStream {
        let names: Vec<Ident> = (0..self.args.len()).map(|i| format_ident!("a{i}", span = span)).collect();
        let (types, output) = (self.args.iter().map(Formal::passed), self.result());
        quote_spanned!(span=> |#(#names: #types),*| -> #output { #handle.__value(#(#names),*) })
    }
}

/// `Function2<Active<f64>, ActiveRef<[f64]>, f64>`
pub fn bound(kind: &str, args: &[Formal], y: &TokenStream, rt: &TokenStream, span: Span) -> TokenStream {
    let name = Ident::new(&format!("{kind}{}", args.len()), span);
    let markers = args.iter().map(|a| a.marker(rt, span));
    quote_spanned!(span=> #rt::#name<#(#markers,)* #y>)
}

impl Formal {
    /// From an argument's type; `None` if it can't be written without a lifetime.
    pub fn of(ty: &syn::Type, types: &TypeParams) -> Option<Formal> {
        let (mode, inner) = match peeled(ty) {
            syn::Type::Reference(r) if r.mutability.is_some() => (Mode::Mut, &*r.elem),
            syn::Type::Reference(r) => (Mode::Ref, &*r.elem),
            other => (Mode::Value, other),
        };
        let ty = types.classify(inner);
        let plain = names_no_lifetime(inner);
        let active = ty.has_gradient_shape() && !has_reference(&ty);
        plain.then(|| Formal { mode, active, ty, tokens: inner.clone() })
    }

    /// `Active<f64>`
    pub fn marker(&self, rt: &TokenStream, span: Span) -> TokenStream {
        let name = match (self.active, self.mode) {
            (true, Mode::Value) => "Active",
            (true, Mode::Ref) => "ActiveRef",
            (true, Mode::Mut) => "ActiveMut",
            (false, Mode::Value) => "Constant",
            (false, Mode::Ref) => "ConstantRef",
            (false, Mode::Mut) => "ConstantMut",
        };
        let (name, ty) = (Ident::new(name, span), &self.tokens);
        match self.element().filter(|_| self.active) {
            Some(element) => quote_spanned!(span=> #rt::#name<#ty, [#element]>),
            None => quote_spanned!(span=> #rt::#name<#ty>),
        }
    }

    /// What its adjoint is written to: a `Vec`'s to a slice.
    pub fn slot(&self) -> TokenStream {
        match self.element() {
            Some(element) => quote!([#element]),
            None => self.tokens.to_token_stream(),
        }
    }

    /// What a `Vec` is of.
    fn element(&self) -> Option<syn::Type> {
        let (Type::Vec(_), syn::Type::Path(t)) = (&self.ty, peeled(&self.tokens)) else { return None };
        let syn::PathArguments::AngleBracketed(args) = &t.path.segments.last()?.arguments else {
            return None;
        };
        args.args.iter().find_map(|a| match a {
            syn::GenericArgument::Type(t) => Some(t.clone()),
            _ => None,
        })
    }

    /// The argument's type, with its reference.
    pub fn passed(&self) -> TokenStream {
        let ty = &self.tokens;
        match self.mode {
            Mode::Value => quote!(#ty),
            Mode::Ref => quote!(&#ty),
            Mode::Mut => quote!(&mut #ty),
        }
    }
}

/// The signature that a function's companions have, with no questions asked.
pub fn companion_signature(sig: &syn::Signature, types: &TypeParams, options: &Options) -> syn::Signature {
    let functions = sig.inputs.iter().enumerate().filter_map(|(i, input)| {
        let syn::FnArg::Typed(typed) = input else { return None };
        if typed.attrs.iter().any(crate::parse::is_mark) {
            return None;
        }
        Some((i, Function::of(&typed.ty, &sig.generics, types)?))
    });
    let functions: Vec<_> = functions.collect();
    let mut sig = sig.clone();
    let (rt, span) = (run_time(options, &sig), names::emitted(sig.ident.span()));
    signature(&mut sig, &functions, "Function", &rt, span);
    sig
}

/// Where generated code finds the run-time half.
fn run_time(options: &Options, sig: &syn::Signature) -> TokenStream {
    let (path, span) = (&options.crate_path, names::emitted(sig.ident.span()));
    quote_spanned!(span=> #path::__rt)
}

/// Gives a function the signature that its companions have: what is a function type in the user's is a bound by `kind`
/// in theirs.
pub fn pass_handles(sig: &mut syn::Signature, params: &mut [Param], kind: &str, options: &Options) {
    let (rt, span) = (run_time(options, sig), names::emitted(sig.ident.span()));
    let found = params.iter().enumerate();
    let functions: Vec<_> = found.filter_map(|(i, p)| Some((i, (**p.function.as_ref()?).clone()))).collect();
    signature(sig, &functions, kind, &rt, span);
    for (i, _) in functions {
        if let Some(syn::FnArg::Typed(typed)) = sig.inputs.iter().nth(i) {
            params[i].ty_tokens = typed.ty.to_token_stream();
        }
    }
}

/// The same for the tangent companion: what the signature asks of functions becomes more.
pub fn with_tangents(
    sig: &mut syn::Signature,
    functions: &[(usize, Function)],
    rt: &TokenStream,
    span: Span,
) {
    signature(sig, functions, "TangentFunction", rt, span);
}

fn signature(
    sig: &mut syn::Signature,
    functions: &[(usize, Function)],
    kind: &str,
    rt: &TokenStream,
    span: Span,
) {
    for (i, function) in functions {
        let Ok(bound) = syn::parse2::<syn::TypeParamBound>(function.bound(kind, rt, span)) else { continue };
        let Some(syn::FnArg::Typed(typed)) = sig.inputs.iter_mut().nth(*i) else { continue };
        if let syn::Type::Path(t) = strip(&typed.ty)
            && let Some(name) = t.path.get_ident()
        {
            replace_bounds(&mut sig.generics, name, &bound);
            continue;
        }
        let inner = strip_mut(&mut typed.ty);
        *inner = match inner {
            syn::Type::ImplTrait(t) => {
                replace_sugar(&mut t.bounds, &bound);
                let bounds = &t.bounds;
                syn::parse_quote_spanned!(span=> impl #bounds)
            }
            // A pointer can be passed on and used again.
            syn::Type::BareFn(_) => syn::parse_quote_spanned!(span=> impl #bound + ::core::marker::Copy),
            _ => syn::parse_quote_spanned!(span=> impl #bound),
        };
    }
}

/// Puts the bound in the place of `Fn(…) -> …`.
fn replace_sugar(
    bounds: &mut syn::punctuated::Punctuated<syn::TypeParamBound, syn::Token![+]>,
    bound: &syn::TypeParamBound,
) {
    let replaced = |b: &&mut syn::TypeParamBound| sugar(b).is_some() || is_ours(b);
    bounds.iter_mut().filter(replaced).for_each(|b| *b = bound.clone());
}

fn replace_bounds(generics: &mut syn::Generics, name: &Ident, bound: &syn::TypeParamBound) {
    for p in generics.type_params_mut().filter(|p| p.ident == *name) {
        replace_sugar(&mut p.bounds, bound);
    }
    for predicate in generics.where_clause.iter_mut().flat_map(|w| &mut w.predicates) {
        let syn::WherePredicate::Type(p) = predicate else { continue };
        if is_name(&p.bounded_ty, name) {
            // The lifetimes of `for<'a>` are gone with the types that they stood in.
            let plain = p.bounds.iter().any(|b| sugar(b).is_some() || is_ours(b));
            p.lifetimes = p.lifetimes.take().filter(|_| !plain);
            replace_sugar(&mut p.bounds, bound);
        }
    }
}

/// The `Fn(A) -> B` of a bound, of which kind ever.
fn sugar(bound: &syn::TypeParamBound) -> Option<&syn::ParenthesizedGenericArguments> {
    let syn::TypeParamBound::Trait(t) = bound else { return None };
    let last = t.path.segments.last()?;
    match &last.arguments {
        syn::PathArguments::Parenthesized(p)
            if ["Fn", "FnMut", "FnOnce"].contains(&last.ident.to_string().as_str()) =>
        {
            Some(p)
        }
        _ => None,
    }
}

/// What a function-valued parameter is called with, if its type says that it is one.
pub(crate) fn written(ty: &syn::Type, generics: &syn::Generics) -> Option<Vec<syn::Type>> {
    let found = match strip(ty) {
        syn::Type::ImplTrait(t) => t.bounds.iter().find_map(sugar),
        syn::Type::TraitObject(t) => t.bounds.iter().find_map(sugar),
        syn::Type::BareFn(f) => return Some(f.inputs.iter().map(|a| a.ty.clone()).collect()),
        syn::Type::Path(t) => bounds(generics, t.path.get_ident()?).find_map(sugar),
        _ => None,
    };
    Some(found?.inputs.iter().cloned().collect())
}

/// Whether a type parameter stands for functions.
pub(crate) fn is_function(name: &Ident, generics: &syn::Generics) -> bool {
    bounds(generics, name).any(|bound| sugar(bound).is_some())
}

/// Whether an `impl Trait` stands in a type.
pub(crate) fn has_impl(ty: &syn::Type) -> bool {
    let mut found = false;
    names::each_ident(&ty.to_token_stream(), &mut |ident| found |= ident == "impl");
    found
}

/// Whether a bound is one that [`pass_handles`] has put there.
fn is_ours(bound: &syn::TypeParamBound) -> bool {
    let syn::TypeParamBound::Trait(t) = bound else { return false };
    let mut last = t.path.segments.iter().rev();
    let function = last.next().is_some_and(|s| s.ident.to_string().starts_with("Function"));
    function && last.next().is_some_and(|s| s.ident == "__rt")
}

/// The bounds of a type parameter.
fn bounds<'g>(generics: &'g syn::Generics, name: &'g Ident) -> impl Iterator<Item = &'g syn::TypeParamBound> {
    let own = generics.type_params().filter(move |p| p.ident == *name).flat_map(|p| &p.bounds);
    let clause = generics.where_clause.iter().flat_map(|w| &w.predicates);
    let more = clause.filter_map(move |p| match p {
        syn::WherePredicate::Type(p) if is_name(&p.bounded_ty, name) => Some(&p.bounds),
        _ => None,
    });
    let declared = generics.type_params().any(|p| p.ident == *name);
    own.chain(more.flatten()).filter(move |_| declared)
}

fn is_name(ty: &syn::Type, name: &Ident) -> bool {
    matches!(ty, syn::Type::Path(t) if t.path.is_ident(name))
}

fn peeled(ty: &syn::Type) -> &syn::Type {
    match ty {
        syn::Type::Paren(t) => peeled(&t.elem),
        syn::Type::Group(t) => peeled(&t.elem),
        other => other,
    }
}

/// The function behind references and a `Box`.
fn strip(ty: &syn::Type) -> &syn::Type {
    match ty {
        syn::Type::Paren(t) => strip(&t.elem),
        syn::Type::Group(t) => strip(&t.elem),
        syn::Type::Reference(t) => strip(&t.elem),
        other => boxed(other).map_or(other, strip),
    }
}

fn strip_mut(ty: &mut syn::Type) -> &mut syn::Type {
    match ty {
        syn::Type::Paren(t) => strip_mut(&mut t.elem),
        syn::Type::Group(t) => strip_mut(&mut t.elem),
        syn::Type::Reference(t) => strip_mut(&mut t.elem),
        other => other,
    }
}

/// Puts another type in the place of the one behind references and a `Box`.
fn replace_innermost(ty: &mut syn::Type, by: syn::Type) {
    let is_box = boxed(ty).is_some();
    match ty {
        syn::Type::Paren(t) => replace_innermost(&mut t.elem, by),
        syn::Type::Group(t) => replace_innermost(&mut t.elem, by),
        syn::Type::Reference(t) => replace_innermost(&mut t.elem, by),
        syn::Type::Path(t) if is_box => {
            let Some(last) = t.path.segments.last_mut() else { return };
            last.arguments = syn::PathArguments::AngleBracketed(syn::parse_quote!(<#by>));
        }
        other => *other = by,
    }
}

/// `Box<T>`
fn boxed(ty: &syn::Type) -> Option<&syn::Type> {
    let syn::Type::Path(t) = ty else { return None };
    let last = t.path.segments.last().filter(|s| s.ident == "Box")?;
    match &last.arguments {
        syn::PathArguments::AngleBracketed(a) => a.args.iter().find_map(|a| match a {
            syn::GenericArgument::Type(t @ (syn::Type::TraitObject(_) | syn::Type::ImplTrait(_))) => Some(t),
            _ => None,
        }),
        _ => None,
    }
}

/// Whether a type has neither a lifetime in it nor a place for one.
fn names_no_lifetime(ty: &syn::Type) -> bool {
    let text = ty.to_token_stream().to_string();
    let mut hidden = false;
    names::each_ident(&ty.to_token_stream(), &mut |i| hidden |= i == "dyn" || i == "impl");
    !text.contains('\'') && !text.contains('&') && !hidden
}

fn has_reference(ty: &Type) -> bool {
    match ty {
        Type::Ref(..) => true,
        Type::Array(t, _) | Type::Slice(t) | Type::Vec(t) => has_reference(t),
        Type::Tuple(ts) => ts.iter().any(has_reference),
        _ => false,
    }
}
