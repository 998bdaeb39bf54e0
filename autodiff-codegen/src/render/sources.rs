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

/// A statement of the source that emitted code belongs to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source {
    pub number: usize,
    /// Whether the code reads like the statement.
    pub verbatim: bool,
}

impl Sources {
    /// The statements of a function's body; none if it isn't one.
    pub fn of(function: TokenStream) -> Sources {
        let mut sources = Sources::default();
        if let Ok(f) = syn::parse2::<syn::ItemFn>(function) {
            sources.visit_block(&f.block);
        }
        sources
    }

    /// The statement that emitted code comes from: the one that it reads like, or else the innermost one around
    /// its span.
    pub fn of_code(&self, emitted: &syn::Stmt, span: Option<Span>) -> Option<Source> {
        let around = span.and_then(|at| self.around(at));
        let text = one_line(&emitted.to_token_stream());
        let reads_like = |number: &usize| self.statements[*number].1 == text;
        let verbatim = around.filter(reads_like).or_else(|| (0..self.statements.len()).find(reads_like));
        match verbatim {
            Some(number) => Some(Source { number, verbatim: true }),
            None => around.map(|number| Source { number, verbatim: false }),
        }
    }

    /// The innermost statement around a position.
    fn around(&self, span: Span) -> Option<usize> {
        let at = span.byte_range();
        // Tokens that come from nowhere have an empty span.
        let contains =
            |range: &Range<usize>| !at.is_empty() && range.start <= at.start && at.end <= range.end;
        self.statements.iter().rposition(|(range, _)| contains(range))
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
