use backprop::backprop;

#[backprop(hessian)]
fn two(x: f64, y: f64) -> f64 {
    x * y
}

#[backprop(hessian)]
fn matrix(x: [[f64; 2]; 2]) -> f64 {
    x[0][0] * x[1][1]
}

fn main() {
    let _ = (two_grad(1.0, 2.0), matrix_grad([[1.0; 2]; 2]));
}
