//! References that become other ones, and values that are read before something beside them changes.

use backprop::{Differentiable, backprop};
use std::mem;

#[derive(Differentiable, Clone, Copy, Debug)]
pub struct Pair<T> {
    pub a: T,
    pub b: T,
}

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn swapped_references(x: [$F; 2]) -> $F {
            let p = [x[0], x[1]];
            let q = [x[1] * 2.0, x[0] * x[0]];
            let (mut a, mut b) = (&p, &q[..]);
            let mut c = &q;
            mem::swap(&mut a, &mut c);
            b = &b[1..];
            a[0] * p[0] * c[1] + b[0] * b.len() as $F
        }
        case!($F $mode: swapped_references(by x: 0.5..1.5 => [0.0; 2]));

        #[backprop $options]
        pub fn beside_borrowed_numbers(x: &[$F], by: $F) -> Vec<$F> {
            let mut y = x.to_owned();
            for v in &mut y {
                if v < &mut 0.0 && v > &mut -1.5 {
                    *v *= by * v.to_owned();
                } else if v == &mut 0.0 {
                    *v = by;
                }
            }
            y
        }
        case!($F $mode: vjp beside_borrowed_numbers(slice x: -2.0..2.0 => vec![0.0; 5], by by: 0.5..1.5));

        #[backprop $options]
        pub fn swapped_mutable_references(x: [$F; 2]) -> $F {
            let mut p = vec![x[0], x[1]];
            let mut q = vec![x[1] * 2.0, x[0] * x[0]];
            let (mut a, mut b) = (&mut p, &mut q);
            mem::swap(&mut a, &mut b);
            a[0] *= x[0];
            b[1] += a[0];
            mem::swap(a, b);
            let old = mem::replace(&mut a, b);
            a[0] += 1.0;
            old[1] *= x[1];
            p[0] * q[0] * p[1] + q[1]
        }
        case!($F $mode: swapped_mutable_references(by x: 0.5..1.5 => [0.0; 2]));

        #[backprop $options]
        pub fn swapped_references_to_structs(x: [$F; 2]) -> $F {
            let mut s = Pair { a: x[0], b: x[1] };
            let mut t = Pair { a: x[1] * 2.0, b: 3.0 };
            let (mut p, mut q) = (&mut s, &mut t);
            mem::swap(&mut p, &mut q);
            p.a *= x[0];
            q.b += p.a;
            let (mut p, mut q) = (&s, &t);
            for _ in 0..3 {
                mem::swap(&mut p, &mut q);
            }
            p.a * p.b * q.b + s.a
        }
        case!($F $mode: swapped_references_to_structs(by x: 0.5..1.5 => [0.0; 2]));

        #[backprop $options]
        pub fn replaced_reference(x: [$F; 2]) -> $F {
            let p = [x[0], x[1]];
            let q = [x[1] * 2.0, x[0] * x[0]];
            let mut a = &p;
            let old = mem::replace(&mut a, &q);
            a[0] * old[1] * p[0] + q[0]
        }
        case!($F $mode: replaced_reference(by x: 0.5..1.5 => [0.0; 2]));

        /// All of the right side is there before any of the left changes.
        #[backprop $options]
        pub fn rotated_references(x: [$F; 2]) -> $F {
            let p = vec![x[0], x[1]];
            let q = [x[1] * 2.0, x[0] * x[0]];
            let r = [0.5, x[1] * x[0]];
            let (mut a, mut b, mut c) = (&p[..], &q[..], &r[..1]);
            let mut s = 0.0;
            for k in 0..5 {
                (a, b, c) = (b, c, a);
                s += a[0] * (k as $F + 1.0) * b[0] + c[0];
                if k == 2 {
                    mem::swap(&mut a, &mut c);
                }
            }
            let t = a;
            a = b;
            b = t;
            s * a[0] * t[0] + b.len() as $F * x[0]
        }
        case!($F $mode: rotated_references(by x: 0.5..1.5 => [0.0; 2]));

        /// What was read from the variable before is what it was.
        #[backprop $options]
        pub fn read_before(x: [$F; 2]) -> $F {
            let y = [x[1], x[0] * x[0]];
            let z = [x[0], x[1] * 2.0];
            let mut a = &z;
            let (h, t) = (&a[1..], (a, 2.0));
            let (l, r) = a.split_at(1);
            let items = a.iter();
            let mut asked = a.iter();
            let first = a.first();
            let f = move |k: usize| a[k] * 2.0;
            let one = asked.next().unwrap();
            a = &y;
            let other = asked.next().unwrap();
            h[0] * l[0] * r[0] + t.0[0] * t.1 * f(1) + items.map(|v| v * a[0]).sum::<$F>() * one
                + other * first.unwrap() * a[1]
        }
        case!($F $mode: read_before(by x: 0.5..1.5 => [0.0; 2]));

        #[backprop $options]
        pub fn run_over_before(x: &[$F]) -> $F {
            let y = [[x[1], 2.0], [x[0] * x[0], 1.0], [x[1], x[0]]];
            let z = [x[0], x[1]];
            let mut a = &z;
            let mut s = 0.0;
            for (i, v) in a.iter().enumerate() {
                s += v * a[i];
                a = &y[0];
            }
            for v in a {
                s = s * a[1] + v;
                a = &y[2];
            }
            let mut rest = &y[..];
            while let Some((row, others)) = rest.split_first() {
                let old = rest;
                rest = others;
                s += row[0] * row[1] * old[0][0] + others.len() as $F * x[0];
            }
            let mut rest = &y[..];
            while let Some(row) = rest.first() {
                rest = &rest[1..];
                s += row[0] * row[1] * rest.len() as $F;
            }
            s
        }
        case!($F $mode: run_over_before(slice x: 0.5..1.5 => vec![0.0; 2]));

        #[backprop $options]
        pub fn references_in_an_array(x: [$F; 2]) -> $F {
            let p = vec![x[0], x[1]];
            let q = vec![x[1] * 2.0, x[0] * x[0]];
            let mut rows = [&p, &q];
            rows[0] = &q;
            rows[1] = &p;
            rows[0][0] * rows[1][1] * p[1] + q[1]
        }
        case!($F $mode: references_in_an_array(by x: 0.5..1.5 => [0.0; 2]));

        #[backprop $options]
        pub fn swapped_parameters<'a>(mut a: &'a [$F], mut b: &'a [$F]) -> $F {
            mem::swap(&mut a, &mut b);
            a[0] * a[0] * b[0]
        }
        case!($F $mode: swapped_parameters(slice a: 0.5..1.5 => vec![0.0], slice b: 0.5..1.5 => vec![0.0]));

        #[backprop $options]
        pub fn weighed(a: [$F; 2], k: $F, b: [$F; 2]) -> $F {
            a[0] * k * b[1] + b[0]
        }

        #[derive(Differentiable, Clone, Copy, Debug)]
        pub struct Sides {
            pub a: $F,
            pub b: $F,
        }

        impl Sides {
            #[backprop $options]
            pub fn scaled_area(#[grad] self, k: $F) -> $F {
                self.a * self.b * k
            }
        }

        /// Operands are read in their order, whatever the later ones change.
        #[backprop $options]
        pub fn changed_by_the_next(x: [$F; 2]) -> $F {
            let mut z = [x[0], x[1] * 2.0];
            let mut k = x[0];
            let mut s = weighed(z, { z[0] = 3.0 * x[1]; z[1] }, z);
            let rows = [z, { z.swap(0, 1); z }, { z[0] = 0.5 * x[0]; z }];
            s += rows[0][0] * rows[1][0] * rows[2][1];
            let parts = (z, { z[1] = x[1]; z }, z);
            s += parts.0[1] * parts.1[0] * parts.2[1];
            let f = |a: [$F; 2], k: $F, b: [$F; 2]| a[0] * k * b[1];
            s += f(z, { z[0] = x[1] * x[1]; z[1] }, z);
            s += k.max({ k *= 10.0; k * 0.01 }) * k.mul_add({ k += 1.0; k }, { k *= 2.0; k });
            let mut p = Pair { a: z, b: { z[0] *= 2.0; z } };
            s += p.a[0] * p.b[0];
            let q = (p, { p.a[0] = x[0]; p }).0;
            s + q.a[0] * p.a[0]
        }
        case!($F $mode: changed_by_the_next(by x: 0.5..1.5 => [0.0; 2]));

        #[backprop $options]
        pub fn receiver_changed_by_an_argument(x: [$F; 2]) -> $F {
            let mut s = Sides { a: x[0], b: x[1] };
            s.scaled_area({ s.a *= 3.0; s.a }) * s.a
        }
        case!($F $mode: receiver_changed_by_an_argument(by x: 0.5..1.5 => [0.0; 2]));
    };
}
instances!(functions);

/// State that is lent, under exchanged names.
#[backprop(jvp)]
fn exchanged_state<'a>(x: &[f64], mut a: &'a mut [f64], mut b: &'a mut [f64]) -> f64 {
    a[0] = x[0];
    b[0] = x[1] * 2.0;
    mem::swap(&mut a, &mut b);
    a[0] *= 3.0;
    a[0] * a[0] * b[0]
}

#[test]
fn what_is_lent_is_left_where_the_function_leaves_it() {
    let (mut a, mut b) = ([0.0], [0.0]);
    let (value, gradient) = exchanged_state_grad(&[0.5, 1.5], &mut a, &mut b);
    assert_eq!((a, b), ([0.5], [9.0]));
    // 36 x1² x0
    assert_eq!((value, gradient), (40.5, vec![81.0, 54.0]));
}
