use backprop::backprop;

#[backprop(hvp)]
fn squares(x: [f64; 2]) -> [f64; 2] {
    [x[0] * x[0], x[1] * x[1]]
}

fn main() {
    let _ = squares_vjp([1.0, 2.0], [1.0, 0.0]);
}
