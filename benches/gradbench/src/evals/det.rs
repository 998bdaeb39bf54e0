//! The determinant by recursive expansion by minors.
//!
//! Rows and columns that are left are two circular linked lists of indices, in which `n` stands for the head: a step
//! of the recursion takes the first row, and one column after the other, out of the lists and puts them back.

use backprop::backprop;
use serde::Deserialize;
use serde_json::Value;

use super::{Eval, ensure, read};
use crate::runs::{Answer, Runs};

/// What can be asked for.
pub const EVAL: Eval = Eval { name: "det", functions: &[("primal", value), ("gradient", gradient)] };

/// The determinant of the `m` rows and columns that are left of the `n` × `n` matrix `a`.
#[backprop]
pub fn minor(a: &[f64], n: usize, m: usize, rows: &mut [usize], columns: &mut [usize]) -> f64 {
    let row = rows[n];
    let mut column = columns[n];
    if m == 1 {
        return a[row * n + column];
    }
    let mut sum = 0.0;
    let mut sign = 1.0;
    let mut before = n;
    rows[n] = rows[row];
    for _ in 0..m {
        columns[before] = columns[column];
        sum += sign * a[row * n + column] * minor(a, n, m - 1, rows, columns);
        columns[before] = column;
        before = column;
        column = columns[column];
        sign = -sign;
    }
    rows[n] = row;
    sum
}

/// The determinant of the `n` × `n` matrix `a`.
#[backprop]
pub fn det(a: &[f64], n: usize) -> f64 {
    let mut rows = first_to_last(n);
    let mut columns = first_to_last(n);
    minor(a, n, n, &mut rows, &mut columns)
}

/// The list in which nothing has been taken out.
pub fn first_to_last(n: usize) -> Vec<usize> {
    (1..=n).chain([0]).collect()
}

#[derive(Deserialize)]
struct Input {
    #[serde(rename = "A")]
    a: Vec<f64>,
    ell: usize,
}

fn checked(input: &Value) -> Result<(Input, Runs), String> {
    let (input, runs) = read::<Input>(input)?;
    let fits = input.ell > 0 && input.ell.checked_mul(input.ell) == Some(input.a.len());
    ensure(fits, "A should have as many rows as columns, ell of them")?;
    Ok((input, runs))
}

fn value(input: &Value) -> Result<Answer, String> {
    let (input, runs) = checked(input)?;
    runs.answer(&input, 0.0, |i, y| *y = det(&i.a, i.ell), |y| y)
}

fn gradient(input: &Value) -> Result<Answer, String> {
    let (input, runs) = checked(input)?;
    let da = vec![0.0; input.a.len()];
    runs.answer(&input, da, |i, da| _ = det_grad_into(&i.a, i.ell, da), |da| da)
}
