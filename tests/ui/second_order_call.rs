use backprop::backprop;

#[backprop]
fn square(x: f64) -> f64 {
    x * x
}

#[backprop(hessian)]
fn fourth(x: f64) -> f64 {
    square(square(x))
}

fn main() {
    let _ = fourth_grad(1.0);
}
