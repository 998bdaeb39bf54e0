#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

pub use autodiff_macro::backprop;
#[cfg(feature = "alloc")]
pub use autodiff_runtime::check;
pub use autodiff_runtime::{ByHand, function, stop_gradient};

/// What generated code names. No part of the interface: it changes without notice.
#[doc(hidden)]
pub mod __rt {
    pub use autodiff_runtime::*;
}
