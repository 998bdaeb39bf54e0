//! Types of linear algebra, of the crates `glam`, `nalgebra` and `ndarray`: vectors, matrices, rotations.
//!
//! They are structs of the user's as far as memory goes: fields, elements and copies. What is done with them is a call
//! whose handle rustc finds by the types of the operands, as with operators (`linear` in the run-time half). What a result
//! is, which the next operation has to know, is said here, by names; a wrong guess is a type error.

mod calls;
mod types;

use super::facts::Facts;
use super::shape::Shape;
use crate::hir::{BinOp, Expr, Type};
use crate::ir::{PlaceTy, Ty, UserTy};
use crate::known::Library;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use types::{Form, Linear, Out};

impl Facts<'_> {
    /// The type of linear algebra that a struct is.
    pub(super) fn linear(&self, of: &UserTy) -> Option<Linear> {
        let syn::Type::Path(path) = syn::parse2::<syn::Type>(of.0.clone()).ok()? else { return None };
        let (library, name) = self.f.types.known.linear(&path.path)?;
        Linear::of(library, &name, &path.path.segments.last()?.arguments)
    }

    /// The same of an expression, or what it refers to.
    pub(super) fn linear_of(&self, e: &Expr) -> Option<Linear> {
        self.linear_shape(&self.shape(e))
    }

    pub(super) fn linear_shape(&self, shape: &Shape) -> Option<Linear> {
        Self::user_type(shape).and_then(|of| self.linear(of))
    }

    /// The type that is meant, by the run-time half's own path.
    pub(super) fn linear_type(&self, of: &Linear) -> Option<Type> {
        let krate = &self.f.crate_path;
        let (name, arguments) = of.written()?;
        let (library, name) = (mixed(of.library.name()), mixed(&name));
        let arguments = (!arguments.is_empty()).then(|| quote!(<#(#arguments),*>));
        Some(Type::User(UserTy(quote!(#krate::__rt::linear::#library::#name #arguments))))
    }

    /// The type of the numbers in it.
    fn linear_scalar(&self, of: &Linear) -> Type {
        match syn::parse2::<syn::Type>(of.scalar.clone()) {
            Ok(syn::Type::Infer(_)) | Err(_) => Type::Float(crate::ir::FloatTy::Unknown),
            Ok(ty) => self.f.types.classify(&ty),
        }
    }

    /// What an operation gives.
    fn linear_out(&self, of: &Linear, out: Out) -> Option<Type> {
        match out {
            Out::Scalar => Some(self.linear_scalar(of)),
            Out::Linear(form) => self.linear_type(&Linear { form, ..of.clone() }),
        }
    }

    /// The shape of `a ∘ b`.
    pub(super) fn linear_operator(&self, op: BinOp, sa: &Shape, sb: &Shape) -> Option<Shape> {
        let (a, b) = (self.linear_shape(sa), self.linear_shape(sb));
        let of = a.clone().or(b.clone())?;
        let sign = match op {
            BinOp::Add => '+',
            BinOp::Sub => '-',
            BinOp::Mul => '*',
            BinOp::Div => '/',
            _ => return Some(Shape::Unknown),
        };
        let (fa, fb) = (a.map(|a| a.form), b.map(|b| b.form));
        let form = types::operator(of.library, sign, fa.as_ref(), fb.as_ref());
        for own in [Self::user_type(sa), Self::user_type(sb)].into_iter().flatten() {
            if self.linear(own).is_some_and(|l| Some(l.form) == form) {
                return Some(Shape::Place(PlaceTy::User(own.clone())));
            }
        }
        let ty = form.and_then(|form| self.linear_out(&of, Out::Linear(form)));
        Some(ty.map_or(Shape::Unknown, |t| Shape::of(&t)))
    }

    /// What a method with these arguments gives, if it is known.
    pub(super) fn linear_method_with(&self, recv: &Expr, name: &str, args: &[Expr]) -> Option<Type> {
        let of = self.linear_of(recv)?;
        let arg = args.first().and_then(|a| self.linear_of(a));
        self.linear_out(&of, types::method(&of, name, arg.as_ref())?)
    }

    /// The type of linear algebra that an associated function, or a constant, is of: `Vector3::new`.
    pub(super) fn linear_owner(&self, path: &syn::Path) -> Option<Linear> {
        let mut of = path.clone();
        of.segments.pop()?;
        of.segments.pop_punct();
        let last = of.segments.last_mut()?;
        if let syn::PathArguments::AngleBracketed(arguments) = &mut last.arguments {
            arguments.colon2_token = None;
        }
        match self.f.types.of_literal(&of) {
            Type::User(ty) => self.linear(&ty),
            _ => None,
        }
    }

    /// What a function of such a type returns: most often one of the type.
    pub(super) fn linear_function(&self, path: &syn::Path, args: &[Expr]) -> Option<Type> {
        let mut of = self.linear_owner(path)?;
        let name = path.segments.last()?.ident.to_string();
        if of.scalar.to_string() == "_" {
            of.scalar = args.iter().find_map(|a| self.scalar_tokens(a)).unwrap_or(of.scalar);
        }
        types::function(&of, &name).then(|| self.linear_type(&of))?
    }

    /// The type of the floats in an expression.
    fn scalar_tokens(&self, e: &Expr) -> Option<TokenStream> {
        let shape = self.shape(e);
        if let Some(of) = self.linear_shape(&shape) {
            return Some(of.scalar).filter(|s| s.to_string() != "_");
        }
        let scalar = match shape.strip() {
            Shape::Place(place) => place.scalar().cloned(),
            other => other.scalar(),
        };
        match scalar? {
            Ty::Float(crate::ir::FloatTy::F64) => Some(quote!(f64)),
            Ty::Float(crate::ir::FloatTy::F32) => Some(quote!(f32)),
            Ty::Float(crate::ir::FloatTy::Generic(name)) => {
                let name = mixed(&name);
                Some(quote!(#name))
            }
            _ => None,
        }
    }

    /// `DVec3::ZERO`
    pub(super) fn linear_constant(&self, path: &syn::Path) -> Option<Shape> {
        let name = path.segments.last()?.ident.to_string();
        let upper = name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
        let of = self.linear_owner(path).filter(|of| upper && of.library == Library::Glam)?;
        self.linear_type(&of).map(|ty| Shape::of(&ty))
    }

    /// The shape of a passive parameter: of these types it is known, although copied code has it.
    pub(super) fn linear_constant_of(&self, ty: &Type) -> Shape {
        let inner = if let Type::Ref(_, inner) = ty { inner } else { ty };
        let Type::Other(tokens) = inner else { return Shape::of(ty) };
        let found = syn::parse2::<syn::Type>(tokens.clone()).map(|ty| self.f.types.classify(&ty));
        match (found, ty) {
            (Ok(Type::User(of)), _) if self.linear(&of).is_none() => Shape::of(ty),
            (Ok(Type::User(of)), Type::Ref(mutable, _)) => {
                Shape::Ref(*mutable, Box::new(Shape::Place(PlaceTy::User(of))))
            }
            (Ok(Type::User(of)), _) => Shape::Place(PlaceTy::User(of)),
            _ => Shape::of(ty),
        }
    }

    /// What is in a field.
    pub(super) fn linear_field(&self, of: &UserTy, member: &syn::Member) -> Option<Type> {
        let of = self.linear(of)?;
        let out = types::field(&of, &crate::known::member_name(member))?;
        self.linear_out(&of, out)
    }

    /// What an index of it gives: a number.
    pub(super) fn linear_element(&self, of: &UserTy) -> Option<PlaceTy> {
        let of = self.linear(of)?;
        let number = matches!(of.form, Form::Square(_)) && of.library == Library::Glam;
        if number {
            return Some(PlaceTy::Unknown);
        }
        Shape::of(&self.linear_scalar(&of)).scalar().map(PlaceTy::Scalar)
    }
}

fn mixed(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}
