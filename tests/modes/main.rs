//! Structs, options and companions beyond the gradient: each through rustc, as in the tests `numeric`.

// The functions are written in all the ways in which people write them.
#![allow(clippy::all, deprecated, for_loops_over_fallibles)]

// Not all of it is used in each of these tests.
#[allow(dead_code, unused_imports, unused_macros)]
#[macro_use]
#[path = "../numeric/case/mod.rs"]
mod case;

mod acc;
mod buffers;
mod by_hand;
mod checkpoint;
mod foreign_options;
mod given;
mod jacobian;
mod lanes;
mod lent;
mod rerun;
mod rows;
mod second;
mod second_calls;
mod sparse;
mod stopped;
mod structs;
