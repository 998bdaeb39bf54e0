//! A body in a syntax that rustc knows and the macro does not.

use backprop::backprop;

#[backprop]
fn f(x: f64) -> f64 {
    super let y = x;
    y * y
}

fn main() {
    let _ = f_grad(1.0);
}
