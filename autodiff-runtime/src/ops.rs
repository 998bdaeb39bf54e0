//! Array operations with derivatives: the classic nodes of back-propagation, as ordinary functions.
//!
//! | | functions |
//! |---|---|
//! | elementwise, of a scalar or of arrays | [`relu`], [`leaky_relu`], [`sigmoid`], [`log_sigmoid`], [`tanh`], [`softplus`], [`gelu`], [`silu`], [`add`], [`sub`], [`mul`], [`div`], [`scale`] |
//! | to one number | [`sum`], [`mean`], [`dot`], [`norm`], [`norm_squared`], [`log_sum_exp`] |
//! | row by row | [`softmax`], [`log_softmax`], [`layer_norm`] |
//! | products | [`matvec`], [`matmul`], [`transpose`]; of flat slices [`matvec_flat`], [`matmul_flat`] |
//! | images | [`conv1d`], [`conv2d`], [`max_pool2d`], [`flatten`] |
//! | losses | [`cross_entropy`], [`softmax_cross_entropy`], [`binary_cross_entropy_with_logits`], [`mse`] |
//!
//! Arguments go by reference (floats by value), results come by value: an array for an array, a `Vec` for a slice or a
//! `Vec`, of `f32` or `f64`, nested as deep as the argument. Where lengths stand in the types, rustc checks that they
//! fit; where they don't, one assertion does, which names the function.
//!
//! Arrays that come out of [`conv2d`], [`max_pool2d`] or [`flatten`] have the lengths that the caller's type says. Where those
//! are wrong numbers, rustc says so when it compiles the instance, and some of its messages don't name the caller's line.
//!
//! In generic functions one bound is enough, [`Real`](shapes::Real): `fn energy<T: Real>(x: &[T]) -> T { sum(&relu(x)) }`. It can
//! stand beside others, such as `Float` of the crate `num-traits`.
//!
//! Each function has a companion of its own, and is called in `#[backprop]` functions like any other annotated one. Its
//! derivative looks at the arguments again. A constant argument that can't be named a second time, such as what a method
//! returned or a loop's item refers to, is copied by the call, once for each; what has a name and a type of its own is not. The
//! derivatives are closed forms, tested against those that `#[backprop]` makes of plain loops.
//!
//! ```
//! use autodiff_runtime::ops::{relu, softmax_cross_entropy_grad};
//!
//! assert_eq!(relu(&[-1.0, 2.0]), [0.0, 2.0]);
//! // The gradient with respect to the logits is softmax − target.
//! let (loss, d_logits) = softmax_cross_entropy_grad(&[0.0, 0.0], 1);
//! assert_eq!((loss, d_logits), (2.0_f64.ln(), [0.5, -0.5]));
//! ```

mod arithmetic;
mod elementwise;
mod handle;
mod images;
mod loss;
mod nested;
mod normalise;
mod products;
mod real;
mod reduce;
mod rows;
mod scaling;
mod shape;
mod walk;

pub use arithmetic::{add, add_vjp, div, div_vjp, mul, mul_vjp, sub, sub_vjp};
pub use elementwise::*;
pub use images::{conv1d, conv1d_vjp, conv2d, conv2d_vjp, max_pool2d, max_pool2d_vjp};
pub use loss::{cross_entropy, cross_entropy_grad, softmax_cross_entropy, softmax_cross_entropy_grad};
pub use nested::{flatten, flatten_vjp};
pub use normalise::{layer_norm, layer_norm_vjp};
pub use products::{matmul, matmul_vjp, matvec, matvec_vjp, transpose, transpose_vjp};
#[cfg(feature = "alloc")]
pub use products::{matmul_flat, matmul_flat_vjp, matvec_flat, matvec_flat_vjp};
pub use reduce::*;
pub use rows::*;
pub use scaling::{leaky_relu, leaky_relu_vjp, scale, scale_vjp};

/// The traits behind the functions' signatures.
pub mod shapes {
    pub use super::handle::{Again, Binary, Copyable, Given, Held, Kept, Pair, Unary, Way};
    #[cfg(feature = "alloc")]
    pub use super::images::Kernels;
    pub use super::images::{Image, Pooled, Signal};
    pub use super::loss::{Answers, Labels, Target};
    pub use super::nested::{Counted, Nested};
    pub use super::normalise::{RowPart, Rows, Three};
    pub use super::products::{Fits, List, Matrix, Vector};
    pub use super::real::Real;
    pub use super::shape::{Operand, Same, Shape};
}

use shape::{Operand, Shape};

/// The type of an operation's result where it has the shape of the argument.
pub type Owned<X> = <<X as Operand>::Shape as Shape>::Owned;
/// The float that an argument is made of.
pub type RealOf<X> = <<X as Operand>::Shape as Shape>::Real;
/// What an argument refers to.
pub type ShapeOf<X> = <X as Operand>::Shape;
