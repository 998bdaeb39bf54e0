//! A struct whose fields active values flow into, and that does not say so.

use backprop::backprop;

struct Complex {
    re: f64,
    im: f64,
}

#[backprop]
fn f(x: f64) -> f64 {
    let z = Complex { re: x, im: 1.0 };
    z.re * z.im
}

fn main() {
    let _ = f_grad(1.0);
}
