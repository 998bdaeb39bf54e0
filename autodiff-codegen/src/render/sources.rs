//! The statements of a source, found by position.

use std::ops::Range;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::visit::Visit;

use crate::parse::text::one_line;

/// A source's statements, each before those inside it.
#[derive(Default)]
pub(super) struct Sources {
    statements: Vec<(Range<usize>, String)>,
}

impl Sources {
    /// The statements of a function's body; none if it isn't one.
    pub fn of(function: TokenStream) -> Sources {
        let mut sources = Sources::default();
        // Marks on parameters are not in Rust's grammar of statements, and do no harm.
        if let Ok(f) = syn::parse2::<syn::ItemFn>(function) {
            sources.visit_block(&f.block);
        }
        sources
    }

    /// The innermost statement around a position.
    pub fn at(&self, span: Span) -> Option<usize> {
        let at = span.byte_range();
        if at.is_empty() {
            return None;
        }
        self.statements.iter().rposition(|(range, _)| range.start <= at.start && at.end <= range.end)
    }

    /// Whether an emitted statement reads like the source statement.
    pub fn is(&self, source: usize, emitted: &syn::Stmt) -> bool {
        self.text(source) == Some(&one_line(&emitted.to_token_stream()))
    }

    /// A statement's text on one line, the statements inside it left out.
    pub fn text(&self, source: usize) -> Option<&str> {
        self.statements.get(source).map(|(_, text)| text.as_str())
    }
}

impl<'ast> Visit<'ast> for Sources {
    fn visit_stmt(&mut self, stmt: &'ast syn::Stmt) {
        self.statements.push((stmt.span().byte_range(), one_line(&quote!(#stmt))));
        syn::visit::visit_stmt(self, stmt);
    }
}
