//! Gradient checking: a gradient beside what differences of the function say it is.
//!
//! ```
//! use autodiff_runtime::check::{self, Domain};
//!
//! // Any function and what claims to be its gradient; with `#[backprop]`, `loss` and `loss_grad`.
//! fn loss(weights: &[f64], bias: f64) -> f64 {
//!     weights[0] * weights[1].sin() + bias * bias
//! }
//! fn loss_grad(weights: &[f64], bias: f64) -> (f64, (Vec<f64>, f64)) {
//!     let d_weights = vec![weights[1].sin(), weights[0] * weights[1].cos()];
//!     (loss(weights, bias), (d_weights, 2.0 * bias))
//! }
//!
//! let points = check::random(20, |draw| {
//!     let weights: Vec<f64> = draw.value(Domain::repeat(-1.0..1.0, 2));
//!     (weights, draw.value::<f64>(0.5..2.0))
//! });
//! let report = check::names(["weights", "bias"]).gradient(
//!     points,
//!     |(weights, bias)| loss(weights, *bias),
//!     |(weights, bias)| loss_grad(weights, *bias),
//! );
//! assert!(report.passed(), "{report}");
//! assert_eq!(report.compared, 60);
//! ```
//!
//! The derivative in each float of a point is taken by central differences over three steps, with Richardson's
//! extrapolation, which gives an error estimate as well. Steps are relative to the float and to its precision. If the first
//! estimate does not agree with the gradient, smaller and larger steps are asked: the gradient is wrong if estimates over
//! different steps say so with one voice. Where differences don't converge (at kinks and jumps, and where the
//! function has no value beside the point) nothing is said of the gradient, and the report counts such entries.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

mod difference;
mod draw;
mod entries;
mod judge;
mod outcome;
mod report;
mod weigh;

pub use difference::{central_differences, richardson};
pub use draw::{Domain, Draw, Drawn, random};
pub use entries::{Entries, Fixed, Float, Place, Step, Visitor};
pub use outcome::Outcome;
pub use report::{Entry, Report, Value, Verdict};

use judge::Run;

/// How a gradient is checked. Its methods say how, and then what: [`Check::gradient`], [`Check::vjp`].
#[derive(Clone, Debug, Default)]
pub struct Check {
    names: Vec<String>,
    tolerance: Option<f64>,
    at_most: Option<usize>,
}

/// A check in which the arguments have names: of a point that is a tuple, each part has one.
pub fn names<N: ToString>(names: impl IntoIterator<Item = N>) -> Check {
    Check { names: names.into_iter().map(|name| name.to_string()).collect(), ..Check::default() }
}

/// Compares the gradient of a function whose result is one float with differences, at each of the points. See
/// [`Check::gradient`].
pub fn gradient<A: Entries, O: Outcome<Value: Entries>, P: Outcome<Value = (O::Value, G)>, G: Entries>(
    points: impl IntoIterator<Item = A>,
    function: impl FnMut(&A) -> O,
    companion: impl FnMut(&A) -> P,
) -> Report {
    Check::default().gradient(points, function, companion)
}

/// Compares the vector–Jacobian product of a function with differences, at each of the points. See [`Check::vjp`].
pub fn vjp<A: Entries, O, P, G: Entries>(
    points: impl IntoIterator<Item = A>,
    function: impl FnMut(&A) -> O,
    companion: impl FnMut(&A, O::Value) -> P,
) -> Report
where
    O: Outcome<Value: Entries + Clone>,
    P: Outcome<Value = (O::Value, G)>,
{
    Check::default().vjp(points, function, companion)
}

impl Check {
    /// A check in which the arguments have no names.
    pub fn new() -> Check {
        Check::default()
    }

    /// The relative error up to which an entry counts as right, instead of `1e-6` (`1e-3` in `f32`).
    pub fn tolerance(self, tolerance: f64) -> Check {
        Check { tolerance: Some(tolerance), ..self }
    }

    /// At each point, compare no more than so many entries, chosen at random: for gradients with many of them, as each costs
    /// at least six values of the function.
    pub fn at_most(self, entries: usize) -> Check {
        Check { at_most: Some(entries), ..self }
    }

    /// Compares the gradient of a function whose result is one float with differences, at each of the points:
    /// `NAME_grad`, or whatever returns `(value, gradient)`. The floats of the gradient belong to those of the point, one by
    /// one; parts of a point that are no arguments of the gradient are [`Fixed`]. Points at which an `Option` or `Result` has
    /// no value are left out.
    ///
    /// # Panics
    ///
    /// If the gradient has not as many floats as the point, or the value is not one float.
    #[track_caller]
    pub fn gradient<A: Entries, O, P, G: Entries>(
        &self,
        points: impl IntoIterator<Item = A>,
        function: impl FnMut(&A) -> O,
        mut companion: impl FnMut(&A) -> P,
    ) -> Report
    where
        O: Outcome<Value: Entries>,
        P: Outcome<Value = (O::Value, G)>,
    {
        let mut run = Run::new(self, function);
        for mut point in points {
            let Some(mut value) = run.start(&mut point) else { continue };
            let found = entries::flat(&mut value).len();
            assert!(
                found == 1,
                "a value of {found} floats has no gradient: `check::vjp` takes a seed for each"
            );
            let returned = companion(&point).value();
            run.compare(&mut point, &mut value, &[1.0], returned);
        }
        run.report
    }

    /// Compares the vector–Jacobian product of a function with differences, at each of the points: `NAME_vjp`, or whatever
    /// takes a seed of the value's type and returns `(value, gradient)`, the gradient of the sum of all results, each times its
    /// seed. The seeds are random numbers between −1 and 1; integers among them are the value's own.
    ///
    /// ```
    /// use autodiff_runtime::check;
    /// let report = check::vjp(
    ///     [[0.5, 2.0f64], [1.0, -1.0]],
    ///     |x| (x[0] * x[1], [x[0].sin(), x[1]]),
    ///     |x, (s, t)| ((x[0] * x[1], [x[0].sin(), x[1]]), [s * x[1] + t[0] * x[0].cos(), s * x[0] + t[1]]),
    /// );
    /// assert!(report.passed(), "{report}");
    /// ```
    ///
    /// # Panics
    ///
    /// If the gradient has not as many floats as the point.
    #[track_caller]
    pub fn vjp<A: Entries, O, P, G: Entries>(
        &self,
        points: impl IntoIterator<Item = A>,
        function: impl FnMut(&A) -> O,
        mut companion: impl FnMut(&A, O::Value) -> P,
    ) -> Report
    where
        O: Outcome<Value: Entries + Clone>,
        P: Outcome<Value = (O::Value, G)>,
    {
        let mut draw = Draw::new(1);
        let mut run = Run::new(self, function);
        for mut point in points {
            let Some(mut value) = run.start(&mut point) else { continue };
            let mut seed = draw.like(value.clone(), -1.0..1.0);
            let seeds = entries::flat(&mut seed);
            let returned = companion(&point, seed).value();
            run.compare(&mut point, &mut value, &seeds, returned);
        }
        run.report
    }
}

/// Compares `gradient` with what differences of `f` around `x` say it is.
///
/// ```
/// use autodiff_runtime::check::check_gradient;
/// let f = |x: &[f64]| x[0] * x[1].sin();
/// let x = [2.0, 0.5f64];
/// let report = check_gradient(f, &[x[1].sin(), x[0] * x[1].cos()], &x);
/// assert!(report.agrees(1e-9), "{report}");
/// ```
///
/// # Panics
///
/// If `gradient` and `x` are of different lengths.
#[track_caller]
pub fn check_gradient(mut f: impl FnMut(&[f64]) -> f64, gradient: &[f64], x: &[f64]) -> Report {
    let check = Check::default();
    let mut run = Run::new(&check, |x: &Vec<f64>| f(x));
    let mut point = x.to_vec();
    if let Some(mut value) = run.start(&mut point) {
        let returned = Some((value, gradient.to_vec()));
        run.compare(&mut point, &mut value, &[1.0], returned);
    }
    run.report
}

/// Compares `gradient` with one that was found in another way, such as by [`central_differences`]: their steps are
/// short, and seldom lead across a kink of functions that have many.
///
/// # Panics
///
/// If they are of different lengths.
#[track_caller]
pub fn compare_gradients(gradient: &[f64], numeric: &[f64]) -> Report {
    let (found, expected) = (gradient.len(), numeric.len());
    assert!(found == expected, "a gradient of length {found} was compared with one of length {expected}");
    weigh::compared(gradient, numeric)
}

/// What a parameter behind a reference is owned as: a `Vec` for a slice.
#[doc(hidden)]
pub type Owned<T> = <T as alloc::borrow::ToOwned>::Owned;

#[cfg(test)]
mod tests;
