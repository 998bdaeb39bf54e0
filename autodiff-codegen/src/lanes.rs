//! The programs that the columns of Jacobians and Hessians come from, several columns at a time.
//!
//! A tangent program in lanes ([`forward_lanes`]) computes what tangents share once for [`LANES`](crate::ir::LANES)
//! directions. The columns are taken in batches of so many; in the last one, there may be lanes without a column, whose
//! direction is zero, and of which nothing is kept. There is one program for all batches.

use crate::forward::{Tangent, forward_lanes};
use crate::ir::{Func, Ret};
use crate::reverse::Gradient;
use crate::second::{self, Columns};

/// Statements of a function, or of its gradient, beyond which there is one direction at a time. Of straight code of this length,
/// optimised builds take about half a second longer with lanes; from there on that grows faster than the code does.
const LARGEST: usize = 2000;

/// So few columns are not worth a program in lanes: one column in a batch of its own costs as much as two or three one by
/// one.
const FEWEST: usize = 3;

/// The tangent program that columns come from; `None` if they are to be computed one by one.
pub fn of_function(primal: &Func, columns: &Columns) -> Option<Tangent> {
    let tangent = is_worth_it(primal, columns).then(|| forward_lanes(primal).ok())??;
    Some(alone(tangent))
}

/// The same of a function's gradient, for the columns of a Hessian.
pub fn of_gradient(gradient: &Gradient, columns: &Columns) -> Option<Tangent> {
    let program = second::program(gradient);
    let mut tangent = is_worth_it(&program, columns).then(|| forward_lanes(&program).ok())??;
    if let Ret::Tuple(parts) = &mut tangent.ret_tangent {
        tangent.ret_tangent = parts.pop()?;
    }
    Some(alone(tangent))
}

fn is_worth_it(primal: &Func, columns: &Columns) -> bool {
    let mut statements = 0;
    primal.body.each_stmt(&mut |_| statements += 1);
    columns.known().is_none_or(|n| n >= FEWEST) && statements <= LARGEST
}

/// Returns the tangents alone: the value is computed elsewhere, once.
fn alone(mut tangent: Tangent) -> Tangent {
    tangent.func.ret = Ret::Unit;
    tangent.forget_unread();
    tangent
}
