//! Gradients from function values alone: slow, approximate, and independent of everything that could be wrong
//! in a derivative. What a gradient is checked against.

use alloc::vec::Vec;
use core::fmt;

/// One partial derivative, from both sides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// Which argument it is with respect to.
    pub index: usize,
    /// As the gradient under test has it.
    pub gradient: f64,
    /// As the differences have it.
    pub numeric: f64,
    /// How far they are apart, relative to the larger one; entries of less than a thousandth of the largest
    /// one are measured against that thousandth. Infinite if either is not a number.
    pub error: f64,
}

/// What [`check_gradient`] or [`compare_gradients`] found.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// How many partial derivatives were compared.
    pub compared: usize,
    /// The one with the largest error; `None` if there was nothing to compare.
    pub worst: Option<Entry>,
}

impl Report {
    /// The largest relative error.
    pub fn error(&self) -> f64 {
        self.worst.map_or(0.0, |w| w.error)
    }

    /// Whether every entry agrees up to a relative error of `tolerance`. Around `1e-8` is what can be asked of
    /// a smooth function.
    pub fn agrees(&self, tolerance: f64) -> bool {
        self.error() <= tolerance
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} partial derivatives compared", self.compared)?;
        match self.worst {
            None => Ok(()),
            Some(w) => write!(
                f,
                "; the worst is number {}: gradient {:e}, differences {:e}, relative error {:.1e}",
                w.index, w.gradient, w.numeric, w.error
            ),
        }
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
pub fn check_gradient(f: impl FnMut(&[f64]) -> f64, gradient: &[f64], x: &[f64]) -> Report {
    let (found, expected) = (gradient.len(), x.len());
    assert!(found == expected, "a gradient of length {found} was given for {expected} arguments");
    compare_gradients(gradient, &richardson(f, x))
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
    let largest =
        gradient.iter().chain(numeric).map(|v| v.abs()).filter(|v| v.is_finite()).fold(0.0, f64::max);
    let entries = gradient.iter().zip(numeric).enumerate().map(|(index, (&gradient, &numeric))| Entry {
        index,
        gradient,
        numeric,
        error: relative_error(gradient, numeric, largest / 1000.0),
    });
    Report { compared: found, worst: entries.max_by(|a, b| a.error.total_cmp(&b.error)) }
}

fn relative_error(a: f64, b: f64, floor: f64) -> f64 {
    if a == b {
        return 0.0;
    }
    let error = (a - b).abs() / a.abs().max(b.abs()).max(floor);
    if error.is_nan() { f64::INFINITY } else { error }
}

/// The gradient of `f` at `x` by plain central differences: two values of `f` for each argument, about half of
/// the digits right.
pub fn central_differences(mut f: impl FnMut(&[f64]) -> f64, x: &[f64]) -> Vec<f64> {
    // The cube root of the machine epsilon balances truncation against rounding.
    const STEP: f64 = 6e-6;
    let mut at = x.to_vec();
    (0..x.len()).map(|i| difference(&mut f, &mut at, i, STEP * x[i].abs().max(1.0))).collect()
}

/// The gradient of `f` at `x` by central differences with Richardson's extrapolation over three steps: six
/// values of `f` for each argument, around 11 digits right where `f` is smooth.
pub fn richardson(mut f: impl FnMut(&[f64]) -> f64, x: &[f64]) -> Vec<f64> {
    // The error is of the sixth order; the step stays small beside `x`, so as not to leave the domain of `ln`.
    const STEP: f64 = 1.0 / 128.0;
    let mut at = x.to_vec();
    (0..x.len())
        .map(|i| {
            let h = STEP * x[i].abs().max(1.0 / 16.0);
            let [a, b, c] = [h, h / 2.0, h / 4.0].map(|h| difference(&mut f, &mut at, i, h));
            let (ab, bc) = (b + (b - a) / 3.0, c + (c - b) / 3.0);
            bc + (bc - ab) / 15.0
        })
        .collect()
}

fn difference(f: &mut impl FnMut(&[f64]) -> f64, at: &mut [f64], i: usize, h: f64) -> f64 {
    let x = at[i];
    let (above, below) = (x + h, x - h);
    at[i] = above;
    let f_above = f(at);
    at[i] = below;
    let f_below = f(at);
    at[i] = x;
    // Not `2.0 * h`: what was really added and subtracted is a rounded step.
    (f_above - f_below) / (above - below)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, vec};

    fn bowl(x: &[f64]) -> f64 {
        x[0] * x[0] * x[1] + 3.0 * x[1] * x[1] * x[1]
    }

    fn bowl_gradient(x: &[f64]) -> Vec<f64> {
        vec![2.0 * x[0] * x[1], x[0] * x[0] + 9.0 * x[1] * x[1]]
    }

    #[test]
    fn a_right_gradient_agrees() {
        let x = [1.5, -0.7];
        let report = check_gradient(bowl, &bowl_gradient(&x), &x);
        assert!(report.agrees(1e-11), "{report}");
        assert_eq!(report.compared, 2);
    }

    #[test]
    fn a_wrong_entry_is_named() {
        let x = [1.5, -0.7];
        let mut g = bowl_gradient(&x);
        g[1] += 0.1;
        let report = check_gradient(bowl, &g, &x);
        assert!(!report.agrees(1e-3));
        assert_eq!(report.worst.map(|w| w.index), Some(1));
        assert!(format!("{report}").contains("the worst is number 1"), "{report}");
    }

    #[test]
    fn not_a_number_is_never_agreement() {
        let report = check_gradient(bowl, &[f64::NAN, 1.0], &[1.0, 1.0]);
        assert_eq!(report.error(), f64::INFINITY);
        assert!(!check_gradient(|_| f64::NAN, &[0.0], &[1.0]).agrees(1e9));
        assert!(!check_gradient(|x| x[0], &[f64::INFINITY], &[1.0]).agrees(1e9));
    }

    #[test]
    fn nothing_to_compare_is_agreement() {
        assert!(check_gradient(|_| 1.0, &[], &[]).agrees(0.0));
    }

    #[test]
    fn plain_differences_are_close() {
        let x = [1.5, -0.7];
        let report = compare_gradients(&bowl_gradient(&x), &central_differences(bowl, &x));
        assert!(report.agrees(1e-8) && !report.agrees(1e-14), "{report}");
    }

    #[test]
    #[should_panic(expected = "a gradient of length 1 was given for 2 arguments")]
    fn lengths_must_agree() {
        check_gradient(bowl, &[1.0], &[1.0, 2.0]);
    }
}
