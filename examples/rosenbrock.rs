//! Somebody else's optimiser, our gradient: L-BFGS from the crate `argmin` walks down Rosenbrock's valley in
//! ten dimensions, to the minimum that is known to be at (1, …, 1).
//!
//! `cargo run --release --example rosenbrock`

use argmin::core::{CostFunction, Error, Executor, Gradient, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::LBFGS;
use backprop::backprop;

/// A curved valley that is easy to find and hard to follow.
#[backprop]
fn rosenbrock(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() - 1 {
        let off_valley = x[i + 1] - x[i] * x[i];
        let from_end = 1.0 - x[i];
        sum += 100.0 * off_valley * off_valley + from_end * from_end;
    }
    sum
}

/// What `argmin` wants to see of a function.
struct Problem;

impl CostFunction for Problem {
    type Param = Vec<f64>;
    type Output = f64;
    fn cost(&self, x: &Vec<f64>) -> Result<f64, Error> {
        Ok(rosenbrock(x))
    }
}

impl Gradient for Problem {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;
    fn gradient(&self, x: &Vec<f64>) -> Result<Vec<f64>, Error> {
        let (_value, gradient) = rosenbrock_grad(x);
        Ok(gradient)
    }
}

fn main() -> Result<(), Error> {
    let start: Vec<f64> = [-1.2, 1.0].repeat(5);
    let solver = LBFGS::new(MoreThuenteLineSearch::new(), 7).with_tolerance_grad(1e-10)?;
    let result =
        Executor::new(Problem, solver).configure(|state| state.param(start.clone()).max_iters(200)).run()?;

    let state = result.state();
    let best = state.get_best_param().ok_or_else(|| Error::msg("the optimiser returned no point"))?;
    println!("start       {start:?}, value {}", rosenbrock(&start));
    println!("iterations  {}", state.get_iter());
    println!("minimum     {best:.6?}, value {:.3e}", state.get_best_cost());

    assert!(state.get_best_cost() < 1e-12, "the minimum is 0, not {}", state.get_best_cost());
    for (i, x) in best.iter().enumerate() {
        assert!((x - 1.0).abs() < 1e-6, "coordinate {i} of the minimum is 1, not {x}");
    }
    Ok(())
}
