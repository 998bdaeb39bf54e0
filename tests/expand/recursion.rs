/// A call whose adjoint is known before it makes value and gradient in one.
#[backprop]
pub fn nested(x: &[f64], scale: f64) -> f64 {
    if x.is_empty() {
        return 0.0;
    }
    scale * x[0] + 0.5 * nested(&x[1..], scale * x[0])
}
