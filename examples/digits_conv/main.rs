//! Reads hand-written digits as `digits` does, by a convolutional network.
//!
//! `cargo run --release --example digits_conv [DATA.csv [PICTURE.svg]]`

mod convolutional;
#[path = "../digits/learn/mod.rs"]
mod learn;

use std::process::ExitCode;

fn main() -> ExitCode {
    learn::learn::<convolutional::Convolutional>("digits_conv", 98.0)
}
