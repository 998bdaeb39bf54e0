//! A body that rustc accepts but the macro can't parse, since it was never meant to be run.

use backprop::backprop;

#[backprop]
fn f(x: f64) -> f64 {
    builtin # offset_of(f64, x);
    x
}

fn main() {
    let _ = f_grad(1.0);
}
