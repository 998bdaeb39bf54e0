//! What can be said of an expression's type from the tokens alone.

use crate::hir::Type;
use crate::ir::{FloatTy, PlaceTy, Ty};

/// A type, as far as known before lowering.
#[derive(Clone, PartialEq, Debug)]
pub enum Shape {
    /// `()`
    Unit,
    /// `!`
    Never,
    /// A float; [`FloatTy::Unknown`] for literals without a suffix.
    Float(FloatTy),
    /// An integer.
    Int(Option<String>),
    /// `bool`
    Bool,
    /// An array, slice or `Vec` of scalars, or of such.
    Place(PlaceTy),
    /// `&T`, `&mut T`
    Ref(bool, Box<Shape>),
    /// `(A, B)`
    Tuple(Vec<Shape>),
    /// `Option<T>`, or what is looked into like one
    Option(Box<Shape>),
    /// Anything.
    Unknown,
}

impl Shape {
    /// The shape that a written type has.
    pub fn of(t: &Type) -> Shape {
        match t {
            Type::Unit => Shape::Unit,
            Type::Float(f) => Shape::Float(f.clone()),
            Type::Int(i) => Shape::Int(Some(i.clone())),
            Type::Bool => Shape::Bool,
            Type::Array(..) | Type::Slice(_) | Type::Vec(_) | Type::User(_) => {
                place_ty(t).map_or(Shape::Unknown, Shape::Place)
            }
            Type::Ref(m, t) => Shape::Ref(*m, Box::new(Shape::of(t))),
            Type::Tuple(ts) => Shape::Tuple(ts.iter().map(Shape::of).collect()),
            Type::Other(tokens) => option_of(tokens).unwrap_or(Shape::Unknown),
        }
    }

    /// The shape of an element or of a place as a whole.
    pub fn of_place(t: &PlaceTy) -> Shape {
        match t {
            PlaceTy::Scalar(t) => Shape::of_scalar(t),
            PlaceTy::Unknown | PlaceTy::Cell => Shape::Unknown,
            PlaceTy::Tuple(ts) => Shape::Tuple(ts.iter().map(Shape::of_place).collect()),
            t => Shape::Place(t.clone()),
        }
    }

    /// The shape of a scalar.
    pub fn of_scalar(t: &Ty) -> Shape {
        match t {
            Ty::Float(f) => Shape::Float(f.clone()),
            Ty::Int(i) => Shape::Int(i.clone()),
            Ty::Bool => Shape::Bool,
            Ty::Opaque | Ty::Pullback | Ty::Snapshot => Shape::Unknown,
        }
    }

    /// The type that it is the shape of, if that is known.
    pub fn to_type(&self) -> Option<Type> {
        Some(match self {
            Shape::Unit => Type::Unit,
            Shape::Float(f) => Type::Float(f.clone()),
            Shape::Int(Some(i)) => Type::Int(i.clone()),
            Shape::Bool => Type::Bool,
            Shape::Place(t) => type_of(t)?,
            Shape::Tuple(ts) => Type::Tuple(ts.iter().map(Shape::to_type).collect::<Option<_>>()?),
            Shape::Option(t) => Type::Other(match **t {
                Shape::Float(FloatTy::F64) => quote::quote!(Option<f64>),
                Shape::Float(FloatTy::F32) => quote::quote!(Option<f32>),
                _ => quote::quote!(Option<_>),
            }),
            Shape::Int(None) | Shape::Ref(..) | Shape::Never | Shape::Unknown => return None,
        })
    }

    /// The shape behind any references.
    pub fn strip(&self) -> &Shape {
        match self {
            Shape::Ref(_, t) => t.strip(),
            t => t,
        }
    }

    /// Whether it is an `Option`.
    pub fn is_option(&self) -> bool {
        matches!(self, Shape::Option(_))
    }

    /// Whether it is a reference.
    pub fn is_reference(&self) -> bool {
        matches!(self, Shape::Ref(..))
    }

    /// The scalar type, if it is that of a known scalar (not of a reference to one).
    pub fn scalar(&self) -> Option<Ty> {
        match self {
            Shape::Float(f) => Some(Ty::Float(f.clone())),
            Shape::Int(i) => Some(Ty::Int(i.clone())),
            Shape::Bool => Some(Ty::Bool),
            _ => None,
        }
    }

    /// The type of a place that holds it, if it is known through and through.
    pub fn place(&self) -> Option<PlaceTy> {
        match self {
            Shape::Place(t) => Some(t.clone()),
            other => other.scalar().map(PlaceTy::Scalar),
        }
    }

    /// The type of an element of a place that it is the shape of: a tuple of floats as well.
    pub fn elem_place(&self) -> Option<PlaceTy> {
        match self {
            Shape::Tuple(ts) => tuple_place(ts.iter().map(Shape::elem_place).collect::<Option<_>>()?),
            other => other.place(),
        }
    }

    /// Whether the compiler can represent it: nothing in it is unknown.
    pub fn is_known(&self) -> bool {
        match self {
            Shape::Unknown | Shape::Never | Shape::Option(_) => false,
            Shape::Ref(_, t) => t.is_known(),
            Shape::Tuple(ts) => ts.iter().all(Shape::is_known),
            _ => true,
        }
    }

    /// Whether a derivative can flow through it.
    pub fn may_carry(&self) -> bool {
        match self {
            Shape::Float(_) | Shape::Unknown => true,
            Shape::Place(t) => t.may_be_active(),
            Shape::Ref(_, t) | Shape::Option(t) => t.may_carry(),
            Shape::Tuple(ts) => ts.iter().any(Shape::may_carry),
            Shape::Unit | Shape::Never | Shape::Int(_) | Shape::Bool => false,
        }
    }

    /// What two arms of a branch have in common; the more precise one where one is a literal.
    pub fn join(self, other: Shape) -> Shape {
        match (self, other) {
            (Shape::Never, s) | (s, Shape::Never) => s,
            (Shape::Float(FloatTy::Unknown), Shape::Float(f)) => Shape::Float(f),
            (Shape::Int(None), Shape::Int(i)) => Shape::Int(i),
            (Shape::Float(f), Shape::Float(_)) => Shape::Float(f),
            (Shape::Int(i), Shape::Int(_)) => Shape::Int(i),
            (Shape::Tuple(a), Shape::Tuple(b)) if a.len() == b.len() => {
                Shape::Tuple(a.into_iter().zip(b).map(|(a, b)| a.join(b)).collect())
            }
            (Shape::Place(a), Shape::Place(b)) => Shape::Place(join_place(a, b)),
            (Shape::Option(a), Shape::Option(b)) => match (*a, *b) {
                (Shape::Unknown, s) | (s, Shape::Unknown) => Shape::Option(Box::new(s)),
                (a, b) => Shape::Option(Box::new(a.join(b))),
            },
            // Of an array and a `Vec`, or arrays of several lengths, only slices are of one type.
            (Shape::Ref(m, a), Shape::Ref(_, b)) if are_of_slices(&a, &b) => match (*a, *b) {
                (Shape::Place(a), Shape::Place(b)) => match (a.elem(), b.elem()) {
                    (Some(a), Some(b)) => {
                        let elem = join_place(a.clone(), b.clone());
                        Shape::Ref(m, Box::new(Shape::Place(PlaceTy::Slice(Box::new(elem)))))
                    }
                    _ => Shape::Unknown,
                },
                _ => Shape::Unknown,
            },
            (Shape::Ref(m, a), Shape::Ref(_, b)) => Shape::Ref(m, Box::new(a.join(*b))),
            (a, b) if a == b => a,
            _ => Shape::Unknown,
        }
    }
}

/// The shape of a written `Option<T>` or `Result<T, E>`.
fn option_of(tokens: &proc_macro2::TokenStream) -> Option<Shape> {
    let mut named = false;
    crate::names::each_ident(tokens, &mut |i| named |= i == "Option" || i == "Result");
    if !named {
        return None;
    }
    let ty: syn::Type = syn::parse2(tokens.clone()).ok()?;
    let (_, inner) = crate::hir::Wrap::of(&ty)?;
    // What only the function's own items say stays unknown: it is found out by use.
    let inner = Shape::of(&crate::parse::TypeParams::default().classify(&inner));
    Some(Shape::Option(Box::new(inner)))
}

/// Whether two places behind references have nothing but their elements in common.
fn are_of_slices(a: &Shape, b: &Shape) -> bool {
    match (a, b) {
        (Shape::Place(PlaceTy::Array(_, n)), Shape::Place(PlaceTy::Array(_, m))) => n != m,
        (Shape::Place(PlaceTy::Vec(_)), Shape::Place(PlaceTy::Vec(_))) => false,
        (Shape::Place(PlaceTy::Slice(_)), Shape::Place(PlaceTy::Slice(_))) => false,
        (Shape::Place(a), Shape::Place(b)) => a.elem().is_some() && b.elem().is_some(),
        _ => false,
    }
}

/// The more precise of two place types, where one has elements of unknown width.
fn join_place(a: PlaceTy, b: PlaceTy) -> PlaceTy {
    match a.scalar() {
        Some(Ty::Float(FloatTy::Unknown) | Ty::Int(None)) => b,
        _ => a,
    }
}

/// The type of a place of this written type, if the compiler can represent it.
pub fn place_ty(t: &Type) -> Option<PlaceTy> {
    Some(match t {
        Type::Float(f) => PlaceTy::Scalar(Ty::Float(f.clone())),
        Type::Int(i) => PlaceTy::Scalar(Ty::Int(Some(i.clone()))),
        Type::Bool => PlaceTy::Scalar(Ty::Bool),
        Type::Array(t, n) => PlaceTy::Array(Box::new(elem_ty(t)?), n.clone()),
        Type::Slice(t) => PlaceTy::Slice(Box::new(elem_ty(t)?)),
        Type::Vec(t) => PlaceTy::Vec(Box::new(elem_ty(t)?)),
        Type::User(t) => PlaceTy::User(t.clone()),
        _ => return None,
    })
}

/// The type of an element: tuples lie in memory there.
pub fn elem_ty(t: &Type) -> Option<PlaceTy> {
    match t {
        Type::Tuple(ts) => tuple_place(ts.iter().map(elem_ty).collect::<Option<_>>()?),
        t => place_ty(t),
    }
}

/// A tuple in memory: of floats, of one width as far as known, and integers and booleans beside them; of fixed size.
pub fn tuple_place(parts: Vec<PlaceTy>) -> Option<PlaceTy> {
    let scalar = |t: &PlaceTy| t.scalar().filter(|t| t.is_float()).cloned();
    let first = parts.iter().find_map(|t| scalar(t).filter(|t| *t != Ty::Float(FloatTy::Unknown)));
    let fits = |t: &PlaceTy| {
        let float = scalar(t);
        let passive = t.scalar().is_some_and(Ty::is_constant);
        let width = first.is_none() || float == first || float == Some(Ty::Float(FloatTy::Unknown));
        t.is_fixed() && (passive || float.is_some() && width)
    };
    // Literals take the width of their neighbours.
    let mut parts = parts;
    let all = parts.iter().any(|t| scalar(t).is_some()) && parts.iter().all(fits);
    if let (true, Some(first)) = (all, &first) {
        parts.iter_mut().for_each(|t| super::types::set_scalar(t, first));
    }
    all.then_some(PlaceTy::Tuple(parts))
}

/// The type of what a place of this type holds.
fn type_of(t: &PlaceTy) -> Option<Type> {
    Some(match t {
        PlaceTy::Scalar(t) => Shape::of_scalar(t).to_type()?,
        PlaceTy::Array(t, n) => Type::Array(Box::new(type_of(t)?), n.clone()),
        PlaceTy::Slice(t) => Type::Slice(Box::new(type_of(t)?)),
        PlaceTy::Vec(t) => Type::Vec(Box::new(type_of(t)?)),
        PlaceTy::Tuple(ts) => Type::Tuple(ts.iter().map(type_of).collect::<Option<_>>()?),
        PlaceTy::User(t) => Type::User(t.clone()),
        PlaceTy::Unknown | PlaceTy::Cell => return None,
    })
}
