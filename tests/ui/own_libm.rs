//! A module of the user's own that has the name of the crate `libm`: what is called is not the crate's function, whether
//! the module is seen (then it is a function like any other) or not.

use backprop::backprop;

mod libm {
    pub fn sin(x: f64) -> f64 {
        2.0 * x
    }
}

#[backprop]
fn seen(x: f64) -> f64 {
    libm::sin(x)
}

macro_rules! unseen {
    ($name:ident) => {
        #[backprop]
        fn $name(x: f64) -> f64 {
            libm::sin(x)
        }
    };
}
unseen!(called);

macro_rules! unseen_in_a_chain {
    ($name:ident) => {
        #[backprop]
        fn $name(x: &[f64; 2]) -> f64 {
            x.iter().copied().map(libm::sin).sum()
        }
    };
}
unseen_in_a_chain!(chained);

fn main() {
    let _ = (seen_grad(1.0), called_grad(1.0), chained_grad(&[1.0; 2]));
}
