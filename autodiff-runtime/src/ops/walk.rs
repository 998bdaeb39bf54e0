//! Walks over shapes, row by row: what is nested has the same code as what is flat, and rows are slices of floats, which
//! rustc's vectoriser likes best.

use super::shape::Shape;

/// The row that a shape of depth 0 or 1 is.
#[inline(always)]
pub fn row<A: Shape + ?Sized>(a: &A) -> &[A::Real] {
    A::Part::floats(a.parts())
}

/// The same, to be changed.
#[inline(always)]
pub fn row_mut<A: Shape + ?Sized>(a: &mut A) -> &mut [A::Real] {
    A::Part::floats_mut(a.parts_mut())
}

/// Each row.
#[inline(always)]
pub fn each<A: Shape + ?Sized>(a: &A, f: &mut impl FnMut(&[A::Real])) {
    if A::DEPTH < 2 { f(row(a)) } else { a.parts().iter().for_each(|a| each(a, f)) }
}

/// Each row, to be changed.
#[inline(always)]
pub fn each_mut<A: Shape + ?Sized>(a: &mut A, f: &mut impl FnMut(&mut [A::Real])) {
    if A::DEPTH < 2 { f(row_mut(a)) } else { a.parts_mut().iter_mut().for_each(|a| each_mut(a, f)) }
}

/// Each pair of rows.
#[inline(always)]
pub fn pairs<A, B>(a: &A, b: &B, f: &mut impl FnMut(&[A::Real], &[A::Real]))
where
    A: Shape + ?Sized,
    B: Shape<Real = A::Real> + ?Sized,
{
    if A::DEPTH < 2 {
        f(row(a), row(b));
    } else {
        a.parts().iter().zip(b.parts()).for_each(|(a, b)| pairs(a, b, f));
    }
}

/// Each pair of rows, the second to be changed.
#[inline(always)]
pub fn pairs_mut<A, B>(a: &A, b: &mut B, f: &mut impl FnMut(&[A::Real], &mut [A::Real]))
where
    A: Shape + ?Sized,
    B: Shape<Real = A::Real> + ?Sized,
{
    if A::DEPTH < 2 {
        f(row(a), row_mut(b));
    } else {
        a.parts().iter().zip(b.parts_mut()).for_each(|(a, b)| pairs_mut(a, b, f));
    }
}

/// Each three rows, the third to be changed.
#[inline(always)]
pub fn triples_mut<A, B, C>(
    a: &A,
    b: &B,
    c: &mut C,
    f: &mut impl FnMut(&[A::Real], &[A::Real], &mut [A::Real]),
) where
    A: Shape + ?Sized,
    B: Shape<Real = A::Real> + ?Sized,
    C: Shape<Real = A::Real> + ?Sized,
{
    if A::DEPTH < 2 {
        f(row(a), row(b), row_mut(c));
    } else {
        let parts = a.parts().iter().zip(b.parts()).zip(c.parts_mut());
        parts.for_each(|((a, b), c)| triples_mut(a, b, c, f));
    }
}

/// Each four rows, the fourth to be changed.
#[inline(always)]
pub fn quadruples_mut<A, B, C, D>(
    (a, b, c): (&A, &B, &C),
    d: &mut D,
    f: &mut impl FnMut(&[A::Real], &[A::Real], &[A::Real], &mut [A::Real]),
) where
    A: Shape + ?Sized,
    B: Shape<Real = A::Real> + ?Sized,
    C: Shape<Real = A::Real> + ?Sized,
    D: Shape<Real = A::Real> + ?Sized,
{
    if A::DEPTH < 2 {
        f(row(a), row(b), row(c), row_mut(d));
    } else {
        let parts = a.parts().iter().zip(b.parts()).zip(c.parts()).zip(d.parts_mut());
        parts.for_each(|(((a, b), c), d)| quadruples_mut((a, b, c), d, f));
    }
}

/// Checks that two shapes have the same lengths throughout.
///
/// # Panics
///
/// If they don't; the message names `function`.
#[inline(always)]
#[track_caller]
pub fn check_same<A, B>(function: &str, a: &A, b: &B)
where
    A: Shape + ?Sized,
    B: Shape + ?Sized,
{
    if A::DEPTH == 0 {
        return;
    }
    let (a, b) = (a.parts(), b.parts());
    if a.len() != b.len() {
        different_arguments(function, a.len(), b.len());
    }
    if A::DEPTH > 1 {
        for (a, b) in a.iter().zip(b) {
            check_same(function, a, b);
        }
    }
}

/// Checks that the seed of the companion `function` has the lengths of the value `y`, which it belongs to.
///
/// # Panics
///
/// If it hasn't; the message names `function`.
#[inline(always)]
#[track_caller]
pub fn check_seed<Y, S>(function: &str, y: &Y, seed: &S)
where
    Y: Shape + ?Sized,
    S: Shape + ?Sized,
{
    if Y::DEPTH == 0 {
        return;
    }
    let (y, seed) = (y.parts(), seed.parts());
    crate::check_seed(function, "", y.len(), seed.len());
    if Y::DEPTH > 1 {
        for (y, seed) in y.iter().zip(seed) {
            check_seed(function, y, seed);
        }
    }
}

/// Checks that two lengths are the same.
#[inline(always)]
#[track_caller]
pub fn check_lengths(function: &str, a: usize, b: usize) {
    if a != b {
        different_lengths(function, a, b);
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn different_arguments(function: &str, a: usize, b: usize) -> ! {
    panic!(
        "`{function}`: shapes that don't fit: the lengths {a} and {b} differ, of the first argument and of the second"
    )
}

#[cold]
#[inline(never)]
#[track_caller]
fn different_lengths(function: &str, a: usize, b: usize) -> ! {
    panic!("`{function}`: shapes that don't fit: the lengths {a} and {b} differ")
}

/// How many floats there are.
#[inline]
pub fn count<A: Shape + ?Sized>(a: &A) -> usize {
    let mut n = 0;
    each(a, &mut |row| n += row.len());
    n
}
