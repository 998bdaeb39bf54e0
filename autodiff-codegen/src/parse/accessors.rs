//! Calls of methods in sight that hand out a reference into what they are called on: what they refer to stands in their place.
//!
//! A reference that a function returns has no derivative of its own, but the place that it is a reference to has one:
//! ```text
//! fn row(&self, i: usize) -> &[f64] { &self.data[i * self.cols..][..self.cols] }
//!
//! m.row(k + 1)[0]     (&m.data[(k + 1) * m.cols..][..m.cols])[0]
//! ```
//! Which method is called follows from the type that is written for the variable. rustc is asked whether that type has another
//! method of this name that goes before.

use super::takers::{Body, Names, respanned};
use crate::known::Known;
use crate::tables::HashMap;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt;
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Pat};

/// How often what stands in the place of a call is looked at again.
const DEEPEST: usize = 4;

/// A method that is looked into.
#[derive(Clone, Debug)]
pub struct Accessor {
    /// The names of its parameters.
    params: Vec<String>,
    /// Whether all of these are `usize`.
    counts: bool,
    /// The type that its result is a reference to.
    out: syn::Type,
    /// What it refers to, as a reference.
    body: Expr,
}

impl Accessor {
    /// The method, if it does nothing but to hand out a reference.
    pub fn of(f: &syn::ImplItemFn) -> Option<Accessor> {
        let sig = &f.sig;
        let plain = sig.constness.is_none() && sig.asyncness.is_none() && sig.unsafety.is_none();
        let receiver = sig.receiver().filter(|r| r.reference.is_some() && r.mutability.is_none())?;
        let typed = receiver.colon_token.is_none();
        let configured =
            f.attrs.iter().any(|attr| ["cfg", "cfg_attr"].iter().any(|name| attr.path().is_ident(name)));
        let syn::ReturnType::Type(_, ty) = &sig.output else { return None };
        let syn::Type::Reference(out) = &**ty else { return None };
        let [syn::Stmt::Expr(body, None)] = &f.block.stmts[..] else { return None };
        if !plain || !typed || configured || out.mutability.is_some() || !sig.generics.params.is_empty() {
            return None;
        }
        let counts = sig.inputs.iter().skip(1).all(|input| match input {
            syn::FnArg::Typed(typed) => matches!(&*typed.ty, syn::Type::Path(t) if t.path.is_ident("usize")),
            syn::FnArg::Receiver(_) => false,
        });
        let params = sig.inputs.iter().skip(1).map(|input| match input {
            syn::FnArg::Typed(typed) => match &*typed.pat {
                Pat::Ident(p) if p.by_ref.is_none() && p.mutability.is_none() && p.subpat.is_none() => {
                    Some(p.ident.unraw().to_string())
                }
                _ => None,
            },
            syn::FnArg::Receiver(_) => None,
        });
        let slice = matches!(&*out.elem, syn::Type::Slice(_));
        let body = if slice && !is_part(body) { syn::parse_quote!(&(#body)[..]) } else { body.clone() };
        let out = (*out.elem).clone();
        Some(Accessor { params: params.collect::<Option<_>>()?, counts, out, body })
    }

    /// What tells it from another one.
    pub fn text(&self) -> String {
        format!("{} {}", self.params.join(" "), self.body.to_token_stream())
    }
}

/// `&a[i..j]`
fn is_part(body: &Expr) -> bool {
    let Expr::Reference(reference) = body else { return false };
    matches!(&*reference.expr, Expr::Index(e) if matches!(&*e.index, Expr::Range(_)))
}

/// What was found.
pub struct Opened {
    /// The block.
    pub block: syn::Block,
    /// The methods, with the types that they are of.
    pub methods: Vec<(syn::Type, Ident)>,
}

/// The same block without such calls, if there are any. `passive`: variables through which no derivative flows.
pub fn opened(
    block: &syn::Block,
    sig: &syn::Signature,
    self_ty: Option<&syn::Type>,
    known: &Known,
    passive: &[String],
) -> Option<Opened> {
    if !known.has_accessors() {
        return None;
    }
    let mut names = Names::default();
    names.visit_signature(sig);
    names.visit_block(block);
    let mut types = Types { known, self_ty, of: HashMap::default() };
    types.visit_signature(sig);
    types.visit_block(block);
    types.of.retain(|name, _| names.is_bound_once(name) && !passive.contains(name));
    if let Some(ty) = self_ty.filter(|_| sig.receiver().is_some() && !passive.iter().any(|p| p == "self")) {
        types.of.insert("self".into(), ty.clone());
    }
    let mut calls = Calls { known, names, types, depth: 0, methods: Vec::new() };
    let mut out = block.clone();
    calls.visit_block_mut(&mut out);
    (!calls.methods.is_empty()).then_some(Opened { block: out, methods: calls.methods })
}

/// Has rustc check that a method of this name on the type is its own.
pub fn proof(ty: &syn::Type, name: &Ident) -> TokenStream {
    let span = crate::names::emitted(name.span());
    let (ty, name) = (respanned(ty.to_token_stream(), span), respanned(name.to_token_stream(), span));
    quote_spanned! {span=>
        {
            struct __Own;
            trait __ByValue: ::core::marker::Sized {
                fn #name(self) -> __Own;
            }
            impl<__T> __ByValue for __T {
                fn #name(self) -> __Own {
                    __Own
                }
            }
            let _ = |value: #ty| -> __Own { value.#name() };
        }
    }
}

/// The types that variables are declared with, or made of.
struct Types<'k> {
    known: &'k Known,
    self_ty: Option<&'k syn::Type>,
    of: HashMap<String, syn::Type>,
}

impl<'ast> Visit<'ast> for Types<'_> {
    fn visit_local(&mut self, local: &'ast syn::Local) {
        if let (Pat::Ident(pat), Some(init)) = (&local.pat, &local.init) {
            let made = match &*init.expr {
                Expr::Struct(e) if e.qself.is_none() => {
                    let path = &e.path;
                    Some(syn::parse_quote!(#path))
                }
                Expr::Call(call) => match &*call.func {
                    Expr::Path(f) if f.qself.is_none() => self.known.result(&f.path, self.self_ty),
                    _ => None,
                },
                _ => None,
            };
            self.of.extend(made.map(|ty| (pat.ident.unraw().to_string(), ty)));
        }
        syn::visit::visit_local(self, local);
    }

    fn visit_pat_type(&mut self, typed: &'ast syn::PatType) {
        if let Pat::Ident(pat) = &*typed.pat {
            self.of.insert(pat.ident.unraw().to_string(), (*typed.ty).clone());
        }
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

struct Calls<'k> {
    known: &'k Known,
    names: Names,
    types: Types<'k>,
    depth: usize,
    methods: Vec<(syn::Type, Ident)>,
}

impl VisitMut for Calls<'_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        visit_mut::visit_expr_mut(self, e);
        let Expr::MethodCall(call) = e else { return };
        let Some(mut place) = self.place_of(call) else { return };
        if self.depth < DEEPEST {
            self.depth += 1;
            self.visit_expr_mut(&mut place);
            self.depth -= 1;
        }
        *e = place;
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

impl Calls<'_> {
    /// What a call refers to.
    fn place_of(&mut self, call: &syn::ExprMethodCall) -> Option<Expr> {
        if call.turbofish.is_some() {
            return None;
        }
        let ty = self.type_of(&call.receiver)?;
        let accessor = self.known.accessor(&ty, &call.method.unraw().to_string())?;
        if accessor.params.len() != call.args.len()
            || !call.args.iter().all(is_pure)
            || !self.is_open(accessor)
            || !self.keeps_types(accessor, &ty)
        {
            return None;
        }
        let span = crate::names::emitted(call.method.span());
        let mut meant: HashMap<String, TokenStream> = HashMap::default();
        meant.insert("self".into(), call.receiver.to_token_stream());
        for (name, arg) in accessor.params.iter().zip(&call.args) {
            meant.insert(name.clone(), arg.to_token_stream());
        }
        let body = replaced(respanned(accessor.body.to_token_stream(), span), &meant, span);
        self.methods.push((ty, call.method.clone()));
        syn::parse2(quote_spanned!(span=> (#body))).ok()
    }

    /// The type that is written for a place, without arguments; no reference to change it by.
    fn type_of(&self, e: &Expr) -> Option<syn::Type> {
        let ty = match e {
            Expr::Paren(e) => return self.type_of(&e.expr),
            Expr::Path(path) => self.types.of.get(&path.path.get_ident()?.unraw().to_string())?.clone(),
            Expr::Field(e) => self.known.field(&self.type_of(&e.base)?, &e.member)?,
            _ => return None,
        };
        let ty = match &ty {
            syn::Type::Reference(r) if r.mutability.is_some() => return None,
            syn::Type::Reference(r) => &*r.elem,
            ty => ty,
        };
        let syn::Type::Path(path) = ty else { return None };
        path.path.segments.iter().all(|s| s.arguments.is_none()).then(|| ty.clone())
    }

    /// Whether what an argument's type is follows from where the parameter stands as well: in the place of `9` in `at(9)`, and of
    /// what only this call says the type of, rustc would put an `i32` otherwise. So each stands in indices of `std`'s arrays,
    /// and nowhere else.
    fn keeps_types(&self, accessor: &Accessor, of: &syn::Type) -> bool {
        let Accessor { params, counts, body, .. } = accessor;
        let mut indices = Indices { calls: self, of, params, found: 0 };
        indices.visit_expr(body);
        let all = |words: &[String]| occurrences(body.to_token_stream(), words);
        let each = params.iter().all(|param| all(std::slice::from_ref(param)) > 0);
        params.is_empty() || *counts && each && indices.found == all(params)
    }

    /// The type of a place in a method's body, as far as it is written.
    fn type_within(&self, e: &Expr, of: &syn::Type) -> Option<syn::Type> {
        let behind = |ty: syn::Type| match ty {
            syn::Type::Reference(r) => (*r.elem).clone(),
            ty => ty,
        };
        match e {
            Expr::Paren(e) => self.type_within(&e.expr, of),
            Expr::Reference(e) => self.type_within(&e.expr, of),
            Expr::Path(e) => e.path.is_ident("self").then(|| of.clone()),
            Expr::Field(e) => Some(behind(self.known.field(&self.type_within(&e.base, of)?, &e.member)?)),
            Expr::MethodCall(e) => {
                let ty = self.type_within(&e.receiver, of)?;
                Some(self.known.accessor(&ty, &e.method.unraw().to_string())?.out.clone())
            }
            Expr::Index(e) => {
                let ty = self.type_within(&e.expr, of)?;
                let element = element(&ty)?.clone();
                Some(if matches!(&*e.index, Expr::Range(_)) { ty } else { behind(element) })
            }
            _ => None,
        }
    }

    /// Whether a method's body means the same in the place of a call.
    fn is_open(&self, accessor: &Accessor) -> bool {
        let mut body = Body::default();
        body.visit_expr(&accessor.body);
        let own = |word: &String| *word == "self" || accessor.params.contains(word);
        let same = |word: &String| own(word) || *word != "Self" && !self.names.is_bound(word);
        !body.is_closed() && body.words().all(same)
    }
}

/// What indices are made of.
struct Indices<'c> {
    calls: &'c Calls<'c>,
    /// The type of `self`.
    of: &'c syn::Type,
    params: &'c [String],
    /// How often parameters stand in indices of `std`'s arrays.
    found: usize,
}

impl<'ast> Visit<'ast> for Indices<'_> {
    fn visit_expr_index(&mut self, e: &'ast syn::ExprIndex) {
        if self.calls.type_within(&e.expr, self.of).is_some_and(|ty| element(&ty).is_some()) {
            self.found += self.counted(&e.index);
        }
        syn::visit::visit_expr_index(self, e);
    }
}

impl Indices<'_> {
    /// How many parameters stand in an expression that are of its own type for sure.
    fn counted(&self, e: &Expr) -> usize {
        use syn::BinOp::{Add, Div, Mul, Rem, Sub};
        match e {
            Expr::Paren(e) => self.counted(&e.expr),
            Expr::Range(e) => [&e.start, &e.end].into_iter().flatten().map(|e| self.counted(e)).sum(),
            Expr::Binary(e) if matches!(e.op, Add(_) | Sub(_) | Mul(_) | Div(_) | Rem(_)) => {
                self.counted(&e.left) + self.counted(&e.right)
            }
            Expr::Path(e) => {
                let name = e.path.get_ident().map(|name| name.unraw().to_string());
                usize::from(name.is_some_and(|name| self.params.contains(&name)))
            }
            _ => 0,
        }
    }
}

/// The type of the elements of an array, a slice or a `Vec`.
fn element(ty: &syn::Type) -> Option<&syn::Type> {
    match ty {
        syn::Type::Reference(t) => element(&t.elem),
        syn::Type::Slice(t) => Some(&t.elem),
        syn::Type::Array(t) => Some(&t.elem),
        syn::Type::Path(t) => match t.path.segments.last() {
            Some(last) if last.ident == "Vec" => match &last.arguments {
                syn::PathArguments::AngleBracketed(args) => match args.args.first() {
                    Some(syn::GenericArgument::Type(t)) => Some(t),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// How often words stand in tokens, other than as the names of fields.
fn occurrences(tokens: TokenStream, words: &[String]) -> usize {
    let (mut found, mut dots) = (0, 0);
    for token in tokens {
        let field = dots == 1;
        dots = if matches!(&token, TokenTree::Punct(p) if p.as_char() == '.') { dots + 1 } else { 0 };
        found += match token {
            TokenTree::Ident(ident) => usize::from(!field && words.contains(&ident.unraw().to_string())),
            TokenTree::Group(group) => occurrences(group.stream(), words),
            _ => 0,
        };
    }
    found
}

/// Whether an expression may be evaluated any number of times.
fn is_pure(e: &Expr) -> bool {
    match e {
        Expr::Lit(_) => true,
        Expr::Path(e) => e.qself.is_none(),
        Expr::Paren(e) => is_pure(&e.expr),
        Expr::Group(e) => is_pure(&e.expr),
        Expr::Field(e) => is_pure(&e.base),
        Expr::Cast(e) => is_pure(&e.expr),
        Expr::Unary(e) => is_pure(&e.expr),
        Expr::Binary(e) => {
            use syn::BinOp::{Add, Div, Mul, Rem, Sub};
            matches!(e.op, Add(_) | Sub(_) | Mul(_) | Div(_) | Rem(_))
                && is_pure(&e.left)
                && is_pure(&e.right)
        }
        _ => false,
    }
}

/// Tokens with what stands for names.
fn replaced(tokens: TokenStream, meant: &HashMap<String, TokenStream>, span: Span) -> TokenStream {
    let mut out = TokenStream::new();
    let mut dots = 0;
    for token in tokens {
        // `..self.len` is a range.
        let field = dots == 1;
        dots = if matches!(&token, TokenTree::Punct(p) if p.as_char() == '.') { dots + 1 } else { 0 };
        match token {
            TokenTree::Ident(ident) => match meant.get(&ident.unraw().to_string()).filter(|_| !field) {
                Some(instead) if is_word(instead) => out.extend(instead.clone()),
                Some(instead) => out.extend(quote_spanned!(span=> (#instead))),
                None => out.extend(ident.into_token_stream()),
            },
            TokenTree::Group(group) => {
                let mut new =
                    proc_macro2::Group::new(group.delimiter(), replaced(group.stream(), meant, span));
                new.set_span(group.span());
                out.extend(TokenStream::from(TokenTree::Group(new)));
            }
            other => out.extend(TokenStream::from(other)),
        }
    }
    out
}

fn is_word(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().count() == 1
}
