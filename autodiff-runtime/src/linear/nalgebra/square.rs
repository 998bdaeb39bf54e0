//! Determinants and inverses.

use super::Number;
use crate::linear::methods::{determinant, try_inverse};
use crate::linear::{Maybe, rule};
use ::nalgebra::allocator::Allocator;
use ::nalgebra::{DefaultAllocator, DimMin, OMatrix};

type M<T, D> = OMatrix<T, D, D>;

rule!(@[T: Number, D: DimMin<D, Output = D>] determinant: (a: M<T, D>) -> T
    where [DefaultAllocator: Allocator<D, D> + Allocator<D>]
    = a.determinant(); |dy| cofactors(a) * *dy; |t| cofactors(a).dot(t));
rule!(@[T: Number, D: DimMin<D, Output = D>] try_inverse: (a: M<T, D>) -> M<T, D>
    where [DefaultAllocator: Allocator<D, D> + Allocator<D>]
    = inverse(a);
    |dy| { let m = inverse(a).transpose(); -(&m * dy * &m) }; |t| { let m = inverse(a); -(&m * t * &m) });

impl<T: Number, D: DimMin<D, Output = D>> Maybe<M<T, D>> for try_inverse
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    fn is_there(a: &M<T, D>, _: &()) -> bool {
        a.clone().try_inverse().is_some()
    }
}

/// The inverse; `is_there` has said that there is one.
fn inverse<T: Number, D: DimMin<D, Output = D>>(a: &M<T, D>) -> M<T, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    match a.clone().try_inverse() {
        Some(inverse) => inverse,
        None => unreachable!("a matrix that was inverted can be inverted again"),
    }
}

/// The derivative of the determinant: defined where there is no inverse, too.
pub(super) fn cofactors<T: Number, D: DimMin<D, Output = D>>(a: &M<T, D>) -> M<T, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    let det = a.determinant();
    if let (true, Some(inverse)) = (det != T::zero(), a.clone().try_inverse()) {
        return inverse.transpose() * det;
    }
    let mut out = a.clone();
    for r in 0..a.nrows() {
        for c in 0..a.ncols() {
            let mut rest = a.clone();
            rest.row_mut(r).fill(T::zero());
            rest.column_mut(c).fill(T::zero());
            rest[(r, c)] = T::one();
            out[(r, c)] = rest.determinant();
        }
    }
    out
}
