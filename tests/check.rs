//! The option `check`: the tests that it makes, which run here, and what they find.

// The functions are written as people write them.
#![allow(clippy::needless_range_loop, clippy::needless_lifetimes)]

use backprop::backprop;

/// Everything is drawn.
#[backprop(check)]
fn plain(x: f64, y: &f64, corners: [f64; 3], flag: bool) -> f64 {
    if flag { x.ln() * y } else { corners[0] * corners[1].sqrt() + corners[2] / x }
}

#[backprop(check(weights in [-1.0..1.0; 6], points in [-1.0..1.0; 6], targets = [0.5, -0.25, 1.0], n = 2))]
fn loss(weights: &[f64], bias: f64, #[no_grad] points: &[f64], #[no_grad] targets: &[f64], n: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..targets.len() {
        let mut answer = bias;
        for j in 0..n {
            answer += weights[j] * points[i * n + j];
        }
        sum += (answer - targets[i]) * (answer - targets[i]);
    }
    sum
}

#[backprop(check(n in 0..5, x in 0.5..1.5, points = 30, tolerance = 1e-8))]
fn power(x: f64, n: i32) -> f64 {
    x.powi(n) + x
}

/// In `f32`, with a kink in the range.
#[backprop(check(x in -1.0..=1.0))]
fn rectified(x: [f32; 4]) -> f32 {
    x[0].max(0.0) + x[1].abs() * x[2].exp() + x[3] * x[3]
}

#[backprop(check(x in [-2.0..2.0; 5]))]
fn moments(x: &[f64], scale: f32) -> (f64, Vec<f64>, usize, f32) {
    let sum: f64 = x.iter().sum();
    (sum.sin(), x.iter().map(|v| v * v * sum).collect(), x.len(), scale * scale)
}

#[backprop(check)]
fn pair(x: f64, y: f64) -> [f64; 2] {
    [x * y, x / y]
}

/// Outputs, with a result and without one.
#[backprop(check(rate in 0.1..0.5))]
fn step(state: &mut [f64], rate: f64, pull: [f64; 2]) {
    for i in 0..state.len() {
        state[i] -= rate * pull[i % 2] * state[i];
    }
}

#[backprop(check)]
fn swapped(a: &mut f64, b: &mut [f64; 2], c: f64) -> f64 {
    let before = *a;
    *a = b[0] * c;
    b[1] *= before;
    before * b[1]
}

#[backprop(check)]
fn both(a: &mut f64, c: f64) -> (f64, f64) {
    *a *= c;
    (*a + c, c * c)
}

#[backprop(check)]
fn only_outputs(a: &mut [f64]) {
    a[0] *= a[1];
}

/// State of a function with a float result: the same at each call.
#[backprop(check(scratch = vec![0.0; 8]))]
fn through_scratch(x: &[f64], scratch: &mut [f64]) -> f64 {
    for i in 0..x.len() {
        scratch[i] += x[i].sin();
    }
    scratch[0] * scratch[1]
}

/// Some points have no value.
#[backprop(check(x in -1.0..1.0))]
fn root(x: f64, y: f64) -> Result<f64, String> {
    if x < 0.0 {
        return Err(format!("{x} has no root"));
    }
    Ok(x.sqrt() * y)
}

#[backprop(check(x in -0.5..1.0))]
fn both_roots(x: f64) -> Option<[f64; 2]> {
    if x < 0.0 {
        return None;
    }
    Some([x.sqrt(), -x.sqrt()])
}

#[backprop(check(out in 0.5..1.0))]
fn tried(x: f64, out: &mut f64) -> Option<(f64, f64)> {
    if x > 1.5 {
        return None;
    }
    *out *= x;
    Some((x, *out * x))
}

#[backprop(check(T = f64, N = 3))]
fn norm<T: num_traits::Float, const N: usize>(x: &[T; N], y: T) -> T {
    let mut sum = y;
    for i in 0..N {
        sum = sum + x[i] * x[i];
    }
    sum.sqrt()
}

#[backprop(check(x = [1.0, 2.0, 3.0], label = "length"))]
fn inferred<'a, S: AsRef<str>, const N: usize>(x: [f64; N], label: S, other: &'a f64) -> f64 {
    x[0] * x[N - 1] * label.as_ref().len() as f64 * other
}

#[backprop(check(f = bell, n = 20, b in 1.0..2.0))]
fn simpson(f: impl Fn(f64) -> f64, a: f64, b: f64, n: usize) -> f64 {
    let h = (b - a) / n as f64;
    let mut sum = f(a) + f(b);
    for i in 1..n {
        sum += if i % 2 == 1 { 4.0 } else { 2.0 } * f(a + i as f64 * h);
    }
    sum * h / 3.0
}

#[backprop(check(f = bell, g = bell, h = bell))]
fn all_kinds<F: Fn(f64) -> f64>(f: &dyn Fn(f64) -> f64, g: F, h: fn(f64) -> f64, x: f64) -> f64 {
    f(x) * g(x) * h(x)
}

#[backprop(check)]
fn bell(x: f64) -> f64 {
    (-x * x).exp()
}

type Metres = f64;
type Point = [f64; 2];
type Signal = [f64];

#[backprop(check(signal in [0.0..1.0; 3], at in [0.1..0.5, 2.0..3.0]))]
fn aliased(depth: Metres, at: &Point, #[grad] signal: &Signal) -> Metres {
    depth * at[0] / at[1] + signal[2] * depth
}

#[backprop(check(pairs in [(0.0..1.0, 5.0..6.0); 3], rows in [[0.1..0.2; 2]; 3]))]
fn nested(pairs: &[(f64, f64)], rows: Vec<Vec<f64>>, [a, b]: [f64; 2], (c, d): (f64, f64)) -> f64 {
    let mut sum = a * b * c * d;
    for i in 0..pairs.len() {
        sum += pairs[i].0 * pairs[i].1 * rows[i][1];
    }
    sum
}

/// Names that are in the way of others.
#[backprop(check(points = vec![1.0, 2.0], check = 3, draw = 2))]
fn report(points: &[f64], check: usize, draw: u8, seed: f64, value: f64, r#type: f64) -> f64 {
    points[0] * seed * value + check as f64 * points[1] + draw as f64 * r#type
}

#[backprop(check(self_named = 0.5), name = "another")]
fn self_named(self_named: f64) -> f64 {
    self_named * self_named
}

/// At a given point.
#[backprop(check(a = 2.0, b = &[1.0, 2.0], points = 1))]
fn given(a: f32, #[no_grad] b: &[f32], c: f32) -> f32 {
    a * b[1] * a * c
}

#[backprop]
mod inside {
    #[backprop(check(x in -1.0..1.0))]
    pub fn wave(x: f64, y: f64) -> f64 {
        (x * y).sin()
    }

    pub fn twice(x: f64) -> f64 {
        wave(x, x)
    }
}

#[test]
fn modules_have_companions_all_the_same() {
    assert_eq!(inside::twice(0.5), inside::twice_grad(0.5).0);
}

#[backprop(check)]
fn configured(x: f64) -> f64 {
    #[cfg(debug_assertions)]
    let y = x * x;
    #[cfg(not(debug_assertions))]
    let y = x * x * x;
    y
}

mod strict {
    #![forbid(unused, non_snake_case, missing_docs)]
    #![deny(warnings)]
    use backprop::backprop;

    #[backprop(check(n = 3))]
    pub(super) fn strict(x: f64, n: usize) -> f64 {
        x * n as f64
    }
}

#[test]
fn companions_stand_beside_the_tests() {
    assert_eq!(strict::strict_grad(2.0, 3), (6.0, 3.0));
}

#[derive(Clone, backprop::Differentiable)]
struct Layer<T> {
    weights: Vec<[T; 2]>,
    r#type: (T, f64),
    #[no_grad]
    factor: f64,
}

#[derive(Clone, backprop::Differentiable)]
struct Pair(f64, Vec<f64>);

/// Structs have entries, by the names of their fields.
#[backprop(check(layer = Layer { weights: vec![[1.0, 2.0]], r#type: (0.5, 3.0), factor: 2.0 }, scale in 0.5..1.0))]
fn output(#[grad] layer: &Layer<f64>, scale: f64) -> f64 {
    (layer.weights[0][1] * scale + layer.r#type.0).tanh() * layer.factor + layer.r#type.1 * scale
}

#[test]
fn fields_are_named() {
    use backprop::check::{self, Fixed};
    let layer = Layer { weights: vec![[1.0, 2.0]], r#type: (0.5, 3.0), factor: 2.0 };
    let report = check::names(["layer", "scale"]).gradient(
        [(layer, Fixed(0.5))],
        |(layer, Fixed(scale))| output(layer, *scale),
        |(layer, Fixed(scale))| {
            let (value, (mut gradient, _)) = output_grad(layer, *scale);
            gradient.weights[0][1] *= 1.01;
            (value, gradient)
        },
    );
    assert_eq!((report.compared, report.wrong), (4, 1), "{report}");
    assert_eq!(report.worst.unwrap().name, "layer.weights[0][1]");
    let sum = |pair: &Pair| pair.0 + pair.1[1];
    let report =
        check::names(["pair"]).gradient([Pair(1.0, vec![1.0, 2.0])], sum, |p| (sum(p), [1.0, 0.0, 2.0]));
    assert_eq!(report.worst.unwrap().name, "pair.1[1]");
}

/// Tests in functions are not run by the harness: they can be called here.
#[test]
#[should_panic(
    expected = "the gradient of `half` is not what differences say\n40 partial derivatives compared at 20 points, \
                           20 wrong"
)]
#[allow(unnameable_test_items)]
fn a_dropped_derivative_is_found() {
    #[backprop(check)]
    fn half(x: f64, y: f64) -> f64 {
        backprop::stop_gradient(x) * x + y
    }
    half_check();
}

#[test]
#[should_panic(expected = "nothing could be compared")]
#[allow(unnameable_test_items)]
fn points_that_say_nothing_are_no_success() {
    #[backprop(check(x = 0.0))]
    fn kink(x: f64) -> f64 {
        x.max(0.0)
    }
    kink_check();
}

#[test]
#[should_panic(expected = "3 parts can't be drawn from a domain of 2")]
#[allow(unnameable_test_items)]
fn domains_have_the_form_of_what_is_drawn() {
    #[backprop(check(x in [0.0..1.0; 2]))]
    fn sum(x: [f64; 3]) -> f64 {
        x[0] + x[1] + x[2]
    }
    sum_check();
}
