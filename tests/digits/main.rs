//! The `digits` example: what it says of bad data, and its network beside the same network as plain loops.

mod complaints;
#[path = "../../examples/digits/dense.rs"]
mod dense;
// The tests need no training.
#[allow(dead_code)]
#[path = "../../examples/digits/learn/mod.rs"]
mod learn;
mod loops;
