//! Lifetimes that a function's signature leaves out: `flows: &Flows`, where `Flows` has one.
//!
//! rustc fills them in where a function is declared. Companions have the same types in other places, in bounds and as types of
//! closures' parameters, where it wants them written: `Flows<'_>`.

use crate::known::Known;
use syn::visit_mut::{VisitMut, visit_type_path_mut};

/// Writes out those in the types of parameters, of types in sight.
pub fn write_out(sig: &mut syn::Signature, known: &Known) {
    let mut writing = Writing { known };
    for input in &mut sig.inputs {
        if let syn::FnArg::Typed(typed) = input {
            writing.visit_type_mut(&mut typed.ty);
        }
    }
}

struct Writing<'k> {
    known: &'k Known,
}

impl VisitMut for Writing<'_> {
    fn visit_type_path_mut(&mut self, ty: &mut syn::TypePath) {
        visit_type_path_mut(self, ty);
        let missing = if ty.qself.is_none() { self.known.lifetimes(&ty.path) } else { 0 };
        let Some(last) = ty.path.segments.last_mut().filter(|_| missing > 0) else { return };
        if last.arguments.is_none() {
            last.arguments = syn::PathArguments::AngleBracketed(syn::parse_quote!(<>));
        }
        let syn::PathArguments::AngleBracketed(arguments) = &mut last.arguments else { return };
        if arguments.args.iter().any(|arg| matches!(arg, syn::GenericArgument::Lifetime(_))) {
            return;
        }
        for _ in 0..missing {
            arguments.args.insert(0, syn::parse_quote!('_));
        }
    }
}
