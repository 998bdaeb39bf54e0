//! Where no value can be made up for a function that never returns.

use backprop::backprop;

#[backprop]
fn f(x: f64) -> [f64; 2] {
    todo!("{x}")
}

fn main() {
    let _ = f_vjp(1.0, [1.0, 0.0]);
}
