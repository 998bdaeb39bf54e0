//! A field of a type beside the struct that does not say how derivatives flow through it: one error, at the field.

use backprop::{Differentiable, backprop};

#[derive(Clone, Copy)]
struct Inner {
    v: f64,
}

#[derive(Clone, Copy)]
enum Kind {
    Round,
}

#[derive(Clone, Copy, Differentiable)]
struct Outer {
    x: f64,
    inner: Inner,
    row: [Inner; 2],
    kind: Kind,
    #[no_grad]
    fixed: Inner,
}

#[backprop]
fn f(o: Outer, k: f64) -> f64 {
    o.x * k
}

fn main() {
    let inner = Inner { v: 1.0 };
    let o = Outer { x: 1.0, inner, row: [inner; 2], kind: Kind::Round, fixed: inner };
    let _ = (f_grad(o, 2.0), o.fixed.v);
}
