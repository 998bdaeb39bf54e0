//! Iterators and tables that only rustc knows: they are asked once for each item, in order, like all opaque code.

use super::facts::Facts;
use super::shape::Shape;
use super::{Lower, Res, Val};
use crate::hir::{Expr, ExprKind, Pat};
use crate::ir::{self, Again, Op, PlaceTy, Ty, Value};
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

/// What opaque code takes items from.
pub(super) struct Source {
    pub(super) ident: Ident,
    /// Whether it is an `Option`.
    option: bool,
    /// What taking an item again would change.
    next: Again,
}

/// What making an iterator and asking it again would change: that is known of those that hand out what is in a slice.
pub(super) fn again(of_std: bool, items: &Ident) -> (Again, Again) {
    match of_std {
        true => (Again::Nothing, Again::Moves(items.clone())),
        false => (Again::Unknown, Again::Unknown),
    }
}

/// An iterator, and what it is lent by.
pub(super) struct Held {
    names: Vec<Ident>,
}

/// Methods whose results refer to what they are called on.
const LENDING: &str = "as_bytes as_mut_slice as_ref as_slice as_str bytes char_indices chars chunks chunks_exact difference intersection \
    iter iter_mut keys lines range rchunks split split_ascii_whitespace split_whitespace trim trim_end trim_start union values values_mut windows";

/// Whether a value comes to life where it stands, and goes with the statement.
fn is_made_here(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Call { .. } | ExprKind::CallVar(..) | ExprKind::Method { .. } | ExprKind::Macro(_) => true,
        ExprKind::Vec(_) | ExprKind::VecRepeat(..) | ExprKind::Struct { .. } | ExprKind::Block(_) => true,
        ExprKind::Array(_) | ExprKind::Repeat(..) | ExprKind::Tuple(_) => true,
        ExprKind::Unknown(what) => *what == "a macro",
        _ => false,
    }
}

/// What would be gone at the end of the statement, though what the code hands out refers to it, in the order in which
/// it is made.
fn owners<'a>(e: &'a Expr, out: &mut Vec<&'a Expr>) {
    let (inner, lends) = match &e.kind {
        ExprKind::Method { recv, name, .. } => (recv, LENDING.split(' ').any(|method| name == method)),
        ExprKind::Ref(_, inner) | ExprKind::Field(inner, _) | ExprKind::Index(inner, _) => (inner, true),
        ExprKind::Deref(inner) => (inner, false),
        _ => return,
    };
    let before = out.len();
    owners(inner, out);
    if out.len() == before && lends && is_made_here(inner) {
        out.push(inner);
    }
    if let ExprKind::Method { args, .. } = &e.kind
        && (out.len() > before || is_still(inner))
        && args[..args.len().saturating_sub(1)].iter().all(is_still)
    {
        args.last().into_iter().for_each(|arg| owners(arg, out));
    }
}

/// Methods that make values of their own.
const COPIES: &str =
    "clone cloned collect concat copied join repeat to_owned to_string to_vec unwrap_or_default";

/// Whether nothing happens when a place is named.
fn is_still(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Var(_) | ExprKind::Path(_) | ExprKind::Lit(_) => true,
        ExprKind::Ref(_, e) | ExprKind::Field(e, _) => is_still(e),
        ExprKind::Method { recv, name, args, .. } => {
            LAZY.split(' ').any(|method| name == method) && is_still(recv) && args.iter().all(is_still)
        }
        _ => false,
    }
}

/// The code with a name for a part of it, wherever that stands.
fn named(code: TokenStream, part: &[String], name: &Ident) -> Option<TokenStream> {
    let all: Vec<TokenTree> = code.into_iter().collect();
    let is_part = |at: &[TokenTree]| at.iter().zip(part).all(|(token, text)| token.to_string() == *text);
    if let Some(at) = all.windows(part.len()).position(is_part) {
        let behind = all[at + part.len()..].iter().cloned();
        let tokens = all[..at].iter().cloned().chain([TokenTree::from(name.clone())]).chain(behind);
        return Some(tokens.collect());
    }
    for (i, token) in all.iter().enumerate() {
        let TokenTree::Group(group) = token else { continue };
        if let Some(inner) = named(group.stream(), part, name) {
            let mut all = all.clone();
            let mut inner = Group::new(group.delimiter(), inner);
            inner.set_span(group.span());
            all[i] = inner.into();
            return Some(all.into_iter().collect());
        }
    }
    None
}

/// Methods of slices and of their iterators that do nothing until asked, and then only read.
const LAZY: &str = "chunks chunks_exact cloned copied enumerate iter rev skip step_by take windows";

impl Facts<'_> {
    /// What would be gone once a pattern is matched, though what it binds refers to it. Who waits for a lock that is given
    /// back later than the user gives it back waits in vain, so that only what is known to hold numbers is kept, and copies.
    fn matched_owner<'e>(&self, e: &'e Expr) -> Option<&'e Expr> {
        let inner = match &e.kind {
            ExprKind::Method { recv: inner, .. } | ExprKind::Ref(_, inner) => inner,
            ExprKind::Field(inner, _) | ExprKind::Index(inner, _) | ExprKind::Deref(inner) => inner,
            _ => return None,
        };
        let plain = match &inner.kind {
            ExprKind::Method { name, .. } => COPIES.split(' ').any(|method| name == method),
            ExprKind::Call { .. } => self.shape(inner).is_known(),
            _ => is_made_here(inner),
        };
        if plain { Some(inner) } else { self.matched_owner(inner) }
    }

    /// Whether an expression, after `in`, hands out what is in a slice, an array or a `Vec`.
    pub(super) fn has_std_items(&self, e: &Expr) -> bool {
        match &e.kind {
            ExprKind::Var(v) if self.f.vars[v.0 as usize].ty.as_ref().is_some_and(is_sequence) => true,
            ExprKind::Var(_) | ExprKind::Path(_) => match self.shape(e).strip() {
                Shape::Place(ty) => matches!(ty, PlaceTy::Array(..) | PlaceTy::Slice(_) | PlaceTy::Vec(_)),
                _ => false,
            },
            ExprKind::Ref(_, e) => self.has_std_items(e),
            ExprKind::Method { recv, name, args, .. } => {
                let lazy = LAZY.split(' ').any(|method| name == method);
                let plain = |e: &Expr| matches!(e.kind, ExprKind::Lit(_) | ExprKind::Var(_));
                let known = lazy && args.iter().all(plain) && self.has_std_items(recv);
                known || matches!(recv.kind, ExprKind::Path(_)) && crate::analysis::only_reads(&e.tokens)
            }
            _ => false,
        }
    }
}

/// `&[T]`, `[T; N]`, `Vec<T>`
fn is_sequence(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Reference(t) => is_sequence(&t.elem),
        syn::Type::Paren(t) => is_sequence(&t.elem),
        syn::Type::Group(t) => is_sequence(&t.elem),
        syn::Type::Slice(_) | syn::Type::Array(_) => true,
        syn::Type::Path(t) if t.qself.is_none() && t.path.segments.len() == 1 => {
            t.path.segments[0].ident == "Vec"
        }
        _ => false,
    }
}

impl<'a> Lower<'a, '_> {
    /// An iterator, from its expression; or from what `for` and `zip` can make one of.
    pub(super) fn opaque_iterator(&mut self, e: &'a Expr, into: bool) -> Res<usize> {
        let reads = self.copied_reads(e)?;
        let id = self.iterators.len();
        let ident = self.made_up("items");
        let (tokens, owners) = self.held_owners(e, &reads);
        let span = ident.span();
        let iter = match into {
            true => quote_spanned!(span=> ::core::iter::IntoIterator::into_iter(#tokens)),
            false => tokens.clone(),
        };
        // It must be an iterator, whatever its methods are called.
        let init = quote_spanned!(span=> ::core::iter::Iterator::peekable(#iter));
        let (make, next) = again(self.facts.has_std_items(e), &ident);
        self.repeatable_declaration(quote!(mut #ident), init, vec![ident.clone()], reads, make);
        self.hold(&ident, owners);
        self.iterators.push(Source { ident, option: false, next });
        Ok(id)
    }

    /// The code of an iterator, behind variables for what it is lent by, if nothing else would keep that: in
    /// `set().iter()`, the set would be gone at the end of the statement.
    pub(super) fn held_owners(&mut self, e: &'a Expr, reads: &[ir::Read]) -> (TokenStream, Vec<Ident>) {
        let mut all = Vec::new();
        owners(e, &mut all);
        self.behind_variables(e, all, reads)
    }

    /// The code of what patterns are matched with, in the same way.
    pub(super) fn held_matched(&mut self, e: &'a Expr, reads: &[ir::Read]) -> TokenStream {
        let all = self.facts.matched_owner(e).into_iter().collect();
        self.behind_variables(e, all, reads).0
    }

    fn behind_variables(
        &mut self,
        e: &Expr,
        all: Vec<&Expr>,
        reads: &[ir::Read],
    ) -> (TokenStream, Vec<Ident>) {
        let (mut code, mut names) = (e.tokens.clone(), Vec::new());
        for owner in all {
            let ident = self.made_up("owner");
            let part: Vec<String> = owner.tokens.clone().into_iter().map(|t| t.to_string()).collect();
            let Some(rest) = named(code.clone(), &part, &ident) else { continue };
            code = rest;
            let declares = vec![ident.clone()];
            self.opaque_declaration(quote!(mut #ident), owner.tokens.clone(), declares, reads.to_vec());
            // Of what only frees memory nobody sees when it is gone.
            if !matches!(owner.kind, ExprKind::Array(_) | ExprKind::Repeat(..) | ExprKind::Vec(_)) {
                names.push(ident);
            }
        }
        (code, names)
    }

    /// Notes who holds what an iterator is lent by, until the end of the user's statement.
    pub(super) fn hold(&mut self, items: &Ident, owners: Vec<Ident>) {
        if !owners.is_empty() {
            let names = [items.clone()].into_iter().chain(owners.into_iter().rev());
            self.held.push(Held { names: names.collect() });
        }
    }

    /// The end of a statement, or of a loop, before which so many were held: a lock is given back, a borrow ends.
    pub(super) fn release(&mut self, before: usize) {
        let held = self.held.split_off(before.min(self.held.len()));
        if self.dead {
            return;
        }
        for name in held.into_iter().rev().flat_map(|held| held.names) {
            let span = crate::names::emitted(self.origin.span);
            let code = quote_spanned!(span=> ::core::mem::drop(#name));
            self.effect(Op::opaque(ir::OpaqueKind::Expr(code), Vec::new()));
        }
    }

    /// An `Option` or `Result` that nothing active flows into: it has one item, or none.
    pub(super) fn opaque_option(&mut self, e: &'a Expr) -> Res<usize> {
        let reads = self.copied_reads(e)?;
        let id = self.iterators.len();
        let ident = self.made_up("option");
        let (tokens, rt, span) = (&e.tokens, &self.f.crate_path, crate::names::emitted(e.span));
        let init = quote_spanned!(span=> #rt::__rt::optional(#tokens));
        self.opaque_declaration(quote!(mut #ident), init, vec![ident.clone()], reads);
        self.iterators.push(Source { ident, option: true, next: Again::Unknown });
        Ok(id)
    }

    /// A constant array or slice: it must be one, whatever its methods are called.
    pub(super) fn opaque_table(&mut self, e: &'a Expr) -> Res<usize> {
        let id = self.iterators.len();
        let ident = self.made_up("table");
        let (tokens, span) = (&e.tokens, ident.span());
        let init = quote_spanned!(span=> {
            const fn slice<T>(items: &[T]) -> &[T] {
                items
            }
            slice(&#tokens)
        });
        self.repeatable_declaration(quote!(#ident), init, vec![ident.clone()], Vec::new(), Again::Nothing);
        self.iterators.push(Source { ident, option: false, next: Again::Nothing });
        Ok(id)
    }

    /// An element of such a table.
    pub(super) fn table_item(&mut self, table: usize, i: Value) -> Value {
        let index = self.made_up("index");
        let ident = &self.iterators[table].ident;
        let span = ident.span();
        let code = quote_spanned!(span=> &#ident[#index]);
        let reads = vec![ir::Read { ident: index, source: ir::ReadOf::Value(i) }];
        let kind = ir::OpaqueKind::Expr(code);
        self.push(Op::Opaque { kind, reads, again: Again::Nothing }, Ty::Opaque)
    }

    /// Whether there is one more item. This asks the iterator for it.
    pub(super) fn has_next(&mut self, it: usize) -> Value {
        let Source { ident, option, .. } = &self.iterators[it];
        let span = ident.span();
        let kind = ir::OpaqueKind::Expr(match option {
            true => quote_spanned!(span=> #ident.is_some()),
            false => quote_spanned!(span=> #ident.peek().is_some()),
        });
        let again = self.iterators[it].next.clone();
        self.push(Op::Opaque { kind, reads: Vec::new(), again }, Ty::Bool)
    }

    fn next_code(&self, it: usize) -> TokenStream {
        let Source { ident, option, .. } = &self.iterators[it];
        let span = ident.span();
        // The condition of the loop has seen that there is one.
        match option {
            true => quote_spanned!(span=> #ident.take().unwrap()),
            false => quote_spanned!(span=> ::core::iter::Iterator::next(&mut #ident).unwrap()),
        }
    }

    /// The next item as a value.
    pub(super) fn next_value(&mut self, it: usize) -> Value {
        let kind = ir::OpaqueKind::Expr(self.next_code(it));
        let again = self.iterators[it].next.clone();
        self.push(Op::Opaque { kind, reads: Vec::new(), again }, Ty::Opaque)
    }

    /// Takes the next items that a value stands for, so that it can be used more than once.
    pub(super) fn held(&mut self, val: Val) -> Val {
        match val {
            Val::Next(it) => Val::Scalar(self.next_value(it)),
            Val::Tuple(vals) => Val::Tuple(vals.into_iter().map(|val| self.held(val)).collect()),
            val => val,
        }
    }

    /// Takes the next items that a value stands for although nobody asks for them: the iterator has to go on.
    pub(super) fn passed_over(&mut self, val: Val) {
        match val {
            Val::Next(it) => {
                let kind = ir::OpaqueKind::Expr(self.next_code(it));
                self.effect(Op::Opaque { kind, reads: Vec::new(), again: self.iterators[it].next.clone() });
            }
            Val::Tuple(vals) => vals.into_iter().for_each(|val| self.passed_over(val)),
            _ => {}
        }
    }

    /// A value that only rustc knows, taken apart by opaque code.
    pub(super) fn bind_opaque(&mut self, pat: &'a Pat, v: Value) -> Res<()> {
        let ident = self.made_up("item");
        let read = ir::Read { ident: ident.clone(), source: ir::ReadOf::Value(v) };
        self.opaque_let(&pat.tokens, quote!(#ident), pat, vec![read]);
        self.declare_opaque(pat)
    }

    /// The next item, taken apart by opaque code.
    pub(super) fn bind_next(&mut self, pat: &'a Pat, it: usize) -> Res<()> {
        let again = self.iterators[it].next.clone();
        self.repeatable_let(&pat.tokens, self.next_code(it), pat, Vec::new(), again);
        self.declare_opaque(pat)
    }
}
