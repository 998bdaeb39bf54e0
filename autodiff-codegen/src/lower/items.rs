//! What is known of the items around the function, as far as it helps with expressions.

use super::callee::Named;
use super::facts::Facts;
use super::shape::Shape;
use crate::hir::{Expr, ExprKind, Type, Var};
use crate::ir::PlaceTy;
use crate::known::behind_references;

impl Facts<'_> {
    /// The declared type of a passive value: of a variable, of a field of it, of an element, of what makes a struct.
    pub(super) fn static_type(&self, e: &Expr) -> Option<syn::Type> {
        let known = &self.f.types.known;
        let unless_self = |ty: &syn::Type| {
            let own = matches!(ty, syn::Type::Path(t) if t.path.is_ident("Self"));
            if own { self.f.self_ty.clone() } else { Some(ty.clone()) }
        };
        match &e.kind {
            ExprKind::Var(v) => match (&self.f.vars.get(v.0 as usize)?.ty, self.made.get(v)) {
                (Some(ty), _) => unless_self(behind_references(ty)),
                (None, Some(init)) => self.static_type(init),
                (None, None) => None,
            },
            ExprKind::Struct { path, .. } => unless_self(&syn::parse_quote!(#path)),
            ExprKind::Call { path, qself: false, .. } => {
                let ty = known.result(path, self.f.self_ty.as_ref())?;
                unless_self(behind_references(&ty))
            }
            ExprKind::Field(base, member) => {
                let ty = self.static_type(base)?;
                let field = known.field(behind_references(&ty), member)?;
                Some(behind_references(&field).clone()).filter(|_| !matches!(field, syn::Type::Reference(_)))
            }
            ExprKind::Index(base, i) if !matches!(i.kind, ExprKind::Range { .. }) => {
                match self.static_type(base)? {
                    syn::Type::Array(t) => Some(*t.elem),
                    syn::Type::Slice(t) => Some(*t.elem),
                    syn::Type::Path(t) => {
                        let last = t.path.segments.last().filter(|s| s.ident == "Vec")?;
                        let syn::PathArguments::AngleBracketed(args) = &last.arguments else { return None };
                        match args.args.first()? {
                            syn::GenericArgument::Type(elem) => Some(elem.clone()),
                            _ => None,
                        }
                    }
                    _ => None,
                }
            }
            ExprKind::Deref(a) | ExprKind::Ref(_, a) => self.static_type(a),
            _ => None,
        }
    }

    /// Whether a variable holds a value of its own, and no reference, as far as is known.
    pub(super) fn holds_value(&self, v: Var) -> bool {
        match (&self.f.vars[v.0 as usize].ty, self.made.get(&v)) {
            (Some(ty), _) => !matches!(ty, syn::Type::Reference(_)),
            (None, Some(init)) => self.makes_value(init),
            (None, None) => false,
        }
    }

    /// Whether an expression makes a struct of the user's, as far as is known.
    pub(super) fn makes_value(&self, e: &Expr) -> bool {
        match &e.kind {
            ExprKind::Struct { .. } => true,
            ExprKind::Call { path, qself: false, .. } => {
                let ty = self.f.types.known.result(path, self.f.self_ty.as_ref());
                matches!(ty, Some(syn::Type::Path(_)))
            }
            _ => false,
        }
    }

    /// The shape of a passive scalar whose type is declared. Aggregates of the user's are none of the compiler's
    /// places: what is known of them is the types of their elements.
    pub(super) fn static_scalar(&self, e: &Expr) -> Shape {
        let shape = self.static_type(e).map(|ty| Shape::of(&self.f.types.classify(&ty)));
        shape.filter(|s| s.scalar().is_some()).unwrap_or(Shape::Unknown)
    }

    /// The result of a function around this one.
    pub(super) fn result_of(&self, path: &syn::Path, args: &[Expr]) -> Option<Type> {
        if let Some(ty) = self.linear_function(path, args) {
            return Some(ty);
        }
        match self.f.types.known.result(path, self.f.self_ty.as_ref()) {
            Some(ty) => self.known_type(&ty),
            None => self.generic_result(path, args),
        }
    }

    /// What is in the `Option` or `Result` of a call, where the callee is in sight.
    pub(super) fn wrapped_result(&self, call: &Expr) -> Shape {
        if let ExprKind::Method { recv, name, args, .. } = &call.kind
            && let Some(ty) = self.linear_method_with(recv, &name.to_string(), args)
        {
            return Shape::of(&ty);
        }
        let known = match &call.kind {
            ExprKind::Call { path, .. } if self.named(call) == Some(Named::Recursive) => {
                let own = self.f.wrap.is_some() && path.segments.len() == 1;
                return if own { Shape::of(&self.f.ret) } else { Shape::Unknown };
            }
            ExprKind::Call { path, .. } => self.f.types.known.result(path, self.f.self_ty.as_ref()),
            ExprKind::Method { recv, name, .. } => self
                .receiver_type(recv)
                .and_then(|of| self.f.types.known.method_result(&of, &name.to_string())),
            _ => None,
        };
        let inner = known.and_then(|ty| crate::hir::Wrap::of(&ty)).map(|(_, inner)| inner);
        inner.map_or(Shape::Unknown, |ty| Shape::of(&self.f.types.classify(&ty)))
    }

    /// The same, if it is a struct, or a `Vec` or array: what only rustc knows of other results, it is asked for where they are
    /// used.
    pub(super) fn wrapped_place(&self, call: &Expr) -> Shape {
        let shape = self.wrapped_result(call);
        let numbers = |t: &PlaceTy| matches!(t, PlaceTy::Vec(_) | PlaceTy::Array(..)) && t.scalar().is_some();
        let known = Self::user_type(&shape).is_some() || matches!(&shape, Shape::Place(t) if numbers(t));
        if known && !shape.is_reference() { shape } else { Shape::Unknown }
    }

    /// The result of a method, where the receiver's type is known.
    pub(super) fn method_result(&self, recv: &Expr, name: &str) -> Option<Type> {
        let of = self.receiver_type(recv)?;
        let ty = self.f.types.known.method_result(&of, name)?;
        self.known_type(&ty)
    }

    /// The type of what a method is called on, as far as it is known.
    pub(super) fn receiver_type(&self, recv: &Expr) -> Option<syn::Type> {
        match Facts::user_type(&self.shape(recv)) {
            Some(of) => syn::parse2(of.0.clone()).ok(),
            None => self.static_type(recv),
        }
    }

    fn known_type(&self, ty: &syn::Type) -> Option<Type> {
        Some(self.f.types.classify(ty)).filter(|t| !matches!(t, Type::Other(_)))
    }

    /// Why a function of the same block has no companions, if it has none.
    pub(super) fn left_out_method(&self, name: &str) -> Option<&str> {
        let key = crate::known::associated_key(self.f.self_ty.as_ref()?, name);
        self.f.types.known.left_out(&key)
    }

    /// Why a function has no companions, if the attribute on its module left it out.
    pub(super) fn left_out(&self, path: &syn::Path) -> Option<&str> {
        let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        match names.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            [name] | ["self", name] => self.f.types.known.left_out(name),
            ["Self", name] => self.left_out_method(name),
            _ => None,
        }
    }
}
