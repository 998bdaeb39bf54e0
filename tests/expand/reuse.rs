/// The reverse sweep uses the results of `exp`, `tanh` and `sqrt` again.
#[backprop]
pub fn reuse(x: f64, y: f64) -> f64 {
    let e = (x * y).exp();
    let t = e.tanh();
    t + (1.0 + t * e).sqrt()
}
