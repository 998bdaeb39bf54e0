//! A tour of the language: small functions as people write them (`functions.rs`), one for each family of constructs,
//! and the gradient of each beside differences.
//!
//! `cargo run --release --example tour`

mod functions;

use backprop::check::check_gradient;
use functions::*;

/// The observations of the Kalman filter.
const SEEN: [Option<f64>; 6] = [Some(0.3), Some(0.9), None, Some(1.1), None, Some(1.7)];

/// A spring, for its method.
const SPRING: Spring = Spring { stiffness: 4.0, damping: 0.3 };

/// A row of the table: a function, what it shows, where it is looked at, its value and its gradient there.
struct Row {
    name: &'static str,
    shows: &'static str,
    at: Vec<f64>,
    value: fn(&[f64]) -> f64,
    gradient: fn(&[f64]) -> (f64, Vec<f64>),
}

/// The `i`th row of three.
fn three(x: &[f64], i: usize) -> [f64; 3] {
    [x[3 * i], x[3 * i + 1], x[3 * i + 2]]
}

/// Nine numbers as a matrix.
fn matrix3(x: &[f64]) -> [[f64; 3]; 3] {
    [three(x, 0), three(x, 1), three(x, 2)]
}

/// Sixteen numbers as a matrix.
fn matrix4(x: &[f64]) -> [[f64; 4]; 4] {
    std::array::from_fn(|i| std::array::from_fn(|j| x[4 * i + j]))
}

/// The functions of the tour.
fn rows() -> Vec<Row> {
    let row =
        |name, shows, at: &[f64], value, gradient| Row { name, shows, at: at.to_vec(), value, gradient };
    vec![
        row(
            "kepler",
            "loop, break",
            &[1.2, 0.4],
            |x| kepler(x[0], x[1]),
            |x| {
                let (value, (mean, eccentricity)) = kepler_grad(x[0], x[1]);
                (value, vec![mean, eccentricity])
            },
        ),
        row(
            "orbit",
            "calls, arrays",
            &[1.0, 0.0, 0.1, 1.1, 1.0],
            |x| orbit(&[x[0], x[1], x[2], x[3]], x[4], 0.1, 30),
            |x| {
                let (value, (start, mass)) = orbit_grad(&[x[0], x[1], x[2], x[3]], x[4], 0.1, 30);
                (value, [&start[..], &[mass]].concat())
            },
        ),
        row(
            "kalman",
            "let else, continue",
            &[0.2, 0.5],
            |x| kalman(&SEEN, x[0], x[1]),
            |x| {
                let (value, (drift, noise)) = kalman_grad(&SEEN, x[0], x[1]);
                (value, vec![drift, noise])
            },
        ),
        row(
            "roughness",
            "windows, collect",
            &[3.0, 4.0, 3.5, 5.0, 7.0, 6.0, 6.5],
            |x| roughness(x, 3),
            |x| roughness_grad(x, 3),
        ),
        row(
            "call_option",
            "return, fold",
            &[100.0, 105.0, 0.03, 0.2, 1.5],
            |x| call_option(x[0], x[1], x[2], x[3], x[4]),
            |x| {
                let (value, (spot, strike, rate, volatility, years)) =
                    call_option_grad(x[0], x[1], x[2], x[3], x[4]);
                (value, vec![spot, strike, rate, volatility, years])
            },
        ),
        row(
            "cross_entropy",
            "iterator chains",
            &[2.0, -1.0, 0.5, 3.0],
            |x| cross_entropy(x, 2),
            |x| cross_entropy_grad(x, 2),
        ),
        row(
            "drag",
            "match",
            &[30.0, 2.0, 1.0],
            |x| drag(x[0], x[1], x[2]),
            |x| {
                let (value, (speed, diameter, viscosity)) = drag_grad(x[0], x[1], x[2]);
                (value, vec![speed, diameter, viscosity])
            },
        ),
        row(
            "determinant",
            "swaps in place",
            &[0.5, 2.0, 1.0, 3.0, 4.0, 1.0, 0.0, 2.0, 1.0, 3.0, 2.0, 1.0, 2.0, 1.0, 5.0, 0.5],
            |x| determinant(&matrix4(x)),
            |x| {
                let (value, gradient) = determinant_grad(&matrix4(x));
                (value, gradient.concat())
            },
        ),
        row(
            "time_warp",
            "nested Vecs",
            &[1.0, 3.0, 4.0, 2.0, 1.5, 3.2, 3.3, 1.0],
            |x| time_warp(&x[..4], &x[4..]),
            |x| {
                let (value, (a, b)) = time_warp_grad(&x[..4], &x[4..]);
                (value, [a, b].concat())
            },
        ),
        row(
            "pendulum",
            "recursion",
            &[0.7, 1.4],
            |x| pendulum(x[0], x[1]),
            |x| {
                let (value, (length, amplitude)) = pendulum_grad(x[0], x[1]);
                (value, vec![length, amplitude])
            },
        ),
        row(
            "exposure",
            "a closure",
            &[50.0, 1.2, 0.3, 8.0],
            |x| exposure(x[0], x[1], x[2], x[3]),
            |x| {
                let (value, (dose, uptake, decay, hours)) = exposure_grad(x[0], x[1], x[2], x[3]);
                (value, vec![dose, uptake, decay, hours])
            },
        ),
        row(
            "surprise",
            "Result and ?",
            &[2.0, 0.3, 0.1, 0.3, 1.0, 0.2, 0.1, 0.2, 1.5, 0.5, -1.0, 2.0],
            |x| surprise(&matrix3(x), &three(x, 3)).expect("it is positive definite"),
            |x| {
                let result = surprise_grad(&matrix3(x), &three(x, 3));
                let (value, (covariance, point)) = result.expect("it is positive definite");
                (value, [covariance.concat(), point.to_vec()].concat())
            },
        ),
        row(
            "great_circle",
            "generic T: Float",
            &[35.0, 139.0, 48.0, 11.0],
            |x| great_circle([x[0], x[1]], [x[2], x[3]]),
            |x| {
                let (value, (from, to)) = great_circle_grad([x[0], x[1]], [x[2], x[3]]);
                (value, [from, to].concat())
            },
        ),
        row(
            "Spring::swing",
            "methods",
            &[1.5, 0.8],
            |x| SPRING.swing(x[0], x[1], 100),
            |x| {
                let (value, (mass, start)) = SPRING.swing_grad(x[0], x[1], 100);
                (value, vec![mass, start])
            },
        ),
        row(
            "colour::contrast",
            "a module",
            &[0.2, 0.1, 0.6, 0.9, 0.95, 0.8],
            |x| colour::contrast(&three(x, 0), &three(x, 1)),
            |x| {
                let (value, (ink, paper)) = colour::contrast_grad(&three(x, 0), &three(x, 1));
                (value, [ink, paper].concat())
            },
        ),
    ]
}

fn main() {
    println!(
        "{:<17} {:<19} {:>11}  {:>16}  {:>11}",
        "function", "shows", "value", "largest gradient", "difference"
    );
    println!("{}", "-".repeat(79));
    for row in rows() {
        let (value, gradient) = (row.gradient)(&row.at);
        let plain = (row.value)(&row.at);
        assert!((value - plain).abs() <= 1e-12 * plain.abs(), "{}: {value}, not {plain}", row.name);
        assert_eq!(gradient.len(), row.at.len(), "{}: another shape", row.name);
        let largest = gradient.iter().copied().fold(0.0, |a: f64, b| if b.abs() > a.abs() { b } else { a });
        // Central differences, extrapolated by Richardson's rule.
        let report = check_gradient(row.value, &gradient, &row.at);
        println!(
            "{:<17} {:<19} {value:>11.5}  {largest:>16.5}  {:>11.1e}",
            row.name,
            row.shows,
            report.error()
        );
        assert!(report.agrees(1e-9), "{}: {report}", row.name);
    }
    // In `f32`, a generic function stays in `f32`.
    let (value, _): (f32, ([f32; 2], [f32; 2])) = great_circle_grad([35.0, 139.0], [48.0, 11.0]);
    println!("\nTokyo to Munich in f32: {value:.0} km.");
    // An `Err` of the function is the `Err` of its gradient.
    let error = surprise_grad(&[[-1.0; 3]; 3], &[0.0; 3]).unwrap_err();
    assert_eq!(error, "not positive definite: pivot 0 is -1");
}
