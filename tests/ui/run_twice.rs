use backprop::backprop;

fn next() -> usize {
    3
}

#[backprop(hessian)]
fn power(x: f64) -> f64 {
    let n = next();
    x.powi(n as i32)
}

#[backprop(hessian)]
fn scratch(x: [f64; 2], buffer: &mut [f64]) -> f64 {
    buffer[0] = x[0] * x[1];
    buffer[0] * x[0]
}

fn main() {
    let _ = (power_grad(1.0), scratch_grad([1.0; 2], &mut [0.0]));
}
