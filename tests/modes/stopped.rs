//! `stop_gradient`: constants on purpose, in all positions. Differences know nothing of them, so that the expected
//! gradients are those of the same function with the constant written down.

use backprop::{backprop, stop_gradient};

#[backprop(jvp)]
fn factor(x: f64) -> f64 {
    stop_gradient(x * x) * x
}

#[test]
fn a_factor() {
    assert_eq!(factor_grad(3.0), (27.0, 9.0));
    assert_eq!(factor_jvp(3.0, 2.0), (27.0, 18.0));
}

#[backprop]
fn by_path(x: f64, y: &f64) -> f64 {
    let scale = backprop::stop_gradient::<f64>(x.sin());
    let other = stop_gradient(*y);
    x / scale + y * other
}

#[test]
fn by_its_path_and_in_a_let() {
    let (value, (d_x, d_y)) = by_path_grad(0.5, &2.0);
    assert_eq!(value, by_path(0.5, &2.0));
    assert_eq!(d_x, 1.0 / 0.5_f64.sin());
    assert_eq!(d_y, 2.0);
}

#[backprop]
fn target(prediction: f64, #[no_grad] target: f64) -> f64 {
    (prediction - target).powi(2)
}

/// What is passed where the callee takes no derivative.
#[backprop]
fn bootstrap(value: f64, next: f64) -> f64 {
    target(value, stop_gradient(0.5 * next)) + next
}

#[test]
fn an_argument_of_a_passive_parameter() {
    assert_eq!(bootstrap_grad(3.0, 2.0), (6.0, (4.0, 1.0)));
}

#[backprop]
fn weighted(xs: &[f64], #[no_grad] weights: &[f64]) -> f64 {
    xs.iter().zip(weights).map(|(x, w)| x * w).sum()
}

#[backprop]
fn arrays(xs: &[f64]) -> f64 {
    let doubled: Vec<f64> = xs.iter().map(|x| 2.0 * x).collect();
    let copy = stop_gradient([xs[0], xs[1]]);
    let held = stop_gradient(doubled.clone());
    weighted(&doubled, stop_gradient(xs))
        + weighted(xs, stop_gradient(&doubled))
        + copy[1] * xs[0]
        + held[0] * xs[1]
}

#[test]
fn arrays_and_slices() {
    // 2x·x̄ + x·2x̄ + x̄₁x₀ + 2x̄₀x₁, of which only x is no constant.
    let (value, gradient) = arrays_grad(&[3.0, 4.0]);
    assert_eq!(value, 4.0 * 25.0 + 12.0 + 24.0);
    assert_eq!(gradient, [4.0 * 3.0 + 4.0, 4.0 * 4.0 + 6.0]);
}

#[backprop]
fn table(xs: &[f64]) -> f64 {
    let held = stop_gradient(xs);
    let (a, b) = stop_gradient((xs[0], 2.0 * xs[1]));
    let mut sum = if stop_gradient(xs[0]) > 1.0 { a * xs[0] } else { b * xs[0] };
    for i in 0..held.len() {
        sum += held[i] * xs[i];
    }
    for x in held {
        sum += x * xs[1];
    }
    sum
}

#[test]
fn a_slice_as_a_table() {
    let (value, gradient) = table_grad(&[3.0, 4.0]);
    assert_eq!(value, 9.0 + 25.0 + 28.0);
    assert_eq!(gradient, [3.0 + 3.0, 4.0 + 7.0]);
}

#[backprop]
fn in_a_loop(x: f64, n: usize) -> f64 {
    let mut state = x;
    let mut sum = 0.0;
    for _ in 0..n {
        state = state * x;
        let seen = stop_gradient(state);
        if seen > 100.0 {
            break;
        }
        sum += seen * x;
        state = stop_gradient(state) + x;
    }
    sum
}

#[test]
fn in_a_loop_with_a_jump() {
    // States 4, 12 and 28; what is summed depends on x by its own factor only.
    assert_eq!(in_a_loop_grad(2.0, 3), (2.0 * (4.0 + 12.0 + 28.0), 44.0));
    assert_eq!(in_a_loop_grad(2.0, 9).0, in_a_loop(2.0, 9));
}

#[backprop]
fn in_a_chain(xs: &[f64]) -> f64 {
    let largest = stop_gradient(xs.iter().copied().fold(f64::NEG_INFINITY, f64::max));
    let weigh = |x: f64| stop_gradient(x) * x;
    xs.iter().map(|x| (x - largest).exp() * stop_gradient(*x)).sum::<f64>() + weigh(xs[0])
}

#[test]
fn in_a_chain_and_a_closure() {
    let (_, gradient) = in_a_chain_grad(&[1.0, 2.0]);
    assert_eq!(gradient, [1.0 + (-1.0_f64).exp(), 2.0]);
}

#[backprop]
fn generic<T: num_traits::Float>(x: T) -> T {
    stop_gradient(x) * x + T::one()
}

#[test]
fn generic_floats() {
    assert_eq!(generic_grad(3.0_f32), (10.0, 3.0));
    assert_eq!(generic_grad(3.0_f64), (10.0, 3.0));
}

mod renamed {
    pub use backprop::stop_gradient as hold;
    pub mod inner {
        pub use backprop::*;
    }
}

#[backprop]
fn by_another_module(x: f64) -> f64 {
    use renamed::inner;
    inner::stop_gradient(x) * x
}

#[test]
fn by_a_path_through_other_modules() {
    assert_eq!(by_another_module_grad(3.0), (9.0, 3.0));
    assert_eq!(renamed::hold(1.0), 1.0);
}

struct Model {
    rate: f64,
}

#[backprop]
impl Model {
    fn step(&self, x: f64) -> Result<f64, String> {
        let norm = stop_gradient(x.abs());
        if norm > 1e6 {
            return Err("too far".to_string());
        }
        Ok(x - self.rate * x / norm)
    }
}

#[test]
fn in_a_method() {
    assert_eq!(Model { rate: 0.5 }.step_grad(2.0), Ok((1.5, 0.75)));
    assert!(Model { rate: 0.5 }.step_grad(1e7).is_err());
}
