//! Calls that pass a closure to a function in sight: the function's body stands in their place.
//!
//! A closure is no function with a derivative of its own: what it captures is active as well. Where the body of the function
//! that it is passed to can be read, the call means the same as that body, with variables for the arguments:
//! ```text
//! simpson(|x| k * x * x, 0.0, b)     { let f_of_simpson = |x: f64| k * x * x;
//!                                      let a_of_simpson: f64 = 0.0;
//!                                      let b_of_simpson: f64 = b;
//!                                      let simpson_result: f64 = { … };
//!                                      simpson_result }
//! ```
//! Parameters get names that stand nowhere else, and a name that is bound around the call must mean nothing in the body.

use crate::functions;
use crate::known::Known;
use crate::tables::{HashMap, HashSet};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Pat};
pub(super) use tokens::respanned;
use tokens::{Renamed, Returns, rename, typed_closure};

mod tokens;

/// How often a body stands in another one that stands in the place of a call.
const DEEPEST: usize = 4;

/// The same block with bodies in the place of such calls, if there are any.
///
/// `known` is what is known in the body, `around` the same without its items.
pub fn opened(block: &syn::Block, sig: &syn::Signature, known: &Known, around: &Known) -> Option<syn::Block> {
    if !known.has_takers() {
        return None;
    }
    let mut names = Names::default();
    names.visit_signature(sig);
    names.visit_block(block);
    let mut calls = Calls { known, around, sig, names, depth: 0, opened: false };
    let mut out = block.clone();
    calls.visit_block_mut(&mut out);
    calls.opened.then_some(out)
}

/// Whether a function takes functions, so that its body is kept.
pub fn is_taker(f: &syn::ItemFn) -> bool {
    f.sig.inputs.iter().any(|input| match input {
        syn::FnArg::Typed(typed) => functions::written(&typed.ty, &f.sig.generics).is_some(),
        syn::FnArg::Receiver(_) => false,
    })
}

/// What a block binds.
#[derive(Default)]
pub(super) struct Names {
    /// Variables and items, and how often each is bound.
    bound: HashMap<String, usize>,
    /// Variables that are closures.
    closures: HashSet<String>,
    /// Items.
    items: HashSet<String>,
}

impl Names {
    fn bind(&mut self, ident: &Ident) {
        *self.bound.entry(ident.unraw().to_string()).or_default() += 1;
    }

    /// Whether something of this name is bound.
    pub(super) fn is_bound(&self, name: &str) -> bool {
        self.bound.contains_key(name)
    }

    /// Whether that is one thing.
    pub(super) fn is_bound_once(&self, name: &str) -> bool {
        self.bound.get(name) == Some(&1)
    }

    /// Whether a variable is a closure and nothing else.
    fn is_closure(&self, ident: &Ident) -> bool {
        let name = ident.unraw().to_string();
        self.closures.contains(&name) && self.bound.get(&name) == Some(&1)
    }

    /// A name that stands nowhere.
    fn fresh(&mut self, stem: &str, span: Span) -> Ident {
        let mut name = stem.to_string();
        let mut n = 1;
        while self.bound.contains_key(&name) {
            n += 1;
            name = format!("{stem}_{n}");
        }
        let ident = Ident::new(&name, span);
        self.bind(&ident);
        ident
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
        self.bind(&pat.ident);
        visit::visit_pat_ident(self, pat);
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if let (Pat::Ident(pat), Some(init)) = (&local.pat, &local.init)
            && matches!(&*init.expr, Expr::Closure(_))
        {
            self.closures.insert(pat.ident.unraw().to_string());
        }
        visit::visit_local(self, local);
    }

    fn visit_item(&mut self, item: &'ast syn::Item) {
        for ident in super::items::defined_names(item) {
            self.bind(&ident);
            self.items.insert(ident.unraw().to_string());
        }
    }

    fn visit_generic_param(&mut self, param: &'ast syn::GenericParam) {
        if let syn::GenericParam::Type(syn::TypeParam { ident, .. })
        | syn::GenericParam::Const(syn::ConstParam { ident, .. }) = param
        {
            self.bind(ident);
        }
    }
}

struct Calls<'k> {
    known: &'k Known,
    around: &'k Known,
    sig: &'k syn::Signature,
    names: Names,
    depth: usize,
    opened: bool,
}

impl VisitMut for Calls<'_> {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        visit_mut::visit_expr_mut(self, e);
        let Expr::Call(call) = e else { return };
        let Some(mut block) = self.body_of(call) else { return self.say_types(call) };
        self.opened = true;
        if self.depth < DEEPEST {
            self.depth += 1;
            self.visit_expr_mut(&mut block);
            self.depth -= 1;
        }
        *e = block;
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// What is passed for a function.
enum Passed<'c> {
    Closure(&'c syn::ExprClosure),
    Variable(&'c Ident),
    Path(&'c syn::ExprPath),
}

impl Calls<'_> {
    /// What a call means, if it passes a closure to a function whose body is in sight and can stand here.
    fn body_of(&mut self, call: &syn::ExprCall) -> Option<Expr> {
        let Expr::Path(syn::ExprPath { qself: None, path, .. }) = &*call.func else { return None };
        let name = path.get_ident()?;
        let taker = self.known.taker(path)?.clone();
        // What is imported means something in its own module.
        let bound = self.names.bound.contains_key(&name.unraw().to_string());
        if !if bound { self.is_own_item(name) } else { self.known.is_own_function(path) } {
            return None;
        }
        if taker.sig.inputs.len() != call.args.len() || !self.is_open(&taker, name) {
            return None;
        }
        let span = name.span();
        let mut renamed = Renamed::default();
        let mut lets = TokenStream::new();
        let mut closures = 0;
        // What a type says that mentions a parameter of the function's is left to rustc.
        let foreign = self.foreign(&taker.sig);
        let says = |ty: &syn::Type| {
            let mut words = HashSet::default();
            add_words(&ty.to_token_stream(), &mut words);
            words.is_disjoint(&foreign).then(|| respanned(ty.to_token_stream(), span))
        };
        for (input, arg) in taker.sig.inputs.iter().zip(&call.args) {
            let syn::FnArg::Typed(typed) = input else { return None };
            let Pat::Ident(pat) = &*typed.pat else { return None };
            let own = pat.ident.unraw().to_string();
            let stem = format!("{own}_of_{}", name.unraw());
            let Some(inputs) = functions::written(&typed.ty, &taker.sig.generics) else {
                let fresh = self.names.fresh(&stem, span);
                let (mutable, ty) = (&pat.mutability, says(&typed.ty).map(|ty| quote_spanned!(span=> : #ty)));
                let head = respanned(quote!(#mutable #fresh #ty), span);
                lets.extend(quote_spanned!(span=> let #head = #arg;));
                renamed.variables.insert(own, fresh);
                continue;
            };
            match self.passed(arg)? {
                Passed::Closure(closure) => {
                    let fresh = self.names.fresh(&stem, span);
                    self.names.closures.insert(fresh.to_string());
                    let closure = typed_closure(closure, &inputs, &says, span)?;
                    let mutable = &pat.mutability;
                    let head = respanned(quote!(#mutable #fresh), span);
                    lets.extend(quote_spanned!(span=> let #head = #closure;));
                    renamed.functions.insert(own, fresh);
                    closures += 1;
                }
                Passed::Variable(variable) => {
                    renamed.functions.insert(own, variable.clone());
                    closures += 1;
                }
                Passed::Path(path) => {
                    let fresh = self.names.fresh(&stem, span);
                    self.names.closures.insert(fresh.to_string());
                    let args: Vec<Ident> =
                        (0..inputs.len()).map(|i| quote::format_ident!("x{}", i, span = span)).collect();
                    let types = inputs.iter().map(|ty| says(ty).map(|ty| quote_spanned!(span=> : #ty)));
                    lets.extend(quote_spanned!(span=> let #fresh = |#(#args #types),*| #path(#(#args),*);));
                    renamed.functions.insert(own, fresh);
                }
            }
        }
        if closures == 0 {
            return None;
        }
        let result = self.names.fresh(&format!("{}_result", name.unraw()), span);
        let mut block = (*taker.block).clone();
        let label = syn::Lifetime::new(&format!("'{}", self.names.fresh("returned", span)), span);
        let mut returns = Returns { label: label.clone(), found: false };
        returns.visit_block_mut(&mut block);
        let label = returns.found.then(|| quote_spanned!(span=> #label:));
        let body = rename(respanned(block.to_token_stream(), span), &renamed);
        let out = match &taker.sig.output {
            syn::ReturnType::Type(_, ty) => {
                let ty = says(ty).map(|ty| quote_spanned!(span=> : #ty));
                quote_spanned!(span=> { #lets let #result #ty = #label #body; #result })
            }
            syn::ReturnType::Default => quote_spanned!(span=> { #lets #label #body }),
        };
        syn::parse2(out).ok()
    }

    /// Has the closures of a call that stays one say what they take: in companions it may be a variable that is passed, of
    /// which rustc doesn't know yet what it is called with.
    fn say_types(&mut self, call: &mut syn::ExprCall) {
        let Expr::Path(syn::ExprPath { qself: None, path, .. }) = &*call.func else { return };
        let Some(taker) = self.known.taker(path).cloned() else { return };
        let says = |ty: &syn::Type| {
            let mut words = HashSet::default();
            add_words(&ty.to_token_stream(), &mut words);
            let primitive = words.iter().all(|word| super::is_primitive(word) || word == "mut");
            primitive.then(|| respanned(ty.to_token_stream(), Span::call_site()))
        };
        for (input, arg) in taker.sig.inputs.iter().zip(&mut call.args) {
            let mut arg = arg;
            while let Expr::Reference(syn::ExprReference { expr, .. }) = arg {
                arg = &mut **expr;
            }
            if let (syn::FnArg::Typed(typed), Expr::Closure(closure)) = (input, &mut *arg)
                && let Some(inputs) = functions::written(&typed.ty, &taker.sig.generics)
                && let Some(typed) = typed_closure(closure, &inputs, &says, Span::call_site())
            {
                *closure = typed;
                self.opened = true;
            }
        }
    }

    /// Whether a name is bound once around the call, by the function itself that stands in the body.
    fn is_own_item(&self, name: &Ident) -> bool {
        let name = name.unraw().to_string();
        let alone = self.names.bound.get(&name) == Some(&1) && !self.around.has_function(&name);
        alone && self.names.items.contains(&name)
    }

    fn passed<'c>(&self, arg: &'c Expr) -> Option<Passed<'c>> {
        match arg {
            Expr::Reference(e) => self.passed(&e.expr),
            Expr::Paren(e) => self.passed(&e.expr),
            Expr::Group(e) => self.passed(&e.expr),
            Expr::Closure(closure) => Some(Passed::Closure(closure)),
            Expr::Path(path) if path.qself.is_none() => match path.path.get_ident() {
                Some(ident) if self.names.is_closure(ident) => Some(Passed::Variable(ident)),
                Some(ident) if self.names.bound.contains_key(&ident.unraw().to_string()) => None,
                _ => Some(Passed::Path(path)),
            },
            _ => None,
        }
    }

    /// The parameters of a function that mean nothing around the call: one of the same name is taken for the caller's own.
    fn foreign(&self, sig: &syn::Signature) -> HashSet<String> {
        let params = sig.generics.params.iter().filter_map(|p| match p {
            syn::GenericParam::Type(p) if functions::is_function(&p.ident, &sig.generics) => None,
            syn::GenericParam::Type(p) => {
                let own = self.sig.generics.type_params().any(|own| own.ident == p.ident);
                (!own).then(|| p.ident.unraw().to_string())
            }
            syn::GenericParam::Const(p) => Some(p.ident.unraw().to_string()),
            syn::GenericParam::Lifetime(_) => None,
        });
        params.collect()
    }

    /// Whether a function's body means the same in the place of a call.
    fn is_open(&self, f: &syn::ItemFn, name: &Ident) -> bool {
        let sig = &f.sig;
        let plain = sig.constness.is_none()
            && sig.asyncness.is_none()
            && sig.unsafety.is_none()
            && sig.abi.is_none()
            && sig.variadic.is_none();
        let lifetimes = sig.generics.lifetimes().next().is_some();
        let foreign = self.foreign(sig);
        // Marks and options say what flows where.
        let unmarked = sig.inputs.iter().all(|input| match input {
            syn::FnArg::Typed(typed) => {
                let simple = matches!(&*typed.pat, Pat::Ident(p) if p.by_ref.is_none() && p.subpat.is_none());
                let alone =
                    functions::written(&typed.ty, &sig.generics).is_some() || !functions::has_impl(&typed.ty);
                typed.attrs.is_empty() && simple && alone
            }
            syn::FnArg::Receiver(_) => false,
        });
        let mut body = Body::default();
        let mut words = HashSet::default();
        f.attrs.iter().for_each(|attr| add_words(&attr.to_token_stream(), &mut words));
        body.closed |= ["pullback", "tangent", "wrt", "name"].iter().any(|word| words.contains(*word));
        body.visit_block(&f.block);
        let mut inner = Names::default();
        inner.visit_signature(sig);
        inner.visit_block(&f.block);
        let own = name.unraw().to_string();
        let parameters: HashSet<String> = sig.inputs.iter().filter_map(super::plain_name).collect();
        let hidden = |word: &String| {
            self.names.bound.contains_key(word)
                && !parameters.contains(word)
                && (!inner.bound.contains_key(word) || body.called.contains(word))
        };
        let means_the_same = |word: &String| !hidden(word) && *word != own && !foreign.contains(word);
        plain && !lifetimes && unmarked && !body.closed && body.words.iter().all(means_the_same)
    }
}

/// What is said in a body.
#[derive(Default)]
pub(super) struct Body {
    /// Something in it can't stand elsewhere, or is not looked into.
    closed: bool,
    /// Its names, but for those of fields and methods.
    words: HashSet<String>,
    /// Those that are called.
    called: HashSet<String>,
}

impl Body {
    /// Whether something in it can't stand elsewhere.
    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Its names, but for those of fields and methods.
    pub(super) fn words(&self) -> impl Iterator<Item = &String> {
        self.words.iter()
    }
}

impl<'ast> Visit<'ast> for Body {
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {
        self.closed = true;
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {
        self.closed = true;
    }

    fn visit_expr(&mut self, e: &'ast Expr) {
        self.closed |= matches!(
            e,
            Expr::Try(_)
                | Expr::Async(_)
                | Expr::Await(_)
                | Expr::Unsafe(_)
                | Expr::Struct(_)
                | Expr::Const(_)
        );
        if let Expr::Call(call) = e
            && let Expr::Path(path) = &*call.func
            && let Some(ident) = path.path.get_ident()
        {
            self.called.insert(ident.unraw().to_string());
        }
        visit::visit_expr(self, e);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let known = mac.path.get_ident().is_some_and(|name| super::macros::is_listed(&name.to_string()));
        // What a text mentions is no token.
        self.closed |= !known || mac.tokens.to_string().contains('{');
        add_words(&mac.tokens, &mut self.words);
        visit::visit_macro(self, mac);
    }

    fn visit_expr_method_call(&mut self, e: &'ast syn::ExprMethodCall) {
        self.visit_expr(&e.receiver);
        e.turbofish.iter().for_each(|t| self.visit_angle_bracketed_generic_arguments(t));
        e.args.iter().for_each(|a| self.visit_expr(a));
    }

    fn visit_member(&mut self, _: &'ast syn::Member) {}

    fn visit_ident(&mut self, ident: &'ast Ident) {
        self.words.insert(ident.unraw().to_string());
    }
}

fn add_words(tokens: &TokenStream, words: &mut HashSet<String>) {
    crate::names::each_ident(tokens, &mut |ident| {
        words.insert(ident.unraw().to_string());
    });
}
