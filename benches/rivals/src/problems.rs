//! The functions, for any type of numbers.

use crate::real::Real;
use backprop_gradbench::evals::gmm::Model;
use std::rc::Rc;

/// A function of some numbers.
pub trait Problem {
    /// Its value.
    fn value<T: Real>(&self, x: &[T]) -> T;
}

/// The sum of some numbers, which there are.
fn sum<T: Real>(numbers: impl Iterator<Item = T>) -> T {
    numbers.reduce(|sum, x| sum + x).expect("numbers")
}

/// The logarithm of the sum of their exponentials.
fn log_sum_exp<T: Real>(x: &[T]) -> T {
    // The shift cancels out, and so does its derivative.
    let greatest = x.iter().fold(f64::NEG_INFINITY, |max, x| max.max(x.value()));
    sum(x.iter().map(|x| x.plus(-greatest).exp())).ln().plus(greatest)
}

/// Rosenbrock's function.
#[derive(Clone)]
pub struct Rosenbrock;

impl Problem for Rosenbrock {
    fn value<T: Real>(&self, x: &[T]) -> T {
        sum(x.windows(2).map(|x| {
            let (rise, left) = (x[1] - x[0] * x[0], x[0].plus(-1.0));
            (rise * rise).times(100.0) + left * left
        }))
    }
}

/// The price of a call by Black and Scholes, with a logistic curve for the normal distribution (S. R. Bowling and others, 2009).
#[derive(Clone)]
pub struct BlackScholes;

impl Problem for BlackScholes {
    fn value<T: Real>(&self, x: &[T]) -> T {
        let [spot, strike, volatility, years, rate] = [x[0], x[1], x[2], x[3], x[4]];
        let normal = |x: T| (x.times(-1.5976) - (x * x * x).times(0.07056)).exp().plus(1.0).recip();
        let deviation = volatility * years.sqrt();
        let d1 = ((spot / strike).ln() + (rate + (volatility * volatility).times(0.5)) * years) / deviation;
        let d2 = d1 - deviation;
        spot * normal(d1) - strike * (-(rate * years)).exp() * normal(d2)
    }
}

/// How far the hand of an arm of two links is from a point, squared.
#[derive(Clone)]
pub struct Arm;

/// The lengths of the links.
pub const LINKS: [f64; 2] = [1.0, 0.7];
/// The point.
pub const TARGET: [f64; 2] = [0.5, 1.1];

impl Problem for Arm {
    fn value<T: Real>(&self, x: &[T]) -> T {
        let both = x[0] + x[1];
        let across = (x[0].cos().times(LINKS[0]) + both.cos().times(LINKS[1])).plus(-TARGET[0]);
        let up = (x[0].sin().times(LINKS[0]) + both.sin().times(LINKS[1])).plus(-TARGET[1]);
        across * across + up * up
    }
}

/// The cross-entropy of what a network of two hidden layers says of an input.
#[derive(Clone)]
pub struct Network {
    /// The input.
    pub input: Vec<f64>,
    /// The right answer.
    pub right: usize,
}

/// The sizes of the network's layers.
pub const LAYERS: [usize; 4] = [32, 64, 64, 10];

impl Problem for Network {
    fn value<T: Real>(&self, w: &[T]) -> T {
        let [inputs, first, second, outputs] = LAYERS;
        let (w1, w) = w.split_at(first * inputs);
        let (b1, w) = w.split_at(first);
        let (w2, w) = w.split_at(second * first);
        let (b2, w) = w.split_at(second);
        let (w3, b3) = w.split_at(outputs * second);
        let dense = |w: &[T], b: &[T], x: &[T]| -> Vec<T> {
            w.chunks(x.len()).zip(b).map(|(w, b)| sum(w.iter().zip(x).map(|(w, x)| *w * *x)) + *b).collect()
        };
        let tanh = |x: Vec<T>| -> Vec<T> { x.into_iter().map(T::tanh).collect() };
        let first = w1
            .chunks(inputs)
            .zip(b1)
            .map(|(w, b)| sum(w.iter().zip(&self.input).map(|(w, x)| w.times(*x))) + *b);
        let hidden = tanh(first.collect());
        let scores = dense(w3, b3, &tanh(dense(w2, b2, &hidden)));
        log_sum_exp(&scores) - scores[self.right]
    }
}

/// The likelihood of a Gaussian mixture, of GradBench.
#[derive(Clone)]
pub struct Mixture(pub Rc<Model>);

impl Problem for Mixture {
    fn value<T: Real>(&self, model: &[T]) -> T {
        let given = &self.0;
        let (k, d) = (given.alpha.len(), given.mu.len() / given.alpha.len());
        let size = d * (d - 1) / 2;
        let (alpha, rest) = model.split_at(k);
        let (mu, rest) = rest.split_at(k * d);
        let (q, l) = rest.split_at(k * d);
        let diagonal: Vec<T> = q.iter().map(|q| q.exp()).collect();
        let sums: Vec<T> = q.chunks(d).map(|q| sum(q.iter().copied())).collect();
        let square = |x: &T| *x * *x;
        let total = sum(given.x.chunks(d).map(|x| {
            let terms: Vec<T> = (0..k)
                .map(|j| {
                    let centered: Vec<T> = (0..d).map(|i| (-mu[j * d + i]).plus(x[i])).collect();
                    let mut scaled: Vec<T> = (0..d).map(|i| diagonal[j * d + i] * centered[i]).collect();
                    let mut below = l[j * size..].iter();
                    for i in 0..d {
                        for c in i + 1..d {
                            scaled[c] = scaled[c] + *below.next().expect("a triangle") * centered[i];
                        }
                    }
                    alpha[j] + sums[j] - sum(scaled.iter().map(square)).times(0.5)
                })
                .collect();
            log_sum_exp(&terms)
        }));
        let points = given.x.len() / d;
        let squares = sum(diagonal.iter().map(square)) + sum(l.iter().map(square));
        let prior = squares.times(0.5 * given.gamma * given.gamma)
            - sum(sums.iter().copied()).times(f64::from(given.m));
        total - log_sum_exp(alpha).times(points as f64) - prior
    }
}
