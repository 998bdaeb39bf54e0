#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

/// ```
/// use backprop::backprop;
///
/// #[backprop(wrt(rate))]
/// fn growth(start: f64, rate: f64, years: u32) -> f64 {
///     let mut value = start;
///     for _ in 0..years {
///         value *= 1.0 + rate;
///     }
///     value
/// }
///
/// let (value, by_rate) = growth_grad(100.0, 0.5, 2);
/// assert_eq!((value, by_rate), (225.0, 300.0));
/// ```
///
pub use autodiff_macro::backprop;

/// As a trait: what has a gradient of its own type. As a derive:
///
#[doc(inline)]
pub use autodiff_macro::Differentiable;
pub use autodiff_runtime::linear;
pub use autodiff_runtime::{ByHand, function, stop_gradient};
pub use autodiff_runtime::{Differentiable, add_to, zero_like};
#[cfg(feature = "alloc")]
pub use autodiff_runtime::{check, graph};

#[cfg(any(feature = "std", feature = "libm"))]
pub use autodiff_runtime::ops;
#[cfg(any(feature = "std", feature = "libm"))]
#[doc(no_inline)]
pub use autodiff_runtime::ops::*;

/// What generated code names. No part of the interface: it changes without notice.
#[doc(hidden)]
pub mod __rt {
    pub use autodiff_runtime::*;
}

/// The code in the guide is compiled and run like that in the README.
#[cfg(doctest)]
mod guide {
    #[doc = include_str!("../docs/guide/src/first.md")]
    mod first {}
    #[doc = include_str!("../docs/guide/src/language.md")]
    mod language {}
    #[doc = include_str!("../docs/guide/src/modes.md")]
    mod modes {}
    #[doc = include_str!("../docs/guide/src/structs.md")]
    mod structs {}
    #[doc = include_str!("../docs/guide/src/rules.md")]
    mod rules {}
    #[doc = include_str!("../docs/guide/src/kinks.md")]
    mod kinks {}
    #[doc = include_str!("../docs/guide/src/performance.md")]
    mod performance {}
    #[doc = include_str!("../docs/guide/src/looking.md")]
    mod looking {}
    #[doc = include_str!("../docs/guide/src/names.md")]
    mod names {}
    #[doc = include_str!("../docs/guide/src/migrating.md")]
    mod migrating {}
    #[doc = include_str!("../docs/guide/src/compiler.md")]
    mod compiler {}
}
