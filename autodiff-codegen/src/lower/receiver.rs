//! What a method of the user's is called on, as far as the parameters' types tell.
//!
//! rustc finds the parts of a method's handle beside the method. Where there are none, it says so in our words only if what
//! the method is called on has the very type that they are missing from: not a reference to it, and neither a type
//! parameter nor a `dyn Trait`, whose methods are those of traits and never have any.

use crate::hir::{self, Expr, ExprKind};

/// What a method is called on.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Receiver {
    /// A parameter that is a reference to a value of a type with a name.
    Reference,
    /// A parameter, or a reference to one, whose methods are those of traits.
    OfTrait,
    /// Anything else.
    Other,
}

impl Receiver {
    pub fn of(f: &hir::Fn, recv: &Expr) -> Receiver {
        let ExprKind::Var(v) = recv.kind else { return Receiver::Other };
        if !f.params.iter().any(|p| matches!(p.pat.kind, hir::PatKind::Var(bound) if bound == v)) {
            return Receiver::Other;
        }
        let Some(declared) = &f.vars[v.0 as usize].ty else { return Receiver::Other };
        match stripped(declared) {
            syn::Type::Reference(r) => match stripped(&r.elem) {
                syn::Type::Path(t) if is_parameter(f, t) || is_boxed(t) => Receiver::OfTrait,
                syn::Type::Path(_) => Receiver::Reference,
                syn::Type::TraitObject(_) | syn::Type::ImplTrait(_) => Receiver::OfTrait,
                _ => Receiver::Other,
            },
            syn::Type::Path(t) if is_parameter(f, t) || is_boxed(t) => Receiver::OfTrait,
            syn::Type::ImplTrait(_) => Receiver::OfTrait,
            _ => Receiver::Other,
        }
    }
}

fn stripped(ty: &syn::Type) -> &syn::Type {
    match ty {
        syn::Type::Group(t) => stripped(&t.elem),
        syn::Type::Paren(t) => stripped(&t.elem),
        other => other,
    }
}

/// `Box<dyn Trait>`, and `Rc` and `Arc` of it.
fn is_boxed(t: &syn::TypePath) -> bool {
    let Some(last) = t.path.segments.last() else { return false };
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return false };
    let is_object =
        |a: &syn::GenericArgument| matches!(a, syn::GenericArgument::Type(syn::Type::TraitObject(_)));
    ["Box", "Rc", "Arc"].iter().any(|name| last.ident == name) && arguments.args.iter().any(is_object)
}

/// Whether a type is a type parameter of the function.
fn is_parameter(f: &hir::Fn, t: &syn::TypePath) -> bool {
    let ident = t.path.get_ident().filter(|_| t.qself.is_none());
    ident.is_some_and(|ident| f.sig.generics.type_params().any(|p| p.ident == *ident))
}
