//! What makes a function an argument: the handle's implementation of the trait of functions of its form.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::companion::{Cx, Kind};
use super::handle::Protocol;
use crate::forward::Tangent;
use crate::functions::{Formal, MOST, bound};
use crate::hir;
use crate::ir::Mode;
use crate::names;

impl Cx<'_> {
    /// The implementation, if Rust allows one: the types must say all that the function is generic over, and hold no
    /// lifetimes but those of plain references.
    pub(super) fn as_argument(
        &self,
        p: &Protocol,
        partials: bool,
        tangent: Option<&Tangent>,
    ) -> Option<TokenStream> {
        let formals = self.formals(p)?;
        let generics = self.argument_generics(&formals)?;
        let (span, rt, name, y) = (self.span, &self.rt, self.handle_name(), self.value_type());
        let (impl_generics, _, clause) = generics.split_for_impl();
        let used = generics.params.iter().map(|p| match p {
            syn::GenericParam::Type(t) => t.ident.to_token_stream(),
            syn::GenericParam::Const(c) => c.ident.to_token_stream(),
            syn::GenericParam::Lifetime(l) => l.lifetime.to_token_stream(),
        });
        let attributes: Vec<_> = self.attributes().collect();
        let part = |prefix: &str| -> Vec<Ident> {
            (0..formals.len()).map(|i| format_ident!("{prefix}{i}", span = span)).collect()
        };
        let (args, slots) = (part("a"), part("d"));
        let types: Vec<TokenStream> = formals.iter().map(Formal::passed).collect();
        let again_types = formals.iter().map(|f| match f.mode {
            Mode::Ref => f.passed(),
            _ => quote_spanned!(span=> ()),
        });
        let slot_types = formals.iter().map(|f| match f.active {
            true => {
                let d = f.slot();
                quote_spanned!(span=> ::core::option::Option<&mut #d>)
            }
            false => quote_spanned!(span=> #rt::Off),
        });
        let forward = self.forward_of_argument(p, partials, (&args, &slots));
        let form = bound("Function", &formals, &y, rt, span);
        let own = self.own_function();
        let tangent = tangent.map(|_| {
            let form = bound("TangentFunction", &formals, &y, rt, span);
            let directions = formals.iter().map(|f| {
                let d = f.slot();
                match (f.active, f.mode) {
                    (true, Mode::Mut) => quote_spanned!(span=> ::core::option::Option<&mut #d>),
                    (true, _) => quote_spanned!(span=> ::core::option::Option<&#d>),
                    (false, _) => quote_spanned!(span=> #rt::Off),
                }
            });
            quote_spanned! {span=>
                #(#attributes)*
                impl #impl_generics #form for #name #clause {
                    #[inline]
                    fn __tangent(&self #(, #args: #types)* #(, #slots: #directions)*) -> (#y, #y) {
                        #name::__jvp(#(#args,)* #(#slots),*)
                    }
                }
            }
        });
        Some(quote_spanned! {span=>
            #(#attributes)*
            impl #impl_generics #form for #name #clause {
                #[inline]
                fn __value(&self #(, #args: #types)*) -> #y { #own(#(#args),*) }
                #[inline]
                fn __forward(&self #(, #args: #types)*)
                    -> (#y, impl Fn(&#y #(, #again_types)* #(, #slot_types)*) + use<#(#used),*>)
                { #forward }
            }
            #tangent
        })
    }

    /// The value, and the closure for the reverse part. It goes to what the forward part has saved directly, not by way
    /// of the handle's reverse part: rustc takes much longer to see through that.
    fn forward_of_argument(
        &self,
        p: &Protocol,
        partials: bool,
        (args, slots): (&[Ident], &[Ident]),
    ) -> TokenStream {
        let (span, name, own) = (self.span, self.handle_name(), self.own_function());
        if partials {
            let grad = self.name(Kind::Grad);
            let code = self.add_partials(p, (&quote_spanned!(span=> *s), &quote!(p)), |i| slots[i].to_token_stream());
            let unread = args.iter().map(|_| quote_spanned!(span=> _));
            return quote_spanned! {span=>
                let (y, p) = #grad(#(#args),*);
                (y, move |s, #(#unread,)* #(#slots),*| { #code })
            };
        }
        let seed = match &self.hir.ret {
            hir::Type::Unit => quote_spanned!(span=> ()),
            _ if p.scalar_seed => quote_spanned!(span=> *s),
            _ => quote_spanned!(span=> s),
        };
        let (mut again, mut open, mut passed) = (Vec::new(), Vec::new(), vec![seed]);
        for (a, arg) in p.arguments.iter().zip(args) {
            passed.extend(a.again.as_ref().map(|_| quote!(#arg)));
            again.push(if a.again.is_some() { quote!(#arg) } else { quote_spanned!(span=> _) });
        }
        for (a, slot) in p.arguments.iter().zip(slots) {
            passed.extend(a.slot.as_ref().map(|_| quote!(#slot)));
            open.push(if a.slot.is_some() { quote!(#slot) } else { quote_spanned!(span=> _) });
        }
        quote_spanned! {span=>
            let (y, p) = #name::__fwd(#own #(, #args)*);
            (y, move |s, #(#again,)* #(#open),*| p(#(#passed),*))
        }
    }

    /// The function by its name, where no parameter of the trait's methods has that name.
    fn own_function(&self) -> TokenStream {
        let name = &self.item.sig.ident;
        let text = names::text(name);
        let hidden = text.strip_prefix(['a', 'd', 's', 'y', 'p']).is_some_and(|n| n.parse::<usize>().is_ok() || n.is_empty());
        let scope = hidden.then(|| quote_spanned!(self.span=> self::));
        quote!(#scope #name)
    }

    /// The arguments, as the handle takes them.
    fn formals(&self, p: &Protocol) -> Option<Vec<Formal>> {
        let known = !self.hir.associated && self.hir.wrap.is_none() && !self.hir.ret_alias;
        let result = self.hir.ret.has_gradient_shape() || matches!(self.hir.ret, hir::Type::Unit);
        if !known || !result || p.arguments.is_empty() || p.arguments.len() > MOST {
            return None;
        }
        let formals = p.arguments.iter().zip(&self.hir.params).map(|(a, param)| {
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
                mentioned(&t.ident) && self.hir.float_params.contains(&names::text(&t.ident))
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
