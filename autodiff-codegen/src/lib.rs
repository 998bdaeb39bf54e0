//! The compiler behind `#[backprop]`, as an ordinary library over `proc_macro2`.
//!
//! The stages, in order, are the modules: [`options`], [`parse`], [`lower`], [`ir`] (with its verifier,
//! interpreter and display), [`analysis`], [`reverse`] and [`forward`], [`simplify`], [`emit`]; [`pipeline`]
//! strings them together, [`rules`] is the one table of operations, [`diagnostics`] and [`fallback`] are what
//! happens when a function is refused. [`mod@derive`] makes structs what derivatives flow through. With the feature `pretty`, `render` shows expansions to people.

pub mod analysis;
pub mod around;
pub mod blocks;
mod by_hand;
pub mod check;
mod circles;
pub mod derive;
pub mod diagnostics;
mod elided;
pub mod emit;
pub mod fallback;
mod formula;
pub mod forward;
pub mod functions;
pub mod graph;
pub mod hir;
pub mod inspect;
pub mod ir;
pub mod jacobian;
pub mod known;
pub mod lanes;
pub mod lower;
pub mod names;
mod notes;
pub mod operators;
pub mod options;
pub mod parse;
pub mod pipeline;
#[cfg(feature = "pretty")]
pub mod render;
pub mod reverse;
pub mod rules;
pub mod second;
pub mod simplify;
pub mod sparse;
pub mod surroundings;
pub mod tables;

pub use derive::differentiable;
pub use pipeline::expand;
