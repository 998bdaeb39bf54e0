//! Columns of Jacobians and Hessians, several at a time: the tangent program in lanes, and the batches that it is called in.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};

use super::body::Body;
use super::companion::{Cx, Kind};
use super::jacobian::Parts;
use super::{alone, types};
use crate::forward::Tangent;
use crate::hir;
use crate::jacobian::{Plan, Rows};
use crate::second::Columns;

impl Cx<'_> {
    /// The program, as a function that is called from one companion alone, and returns nothing but tangents.
    pub(super) fn lanes_function(&self, t: &Tangent, name: &Ident, kind: Kind) -> TokenStream {
        let (params, code) = Body::emit(&t.func, &self.rt, |body| {
            let params = body.signature(self.span);
            self.check_tangents(body, t, kind);
            body.stmts(&t.func.body.stmts);
            let tangents = body.results(std::slice::from_ref(&t.ret_tangent), self.span);
            (params, self.finish(body, quote!(#(#tangents)*)))
        });
        let output = alone::tree_type(&t.func, &t.ret_tangent, &self.rt, self.span);
        let output = self.wrapped_type(output.unwrap_or_else(|| quote_spanned!(self.span=> _)));
        self.hidden_function(t, name, (&params, &code, &output))
    }

    /// One run of the program for each batch of columns of a Jacobian.
    pub(super) fn columns_in_lanes(
        &self,
        plan: &Plan,
        parts: &Parts,
        (all, take): (&[TokenStream], &Option<TokenStream>),
    ) -> TokenStream {
        let (span, rt, float) = (self.span, &self.rt, &parts.float);
        let (m, n) = (&parts.m, &parts.n);
        let none = quote_spanned!(span=> #rt::lanes::<#float>(0.0));
        let (name, typed) = (self.sibling(&self.part("columns")), self.turbofish(0));
        let (start, direction) = self.lane_directions(plan.input, &plan.columns, n, &none);
        let tangents = match plan.rows.output() {
            Some(i) if i < plan.input => vec![quote_spanned!(span=> &mut tangent), direction],
            Some(_) => vec![direction, quote_spanned!(span=> &mut tangent)],
            None => vec![direction],
        };
        let run = quote_spanned!(span=> #name #typed(#(#all,)* #(#tangents),*) #take);
        let call = match &plan.rows {
            Rows::Output(i, length) => {
                let out = &parts.idents[*i];
                let fresh = match length {
                    Some(_) => quote_spanned!(span=> [#none; #m]),
                    None => quote_spanned!(span=> #rt::vec![#none; #m]),
                };
                quote_spanned!(span=> #out.copy_from_slice(&before); let mut tangent = #fresh; #run;)
            }
            _ => quote_spanned!(span=> let tangent = #run;),
        };
        let row = |i: TokenStream| match parts.fixed {
            true => quote_spanned!(span=> &mut rows[#i]),
            false => quote_spanned!(span=> &mut rows[#i * #n..(#i + 1) * #n]),
        };
        let put =
            |row: TokenStream, of: TokenStream| quote_spanned!(span=> #rt::put_lanes(#row, column, #of););
        let store = match &plan.rows {
            Rows::One => put(quote_spanned!(span=> &mut rows), quote_spanned!(span=> tangent)),
            Rows::Tuple(k) => {
                let puts = (0..*k).map(|i| {
                    let (number, field) = (proc_macro2::Literal::usize_unsuffixed(i), syn::Index::from(i));
                    put(row(quote!(#number)), quote_spanned!(span=> tangent.#field))
                });
                quote!(#(#puts)*)
            }
            _ => {
                let put = put(row(quote_spanned!(span=> row)), quote_spanned!(span=> tangent[row]));
                quote_spanned!(span=> for row in 0..#m { #put })
            }
        };
        let zero = quote_spanned!(span=> #rt::lit::<#float>(0.0));
        let matrix = self.zero_matrix(plan, parts, &zero);
        quote_spanned! {span=>
            #matrix
            #start
            for column in (0..#n).step_by(#rt::LANES) {
                #rt::direct(&mut directions, column);
                #call
                #store
            }
        }
    }

    /// `let mut directions = …;`, all zero, and how they are passed.
    fn lane_directions(
        &self,
        input: usize,
        columns: &Columns,
        n: &TokenStream,
        none: &TokenStream,
    ) -> (TokenStream, TokenStream) {
        let (span, rt) = (self.span, &self.rt);
        let array = quote_spanned!(span=> let mut directions = [#none; #n];);
        let vec = quote_spanned!(span=> let mut directions = #rt::vec![#none; #n];);
        match columns {
            Columns::One | Columns::Array(_) => (array, quote_spanned!(span=> directions)),
            Columns::Slice if matches!(self.hir.params[input].ty, hir::Type::Vec(_)) => {
                (vec, quote_spanned!(span=> directions.clone()))
            }
            Columns::Slice => (vec, quote_spanned!(span=> &directions)),
        }
    }

    /// The lines of a Hessian after its value and gradient: `rows`, and their type.
    pub(super) fn hessian_in_lanes(
        &self,
        t: &Tangent,
        columns: &Columns,
        (again, float): (&[TokenStream], &TokenStream),
    ) -> Option<(TokenStream, TokenStream)> {
        let (span, rt) = (self.span, &self.rt);
        let (input, _) = t.tangents.first()?;
        let (name, typed) = (self.sibling(&self.part("lanes")), self.turbofish(0));
        let take = self.hir.wrap.is_some().then(|| quote_spanned!(span=> ?));
        let zero = quote_spanned!(span=> #rt::lit::<#float>(0.0));
        let none = quote_spanned!(span=> #rt::lanes::<#float>(0.0));
        let (n, rows, row, ty) = match columns {
            Columns::One => return None,
            Columns::Array(n) => {
                let n = types::len(n, span);
                let rows = quote_spanned!(span=> [[#zero; #n]; #n]);
                let row = quote_spanned!(span=> &mut rows[column + lane]);
                let ty = quote_spanned!(span=> [[#float; #n]; #n]);
                (n, rows, row, ty)
            }
            Columns::Slice => {
                let rows = quote_spanned!(span=> #rt::vec![#zero; n * n]);
                let row = quote_spanned!(span=> &mut rows[(column + lane) * n..][..n]);
                (quote_spanned!(span=> n), rows, row, quote_spanned!(span=> #rt::Vec<#float>))
            }
        };
        let (start, direction) = self.lane_directions(*input, columns, &n, &none);
        let lines = quote_spanned! {span=>
            let mut rows = #rows;
            #start
            for column in (0..#n).step_by(#rt::LANES) {
                #rt::direct(&mut directions, column);
                let products = #name #typed(#(#again,)* #direction) #take;
                for lane in 0..::core::cmp::Ord::min(#rt::LANES, #n - column) {
                    #rt::put_lane(#row, lane, &products);
                }
            }
        };
        Some((lines, ty))
    }
}
