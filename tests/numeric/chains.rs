//! Iterator chains: sources, adaptors and consumers, in all positions.

use backprop::backprop;
use std::ops::{self, Div, Mul};

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn sums(x: &[$F]) -> $F {
            let total: $F = x.iter().sum();
            let n = x.len() as $F;
            let mean = x.iter().sum::<$F>() / n;
            let var = x.iter().map(|v| (v - mean).powi(2)).sum::<$F>() / n;
            total * var.sqrt() + x.iter().map(|&v| 1.0 + v * 0.5).product::<$F>()
        }
        case!($F $mode: sums(slice x: -1.5..1.5 => vec![0.0; 6]));

        #[backprop $options]
        pub fn pairs(x: &[$F], y: &[$F]) -> $F {
            let dot: $F = x.iter().zip(y).map(|(a, b)| a * b).sum();
            let near = x.iter().zip(x.iter().skip(1)).map(|(a, b)| (a - b) * b).sum::<$F>();
            let three = x.iter().zip(y.iter().rev()).zip(y).map(|((a, b), c)| a * b + c).sum::<$F>();
            dot * near + three
        }
        case!($F $mode: pairs(slice x: -1.5..1.5 => vec![0.0; 6], slice y: -1.5..1.5 => vec![0.0; 4]));

        #[backprop $options]
        pub fn numbered(x: &[$F]) -> $F {
            let a = x.iter().enumerate().map(|(i, &v)| v.sin() * i as $F).sum::<$F>();
            let b = x.iter().rev().enumerate().map(|(i, v)| v * v * i as $F).sum::<$F>();
            let c = x.iter().enumerate().rev().map(|(i, v)| v * (i + 1) as $F).fold(0.5, |s, v| s * 0.3 + v);
            let d = x.iter().zip(1..).map(|(v, k)| v * k as $F).sum::<$F>();
            let e = (1..=x.len()).rev().step_by(2).map(|i| x[i - 1] * i as $F).sum::<$F>();
            let f = (0..x.len() as i32).map(|i| x[i as usize] * i as $F).sum::<$F>();
            a * b + c * d + e * f
        }
        case!($F $mode: numbered(slice x: -1.0..1.0 => vec![0.0; 5]));

        #[backprop $options]
        pub fn windows_and_chunks(x: &[$F], k: usize) -> $F {
            let a = x.windows(2).map(|w| (w[1] - w[0]).powi(2)).sum::<$F>();
            let b = x.chunks(k).map(|c| c.iter().product::<$F>()).sum::<$F>();
            let c = x.chunks_exact(3).rev().map(|c| c[0] * c[2]).sum::<$F>();
            let d = x.windows(k + 1).skip(1).map(|w| w[0] * w[k]).sum::<$F>();
            let mut e = 1.0;
            for c in x.chunks(k).rev().skip(1) {
                e *= c.iter().sum::<$F>();
            }
            a + b * c + d + e
        }
        case!($F $mode: windows_and_chunks(slice x: -1.5..1.5 => vec![0.0; 8]; 3));

        #[backprop $options]
        pub fn greatest(x: &[$F]) -> $F {
            let a = x.iter().copied().fold($F::NEG_INFINITY, $F::max);
            let b = x.iter().fold($F::INFINITY, |m, &v| m.min(v));
            let c = x.iter().copied().reduce(|m, v| if v > m { v } else { m * 0.5 }).unwrap_or(0.25);
            let d = x.iter().copied().max_by(|p, q| p.partial_cmp(q).unwrap()).unwrap();
            let e = x.iter().map(|v| v * v).min_by(|p, q| p.partial_cmp(q).unwrap()).unwrap_or(-1.0);
            let f = x.iter().map(|v| v * a).last().unwrap() + x.iter().copied().nth(1).unwrap_or(0.5);
            a * b + c * d + e * f
        }
        case!($F $mode: greatest(slice x: -1.5..1.5 => vec![0.0; 5]));

        #[backprop $options]
        pub fn left_out(x: &[$F]) -> $F {
            let a = x.iter().filter(|v| **v > 0.0).map(|v| v.sqrt()).sum::<$F>();
            let b = x.iter().filter(|v| **v > -0.5).enumerate().map(|(i, v)| v * i as $F).sum::<$F>();
            let c = x.iter().filter(|v| **v < 0.7).skip(1).step_by(2).take(2).map(|v| v * v).sum::<$F>();
            let d = x.iter().take_while(|v| **v < 1.0).map(|v| v * a).sum::<$F>();
            let e = x.iter().skip_while(|&&v| v < 0.3).map(|v| v * b).sum::<$F>();
            let f = x.iter().filter_map(|&v| if v > 0.5 { Some(v.ln()) } else { None }).sum::<$F>();
            let g = x.iter().filter_map(|&v| (v < 0.0).then(|| v * v)).sum::<$F>();
            let h = x.iter().map_while(|v| (*v > -1.2).then_some(v * 2.0)).sum::<$F>();
            a + b * c + d * e + f * g + h
        }
        case!($F $mode: left_out(slice x: -1.5..1.5 => vec![0.0; 7]));

        #[backprop $options]
        pub fn one_after_the_other(x: &[$F], n: usize) -> $F {
            let a = x.iter().chain(x.iter().skip(2)).map(|v| v.sin()).sum::<$F>();
            let b = (0..n).flat_map(|i| (0..i).map(move |j| x[i] * x[j])).sum::<$F>();
            let c = x.chunks(2).flatten().map(|v| v * a).sum::<$F>();
            let d = x.iter().scan(1.0, |state, v| { *state *= v; Some(*state) }).map(|v| v.tanh()).sum::<$F>();
            let e = x.iter().zip(std::iter::repeat(2.0)).map(|(v, w)| v * w).sum::<$F>();
            let f = std::iter::once(b).chain([c, d].into_iter()).map(|v| v * v).sum::<$F>();
            let g = std::iter::repeat(b).zip(x.iter()).map(|(v, w)| v * w * w).sum::<$F>();
            let h = std::iter::zip(x, Vec::from([a, b])).map(|(v, w)| v * w.sin()).sum::<$F>();
            a * b + c + d * e + f + g * h
        }
        case!($F $mode: one_after_the_other(slice x: -1.0..1.0 => vec![0.0; 5]; 5));

        #[backprop $options]
        pub fn changed_in_place(x: &[$F]) -> $F {
            let mut y = x.to_vec();
            for v in y.iter_mut() {
                *v *= 3.0;
            }
            for (a, b) in y.iter_mut().zip(x) {
                *a += b * b;
            }
            y.iter_mut().for_each(|v| *v = v.sin());
            let sum: $F = y.iter().sum();
            for (i, v) in (&mut y).into_iter().enumerate() {
                *v *= sum + i as $F;
            }
            let mut total = 0.0;
            y.iter().for_each(|v| total += v * v);
            total
        }
        case!($F $mode: changed_in_place(slice x: -1.0..1.0 => vec![0.0; 4]));

        #[backprop $options]
        pub fn collected(x: &[$F]) -> $F {
            let v: Vec<$F> = x.iter().map(|v| v * 2.0).collect();
            let w = v.iter().rev().map(|a| a.exp()).collect::<Vec<_>>();
            let some = x.iter().copied().filter(|v| *v < 0.0).collect::<Vec<$F>>();
            let rows: Vec<Vec<$F>> = (0..x.len()).map(|i| x.iter().map(|v| v * x[i]).collect()).collect();
            let (s, c): (Vec<$F>, Vec<$F>) = x.iter().map(|v| (v.sin(), v.cos())).unzip();
            v.iter().zip(&w).map(|(a, b)| a * b).sum::<$F>()
                + some.iter().map(|a| a * a).sum::<$F>() * some.len() as $F
                + rows.iter().enumerate().map(|(i, r)| r[i] + r.iter().sum::<$F>()).sum::<$F>()
                + s.iter().zip(&c).map(|(s, c)| s * c * c).sum::<$F>()
        }
        case!($F $mode: collected(slice x: -1.0..1.0 => vec![0.0; 4]));

        #[backprop $options]
        pub fn positions(x: &[$F], n: usize) -> $F {
            if x.is_empty() {
                return 0.5;
            }
            let mut s = 0.0;
            for k in 0..n {
                let w = k as $F;
                s += x.iter().map(|v| v * w + s * 0.1).sum::<$F>();
                if s > 1.0 {
                    s -= x.iter().map(|v| (v * s).sin()).sum::<$F>();
                }
            }
            let m = x.iter().fold($F::NEG_INFINITY, |a, &b| if b > a { b } else { a });
            $F::max(x.iter().map(|v| (v - m).exp()).sum(), 0.3).ln() + s * x.iter().sum::<$F>()
        }
        case!($F $mode: positions(slice x: -1.0..1.0 => vec![0.0; 4]; 3));

        #[backprop $options]
        pub fn nested(x: &[$F]) -> $F {
            let apart = |a: &$F, b: &$F| (a - b).powi(2);
            x.iter()
                .enumerate()
                .map(|(i, a)| x.iter().skip(i + 1).map(|b| apart(a, b) * i as $F).sum::<$F>())
                .filter(|s| *s > 0.1)
                .fold((0.0, 1.0), |(s, p), v| (s + v, p * v))
                .0
        }
        case!($F $mode: nested(slice x: -1.0..1.0 => vec![0.0; 5]));

        #[backprop $options]
        pub fn matrix(m: &[[$F; 3]; 2], v: [$F; 3]) -> $F {
            let product: [$F; 2] = std::array::from_fn(|i| m[i].iter().zip(&v).map(|(a, b)| a * b).sum());
            let grown = v.map(|a| a * a).map($F::exp);
            let table: [[$F; 2]; 3] = std::array::from_fn(|i| std::array::from_fn(|j| m[j][i] * v[i]));
            product.iter().sum::<$F>()
                + grown.into_iter().zip(v).map(|(a, b)| a * b).sum::<$F>()
                + table.iter().flatten().map(|a| a.cos()).sum::<$F>()
                + m.iter().map(|row| row.iter().sum::<$F>().powi(2)).sum::<$F>()
                + m.iter().enumerate().map(|(i, row)| row[i]).product::<$F>()
        }
        case!($F $mode: matrix(to m: -1.0..1.0 => [[0.0; 3]; 2], by v: -1.0..1.0 => [0.0; 3]));

        #[backprop $options]
        pub fn written_out(x: &[$F]) -> $F {
            const N: usize = 3;
            let r = std::array::from_fn::<$F, N, _>(|k| x[k % x.len()] * x[0]);
            let p = std::array::from_fn::<_, 2, _>(|k| r.iter().map(|v| v * (k + 1) as $F).sum::<$F>());
            let q = core::array::from_fn::<_, { N - 1 }, _>(|k| std::array::from_fn::<$F, 2, _>(|j| p[j] - p[k] * r[j]));
            (r[0] + p[1]).sin() * r[N - 1] + q[1][0] * q[0][1]
        }
        case!($F $mode: written_out(slice x: -1.0..1.0 => vec![0.0; 4]));

        #[backprop $options]
        pub fn with_jumps(x: &[$F]) -> $F {
            let mut s = 0.0;
            for (a, b) in x.iter().zip(x.iter().skip(1)) {
                if *a < 0.0 {
                    continue;
                }
                s += a * b;
                if s > 1.5 {
                    break;
                }
            }
            for v in x.iter().filter(|v| **v < 0.9).map(|v| v * 2.0) {
                if v < -1.0 {
                    continue;
                }
                s *= 1.0 + v;
            }
            'rows: for row in x.chunks(2) {
                for (i, v) in row.iter().enumerate().rev() {
                    if i == 1 && *v > 0.8 {
                        continue 'rows;
                    }
                    s += v * (i + 1) as $F;
                }
            }
            for w in x.windows(2).map(|w| w[0] * w[1]) {
                if w > 0.6 {
                    return s * w;
                }
                s += w;
            }
            s
        }
        case!($F $mode: with_jumps(slice x: -1.2..1.2 => vec![0.0; 6]));

        #[backprop $options]
        pub fn passive_questions(x: &[$F]) -> $F {
            let all = x.iter().all(|v| *v > -1.0);
            let some = x.iter().any(|&v| v > 0.7);
            let n = x.iter().filter(|v| **v > 0.2).count();
            let at = x.iter().position(|v| *v > 0.4).unwrap_or(0);
            let mut seen = 0.0;
            let first = x.iter().any(|v| { seen += v; *v > 0.5 });
            let s: $F = x.iter().sum();
            let last = x.iter().rposition(|v| *v > 0.4).unwrap_or(0);
            s * (n + at + last) as $F + if all { s * s } else { 0.0 } + if some == first { seen } else { s * seen }
        }
        case!($F $mode: passive_questions(slice x: -1.2..1.2 => vec![0.0; 5]));

        #[backprop $options]
        pub fn options(x: &[$F], n: usize) -> $F {
            let top = x.iter().take(n).copied().reduce(|a, b| a * 0.5 + b);
            let s = if let Some(t) = top { t * 2.0 } else { 1.0 };
            let best = match x.iter().copied().reduce($F::max) {
                Some(m) if m > 0.8 => m * m,
                Some(m) => m,
                None => 0.5,
            };
            let last = x.iter().map(|v| v * v).last().map_or(0.1, |v| v + s);
            let total = x.iter().copied().max_by(|a, b| a.total_cmp(b)).unwrap_or(0.25);
            let least = *x.iter().min_by(|a, b| a.partial_cmp(b).unwrap()).unwrap();
            let at = x.iter().enumerate().max_by(|a, b| a.1.partial_cmp(b.1).unwrap()).map(|(i, _)| i);
            let third = x.iter().copied().nth(2).unwrap_or_else(|| 3.0);
            s * best + last * total + least * at.unwrap_or(0) as $F + third
        }
        case!($F $mode: options(slice x: -1.2..1.2 => vec![0.0; 5]; 3));

        #[backprop $options]
        pub fn bound_to_variables(x: &[$F]) -> $F {
            let pairs = x.iter().zip(x.iter().skip(1));
            let a: $F = pairs.clone().map(|(a, b)| a * b).sum();
            let mut s = 0.0;
            for (a, b) in pairs {
                if *a < -1.0 {
                    continue;
                }
                s += a - b * a;
            }
            let scaled = x.iter().map(move |v| v * a);
            let m = scaled.clone().fold($F::NEG_INFINITY, $F::max);
            s + scaled.filter(|v| *v > 0.0).map(|v| v - m).sum::<$F>()
        }
        case!($F $mode: bound_to_variables(slice x: -1.2..1.2 => vec![0.0; 5]));

        #[backprop $options]
        pub fn square(v: $F) -> $F {
            v * v
        }

        #[backprop $options]
        pub fn paths(x: &[$F]) -> $F {
            x.iter().copied().map(square).sum::<$F>()
                + x.iter().copied().map($F::tanh).map($F::abs).fold(0.0, $F::max)
                + square(x.iter().sum())
        }
        case!($F $mode: paths(slice x: -1.2..1.2 => vec![0.0; 5]));

        #[backprop $options]
        pub fn lengths(tracks: &[Vec<$F>], gains: &[$F]) -> $F {
            let n = tracks.iter().map(Vec::len).max().unwrap_or(0);
            let mut out = vec![0.0; n];
            for (track, &g) in tracks.iter().zip(gains) {
                for (o, &v) in out.iter_mut().zip(track) {
                    *o += g * v;
                }
            }
            out.iter().map(|v| v.sin()).sum::<$F>() * tracks.iter().map(Vec::len).sum::<usize>() as $F
        }

        #[test]
        fn lengths_are_passive() {
            let (value, (tracks, gains)) = lengths_grad(&[vec![1.0, 2.0], vec![0.5]], &[0.5, 2.0]);
            assert_eq!(value, lengths(&[vec![1.0, 2.0], vec![0.5]], &[0.5, 2.0]));
            let slopes = [(1.5 as $F).cos() * 3.0, (1.0 as $F).cos() * 3.0];
            let close = |a: $F, b: $F| assert!((a - b).abs() < 1e-5, "{a} is not {b}");
            [(tracks[0][0], 0.5), (tracks[1][0], 2.0), (gains[1], 0.5)].iter().for_each(|(d, f)| close(*d, f * slopes[0]));
            close(tracks[0][1], 0.5 * slopes[1]);
            close(gains[0], slopes[0] + 2.0 * slopes[1]);
        }

        // Operators by the names of their traits.
        #[backprop $options]
        pub fn operators(x: &[$F], c: $F) -> $F {
            let negated: Vec<$F> = x.iter().copied().map(std::ops::Neg::neg).collect();
            let sum = x.iter().zip(&negated).map(|(a, b)| a * b.sin()).fold(0.0, ::std::ops::Add::add);
            let product = x.iter().copied().fold(c, Mul::mul);
            let differences = x.windows(2).map(|w| ops::Sub::sub(w[0], w[1])).fold(1.0, core::ops::Mul::mul);
            sum + product + Div::div(differences, x.iter().copied().reduce(ops::Add::add).unwrap() + 9.0) + ops::Rem::rem(c, 7.0)
        }
        case!($F $mode: operators(slice x: -1.2..1.2 => vec![0.0; 4], by c: 0.5..1.5));

        #[backprop $options]
        pub fn opaque_items(x: &[$F], parts: &[Part]) -> $F {
            let mut s = 0.0;
            for part in parts {
                if !part.on {
                    continue;
                }
                s += x.iter().map(|v| v * part.mass as $F).sum::<$F>();
            }
            s + x.iter().zip(parts.iter()).filter(|(v, p)| p.on && **v > 0.0).map(|(v, p)| v * v * p.mass as $F).sum::<$F>()
                + parts.iter().map(|p| p.mass as $F * s).fold(1.0, |a, v| a * 0.5 + v)
                + x.iter().zip(parts.iter().enumerate()).map(|(v, (i, p))| v * p.mass as $F * i as $F).sum::<$F>()
        }
        case!($F $mode: opaque_items(slice x: -1.2..1.2 => vec![0.0; 4]; &PARTS));

        #[backprop $options]
        pub fn tables(x: $F) -> $F {
            const TABLE: [$F; 4] = [0.5, -1.5, 2.0, 0.25];
            let series = TABLE.iter().enumerate().skip(1).fold(TABLE[0], |s, t| s + t.1 / (x + t.0 as $F + 3.0));
            let horner = TABLE.iter().rev().fold(0.0, |acc, &c| acc * x + c);
            let mut s = 0.0;
            for (i, &c) in TABLE.iter().enumerate() {
                s += c / (x + i as $F + 2.5);
            }
            for c in TABLE {
                s += c * x * x;
            }
            let terms: [($F, $F, i32); 3] = [(1.0, 2.0, 1), (0.5, -1.0, 2), (0.25, 0.1, 3)];
            for &(a, b, n) in &terms {
                s += (a * x + b).sin() * n as $F;
            }
            series * horner + s
        }
        case!($F $mode: tables(by x: -1.0..1.0));
    };
}

/// A type that the compiler does not look into.
pub struct Part {
    mass: f32,
    on: bool,
}

const PARTS: [Part; 3] =
    [Part { mass: 0.5, on: true }, Part { mass: -1.0, on: false }, Part { mass: 2.0, on: true }];

instances!(functions);

/// On empty slices too, the value is the function's, to the bit; and so are its panics.
#[test]
fn nothing_to_run_over() {
    let x: [f64; 0] = [];
    assert_eq!(double::pairs_grad(&x, &x).0.to_bits(), double::pairs(&x, &x).to_bits());
    assert_eq!(double::nested_grad(&x).0.to_bits(), double::nested(&x).to_bits());
    assert_eq!(double::left_out_grad(&x).0.to_bits(), double::left_out(&x).to_bits());
    assert_eq!(double::collected_grad(&x).0.to_bits(), double::collected(&x).to_bits());
    assert_eq!(double::paths_grad(&x).0.to_bits(), double::paths(&x).to_bits());
    assert_eq!(single::changed_in_place_grad(&[]).0.to_bits(), single::changed_in_place(&[]).to_bits());
    assert_eq!(total_grad(&[]).0.to_bits(), (-0.0_f64).to_bits());
}

#[backprop]
fn total(x: &[f64]) -> f64 {
    x.iter().sum()
}

/// The message of a panic.
fn message(f: impl FnOnce() + std::panic::UnwindSafe) -> String {
    let caught = std::panic::catch_unwind(f).unwrap_err();
    let text = caught.downcast_ref::<String>().cloned();
    text.or_else(|| caught.downcast_ref::<&str>().map(|s| s.to_string())).unwrap_or_default()
}

#[test]
fn panics_are_those_of_std() {
    #[backprop]
    fn stepped(x: &[f64], k: usize) -> f64 {
        x.iter().zip(x.iter().step_by(k)).map(|(a, b)| a * b).sum()
    }
    #[backprop]
    fn rows(x: &[f64], k: usize) -> f64 {
        x.chunks(k).map(|c| c[0]).sum()
    }
    #[backprop]
    fn windows(x: &[f64], k: usize) -> f64 {
        x.windows(k).map(|c| c[0]).sum()
    }
    #[backprop]
    fn best(x: &[f64]) -> f64 {
        x.iter().copied().reduce(f64::max).unwrap()
    }
    let x = [1.0, 2.0];
    assert_eq!(message(|| _ = stepped_grad(&x, 0)), message(|| _ = stepped(&x, 0)));
    assert_eq!(message(|| _ = rows_grad(&x, 0)), message(|| _ = rows(&x, 0)));
    assert_eq!(message(|| _ = windows_grad(&x, 0)), message(|| _ = windows(&x, 0)));
    assert_eq!(message(|| _ = best_grad(&[])), message(|| _ = best(&[])));
}

/// Effects happen once, element by element through all adaptors.
#[test]
fn effects_come_in_the_order_of_std() {
    use std::cell::RefCell;
    #[backprop]
    fn f(x: &[f64], log: &RefCell<Vec<(char, usize)>>) -> f64 {
        let note = |what: char, i: usize| log.borrow_mut().push((what, i));
        x.iter()
            .enumerate()
            .map(|(i, v)| {
                note('a', i);
                (i, v * v)
            })
            .skip(1)
            .filter(|(i, _)| {
                note('b', *i);
                i % 2 == 1
            })
            .map(|(i, v)| {
                note('c', i);
                v
            })
            .take(2)
            .sum()
    }
    let x = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    let (ours, theirs) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
    let (value, d) = f_grad(&x, &ours);
    assert_eq!(value, f(&x, &theirs));
    assert_eq!(d, [0.0, 4.0, 0.0, 8.0, 0.0, 0.0]);
    assert_eq!(ours, theirs);
}

/// `T: Float`
#[test]
fn generic() {
    use num_traits::Float;
    #[backprop]
    fn f<T: Float + std::iter::Sum>(x: &[T]) -> T {
        let norm = x.iter().fold(T::zero(), |s, &v| s + v * v).sqrt();
        let top = x.iter().copied().fold(T::neg_infinity(), T::max);
        norm * top + x.iter().map(|&v| v.sin()).sum::<T>() + x.iter().copied().map(T::exp).sum()
    }
    let x = [0.5, -1.0, 2.0];
    let (value, d) = f_grad(&x);
    assert_eq!(value, f(&x));
    let norm = (0.25 + 1.0 + 4.0_f64).sqrt();
    for (i, v) in x.iter().enumerate() {
        let expected = 2.0 * v / norm + if i == 2 { norm } else { 0.0 } + v.cos() + v.exp();
        assert!((d[i] - expected).abs() < 1e-12, "{} {expected}", d[i]);
    }
}
