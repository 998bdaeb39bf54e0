//! The comparison itself: point by point, entry by entry.

use super::Check;
use super::difference::{Along, Estimate, Precision, size};
use super::draw::Draw;
use super::entries::{self, Entries, Place, Step, Visitor};
use super::outcome::Outcome;
use super::report::{Entry, Report, Value, Verdict};
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
            let estimate =
                Along { value: &mut along }.estimate((leaf.at, y), precision, |e| judge.is_plain(e));
            entries::set(point, leaf.index, leaf.at);
            let entry = judge.entry(&leaf, &estimate, number, leaf.place.named(&self.check.names));
            self.report.add(entry, parameter(&leaf.place), &mut self.owners);
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

/// What is known of an entry before differences are taken.
struct Judge {
    gradient: f64,
    /// What errors are relative to at least.
    scale: f64,
    tolerance: f64,
    precision: Precision,
}

impl Judge {
    fn scale(&self, numeric: f64) -> f64 {
        let sizes = [self.gradient.abs(), numeric.abs()];
        sizes.into_iter().filter(|s| s.is_finite()).fold(self.scale, f64::max)
    }

    /// Whether the two agree so well that no other step is worth a try.
    fn is_plain(&self, estimate: &Estimate) -> bool {
        let allowed = self.tolerance * self.scale(estimate.derivative);
        estimate.uncertainty <= allowed && self.off(estimate) <= allowed
    }

    fn off(&self, estimate: &Estimate) -> f64 {
        (self.gradient - estimate.derivative).abs()
    }

    fn verdict(&self, estimate: &Estimate) -> Verdict {
        let (scale, off, uncertainty) =
            (self.scale(estimate.derivative), self.off(estimate), estimate.uncertainty);
        let certain = uncertainty <= self.precision.certainty * scale || off == 0.0;
        // At a kink, all derivatives between those of both sides are right.
        let within_kink = off <= 0.55 * estimate.kink + uncertainty;
        match off <= self.tolerance * scale + 4.0 * uncertainty {
            _ if !uncertainty.is_finite() => Verdict::NotSmooth,
            true if certain => Verdict::Right,
            true => Verdict::NotSmooth,
            false if estimate.kink > 0.0 && within_kink => Verdict::NotSmooth,
            // Where differences are uncertain, an infinite derivative may well be right.
            false if certain || off > 10.0 * uncertainty && off.is_finite() => Verdict::Wrong,
            false => Verdict::NotSmooth,
        }
    }

    fn entry(&self, leaf: &Leaf, estimate: &Estimate, point: usize, name: alloc::string::String) -> Entry {
        let error = self.off(estimate) / self.scale(estimate.derivative);
        let same = self.gradient == estimate.derivative;
        Entry {
            name,
            index: leaf.index,
            point,
            at: leaf.at,
            gradient: self.gradient,
            numeric: estimate.derivative,
            uncertainty: estimate.uncertainty,
            error: if same {
                0.0
            } else if error.is_nan() {
                f64::INFINITY
            } else {
                error
            },
            verdict: self.verdict(estimate),
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
