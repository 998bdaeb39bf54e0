//! Scratch and state that a function with a float result is lent by `&mut`: passive to its own companions, and
//! followed where another function lends something active.

use backprop::backprop;

macro_rules! functions {
    ($F:ident) => {
        #[backprop]
        pub fn helper(x: &[$F], scratch: &mut [$F]) -> $F {
            let mut total = scratch[0] * 2.0;
            for i in 0..x.len() {
                scratch[i] = x[i] * x[i];
            }
            for i in 0..x.len() {
                total += scratch[i] * x[i];
            }
            scratch[1] *= 3.0;
            total
        }

        #[backprop]
        pub fn step(state: &mut [$F; 2], dt: $F) -> $F {
            let energy = state[0] * state[0] + state[1] * state[1];
            let (a, b) = (state[0], state[1]);
            state[0] += dt * b;
            state[1] -= dt * a;
            energy
        }

        #[backprop]
        pub fn lent_twice(x: &[$F]) -> $F {
            let mut scratch = vec![0.0; x.len()];
            scratch[0] = x[1];
            let a = helper(x, &mut scratch);
            let b = helper(x, &mut scratch);
            a * b + scratch[0] + scratch[1]
        }

        #[backprop]
        pub fn simulated(x: &[$F]) -> $F {
            let mut state = [x[0], x[1]];
            let mut energy = 0.0;
            for _ in 0..10 {
                energy += step(&mut state, x[2] * 0.1);
            }
            energy + state[0] * state[1]
        }
    };
}

mod double {
    use super::*;
    functions!(f64);
}

fn differences(f: fn(&[f64]) -> f64, x: &[f64]) -> Vec<f64> {
    let moved = |i: usize, by: f64| {
        let mut x = x.to_vec();
        x[i] += by;
        f(&x)
    };
    (0..x.len()).map(|i| (moved(i, 1e-5) - moved(i, -1e-5)) / 2e-5).collect()
}

fn check(f: fn(&[f64]) -> f64, gradient: fn(&[f64]) -> (f64, Vec<f64>)) {
    for x in [[1.5, 0.5, -2.0], [-0.3, 0.8, 1.1]] {
        let (value, found) = gradient(&x);
        assert_eq!(value.to_bits(), f(&x).to_bits());
        for (a, b) in found.iter().zip(differences(f, &x)) {
            assert!((a - b).abs() < 1e-6 * (1.0 + b.abs()), "{found:?} at {x:?}: {b}");
        }
    }
}

#[test]
fn derivatives_flow_through_what_is_lent() {
    check(double::lent_twice, double::lent_twice_grad);
    check(double::simulated, double::simulated_grad);
}

#[test]
fn scratch_is_passive_to_the_function_itself() {
    let x = [1.5, 0.5, -2.0];
    let (mut a, mut b) = ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]);
    let value = double::helper(&x, &mut a);
    let expected: Vec<f64> = x.iter().map(|x| 3.0 * x * x).collect();
    assert_eq!(double::helper_grad(&x, &mut b), (value, expected));
    assert_eq!(a, b);
}
