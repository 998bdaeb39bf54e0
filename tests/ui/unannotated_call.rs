use backprop::backprop;

mod outside {
    pub fn square(x: f64) -> f64 {
        x * x
    }
    pub struct Curve;
    impl Curve {
        pub fn at(x: f64, _n: usize) -> f64 {
            x
        }
    }
}
use outside::{Curve, square};

fn twice(x: f64) -> f64 {
    2.0 * x
}

#[backprop]
fn imported(x: f64) -> f64 {
    square(x).sin()
}

#[backprop]
fn by_path(x: f64) -> f64 {
    let y = outside::square(x);
    y * y
}

#[backprop]
fn in_a_loop(x: f64) -> f64 {
    let mut sum = 0.0;
    for _ in 0..3 {
        sum += twice(x);
    }
    sum
}

#[backprop]
fn associated(x: f64) -> f64 {
    Curve::at(x, 2)
}

#[backprop]
fn refused(x: f64) -> f64 {
    x.unknown()
}

// Only `refused` itself is to blame.
#[backprop]
fn calls_refused(x: f64) -> f64 {
    refused(x) * 2.0
}

fn main() {
    fn inner(x: f64) -> f64 {
        x
    }
    #[backprop]
    fn local(x: f64) -> f64 {
        inner(x)
    }
    let _ = (imported_grad(1.0), by_path_grad(1.0), in_a_loop_grad(1.0), associated_grad(1.0), local_grad(1.0));
    let _ = calls_refused_grad(1.0);
}
