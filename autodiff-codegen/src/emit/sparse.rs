//! `NAME_sparse_jacobian` and `NAME_sparse_hessian`: tables of the entries' places, and the entries by as few sweeps as the
//! pattern allows.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::companion::{Cx, Kind};
use super::second::again;
use super::{docs, types};
use crate::ir::*;
use crate::jacobian::Rows;
use crate::second::Columns;
use crate::sparse::{Of, Plan};

impl Of {
    fn kind(self) -> Kind {
        match self {
            Of::Jacobian => Kind::SparseJacobian,
            Of::Hessian => Kind::SparseHessian,
        }
    }
}

/// `[1, 2, 3]`
fn table(numbers: impl Iterator<Item = usize>) -> TokenStream {
    let numbers = numbers.map(Literal::usize_unsuffixed);
    quote!([#(#numbers),*])
}

/// The parameters' names, and what the code of all sweeps shares.
struct Shared {
    idents: Vec<Ident>,
    float: TokenStream,
    zero: TokenStream,
    one: TokenStream,
    /// The type of a direction, and of a row.
    columns: TokenStream,
    take: Option<TokenStream>,
}

impl Cx<'_> {
    /// The companion, and its tables beside it.
    pub(super) fn sparse(&self, plan: &Plan) -> TokenStream {
        let (span, rt) = (self.span, &self.rt);
        let (idents, signature) = self.numbered_signature();
        let float = self.float(&self.hir.params[plan.input].ty);
        let columns = match Columns::of(&self.hir.params[plan.input].ty) {
            Some(Columns::Array(n)) => types::len(&n, span),
            _ => quote!(1),
        };
        let shared = Shared {
            idents,
            zero: quote_spanned!(span=> #rt::lit::<#float>(0.0)),
            one: quote_spanned!(span=> #rt::lit::<#float>(1.0)),
            columns: quote_spanned!(span=> [#float; #columns]),
            take: self.hir.wrap.is_some().then(|| quote_spanned!(span=> ?)),
            float,
        };
        let checks = plan.rests_on.iter().map(|(path, value)| rests_on(path, *value));
        let sweeps = match (plan.of, plan.sweeps.reverse) {
            (Of::Hessian, _) => self.products(plan, &shared),
            (Of::Jacobian, false) => self.directions(plan, &shared),
            (Of::Jacobian, true) => self.seeds(plan, &shared),
        };
        let (count, zero, float) = (plan.entries.len(), &shared.zero, &shared.float);
        let count = Literal::usize_unsuffixed(count);
        let value = self.value_type();
        let (parts, result) = match plan.of {
            Of::Jacobian => (quote_spanned!(span=> value), quote_spanned!(span=> #value)),
            Of::Hessian => {
                let gradient = if columns.to_string() == "1" && self.is_one(plan) {
                    float.clone()
                } else {
                    shared.columns.clone()
                };
                (quote_spanned!(span=> value, gradient), quote_spanned!(span=> #value, #gradient))
            }
        };
        let output = self.wrapped_type(quote_spanned!(span=> (#result, [#float; #count])));
        let result = self.wrapped(quote_spanned!(span=> (#parts, entries)));
        let code = quote_spanned! {span=>
            #(#checks)*
            let mut entries = [#zero; #count];
            #sweeps
            #result
        };
        let (signature, code) = self.under_own_names((&shared.idents, signature), code);
        let (name, doc) = (self.name(plan.of.kind()), docs::sparse(self, plan));
        let nothing = Func::new(String::new());
        let companion = self.function((&name, plan.of.kind()), &doc, &signature, &output, (&nothing, &code));
        let tables = self.tables(plan);
        quote!(#tables #companion)
    }

    fn is_one(&self, plan: &Plan) -> bool {
        matches!(Columns::of(&self.hir.params[plan.input].ty), Some(Columns::One))
    }

    /// The names of the tables of rows and of columns.
    pub(super) fn table_names(&self, of: Of) -> [Ident; 2] {
        let what = if of == Of::Jacobian { "JACOBIAN" } else { "HESSIAN" };
        let stem = self.opts.stem(&self.item.sig.ident).to_uppercase();
        ["ROWS", "COLUMNS"].map(|part| Ident::new(&format!("{stem}_{what}_{part}"), self.span))
    }

    /// The public tables: where each entry lies.
    fn tables(&self, plan: &Plan) -> TokenStream {
        let (span, vis) = (self.span, &self.item.vis);
        let [rows, columns] = self.table_names(plan.of);
        let count = Literal::usize_unsuffixed(plan.entries.len());
        let unused = self.unused();
        let one = |name: &Ident, what: &str, numbers: TokenStream| {
            let attributes = self.attributes();
            let of = docs::link(self, &self.name(plan.of.kind()));
            let doc = format!("The {what} of each entry that {of} returns.");
            quote_spanned! {span=>
                #[doc = #doc]
                #(#attributes)*
                #unused
                #vis const #name: [usize; #count] = #numbers;
            }
        };
        let of_rows = table(plan.entries.iter().map(|(row, _)| *row as usize));
        let of_columns = table(plan.entries.iter().map(|(_, column)| *column as usize));
        let (rows, columns) = (one(&rows, "row", of_rows), one(&columns, "column", of_columns));
        quote!(#rows #columns)
    }

    /// All sweeps: `of` is the code of one, which binds `taken`; the first one's result is kept.
    fn swept(&self, plan: &Plan, of: &dyn Fn(bool) -> TokenStream) -> TokenStream {
        let span = self.span;
        let sweeps = &plan.sweeps;
        let mut takes: Vec<(u32, usize, u32)> =
            sweeps.takes.iter().enumerate().map(|(entry, (sweep, at))| (*sweep, entry, *at)).collect();
        takes.sort_unstable();
        let starts: Vec<usize> =
            (0..=sweeps.count).map(|n| takes.partition_point(|(sweep, ..)| (*sweep as usize) < n)).collect();
        let (n, m) = (Literal::usize_unsuffixed(sweeps.of.len()), Literal::usize_unsuffixed(takes.len()));
        let ends = Literal::usize_unsuffixed(starts.len());
        let of_sweep = table(sweeps.of.iter().map(|sweep| *sweep as usize));
        let entries = table(takes.iter().map(|(_, entry, _)| *entry));
        let places = table(takes.iter().map(|(_, _, at)| *at as usize));
        let starts = table(starts.into_iter());
        let take = quote_spanned! {span=>
            for take in STARTS[sweep]..STARTS[sweep + 1] {
                entries[ENTRIES[take]] = taken[PLACES[take]];
            }
        };
        let first = of(true);
        let rest = (sweeps.count > 1).then(|| {
            let (other, count) = (of(false), Literal::usize_unsuffixed(sweeps.count));
            quote_spanned!(span=> for sweep in 1..#count { #other #take })
        });
        quote_spanned! {span=>
            // Which sweep each one takes part in, and what comes out of each: entries, and where they lie in its result.
            const SWEEP_OF: [usize; #n] = #of_sweep;
            const STARTS: [usize; #ends] = #starts;
            const ENTRIES: [usize; #m] = #entries;
            const PLACES: [usize; #m] = #places;
            let sweep = 0;
            #first
            #take
            #rest
        }
    }

    /// The sum of the units of one sweep.
    fn units(&self, shared: &Shared, ty: &TokenStream) -> TokenStream {
        let (zero, one) = (&shared.zero, &shared.one);
        quote_spanned! {self.span=>
            let unit: #ty = ::core::array::from_fn(|i| if SWEEP_OF[i] == sweep { #one } else { #zero });
        }
    }

    /// The arguments once more.
    fn once_more(&self, shared: &Shared) -> Vec<TokenStream> {
        self.primal.params.iter().zip(&shared.idents).map(|(p, ident)| again(p, ident)).collect()
    }

    /// Forward mode.
    fn directions(&self, plan: &Plan, shared: &Shared) -> TokenStream {
        let (span, all, take) = (self.span, self.once_more(shared), &shared.take);
        if plan.sweeps.count == 0 {
            let own = self.item_with_arguments();
            return quote_spanned!(span=> let value = #own(#(#all),*) #take;);
        }
        let (jvp, typed) = (self.sibling(&self.name(Kind::Jvp)), self.turbofish(0));
        let one = self.is_one(plan);
        let unit = if one { quote_spanned!(span=> unit[0]) } else { quote_spanned!(span=> unit) };
        let zero = &shared.zero;
        let output = plan.outputs.as_ref().and_then(Rows::output);
        let m = self.rows_length(plan);
        let (tangents, fresh, kept, put_back) = match output {
            None => (vec![unit], None, None, None),
            Some(i) => {
                let (out, lent) = (&shared.idents[i], quote_spanned!(span=> &mut taken));
                let tangents = if i < plan.input { vec![lent, unit] } else { vec![unit, lent] };
                (
                    tangents,
                    Some(quote_spanned!(span=> let mut taken = [#zero; #m];)),
                    Some(quote_spanned!(span=> let before = *#out;)),
                    Some(quote_spanned!(span=> *#out = before;)),
                )
            }
        };
        let units = self.units(shared, &shared.columns);
        let taken = match (&plan.outputs, output) {
            (_, Some(_)) => quote!(_),
            _ => quote_spanned!(span=> taken),
        };
        let apart = match &plan.outputs {
            Some(Rows::One) => Some(quote_spanned!(span=> let taken = [taken];)),
            Some(Rows::Tuple(k)) => {
                let parts = (0..*k).map(syn::Index::from);
                Some(quote_spanned!(span=> let taken = [#(taken.#parts),*];))
            }
            _ => None,
        };
        let swept = self.swept(plan, &|first| {
            let value = if first { quote_spanned!(span=> value) } else { quote!(_) };
            let put_back = put_back.as_ref().filter(|_| !first);
            quote_spanned! {span=>
                #units #fresh #put_back
                let (#value, #taken) = #jvp #typed(#(#all,)* #(#tangents),*) #take;
                #apart
            }
        });
        quote!(#kept #swept)
    }

    /// The number of rows, as the type says it.
    fn rows_length(&self, plan: &Plan) -> TokenStream {
        match &plan.outputs {
            Some(Rows::Array(m) | Rows::Output(_, Some(m))) => types::len(m, self.span),
            _ => Literal::usize_unsuffixed(plan.rows).to_token_stream(),
        }
    }

    /// Reverse mode: one forward sweep for all seeds.
    fn seeds(&self, plan: &Plan, shared: &Shared) -> TokenStream {
        let (span, rt, take) = (self.span, &self.rt, &shared.take);
        let (fwd, item, rev) = (self.handle_part("fwd"), self.item_with_arguments(), self.handle_part("rev"));
        let (typed, idents) = (self.turbofish(1), &shared.idents);
        let (m, float) = (self.rows_length(plan), &shared.float);
        let units = self.units(shared, &quote_spanned!(span=> [#float; #m]));
        let (seed, kept) = match &plan.outputs {
            Some(Rows::One) => (quote_spanned!(span=> unit[0]), None),
            Some(Rows::Tuple(k)) => {
                let parts = (0..*k).map(Literal::usize_unsuffixed);
                (quote_spanned!(span=> &(#(unit[#parts],)*)), None)
            }
            Some(Rows::Vec) => {
                (quote_spanned!(span=> &seed), Some(quote_spanned!(span=> let seed = #rt::Vec::from(unit);)))
            }
            Some(Rows::Output(..)) => {
                (quote_spanned!(span=> ()), Some(quote_spanned!(span=> let mut seed = unit;)))
            }
            _ => (quote_spanned!(span=> &unit), None),
        };
        let one = self.is_one(plan);
        let zero = &shared.zero;
        let columns = &shared.columns;
        let (start, apart) = match one {
            true => (
                quote_spanned!(span=> let mut taken = #zero;),
                Some(quote_spanned!(span=> let taken = [taken];)),
            ),
            false => {
                (quote_spanned!(span=> let mut taken: #columns = ::core::array::from_fn(|_| #zero);), None)
            }
        };
        let slots = (0..self.primal.params.len()).map(|i| match i {
            i if i == plan.input => quote_spanned!(span=> &mut taken),
            i if plan.outputs.as_ref().and_then(Rows::output) == Some(i) => quote_spanned!(span=> &mut seed),
            _ => quote_spanned!(span=> #rt::Off),
        });
        let (slots, arguments): (Vec<TokenStream>, _) = (slots.collect(), self.for_reverse(idents));
        let swept = self.swept(plan, &|_| {
            quote_spanned! {span=>
                #units #kept #start
                #rev(&pullback, #seed #(, #arguments)* #(, #slots)*);
                #apart
            }
        });
        let swept = if plan.sweeps.count == 0 { TokenStream::new() } else { swept };
        quote_spanned! {span=>
            let (value, pullback) = #fwd #typed(#item #(, #idents)*) #take;
            #swept
        }
    }

    /// Products with the Hessian.
    fn products(&self, plan: &Plan, shared: &Shared) -> TokenStream {
        let (span, all, take, typed) = (self.span, self.once_more(shared), &shared.take, self.turbofish(0));
        if plan.sweeps.count == 0 {
            let grad = self.sibling(&self.name(Kind::Grad));
            return quote_spanned!(span=> let (value, gradient) = #grad #typed(#(#all),*) #take;);
        }
        let hvp = self.sibling(&self.name(Kind::Hvp));
        let one = self.is_one(plan);
        let unit = if one { quote_spanned!(span=> unit[0]) } else { quote_spanned!(span=> unit) };
        let apart = one.then(|| quote_spanned!(span=> let taken = [taken];));
        let units = self.units(shared, &shared.columns);
        self.swept(plan, &|first| {
            let bound = match first {
                true => quote_spanned!(span=> (value, gradient, taken)),
                false => quote_spanned!(span=> (_, _, taken)),
            };
            quote_spanned! {span=>
                #units
                let #bound = #hvp #typed(#(#all,)* #unit) #take;
                #apart
            }
        })
    }
}

/// Has rustc check a constant's value, by which the pattern was found.
fn rests_on(path: &str, value: i128) -> Option<TokenStream> {
    let path: TokenStream = path.parse().ok()?;
    let value = Literal::i128_unsuffixed(value);
    let what = format!("#[backprop]: the pattern was found for `{path}` = {value}");
    Some(quote!(const { ::core::assert!(#path == #value, #what) };))
}
