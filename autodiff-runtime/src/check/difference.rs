//! Derivatives from function values alone: slow, approximate, and independent of everything that could be wrong in a
//! derivative.

use alloc::vec::Vec;
use core::iter::successors;

/// The gradient of `f` at `x` by plain central differences: two values of `f` for each argument, about half of
/// the digits right.
pub fn central_differences(mut f: impl FnMut(&[f64]) -> f64, x: &[f64]) -> Vec<f64> {
    // The cube root of the machine epsilon balances truncation against rounding.
    const STEP: f64 = 6e-6;
    by_argument(&mut f, x, |along, x| {
        let step = STEP * x.abs().max(1.0);
        along.difference(x, step).central
    })
}

/// The gradient of `f` at `x` by central differences with Richardson's extrapolation over three steps: six
/// values of `f` for each argument, around 11 digits right where `f` is smooth.
pub fn richardson(mut f: impl FnMut(&[f64]) -> f64, x: &[f64]) -> Vec<f64> {
    by_argument(&mut f, x, |along, x| along.extrapolated(x, F64.step * size(x), &F64).derivative)
}

fn by_argument(
    f: &mut impl FnMut(&[f64]) -> f64,
    x: &[f64],
    derivative: impl Fn(&mut Along<'_>, f64) -> f64,
) -> Vec<f64> {
    let mut at = x.to_vec();
    let mut one = |i: usize| {
        let mut value = |x: f64| {
            let before = core::mem::replace(&mut at[i], x);
            let y = f(&at);
            at[i] = before;
            (x, y)
        };
        derivative(&mut Along { value: &mut value }, x[i])
    };
    (0..x.len()).map(&mut one).collect()
}

/// What is good for floats of one width.
#[derive(Clone, Copy, Debug)]
pub(super) struct Precision {
    /// The distance from 1 to the next float.
    epsilon: f64,
    /// The first step, relative to the argument. The error of the extrapolation is of the sixth order; the step stays
    /// small beside the argument, so as not to leave the domain of `ln`.
    step: f64,
    /// The relative error up to which a gradient counts as right.
    pub tolerance: f64,
    /// Up to which uncertainty, relative to the derivative, differences can tell right from wrong.
    pub certainty: f64,
    /// The smallest normal number: what is smaller is rounded more coarsely.
    smallest: f64,
    /// How many times the step is divided by four.
    refinements: usize,
}

const F64: Precision = Precision {
    epsilon: f64::EPSILON,
    step: 1.0 / 128.0,
    tolerance: 1e-6,
    certainty: 1e-3,
    smallest: f64::MIN_POSITIVE,
    refinements: 12,
};
const F32: Precision = Precision {
    epsilon: f32::EPSILON as f64,
    step: 1.0 / 8.0,
    tolerance: 1e-3,
    certainty: 3e-2,
    smallest: f32::MIN_POSITIVE as f64,
    refinements: 8,
};

impl Precision {
    /// That of floats whose neighbours of 1 are so far away.
    pub fn of(epsilon: f64) -> Precision {
        if epsilon > F64.epsilon { F32 } else { F64 }
    }

    /// How far a difference over such a step may be off because of values of such a size being rounded.
    fn rounding(&self, largest: f64, step: f64) -> f64 {
        8.0 * (self.epsilon * largest + self.smallest) / step
    }

    /// The steps that are worth a try at `x`, the best one for ordinary functions first. Beside it there are smaller
    /// ones, for functions that change fast and for points near an edge, and larger ones, for inexact functions.
    pub fn steps(&self, x: f64) -> impl Iterator<Item = f64> {
        let (first, own) = (self.step * size(x), self.step * x.abs());
        let refined = |from: f64, times| successors(Some(from), |step| Some(step / 4.0)).take(times + 1);
        let own = (own < first).then(|| refined(own, 5)).into_iter().flatten();
        let smallest = 32.0 * self.epsilon * x.abs();
        let all = refined(first, self.refinements).chain([4.0 * first, 16.0 * first]).chain(own);
        all.filter(move |step| *step > smallest)
    }
}

/// What steps are relative to: the argument itself, unless it is nearly zero.
pub(super) fn size(x: f64) -> f64 {
    x.abs().max(1.0 / 16.0)
}

/// What differences along one argument say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Estimate {
    /// The derivative.
    pub derivative: f64,
    /// How far it may be off.
    pub uncertainty: f64,
    /// The step that it was taken with.
    pub step: f64,
    /// How steep the function would be if its values changed by all of their size over one step.
    pub steepest: f64,
}

/// A function along one argument: what the argument was rounded to, and the value there; not a number if there is none.
pub(super) struct Along<'f> {
    pub value: &'f mut dyn FnMut(f64) -> (f64, f64),
}

/// The differences between a point and its neighbours at one distance.
struct Difference {
    /// Between the neighbours, divided by their distance.
    central: f64,
    /// The change of the slope at the point.
    bend: f64,
    /// The largest value that was met.
    largest: f64,
}

impl Along<'_> {
    fn difference(&mut self, x: f64, step: f64) -> Difference {
        let ((above, f_above), (below, f_below)) = ((self.value)(x + step), (self.value)(x - step));
        // Not `2.0 * step`: what was really added and subtracted is a rounded step.
        Difference {
            central: (f_above - f_below) / (above - below),
            bend: (f_above + f_below) / step,
            largest: f_above.abs().max(f_below.abs()),
        }
    }

    /// By extrapolation of three central differences, the step being halved.
    pub fn extrapolated(&mut self, x: f64, step: f64, precision: &Precision) -> Estimate {
        let steps = [step, step / 2.0, step / 4.0];
        let [a, b, c] = steps.map(|step| self.difference(x, step));
        let (ab, bc) = (b.central + (b.central - a.central) / 3.0, c.central + (c.central - b.central) / 3.0);
        let largest = a.largest.max(b.largest).max(c.largest);
        let uncertainty = (bc - ab).abs() + precision.rounding(largest, step);
        Estimate {
            derivative: bc + (bc - ab) / 15.0,
            uncertainty: if uncertainty.is_nan() { f64::INFINITY } else { uncertainty },
            step,
            steepest: largest / step,
        }
    }

    /// By how much the slopes on both sides of a point whose value is `y` differ, where that does not go away with smaller
    /// steps: then there is a kink at the point. Zero otherwise.
    pub fn kink(&mut self, (x, y): (f64, f64), step: f64, precision: &Precision) -> f64 {
        let mut bend = |step: f64| {
            let found = self.difference(x, step);
            ((found.bend - 2.0 * y / step).abs(), precision.rounding(found.largest.max(y.abs()), step))
        };
        let ((wide, _), (narrow, noise)) = (bend(step), bend(step / 4.0));
        // That of a smooth function is proportional to the step, or smaller.
        if narrow > 0.5 * wide && narrow > 4.0 * noise { narrow } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The estimate with the smallest uncertainty.
    fn best(f: impl Fn(f64) -> f64, x: f64) -> Estimate {
        let mut value = |x: f64| (x, f(x));
        let mut along = Along { value: &mut value };
        let all = F64.steps(x).map(|step| along.extrapolated(x, step, &F64));
        all.min_by(|a, b| a.uncertainty.total_cmp(&b.uncertainty)).expect("there are steps")
    }

    fn kink(f: impl Fn(f64) -> f64, x: f64) -> f64 {
        let mut value = |x: f64| (x, f(x));
        Along { value: &mut value }.kink((x, f(x)), 1e-5, &F64)
    }

    #[test]
    fn smooth_functions_are_estimated_to_many_digits() {
        for (found, expected) in [
            (best(|x| x.powi(3), 2.0), 12.0),
            (best(|x| 1.0 / x, 0.01), -1e4),
            (best(|x| x * x, 0.0), 0.0),
            (best(|x| (300.0 * x).sin(), 1.0), 300.0 * 300.0f64.cos()),
            (best(|x| 1e12 * x * x, 3e-12), 6.0),
        ] {
            let off = (found.derivative - expected).abs();
            assert!(
                off <= found.uncertainty.max(1e-9 * expected.abs()) && off < 1e-7,
                "{found:?} {expected}"
            );
            assert!(found.uncertainty < 1e-6, "{found:?}");
        }
    }

    #[test]
    fn kinks_are_seen_where_they_are() {
        assert!((kink(f64::abs, 0.0) - 2.0).abs() < 1e-9);
        assert_eq!(kink(f64::abs, 1e-4), 0.0);
        assert_eq!(kink(f64::exp, 1.0), 0.0);
        let near = best(f64::abs, 1e-4);
        assert!((near.derivative - 1.0).abs() < 1e-9, "{near:?}");
    }

    #[test]
    fn edges_have_no_estimate() {
        assert_eq!(best(f64::sqrt, 0.0).uncertainty, f64::INFINITY);
        assert!(best(f64::cbrt, 0.0).uncertainty > 1.0);
    }

    #[test]
    fn plain_differences_and_extrapolated_ones_are_close() {
        let f = |x: &[f64]| x[0] * x[0] * x[1] + 3.0 * x[1] * x[1] * x[1];
        let (x, expected) = ([1.5, -0.7], [-2.1, 2.25 + 9.0 * 0.49]);
        for (found, tolerance) in [(central_differences(f, &x), 1e-8), (richardson(f, &x), 1e-11)] {
            assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < tolerance), "{found:?}");
        }
    }
}
