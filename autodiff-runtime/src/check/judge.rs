//! The comparison: point by point, entry by entry.

use super::Check;
use super::difference::{Along, Precision, size};
use super::draw::Draw;
use super::entries::{self, Entries, Place, Step, Visitor};
use super::outcome::Outcome;
use super::report::{Entry, Report, Value};
use super::weigh::Judge;
use alloc::vec::Vec;

/// A check on its way through the points.
pub(super) struct Run<'c, F> {
    check: &'c Check,
    function: F,
    pub report: Report,
    /// Which parameters the report's rows belong to.
    owners: Vec<usize>,
    draw: Draw,
}

/// A float of a point.
struct Leaf {
    index: usize,
    place: Place,
    at: f64,
    epsilon: f64,
}

impl<'c, F> Run<'c, F> {
    pub fn new(check: &'c Check, function: F) -> Run<'c, F> {
        Run { check, function, report: Report::default(), owners: Vec::new(), draw: Draw::new(2) }
    }

    /// The function's value at the next point; `None` if there is none there.
    pub fn start<A, O>(&mut self, point: &mut A) -> Option<O::Value>
    where
        F: FnMut(&A) -> O,
        O: Outcome<Value: Entries>,
    {
        let value = (self.function)(point).value();
        let value = value.and_then(|mut value| {
            let finite = entries::flat(&mut value).iter().all(|y| y.is_finite());
            finite.then_some(value)
        });
        self.report.skipped += usize::from(value.is_none());
        value
    }

    /// Compares what a companion returned at a point with what differences say.
    #[track_caller]
    pub fn compare<A: Entries, O, G: Entries>(
        &mut self,
        point: &mut A,
        value: &mut O::Value,
        seeds: &[f64],
        returned: Option<(O::Value, G)>,
    ) where
        F: FnMut(&A) -> O,
        O: Outcome<Value: Entries>,
    {
        let number = self.report.points + self.report.skipped;
        self.report.points += 1;
        let expected = entries::flat(value);
        let Some((mut found, mut gradient)) = returned else {
            self.report.values.push(Value { point: number, function: Some(expected), companion: None });
            return;
        };
        let found = entries::flat(&mut found);
        if !same(&expected, &found) {
            let (function, companion) = (Some(expected.clone()), Some(found));
            self.report.values.push(Value { point: number, function, companion });
        }
        let gradient = entries::flat(&mut gradient);
        let mut leaves = leaves(point);
        let (found, arguments) = (gradient.len(), leaves.len());
        assert!(found == arguments, "a gradient of length {found} was given for {arguments} arguments");
        self.choose(&mut leaves);
        let y = dot(&expected, seeds);
        let epsilon = epsilon(value);
        let largest = gradient.iter().map(|g| g.abs()).filter(|g| g.is_finite()).fold(0.0, f64::max);
        for leaf in leaves {
            let precision = Precision::of(leaf.epsilon.max(epsilon));
            let tolerance = self.check.tolerance.unwrap_or(precision.tolerance);
            let scale = (largest / 1000.0).max(tolerance * y.abs() / size(leaf.at));
            let judge = Judge { gradient: gradient[leaf.index], scale, tolerance, precision };
            let function = &mut self.function;
            let mut along = |x: f64| {
                let rounded = entries::set(point, leaf.index, x);
                let value = function(point).value();
                (rounded, value.map_or(f64::NAN, |mut value| dot(&entries::flat(&mut value), seeds)))
            };
            let (verdict, estimate) = judge.judged((leaf.at, y), &mut Along { value: &mut along });
            entries::set(point, leaf.index, leaf.at);
            self.report.add(
                Entry {
                    name: leaf.place.named(&self.check.names),
                    index: leaf.index,
                    point: number,
                    at: leaf.at,
                    gradient: judge.gradient,
                    numeric: estimate.derivative,
                    uncertainty: estimate.uncertainty,
                    error: judge.error(&estimate),
                    verdict,
                },
                parameter(&leaf.place),
                &mut self.owners,
            );
        }
    }

    /// Leaves no more entries than were asked for.
    fn choose(&mut self, leaves: &mut Vec<Leaf>) {
        let Some(at_most) = self.check.at_most else { return };
        while leaves.len() > at_most {
            let i = self.draw.bits() % leaves.len() as u64;
            leaves.swap_remove(i as usize);
        }
    }
}

/// The floats of a point.
fn leaves<A: Entries>(point: &mut A) -> Vec<Leaf> {
    let mut all = Vec::new();
    Visitor::run(point, &mut |place, float| {
        let (index, at, epsilon) = (all.len(), float.get(), float.epsilon());
        all.push(Leaf { index, place: place.clone(), at, epsilon });
    });
    all
}

/// The precision of a value: that of its least precise float.
fn epsilon<Y: Entries>(value: &mut Y) -> f64 {
    let mut largest = 0.0f64;
    Visitor::run(value, &mut |_, float| largest = largest.max(float.epsilon()));
    largest
}

/// Which parameter a float belongs to.
fn parameter(place: &Place) -> usize {
    match place.steps().first() {
        Some(Step::Part(i)) => *i,
        _ => 0,
    }
}

/// Whether two values are the same, up to the last bits: the optimiser rewrites functions of constants.
fn same(a: &[f64], b: &[f64]) -> bool {
    let close = |a: f64, b: f64| a == b || (a - b).abs() <= 1e-6 * a.abs().max(b.abs());
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| close(*a, *b))
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
