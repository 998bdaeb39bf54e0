//! The attribute on the `impl` of an operator: `#[backprop] impl Add for Vec3 { … }`.
//!
//! In a trait's `impl`, nothing can stand beside the trait's own functions. So its function is written once more, as a
//! free one in a constant beside the `impl`, with companions and a handle; and the type says that this is the handle of its
//! operator (`BinaryOperator` in the run-time half).

mod index;

use crate::around::rename_self;
use crate::diagnostics::{Errors, Kind};
use crate::fallback::without_marks;
use crate::options::Options;
use crate::parse::{Source, is_mark};
use crate::pipeline::function;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;

/// The traits of operators: what they are called, their function, and how many operands they have.
pub const TRAITS: [(&str, &str, usize); 11] = [
    ("Add", "add", 2),
    ("Sub", "sub", 2),
    ("Mul", "mul", 2),
    ("Div", "div", 2),
    ("Rem", "rem", 2),
    ("AddAssign", "add_assign", 2),
    ("SubAssign", "sub_assign", 2),
    ("MulAssign", "mul_assign", 2),
    ("DivAssign", "div_assign", 2),
    ("RemAssign", "rem_assign", 2),
    ("Neg", "neg", 1),
];

/// How the operator of a trait is written; with `Assign` in its name, an equals sign follows.
pub fn sign(name: &str) -> &'static str {
    match name.trim_end_matches("Assign") {
        "Add" => "+",
        "Sub" | "Neg" => "-",
        "Mul" => "*",
        "Div" => "/",
        _ => "%",
    }
}

/// What the function with an operator's body calls its first operand.
const THIS: &str = "__this";

/// An operator, or an index, of a struct.
pub struct Operator<'i> {
    block: &'i syn::ItemImpl,
    /// What `std::ops` calls it.
    name: &'static str,
    function: &'static str,
    operands: usize,
    /// The type of the second operand, or of the index.
    second: syn::Type,
}

impl<'i> Operator<'i> {
    /// The operator that an `impl` is of, if it is one.
    pub fn of(block: &'i syn::ItemImpl) -> Option<Operator<'i>> {
        let (not, path, _) = block.trait_.as_ref()?;
        let last = path.segments.last()?;
        let name = last.ident.unraw().to_string();
        let index = ("Index", "index", 2);
        let (name, function, operands) = TRAITS.into_iter().chain([index]).find(|(t, ..)| *t == name)?;
        let second = match &last.arguments {
            syn::PathArguments::AngleBracketed(args) => match args.args.first()? {
                syn::GenericArgument::Type(ty) => ty.clone(),
                _ => return None,
            },
            _ => (*block.self_ty).clone(),
        };
        not.is_none().then_some(Operator { block, name, function, operands, second })
    }

    /// The type of the second operand, or of the index.
    pub fn second(&self) -> &syn::Type {
        &self.second
    }

    /// The name, and those of the operands' types.
    pub fn key(&self) -> (String, String, String) {
        let name = |ty: &syn::Type| crate::known::type_name(ty).unwrap_or_default();
        let own = name(&self.block.self_ty);
        let second = match crate::known::type_name(&self.second).as_deref() {
            _ if self.operands == 1 => String::new(),
            // Each type of index may have elements of its own.
            _ if self.name == "Index" => self.second.to_token_stream().to_string(),
            Some("Self") => own.clone(),
            other => other.unwrap_or_default().to_string(),
        };
        (self.name.to_string(), own, second)
    }

    /// `type Output = …;`
    pub fn output(&self) -> Option<syn::Type> {
        self.block.items.iter().find_map(|item| match item {
            syn::ImplItem::Type(t) if t.ident == "Output" => Some(t.ty.clone()),
            _ => None,
        })
    }

    /// The `impl` without what it does.
    pub fn head(&self) -> TokenStream {
        let (generics, of, clause) =
            (&self.block.generics, &self.block.self_ty, &self.block.generics.where_clause);
        let path = self.block.trait_.as_ref().map(|(_, path, _)| path);
        let output = self.output().map(|ty| quote!(type Output = #ty;));
        quote!(impl #generics #path for #of #clause { #output })
    }

    /// What errors call it: `impl Add<f64> for Vec3`.
    pub fn title(&self) -> String {
        let path =
            self.block.trait_.as_ref().map(|(_, path, _)| crate::parse::one_line(&path.to_token_stream()));
        let of = crate::parse::one_line(&self.block.self_ty.to_token_stream());
        format!("impl {} for {of}", path.unwrap_or_default())
    }

    fn is_index(&self) -> bool {
        self.name == "Index"
    }
}

/// The `impl` of an operator with what belongs to it; of another trait, a refusal.
pub fn expand(block: &syn::ItemImpl, options: &Options, errors: &mut Errors) -> TokenStream {
    let own = without_marks(block.to_token_stream());
    let Some(operator) = Operator::of(block) else {
        errors.refuse(Kind::TraitImpl, block.impl_token.span, &[]);
        return own;
    };
    let method = block.items.iter().find_map(|item| match item {
        syn::ImplItem::Fn(f) if f.sig.ident == operator.function => Some(f),
        _ => None,
    });
    let Some(method) = method else { return own };
    let more = match operator.is_index() {
        true => index::index(&operator, method, options, errors),
        false => rule(&operator, method, options, errors),
    };
    quote!(#own #more)
}

/// The operator as a function, and the type's word that it is this one.
fn rule(
    operator: &Operator,
    method: &syn::ImplItemFn,
    options: &Options,
    errors: &mut Errors,
) -> TokenStream {
    let block = operator.block;
    let span = Span::mixed_site().located_at(method.sig.ident.span());
    let name = Ident::new(&format!("__{}", operator.function), method.sig.ident.span());
    let krate = &options.crate_path;
    let rt = quote_spanned!(span=> #krate::__rt);
    let Some(tokens) = as_function(operator, method, &name) else {
        errors.refuse(Kind::OperatorForm, method.sig.ident.span(), &[]);
        return TokenStream::new();
    };
    let Some(source) = Source::parse(tokens.clone(), errors) else { return TokenStream::new() };
    let mut options = options.clone();
    if let Some(mut around) = crate::surroundings::around(&method.sig, &method.block, &tokens) {
        (around.block, around.associated) = (None, false);
        // Under the attribute on a module, more is known: which functions it leaves out.
        if options.around.whole {
            around.known = options.around.known.clone();
        }
        options.around = around;
    }
    let companions = function(&source, &options, errors);
    let (first, mode) = passed(&block.self_ty, receiver_mode(&method.sig));
    let mut modes = vec![mode];
    let mut second = None;
    if operator.operands == 2 {
        let (ty, mode) = passed(&operator.second, None);
        let ty = if ty.to_string() == "Self" { first.clone() } else { ty };
        modes.push(mode);
        second = Some(quote!(, #ty));
    }
    let modes = modes.iter().map(|mode| Ident::new(mode, span));
    let kind = Ident::new(if second.is_some() { "BinaryOperator" } else { "UnaryOperator" }, span);
    let (generics, clause) = (without_lifetimes(&block.generics), &block.generics.where_clause);
    let sign = Ident::new(operator.name, span);
    let tokens = without_marks(tokens);
    let attributes = block.attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
    let used: Vec<&syn::Attribute> = attributes.collect();
    quote_spanned! {span=>
        #(#used)*
        #[allow(non_camel_case_types, dead_code, missing_docs, clippy::all, clippy::pedantic)]
        const _: () = {
            #tokens
            #companions
            impl #generics #rt::#kind<#rt::operators::#sign #(, #rt::#modes)* #second> for #first #clause {
                type Handle = #name;
                const HANDLE: #name = #name {};
            }
        };
    }
}

/// How a receiver is passed, where the type of the `impl` does not say it.
fn receiver_mode(sig: &syn::Signature) -> Option<&'static str> {
    let receiver = sig.receiver()?;
    receiver.reference.as_ref().map(|_| if receiver.mutability.is_some() { "ByMut" } else { "ByRef" })
}

/// A type without its reference, and how it is passed.
fn passed(ty: &syn::Type, by: Option<&'static str>) -> (TokenStream, &'static str) {
    match ty {
        syn::Type::Paren(t) => passed(&t.elem, by),
        syn::Type::Group(t) => passed(&t.elem, by),
        syn::Type::Reference(t) if t.mutability.is_some() => (t.elem.to_token_stream(), "ByMut"),
        syn::Type::Reference(t) => (t.elem.to_token_stream(), "ByRef"),
        other => (other.to_token_stream(), by.unwrap_or("ByValue")),
    }
}

/// The generics without lifetimes, which no handle speaks of.
fn without_lifetimes(generics: &syn::Generics) -> syn::Generics {
    let params = generics.params.iter().filter(|p| !matches!(p, syn::GenericParam::Lifetime(_)));
    syn::Generics { params: params.cloned().collect(), where_clause: None, ..generics.clone() }
}

/// `fn __add(#[grad] __this: Vec3, #[grad] other: Vec3) -> Vec3 { … }`
fn as_function(operator: &Operator, method: &syn::ImplItemFn, name: &Ident) -> Option<TokenStream> {
    let block = operator.block;
    let own = &block.self_ty;
    let receiver = method.sig.receiver()?;
    let this = Ident::new(THIS, receiver.self_token.span);
    // `self: &mut Self` has its type where `&mut self` has a reference: only a value may be written so.
    let value =
        matches!(&*receiver.ty, syn::Type::Path(ty) if ty.path.is_ident("Self")) || *receiver.ty == **own;
    if receiver.colon_token.is_some() && !value {
        return None;
    }
    // `mut self` is a copy of its own, which the body may change: so is `mut __this`.
    let own_copy = receiver.reference.is_none().then_some(receiver.mutability).flatten();
    let by = receiver.reference.as_ref().map(|_| receiver.mutability);
    let first = match by {
        Some(Some(_)) => quote!(&mut #own),
        Some(None) => quote!(&#own),
        None => own.to_token_stream(),
    };
    let mut inputs = vec![parameter(quote!(#own_copy #this), &syn::parse2(first).ok()?, &[])];
    for input in &method.sig.inputs {
        if let syn::FnArg::Typed(typed) = input {
            let ty = with_self(typed.ty.to_token_stream(), own);
            let ty = syn::parse2(ty).ok()?;
            inputs.push(parameter(typed.pat.to_token_stream(), &ty, &typed.attrs));
        }
    }
    let output = match &method.sig.output {
        syn::ReturnType::Default => TokenStream::new(),
        syn::ReturnType::Type(_, ty) => {
            let output = operator.output().map(|t| t.to_token_stream());
            let ty = with_output(ty.to_token_stream(), output.as_ref());
            let ty = with_self(ty, own);
            quote!(-> #ty)
        }
    };
    let output_ty = operator.output().map(|t| t.to_token_stream());
    let body = with_output(method.block.to_token_stream(), output_ty.as_ref());
    let body = with_self(rename_self(body, THIS), own);
    let (generics, clause) = (elided(&block.generics), &block.generics.where_clause);
    Some(strip_lifetimes(
        quote!(pub fn #name #generics (#(#inputs),*) #output #clause #body),
        &block.generics,
    ))
}

/// A parameter, marked as active where its type is the user's.
fn parameter(pat: TokenStream, ty: &syn::Type, attrs: &[syn::Attribute]) -> TokenStream {
    let marked = attrs.iter().any(is_mark);
    let inner = match ty {
        syn::Type::Reference(t) => &*t.elem,
        other => other,
    };
    let name = crate::known::type_name(inner).unwrap_or_default();
    let user = matches!(inner, syn::Type::Path(_)) && !crate::parse::is_primitive(&name);
    let mark = (user && !marked).then(|| quote!(#[grad]));
    quote!(#(#attrs)* #mark #pat: #ty)
}

/// The generics of the function: those of the block, without lifetimes.
fn elided(generics: &syn::Generics) -> TokenStream {
    let own = without_lifetimes(generics);
    if own.params.is_empty() { TokenStream::new() } else { own.to_token_stream() }
}

/// The tokens without the block's lifetimes, which stand at references only.
fn strip_lifetimes(tokens: TokenStream, generics: &syn::Generics) -> TokenStream {
    let mut own: Vec<String> = generics.lifetimes().map(|l| l.lifetime.ident.to_string()).collect();
    own.push("_".to_string());
    let mut out: Vec<TokenTree> = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Ident(ident)
                if own.contains(&ident.to_string())
                    && matches!(out.last(), Some(TokenTree::Punct(p)) if p.as_char() == '\'') =>
            {
                out.pop();
            }
            TokenTree::Group(group) => {
                let mut new =
                    proc_macro2::Group::new(group.delimiter(), strip_lifetimes(group.stream(), generics));
                new.set_span(group.span());
                out.push(TokenTree::Group(new));
            }
            other => out.push(other),
        }
    }
    out.into_iter().collect()
}

/// The tokens with what `Self` stands for, as it can stand in expressions as well.
fn with_self(tokens: TokenStream, own: &syn::Type) -> TokenStream {
    let inner = match own {
        syn::Type::Reference(t) => &*t.elem,
        other => other,
    };
    let path = match inner {
        syn::Type::Path(t) => {
            let mut path = t.path.clone();
            for segment in &mut path.segments {
                if let syn::PathArguments::AngleBracketed(arguments) = &mut segment.arguments {
                    arguments.colon2_token = Some(Default::default());
                }
            }
            path.to_token_stream()
        }
        other => other.to_token_stream(),
    };
    let each = tokens.into_iter().flat_map(|token| match token {
        TokenTree::Ident(ident) if ident == "Self" => path.clone(),
        TokenTree::Group(group) => {
            let mut new = proc_macro2::Group::new(group.delimiter(), with_self(group.stream(), own));
            new.set_span(group.span());
            TokenTree::Group(new).into()
        }
        other => other.into(),
    });
    each.collect()
}

/// The tokens with what `Self::Output` stands for.
fn with_output(tokens: TokenStream, output: Option<&TokenStream>) -> TokenStream {
    let Some(output) = output else { return tokens };
    let all: Vec<TokenTree> = tokens.into_iter().collect();
    let is = |i: usize, name: &str| matches!(all.get(i), Some(TokenTree::Ident(ident)) if ident == name);
    let colon = |i: usize| matches!(all.get(i), Some(TokenTree::Punct(p)) if p.as_char() == ':');
    let mut out = TokenStream::new();
    let mut i = 0;
    while i < all.len() {
        if is(i, "Self") && colon(i + 1) && colon(i + 2) && is(i + 3, "Output") {
            out.extend(output.clone());
            i += 4;
            continue;
        }
        match &all[i] {
            TokenTree::Group(group) => {
                let mut new =
                    proc_macro2::Group::new(group.delimiter(), with_output(group.stream(), Some(output)));
                new.set_span(group.span());
                out.extend([TokenTree::Group(new)]);
            }
            other => out.extend([other.clone()]),
        }
        i += 1;
    }
    out
}
