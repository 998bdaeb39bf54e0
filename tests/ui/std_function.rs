//! Functions of `std` that values are put into: their contents can't be followed.

use std::rc::Rc;

use backprop::backprop;

#[backprop]
fn boxed(x: f64) -> f64 {
    let b = Box::new(x * x);
    *b
}

#[backprop]
fn counted(x: f64) -> f64 {
    let r = Rc::new(x);
    *r * x
}

#[backprop]
fn hidden(x: f64) -> f64 {
    std::hint::black_box(x) * x
}

fn main() {
    let _ = (boxed_grad(1.0), counted_grad(1.0), hidden_grad(1.0));
}
