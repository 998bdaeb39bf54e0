/// The exponentials are saved where their derivatives will be, and what is summed backwards is summed in turn.
#[backprop]
pub fn log_sum_exp(x: &[f64]) -> f64 {
    let mut max = x[0];
    for &v in x {
        max = max.max(v);
    }
    let mut sum = 0.0;
    for &v in x {
        sum += (v - max).exp();
    }
    sum.ln() + max
}
