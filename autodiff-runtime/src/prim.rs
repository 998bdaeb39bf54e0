//! Compile-time proofs that a value whose type the macro could not see is a primitive float. Only then may an
//! operation on it go by its name.

mod sealed {
    /// Keeps [`super::Prim`] to the floats: on any other type `*` or `.max()` could mean anything.
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
    impl<P: Sealed> Sealed for &P {}
}

/// A primitive float, or a reference to one.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: a derivative flows through this value, and `{Self}` is not a float",
    label = "expected `f32` or `f64`, found `{Self}`",
    note = "`#[backprop]` knows the derivatives of operations on primitive floats only",
    note = "take the floats out first, or mark what is meant to be a constant with \
            `backprop::stop_gradient(…)`"
)]
pub trait Prim: sealed::Sealed {
    /// The float.
    type Float;
    /// Its value.
    #[doc(hidden)]
    fn __prim(self) -> Self::Float;
}

/// The float `F`, or a reference to one. A parameter and not an associated type: so that the type of a literal
/// follows from `F`.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: a derivative flows through this value, and `{Self}` is not an `{F}`",
    label = "expected `{F}`, found `{Self}`",
    note = "`#[backprop]` knows the derivatives of operations on primitive floats only",
    note = "take the floats out first, or mark what is meant to be a constant with \
            `backprop::stop_gradient(…)`"
)]
pub trait PrimOf<F>: sealed::Sealed {
    /// Its value.
    #[doc(hidden)]
    fn __prim_of(self) -> F;
}

macro_rules! prims {
    ($($t:ty)*) => {$(
        impl Prim for $t {
            type Float = $t;
            #[inline(always)]
            fn __prim(self) -> $t { self }
        }
        impl PrimOf<$t> for $t {
            #[inline(always)]
            fn __prim_of(self) -> $t { self }
        }
    )*};
}
prims!(f32 f64);

// Errors should speak of the reference that was passed, not of what it refers to.
#[diagnostic::do_not_recommend]
impl<P: Prim + Copy> Prim for &P {
    type Float = P::Float;
    #[inline(always)]
    fn __prim(self) -> P::Float {
        (*self).__prim()
    }
}

#[diagnostic::do_not_recommend]
impl<F, P: PrimOf<F> + Copy> PrimOf<F> for &P {
    #[inline(always)]
    fn __prim_of(self) -> F {
        (*self).__prim_of()
    }
}

/// The float that `x` is or refers to; for any other type this is a compile error.
#[inline(always)]
pub fn prim<P: Prim>(x: P) -> P::Float {
    x.__prim()
}

/// A float of exactly this type.
#[inline(always)]
pub fn exactly<F: crate::Scalar>(x: F) -> F {
    x
}

/// Like [`prim()`], where the type of the float is known: `float::<f64>(x)`.
#[inline(always)]
pub fn float<F>(x: impl PrimOf<F>) -> F {
    x.__prim_of()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_come_through_by_value_and_by_reference() {
        assert_eq!((prim(1.5f32), prim(&2.5f64), prim(&&3.5f64)), (1.5f32, 2.5, 3.5));
        assert_eq!(float::<f64>(&0.5), 0.5);
    }

    #[test]
    fn a_literal_takes_the_type_that_is_asked_for() {
        let x = if prim(1.0) > 0.0 { 0.1 } else { 0.2 };
        assert_eq!(float::<f32>(x).to_bits(), 0.1f32.to_bits());
        let y = 0.1;
        assert_eq!(float::<f32>(&y) + y, 0.2f32);
    }

    #[test]
    fn generic_floats_do_too() {
        fn twice<F: crate::Scalar>(x: &F) -> F {
            prim(*x) + prim(x) + float::<F>(*x) - float::<F>(x)
        }
        assert_eq!(twice(&1.5f32), 3.0);
    }
}
