//! Right, wrong, or not to be told: what differences over several steps say of one partial derivative.

use super::difference::{Along, Estimate, Precision};
use super::report::{Entry, Report, Verdict};
use alloc::vec::Vec;

/// What is known of an entry before differences are taken.
pub(super) struct Judge {
    pub gradient: f64,
    /// What errors are relative to at least.
    pub scale: f64,
    pub tolerance: f64,
    pub precision: Precision,
}

/// Of an argument so large that there is no step.
const NOTHING: Estimate =
    Estimate { derivative: f64::NAN, uncertainty: f64::INFINITY, step: 0.0, steepest: 0.0 };

impl Judge {
    /// Asks step after step, until it is clear what the differences say. `at` is the argument and the value there.
    pub fn judged(&self, at: (f64, f64), along: &mut Along<'_>) -> (Verdict, Estimate) {
        let mut all: Vec<Estimate> = Vec::new();
        for step in self.precision.steps(at.0) {
            let estimate = along.extrapolated(at.0, step, &self.precision);
            all.push(estimate);
            if self.is_plain(&estimate) {
                return (Verdict::Right, estimate);
            }
            // Larger steps alone might see the function as a whole, and not its course at the point.
            if all.len() == 8 && all.iter().all(|e| self.is_against(e)) && self.is_accused(&all) {
                break;
            }
        }
        let (verdict, estimate) = self.weighed(&all);
        if verdict == Verdict::Wrong {
            // At a kink, all derivatives between those of both sides are right.
            let kink = along.kink(at, estimate.step, &self.precision);
            if kink > 0.0 && self.off(&estimate) <= 0.55 * kink + estimate.uncertainty {
                return (Verdict::NotSmooth, estimate);
            }
        }
        (verdict, estimate)
    }

    /// How far gradient and differences are apart, relative to the larger one.
    pub fn error(&self, estimate: &Estimate) -> f64 {
        let error = self.off(estimate) / self.scale(estimate.derivative);
        match self.gradient == estimate.derivative {
            true => 0.0,
            false if error.is_nan() => f64::INFINITY,
            false => error,
        }
    }

    fn scale(&self, numeric: f64) -> f64 {
        let sizes = [self.gradient.abs(), numeric.abs()];
        sizes.into_iter().filter(|s| s.is_finite()).fold(self.scale, f64::max)
    }

    fn off(&self, estimate: &Estimate) -> f64 {
        (self.gradient - estimate.derivative).abs()
    }

    /// Whether the two agree so well that nothing else has to be asked.
    fn is_plain(&self, estimate: &Estimate) -> bool {
        let allowed = self.tolerance * self.scale(estimate.derivative);
        estimate.uncertainty <= allowed && self.off(estimate) <= allowed
    }

    fn agrees(&self, estimate: &Estimate) -> bool {
        let allowed = self.tolerance * self.scale(estimate.derivative);
        self.off(estimate) <= allowed + 4.0 * estimate.uncertainty
    }

    /// Whether an estimate speaks for the gradient.
    fn is_for(&self, estimate: &Estimate) -> bool {
        let certain = self.precision.certainty * self.scale(estimate.derivative);
        self.agrees(estimate) && (estimate.uncertainty <= certain || self.off(estimate) == 0.0)
    }

    /// Whether it speaks against it. Beside an infinite gradient everything would be certain: it has to be certain for what
    /// the estimate itself is.
    fn is_against(&self, estimate: &Estimate) -> bool {
        let (off, uncertainty) = (self.off(estimate), estimate.uncertainty);
        let least = self.tolerance * estimate.steepest;
        let certain = self.precision.certainty * estimate.derivative.abs().max(least);
        !self.agrees(estimate) && uncertainty <= certain && (off.is_nan() || 10.0 * uncertainty <= off)
    }

    /// Weighs what estimates with different steps say. A single one may be certain of something wrong, where a step
    /// spans many waves of the function, or where rounding made values equal. So two have to speak against a gradient, they
    /// have to say the same, and none may contradict them in favour of the gradient.
    fn weighed(&self, all: &[Estimate]) -> (Verdict, Estimate) {
        let in_favour = || all.iter().filter(|e| self.is_for(e));
        let against = best(all.iter().filter(|e| self.is_against(e)));
        let contradicts = |e: &Estimate, other: &Estimate| {
            (e.derivative - other.derivative).abs() > 4.0 * (e.uncertainty + other.uncertainty)
        };
        let defended = against.is_none_or(|against| in_favour().any(|e| contradicts(e, against)));
        match (best(in_favour()), against) {
            (Some(favour), _) if defended => (Verdict::Right, *favour),
            (_, Some(against)) if self.is_accused(all) => (Verdict::Wrong, *against),
            _ => (Verdict::NotSmooth, best(all).copied().unwrap_or(NOTHING)),
        }
    }

    /// Whether what speaks against the gradient is of one voice.
    fn is_accused(&self, all: &[Estimate]) -> bool {
        let against = || all.iter().filter(|e| self.is_against(e));
        let values = || against().map(|e| e.derivative);
        let spread = values().fold(f64::MIN, f64::max) - values().fold(f64::MAX, f64::min);
        // Of a gradient that is not a number, nothing is left.
        let least_off = against().map(|e| self.off(e)).fold(f64::INFINITY, f64::min);
        against().count() >= 2 && (spread <= 0.3 * least_off)
    }
}

/// The most certain estimate.
fn best<'e>(all: impl IntoIterator<Item = &'e Estimate>) -> Option<&'e Estimate> {
    all.into_iter().min_by(|a, b| a.uncertainty.total_cmp(&b.uncertainty))
}

/// Two gradients side by side; nothing is known of the point, and of how exact the second one is.
pub(super) fn compared(gradient: &[f64], numeric: &[f64]) -> Report {
    let sizes = gradient.iter().chain(numeric).map(|v| v.abs()).filter(|v| v.is_finite());
    let scale = sizes.fold(0.0, f64::max) / 1000.0;
    let (mut report, mut owners) = (Report { points: 1, ..Report::default() }, Vec::new());
    for (index, (&gradient, &numeric)) in gradient.iter().zip(numeric).enumerate() {
        let precision = Precision::of(f64::EPSILON);
        let judge = Judge { gradient, scale, tolerance: precision.tolerance, precision };
        let error = judge.error(&Estimate { derivative: numeric, ..NOTHING });
        let verdict = if error <= judge.tolerance { Verdict::Right } else { Verdict::Wrong };
        let (name, at, uncertainty) = (alloc::format!("[{index}]"), f64::NAN, 0.0);
        let entry = Entry { name, index, point: 0, at, gradient, numeric, uncertainty, error, verdict };
        report.add(entry, 0, &mut owners);
    }
    report
}
