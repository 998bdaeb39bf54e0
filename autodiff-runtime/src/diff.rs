//! What type the derivative of a value has, and how such derivatives are made and added up.

mod aggregates;
mod difference;
mod tuples;

pub use difference::{Difference, check_shape};

/// A type whose values a derivative can flow through, or provably not flow through.
///
/// [`Diff::Tan`] is the type of a gradient (or tangent) with respect to such a value: the same shape, floats
/// for floats and `()` for what has no derivative (integers, `bool`, text).
///
/// The names of the methods are mangled because a generic function's `T: Scalar` brings them into scope beside
/// the user's own traits; call the free functions [`zero_like`] and [`add_to`].
#[diagnostic::on_unimplemented(
    message = "#[backprop]: `{Self}` has no derivative type",
    label = "a derivative would have to flow through this value of type `{Self}`",
    note = "`#[backprop]` differentiates through floats, and arrays, slices, `Vec`s, tuples and references of \
            them, and through structs with `#[derive(Differentiable)]`",
    note = "if the value is meant to be a constant, wrap it in `backprop::stop_gradient(…)`, or mark the \
            parameter `#[no_grad]`"
)]
pub trait Diff {
    /// The type of a derivative with respect to `Self`.
    type Tan: Tangent;
    /// The zero derivative: of the same lengths as `self`.
    #[doc(hidden)]
    fn __zero_like(&self) -> Self::Tan;
}

/// What an active variable can start as, where only rustc knows what it is: memory of its own, made of floats.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: an active variable starts as a `{Self}`",
    label = "active values are written to this value of type `{Self}`",
    note = "why: what active values are written to has to be a number, or an array, `Vec` or tuple of floats",
    note = "instead: a copy of the floats in it, as an array or `Vec`"
)]
#[doc(hidden)]
pub trait Given {}

#[diagnostic::do_not_recommend]
impl<T: Diff<Tan = T>> Given for T {}

/// What an active variable starts as.
#[inline(always)]
pub fn given<T: Given>(value: T) -> T {
    value
}

/// What a struct says of a field that derivatives flow through.
#[derive(Clone, Copy, Debug)]
pub struct FlowingField;

/// What it says of a field that is a constant.
#[derive(Clone, Copy, Debug)]
pub struct ConstantField;

/// What is said of a field that a derivative may flow through.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: a derivative flows through a constant field",
    label = "this field is marked `#[no_grad]`, or its type has no floats",
    note = "why: what a constant field of a gradient or tangent holds is a copy of the value's, and no derivative",
    note = "instead: `backprop::stop_gradient(…)` around the field where it is read, or the field without `#[no_grad]`"
)]
pub trait Flows {}

impl Flows for FlowingField {}

/// Asks rustc whether a derivative may flow through a field.
#[inline(always)]
pub fn flows<F: Flows>(_: &F) {}

/// A derivative: what [`Diff::Tan`] can be, and slices of it.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: `{Self}` is not the type of a derivative",
    note = "`#[backprop]` adds up derivatives that are floats, and arrays, slices, `Vec`s and tuples of them"
)]
pub trait Tangent {
    /// Whether all zeros of this type are equal: none has a length, or a part that may not be there.
    #[doc(hidden)]
    const __ONE_ZERO: bool = false;
    /// `self += v`, elementwise.
    #[doc(hidden)]
    fn __add(&mut self, v: &Self);
    /// Sets every element to zero.
    #[doc(hidden)]
    fn __clear(&mut self);
    /// Where the lengths in `self` are not those in `v`, if anywhere.
    #[doc(hidden)]
    #[inline]
    fn __differs(&self, _v: &Self) -> Option<Difference> {
        None
    }
}

/// A value whose gradient is of its own type: floats, arrays and `Vec`s of them, and structs with
/// `#[derive(Differentiable)]`.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: derivatives don't flow through a `{Self}`",
    note = "why: a gradient with respect to it would be a value of its own type, made of floats",
    note = "instead: `#[no_grad]` on the field, where a field of a struct is a constant; of a struct that is made of floats, `#[derive(Differentiable)]`"
)]
pub trait Differentiable: Diff<Tan = Self> + Tangent {}

#[diagnostic::do_not_recommend]
impl<T: Diff<Tan = T> + Tangent> Differentiable for T {}

/// What a struct with the derive has to be: where companions keep a value for later, they keep a copy.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: `{Self}` has no `Clone`",
    label = "companions copy a value of this type where it is needed later on",
    note = "why: the reverse pass needs values as they were, and a gradient the lengths in them",
    note = "instead: `#[derive(Clone, backprop::Differentiable)]`"
)]
#[doc(hidden)]
pub trait Copied {}

#[diagnostic::do_not_recommend]
impl<T: Clone> Copied for T {}

/// Asks for that.
#[doc(hidden)]
pub fn copied<T: Copied>(_: &T) {}

/// A zero for an active field of a struct.
#[doc(hidden)]
#[inline(always)]
pub fn zero_field<T: Differentiable>(x: &T) -> T {
    x.__zero_like()
}

/// The zero derivative with respect to `x`: of the same shape and lengths.
///
/// ```
/// use autodiff_runtime::zero_like;
/// assert_eq!(zero_like(&(3.0, [1.0, 2.0], 7usize)), (0.0, [0.0, 0.0], ()));
/// ```
#[inline]
pub fn zero_like<T: Diff + ?Sized>(x: &T) -> T::Tan {
    x.__zero_like()
}

/// `d += v` for derivatives of one shape, elementwise.
///
/// # Panics
///
/// If two lengths that only run time knows differ.
#[inline]
#[track_caller]
pub fn add_to<D: Tangent + ?Sized>(d: &mut D, v: &D) {
    d.__add(v);
}

/// Sets every element of a derivative to zero.
#[inline]
pub fn clear<D: Tangent + ?Sized>(d: &mut D) {
    d.__clear();
}

macro_rules! floats {
    ($($t:ty)*) => {$(
        impl Diff for $t {
            type Tan = $t;
            #[inline]
            fn __zero_like(&self) -> $t { 0.0 }
        }
        impl Tangent for $t {
            const __ONE_ZERO: bool = true;
            #[inline]
            fn __add(&mut self, v: &$t) { *self += *v }
            #[inline]
            fn __clear(&mut self) { *self = 0.0 }
        }
    )*};
}
floats!(f32 f64);

macro_rules! passive {
    ($($t:ty)*) => {$(
        impl Diff for $t {
            type Tan = ();
            #[inline]
            fn __zero_like(&self) {}
        }
    )*};
}
passive!(() bool char str u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);
#[cfg(feature = "alloc")]
passive!(alloc::string::String);

impl Tangent for () {
    const __ONE_ZERO: bool = true;
    #[inline]
    fn __add(&mut self, (): &()) {}
    #[inline]
    fn __clear(&mut self) {}
}

impl<T: Diff + ?Sized> Diff for &T {
    type Tan = T::Tan;
    #[inline]
    fn __zero_like(&self) -> T::Tan {
        (**self).__zero_like()
    }
}

impl<T: Diff + ?Sized> Diff for &mut T {
    type Tan = T::Tan;
    #[inline]
    fn __zero_like(&self) -> T::Tan {
        (**self).__zero_like()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{boxed::Box, vec, vec::Vec};

    #[test]
    fn zeros_have_the_shape_of_the_value() {
        assert_eq!(zero_like(&2.0f32), 0.0f32);
        assert_eq!(zero_like(&[[1.0; 3]; 2]), [[0.0; 3]; 2]);
        assert_eq!(zero_like(&[1.0, 2.0][..]), vec![0.0, 0.0]);
        assert_eq!(zero_like(&&vec![vec![1.0], vec![]]), vec![vec![0.0], vec![]]);
        let scratch: &mut [f32; 2] = &mut [1.0; 2];
        assert_eq!(zero_like(&scratch), [0.0; 2]);
        assert_eq!(zero_like(&Box::new(1.5)), Box::new(0.0));
    }

    #[test]
    fn what_has_no_derivative_has_the_unit() {
        assert_eq!(zero_like(&(1u8, true, "text", 'c')), ((), (), (), ()));
        assert_eq!(zero_like(&[1usize, 2]), [(), ()]);
    }

    #[test]
    fn adding_is_elementwise() {
        let mut d = (1.0, [1.0f32, 2.0], vec![1.0, 2.0], ());
        add_to(&mut d, &(0.5, [1.0, 1.0], vec![2.0, 3.0], ()));
        assert_eq!(d, (1.5, [2.0, 3.0], vec![3.0, 5.0], ()));
    }

    #[test]
    fn a_vec_adds_into_a_slice() {
        let mut buffer = [1.0, 2.0, 3.0];
        let d: &mut [f64] = &mut buffer[1..];
        let v: Vec<f64> = zero_like(&*d).iter().map(|z| z + 10.0).collect();
        add_to(d, &v);
        assert_eq!(buffer, [1.0, 12.0, 13.0]);
    }

    #[test]
    #[should_panic(expected = "lengths 1 and 2")]
    fn lengths_must_agree() {
        add_to(&mut vec![1.0], &vec![1.0, 2.0]);
    }

    #[test]
    fn clearing_keeps_the_lengths() {
        let mut d: (Vec<Vec<f64>>, [f32; 2]) = (vec![vec![1.0, 2.0], vec![3.0]], [4.0, 5.0]);
        clear(&mut d);
        assert_eq!(d, (vec![vec![0.0, 0.0], vec![0.0]], [0.0, 0.0]));
    }
}
