//! Methods of slices and `Vec`s that move elements about, take them out, or make them anew.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        /// What is copied overlaps where it goes.
        #[backprop $options]
        pub fn copied_within(x: &[$F], y: $F) -> $F {
            let mut a = x.to_vec();
            a.copy_within(1..4, 0);
            a[5] *= y;
            a.copy_within(..=1, 4);
            let mut rows = [[x[0], y], [x[1], x[2]], [y, y]];
            rows.copy_within(..2, 1);
            a.iter().enumerate().map(|(i, v)| v * v * (i as $F + y)).sum::<$F>() + rows[2][1] * rows[1][0]
        }
        case!($F $mode: copied_within(slice x: 0.3..2.0 => vec![0.0; 6], by y: 0.5..1.5));

        #[backprop $options]
        pub fn drained(x: &[$F], y: $F) -> $F {
            let mut a = x.to_vec();
            let s: $F = a.drain(..2).map(|v| v * y).sum();
            let b: Vec<$F> = a.drain(1..3).collect();
            let mut t = y;
            for v in a.drain(..) {
                t *= v;
            }
            let mut stack = x.to_vec();
            stack.push(y);
            for (i, v) in stack.drain(1..).rev().enumerate() {
                if i == 4 {
                    break;
                }
                t += v * i as $F;
            }
            stack.push(t);
            stack.drain(..1);
            s * b[0] * b[1] + t * stack[0] + a.len() as $F
        }
        case!($F $mode: drained(slice x: 0.3..1.5 => vec![0.0; 6], by y: 0.5..1.5));

        /// Rows and tuples are taken out as well.
        #[backprop $options]
        pub fn rows_drained(x: &[$F], y: $F) -> $F {
            let mut rows: Vec<Vec<$F>> = x.chunks(2).map(|c| c.to_vec()).collect();
            let mut s = 0.0;
            for r in rows.drain(1..=1) {
                s += r[0] * r[1];
            }
            let mut pairs: Vec<($F, $F)> = x.iter().map(|v| (*v, y)).collect();
            let rest = pairs.split_off(3);
            let u: $F = pairs.drain(..).chain(rest).map(|(p, q)| p * q * p).sum();
            s * rows[1][0] + u
        }
        case!($F $mode: rows_drained(slice x: 0.3..2.0 => vec![0.0; 6], by y: 0.5..1.5));

        /// A tree of products, by halves.
        #[backprop $options]
        pub fn halved(x: &[$F], y: $F) -> $F {
            let mut a: Vec<$F> = x.iter().map(|v| v * y).collect();
            while a.len() > 1 {
                let half = a.split_off(a.len() / 2);
                for (p, q) in a.iter_mut().zip(half) {
                    *p = *p * q + y;
                }
            }
            a[0]
        }
        case!($F $mode: halved(slice x: 0.3..1.5 => vec![0.0; 8], by y: 0.5..1.5));

        #[backprop $options]
        pub fn deduplicated(x: &[$F], y: $F) -> $F {
            let mut a = x.to_vec();
            a.push(x[2]);
            a.dedup();
            let mut b = x.to_vec();
            b.sort_by(|p, q| p.partial_cmp(q).unwrap());
            b.dedup_by(|p, q| (*p - *q).abs() < 1.0);
            let weights = |v: &[$F]| v.iter().enumerate().map(|(i, v)| v * (i + 1) as $F).sum::<$F>();
            a[2] * y * a.len() as $F + weights(&b) * y
        }
        case!($F $mode: deduplicated(slice x: -4.0..4.0 => vec![0.0; 3], by y: 0.5..1.5));

        #[backprop $options]
        pub fn deduplicated_by_keys(x: &[$F], y: $F) -> $F {
            let mut c = x.to_vec();
            c.dedup_by_key(|v| *v as i32);
            c.iter().enumerate().map(|(i, v)| v * (i + 1) as $F).sum::<$F>() * y
        }
        case!($F $mode: deduplicated_by_keys(slice x: 0.3..2.0 => vec![0.0; 3], by y: 0.5..1.5));

        #[backprop $options]
        pub fn made_anew(x: &[$F], y: $F) -> $F {
            let mut a = x.to_vec();
            let mut k = y;
            a.resize_with(9, || {
                k *= 1.5;
                k
            });
            a.extend_from_within(1..3);
            a[..2].fill_with(|| y * x[5]);
            let mut b = Vec::new();
            b.resize_with(2, || x[0]);
            let c = x[..2].repeat(3);
            a.iter().enumerate().map(|(i, v)| v * v * i as $F).sum::<$F>() + k * b[1] + c[5] * c[2]
        }
        case!($F $mode: made_anew(slice x: 0.3..2.0 => vec![0.0; 6], by y: 0.5..1.5));

        /// The median, and what lies on its sides.
        #[backprop $options]
        pub fn selected(x: &[$F], y: $F) -> $F {
            let mut a = x.to_vec();
            let (below, median, above) = a.select_nth_unstable_by(2, |p, q| p.partial_cmp(q).unwrap());
            let sums = below.iter().sum::<$F>() * above.iter().map(|v| v * v).sum::<$F>();
            *median *= y;
            let mut b = x.to_vec();
            let largest = *b.select_nth_unstable_by(5, $F::total_cmp).1;
            a[2] * largest + sums
        }
        case!($F $mode: selected(slice x: 0.3..2.0 => vec![0.0; 6], by y: 0.5..1.5));

        #[backprop $options]
        pub fn sorted_by_keys(x: &[$F], y: $F) -> $F {
            let mut a = x.to_vec();
            a.sort_by_key(|v| (*v * 1000.0) as i64);
            let mut b = x.to_vec();
            b.sort_unstable_by_key(|v| std::cmp::Reverse((*v * 1000.0) as i64));
            let mut c: Vec<[$F; 2]> = x.windows(2).map(|w| [w[0] * y, w[1]]).collect();
            c.sort_by_cached_key(|r| (r[1] * 1000.0) as i64);
            let ranks = |v: &[$F]| v.iter().enumerate().map(|(i, v)| v * v * i as $F).sum::<$F>();
            ranks(&a) * y + ranks(&b) + c[1][0] * c[0][1]
        }
        case!($F $mode: sorted_by_keys(slice x: 0.3..2.0 => vec![0.0; 6], by y: 0.5..1.5));

        /// Of rows and tuples.
        #[backprop $options]
        pub fn retained(x: &[$F], y: $F) -> $F {
            let mut p: Vec<($F, $F)> = x.windows(2).map(|w| (w[0], w[1] * y)).collect();
            p.retain(|(a, b)| a < b || *a > 1.2);
            let mut q: Vec<[$F; 2]> = x.windows(2).map(|w| [w[0], w[1] * y]).collect();
            q.retain(|r| r[0] > 0.8);
            let mut r: Vec<Vec<$F>> = x.windows(2).map(|w| w.to_vec()).collect();
            r.retain(|r| r[0] > 0.8);
            p.iter().map(|(a, b)| a * b).sum::<$F>()
                + q.iter().map(|r| r[0] * r[1] * y).sum::<$F>()
                + r.iter().map(|r| r[1]).product::<$F>()
        }
        case!($F $mode: retained(slice x: 0.3..2.0 => vec![0.0; 6], by y: 0.5..1.5));

        #[backprop $options]
        pub fn first_and_others(x: &[$F], y: $F) -> $F {
            let mut v = x.to_vec();
            if let Some((first, rest)) = v.split_first_mut() {
                for e in rest.iter_mut() {
                    *e *= *first;
                }
                *first = y;
            }
            let (last, rest) = v.split_last_mut().unwrap();
            *last *= rest[1];
            rest[0] *= *last;
            v.iter().enumerate().map(|(i, v)| v * v * i as $F).sum::<$F>() + v[0]
        }
        case!($F $mode: first_and_others(slice x: 0.3..2.0 => vec![0.0; 6], by y: 0.5..1.5));
    };
}
instances!(functions);

/// Companions panic where `std`'s methods do, with their words.
mod panics {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    #[backprop]
    fn split(x: &[f64], at: usize) -> f64 {
        let mut v = x.to_vec();
        v.split_off(at).iter().sum()
    }

    #[backprop]
    fn drain(x: &[f64], lo: usize, hi: usize) -> f64 {
        let mut v = x.to_vec();
        v.drain(lo..hi).sum()
    }

    #[backprop]
    fn within(x: &[f64], lo: usize, hi: usize, to: usize) -> f64 {
        let mut v = x.to_vec();
        v.copy_within(lo..hi, to);
        v[0]
    }

    #[backprop]
    fn select(x: &[f64], k: usize) -> f64 {
        let mut v = x.to_vec();
        v.select_nth_unstable_by(k, f64::total_cmp);
        v[0]
    }

    #[backprop]
    fn runs(x: &[f64], k: usize) -> f64 {
        let mut v = x.to_vec();
        for c in v.chunks_mut(k) {
            c[0] *= 2.0;
        }
        v[0]
    }

    fn words<T>(f: impl FnOnce() -> T) -> Option<String> {
        let error = catch_unwind(AssertUnwindSafe(f)).err()?;
        let text = error.downcast_ref::<String>().cloned();
        text.or_else(|| error.downcast_ref::<&str>().map(|text| text.to_string()))
    }

    #[test]
    fn are_those_of_std() {
        let x = [1.0, 2.0, 3.0];
        for at in 0..6 {
            assert_eq!(words(|| split(&x, at)), words(|| split_grad(&x, at)));
            assert_eq!(words(|| select(&x, at)), words(|| select_grad(&x, at)));
            assert_eq!(words(|| runs(&x, at)), words(|| runs_grad(&x, at)));
            for hi in 0..6 {
                assert_eq!(words(|| drain(&x, at, hi)), words(|| drain_grad(&x, at, hi)));
                for to in 0..6 {
                    let plain = words(|| within(&x, at, hi, to));
                    assert_eq!(plain, words(|| within_grad(&x, at, hi, to)));
                }
            }
        }
    }
}
