//! Reads hand-written digits: a network of 64, 32 and 10 nodes, whose loss is one annotated function, learns
//! them from scratch.
//!
//! `cargo run --release --example digits [DATA.csv [PICTURE.svg]]`

mod dense;
mod learn;

use std::process::ExitCode;

fn main() -> ExitCode {
    learn::learn::<dense::Dense>("digits", 96.0)
}
