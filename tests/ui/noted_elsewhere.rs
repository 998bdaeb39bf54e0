//! An active value that is noted down where no variable of the function is, and read again.

use backprop::{backprop, stop_gradient};
use std::sync::Mutex;

static LAST: Mutex<[f64; 2]> = Mutex::new([0.0; 2]);

#[backprop]
fn read_again(x: f64) -> f64 {
    *LAST.lock().unwrap() = [x, 1.0];
    x * LAST.lock().unwrap()[0]
}

#[backprop]
fn of_an_element(x: f64, n: usize) -> f64 {
    if n > 0 {
        LAST.lock().unwrap()[1] += x;
    }
    x * x
}

/// Here the derivative ends by the user's word.
#[backprop]
fn only_noted(x: f64) -> f64 {
    LAST.lock().unwrap()[0] = stop_gradient(x);
    x * x
}

fn main() {
    assert_eq!(only_noted_grad(3.0), (9.0, 6.0));
}
