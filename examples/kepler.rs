//! Kepler's equation `E − e·sin E = M`, whose solution `E` says where a planet is at a given time. It is found by Newton's
//! method here, and its derivative in two ways: `#[backprop]` differentiates the steps, or a rule written by hand says what
//! the equation itself says of them (the implicit function theorem), whatever the way in which it is solved.
//!
//! Run with `cargo run --release --example kepler`.

use std::hint::black_box;
use std::time::Instant;

use backprop::backprop;

/// `E` by Newton's method: the derivative goes through all its steps.
#[backprop]
fn by_steps(m: f64, e: f64) -> f64 {
    let mut angle = if e < 0.8 { m } else { std::f64::consts::PI };
    for _ in 0..50 {
        let miss = angle - e * angle.sin() - m;
        if miss.abs() < 1e-15 {
            break;
        }
        angle -= miss / (1.0 - e * angle.cos());
    }
    angle
}

/// The same `E`: what is in this body is not looked into.
#[backprop(pullback = by_rule_pullback)]
fn by_rule(m: f64, e: f64) -> f64 {
    by_steps(m, e)
}

/// The function's arguments, its result, and the derivative by the result; returns the derivatives by the arguments.
///
/// Along the solutions, `(1 − e·cos E)·dE = dM + sin E·de`.
fn by_rule_pullback(_m: f64, e: f64, angle: f64, seed: f64) -> (f64, f64) {
    let d_m = seed / (1.0 - e * angle.cos());
    (d_m, d_m * angle.sin())
}

/// The distance from the sun at the time `m`, which is the same program for both.
macro_rules! distances {
    ($($name:ident by $solve:ident;)*) => {$(
        #[backprop]
        fn $name(m: f64, e: f64) -> f64 {
            1.0 - e * $solve(m, e).cos()
        }
    )*};
}
distances! {
    distance_by_steps by by_steps;
    distance_by_rule by by_rule;
}

/// Nanoseconds for one gradient: the best of some rounds.
fn time(gradient: impl Fn(f64, f64) -> (f64, (f64, f64)), e: f64) -> f64 {
    let (rounds, calls) = (20, 2_000);
    let round = |_| {
        let start = Instant::now();
        for i in 0..calls {
            black_box(gradient(black_box(0.1 + 1.4e-3 * f64::from(i)), black_box(e)));
        }
        start.elapsed().as_secs_f64() * 1e9 / f64::from(calls)
    };
    (0..rounds).map(round).fold(f64::INFINITY, f64::min)
}

/// The largest relative difference between the two gradients over an orbit.
fn largest_difference(e: f64) -> f64 {
    let mut largest = 0.0_f64;
    for i in 1..=200 {
        let m = f64::from(i) * std::f64::consts::PI / 200.0;
        let (value, (m_by_steps, e_by_steps)) = distance_by_steps_grad(m, e);
        let (same, (m_by_rule, e_by_rule)) = distance_by_rule_grad(m, e);
        assert_eq!(value, same, "the value is that of the function, with a rule and without");
        for (a, b) in [(m_by_steps, m_by_rule), (e_by_steps, e_by_rule)] {
            largest = largest.max((a - b).abs() / a.abs().max(1.0));
        }
    }
    largest
}

fn main() {
    let m = 1.0;
    println!("The distance r of a planet from its sun at the mean anomaly M = {m}:\n");
    println!("eccentricity        r     ∂r/∂M     ∂r/∂e  difference   by steps    by rule  ratio");
    for e in [0.0167, 0.0934, 0.2056, 0.5, 0.8, 0.967] {
        let (r, (by_m, by_e)) = distance_by_rule_grad(m, e);
        let difference = largest_difference(e);
        let (steps, rule) = (time(distance_by_steps_grad, e), time(distance_by_rule_grad, e));
        println!(
            "{e:>12} {r:>8.5} {by_m:>9.5} {by_e:>9.5}  {difference:>10.1e} {steps:>7.0} ns {rule:>7.0} ns {:>6.2}",
            steps / rule
        );
        assert!(difference < 1e-10, "the gradients differ by {difference:e} at the eccentricity {e}");
    }
    println!("\nBoth gradients agree to 1e-10 at 200 places of each orbit.");
}
