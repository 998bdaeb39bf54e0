//! Factorisations: of a matrix, which they are made of once more where they are asked for something.

use super::Number;
use crate::linear::methods::{cholesky, determinant, inverse, lu, solve};
use crate::linear::{Maybe, Two, rule};
use ::nalgebra::allocator::Allocator;
use ::nalgebra::{Const, DefaultAllocator, Dim, DimMin, Dyn, OMatrix};

type M<T, D> = OMatrix<T, D, D>;

/// A factorisation, as the matrix that it is of.
macro_rules! factorisations {
    ($($name:ident $fixed:ident $dynamic:ident;)*) => {$(
        #[doc = concat!("`", stringify!($name), "`, as the matrix that it is of.")]
        #[derive(Clone, Debug)]
        pub struct $name<T: Number, D: Dim>(pub OMatrix<T, D, D>)
        where
            DefaultAllocator: Allocator<D, D>;
        /// Of fixed size.
        pub type $fixed<T, const N: usize> = $name<T, Const<N>>;
        /// Of any size.
        pub type $dynamic<T> = $name<T, Dyn>;

        impl<T: Number, D: Dim> crate::linear::Operand for $name<T, D> where DefaultAllocator: Allocator<D, D> {}
        impl<T: Number, D: Dim> crate::Diff for $name<T, D>
        where
            DefaultAllocator: Allocator<D, D>,
        {
            type Tan = $name<T, D>;
            #[inline]
            fn __zero_like(&self) -> $name<T, D> {
                $name(crate::zero_like(&self.0))
            }
        }
        impl<T: Number, D: Dim> crate::Tangent for $name<T, D>
        where
            DefaultAllocator: Allocator<D, D>,
        {
            #[inline]
            fn __add(&mut self, v: &$name<T, D>) {
                self.0 += &v.0;
            }
            #[inline]
            fn __clear(&mut self) {
                self.0.fill(T::zero());
            }
        }
    )*};
}
factorisations! {
    Lu LuConst LuDyn;
    Cholesky CholeskyConst CholeskyDyn;
}

rule!(@[T: Number, D: Dim] lu: (a: M<T, D>) -> Lu<T, D>
    where [DefaultAllocator: Allocator<D, D>]
    = Lu(a.clone()); |dy| dy.0.clone(); |t| Lu(t.clone()));
rule!(@[T: Number, D: Dim] cholesky: (a: M<T, D>) -> Cholesky<T, D>
    where [DefaultAllocator: Allocator<D, D>]
    = Cholesky(a.clone()); |dy| dy.0.clone(); |t| Cholesky(t.clone()));

impl<T: Number, D: Dim> Maybe<M<T, D>> for cholesky
where
    DefaultAllocator: Allocator<D, D>,
{
    fn is_there(a: &M<T, D>, _: &()) -> bool {
        a.clone().cholesky().is_some()
    }
}

/// `a⁻¹ b`; `is_there` has said that there is one.
fn by_lu<T: Number, D: DimMin<D, Output = D>, C: Dim>(a: M<T, D>, b: &OMatrix<T, D, C>) -> OMatrix<T, D, C>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D> + Allocator<D, C>,
{
    a.lu().solve(b).unwrap_or_else(|| b.map(|_| T::of(f64::NAN)))
}

impl<T: Number, D: DimMin<D, Output = D>, C: Dim> Maybe<Lu<T, D>, OMatrix<T, D, C>> for solve
where
    DefaultAllocator: Allocator<D, D> + Allocator<D> + Allocator<D, C>,
{
    fn is_there(a: &Lu<T, D>, b: &OMatrix<T, D, C>) -> bool {
        a.0.clone().lu().solve(b).is_some()
    }
}

// Of `x = a⁻¹ b`: `λ = a⁻ᵀ ȳ`, and `−λ xᵀ` (Giles, An extended collection of matrix derivative results, 2008, 2.3.1).
impl<T: Number, D: DimMin<D, Output = D>, C: Dim> Two<Lu<T, D>, OMatrix<T, D, C>> for solve
where
    DefaultAllocator: Allocator<D, D> + Allocator<D> + Allocator<D, C> + Allocator<C, D>,
{
    type Y = OMatrix<T, D, C>;
    fn value(a: &Lu<T, D>, b: &OMatrix<T, D, C>) -> Self::Y {
        by_lu(a.0.clone(), b)
    }
    fn pull(
        a: &Lu<T, D>,
        b: &OMatrix<T, D, C>,
        dy: &Self::Y,
        da: Option<&mut Lu<T, D>>,
        db: Option<&mut OMatrix<T, D, C>>,
    ) {
        let back = by_lu(a.0.transpose(), dy);
        if let Some(da) = da {
            da.0 -= &back * by_lu(a.0.clone(), b).transpose();
        }
        if let Some(db) = db {
            *db += back;
        }
    }
    fn push(a: &Lu<T, D>, b: &OMatrix<T, D, C>, ta: &Lu<T, D>, tb: &OMatrix<T, D, C>) -> Self::Y {
        let x = by_lu(a.0.clone(), b);
        by_lu(a.0.clone(), &(tb - &ta.0 * x))
    }
}

rule!(@[T: Number, D: DimMin<D, Output = D>] determinant: (a: Lu<T, D>) -> T
    where [DefaultAllocator: Allocator<D, D> + Allocator<D>]
    = a.0.clone().lu().determinant(); |dy| Lu(super::square::cofactors(&a.0) * *dy);
    |t| super::square::cofactors(&a.0).dot(&t.0));

/// The symmetric matrix that a Cholesky factorisation is of: it reads the lower triangle alone.
fn whole<T: Number, D: Dim>(a: &M<T, D>) -> M<T, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    let mut out = a.clone();
    out.fill_upper_triangle_with_lower_triangle();
    out
}

/// The derivative of the lower triangle, from that of the whole.
fn lower<T: Number, D: Dim>(g: M<T, D>) -> M<T, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    let mut out = &g + g.transpose();
    for c in 0..g.ncols() {
        for r in 0..=c {
            out[(r, c)] = if r == c { g[(r, c)] } else { T::zero() };
        }
    }
    out
}

/// The factorisation; `is_there` has said that there is one.
fn factor<T: Number, D: Dim>(a: &Cholesky<T, D>) -> ::nalgebra::Cholesky<T, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    match a.0.clone().cholesky() {
        Some(factor) => factor,
        None => unreachable!("a matrix that was factored can be factored again"),
    }
}

// As with `Lu`, where `a` is symmetric.
impl<T: Number, D: Dim, C: Dim> Two<Cholesky<T, D>, OMatrix<T, D, C>> for solve
where
    DefaultAllocator: Allocator<D, D> + Allocator<D, C> + Allocator<C, D>,
{
    type Y = OMatrix<T, D, C>;
    fn value(a: &Cholesky<T, D>, b: &OMatrix<T, D, C>) -> Self::Y {
        factor(a).solve(b)
    }
    fn pull(
        a: &Cholesky<T, D>,
        b: &OMatrix<T, D, C>,
        dy: &Self::Y,
        da: Option<&mut Cholesky<T, D>>,
        db: Option<&mut OMatrix<T, D, C>>,
    ) {
        let factor = factor(a);
        let back = factor.solve(dy);
        if let Some(da) = da {
            da.0 += lower(-(&back * factor.solve(b).transpose()));
        }
        if let Some(db) = db {
            *db += back;
        }
    }
    fn push(a: &Cholesky<T, D>, b: &OMatrix<T, D, C>, ta: &Cholesky<T, D>, tb: &OMatrix<T, D, C>) -> Self::Y {
        let factor = factor(a);
        let x = factor.solve(b);
        factor.solve(&(tb - whole(&ta.0) * x))
    }
}

rule!(@[T: Number, D: Dim] determinant: (a: Cholesky<T, D>) -> T
    where [DefaultAllocator: Allocator<D, D>]
    = factor(a).determinant();
    |dy| { let f = factor(a); Cholesky(lower(f.inverse() * (f.determinant() * *dy))) };
    |t| { let f = factor(a); f.inverse().dot(&whole(&t.0)) * f.determinant() });
rule!(@[T: Number, D: Dim] inverse: (a: Cholesky<T, D>) -> M<T, D>
    where [DefaultAllocator: Allocator<D, D>]
    = factor(a).inverse();
    |dy| { let m = factor(a).inverse(); Cholesky(lower(-(&m * dy * &m))) };
    |t| { let m = factor(a).inverse(); -(&m * whole(&t.0) * &m) });
