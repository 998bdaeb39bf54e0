//! What makes a function an argument: the handle's implementation of the trait of functions of its form.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::companion::{Cx, Kind};
use super::handle::{Argument, Protocol};
use crate::forward::Tangent;
use crate::functions::{Formal, MOST, bound};
use crate::hir;
use crate::ir::Mode;
use crate::names;

/// The form in which a function is passed.
pub(super) struct Form {
    /// Its arguments.
    pub args: Vec<Formal>,
    /// What the derivative of its result is read from.
    seed: TokenStream,
    /// What the implementation is generic over.
    generics: syn::Generics,
    /// The trait and its parameters.
    result: TokenStream,
}

impl Form {
    /// `Fn(&Seed, Again…, Slot…)`
    pub fn closure_type(&self, rt: &TokenStream, span: Span) -> TokenStream {
        let seed = &self.seed;
        let again = self.args.iter().map(|a| again_type(a, span));
        let slots = self.args.iter().map(|a| slot_type(a, rt, span));
        quote_spanned!(span=> Fn(&#seed #(, #again)* #(, #slots)*))
    }

    /// The parameters of such a closure: the references that it reads, by their names, and the slots.
    pub fn closure_params(
        &self,
        (p, rt, span): (&Protocol, TokenStream, Span),
        (seed, read, slots): (&TokenStream, &[(&Ident, usize)], &[Ident]),
    ) -> TokenStream {
        let again = self.args.iter().enumerate().map(|(i, a)| {
            let name = read.iter().find(|(_, k)| *k == i).map(|(name, _)| name.to_token_stream());
            let (name, ty) = (name.unwrap_or_else(|| quote_spanned!(span=> _)), again_type(a, span));
            quote_spanned!(span=> #name: #ty)
        });
        let slots = self.args.iter().zip(slots).map(|(a, name)| {
            let name = if a.active { quote!(#name) } else { quote_spanned!(span=> _) };
            let ty = slot_type(a, &rt, span);
            quote_spanned!(span=> #name: #ty)
        });
        let ty = &self.seed;
        let seed = match (p.scalar_seed, seed.to_string().as_str()) {
            (_, "()") => quote_spanned!(span=> _),
            (true, _) => quote_spanned!(span=> &#seed),
            (false, _) => seed.clone(),
        };
        quote_spanned!(span=> #seed: &#ty #(, #again)* #(, #slots)*)
    }
}

/// What is passed to the reverse part once more.
fn again_type(a: &Formal, span: Span) -> TokenStream {
    let ty = a.passed();
    match a.mode {
        Mode::Ref => quote_spanned!(span=> ::core::option::Option<#ty>),
        Mode::Value | Mode::Mut => quote_spanned!(span=> ()),
    }
}

/// Where the reverse part adds.
fn slot_type(a: &Formal, rt: &TokenStream, span: Span) -> TokenStream {
    let d = a.slot();
    match a.active {
        true => quote_spanned!(span=> ::core::option::Option<&mut #d>),
        false => quote_spanned!(span=> #rt::Off),
    }
}

impl Cx<'_> {
    /// The implementation, if Rust allows one: the types must say all that the function is generic over, and hold no
    /// lifetimes but those of plain references.
    pub(super) fn as_argument(
        &self,
        p: &Protocol,
        partials: bool,
        tangent: Option<&Tangent>,
    ) -> Option<TokenStream> {
        let form = p.form.as_ref()?;
        let (span, rt, name, y) = (self.span, &self.rt, self.handle_name(), self.value_type());
        let (impl_generics, _, clause) = form.generics.split_for_impl();
        let used = form.generics.params.iter().map(|p| match p {
            syn::GenericParam::Type(t) => t.ident.to_token_stream(),
            syn::GenericParam::Const(c) => c.ident.to_token_stream(),
            syn::GenericParam::Lifetime(l) => l.lifetime.to_token_stream(),
        });
        let attributes: Vec<_> = self.attributes().collect();
        let part = |prefix: &str| -> Vec<Ident> {
            (0..form.args.len()).map(|i| format_ident!("{prefix}{i}", span = span)).collect()
        };
        let (args, slots) = (part("a"), part("d"));
        let types: Vec<TokenStream> = form.args.iter().map(Formal::passed).collect();
        let (own, result) = (self.own_function(), &form.result);
        let function = bound("Function", &form.args, result, rt, span);
        let pullback = bound("Pullback", &form.args, &form.seed, rt, span);
        let forward = if partials {
            self.forward_partials(form, &args)
        } else {
            quote_spanned!(span=> #name::__fwd(#own #(, #args)*))
        };
        let tangent = tangent.map(|_| {
            let function = bound("TangentFunction", &form.args, result, rt, span);
            let directions = form.args.iter().map(|a| {
                let d = a.slot();
                match (a.active, a.mode) {
                    (true, Mode::Mut) => quote_spanned!(span=> ::core::option::Option<&mut #d>),
                    (true, _) => quote_spanned!(span=> ::core::option::Option<&#d>),
                    (false, _) => quote_spanned!(span=> #rt::Off),
                }
            });
            quote_spanned! {span=>
                #(#attributes)*
                impl #impl_generics #function for #name #clause {
                    #[inline]
                    fn __tangent(&self #(, #args: #types)* #(, #slots: #directions)*) -> (#y, #y) {
                        #name::__jvp(#(#args,)* #(#slots),*)
                    }
                }
            }
        });
        Some(quote_spanned! {span=>
            #(#attributes)*
            impl #impl_generics #function for #name #clause {
                #[inline]
                fn __value(&self #(, #args: #types)*) -> #y { #own(#(#args),*) }
                #[inline]
                fn __forward(&self #(, #args: #types)*) -> (#y, impl #pullback + use<#(#used),*>) { #forward }
            }
            #tangent
        })
    }

    /// The partial derivatives, one for each argument.
    fn forward_partials(&self, form: &Form, args: &[Ident]) -> TokenStream {
        let (span, rt, grad) = (self.span, &self.rt, self.name(Kind::Grad));
        if form.args.iter().all(|a| a.active) {
            return quote_spanned!(span=> #rt::partials(#grad(#(#args),*)));
        }
        let one = form.args.iter().filter(|a| a.active).count() == 1;
        let mut k = 0;
        let parts = form.args.iter().map(|a| {
            if !a.active {
                return quote_spanned!(span=> ());
            }
            k += 1;
            let k = syn::Index::from(k - 1);
            if one { quote_spanned!(span=> p) } else { quote_spanned!(span=> p.#k) }
        });
        quote_spanned!(span=> let (y, p) = #grad(#(#args),*); (y, #rt::Partials((#(#parts),*))))
    }

    /// The function by its name, where no parameter of the trait's methods has that name.
    fn own_function(&self) -> TokenStream {
        let name = &self.item.sig.ident;
        let text = names::text(name);
        let scope = is_hidden(&text).then(|| quote_spanned!(self.span=> self::));
        quote!(#scope #name)
    }

    /// The form in which the function can be passed, if it can be.
    pub(super) fn form(&self, arguments: &[Argument]) -> Option<Form> {
        let args = self.formals(arguments)?;
        let generics = self.argument_generics(&args)?;
        let y = self.value_type();
        let seed = Formal::of(&syn::parse2(y.clone()).ok()?, &self.hir.types)?.slot();
        let result = if seed.to_string() == y.to_string() { y } else { quote!(#y, #seed) };
        Some(Form { args, seed, generics, result })
    }

    /// The arguments, as the handle takes them.
    fn formals(&self, arguments: &[Argument]) -> Option<Vec<Formal>> {
        let known = !self.hir.associated && self.hir.wrap.is_none() && !self.hir.ret_alias;
        let result = self.hir.ret.has_gradient_shape() || matches!(self.hir.ret, hir::Type::Unit);
        if !known || !result || arguments.is_empty() || arguments.len() > MOST {
            return None;
        }
        let formals = arguments.iter().zip(&self.hir.params).map(|(a, param)| {
            let mut formal = Formal::of(&a.ty, &self.hir.types)?;
            if param.alias.is_some() || param.function.is_some() || (a.slot.is_some() && !formal.active) {
                return None;
            }
            formal.active = a.slot.is_some();
            Some(formal)
        });
        formals.collect()
    }

    /// The function's type and constant parameters, if the arguments and the result mention them all.
    fn argument_generics(&self, formals: &[Formal]) -> Option<syn::Generics> {
        let mut generics = self.generics();
        let mut seen: Vec<String> = Vec::new();
        let known = formals.iter().filter(|f| f.active || is_plain(&f.tokens));
        let mut tokens: TokenStream = known.map(|f| f.tokens.to_token_stream()).collect();
        tokens.extend(self.value_type());
        names::each_ident(&tokens, &mut |i| seen.push(names::text(i)));
        let mentioned = |name: &Ident| seen.contains(&names::text(name));
        let fits = generics.params.iter().all(|p| match p {
            syn::GenericParam::Lifetime(_) => true,
            // What may be borrowed data has a lifetime of its own.
            syn::GenericParam::Type(t) => {
                let bounds = t.bounds.to_token_stream().to_string();
                let float = self.hir.float_params.contains(&names::text(&t.ident));
                mentioned(&t.ident) && float && !bounds.contains('\'')
            }
            syn::GenericParam::Const(c) => mentioned(&c.ident),
        });
        let clause = generics.where_clause.to_token_stream().to_string();
        if !fits || clause.contains('\'') || super::handle::has_impl_trait(&self.item.sig) {
            return None;
        }
        generics.params =
            generics.params.into_iter().filter(|p| !matches!(p, syn::GenericParam::Lifetime(_))).collect();
        Some(generics)
    }
}

/// A path that is one name.
fn is_plain(ty: &syn::Type) -> bool {
    matches!(ty, syn::Type::Path(t) if t.path.get_ident().is_some())
}

/// Whether a function has the name of a parameter of the trait's methods.
pub fn is_hidden(name: &str) -> bool {
    name.strip_prefix(['a', 'd', 's', 'y', 'p']).is_some_and(|n| n.parse::<usize>().is_ok() || n.is_empty())
}
