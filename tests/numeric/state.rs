//! Scratch and state that a function with a float result is lent by `&mut`: passive to its own companions, and
//! followed where another function lends something active.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
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

        #[backprop $options]
        pub fn step(state: &mut [$F; 2], dt: $F) -> $F {
            let energy = state[0] * state[0] + state[1] * state[1];
            let (a, b) = (state[0], state[1]);
            state[0] += dt * b;
            state[1] -= dt * a;
            energy
        }

        #[backprop $options]
        pub fn lent_twice(x: &[$F]) -> $F {
            let mut scratch = vec![0.0; x.len()];
            scratch[0] = x[1];
            let a = helper(x, &mut scratch);
            let b = helper(x, &mut scratch);
            a * b + scratch[0] + scratch[1]
        }

        #[backprop $options]
        pub fn simulated(x: &[$F]) -> $F {
            let mut state = [x[0], x[1]];
            let mut energy = 0.0;
            for _ in 0..10 {
                energy += step(&mut state, x[2] * 0.1);
            }
            energy + state[0] * state[1]
        }

        /// Nothing else is active: it is an output.
        #[backprop $options]
        pub fn normalized(v: &mut [$F]) -> $F {
            let n = v.iter().map(|a| a * a).sum::<$F>().sqrt();
            for a in v.iter_mut() {
                *a /= n;
            }
            n
        }

        #[backprop $options]
        pub fn popped(v: &mut [$F; 2]) -> Option<$F> {
            let first = v[0];
            v[0] = v[1] * first;
            (first > -9.0).then_some(first * first)
        }

        #[backprop $options]
        pub fn lends_all(x: &[$F], y: $F) -> $F {
            let mut v = x.to_vec();
            let n = normalized(&mut v);
            let mut w = [v[0], y];
            let first = popped(&mut w).unwrap();
            n * y + v[0] * v[1] + first * w[0]
        }

        /// One float, which the result has nothing to do with.
        #[backprop $options]
        pub fn decayed(s: &mut $F, k: $F) -> $F {
            *s *= k.exp();
            k * k
        }

        #[backprop $options]
        pub fn decayed_in_a_loop(x: &[$F]) -> $F {
            let mut s = [x[0], x[1]];
            let mut total = 0.0;
            for k in x {
                total += decayed(&mut s[1], *k * 0.3) * s[1] * s[0];
            }
            total
        }

        /// Only one of the two that are lent is active where it is called.
        #[backprop $options]
        pub fn one_of_two(a: &mut [$F; 2], b: &mut [$F; 2], k: $F) -> $F {
            a[0] *= b[1] * k;
            b[0] += 1.0;
            a[0].sin() + b[0]
        }

        #[backprop $options]
        pub fn half_passive(x: [$F; 2]) -> $F {
            let (mut a, mut b) = (x, [0.5, 2.0]);
            let y = one_of_two(&mut a, &mut b, x[1]);
            y * a[0] * a[1] * b[0]
        }

        pub struct Spring {
            pub stiffness: $F,
        }

        impl Spring {
            #[backprop $options]
            pub fn pushed(&self, state: &mut [$F; 2], by: $F) -> $F {
                state[1] -= (self.stiffness * state[0]) * by;
                state[0] += state[1] * by;
                state[0] * by
            }

            #[backprop $options]
            pub fn work(&self, x: [$F; 3]) -> $F {
                let mut state = [x[0], x[1]];
                let first = self.pushed(&mut state, x[2]);
                first * self.pushed(&mut state, 0.25) + state[1]
            }
        }

        #[backprop $options]
        pub fn through_a_method(x: [$F; 3]) -> $F {
            let spring = Spring { stiffness: 2.0 };
            spring.work(x) * spring.work([x[2], x[0], x[1]])
        }

        #[backprop $options]
        pub fn driven(x: [$F; 3], f: impl Fn(&mut [$F; 2], $F) -> $F) -> $F {
            let mut state = [x[0], x[1]];
            let y = f(&mut state, x[2]);
            y * f(&mut state, y) + state[0]
        }

        #[backprop $options]
        pub fn driven_by_step(x: [$F; 3]) -> $F {
            driven(x, step)
        }

        case!($F $mode: lent_twice(slice x: 0.5..1.5 => vec![0.0; 3]));
        case!($F $mode: simulated(slice x: 0.5..1.5 => vec![0.0; 3]));
        case!($F $mode: lends_all(slice x: 0.5..2.0 => vec![0.0; 3], by y: -2.0..2.0));
        case!($F $mode: decayed_in_a_loop(slice x: 0.5..1.5 => vec![0.0; 3]));
        case!($F $mode: half_passive(by x: 0.5..1.5 => [0.0; 2]));
        case!($F $mode: through_a_method(by x: 0.2..0.8 => [0.0; 3]));
        case!($F $mode: driven_by_step(by x: 0.2..0.8 => [0.0; 3]));
    };
}

instances!(functions);

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

#[test]
fn what_is_lent_is_an_output_where_nothing_else_is_active() {
    #[backprop(jvp)]
    fn product(v: &mut [f64; 2]) -> f64 {
        v[0] *= v[1];
        v[0] * v[1]
    }
    let (mut v, mut seed) = ([3.0, 4.0], [1.0, 0.0]);
    assert_eq!(product_vjp(&mut v, 1.0, &mut seed), 48.0);
    assert_eq!((v, seed), ([12.0, 4.0], [16.0 + 4.0, 24.0 + 3.0]));
    let (mut v, mut tangent) = ([3.0, 4.0], [1.0, 2.0]);
    assert_eq!(product_jvp(&mut v, &mut tangent), (48.0, 16.0 + 2.0 * 24.0));
    assert_eq!((v, tangent), ([12.0, 4.0], [4.0 + 2.0 * 3.0, 2.0]));
}

/// The adjoint of the cell is read before it is set to zero.
#[test]
fn cells_are_written_one_time_after_the_other() {
    #[backprop(jvp)]
    fn twice(x: f64, cell: &mut f64, y: f64) -> f64 {
        *cell = x.sin();
        *cell = y.cos() * x;
        *cell
    }
    #[backprop(jvp)]
    fn at_once(x: f64, cell: &mut f64, y: f64) -> f64 {
        (*cell, *cell) = (x.sin(), y.cos() * x);
        *cell
    }
    #[backprop(jvp)]
    fn in_turns(x: f64, cell: &mut f64, y: f64) -> f64 {
        *cell = x;
        let before = *cell * y;
        *cell = y * y;
        before + *cell
    }
    let (x, y) = (0.7, 0.4_f64);
    let gradient = (y.cos(), -(y.sin() * x));
    assert_eq!(twice_grad(x, &mut 5.0, y), (y.cos() * x, gradient));
    assert_eq!(at_once_grad(x, &mut 5.0, y), (y.cos() * x, gradient));
    assert_eq!(twice_jvp(x, &mut 5.0, y, 1.0, 0.0).1, gradient.0);
    assert_eq!(at_once_jvp(x, &mut 5.0, y, 0.0, 1.0).1, gradient.1);
    assert_eq!(in_turns_grad(x, &mut 5.0, y), (x * y + y * y, (y, x + 2.0 * y)));
    assert_eq!(in_turns_jvp(x, &mut 5.0, y, 1.0, 0.0).1, y);
}
