//! Who computes which gradient.

use crate::problems::{Arm, BlackScholes, LAYERS, Mixture, Network, Problem, Rosenbrock};
use crate::{annotated, crates, symbolic, with_burn, with_candle};
use backprop_gradbench::evals::gmm::{Model, varying_grad_into};
use std::error::Error;
use std::rc::Rc;

/// Computes the value at a point, and puts the gradient into the buffer.
pub type Gradient = Box<dyn FnMut(&[f64], &mut [f64]) -> f64>;

/// Those who are compared, in the order of the tables.
pub const NAMES: [&str; 12] = [
    "backprop",
    "symdiff",
    "num-dual",
    "autodiff",
    "ad_trait, forward",
    "ad_trait, reverse",
    "echidna",
    "echidna, recorded",
    "reverse",
    "burn",
    "candle",
    "differences",
];

/// A function at a point, and all gradients of it that there are.
pub struct Race {
    /// What the function is.
    pub name: String,
    /// Where.
    pub at: Vec<f64>,
    /// The gradients, by the places of their names.
    pub gradients: Vec<(&'static str, Gradient)>,
}

/// Numbers without an order, from -1 to 1.
fn numbers(n: usize, seed: f64) -> impl Iterator<Item = f64> {
    (0..n).map(move |i| (seed + 12.9898 * i as f64).sin())
}

/// A race of the crates that take a function of any type of numbers, and of `backprop`.
fn race<P: Problem + Clone + 'static>(
    name: impl Into<String>,
    problem: &P,
    at: Vec<f64>,
    own: impl FnMut(&[f64], &mut [f64]) -> f64 + 'static,
) -> Race {
    let mut race = Race { name: name.into(), at, gradients: Vec::new() };
    race.add("backprop", own);
    let recorded = crates::echidna_recorded(problem, &race.at);
    race.add("echidna, recorded", recorded);
    macro_rules! add {
        ($($name:literal: $f:path),*) => { $({
            let problem = problem.clone();
            race.add($name, move |x, d| $f(&problem, x, d));
        })* };
    }
    // All directions at once are faster, up to where they are too large for it.
    match race.at.len() {
        2 => add!("num-dual": crates::num_dual_vector::<2, _>),
        5 => add!("num-dual": crates::num_dual_vector::<5, _>),
        10 => add!("num-dual": crates::num_dual_vector::<10, _>),
        100 => add!("num-dual": crates::num_dual_vector::<100, _>),
        _ => add!("num-dual": crates::num_dual_scalar),
    }
    add!(
        "autodiff": crates::autodiff,
        "ad_trait, forward": crates::ad_trait_forward,
        "ad_trait, reverse": crates::ad_trait_reverse,
        "echidna": crates::echidna,
        "reverse": crates::reverse,
        "differences": crates::differences
    );
    race
}

impl Race {
    fn add(&mut self, name: &'static str, gradient: impl FnMut(&[f64], &mut [f64]) -> f64 + 'static) {
        self.gradients.push((name, Box::new(gradient)));
    }

    /// Someone whose arguments are there already.
    fn add_ready(
        &mut self,
        name: &'static str,
        mut gradient: impl FnMut(&mut [f64]) -> candle_core::Result<f64> + 'static,
    ) {
        self.add(name, move |_, d| gradient(d).expect("tensors that fit"));
    }
}

/// Parts of a slice, of these lengths.
fn parts<const N: usize>(mut all: &mut [f64], lengths: [usize; N]) -> [&mut [f64]; N] {
    lengths.map(|n| all.split_off_mut(..n).expect("as long as all parts"))
}

/// The same of one that is read.
fn parts_of<const N: usize>(mut all: &[f64], lengths: [usize; N]) -> [&[f64]; N] {
    lengths.map(|n| all.split_off(..n).expect("as long as all parts"))
}

/// All of them.
pub fn all() -> Result<Vec<Race>, Box<dyn Error>> {
    let mut races = Vec::new();
    for n in [2, 10, 100, 1000] {
        let at: Vec<f64> = numbers(n, 1.0).collect();
        let mut race = race(format!("Rosenbrock, n = {n}"), &Rosenbrock, at, annotated::rosenbrock_grad_into);
        if n == 2 {
            race.add("symdiff", symbolic::rosenbrock_into);
        }
        let gradient = with_burn::rosenbrock(&race.at);
        race.add("burn", gradient);
        let gradient = with_candle::rosenbrock(&race.at)?;
        race.add_ready("candle", gradient);
        races.push(race);
    }

    let own = |x: &[f64], d: &mut [f64]| {
        let (value, gradient) = annotated::black_scholes_grad(x[0], x[1], x[2], x[3], x[4]);
        d.copy_from_slice(&<[f64; 5]>::from(gradient));
        value
    };
    let mut options = race("Black–Scholes", &BlackScholes, vec![100.0, 95.0, 0.2, 0.5, 0.03], own);
    options.add("symdiff", symbolic::black_scholes_into);
    races.push(options);

    let own = |x: &[f64], d: &mut [f64]| {
        let (value, gradient) = annotated::arm_grad([x[0], x[1]]);
        d.copy_from_slice(&gradient);
        value
    };
    let mut arm = race("arm of two links", &Arm, vec![0.3, 0.8], own);
    arm.add("symdiff", symbolic::arm_into);
    races.push(arm);

    let network = Network { input: numbers(LAYERS[0], 3.0).collect(), right: 7 };
    let lengths: [usize; 6] =
        std::array::from_fn(
            |i| if i % 2 == 0 { LAYERS[i / 2] * LAYERS[i / 2 + 1] } else { LAYERS[i / 2 + 1] },
        );
    let at: Vec<f64> = numbers(lengths.iter().sum(), 1.0).map(|w| 0.2 * w).collect();
    let (input, right) = (network.input.clone(), network.right);
    let own = move |w: &[f64], d: &mut [f64]| {
        let [w1, b1, w2, b2, w3, b3] = parts_of(w, lengths);
        let [d1, e1, d2, e2, d3, e3] = parts(d, lengths);
        annotated::network_grad_into(w1, b1, w2, b2, w3, b3, &input, right, d1, e1, d2, e2, d3, e3)
    };
    let mut learning = race("network, 32 → 64 → 64 → 10", &network, at, own);
    let gradient = with_burn::network(&network, &learning.at);
    learning.add("burn", gradient);
    let gradient = with_candle::network(&network, &learning.at)?;
    learning.add_ready("candle", gradient);
    races.push(learning);

    let (d, k, n) = (10, 10, 1000);
    let model = Model {
        alpha: numbers(k, 1.0).collect(),
        mu: numbers(k * d, 2.0).collect(),
        q: numbers(k * d, 3.0).map(|q| 0.3 * q).collect(),
        l: numbers(k * d * (d - 1) / 2, 4.0).map(|l| 0.3 * l).collect(),
        x: numbers(n * d, 5.0).collect(),
        gamma: 1.0,
        m: 0,
    };
    let lengths = [&model.alpha, &model.mu, &model.q, &model.l].map(Vec::len);
    let at = [&model.alpha[..], &model.mu, &model.q, &model.l].concat();
    let (x, gamma, m) = (model.x.clone(), model.gamma, model.m);
    let own = move |at: &[f64], d: &mut [f64]| {
        let ([alpha, mu, q, l], [d_alpha, d_mu, d_q, d_l]) = (parts_of(at, lengths), parts(d, lengths));
        varying_grad_into(alpha, mu, q, l, &x, gamma, m, d_alpha, d_mu, d_q, d_l)
    };
    let (burn, candle) = (with_burn::mixture(&model), with_candle::mixture(&model)?);
    let mut mixture = race("Gaussian mixture, d = k = 10, n = 1000", &Mixture(Rc::new(model)), at, own);
    mixture.add("burn", burn);
    mixture.add_ready("candle", candle);
    races.push(mixture);
    Ok(races)
}
