//! Values and derivatives of every operation in the tables, by every route to it, and the conventions at kinks: each function
//! through rustc, as in the tests `numeric`.

// The functions are written in all the ways in which people write them.
#![allow(clippy::all, deprecated, for_loops_over_fallibles)]

// Not all of it is used in each of these tests.
#[allow(dead_code, unused_imports, unused_macros)]
#[macro_use]
#[path = "../numeric/case/mod.rs"]
mod case;

mod conventions;
mod halves;
mod libm;
mod operations;
mod ops;
