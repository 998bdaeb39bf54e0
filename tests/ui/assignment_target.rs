use backprop::backprop;

#[backprop]
fn f(x: f64) -> f64 {
    let mut p = [x];
    p.first = 2.0;
    p[0]
}

/// A number in an `Option` has no memory of its own.
#[backprop]
fn inserted(x: f64, y: f64) -> f64 {
    let mut held: Option<f64> = None;
    let number = held.get_or_insert(x * y);
    *number += y;
    *number
}

fn main() {
    let _ = f_grad(1.0);
}
