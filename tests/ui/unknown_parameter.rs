use backprop::backprop;

#[backprop(wrt(wieghts, z))]
fn f(weights: &[f64], bias: f64) -> f64 {
    weights[0] + bias
}

fn main() {
    let _ = f_grad(&[1.0], 2.0);
}
