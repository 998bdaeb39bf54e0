//! Calls of structs' operators, and of the operations of linear algebra: the handle is found by the types of the operands.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::body::Body;
use crate::ir::*;

impl<'f> Body<'f> {
    /// `Function2::__forward(&binary::<operators::Add, ByValue, ByRef, _, _>(&a, b), a, b)`; the value alone is the user's own
    /// `a + b`.
    pub(super) fn operator_part(
        &mut self,
        operator: &Operator,
        callee: &Callee,
        part: &str,
        (args, more): (&[Arg], &[TokenStream]),
        span: Span,
    ) -> TokenStream {
        let by_rule =
            matches!(operator, Operator::Function(_, _, true) | Operator::Method { by_rule: true, .. });
        if part == "__value" && !by_rule {
            return self.plain_operator(operator, args, span);
        }
        let Some(function) = &callee.function else { return quote!(undefined) };
        let rt = self.rt.clone();
        let passed = self.args(args, span);
        let names: Vec<Ident> = (0..args.len()).map(|i| format_ident!("__{i}", span = span)).collect();
        let names: Vec<Ident> = names
            .iter()
            .map(|n| format_ident!("__operand{}", n.to_string().trim_start_matches('_'), span = span))
            .collect();
        let modes = function.args.iter().map(|f| {
            let mode = match f.mode {
                Mode::Value => "ByValue",
                Mode::Ref => "ByRef",
                Mode::Mut => "ByMut",
            };
            let mode = Ident::new(mode, span);
            quote_spanned!(span=> #rt::#mode)
        });
        let seen = function.args.iter().zip(&names).map(|(f, name)| match f.mode {
            Mode::Value => quote_spanned!(span=> &#name),
            Mode::Ref => quote!(#name),
            Mode::Mut => quote_spanned!(span=> &*#name),
        });
        let find = match function.args.last() {
            Some(last) if !last.active && !matches!(operator, Operator::Sign(_)) => "with",
            _ => ["unary", "binary", "ternary"][args.len().clamp(1, 3) - 1],
        };
        let find = Ident::new(find, span);
        let seen: Vec<TokenStream> = seen.collect();
        let holes = args.iter().map(|_| quote_spanned!(span=> _));
        let kind = if part == "__tangent" { "TangentFunction" } else { "Function" };
        let kind = format_ident!("{kind}{}", args.len(), span = span);
        let fallible = matches!(operator, Operator::Method { fallible: true, .. });
        let (operator, part) = (self.marker(operator, span), Ident::new(part, span));
        let mut value = quote_spanned!(span=> #rt::#kind::#part(&__operator, #(#names,)* #(#more),*));
        if fallible {
            let second = if args.len() < 2 { Some(quote_spanned!(span=> , &())) } else { None };
            value = quote_spanned! {span=>
                if #rt::linear::is_there::<#operator, _, _>(#(#seen),* #second) {
                    ::core::option::Option::Some(#value)
                } else {
                    ::core::option::Option::None
                }
            };
        }
        quote_spanned! {span=>
            match (#(#passed,)*) {
                (#(#names,)*) => {
                    let __operator = #rt::#find::<#operator, #(#modes,)* #(#holes),*>(#(#seen),*);
                    #value
                }
            }
        }
    }

    /// What stands for an operation in the run-time half.
    fn marker(&self, operator: &Operator, span: Span) -> TokenStream {
        let rt = &self.rt;
        match operator {
            Operator::Sign(name) => {
                let name = Ident::new(name, span);
                quote_spanned!(span=> #rt::operators::#name)
            }
            Operator::Method { name, .. } => {
                let name = Ident::new(&name.to_string(), span);
                quote_spanned!(span=> #rt::linear::methods::#name)
            }
            Operator::Function(of, name, _) => {
                let name = Ident::new(&name.to_string(), span);
                quote_spanned!(span=> #rt::linear::functions::#name<#of>)
            }
        }
    }

    /// `a + b`, `a.dot(b)`, `Vector3::from(a)`
    fn plain_operator(&mut self, operator: &Operator, args: &[Arg], span: Span) -> TokenStream {
        let operator = match operator {
            Operator::Sign(name) => *name,
            Operator::Method { name, .. } => {
                let args = self.args(args, span);
                let (this, rest) = (args.first(), args.get(1..).unwrap_or_default());
                return quote_spanned!(span=> (#this).#name(#(#rest),*));
            }
            Operator::Function(of, name, _) => {
                let args = self.args(args, span);
                return quote_spanned!(span=> <#of>::#name(#(#args),*));
            }
        };
        let sign = |plain: &str| plain.parse::<TokenStream>().unwrap_or_default();
        let op = sign(crate::operators::sign(operator));
        match (args, operator.ends_with("Assign")) {
            ([Arg::Place(p, _), b], true) => {
                let (a, b) = (self.place(*p).whole(span), self.arg(b, span));
                // The two characters are one token.
                let op = sign(&format!("{op}="));
                quote_spanned!(span=> #a #op #b)
            }
            ([a], _) => {
                let a = self.arg(a, span);
                quote_spanned!(span=> (#op(#a)))
            }
            (args, _) => {
                let args = self.args(args, span);
                let (a, b) = (args.first(), args.get(1));
                quote_spanned!(span=> ((#a) #op (#b)))
            }
        }
    }
}
