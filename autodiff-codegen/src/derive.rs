//! `#[derive(Differentiable)]`: a struct as a value that derivatives flow through. Its gradient is a struct of the same
//! type: floats hold derivatives, and passive fields what the value's own hold.

use crate::diagnostics::{Errors, Kind};
use crate::names::{each_ident, text};
use crate::tables::HashSet;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

/// Types whose values have no derivative, and what they may be kept in.
const PASSIVE: [&str; 48] = [
    "bool",
    "char",
    "str",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "String",
    "Vec",
    "Option",
    "Box",
    "Rc",
    "Arc",
    "Cow",
    "PhantomData",
    "HashMap",
    "HashSet",
    "BTreeMap",
    "BTreeSet",
    "VecDeque",
    "Range",
    "RangeInclusive",
    "Duration",
    "Instant",
    "SystemTime",
    "Ordering",
    "PathBuf",
    "Path",
    "OsString",
    "NonZeroU32",
    "NonZeroU64",
    "NonZeroUsize",
    "Wrapping",
    "TypeId",
    "IpAddr",
    "std",
    "core",
    "alloc",
    "collections",
    "marker",
];

/// The traits of a struct. Total, as all that users' tokens are given to.
pub fn differentiable(item: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let out = match syn::parse2::<syn::DeriveInput>(item) {
        Ok(input) => implementation(&input, &mut errors).unwrap_or_default(),
        Err(error) => {
            errors.refuse_syntax(Kind::Syntax, &error);
            TokenStream::new()
        }
    };
    let errors = errors.into_tokens();
    quote!(#out #errors)
}

/// Whether a struct has the derive.
pub fn is_derived(attrs: &[syn::Attribute]) -> bool {
    let mut found = false;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("derive")) {
        each_ident(&attr.to_token_stream(), &mut |ident| found |= ident == "Differentiable");
    }
    found
}

/// The fields of such a struct that are constants to every derivative.
pub fn passive_fields(item: &syn::ItemStruct) -> HashSet<String> {
    let mut quiet = Errors::new();
    let fields = item.fields.iter().enumerate().map(|(i, f)| read(f, i, &item.generics, &mut quiet));
    let passive = fields.filter(|f| !f.active).map(|f| crate::known::member_name(&f.member)).collect();
    quiet.into_messages();
    passive
}

/// A field: what it is called and whether derivatives are taken with respect to it.
struct Field {
    member: syn::Member,
    ty: syn::Type,
    vis: syn::Visibility,
    active: bool,
}

fn implementation(input: &syn::DeriveInput, errors: &mut Errors) -> Option<TokenStream> {
    let krate = crate_path(input, errors);
    let syn::Data::Struct(data) = &input.data else {
        let what = if matches!(input.data, syn::Data::Enum(_)) { "an enum" } else { "a union" };
        errors.refuse(Kind::DerivedOnOther, input.ident.span(), &[what]);
        return None;
    };
    let mut fields: Vec<Field> =
        data.fields.iter().enumerate().map(|(i, field)| read(field, i, &input.generics, errors)).collect();
    let sound = errors.is_empty();
    // The traits are there all the same, as if such a field were a constant: what uses the struct is not to blame.
    if !fields.iter().any(|f| f.active) && sound {
        errors.refuse(Kind::NoActiveField, input.ident.span(), &[&text(&input.ident)]);
    }
    for field in fields.iter_mut().filter(|f| f.active) {
        if let Some((name, word)) = without_derive(&field.ty, &input.ident) {
            let name = text(name);
            let derive = format!("`#[derive(Clone, backprop::Differentiable)]` on `{name}`, or ");
            let (article, derive) = if word == "struct" { ("a struct", &*derive) } else { ("an enum", "") };
            errors.refuse(Kind::FieldWithoutDerive, field.ty.span(), &[&name, article, derive]);
            field.active = false;
        }
    }
    let traits = sound.then(|| traits(input, &fields, &quote!(#krate::__rt)));
    if crate::surroundings::is_cloned_by_hand(&input.ident) {
        errors.refuse(Kind::ClonedByHand, input.ident.span(), &[&text(&input.ident)]);
    }
    traits
}

/// The crate that generated code names.
fn crate_path(input: &syn::DeriveInput, errors: &mut Errors) -> syn::Path {
    let mut path = crate::options::Options::default().crate_path;
    for attr in input.attrs.iter().filter(|attr| attr.path().is_ident("differentiable")) {
        let parsed = attr.parse_nested_meta(|meta| {
            if !meta.path.is_ident("crate") {
                return Err(meta.error("not an option"));
            }
            path = meta.value()?.parse()?;
            Ok(())
        });
        if parsed.is_err() {
            errors.refuse_tokens(Kind::DeriveOption, &attr.to_token_stream(), &[]);
        }
    }
    path
}

fn read(field: &syn::Field, index: usize, generics: &syn::Generics, errors: &mut Errors) -> Field {
    let marked = |name: &str| {
        field.attrs.iter().find(|attr| attr.path().segments.last().is_some_and(|s| s.ident == name))
    };
    let (grad, no_grad) = (marked("grad"), marked("no_grad"));
    if let (Some(mark), Some(_)) = (grad, no_grad) {
        errors.refuse_tokens(Kind::BothMarks, &mark.to_token_stream(), &[]);
    }
    let active = no_grad.is_none() && (grad.is_some() || !is_passive(&field.ty, generics));
    if let (true, Some(lent)) = (active, reference(&field.ty)) {
        errors.refuse_tokens(Kind::BorrowedField, &lent, &[&crate::parse::text::one_line(&lent)]);
    }
    let member = match &field.ident {
        Some(ident) => syn::Member::Named(ident.clone()),
        None => syn::Member::Unnamed(syn::Index { index: index as u32, span: field.ty.span() }),
    };
    Field { member, ty: field.ty.clone(), vis: field.vis.clone(), active }
}

/// The struct or enum of this file that a type is, or is an array of, if it has no derive; and which of both it is.
fn without_derive<'t>(
    ty: &'t syn::Type,
    user: &proc_macro2::Ident,
) -> Option<(&'t proc_macro2::Ident, &'static str)> {
    match ty {
        syn::Type::Array(t) => without_derive(&t.elem, user),
        syn::Type::Paren(t) => without_derive(&t.elem, user),
        syn::Type::Group(t) => without_derive(&t.elem, user),
        syn::Type::Path(t) if t.qself.is_none() => {
            let name = t.path.get_ident()?;
            Some((name, crate::surroundings::without_derive(name, user)?))
        }
        _ => None,
    }
}

/// Whether a type's own words say that there is no float in it.
fn is_passive(ty: &syn::Type, generics: &syn::Generics) -> bool {
    let parameters: Vec<String> = generics.type_params().map(|p| text(&p.ident)).collect();
    let marker =
        matches!(ty, syn::Type::Path(t) if t.path.segments.last().is_some_and(|s| s.ident == "PhantomData"));
    let mut passive = true;
    each_ident(&without_lengths(ty), &mut |ident| {
        let name = text(ident);
        passive &= PASSIVE.contains(&name.as_str()) && !parameters.contains(&name);
    });
    marker || passive
}

/// A type's tokens, without the lengths of arrays.
fn without_lengths(ty: &syn::Type) -> TokenStream {
    match ty {
        syn::Type::Array(t) => without_lengths(&t.elem),
        syn::Type::Paren(t) => without_lengths(&t.elem),
        syn::Type::Group(t) => without_lengths(&t.elem),
        syn::Type::Reference(t) => without_lengths(&t.elem),
        other => other.to_token_stream(),
    }
}

/// A reference in a type: what it refers to is somebody else's.
fn reference(ty: &syn::Type) -> Option<TokenStream> {
    match ty {
        syn::Type::Reference(_) | syn::Type::Ptr(_) => Some(ty.to_token_stream()),
        syn::Type::Paren(t) => reference(&t.elem),
        syn::Type::Group(t) => reference(&t.elem),
        syn::Type::Array(t) => reference(&t.elem),
        syn::Type::Tuple(t) => t.elems.iter().find_map(reference),
        _ => None,
    }
}

fn traits(input: &syn::DeriveInput, fields: &[Field], rt: &TokenStream) -> TokenStream {
    let ident = &input.ident;
    let mut generics = input.generics.clone();
    bounds(&mut generics, fields, rt);
    let (impl_generics, arguments, clause) = generics.split_for_impl();
    let zeros = fields.iter().map(|f| {
        let (member, span) = (&f.member, Span::call_site().located_at(f.ty.span()));
        match f.active {
            true => quote_spanned!(span=> #member: #rt::zero_field(&self.#member)),
            false => quote_spanned!(span=> #member: ::core::clone::Clone::clone(&self.#member)),
        }
    });
    let constants =
        fields.iter().filter(|f| !f.active).map(|f| passive_proof(&crate::known::member_name(&f.member)));
    // They are as visible as their fields are, so that both are found on the same of several types.
    let proofs = fields.iter().map(|f| {
        let (vis, name) = (&f.vis, field_proof(&crate::known::member_name(&f.member)));
        let flow = match f.active {
            true => quote!(#rt::FlowingField),
            false => quote!(#rt::ConstantField),
        };
        quote! {
            #[doc(hidden)]
            #[inline(always)]
            #vis fn #name(&self) -> #flow { #flow }
        }
    });
    let active: Vec<&syn::Member> = fields.iter().filter(|f| f.active).map(|f| &f.member).collect();
    let names: Vec<String> = active.iter().map(|member| member.to_token_stream().to_string()).collect();
    let entries = entries(input, fields, rt);
    let named = Span::call_site().located_at(ident.span());
    // A generic one is copied where its parameters are.
    let copied = input.generics.params.is_empty();
    let copied = copied.then(|| quote_spanned!(named=> const _: fn(&#ident) = #rt::copied::<#ident>;));
    quote! {
        #copied
        #entries
        #[automatically_derived]
        #[allow(non_upper_case_globals, missing_docs, dead_code)]
        impl #impl_generics #ident #arguments #clause {
            #(#[doc(hidden)] pub const #constants: () = ();)*
            #(#proofs)*
        }
        #[automatically_derived]
        impl #impl_generics #rt::Diff for #ident #arguments #clause {
            type Tan = Self;
            #[inline]
            fn __zero_like(&self) -> Self {
                #ident { #(#zeros),* }
            }
        }
        #[automatically_derived]
        impl #impl_generics #rt::Tangent for #ident #arguments #clause {
            #[inline]
            fn __add(&mut self, __v: &Self) {
                #(#rt::Tangent::__add(&mut self.#active, &__v.#active);)*
            }
            #[inline]
            fn __clear(&mut self) {
                #(#rt::Tangent::__clear(&mut self.#active);)*
            }
            #[inline]
            fn __differs(&self, __v: &Self) -> ::core::option::Option<#rt::Difference> {
                #(
                    if let ::core::option::Option::Some(__d) = #rt::Tangent::__differs(&self.#active, &__v.#active) {
                        return ::core::option::Option::Some(__d.inside(#names));
                    }
                )*
                ::core::option::Option::None
            }
        }
    }
}

/// What gradient checks see of a struct.
fn entries(input: &syn::DeriveInput, fields: &[Field], rt: &TokenStream) -> TokenStream {
    let ident = &input.ident;
    let mut generics = input.generics.clone();
    for ty in open_types(&generics, fields.iter().filter(|f| f.active)) {
        generics.make_where_clause().predicates.push(syn::parse_quote!(#ty: #rt::check::Entries));
    }
    let (impl_generics, arguments, clause) = generics.split_for_impl();
    let visits = fields.iter().filter(|f| f.active).map(|f| {
        let (member, span) = (&f.member, Span::call_site().located_at(f.ty.span()));
        match member {
            syn::Member::Named(name) => {
                let name = text(name);
                quote_spanned!(span=> __visitor.field(#name, &mut self.#member);)
            }
            syn::Member::Unnamed(index) => {
                let part = index.index as usize;
                quote_spanned!(span=> __visitor.part(#part, &mut self.#member);)
            }
        }
    });
    quote! {
        #rt::__with_alloc! {
            #[automatically_derived]
            impl #impl_generics #rt::check::Entries for #ident #arguments #clause {
                fn visit(&mut self, __visitor: &mut #rt::check::Visitor<'_>) {
                    #(#visits)*
                }
            }
        }
    }
}

/// The types of fields that speak of type parameters, each once.
fn open_types<'f>(
    generics: &syn::Generics,
    fields: impl IntoIterator<Item = &'f Field>,
) -> Vec<&'f syn::Type> {
    let parameters: Vec<String> = generics.type_params().map(|p| text(&p.ident)).collect();
    let (mut seen, mut types) = (Vec::new(), Vec::new());
    for f in fields {
        let mut open = false;
        each_ident(&f.ty.to_token_stream(), &mut |ident| open |= parameters.contains(&text(ident)));
        let key = f.ty.to_token_stream().to_string();
        if open && !seen.contains(&key) {
            seen.push(key);
            types.push(&f.ty);
        }
    }
    types
}

/// The constant that a struct has for each passive field: code that takes the field for one names it.
pub fn passive_proof(member: &str) -> proc_macro2::Ident {
    quote::format_ident!("__constant_{member}")
}

/// The method that a struct has for each field: what it returns says whether derivatives flow through the field. Code
/// that takes them to do calls it on the derivative, however that is reached.
pub fn field_proof(member: &str) -> proc_macro2::Ident {
    quote::format_ident!("__field_{member}")
}

/// What fields have to be, as far as that hangs on type parameters.
fn bounds(generics: &mut syn::Generics, fields: &[Field], rt: &TokenStream) {
    for active in [true, false] {
        for ty in open_types(generics, fields.iter().filter(|f| f.active == active)) {
            generics.make_where_clause().predicates.push(match active {
                true => syn::parse_quote!(#ty: #rt::Diff<Tan = #ty> + #rt::Tangent),
                false => syn::parse_quote!(#ty: ::core::clone::Clone),
            });
        }
    }
}
