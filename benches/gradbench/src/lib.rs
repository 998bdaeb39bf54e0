//! A tool for the benchmark suite [GradBench](https://github.com/gradbench/gradbench): its twelve programs as ordinary
//! Rust functions, with derivatives by `backprop` alone, behind the suite's protocol.
//!
//! The program of this crate answers one message a line, from its standard input on its standard output;
//! `docs/performance.md` says how to run it beside other tools.

pub mod descent;
pub mod evals;
pub mod protocol;
pub mod runs;
