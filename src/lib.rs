//! Automatic differentiation at compile time.
pub use autodiff_macro::backprop;
