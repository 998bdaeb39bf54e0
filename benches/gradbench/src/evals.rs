//! The evals: one file each, with the function as one would write it in Rust, and what the suite asks of it.

// Most of these functions are loops over indices, in the suite and here.
#![allow(clippy::needless_range_loop)]

pub mod ba;
pub mod det;
pub mod gmm;
pub mod hello;
pub mod ht;
pub mod kmeans;
pub mod llsq;
pub mod lse;
pub mod lstm;
pub mod ode;
pub mod particle;
pub mod saddle;

use serde::Deserialize;
use serde_json::Value;

use crate::runs::{Answer, Runs};

/// Evaluates one function of an eval on an input.
pub type Function = fn(&Value) -> Result<Answer, String>;

/// An eval, and its functions by name.
pub struct Eval {
    /// The name of its module.
    pub name: &'static str,
    /// What can be asked for.
    pub functions: &'static [(&'static str, Function)],
}

/// All evals of the suite.
pub const EVALS: &[Eval] = &[
    hello::EVAL,
    llsq::EVAL,
    lse::EVAL,
    gmm::EVAL,
    ba::EVAL,
    ht::EVAL,
    lstm::EVAL,
    kmeans::EVAL,
    det::EVAL,
    ode::EVAL,
    particle::EVAL,
    saddle::EVAL,
];

/// The input as the eval's own type, and how often to run.
fn read<'v, I: Deserialize<'v>>(input: &'v Value) -> Result<(I, Runs), String> {
    let read = |e: serde_json::Error| format!("the input is not what it should be: {e}");
    Ok((I::deserialize(input).map_err(read)?, Runs::deserialize(input).map_err(read)?))
}

/// An error, unless something holds of the input.
fn ensure(holds: bool, what: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(format!("the input is not what it should be: {what}")) }
}

/// The rows of a matrix in one row, if there are as many of them as there should be, and all as long.
fn flat(name: &str, rows: &[Vec<f64>], count: usize, width: usize) -> Result<Vec<f64>, String> {
    let fits = rows.len() == count && rows.iter().all(|row| row.len() == width);
    ensure(fits, &format!("{name} should have {count} rows of {width} numbers"))?;
    Ok(rows.concat())
}

/// A matrix in one row as its rows.
fn rows(flat: &[f64], count: usize) -> Vec<&[f64]> {
    let width = flat.len() / count;
    (0..count).map(|i| &flat[i * width..(i + 1) * width]).collect()
}
