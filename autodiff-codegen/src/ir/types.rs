//! Types and shapes, as far as a macro can know them.

use proc_macro2::TokenStream;

/// The width of a float.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum FloatTy {
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// A type parameter bound by a float trait.
    Generic(String),
    /// Proven to be a float; rustc knows which.
    Unknown,
    /// [`LANES`] floats of this type, in tangent programs: a tangent for each of several directions. What is done to
    /// lanes is linear in them, and done to each in the same way: they are added up, negated, and multiplied or divided by
    /// a float of their own type.
    Lanes(Box<FloatTy>),
}

/// How many directions a tangent program of several has.
pub const LANES: usize = 4;

/// The type of an SSA value.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Ty {
    /// A primitive float, or a generic one.
    Float(FloatTy),
    /// An integer; the type's name if known.
    Int(Option<String>),
    /// `bool`
    Bool,
    /// Passive, of a type that the compiler does not know.
    Opaque,
    /// What the forward part of a call hands to its reverse part.
    Pullback,
    /// A whole aggregate, kept for the reverse sweep: made by [`super::Op::Snapshot`], and nothing else is done
    /// with it than to keep it and to make it a place again ([`super::Init::Restore`]).
    Snapshot,
}

impl Ty {
    /// `f64`
    pub const F64: Ty = Ty::Float(FloatTy::F64);
    /// `usize`
    pub fn usize() -> Ty {
        Ty::Int(Some("usize".into()))
    }
    /// Whether derivatives can flow through values of this type.
    pub fn is_float(&self) -> bool {
        matches!(self, Ty::Float(_))
    }
    /// Whether it is known to have no derivative.
    pub fn is_constant(&self) -> bool {
        matches!(self, Ty::Int(_) | Ty::Bool)
    }
    /// Whether it is several floats, one for each direction.
    pub fn is_lanes(&self) -> bool {
        matches!(self, Ty::Float(FloatTy::Lanes(_)))
    }
    /// The float that lanes are made of; any other type itself.
    pub fn lane(&self) -> Ty {
        match self {
            Ty::Float(FloatTy::Lanes(f)) => Ty::Float((**f).clone()),
            other => other.clone(),
        }
    }
    /// Whether it is an integer.
    pub fn is_int(&self) -> bool {
        matches!(self, Ty::Int(_))
    }
}

/// The length of an array.
#[derive(Clone, Debug)]
pub enum Len {
    /// A literal.
    Known(usize),
    /// A constant expression (`N`, `2 * DIM`), verbatim.
    Expr(TokenStream),
}

impl PartialEq for Len {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Len::Known(a), Len::Known(b)) => a == b,
            (Len::Expr(a), Len::Expr(b)) => a.to_string() == b.to_string(),
            _ => false,
        }
    }
}

impl Eq for Len {}

/// A type of the user's that derivatives flow through, as it is written: `Params`, `Vec3<T>`.
#[derive(Clone, Debug)]
pub struct UserTy(pub TokenStream);

impl PartialEq for UserTy {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_string() == other.0.to_string()
    }
}

impl Eq for UserTy {}

/// The type of a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PlaceTy {
    /// One scalar: the innermost element type, or a scalar cell.
    Scalar(Ty),
    /// `[T; N]`
    Array(Box<PlaceTy>, Len),
    /// `[T]`, behind a reference.
    Slice(Box<PlaceTy>),
    /// `Vec<T>`
    Vec(Box<PlaceTy>),
    /// `(A, B)`, as an element: of floats of one width, and integers and booleans beside them. An empty one is the
    /// derivative of these.
    Tuple(Vec<PlaceTy>),
    /// `Option` of a pullback or a snapshot, made by `Init::None`.
    Cell,
    /// A struct of the user's, whose gradient is of the same type (`Differentiable`). Each step into it says what is
    /// there ([`super::Proj::Member`]).
    User(UserTy),
    /// A type that only rustc knows.
    Unknown,
}

impl PlaceTy {
    /// The type of an owned copy: of a slice, a `Vec`.
    pub fn to_owned_type(&self) -> PlaceTy {
        match self {
            PlaceTy::Slice(t) => PlaceTy::Vec(t.clone()),
            other => other.clone(),
        }
    }

    /// The type of a derivative: `()` for what has none.
    pub fn derivative(&self) -> PlaceTy {
        let of = |t: &PlaceTy| Box::new(t.derivative());
        match self {
            PlaceTy::Scalar(t) if t.is_constant() => PlaceTy::Tuple(Vec::new()),
            PlaceTy::Tuple(ts) => PlaceTy::Tuple(ts.iter().map(PlaceTy::derivative).collect()),
            PlaceTy::Array(t, n) => PlaceTy::Array(of(t), n.clone()),
            PlaceTy::Slice(t) => PlaceTy::Slice(of(t)),
            PlaceTy::Vec(t) => PlaceTy::Vec(of(t)),
            other => other.clone(),
        }
    }

    /// The type of an element, one level down (`Unknown` stays unknown).
    pub fn elem(&self) -> Option<&PlaceTy> {
        match self {
            PlaceTy::Array(t, _) | PlaceTy::Slice(t) | PlaceTy::Vec(t) => Some(t),
            PlaceTy::Unknown => Some(self),
            PlaceTy::Scalar(_) | PlaceTy::Tuple(_) | PlaceTy::User(_) | PlaceTy::Cell => None,
        }
    }

    /// The same with lanes where there are floats; `None` where their types are not known.
    pub fn in_lanes(&self) -> Option<PlaceTy> {
        let inner = |t: &PlaceTy| t.in_lanes().map(Box::new);
        Some(match self {
            PlaceTy::Scalar(Ty::Float(FloatTy::Unknown | FloatTy::Lanes(_))) => return None,
            PlaceTy::Scalar(Ty::Float(f)) => PlaceTy::Scalar(Ty::Float(FloatTy::Lanes(Box::new(f.clone())))),
            PlaceTy::Scalar(other) => PlaceTy::Scalar(other.clone()),
            PlaceTy::Array(t, n) => PlaceTy::Array(inner(t)?, n.clone()),
            PlaceTy::Slice(t) => PlaceTy::Slice(inner(t)?),
            PlaceTy::Vec(t) => PlaceTy::Vec(inner(t)?),
            PlaceTy::Tuple(ts) => PlaceTy::Tuple(ts.iter().map(PlaceTy::in_lanes).collect::<Option<_>>()?),
            PlaceTy::Cell => PlaceTy::Cell,
            PlaceTy::User(_) | PlaceTy::Unknown => return None,
        })
    }

    /// The scalar type at the bottom; in tuples that of the floats.
    pub fn scalar(&self) -> Option<&Ty> {
        match self {
            PlaceTy::Scalar(t) => Some(t),
            PlaceTy::Array(t, _) | PlaceTy::Slice(t) | PlaceTy::Vec(t) => t.scalar(),
            PlaceTy::Tuple(ts) => {
                let mut all = ts.iter().filter_map(PlaceTy::scalar);
                let float = all.clone().find(|t| t.is_float());
                float.or_else(|| all.next())
            }
            PlaceTy::User(_) | PlaceTy::Unknown | PlaceTy::Cell => None,
        }
    }

    /// Whether derivatives can flow through it (unknown types may carry some).
    pub fn may_be_active(&self) -> bool {
        match self {
            PlaceTy::Cell => false,
            PlaceTy::Unknown | PlaceTy::User(_) => true,
            PlaceTy::Array(t, _) | PlaceTy::Slice(t) | PlaceTy::Vec(t) => t.may_be_active(),
            PlaceTy::Tuple(ts) => ts.iter().any(PlaceTy::may_be_active),
            other => other.scalar().is_some_and(Ty::is_float),
        }
    }

    /// The float that a slice or `Vec` of numbers is made of.
    pub fn row_of_floats(&self) -> Option<&FloatTy> {
        match self {
            PlaceTy::Slice(t) | PlaceTy::Vec(t) => match &**t {
                PlaceTy::Scalar(Ty::Float(float)) => Some(float),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether all lengths are known at compile time, so that a zero can be written down.
    pub fn is_fixed(&self) -> bool {
        match self {
            PlaceTy::Scalar(_) => true,
            PlaceTy::Array(t, _) => t.is_fixed(),
            PlaceTy::Tuple(ts) => ts.iter().all(PlaceTy::is_fixed),
            _ => false,
        }
    }

    /// Whether there is a type of the user's in it.
    pub fn has_user_type(&self) -> bool {
        match self {
            PlaceTy::User(_) => true,
            PlaceTy::Array(t, _) | PlaceTy::Slice(t) | PlaceTy::Vec(t) => t.has_user_type(),
            PlaceTy::Tuple(ts) => ts.iter().any(PlaceTy::has_user_type),
            PlaceTy::Scalar(_) | PlaceTy::Cell | PlaceTy::Unknown => false,
        }
    }
}
