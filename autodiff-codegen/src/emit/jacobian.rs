//! `NAME_jacobian`: the rows from the handle's reverse part, whose closure may be called any number of times, or the
//! columns from the tangent program.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::companion::{Cx, Kind};
use super::second::again;
use super::{docs, types};
use crate::forward::Tangent;
use crate::ir::*;
use crate::jacobian::{Plan, Rows};
use crate::second::Columns;

/// What the code of one Jacobian mentions.
pub(super) struct Parts {
    pub float: TokenStream,
    /// The parameters' names in the companion.
    pub idents: Vec<Ident>,
    /// The numbers of rows and columns.
    pub m: TokenStream,
    pub n: TokenStream,
    /// Whether both are in types.
    pub fixed: bool,
}

impl Cx<'_> {
    /// The companion; `jvp` says whether `NAME_jvp` is there.
    pub(super) fn jacobian(&self, plan: &Plan, tangent: Option<&Tangent>, jvp: bool) -> TokenStream {
        let (span, rt, name) = (self.span, &self.rt, self.name(Kind::Jacobian));
        let (idents, signature) = self.numbered_signature();
        let float = self.float(&self.hir.params[plan.input].ty);
        let fixed_columns = !matches!(plan.columns, Columns::Slice);
        let fixed_rows = !matches!(plan.rows, Rows::Vec | Rows::Output(_, None));
        let x = &idents[plan.input];
        let n = match &plan.columns {
            Columns::One => quote_spanned!(span=> 1),
            Columns::Array(n) => types::len(n, span),
            Columns::Slice => quote_spanned!(span=> n),
        };
        let m = match &plan.rows {
            Rows::One => quote_spanned!(span=> 1),
            Rows::Array(m) | Rows::Output(_, Some(m)) => types::len(m, span),
            Rows::Tuple(m) => {
                let m = proc_macro2::Literal::usize_unsuffixed(*m);
                quote!(#m)
            }
            Rows::Vec | Rows::Output(_, None) => quote_spanned!(span=> m),
        };
        let length = (!fixed_columns).then(|| quote_spanned!(span=> let n = #x.len();));
        let counted = match &plan.rows {
            Rows::Vec => Some(quote_spanned!(span=> let m = value.len();)),
            Rows::Output(i, None) => {
                let out = &idents[*i];
                Some(quote_spanned!(span=> let m = #out.len();))
            }
            _ => None,
        };
        let parts = Parts { float: float.clone(), idents, m, n, fixed: fixed_rows && fixed_columns };
        let one_row = match &plan.columns {
            Columns::One => quote!(#float),
            Columns::Array(n) => {
                let n = types::len(n, span);
                quote_spanned!(span=> [#float; #n])
            }
            Columns::Slice => TokenStream::new(),
        };
        let matrix = match (&plan.rows, parts.fixed) {
            (_, false) => quote_spanned!(span=> #rt::Vec<#float>),
            (Rows::One, true) => one_row,
            (_, true) => {
                let m = &parts.m;
                quote_spanned!(span=> [#one_row; #m])
            }
        };
        let code = self.jacobian_code(plan, &parts, (counted, jvp));
        let result = self.wrapped(quote_spanned!(span=> (value, rows)));
        let value = self.value_type();
        let output = self.wrapped_type(quote_spanned!(span=> (#value, #matrix)));
        let columns = self.part("columns");
        let along = match tangent {
            Some(t) if plan.lanes => Some(self.lanes_function(t, &columns, Kind::Jacobian)),
            _ => tangent.filter(|_| !jvp).map(|t| self.hidden_tangent(t, &columns)),
        };
        let (beside, inside) = if self.hir.associated { (along, None) } else { (None, along) };
        let doc = docs::jacobian(self, plan);
        let idents = &parts.idents;
        let (signature, code) = self.under_own_names((idents, signature), quote!(#length #code #result));
        let code = quote!(#inside #code);
        let nothing = Func::new(String::new());
        let companion = self.function((&name, Kind::Jacobian), &doc, &signature, &output, (&nothing, &code));
        quote!(#companion #beside)
    }

    /// From the parameters to `value` and `rows`.
    fn jacobian_code(
        &self,
        plan: &Plan,
        parts: &Parts,
        (counted, jvp): (Option<TokenStream>, bool),
    ) -> TokenStream {
        let span = self.span;
        let (m, n) = (&parts.m, &parts.n);
        let all: Vec<TokenStream> =
            self.primal.params.iter().zip(&parts.idents).map(|(p, ident)| again(p, ident)).collect();
        let take = self.hir.wrap.is_some().then(|| quote_spanned!(span=> ?));
        // What the runs for columns start from is put back before each.
        let kept = plan.rows.output().filter(|_| plan.by_columns).map(|i| {
            let (out, rt) = (&parts.idents[i], &self.rt);
            match plan.rows {
                Rows::Output(_, Some(_)) => quote_spanned!(span=> let before = *#out;),
                _ => quote_spanned!(span=> let before = #rt::Vec::from(&#out[..]);),
            }
        });
        if !plan.by_rows {
            let own = self.item_with_arguments();
            let columns = self.columns(plan, parts, (&all, &take, jvp));
            return quote_spanned!(span=> #kept let value = #own(#(#all),*) #take; #counted #columns);
        }
        // The last use of what comes by value moves it.
        let given: Vec<TokenStream> = match plan.by_columns {
            true => all.clone(),
            false => parts.idents.iter().map(ToTokens::to_token_stream).collect(),
        };
        let (fwd, item) = (self.handle_part("fwd"), self.item_with_arguments());
        let typed = self.turbofish(1);
        let forward =
            quote_spanned!(span=> let (value, pullback) = #fwd #typed(#item #(, #given)*) #take; #counted);
        let rows = self.rows(plan, parts);
        if !plan.by_columns {
            return quote!(#forward #rows);
        }
        let columns = self.columns(plan, parts, (&all, &take, jvp));
        quote_spanned! {span=>
            #kept
            #forward
            let rows = if #n < #m { #columns rows } else { #rows rows };
        }
    }

    /// A part of the handle.
    pub(super) fn handle_part(&self, part: &str) -> TokenStream {
        let part = self.part(part);
        match self.hir.associated {
            true => quote_spanned!(self.span=> Self::#part),
            false => {
                let name = self.handle_name();
                quote_spanned!(self.span=> #name::#part)
            }
        }
    }

    /// The arguments that the reverse part gets again: those that were lent.
    pub(super) fn for_reverse(&self, idents: &[Ident]) -> Vec<TokenStream> {
        let params = self.primal.params.iter().zip(idents);
        let again = params.map(|(p, ident)| match syn::parse2::<syn::Type>(p.ty.clone()) {
            Ok(syn::Type::Reference(r)) if r.mutability.is_none() => ident.to_token_stream(),
            _ => quote_spanned!(self.span=> ()),
        });
        again.collect()
    }

    /// One reverse sweep for each row.
    fn rows(&self, plan: &Plan, parts: &Parts) -> TokenStream {
        let (span, rt, float) = (self.span, &self.rt, &parts.float);
        let (m, n) = (&parts.m, &parts.n);
        let zero = quote_spanned!(span=> #rt::lit::<#float>(0.0));
        let one = quote_spanned!(span=> #rt::lit::<#float>(1.0));
        let rev = self.handle_part("rev");
        let again = self.for_reverse(&parts.idents);
        let call = |seed: &TokenStream, slot: &TokenStream| {
            let slots = (0..self.primal.params.len()).map(|i| match i {
                i if i == plan.input => slot.clone(),
                i if plan.rows.output() == Some(i) => quote_spanned!(span=> &mut seed),
                _ => quote_spanned!(span=> #rt::Off),
            });
            let slots: Vec<TokenStream> = slots.collect();
            quote_spanned!(span=> #rev(&pullback, #seed #(, #again)* #(, #slots)*);)
        };
        // Where the row lies, and what is done when it has been filled.
        let row = match (&plan.columns, parts.fixed) {
            (Columns::One, _) | (Columns::Array(_), true) => quote_spanned!(span=> &mut rows[row]),
            (Columns::Array(_), false) => quote_spanned!(span=> &mut own),
            (Columns::Slice, _) => quote_spanned!(span=> &mut rows[row * n..(row + 1) * n]),
        };
        let start = self.zero_matrix(plan, parts, &zero);
        let around = |call: TokenStream| match (&plan.columns, parts.fixed) {
            (Columns::Array(_), false) => quote_spanned! {span=>
                let mut own = [#zero; #n];
                #call
                rows[row * #n..(row + 1) * #n].copy_from_slice(&own);
            },
            _ => call,
        };
        match &plan.rows {
            Rows::One => {
                let slot = if parts.fixed {
                    quote_spanned!(span=> &mut rows)
                } else {
                    quote_spanned!(span=> &mut rows[..])
                };
                let call = call(&one, &slot);
                quote!(#start #call)
            }
            Rows::Tuple(k) => {
                let calls = (0..*k).map(|i| {
                    let seed = (0..*k).map(|j| if i == j { &one } else { &zero });
                    let i = proc_macro2::Literal::usize_unsuffixed(i);
                    let call = around(call(&quote_spanned!(span=> &(#(#seed,)*)), &row));
                    quote_spanned!(span=> let row = #i; #call)
                });
                let calls: Vec<TokenStream> = calls.collect();
                quote!(#start #(#calls)*)
            }
            rows => {
                let seeds = match rows {
                    Rows::Vec | Rows::Output(_, None) => quote_spanned!(span=> #rt::vec![#zero; #m]),
                    _ => quote_spanned!(span=> [#zero; #m]),
                };
                let (seed, clear) = match rows {
                    // What comes back in it is the adjoint of what the parameter held.
                    Rows::Output(..) => (quote_spanned!(span=> ()), quote_spanned!(span=> seed.fill(#zero);)),
                    _ => (quote_spanned!(span=> &seed), quote_spanned!(span=> seed[row] = #zero;)),
                };
                let call = around(call(&seed, &row));
                quote_spanned! {span=>
                    #start
                    let mut seed = #seeds;
                    for row in 0..#m {
                        seed[row] = #one;
                        #call
                        #clear
                    }
                }
            }
        }
    }

    /// `let mut rows = …;`, all zero.
    pub(super) fn zero_matrix(&self, plan: &Plan, parts: &Parts, zero: &TokenStream) -> TokenStream {
        let (span, rt, float) = (self.span, &self.rt, &parts.float);
        let (m, n) = (&parts.m, &parts.n);
        let line = match &plan.columns {
            Columns::One => zero.clone(),
            _ => quote_spanned!(span=> [#zero; #n]),
        };
        match (parts.fixed, &plan.rows) {
            (true, Rows::One) => quote_spanned!(span=> let mut rows = #line;),
            (true, _) => quote_spanned!(span=> let mut rows = [#line; #m];),
            (false, _) => quote_spanned!(span=> let mut rows: #rt::Vec<#float> = #rt::vec![#zero; #m * #n];),
        }
    }

    /// One run of the tangent program for each column.
    fn columns(
        &self,
        plan: &Plan,
        parts: &Parts,
        (all, take, jvp): (&[TokenStream], &Option<TokenStream>, bool),
    ) -> TokenStream {
        if plan.lanes {
            return self.columns_in_lanes(plan, parts, (all, take));
        }
        let (span, rt, float) = (self.span, &self.rt, &parts.float);
        let (m, n) = (&parts.m, &parts.n);
        let zero = quote_spanned!(span=> #rt::lit::<#float>(0.0));
        let one = quote_spanned!(span=> #rt::lit::<#float>(1.0));
        let name = if jvp { self.name(Kind::Jvp) } else { self.part("columns") };
        let (name, typed) = (self.sibling(&name), self.turbofish(0));
        let by_value = matches!(self.hir.params[plan.input].ty, crate::hir::Type::Vec(_));
        let direction = match &plan.columns {
            Columns::One => one.clone(),
            Columns::Array(_) => quote_spanned!(span=> direction),
            Columns::Slice if by_value => quote_spanned!(span=> direction.clone()),
            Columns::Slice => quote_spanned!(span=> &direction),
        };
        let tangents: Vec<TokenStream> = match plan.rows.output() {
            Some(i) if i < plan.input => vec![quote_spanned!(span=> &mut tangent), direction],
            Some(_) => vec![direction, quote_spanned!(span=> &mut tangent)],
            None => vec![direction],
        };
        let (fresh, put_back) = match &plan.rows {
            Rows::Output(i, length) => {
                let out = &parts.idents[*i];
                let tangent = match length {
                    Some(_) => quote_spanned!(span=> [#zero; #m]),
                    None => quote_spanned!(span=> #rt::vec![#zero; #m]),
                };
                (
                    quote_spanned!(span=> let mut tangent = #tangent;),
                    quote_spanned!(span=> #out.copy_from_slice(&before);),
                )
            }
            _ => (TokenStream::new(), TokenStream::new()),
        };
        let output = plan.rows.output().is_some();
        let bind = if output { quote!(_) } else { quote_spanned!(span=> tangent) };
        let call = quote_spanned! {span=>
            #put_back #fresh
            let (_, #bind) = #name #typed(#(#all,)* #(#tangents),*) #take;
        };
        let entry = |row: TokenStream| match (&plan.columns, parts.fixed) {
            (Columns::One, _) => quote_spanned!(span=> rows[#row]),
            (_, true) => quote_spanned!(span=> rows[#row][column]),
            (_, false) => quote_spanned!(span=> rows[#row * #n + column]),
        };
        let store = match &plan.rows {
            Rows::One if parts.fixed && matches!(plan.columns, Columns::One) => {
                quote_spanned!(span=> rows = tangent;)
            }
            Rows::One if parts.fixed => quote_spanned!(span=> rows[column] = tangent;),
            Rows::One => {
                let entry = entry(quote_spanned!(span=> 0));
                quote_spanned!(span=> #entry = tangent;)
            }
            Rows::Tuple(k) => {
                let stores = (0..*k).map(|i| {
                    let (i, entry) = (
                        syn::Index::from(i),
                        entry(proc_macro2::Literal::usize_unsuffixed(i).to_token_stream()),
                    );
                    quote_spanned!(span=> #entry = tangent.#i;)
                });
                quote!(#(#stores)*)
            }
            _ => {
                let entry = entry(quote_spanned!(span=> row));
                quote_spanned!(span=> for row in 0..#m { #entry = tangent[row]; })
            }
        };
        let start = self.zero_matrix(plan, parts, &zero);
        match &plan.columns {
            Columns::One => quote!(#start #call #store),
            columns => {
                let direction = match columns {
                    Columns::Slice => quote_spanned!(span=> #rt::vec![#zero; #n]),
                    _ => quote_spanned!(span=> [#zero; #n]),
                };
                quote_spanned! {span=>
                    #start
                    let mut direction = #direction;
                    for column in 0..#n {
                        direction[column] = #one;
                        #call
                        #store
                        direction[column] = #zero;
                    }
                }
            }
        }
    }
}
