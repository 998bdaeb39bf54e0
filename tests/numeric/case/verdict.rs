//! What is demanded of a function's companions.

use super::{Flat, flat, refilled};
use backprop::check::{central_differences, richardson};
use std::ops::Range;

const POINTS: usize = 24;

/// One function, and where it is checked.
pub struct Case<A> {
    /// Its name, for messages.
    pub name: &'static str,
    /// Arguments of the right shape; their values don't matter.
    pub shape: A,
    /// The range that each float of the arguments is drawn from.
    pub domains: Vec<Range<f64>>,
    /// The seeds of the reverse mode.
    pub seeds: Seeds,
    /// How far the gradient may be off, relative to its own size.
    pub tolerance: f64,
}

/// The adjoint of the value.
pub enum Seeds {
    /// One: the gradient itself.
    One,
    /// A random one.
    Random,
}

/// What a gradient is compared with.
pub enum Reference<'a> {
    /// Differences of the function itself.
    Differences,
    /// A gradient (at a point, with a seed) that was compared with differences elsewhere.
    Twin(&'a dyn Fn(&[f64], &[f64]) -> Vec<f64>),
}

/// Checks at random points that reverse and forward mode return the function's value bit for bit, that the
/// gradient agrees with the reference, and that the two modes agree with each other.
pub fn check<A: Flat, Y: Flat, G: Flat>(
    case: &Case<A>,
    function: impl Fn(&A) -> Y,
    reverse: impl Fn(&A, &Y) -> (Y, G),
    forward: impl Fn(&A, &A) -> (Y, Y),
    reference: Reference,
) {
    let mut random = fastrand::Rng::with_seed(7);
    let mut compared = 0;
    for _ in 0..POINTS {
        let drawn: Vec<f64> =
            case.domains.iter().map(|d| d.start + (d.end - d.start) * random.f64()).collect();
        let x = refilled(&case.shape, &drawn);
        let point = flat(&x);
        let value = function(&x);
        let seed: Vec<f64> = match case.seeds {
            Seeds::One => vec![1.0; flat(&value).len()],
            Seeds::Random => flat(&value).iter().map(|_| 2.0 * random.f64() - 1.0).collect(),
        };
        let context = format!("{} at {point:?}, seed {seed:?}", case.name);
        let seed = refilled(&value, &seed);

        let (reverse_value, gradient) = reverse(&x, &seed);
        assert_same_bits(&value, &reverse_value, &format!("{context}: the value of the reverse mode"));
        let (seed, gradient) = (flat(&seed), flat(&gradient));
        let expected = match reference {
            Reference::Twin(twin) => Some(twin(&point, &seed)),
            Reference::Differences => {
                smooth_differences(|p| dot(&flat(&function(&refilled(&x, p))), &seed), &point)
            }
        };
        if let Some(expected) = expected {
            compared += 1;
            assert_close(&gradient, &expected, case.tolerance, &context);
        }

        let tangent: Vec<f64> = point.iter().map(|_| 2.0 * random.f64() - 1.0).collect();
        let tangent = refilled(&x, &tangent);
        let (forward_value, change) = forward(&x, &tangent);
        assert_same_bits(&value, &forward_value, &format!("{context}: the value of the forward mode"));
        let (tangent, change) = (flat(&tangent), flat(&change));
        let (by_forward, by_reverse) = (dot(&seed, &change), dot(&gradient, &tangent));
        let size: f64 = gradient.iter().zip(&tangent).map(|(g, t)| (g * t).abs()).sum();
        assert!(
            (by_forward - by_reverse).abs() <= case.tolerance * size.max(1e-3),
            "{context}, tangent {tangent:?}: forward mode says {by_forward}, reverse mode {by_reverse}"
        );
    }
    assert!(4 * compared >= 3 * POINTS, "{}: only {compared} of {POINTS} points are smooth", case.name);
}

/// The gradient by differences, unless a kink or jump near the point spoils them: then two step sizes disagree.
fn smooth_differences(f: impl Fn(&[f64]) -> f64, point: &[f64]) -> Option<Vec<f64>> {
    let (wide, narrow) = (richardson(&f, point), central_differences(&f, point));
    let size = wide.iter().chain(&narrow).fold(1.0, |m: f64, v| m.max(v.abs()));
    let smooth = wide.iter().zip(&narrow).all(|(a, b)| (a - b).abs() <= 1e-6 * size);
    smooth.then_some(wide)
}

/// Fails unless two values are the same, bit for bit.
fn assert_same_bits<Y: Flat>(expected: &Y, found: &Y, context: &str) {
    let (expected, found) = (flat(expected), flat(found));
    let same =
        expected.len() == found.len() && expected.iter().zip(&found).all(|(a, b)| a.to_bits() == b.to_bits());
    assert!(same, "{context} is {found:?}, not {expected:?}");
}

/// Fails unless two rows agree, relative to the larger entry or a hundredth of the largest one.
fn assert_close(found: &[f64], expected: &[f64], tolerance: f64, context: &str) {
    assert_eq!(found.len(), expected.len(), "{context}: the gradient's length");
    let largest = expected.iter().fold(1e-3, |m: f64, v| m.max(v.abs()));
    for (i, (a, b)) in found.iter().zip(expected).enumerate() {
        let scale = a.abs().max(b.abs()).max(largest / 100.0);
        assert!((a - b).abs() <= tolerance * scale, "{context}: entry {i} of the gradient is {a}, not {b}");
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Fails unless partial derivatives are what a convention says; not-a-number agrees with itself.
pub fn assert_partials(found: &[f64], expected: &[f64]) {
    let agree = |a: f64, b: f64| a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= 1e-6 * b.abs();
    let all = found.len() == expected.len() && found.iter().zip(expected).all(|(a, b)| agree(*a, *b));
    assert!(all, "the partial derivatives are {found:?}, not {expected:?}");
}
