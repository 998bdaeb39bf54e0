/// Solves E − e·sin E = M for E, by bisection: its derivative is that of the equation, written by hand.
#[backprop(pullback = kepler_pullback, tangent = kepler_tangent)]
pub fn kepler(m: f64, e: f64) -> f64 {
    let (mut low, mut high) = (m - e, m + e);
    while low < high {
        let middle = 0.5 * (low + high);
        if middle == low || middle == high {
            break;
        }
        if middle - e * middle.sin() < m { low = middle } else { high = middle }
    }
    low
}

/// The arguments, the result `y` and the seed; the gradients.
fn kepler_pullback(_m: f64, e: f64, y: f64, seed: f64) -> (f64, f64) {
    let d_m = seed / (1.0 - e * y.cos());
    (d_m, d_m * y.sin())
}

/// The arguments, the result `y`, and the arguments' tangents; the tangent of the result.
fn kepler_tangent(_m: f64, e: f64, y: f64, dm: f64, de: f64) -> f64 {
    (dm + y.sin() * de) / (1.0 - e * y.cos())
}

/// An annotated function calls it like any other.
#[backprop]
pub fn radius(m: f64, e: f64) -> f64 {
    1.0 - e * kepler(m, e).cos()
}
