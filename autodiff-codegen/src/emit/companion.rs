//! The companions that users call: signatures, length checks, results.

use crate::tables::HashSet;
use std::cell::OnceCell;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::body::Body;
use super::callees::Callees;
use super::expr::Effect;
use super::{Programs, control, docs, types};
use crate::forward::Tangent;
use crate::hir;
use crate::ir::*;
use crate::names::emitted;
use crate::options::Options;
use crate::reverse::Gradient;
use crate::sparse::Of;

/// What all companions of a function share.
pub(super) struct Cx<'a> {
    pub item: &'a syn::ItemFn,
    pub hir: &'a hir::Fn,
    pub opts: &'a Options,
    pub primal: &'a Func,
    pub rt: TokenStream,
    pub span: Span,
    /// It is of the function's value and tangent as one function: `hir` and `primal` are of that.
    pub along: bool,
    /// What all of their documentation ends with.
    pub notes: OnceCell<String>,
}

/// What kind of companion a gradient program becomes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Grad,
    GradInto,
    GradAcc,
    Vjp,
    Jvp,
    Hvp,
    Hessian,
    Jacobian,
    SparseJacobian,
    SparseHessian,
    Graph,
}

impl Kind {
    /// Whether it takes tangents, or is made of companions that do.
    fn has_tangents(self) -> bool {
        !matches!(self, Kind::Grad | Kind::GradInto | Kind::GradAcc | Kind::Vjp | Kind::Graph)
    }

    /// Whether it returns more numbers than a caller's registers have room for, mostly.
    fn returns_much(self) -> bool {
        matches!(self, Kind::Grad | Kind::Vjp | Kind::Jacobian | Kind::Hessian)
    }

    fn suffix(self) -> &'static str {
        match self {
            Kind::Grad => "grad",
            Kind::GradInto => "grad_into",
            Kind::GradAcc => "grad_acc",
            Kind::Vjp => "vjp",
            Kind::Jvp => "jvp",
            Kind::Hvp => "hvp",
            Kind::Hessian => "hessian",
            Kind::Jacobian => "jacobian",
            Kind::SparseJacobian => "sparse_jacobian",
            Kind::SparseHessian => "sparse_hessian",
            Kind::Graph => "graph",
        }
    }
}

/// The type behind a reference.
pub(super) fn owned_name(ty: &TokenStream) -> TokenStream {
    match syn::parse2::<syn::Type>(ty.clone()) {
        Ok(syn::Type::Reference(r)) => r.elem.to_token_stream(),
        _ => ty.clone(),
    }
}

/// Where generated code finds the run-time half.
pub(crate) fn run_time(opts: &Options, span: Span) -> TokenStream {
    let path = &opts.crate_path;
    quote_spanned!(span=> #path::__rt)
}

/// The signature with functions that have tangents.
pub(super) fn with_tangents(item: &syn::ItemFn, hir: &hir::Fn, rt: &TokenStream) -> syn::Signature {
    let mut sig = item.sig.clone();
    crate::functions::with_tangents(&mut sig, &hir.functions(), rt, emitted(item.sig.ident.span()));
    sig
}

impl<'a> Cx<'a> {
    pub fn new(item: &'a syn::ItemFn, hir: &'a hir::Fn, opts: &'a Options, primal: &'a Func) -> Cx<'a> {
        let span = emitted(item.sig.ident.span());
        Cx { item, hir, opts, primal, rt: run_time(opts, span), span, along: false, notes: OnceCell::new() }
    }

    /// The same of another form of the function.
    pub(super) fn of<'b>(&self, hir: &'b hir::Fn, primal: &'b Func) -> Cx<'b>
    where
        'a: 'b,
    {
        let (rt, along) = (self.rt.clone(), self.along);
        let (item, opts, span) = (self.item, self.opts, self.span);
        Cx { item, hir, opts, primal, rt, span, along, notes: OnceCell::new() }
    }

    pub fn all(&self, programs: &Programs) -> TokenStream {
        let gradient = |g: &Option<Gradient>, kind| g.as_ref().map(|g| self.gradient(g, kind));
        let mut out = TokenStream::new();
        out.extend(gradient(&programs.grad, Kind::Grad));
        out.extend(gradient(&programs.grad_into, Kind::GradInto));
        out.extend(gradient(&programs.grad_acc, Kind::GradAcc));
        out.extend(gradient(&programs.vjp, Kind::Vjp));
        out.extend(programs.jvp.as_ref().map(|t| self.tangent(t)));
        out.extend(programs.hvp.as_ref().map(|t| self.second(t, programs.hessian.as_ref())));
        let columns = programs.jacobian.as_ref();
        out.extend(columns.map(|(plan, t)| self.jacobian(plan, t.as_ref(), programs.jvp.is_some())));
        out.extend(programs.sparse.iter().map(|plan| self.sparse(plan)));
        out.extend(programs.graph.as_ref().map(|(structure, g)| self.graph(structure, g)));
        let called = programs.called.as_ref().map(|(hir, primal)| self.of(hir, primal));
        out.extend(programs.handle.as_ref().map(|g| called.as_ref().unwrap_or(self).handle(g, programs)));
        out.extend(self.used(programs));
        out.extend(programs.test.as_ref().map(|plan| self.test(plan, programs.grad.is_some())));
        out
    }

    /// Counts everything as used: no lint is to ask for a use of each companion, or of a function that is used
    /// through its companions only. Paths with type parameters would need a type that fits.
    fn used(&self, programs: &Programs) -> TokenStream {
        let span = self.span;
        let attributes = self.attributes();
        let handle = programs.handle.as_ref().map(|_| {
            let name = self.handle_name();
            quote_spanned!(span=> let _ = #name {};)
        });
        if self.hir.associated {
            return TokenStream::new();
        }
        let kinds = [
            (programs.grad.is_some(), Kind::Grad),
            (programs.grad_into.is_some(), Kind::GradInto),
            (programs.grad_acc.is_some(), Kind::GradAcc),
            (programs.vjp.is_some(), Kind::Vjp),
            (programs.jvp.is_some(), Kind::Jvp),
            (programs.hvp.is_some(), Kind::Hvp),
            (programs.hvp.is_some() && self.opts.hessian, Kind::Hessian),
            (programs.jacobian.is_some(), Kind::Jacobian),
            (programs.has_sparse(Of::Jacobian), Kind::SparseJacobian),
            (programs.has_sparse(Of::Hessian), Kind::SparseHessian),
            (programs.graph.is_some(), Kind::Graph),
        ];
        let companions = kinds.into_iter().filter(|(there, _)| *there).map(|(_, kind)| self.name(kind));
        let names: Vec<Ident> = std::iter::once(self.item.sig.ident.clone()).chain(companions).collect();
        let uses = match self.is_generic() {
            true if self.takes_functions() => self.use_with_pointers().unwrap_or_default(),
            true => self.generic_uses(&names).unwrap_or_default(),
            false => quote_spanned!(span=> #(let _ = #names;)*),
        };
        let aliases = self.no_aliases_of_floats();
        let tables = programs.sparse.iter().flat_map(|plan| self.table_names(plan.of));
        let tables = tables.map(|name| quote_spanned!(span=> let _ = #name;));
        quote_spanned!(span=> #(#attributes)* const _: () = { #handle #uses #(#tables)* #aliases };)
    }

    /// A use of a function that takes functions: with pointers to some. Its companions are not asked to be used.
    fn use_with_pointers(&self) -> Option<TokenStream> {
        let (span, name, y) = (self.span, &self.item.sig.ident, self.output());
        let functions = self.hir.functions();
        let handle = |ident: &Ident| {
            functions.iter().any(|(i, _)| {
                // Of `impl Fn(T) -> T`, the handle is the parameter that has no name.
                let (mut found, mut nameless) = (false, false);
                crate::names::each_ident(&self.hir.params[*i].ty_tokens, &mut |t| {
                    found |= t == ident;
                    nameless |= t == "impl";
                });
                found && !nameless
            })
        };
        let types = self.hir.params.iter().map(|p| match &p.function {
            Some(function) => function.taken.to_token_stream(),
            None => p.ty_tokens.clone(),
        });
        let types: Vec<TokenStream> = types.collect();
        let mut nameless = false;
        crate::names::each_ident(&quote!(#(#types)*), &mut |i| nameless |= i == "impl");
        if nameless {
            return None;
        }
        let used = quote_spanned!(span=> let _: fn(#(#types),*) -> #y = #name;);
        let mut generics = self.generics();
        let (handles, rest): (Vec<_>, Vec<_>) = generics.params.into_iter().partition(|p| match p {
            syn::GenericParam::Type(t) => handle(&t.ident),
            _ => false,
        });
        if rest.is_empty() {
            return Some(used);
        }
        generics.params = rest.into_iter().collect();
        let speaks_of_handles = |p: &syn::WherePredicate| {
            let mut found = false;
            crate::names::each_ident(&p.to_token_stream(), &mut |i| {
                found |= handles.iter().any(|h| matches!(h, syn::GenericParam::Type(t) if t.ident == *i));
            });
            found
        };
        if let Some(clause) = &mut generics.where_clause {
            let kept = clause.predicates.iter().filter(|p| !speaks_of_handles(p)).cloned();
            clause.predicates = kept.collect();
        }
        self.for_all(generics, &used)
    }

    /// Uses of functions with type parameters: they stand in an implementation for all types that fit. That of a
    /// trait of `std` counts as used itself, and the type that it compares with carries the parameters.
    fn generic_uses(&self, names: &[Ident]) -> Option<TokenStream> {
        let (span, sig) = (self.span, &self.item.sig);
        if super::handle::has_impl_trait(sig) {
            return None;
        }
        let arguments = sig.generics.params.iter().filter_map(|param| match param {
            syn::GenericParam::Lifetime(_) => None,
            syn::GenericParam::Type(t) => Some(&t.ident),
            syn::GenericParam::Const(c) => Some(&c.ident),
        });
        let arguments = quote!(#(#arguments),*);
        let uses = names.iter().map(|name| quote_spanned!(span=> let _ = #name::<#arguments>;));
        self.for_all(self.generics(), &quote!(#(#uses)*))
    }

    /// Code that is generic over all that fits, and counts as used.
    fn for_all(&self, generics: syn::Generics, uses: &TokenStream) -> Option<TokenStream> {
        let span = self.span;
        let mut carriers = Vec::new();
        for param in &generics.params {
            carriers.push(match param {
                syn::GenericParam::Lifetime(l) => {
                    let lifetime = &l.lifetime;
                    quote_spanned!(span=> &#lifetime ())
                }
                syn::GenericParam::Type(t) => {
                    let name = &t.ident;
                    quote_spanned!(span=> fn(&#name))
                }
                syn::GenericParam::Const(c) => {
                    let name = &c.ident;
                    let usize = matches!(&c.ty, syn::Type::Path(t) if t.path.is_ident("usize"));
                    usize.then(|| quote_spanned!(span=> [(); #name]))?
                }
            });
        }
        let (impl_generics, _, clause) = generics.split_for_impl();
        Some(quote_spanned! {span=>
            struct __Used;
            impl #impl_generics ::core::cmp::PartialEq<(#(#carriers,)*)> for __Used #clause {
                fn eq(&self, _: &(#(#carriers,)*)) -> bool {
                    #uses
                    false
                }
            }
            let _ = __Used;
        })
    }

    /// A parameter whose type is only a name might be a float under another name: then its derivative would be
    /// dropped. Only rustc knows; it is asked, unless the parameter is marked.
    fn no_aliases_of_floats(&self) -> TokenStream {
        let rt = &self.rt;
        let generic = |t: &TokenStream| {
            let mut found = false;
            crate::names::each_ident(t, &mut |i| {
                found |= self.item.sig.generics.params.iter().any(|p| match p {
                    syn::GenericParam::Type(p) => p.ident == *i,
                    syn::GenericParam::Const(p) => p.ident == *i,
                    syn::GenericParam::Lifetime(p) => p.lifetime.ident == *i,
                });
            });
            found
        };
        let mut out = TokenStream::new();
        for p in self.hir.params.iter().filter(|p| !p.marked) {
            let mut ty = &p.ty;
            while let hir::Type::Ref(_, inner) = ty {
                ty = inner;
            }
            let hir::Type::Other(tokens) = ty else { continue };
            if p.active {
                // It was taken for another name of floats.
                if !generic(tokens) {
                    out.extend(quote_spanned!(self.span=> let _ = #rt::floats::<#tokens>;));
                }
                continue;
            }
            if generic(tokens) || !is_alias_like(tokens) {
                continue;
            }
            let what = format!(
                "#[backprop]: the parameter `{}` is a float under another name\n  \
                 why: the macro sees only the name `{}`, and would drop the derivative\n  \
                 instead: write the type out, or mark the parameter `#[no_grad]`",
                p.name, tokens
            );
            let span = crate::names::emitted(p.span);
            out.extend(quote_spanned!(span=> {
                use #rt::NotAFloat as _;
                ::core::assert!(!#rt::Probe::<#tokens>::IS_FLOAT, #what);
            }));
        }
        out
    }

    pub fn name(&self, kind: Kind) -> Ident {
        Ident::new(&format!("{}_{}", self.opts.stem(&self.item.sig.ident), kind.suffix()), self.span)
    }

    /// The function's own attributes that its companions share. Clippy is kept off generated code: unlike rustc, it
    /// looks into it. Nobody else sees that attribute, so that a `forbid` of rustc's lints is never in its way.
    pub fn attributes(&self) -> impl Iterator<Item = TokenStream> {
        let kept = ["cfg", "allow", "warn", "deny", "forbid"];
        let own = self.item.attrs.iter().filter(move |a| kept.iter().any(|k| a.path().is_ident(k)));
        own.map(ToTokens::to_token_stream).chain([self.quiet()])
    }

    /// See [`Cx::attributes`]. The companions of a deprecated function call it, which is not for its author to be warned of.
    pub(super) fn quiet(&self) -> TokenStream {
        let deprecated = self.item.attrs.iter().any(|a| a.path().is_ident("deprecated"));
        let deprecated = deprecated.then(|| quote_spanned!(self.span=> #[allow(deprecated)]));
        quote_spanned!(self.span=> #[cfg_attr(clippy, allow(clippy::all, clippy::pedantic))] #deprecated)
    }

    /// The signature of the tangent companion.
    pub fn tangent_signature(&self) -> syn::Signature {
        with_tangents(self.item, self.hir, &self.rt)
    }

    /// The generics of the tangent companion.
    pub fn tangent_generics(&self) -> syn::Generics {
        self.bound_floats(self.tangent_signature().generics)
    }

    /// The function's generics, with the float parameters bound so that derivatives can flow through them.
    pub fn generics(&self) -> syn::Generics {
        self.bound_floats(self.item.sig.generics.clone())
    }

    fn bound_floats(&self, mut g: syn::Generics) -> syn::Generics {
        let rt = &self.rt;
        for t in &self.hir.float_params {
            let t = Ident::new(t, self.span);
            g.make_where_clause().predicates.push(syn::parse_quote!(#t: #rt::Scalar));
        }
        g
    }

    /// The type of the function's value: its result without an `Option` or `Result` around it.
    pub fn value_type(&self) -> TokenStream {
        if self.along {
            let (y, span) = (self.own_value_type(), self.span);
            return quote_spanned!(span=> (#y, #y));
        }
        self.own_value_type()
    }

    fn own_value_type(&self) -> TokenStream {
        match &self.item.sig.output {
            syn::ReturnType::Type(_, t) if self.hir.wrap.is_some() => {
                hir::Wrap::of(t).map_or_else(|| self.output(), |(_, inner)| inner.to_token_stream())
            }
            _ => self.output(),
        }
    }

    /// The function's `Option` or `Result` around another type.
    pub fn wrapped_type(&self, inner: TokenStream) -> TokenStream {
        self.hir.wrap.as_ref().map_or(inner.clone(), |w| w.around(&inner, self.span))
    }

    /// A companion's result in the function's `Option` or `Result`.
    pub fn wrapped(&self, value: TokenStream) -> TokenStream {
        match &self.hir.wrap {
            None => value,
            Some(w) if w.option => quote_spanned!(self.span=> ::core::option::Option::Some(#value)),
            Some(_) => quote_spanned!(self.span=> ::core::result::Result::Ok(#value)),
        }
    }

    /// The lines, and the tail after them, in the function's wrapper.
    pub fn finish(&self, body: &mut Body, tail: TokenStream) -> TokenStream {
        let tail = self.wrapped(control::tail(&mut body.out, tail));
        let lines = &body.out;
        quote!(#(#lines)* #tail)
    }

    /// The function's result type.
    pub fn output(&self) -> TokenStream {
        match &self.item.sig.output {
            syn::ReturnType::Default => quote_spanned!(self.span=> ()),
            syn::ReturnType::Type(_, t) => t.to_token_stream(),
        }
    }

    /// The type of the result's derivative: its own, unless it has parts that have none.
    pub fn output_tangent(&self) -> TokenStream {
        let (y, rt) = (self.value_type(), &self.rt);
        match &self.hir.ret {
            t @ hir::Type::Tuple(_) if !t.has_gradient_shape() => {
                quote_spanned!(self.span=> <#y as #rt::Diff>::Tan)
            }
            _ => y,
        }
    }

    pub(super) fn function(
        &self,
        (name, kind): (&Ident, Kind),
        doc: &str,
        params: &[TokenStream],
        output: &TokenStream,
        (func, body): (&Func, &TokenStream),
    ) -> TokenStream {
        let (span, vis, attributes) = (self.span, &self.item.vis, self.attributes());
        let generics = if kind.has_tangents() { self.tangent_generics() } else { self.generics() };
        let (impl_generics, _, where_clause) = generics.split_for_impl();
        let (items, unused, mention) = (self.items(func), self.unused(), self.mention());
        let inline = (kind.returns_much() && self.is_brief()).then(|| quote_spanned!(span=> #[inline]));
        quote_spanned! {span=>
            #[doc = #doc]
            #(#attributes)*
            #unused
            #inline
            #vis fn #name #impl_generics (#(#params),*) -> #output #where_clause { #mention #items #body }
        }
    }

    /// Whether a companion is done soon: the function has no loops. What it returns goes through memory, from which the caller
    /// may have to wait for it longer than it took to compute, unless the companion becomes a part of the caller.
    fn is_brief(&self) -> bool {
        let mut loops = false;
        self.primal.body.each_stmt(&mut |s| loops |= matches!(s.op, Op::For { .. } | Op::While { .. }));
        !loops
    }

    /// Names the function, so that one that is used through its companions only counts as used. Outside of `impl`
    /// blocks, a constant beside the companions does that.
    fn mention(&self) -> Option<TokenStream> {
        let sig = &self.item.sig;
        if !self.hir.associated || self.takes_functions() || super::handle::has_impl_trait(sig) {
            return None;
        }
        let item = self.item_with_arguments();
        Some(quote_spanned!(self.span=> let _ = #item;))
    }

    /// The items in the function's body, once more. Their spans are not the user's own, so that lints on them
    /// are raised only where the user wrote them.
    /// After them comes what the program's calls need.
    pub fn items(&self, func: &Func) -> TokenStream {
        // Companions of functions that stand in the body are needed where something is called.
        let mut calls = false;
        func.body.each_stmt(&mut |s| {
            calls |= matches!(
                s.op,
                Op::Call { .. }
                    | Op::CallForward { .. }
                    | Op::CallReverse { .. }
                    | Op::CallAtOnce { .. }
                    | Op::CallTangent { .. }
            );
        });
        let inside = self.hir.inside.iter().filter(|_| calls).map(|(_, companions)| companions);
        let own: TokenStream = self.primal.items.iter().chain(inside).map(|t| respan(t.clone())).collect();
        let callees = Callees::of(func, &self.rt).declarations(&self.rt, self.span);
        // In an `impl` block there is no constant beside the function that could ask rustc.
        let aliases = self.hir.associated.then(|| self.no_aliases_of_floats()).filter(|t| !t.is_empty());
        let aliases = aliases.map(|t| quote_spanned!(self.span=> const { #t };));
        let (passed, before) = (Callees::passed(self.primal, &self.rt, self.span), &self.primal.before);
        quote!(#own #callees #passed #aliases #(#before)*)
    }

    fn gradient(&self, g: &Gradient, kind: Kind) -> TokenStream {
        let name = self.name(kind);
        let given = given_buffers(g);
        let returned: Vec<&(usize, Ret)> = g.adjoints.iter().filter(|(_, r)| !is_given(r, &given)).collect();
        let mut trees = vec![g.func.ret.clone()];
        trees.extend(returned.iter().map(|(_, r)| r.clone()));
        let (forward, reverse) = g.func.body.stmts.split_at(g.split.min(g.func.body.stmts.len()));
        let (params, code) = Body::emit(&g.func, &self.rt, |body| {
            let params = body.signature(self.span);
            self.check_lengths(body, g, kind, &name);
            body.stmts(forward);
            body.flush_all();
            if kind == Kind::Vjp {
                self.check_seed(body, g, &name);
            }
            body.stmts(reverse);
            let parts = body.results(&trees, self.span);
            let tail = match &parts[..] {
                [value, one] => quote_spanned!(self.span=> (#value, #one)),
                [value, grads @ ..] if !grads.is_empty() => {
                    quote_spanned!(self.span=> (#value, (#(#grads),*)))
                }
                parts => quote!(#(#parts)*),
            };
            (params, self.finish(body, tail))
        });
        let output = self.gradient_type(&returned);
        let doc = docs::gradient(self, g, kind, &returned);
        self.function((&name, kind), &doc, &params, &output, (&g.func, &code))
    }

    pub(super) fn gradient_type(&self, returned: &[&(usize, Ret)]) -> TokenStream {
        let value = self.value_type();
        let types: Vec<TokenStream> = returned.iter().map(|(i, r)| self.adjoint_type(*i, r)).collect();
        self.wrapped_type(match &types[..] {
            [] => value,
            [one] => quote_spanned!(self.span=> (#value, #one)),
            _ => quote_spanned!(self.span=> (#value, (#(#types),*))),
        })
    }

    pub fn adjoint_type(&self, param: usize, tree: &Ret) -> TokenStream {
        let p = &self.primal.params[param];
        self.tree_type(&p.kind, tree).unwrap_or_else(|| {
            // The derivative of what is made of floats has its type; and rustc can infer from it.
            owned_name(&p.ty)
        })
    }

    pub fn tree_type(&self, kind: &ParamKind, tree: &Ret) -> Option<TokenStream> {
        match (kind, tree) {
            (_, Ret::Unit) => Some(quote_spanned!(self.span=> ())),
            (ParamKind::Scalar(v, _), _) => types::scalar(self.primal.ty(*v), &self.rt, self.span),
            (ParamKind::Place(p, _), _) => {
                types::owned(&self.primal.plc(*p).ty.derivative(), &self.rt, self.span)
            }
            (ParamKind::Tuple(ks, _), Ret::Tuple(rs)) => {
                let parts: Option<Vec<TokenStream>> =
                    ks.iter().zip(rs).map(|(k, r)| self.tree_type(k, r)).collect();
                let parts = parts?;
                Some(quote_spanned!(self.span=> (#(#parts,)*)))
            }
            _ => None,
        }
    }

    /// The only panics that the function itself does not have: lengths of buffers and seeds, before anything is
    /// computed.
    fn check_lengths(&self, body: &mut Body, g: &Gradient, kind: Kind, name: &Ident) {
        let check = if kind == Kind::Vjp { "check_seed" } else { "check_buffer" };
        for (i, tree) in &g.adjoints {
            let ParamKind::Place(x, _) = &self.primal.params[*i].kind else { continue };
            let Ret::Place(d) = tree else { continue };
            if given_buffers(g).contains(d) {
                self.check_length(body, check, name, *i, (*x, *d));
            }
        }
    }

    fn check_length(&self, body: &mut Body, check: &str, name: &Ident, param: usize, (x, d): (Place, Place)) {
        if self.primal.plc(x).ty.has_user_type() {
            return self.check_shape(body, check, name, param, (x, d));
        }
        if !matches!(self.primal.plc(x).ty, PlaceTy::Slice(_) | PlaceTy::Vec(_)) {
            return;
        }
        let (rt, check, name) = (&self.rt, Ident::new(check, self.span), name.to_string());
        let what = self.param_text(param);
        let (x, d) = (body.place(x).tokens, body.place(d).tokens);
        body.code(quote_spanned!(self.span=> #rt::#check(#name, #what, #x.len(), #d.len());));
    }

    /// The same where there are structs of the user's: all lengths in them.
    fn check_shape(&self, body: &mut Body, check: &str, name: &Ident, param: usize, (x, d): (Place, Place)) {
        let (rt, span, name) = (&self.rt, self.span, name.to_string());
        let (kind, what) = (check.trim_start_matches("check_"), self.param_text(param));
        let long = matches!(self.primal.plc(x).ty, PlaceTy::Slice(_) | PlaceTy::Vec(_));
        let (x, d) = match long {
            true => {
                let (x, d) = (body.place(x).tokens, body.place(d).tokens);
                (quote_spanned!(span=> &#x[..]), quote_spanned!(span=> &#d[..]))
            }
            false => (body.place(x).by_ref(span), body.place(d).by_ref(span)),
        };
        body.code(quote_spanned!(span=> #rt::check_shape(#kind, #name, #what, #x, #d);));
    }

    /// A parameter's name for messages; of a pattern, its position.
    pub fn param_text(&self, i: usize) -> String {
        match self.hir.params.get(i).map(|p| &p.pat.kind) {
            Some(hir::PatKind::Var(_)) | None => crate::names::text(&self.primal.params[i].name),
            Some(_) => (i + 1).to_string(),
        }
    }

    /// The length of a returned `Vec` is known when the forward sweep is done.
    fn check_seed(&self, body: &mut Body, g: &Gradient, name: &Ident) {
        let Ret::Place(y) = &g.func.ret else { return };
        if !matches!(g.func.plc(*y).ty, PlaceTy::Vec(_) | PlaceTy::Slice(_)) {
            return;
        }
        for i in &g.seeds {
            let ParamKind::Place(seed, _) = &g.func.params[*i].kind else { continue };
            let (rt, name) = (&self.rt, name.to_string());
            let (y, d) = (body.place(*y).tokens, body.place(*seed).tokens);
            body.code(quote_spanned!(self.span=> #rt::check_seed(#name, "", #y.len(), #d.len());));
        }
    }

    fn tangent(&self, t: &Tangent) -> TokenStream {
        let name = self.name(Kind::Jvp);
        let (params, code, output) = self.tangent_parts(t);
        let doc = docs::tangent(self, t);
        self.function((&name, Kind::Jvp), &doc, &params, &output, (&t.func, &code))
    }

    /// The same where only the handle asks for it: it has no documentation, and is called from beside it alone.
    pub(super) fn hidden_tangent(&self, t: &Tangent, name: &Ident) -> TokenStream {
        let (params, code, output) = self.tangent_parts(t);
        self.hidden_function(t, name, (&params, &code, &output))
    }

    /// A function that is called from beside it alone.
    pub(super) fn hidden_function(
        &self,
        t: &Tangent,
        name: &Ident,
        (params, code, output): (&[TokenStream], &TokenStream, &TokenStream),
    ) -> TokenStream {
        let (hidden, items, generics) = (self.hidden(), self.items(&t.func), self.tangent_generics());
        let (impl_generics, _, where_clause) = generics.split_for_impl();
        quote_spanned! {self.span=>
            #hidden
            #[inline]
            fn #name #impl_generics (#(#params),*) -> #output #where_clause { #items #code }
        }
    }

    /// The lengths of tangents, before anything is computed.
    pub(super) fn check_tangents(&self, body: &mut Body, t: &Tangent, kind: Kind) {
        for (i, j) in &t.tangents {
            if let (ParamKind::Place(x, _), ParamKind::Place(d, _)) =
                (&t.func.params[*i].kind, &t.func.params[*j].kind)
            {
                self.check_length(body, "check_tangent", &self.name(kind), *i, (*x, *d));
            }
        }
    }

    /// The parameters, the body and the result of a tangent function.
    fn tangent_parts(&self, t: &Tangent) -> (Vec<TokenStream>, TokenStream, TokenStream) {
        let (params, code) = Body::emit(&t.func, &self.rt, |body| {
            let params = body.signature(self.span);
            self.check_tangents(body, t, Kind::Jvp);
            body.stmts(&t.func.body.stmts);
            let parts = body.results(&[t.func.ret.clone(), t.ret_tangent.clone()], self.span);
            (params, self.finish(body, quote_spanned!(self.span=> (#(#parts),*))))
        });
        let (y, dy) = (self.value_type(), self.output_tangent());
        (params, code, self.wrapped_type(quote_spanned!(self.span=> (#y, #dy))))
    }
}

/// The lines, and the tail after them.
pub(super) fn finish(body: &mut Body, tail: TokenStream) -> TokenStream {
    let tail = control::tail(&mut body.out, tail);
    let lines = &body.out;
    quote!(#(#lines)* #tail)
}

/// The places of the buffers that the caller gives.
pub(super) fn given_buffers(g: &Gradient) -> HashSet<Place> {
    let kinds = g.buffers.iter().map(|i| &g.func.params[*i].kind);
    kinds.filter_map(|k| if let ParamKind::Place(p, _) = k { Some(*p) } else { None }).collect()
}

fn is_given(r: &Ret, given: &HashSet<Place>) -> bool {
    matches!(r, Ret::Place(p) if given.contains(p))
}

/// The type of a parameter that the compiler added.
pub(super) fn added_type(func: &Func, kind: &ParamKind, rt: &TokenStream, span: Span) -> TokenStream {
    let unknown = || quote_spanned!(span=> _);
    match kind {
        ParamKind::Scalar(v, mode) => {
            let t = types::scalar(func.ty(*v), rt, span).unwrap_or_else(unknown);
            reference(*mode, t, span)
        }
        ParamKind::Place(p, Mode::Value) => types::owned(&func.plc(*p).ty, rt, span).unwrap_or_else(unknown),
        ParamKind::Place(p, mode) => {
            reference(*mode, types::borrowed(&func.plc(*p).ty, rt, span).unwrap_or_else(unknown), span)
        }
        ParamKind::Tuple(ks, mode) => {
            let parts = ks.iter().map(|k| added_type(func, k, rt, span));
            reference(*mode, quote_spanned!(span=> (#(#parts,)*)), span)
        }
        ParamKind::Opaque => unknown(),
    }
}

fn reference(mode: Mode, t: TokenStream, span: Span) -> TokenStream {
    match mode {
        Mode::Value => t,
        Mode::Ref => quote_spanned!(span=> &#t),
        Mode::Mut => quote_spanned!(span=> &mut #t),
    }
}

/// The same tokens as emitted code; `$crate` keeps its span, which is what it means.
fn respan(tokens: TokenStream) -> TokenStream {
    use proc_macro2::{Group, TokenTree};
    tokens
        .into_iter()
        .map(|t| match t {
            TokenTree::Group(g) => {
                let mut out = Group::new(g.delimiter(), respan(g.stream()));
                out.set_span(emitted(g.span()));
                TokenTree::Group(out)
            }
            TokenTree::Ident(i) if i == "$crate" => TokenTree::Ident(i),
            mut other => {
                other.set_span(emitted(other.span()));
                other
            }
        })
        .collect()
}

impl<'f> Body<'f> {
    /// Whether a parameter that is passed by value is written to.
    pub(super) fn is_written(&self, kind: &ParamKind) -> bool {
        match kind {
            ParamKind::Place(p, Mode::Value) => self.facts.written.contains(p),
            ParamKind::Tuple(ks, Mode::Value) => ks.iter().any(|k| self.is_written(k)),
            _ => false,
        }
    }

    /// The parameters, with their types.
    pub(super) fn signature(&self, span: Span) -> Vec<TokenStream> {
        let func = self.func;
        let mut out = Vec::new();
        for (p, ident) in func.params.iter().zip(&self.params) {
            let ty = if p.ty.is_empty() { added_type(func, &p.kind, &self.rt, span) } else { p.ty.clone() };
            let mutable = self.is_written(&p.kind);
            let mutable = mutable.then(|| quote_spanned!(span=> mut));
            out.push(quote_spanned!(span=> #mutable #ident: #ty));
        }
        out
    }

    /// Result trees as expressions, evaluated in order.
    pub(super) fn results(&mut self, trees: &[Ret], span: Span) -> Vec<TokenStream> {
        let mut used = Vec::new();
        trees.iter().for_each(|t| self.tree_values(t, &mut used));
        self.settle(&used, &Effect::default(), false);
        trees.iter().map(|t| self.tree(t, span)).collect()
    }

    fn tree_values(&self, r: &Ret, out: &mut Vec<Value>) {
        match r {
            Ret::Scalar(i) => out.extend(self.func.body.yields.get(*i)),
            Ret::Tuple(rs) => rs.iter().for_each(|r| self.tree_values(r, out)),
            Ret::Place(_) | Ret::Unit => {}
        }
    }

    fn tree(&mut self, r: &Ret, span: Span) -> TokenStream {
        match r {
            Ret::Unit => quote_spanned!(span=> ()),
            Ret::Scalar(i) => match self.func.body.yields.get(*i) {
                Some(v) => self.value(*v).tokens,
                None => quote!(undefined),
            },
            Ret::Place(p) => match self.place(*p).by {
                super::place::By::Owned if matches!(self.func.plc(*p).kind, PlaceKind::View { .. }) => {
                    self.copied(*p, span)
                }
                super::place::By::Owned => self.place(*p).tokens,
                super::place::By::Later => {
                    let (t, rt) = (self.place(*p).tokens, &self.rt);
                    quote_spanned!(span=> #rt::Later::take(#t))
                }
                _ => self.copied(*p, span),
            },
            Ret::Tuple(rs) => {
                let parts: Vec<TokenStream> = rs.iter().map(|r| self.tree(r, span)).collect();
                match &parts[..] {
                    [one] => quote_spanned!(span=> (#one,)),
                    _ => quote_spanned!(span=> (#(#parts),*)),
                }
            }
        }
    }
}

/// Whether a type is a plain path without arguments: what an alias of a float looks like.
fn is_alias_like(tokens: &TokenStream) -> bool {
    match syn::parse2::<syn::Type>(tokens.clone()) {
        Ok(syn::Type::Path(p)) => p.qself.is_none() && p.path.segments.iter().all(|s| s.arguments.is_none()),
        _ => false,
    }
}
