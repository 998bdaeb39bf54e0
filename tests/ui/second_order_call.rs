use backprop::backprop;

#[backprop]
fn fill(x: f64, out: &mut [f64; 2]) {
    out[0] = x * x;
    out[1] = x;
}

#[backprop(hessian)]
fn fourth(x: f64) -> f64 {
    let mut out = [0.0; 2];
    fill(x, &mut out);
    out[0] * out[0]
}

fn main() {
    let _ = fourth_grad(1.0);
}
