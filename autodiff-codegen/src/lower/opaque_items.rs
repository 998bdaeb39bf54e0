//! Iterators and tables that only rustc knows: they are asked once for each item, in order, like all opaque code.

use super::{Lower, Res, Val};
use crate::hir::{Expr, Pat};
use crate::ir::{self, Op, Ty, Value};
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};

/// What opaque code takes items from.
pub(super) struct Source {
    pub(super) ident: Ident,
    /// Whether it is an `Option`.
    option: bool,
}

impl<'a> Lower<'a, '_> {
    /// An iterator, from its expression; or from what `for` and `zip` can make one of.
    pub(super) fn opaque_iterator(&mut self, e: &'a Expr, into: bool) -> Res<usize> {
        let reads = self.copied_reads(e)?;
        let id = self.iterators.len();
        let ident = self.made_up("items");
        let (tokens, span) = (&e.tokens, ident.span());
        let iter = match into {
            true => quote_spanned!(span=> ::core::iter::IntoIterator::into_iter(#tokens)),
            false => tokens.clone(),
        };
        // It must be an iterator, whatever its methods are called.
        let init = quote_spanned!(span=> ::core::iter::Iterator::peekable(#iter));
        self.opaque_declaration(quote!(mut #ident), init, vec![ident.clone()], reads);
        self.iterators.push(Source { ident, option: false });
        Ok(id)
    }

    /// An `Option` or `Result` that nothing active flows into: it has one item, or none.
    pub(super) fn opaque_option(&mut self, e: &'a Expr) -> Res<usize> {
        let reads = self.copied_reads(e)?;
        let id = self.iterators.len();
        let ident = self.made_up("option");
        let (tokens, rt, span) = (&e.tokens, &self.f.crate_path, crate::names::emitted(e.span));
        let init = quote_spanned!(span=> #rt::__rt::optional(#tokens));
        self.opaque_declaration(quote!(mut #ident), init, vec![ident.clone()], reads);
        self.iterators.push(Source { ident, option: true });
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
        self.opaque_declaration(quote!(#ident), init, vec![ident.clone()], Vec::new());
        self.iterators.push(Source { ident, option: false });
        Ok(id)
    }

    /// An element of such a table.
    pub(super) fn table_item(&mut self, table: usize, i: Value) -> Value {
        let index = self.made_up("index");
        let ident = &self.iterators[table].ident;
        let span = ident.span();
        let code = quote_spanned!(span=> &#ident[#index]);
        let reads = vec![ir::Read { ident: index, source: ir::ReadOf::Value(i) }];
        self.push(Op::Opaque { kind: ir::OpaqueKind::Expr(code), reads }, Ty::Opaque)
    }

    /// Whether there is one more item. This asks the iterator for it.
    pub(super) fn has_next(&mut self, it: usize) -> Value {
        let Source { ident, option } = &self.iterators[it];
        let span = ident.span();
        let kind = ir::OpaqueKind::Expr(match option {
            true => quote_spanned!(span=> #ident.is_some()),
            false => quote_spanned!(span=> #ident.peek().is_some()),
        });
        self.push(Op::Opaque { kind, reads: Vec::new() }, Ty::Bool)
    }

    fn next_code(&self, it: usize) -> TokenStream {
        let Source { ident, option } = &self.iterators[it];
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
        self.push(Op::Opaque { kind, reads: Vec::new() }, Ty::Opaque)
    }

    /// Takes the next items that a value stands for, so that it can be used more than once.
    pub(super) fn held(&mut self, val: Val) -> Val {
        match val {
            Val::Next(it) => Val::Scalar(self.next_value(it)),
            Val::Tuple(vals) => Val::Tuple(vals.into_iter().map(|val| self.held(val)).collect()),
            val => val,
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
        self.opaque_let(&pat.tokens, self.next_code(it), pat, Vec::new());
        self.declare_opaque(pat)
    }
}
