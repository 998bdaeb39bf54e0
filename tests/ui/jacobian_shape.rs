use backprop::backprop;

#[backprop(jacobian)]
fn two(x: f64, y: f64) -> [f64; 2] {
    [x * y, x + y]
}

#[backprop(jacobian)]
fn matrix(x: [[f64; 2]; 2]) -> [f64; 2] {
    x[0]
}

#[backprop(jacobian)]
fn nested(x: [f64; 2]) -> ([f64; 2], f64) {
    (x, x[0])
}

fn main() {}
