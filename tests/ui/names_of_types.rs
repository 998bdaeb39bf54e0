//! What a name of a type seems to stand for is rustc's to confirm.

use backprop::backprop;
use std::ops::{Index, Mul};

// None of this is seen, as what a macro defines is not.
macro_rules! hidden {
    () => {
        pub struct Table(Vec<f64>);
        impl Index<usize> for Table {
            type Output = f64;
            fn index(&self, i: usize) -> &f64 {
                &self.0[i]
            }
        }

        #[derive(Clone, Copy)]
        pub struct Metres(f64);
        impl Mul<f64> for Metres {
            type Output = f64;
            fn mul(self, x: f64) -> f64 {
                self.0 * x
            }
        }

        type Ratio = f64;
        type Rows = [[f64; 2]; 2];
    };
}
hidden!();

// A type of the user's that is indexed, where there is nothing else to differentiate.
#[backprop]
fn indexed(t: &Table) -> f64 {
    t[0] * t[1]
}

// One that meets floats.
#[backprop]
fn met(m: Metres, x: f64) -> f64 {
    m * x
}

// Floats that are taken for a constant of the user's type.
#[backprop]
fn handed_on(r: Ratio, x: f64) -> f64 {
    times(r, x)
}

#[backprop]
fn rows(m: &Rows, x: f64) -> f64 {
    m[0][1] * x
}

#[backprop]
fn times(a: f64, b: f64) -> f64 {
    a * b
}

fn main() {}
