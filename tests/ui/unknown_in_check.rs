use backprop::backprop;

#[backprop(check(wieghts in 0.5..1.0, frobnicate = 3, tolerances = 1e-3))]
fn f(weights: &[f64], bias: f64) -> f64 {
    weights[0] + bias
}

fn main() {
    let _ = f_grad(&[1.0], 2.0);
}
