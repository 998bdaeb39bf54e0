//! Structs that are named by their paths, and variables that start as what functions make that are not looked into.

use super::*;

mod model {
    use super::super::*;

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    pub struct Spring {
        pub length: f64,
        pub turns: usize,
        #[no_grad]
        pub stiffness: f64,
    }

    leaves!(Spring { length });

    impl Spring {
        pub fn is_short(&self) -> bool {
            self.length < 1.0
        }

        #[backprop(jvp)]
        pub fn energy(#[grad] &self) -> f64 {
            self.length * self.length * self.stiffness
        }
    }
}

const SPRING: model::Spring = model::Spring { length: 0.5, turns: 2, stiffness: 3.0 };

#[backprop(jvp)]
fn stretched(x: f64, turns: usize) -> crate::structs::paths::model::Spring {
    crate::structs::paths::model::Spring { length: x * x, turns, stiffness: 2.0 }
}

#[backprop(jvp)]
fn pulled(#[grad] s: &crate::structs::paths::model::Spring, x: f64) -> f64 {
    if !s.is_short() || s.turns == 0 {
        return 0.0;
    }
    s.length * x + s.energy() + stretched(x, s.turns).energy()
}

#[test]
fn structs_by_their_paths() {
    check(
        &(SPRING, 0.9),
        |(s, x)| pulled(s, *x),
        |(s, x)| pulled_grad(s, *x),
        |(s, x), (ts, tx)| pulled_jvp(s, *x, ts, *tx),
    );
}

fn identity() -> [[f64; 2]; 2] {
    [[1.0, 0.0], [0.0, 1.0]]
}

fn zeros(n: usize) -> Vec<f64> {
    vec![0.0; n]
}

#[backprop(jvp)]
fn started(x: f64, y: f64) -> f64 {
    let mut m = identity();
    m[0][1] += x;
    m[1] = [y, x * y];
    let mut v = zeros(3);
    for i in 0..2 {
        v[i] = m[i][0] * x + m[i][1];
    }
    v[2] = v[0] * v[1];
    v.iter().map(|t| t * t).sum()
}

#[test]
fn arrays_that_functions_make() {
    check(
        &(0.7, -0.4),
        |(x, y)| started(*x, *y),
        |(x, y)| started_grad(*x, *y),
        |(x, y), (tx, ty)| started_jvp(*x, *y, *tx, *ty),
    );
}
