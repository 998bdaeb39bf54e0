//! The seed of a call whose result is one float.

use crate::Scalar;

/// The adjoint of a result of type `F`, by value or by reference: a caller that does not know the type of what it
/// called has only a reference to hand out.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: the derivative of this call's result is no `{F}`: `{Self}` does not fit",
    label = "the call's result is a `{F}`"
)]
pub trait Seed<F> {
    /// The float.
    #[doc(hidden)]
    fn value(self) -> F;
}

impl<F: Scalar> Seed<F> for F {
    #[inline(always)]
    fn value(self) -> F {
        self
    }
}

impl<F: Scalar> Seed<F> for &F {
    #[inline(always)]
    fn value(self) -> F {
        *self
    }
}

/// Of a call without a result.
impl Seed<()> for () {
    #[inline(always)]
    fn value(self) {}
}

impl Seed<()> for &() {
    #[inline(always)]
    fn value(self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn twice<F: Scalar>(seed: impl Seed<F>) -> F {
        let s = seed.value();
        s + s
    }

    #[test]
    fn floats_are_seeds_by_value_and_by_reference() {
        assert_eq!((twice::<f64>(1.5), twice::<f32>(1.5), twice::<f64>(&0.5)), (3.0, 3.0, 1.0));
    }
}
