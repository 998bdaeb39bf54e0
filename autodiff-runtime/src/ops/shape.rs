//! What array operations work on: floats, and arrays, slices and `Vec`s of them, nested to any depth.

use super::real::Real;
use crate::{Diff, Tangent};
#[cfg(feature = "alloc")]
use alloc::vec::Vec;

/// A float, or an array, slice or `Vec` of such shapes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing that `backprop`'s array operations work on",
    label = "expected floats, or arrays, slices or `Vec`s of them",
    note = "a reference is passed as it is, `relu(x)`, and what is lent by `&mut` as `relu(&*x)`"
)]
pub trait Shape {
    /// What the floats are: `f32` or `f64`.
    type Real: Real;
    /// The elements; of a float, itself.
    type Part: Shape<Real = Self::Real>;
    /// The same shape as a value of its own: an array for an array, a `Vec` for a slice.
    type Owned: Shape<Real = Self::Real, Owned = Self::Owned, Adjoint = Self::Adjoint>
        + Clone
        + Tangent
        + Diff<Tan = Self::Owned>;
    /// Where derivatives with respect to it are added: a slice for a `Vec`.
    type Adjoint: Shape<Real = Self::Real, Owned = Self::Owned, Adjoint = Self::Adjoint> + Tangent + ?Sized;
    /// What is left of it for the reverse sweep: of a float its value, of what goes by reference nothing, since it is
    /// passed again.
    type Kept: Copy;
    /// What is left of it where it can't be passed again: a copy, of floats nothing, since they are kept anyway.
    #[doc(hidden)]
    type Twin;
    /// How deep it is nested: 0 of a float.
    const DEPTH: usize;

    /// The elements.
    fn parts(&self) -> &[Self::Part];
    /// The elements, to be changed.
    fn parts_mut(&mut self) -> &mut [Self::Part];
    /// A copy of its own.
    fn owned(&self) -> Self::Owned;
    /// Zeros of the same shape.
    #[doc(hidden)]
    fn zeros(&self) -> Self::Owned;
    /// A derivative of its own as a place for derivatives.
    fn adjoint(owned: &mut Self::Owned) -> &mut Self::Adjoint;
    /// See [`Shape::Kept`].
    fn keep(&self) -> Self::Kept;
    /// What was kept, or passed again.
    fn again<'a>(kept: &'a Self::Kept, passed: Option<&'a Self>) -> &'a Self;
    /// See [`Shape::Twin`].
    #[doc(hidden)]
    fn twin(&self) -> Self::Twin;
    /// What is passed in the place of an argument that was copied.
    #[doc(hidden)]
    fn of_twin(twin: &Self::Twin) -> Option<&Self>;
    /// A copy of the same type, of what has a size: all but slices say how it is made.
    #[doc(hidden)]
    fn alike(&self) -> Self
    where
        Self: Sized,
    {
        unreachable!()
    }

    /// A row of floats as such; of parts that are no floats, nothing.
    #[doc(hidden)]
    fn floats(_row: &[Self]) -> &[Self::Real]
    where
        Self: Sized,
    {
        &[]
    }
    /// The same, to be changed.
    #[doc(hidden)]
    fn floats_mut(_row: &mut [Self]) -> &mut [Self::Real]
    where
        Self: Sized,
    {
        &mut []
    }

    /// All floats of rows whose floats lie side by side; of others nothing.
    #[cfg(feature = "matrixmultiply")]
    #[doc(hidden)]
    fn flattened(_rows: &[Self]) -> Option<&[Self::Real]>
    where
        Self: Sized,
    {
        None
    }
    /// The same, to be changed.
    #[cfg(feature = "matrixmultiply")]
    #[doc(hidden)]
    fn flattened_mut(_rows: &mut [Self]) -> Option<&mut [Self::Real]>
    where
        Self: Sized,
    {
        None
    }
}

macro_rules! floats {
    ($($t:ty)*) => {$(
        impl Shape for $t {
            type Real = $t;
            type Part = $t;
            type Owned = $t;
            type Adjoint = $t;
            type Kept = $t;
            type Twin = ();
            const DEPTH: usize = 0;
            #[inline(always)]
            fn parts(&self) -> &[$t] {
                core::slice::from_ref(self)
            }
            #[inline(always)]
            fn parts_mut(&mut self) -> &mut [$t] {
                core::slice::from_mut(self)
            }
            #[inline(always)]
            fn owned(&self) -> $t {
                *self
            }
            #[inline(always)]
            fn zeros(&self) -> $t {
                0.0
            }
            #[inline(always)]
            fn adjoint(owned: &mut $t) -> &mut $t {
                owned
            }
            #[inline(always)]
            fn keep(&self) -> $t {
                *self
            }
            #[inline(always)]
            fn again<'a>(kept: &'a $t, _: Option<&'a $t>) -> &'a $t {
                kept
            }
            #[inline(always)]
            fn twin(&self) {}
            #[inline(always)]
            fn of_twin(_: &()) -> Option<&$t> {
                None
            }
            #[inline(always)]
            fn alike(&self) -> $t {
                *self
            }
            #[inline(always)]
            fn floats(row: &[$t]) -> &[$t] {
                row
            }
            #[inline(always)]
            fn floats_mut(row: &mut [$t]) -> &mut [$t] {
                row
            }
        }

        impl Operand for $t {
            type Shape = $t;
            #[inline(always)]
            fn shape(&self) -> &$t {
                self
            }
        }
    )*};
}
floats!(f32 f64);

/// The parts that all aggregates have in common.
macro_rules! aggregate {
    () => {
        type Real = S::Real;
        type Part = S;
        type Kept = ();
        const DEPTH: usize = S::DEPTH + 1;
        #[inline(always)]
        fn parts(&self) -> &[S] {
            self
        }
        #[inline(always)]
        fn parts_mut(&mut self) -> &mut [S] {
            self
        }
        #[inline(always)]
        fn adjoint(owned: &mut Self::Owned) -> &mut Self::Adjoint {
            owned
        }
        #[inline(always)]
        fn keep(&self) {}
        #[inline(always)]
        fn again<'a>(_: &'a (), passed: Option<&'a Self>) -> &'a Self {
            crate::again(passed)
        }
        #[inline(always)]
        fn of_twin(twin: &Self::Twin) -> Option<&Self> {
            Some(twin)
        }
    };
}

impl<S: Shape, const N: usize> Shape for [S; N] {
    type Owned = [S::Owned; N];
    type Adjoint = [S::Owned; N];
    type Twin = Self;
    aggregate!();
    #[inline(always)]
    fn twin(&self) -> Self {
        self.alike()
    }
    #[inline(always)]
    fn alike(&self) -> Self {
        core::array::from_fn(|i| self[i].alike())
    }
    #[inline(always)]
    fn owned(&self) -> Self::Owned {
        core::array::from_fn(|i| self[i].owned())
    }
    #[inline(always)]
    fn zeros(&self) -> Self::Owned {
        core::array::from_fn(|i| self[i].zeros())
    }
    #[cfg(feature = "matrixmultiply")]
    fn flattened(rows: &[Self]) -> Option<&[S::Real]> {
        (S::DEPTH == 0).then(|| S::floats(rows.as_flattened()))
    }
    #[cfg(feature = "matrixmultiply")]
    fn flattened_mut(rows: &mut [Self]) -> Option<&mut [S::Real]> {
        (S::DEPTH == 0).then(|| S::floats_mut(rows.as_flattened_mut()))
    }
}

#[cfg(feature = "alloc")]
impl<S: Shape> Shape for [S] {
    type Owned = Vec<S::Owned>;
    type Adjoint = [S::Owned];
    type Twin = Vec<S>;
    aggregate!();
    #[inline]
    fn twin(&self) -> Vec<S> {
        self.iter().map(S::alike).collect()
    }
    #[inline]
    fn owned(&self) -> Self::Owned {
        self.iter().map(S::owned).collect()
    }
    #[inline]
    fn zeros(&self) -> Self::Owned {
        self.iter().map(S::zeros).collect()
    }
}

#[cfg(feature = "alloc")]
impl<S: Shape> Shape for Vec<S> {
    type Owned = Vec<S::Owned>;
    type Adjoint = [S::Owned];
    type Twin = Self;
    aggregate!();
    #[inline]
    fn twin(&self) -> Self {
        self.alike()
    }
    #[inline]
    fn alike(&self) -> Self {
        self[..].twin()
    }
    #[inline]
    fn owned(&self) -> Self::Owned {
        self[..].owned()
    }
    #[inline]
    fn zeros(&self) -> Self::Owned {
        self[..].zeros()
    }
}

/// How a shape is passed: floats by value, all else by reference.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing that `backprop`'s array operations take",
    label = "expected a float, or a reference to an array, a slice or a `Vec` of floats",
    note = "arrays and `Vec`s go by reference, `relu(&x)`, and what is lent by `&mut` as `relu(&*x)`"
)]
pub trait Operand {
    /// What is passed.
    type Shape: Shape + ?Sized;
    /// A reference to it.
    fn shape(&self) -> &Self::Shape;
}

impl<S: Shape + ?Sized> Operand for &S {
    type Shape = S;
    #[inline(always)]
    fn shape(&self) -> &S {
        self
    }
}

/// Shapes whose elements can be taken pair by pair. Lengths in the types must be the same.
#[diagnostic::on_unimplemented(
    message = "shapes that don't fit: `{Self}` and `{Other}`",
    label = "this operation takes its arguments element by element: `{Self}` and `{Other}` have different shapes"
)]
pub trait Same<Other: ?Sized> {}
impl Same<f32> for f32 {}
impl Same<f64> for f64 {}
impl<A: Same<B>, B, const N: usize> Same<[B; N]> for [A; N] {}

macro_rules! same {
    ($([$($n:tt)*] $a:ty, $b:ty;)*) => {$(
        #[cfg(feature = "alloc")]
        impl<A: Same<B>, B $(, $n)*> Same<$b> for $a {}
    )*};
}
same! {
    [] [A], [B];
    [] [A], Vec<B>;
    [] Vec<A>, [B];
    [] Vec<A>, Vec<B>;
}
#[cfg(feature = "alloc")]
impl<A: Same<B>, B, const N: usize> Same<[B]> for [A; N] {}
#[cfg(feature = "alloc")]
impl<A: Same<B>, B, const N: usize> Same<[B; N]> for [A] {}
#[cfg(feature = "alloc")]
impl<A: Same<B>, B, const N: usize> Same<Vec<B>> for [A; N] {}
#[cfg(feature = "alloc")]
impl<A: Same<B>, B, const N: usize> Same<[B; N]> for Vec<A> {}
