/// Only the branch that ran is differentiated.
#[backprop]
pub fn huber(residual: f64, delta: f64) -> f64 {
    let r = residual.abs();
    if r <= delta { 0.5 * r * r } else { delta * (r - 0.5 * delta) }
}
