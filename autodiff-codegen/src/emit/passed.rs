//! Calls of function-valued parameters: methods of the handle that was passed.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};

use super::body::Body;
use super::opaque::reference;
use crate::functions::{Formal, Function};
use crate::ir::*;
use crate::names::emitted;

impl<'f> Body<'f> {
    /// `f.__forward(args, more)`
    pub(super) fn function_part(
        &mut self,
        callee: &Callee,
        part: &str,
        args: &[Arg],
        more: &[TokenStream],
        span: Span,
    ) -> TokenStream {
        if let Some(operator) = &callee.operator {
            return self.operator_part(operator, callee, part, (args, more), span);
        }
        let args = self.args(args, span);
        let path = &callee.path;
        let at = path.segments.last().map_or(span, |s| emitted(s.ident.span()));
        let part = Ident::new(part, at);
        quote_spanned!(span=> #path.#part(#(#args,)* #(#more),*))
    }

    /// What is passed to the reverse part once more.
    pub(super) fn function_again(&mut self, formal: &Formal, a: &Arg, span: Span) -> TokenStream {
        if formal.mode != Mode::Ref {
            return quote_spanned!(span=> ());
        }
        let again = self.again_arg(a, span);
        quote_spanned!(span=> ::core::option::Option::Some(#again))
    }

    /// The tangents of the arguments.
    pub(super) fn function_tangents(
        &mut self,
        function: &Function,
        tangents: &[Option<Arg>],
        span: Span,
    ) -> Vec<TokenStream> {
        let mut out = Vec::new();
        for (formal, tangent) in function.args.iter().zip(tangents) {
            out.push(match tangent {
                _ if !formal.active => {
                    let rt = &self.rt;
                    quote_spanned!(span=> #rt::Off)
                }
                None | Some(Arg::Opaque { .. }) => quote_spanned!(span=> ::core::option::Option::None),
                Some(a) => {
                    let t = self.tangent_reference(a, span);
                    quote_spanned!(span=> ::core::option::Option::Some(#t))
                }
            });
        }
        out
    }

    /// A tangent, by reference.
    pub(super) fn tangent_reference(&mut self, a: &Arg, span: Span) -> TokenStream {
        match a {
            Arg::Value(v) | Arg::ValueRef(v) => {
                let e = self.value(*v);
                reference(&e, span)
            }
            Arg::Place(p, Mode::Mut) => self.place(*p).by_mut(span),
            Arg::Place(p, _) => self.place(*p).by_ref(span),
            Arg::Opaque { code, .. } => code.to_token_stream(),
        }
    }
}
