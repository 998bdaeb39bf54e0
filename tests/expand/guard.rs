/// An early return: the rest of the function is the other arm.
#[backprop]
pub fn mean_square(x: &[f64]) -> f64 {
    if x.len() == 0 {
        return 0.0;
    }
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i] * x[i];
    }
    sum / x.len() as f64
}
