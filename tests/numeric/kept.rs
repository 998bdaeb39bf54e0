//! Whole places that the reverse sweep needs after the forward sweep has left them: what calls return in loops and
//! branches, locals of run-time size in them, and arguments that change after the call.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn field(t: $F, y: [$F; 2], k: $F) -> [$F; 2] {
            [y[1] * t.cos(), -k * y[0].sin()]
        }

        #[backprop $options]
        pub fn runge_kutta(start: [$F; 2], k: $F, steps: usize) -> $F {
            let mut y = start;
            let h = 0.1;
            for i in 0..steps {
                let t = i as $F * h;
                let k1 = field(t, y, k);
                let k2 = field(t + 0.5 * h, [y[0] + 0.5 * h * k1[0], y[1] + 0.5 * h * k1[1]], k);
                y[0] += h * k2[0];
                y[1] += h * k2[1];
            }
            y[0] * y[0] + y[1]
        }

        #[backprop $options]
        pub fn dot(a: &[$F], b: &[$F]) -> $F {
            let mut s = 0.0;
            for i in 0..a.len() {
                s += a[i] * b[i];
            }
            s
        }

        #[backprop $options]
        pub fn scaled(a: &[$F], s: $F) -> Vec<$F> {
            let mut v = vec![0.0; a.len()];
            for i in 0..a.len() {
                v[i] = a[i] * s;
            }
            v
        }

        #[backprop $options]
        pub fn vectors_in_arms_of_a_loop(a: &[$F], n: usize) -> $F {
            let mut s = 0.0;
            let mut x = 1.0;
            for i in 0..n {
                let w = scaled(a, x);
                if i % 2 == 0 {
                    let u = scaled(&w, w[0]);
                    s += dot(&u, &w).sin();
                } else {
                    let mut tmp = vec![0.0; a.len() + i];
                    for j in 0..a.len() {
                        tmp[j + i] = w[j] * w[j];
                    }
                    s += dot(&tmp, &tmp) * 0.5;
                    tmp[0] = s;
                    x = x * 0.9 + dot(&tmp, &tmp) * 0.01;
                }
            }
            s
        }

        #[backprop $options]
        pub fn a_vector_in_a_branch(a: &[$F], chosen: bool) -> $F {
            let mut s = 0.5;
            if chosen {
                let w = scaled(a, 2.0);
                s = w[0] * w[1] * s;
                let u = scaled(&w, s);
                s += dot(&u, &w);
            }
            s * s
        }

        #[backprop $options]
        pub fn a_row_while(a: &[$F], n: usize) -> $F {
            let mut s = a[0];
            let mut k = 0;
            while k < n {
                let mut row = vec![s; k + 1];
                row[k] = a[k % a.len()] * s;
                let mut best = row[0];
                for j in 0..row.len() {
                    best += row[j] * row[j] * 0.1;
                }
                s = best.sin();
                k += 1;
            }
            s
        }

        #[backprop $options]
        pub fn pair(x: $F, y: $F) -> ($F, [$F; 2]) {
            (x * y, [x.sin(), y.cos()])
        }

        #[backprop $options]
        pub fn tuples_in_a_nest(x: $F, n: usize) -> $F {
            let mut s = x;
            for i in 0..n {
                for j in 0..i {
                    let (p, q) = pair(s, x);
                    if j % 2 == 1 {
                        s = p * q[0] + q[1];
                    } else {
                        let r = pair(p, q[1]);
                        s = r.0 + r.1[1] * 0.5;
                    }
                }
            }
            s
        }

        #[backprop $options]
        pub fn changed_after_the_call(a: &[$F], n: usize) -> $F {
            let mut w = a.to_vec();
            let mut s = 0.0;
            for i in 0..n {
                s += dot(&w, a) * dot(&w[1..], &a[1..]);
                w[i % 3] *= 0.5 + s * 0.1;
            }
            s
        }

        // What passive code makes in a loop, and is of a type that only rustc knows.
        #[backprop $options]
        pub fn passive_rows(x: &[$F], n: usize) -> $F {
            let mut s = 1.0;
            for i in 0..n {
                let row = weights(i);
                s *= dot(&row, x);
                if i % 2 == 1 {
                    let row = weights(i + 1);
                    s += dot(&row[..2], x) * s;
                }
            }
            s
        }
        case!($F $mode: passive_rows(slice x: 0.1..1.0 => vec![0.0; 3]; 4));

        pub fn weights(i: usize) -> Vec<$F> {
            vec![1.0, i as $F * 0.5, -0.25]
        }

        case!($F $mode: runge_kutta(by y: -1.0..1.0 => [0.0; 2], by k: 0.5..1.5; 7));
        case!($F $mode: vectors_in_arms_of_a_loop(slice a: -1.0..1.0 => [0.0; 3]; 6));
        case!($F $mode: a_row_while(slice a: -1.0..1.0 => [0.0; 3]; 5));
        case!($F $mode: tuples_in_a_nest(by x: 0.5..1.0; 4));
        case!($F $mode: changed_after_the_call(slice a: -1.0..1.0 => [0.0; 3]; 5));

        mod taken {
            use super::*;
            case!($F $mode: a_vector_in_a_branch(slice a: -1.0..1.0 => [0.0; 3]; true));
        }
        mod passed_by {
            use super::*;
            case!($F $mode: a_vector_in_a_branch(slice a: -1.0..1.0 => [0.0; 3]; false));
        }
    };
}

instances!(functions);
