//! Types of linear algebra, of the crates `glam`, `nalgebra` and `ndarray`: vectors, matrices, rotations.
//!
//! They are structs of the user's as far as memory goes: fields, elements and copies. What is done with them is a call
//! whose handle rustc finds by the types of the operands, as with operators (`linear` in the run-time half). What a result
//! is, which the next operation has to know, is said here, by names; a wrong guess is a type error.

mod calls;
mod glam;
mod mapped;
mod nalgebra;
mod ndarray;
mod types;

use super::facts::Facts;
use super::shape::Shape;
use crate::hir::{BinOp, Expr, ExprKind, Type};
use crate::ir::{Len, PlaceTy, Ty, UserTy};
use crate::known::Library;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use types::{Form, Linear, Method, Out};

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
            Out::Numbers(n) => Some(Type::Array(Box::new(self.linear_scalar(of)), Len::Known(n))),
            Out::List => Some(Type::Vec(Box::new(self.linear_scalar(of)))),
            Out::Counts(1) => Some(Type::Int("usize".into())),
            Out::Counts(n) => Some(Type::Tuple(vec![Type::Int("usize".into()); n])),
            Out::Sizes => Some(Type::Ref(false, Box::new(Type::Slice(Box::new(Type::Int("usize".into())))))),
            Out::Bool => Some(Type::Bool),
            Out::Passive => None,
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

    /// A method with these arguments, if it is known, and the type that it is called on.
    fn linear_call(&self, recv: &Expr, name: &str, args: &[Expr]) -> Option<(Linear, Method)> {
        let of = self.linear_of(recv)?;
        let arg = args.first().and_then(|a| self.linear_of(a));
        let method = types::method(&of, name, arg.as_ref())?;
        Some((of, method))
    }

    /// What it gives; of an `Option`, what is in it.
    pub(super) fn linear_method_with(&self, recv: &Expr, name: &str, args: &[Expr]) -> Option<Type> {
        let (of, method) = self.linear_call(recv, name, args)?;
        self.linear_out(&of, method.out)
    }

    /// The shape of what it gives, and whether derivatives flow through that, if they flow into the call.
    pub(super) fn linear_fact(&self, recv: &Expr, name: &str, args: &[Expr]) -> Option<(Shape, bool)> {
        let (of, method) = self.linear_call(recv, name, args)?;
        let passive = matches!(method.out, Out::Counts(_) | Out::Sizes | Out::Bool | Out::Passive);
        let shape = match method.fallible {
            true => Shape::Unknown,
            false => self.linear_out(&of, method.out).map_or(Shape::Unknown, |t| Shape::of(&t)),
        };
        Some((shape, !passive))
    }

    /// Whether a method gives an `Option`.
    pub(super) fn linear_is_fallible(&self, recv: &Expr, name: &str, args: &[Expr]) -> bool {
        self.linear_call(recv, name, args).is_some_and(|(_, method)| method.fallible)
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
    pub(super) fn linear_constant_of(&self, param: &crate::hir::Param) -> Shape {
        let known = |shape: &Shape| shape.scalar().is_some() || matches!(shape.strip(), Shape::Tuple(_));
        let shape = Shape::of(&param.ty);
        let declared = match &param.pat.kind {
            crate::hir::PatKind::Var(v) if !known(&shape) => self.f.vars[v.0 as usize].ty.as_ref(),
            _ => None,
        };
        declared.and_then(|ty| self.linear_written(ty)).unwrap_or(shape)
    }

    /// Whether there are sums of such things that start at a zero of their own: vectors, and matrices of
    /// fixed size.
    pub(super) fn linear_sums(&self, shape: &Shape) -> bool {
        let Some(of) = self.linear_shape(shape) else { return false };
        match &of.form {
            Form::Vector(_) => true,
            Form::Matrix(r, c) => ![r, c].into_iter().any(|n| n == types::DYN),
            _ => false,
        }
    }

    /// The shape of a written type that is one of linear algebra, or holds such: an array or slice of them.
    fn linear_written(&self, ty: &syn::Type) -> Option<Shape> {
        let shape = Shape::of(&self.f.types.classify(ty));
        if !self.holds_linear(&shape) {
            return None;
        }
        // What a view shows is copied where it meets something active.
        let own = |of: &UserTy| match self.linear(of).and_then(|of| self.linear_type(&of)) {
            Some(Type::User(own)) if of.0.to_string().contains("View") => own,
            _ => of.clone(),
        };
        Some(match shape {
            Shape::Place(PlaceTy::User(of)) => Shape::Place(PlaceTy::User(own(&of))),
            Shape::Ref(mutable, inner) => match *inner {
                Shape::Place(PlaceTy::User(of)) => {
                    Shape::Ref(mutable, Box::new(Shape::Place(PlaceTy::User(own(&of)))))
                }
                inner => Shape::Ref(mutable, Box::new(inner)),
            },
            shape => shape,
        })
    }

    /// Whether what something is made of, behind arrays, slices and `Vec`s, is of such a type.
    pub(super) fn holds_linear(&self, shape: &Shape) -> bool {
        let Shape::Place(place) = shape.strip() else { return false };
        let mut place = place;
        while let Some(inner) = place.elem() {
            place = inner;
        }
        matches!(place, PlaceTy::User(of) if self.linear(of).is_some())
    }

    /// The shape of a passive value whose type is declared: a field of a struct in sight.
    pub(super) fn linear_static(&self, e: &Expr) -> Option<Shape> {
        let ty = self.static_type(e)?;
        self.linear_written(&ty)
    }

    /// The shape of an item of a passive iterator over such things, if there are any in it.
    pub(super) fn linear_item(&self, e: &Expr) -> Option<Shape> {
        let ExprKind::Method { recv, name, args, .. } = &e.kind else {
            return self.linear_element_of(e, self.shape(e).is_reference());
        };
        match (name.to_string().as_str(), &args[..]) {
            ("iter", []) => self.linear_element_of(recv, true),
            ("into_iter", []) => {
                let of_iterator = self.linear_item(recv);
                of_iterator.or_else(|| self.linear_element_of(recv, self.shape(recv).is_reference()))
            }
            (name, []) if self.linear_parts(recv, name).is_some() => {
                self.linear_parts(recv, name).map(|ty| Shape::of(&ty))
            }
            ("rev", []) | ("skip" | "take" | "step_by", [_]) => self.linear_item(recv),
            ("copied" | "cloned", []) => self.linear_item(recv).map(|item| item.strip().clone()),
            ("enumerate", []) => {
                Some(Shape::Tuple(vec![Shape::Int(Some("usize".into())), self.linear_item(recv)?]))
            }
            ("zip", [other]) => {
                let (a, b) = (self.linear_item(recv), self.linear_item(other));
                let unknown = |item: Option<Shape>| item.unwrap_or(Shape::Unknown);
                (a.is_some() || b.is_some()).then(|| Shape::Tuple(vec![unknown(a), unknown(b)]))
            }
            _ => None,
        }
    }

    /// The type of the rows or columns that a method of a matrix hands out.
    pub(super) fn linear_parts(&self, e: &Expr, method: &str) -> Option<Type> {
        let of = self.linear_of(e)?;
        let form = match (&of.form, method) {
            (Form::Array(2), "rows" | "outer_iter" | "columns") => Form::Array(1),
            (Form::Matrix(_, c), "row_iter") => Form::Matrix("1".into(), c.clone()),
            (Form::Matrix(r, _), "column_iter") => Form::Matrix(r.clone(), "1".into()),
            _ => return None,
        };
        self.linear_out(&of, Out::Linear(form))
    }

    /// The shape of an element of an array or slice of such things.
    fn linear_element_of(&self, e: &Expr, by_ref: bool) -> Option<Shape> {
        let item = super::facts::element(&self.shape(e));
        let item = Some(item).filter(|item| self.holds_linear(item))?;
        Some(if by_ref { Shape::Ref(false, Box::new(item)) } else { item })
    }

    /// What is in a field.
    pub(super) fn linear_field(&self, of: &UserTy, member: &syn::Member) -> Option<Type> {
        let of = self.linear(of)?;
        let out = types::field(&of, &crate::known::member_name(member))?;
        self.linear_out(&of, out)
    }

    /// What the numbers of something are read from, that does not lend them to be changed: of a quaternion and of a
    /// rotation, a vector or matrix of their own.
    pub(super) fn linear_numbers(&self, of: &UserTy) -> Option<Type> {
        let of = self.linear(of)?;
        let form = match &of.form {
            Form::UnitQuaternion => Form::Matrix("4".into(), "1".into()),
            Form::UnitComplex => Form::Matrix("2".into(), "1".into()),
            Form::Rotation(n) => Form::Matrix(n.clone(), n.clone()),
            _ => return None,
        };
        self.linear_type(&Linear { form, ..of })
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
