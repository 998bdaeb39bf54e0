use backprop::backprop;

#[backprop(tangent = square_tangent)]
fn square(x: f64) -> f64 {
    x * x
}

fn square_tangent(x: f64, _: f64, dx: f64) -> f64 {
    2.0 * x * dx
}

fn main() {
    let _ = (square_grad(1.0), square_jvp(1.0, 1.0));
}
