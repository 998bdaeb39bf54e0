//! The run-time half of `backprop`: the traits and functions that generated code calls, and what users call
//! beside it.
//!
//! Users meet it through the facade crate `backprop`; nothing here has to be named in a dependency list. It is
//! `#![no_std]`: fixed-size data needs nothing, `Vec`s and the gradient check need the
//! feature `alloc`.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod callee;
#[cfg(feature = "alloc")]
pub mod check;
mod diff;
mod direction;
mod dot;
mod fail;
mod float_traits;
mod function;
#[cfg(feature = "alloc")]
pub mod graph;
mod integer;
mod item;
mod keep;
mod lanes;
mod later;
mod length;
mod libm;
pub mod linear;
#[doc(hidden)]
pub mod macros_of_std;
mod operator;
#[cfg(any(feature = "std", feature = "libm"))]
pub mod ops;
mod own_methods;
mod prim;
mod probe;
#[cfg(feature = "alloc")]
mod rows;
mod rule;
mod scalar;
mod seed;
mod sequence;
mod slot;
mod stop;
#[cfg(feature = "alloc")]
mod templates;
mod tuples;
mod wrapped;

pub use diff::{
    ConstantField, Diff, Difference, Differentiable, FlowingField, Flows, Given, Tangent, add_to,
    check_shape, clear, copied, flows, given, zero_field, zero_like,
};
pub use direction::Direction;
pub use dot::dot;
pub use fail::fail;
pub use float_traits::{NoBound, OfFloats, of_floats};
pub use function::{Active, ActiveMut, ActiveRef, Argument, Constant, ConstantMut, ConstantRef, again};
pub use function::{ByHand, Part, Partials, Passed, function, partials};
pub use function::{Function1, Function2, Function3, Function4, Function5, Function6};
pub use function::{Pullback1, Pullback2, Pullback3, Pullback4, Pullback5, Pullback6};
pub use function::{
    TangentFunction1, TangentFunction2, TangentFunction3, TangentFunction4, TangentFunction5,
    TangentFunction6,
};
pub use integer::{Integer, after};
pub use item::{check_generic_item, check_item, check_named_item};
pub use keep::{KeepCopy, KeepReference, Keeping, KeptReceiver, kept_receiver};
pub use lanes::{InLanes, LANES, Lanes, cast_lanes, direct, lanes, put_lane, put_lanes, zero_lanes};
pub use later::Later;
pub use length::{check_buffer, check_rule, check_seed, check_tangent};
pub use libm::{OfLibm, of_libm};
#[cfg(any(feature = "glam", feature = "nalgebra", feature = "ndarray"))]
pub use linear::{ternary, with};
pub use operator::{
    BinaryOperator, ByMut, ByRef, ByValue, IndexOperator, UnaryOperator, binary, indexed, operators, unary,
};
pub use own_methods::{OfStd, OwnMethod, of_std, same};
pub use prim::{Prim, PrimOf, exactly, float, prim};
pub use probe::{Floats, NotAFloat, Probe, floats};
#[cfg(feature = "alloc")]
pub use rows::Rows;
pub use rule::{ByReference, Handed, Kept, kept};
pub use scalar::{Scalar, lit, of_its_width, wide};
pub use seed::Seed;
pub use sequence::{Sequence, sequence_len};
pub use slot::{Followed, Lent, Off, PassiveSlot, Slot};
pub use stop::stop_gradient;
#[cfg(feature = "alloc")]
pub use templates::Templates;
pub use wrapped::{
    Rest, TakenOnce, Wrapped, apart, apart_forward, apart_forward_later, apart_later, apart_tangent,
    apart_tangent_later, optional, there_again,
};

/// What generated code is made of where the crate has no `std`.
#[cfg(feature = "alloc")]
#[doc(hidden)]
pub use alloc::{boxed::Box, vec, vec::Vec};

/// What needs an allocator in code that users' crates are given.
#[cfg(feature = "alloc")]
#[doc(hidden)]
#[macro_export]
macro_rules! __with_alloc {
    ($($tokens:tt)*) => { $($tokens)* };
}

/// There is none.
#[cfg(not(feature = "alloc"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __with_alloc {
    ($($tokens:tt)*) => {};
}
