//! A call with too few or too many arguments: one error of ours beside that of rustc's.

use backprop::backprop;

#[backprop]
fn h(x: f64, y: f64) -> f64 {
    x * y
}

#[backprop]
fn too_few(x: f64) -> f64 {
    h(x) + 1.0
}

#[backprop]
fn too_many(x: f64) -> f64 {
    h(x, x, x)
}

#[cfg(any())]
#[backprop]
fn by_configuration(x: f64, y: f64) -> f64 {
    x * y
}

#[cfg(not(any()))]
#[backprop]
fn by_configuration(x: f64) -> f64 {
    x * x
}

#[backprop]
fn right(x: f64) -> f64 {
    by_configuration(x)
}

fn main() {
    let _ = (too_few_grad(1.0), too_many_grad(1.0), right_grad(1.0));
}
