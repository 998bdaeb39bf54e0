//! Questions to rustc: whether derivatives flow through the fields of structs that are out of sight.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use super::body::{Body, Line};
use super::expr::Expr;
use super::place::at_path;
use crate::ir::*;

impl Body<'_> {
    /// Has rustc check that the fields that a path into a derivative leads through are no constants: of what type the
    /// struct is, only rustc knows. Nothing of it is run, so that any index will do.
    pub(super) fn ask_whether_fields_flow(&mut self, base: &TokenStream, path: &[Proj], span: Span) {
        for (i, step) in path.iter().enumerate() {
            let Proj::Member(Member { name, flow: Flow::Asked }, _) = step else { continue };
            let whole = at_path(
                base,
                &path[..i],
                &mut |_| Some(Expr::atom(quote_spanned!(span=> 0))),
                &vec![span; i],
            );
            let span = match name {
                syn::Member::Named(name) => span.located_at(name.span()),
                syn::Member::Unnamed(i) => span.located_at(i.span),
            };
            let (whole, rt) = (crate::names::located_at(whole.tokens, span), &self.rt);
            let mut proof = crate::derive::field_proof(&crate::known::member_name(name));
            proof.set_span(span);
            if self.asked.insert(format!("{whole}.{proof}")) {
                let question = quote_spanned!(span=> let _ = || #rt::flows(&#whole.#proof()););
                self.out.push(Line::Code(question));
            }
        }
    }
}
