//! Operators of users' types: `a + b` where `a` is a struct of the user's.
//!
//! `#[backprop]` on `impl Add<B> for A` makes `A` a [`BinaryOperator`], whose handle is that of a function with the body of
//! `add`. A companion asks for the handle by the types of its operands, so that the product of one type is never taken
//! for that of another.

/// Which operator.
pub mod operators {
    macro_rules! operators {
        ($($name:ident)*) => {$(
            #[doc = concat!("`std::ops::", stringify!($name), "`")]
            #[derive(Clone, Copy, Debug)]
            pub struct $name;
        )*};
    }
    operators!(Add Sub Mul Div Rem Neg AddAssign SubAssign MulAssign DivAssign RemAssign);
}

/// An operand is passed by value.
#[derive(Clone, Copy, Debug)]
pub struct ByValue;

/// An operand is a `&`.
#[derive(Clone, Copy, Debug)]
pub struct ByRef;

/// An operand is a `&mut`.
#[derive(Clone, Copy, Debug)]
pub struct ByMut;

/// A type with an operator that has a derivative: `Self` is what the first operand is, or refers to (`P` says which), and
/// `B` the second one.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: this operator of `{Self}` and `{B}` has no derivative",
    label = "a derivative flows through this operator",
    note = "why: what an operator of a struct computes is in its `impl`, which has to bring its derivative along",
    note = "instead: put `#[backprop]` on the `impl` of the operator"
)]
pub trait BinaryOperator<O, P, Q, B> {
    /// The handle of the function that the operator is.
    type Handle;
    #[doc(hidden)]
    const HANDLE: Self::Handle;
}

/// The same of one operand: `-a`.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: this operator of `{Self}` has no derivative",
    label = "a derivative flows through this operator",
    note = "why: what an operator of a struct computes is in its `impl`, which has to bring its derivative along",
    note = "instead: put `#[backprop]` on the `impl` of the operator"
)]
pub trait UnaryOperator<O, P> {
    /// The handle of the function that the operator is.
    type Handle;
    #[doc(hidden)]
    const HANDLE: Self::Handle;
}

/// A type whose elements by an index are parts of it: `#[backprop] impl Index<I> for Self`.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: what an index of `{Self}` stands for is not known",
    label = "a derivative flows through this element",
    note = "why: an element has to be a part of the whole, so that its derivative is the same part of the gradient",
    note = "instead: put `#[backprop]` on `impl Index`; there has to be an `impl IndexMut` as well"
)]
pub trait IndexOperator<I>: core::ops::IndexMut<I> {}

/// The handle of an operator.
#[inline(always)]
pub fn binary<O, P, Q, A: BinaryOperator<O, P, Q, B>, B>(_: &A, _: &B) -> A::Handle {
    A::HANDLE
}

/// The same of one operand.
#[inline(always)]
pub fn unary<O, P, A: UnaryOperator<O, P> + ?Sized>(_: &A) -> A::Handle {
    A::HANDLE
}

/// Asks rustc whether elements of a struct are parts of it.
#[inline(always)]
pub fn indexed<A: IndexOperator<I>, I>(_: &A, _: &I) {}
