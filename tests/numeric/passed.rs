//! What is passed to callees that no derivative flows through: literals, what is made on the spot, `None`, and what they
//! may write to although nobody looks into it.

use backprop::backprop;

/// A generator of numbers, of which no derivative is taken.
#[derive(Clone)]
pub struct Noise(u32);

impl Noise {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(1664525).wrapping_add(1013904223);
        self.0 >> 24
    }
}

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn weighted(x: &[$F], #[no_grad] w: &[$F], a: $F) -> $F {
            let mut s = a;
            for i in 0..w.len() {
                s += x[i] * x[i] * w[i];
            }
            s
        }

        fn weights(n: usize) -> Vec<$F> {
            (0..n).map(|i| 0.5 + i as $F).collect()
        }

        #[backprop $options]
        pub fn literal(x: &[$F], a: $F) -> $F {
            weighted(&x[..], &[0.5, 1.5, -0.5], a) * a
        }
        case!($F $mode: literal(slice x: -1.0..1.0 => [0.0; 3], by a: -1.0..1.0));

        #[backprop $options]
        pub fn literals_in_loops(x: &[$F], a: $F, n: usize) -> $F {
            let mut s = a;
            for i in 0..n {
                s = weighted(x, &[0.5, i as $F], s * 0.5) * a;
                s = weighted(x, &vec![0.5; i + 1], s) * 0.5;
                if i > 0 {
                    s = weighted(x, &[[0.5, 1.5], [2.0, -0.5]][i % 2][..], a) * s;
                }
            }
            s
        }
        case!($F $mode: literals_in_loops(slice x: -1.0..1.0 => [0.0; 3], by a: -1.0..1.0; 3));

        #[backprop $options]
        pub fn made_on_the_spot(x: &[$F], a: $F, #[no_grad] k: &[$F]) -> $F {
            let mut s = a;
            for i in 0..3 {
                s = weighted(x, k.iter().map(|k| k * 2.0).collect::<Vec<_>>().as_slice(), s) * a;
                s = weighted(x, &k.iter().map(|k| k * 0.5).collect::<Vec<_>>(), s) * s;
                s = weighted(x, &if i > 1 { weights(2) } else { weights(i) }, s) * 0.2;
                s = weighted(x, &{ let n = i; weights(n) }, s.sin()) * 0.1 + weighted(x, &weights(3)[i..], a);
            }
            weighted(x, weights(2).as_slice(), s.sin()) * weighted(x, &weights(3), a)
        }
        case!($F $mode: made_on_the_spot(slice x: -1.0..1.0 => [0.0; 3], by a: -1.0..1.0; &[0.3, 0.6, 0.1]));

        #[backprop $options]
        pub fn from_a_closure(x: &[$F], a: $F) -> $F {
            let mut s = weighted(x, &std::array::from_fn::<$F, 3, _>(|i| i as $F), a) * a;
            for k in 0..3 {
                s = weighted(x, &std::array::from_fn::<$F, 2, _>(|i| (i + k) as $F), s) * a;
            }
            s
        }
        case!($F $mode: from_a_closure(slice x: -1.0..1.0 => [0.0; 3], by a: -1.0..1.0));

        #[backprop $options]
        pub fn scaled(x: $F, #[no_grad] by: Option<$F>) -> $F {
            match by {
                Some(by) => x * by,
                None => x * x,
            }
        }

        #[backprop $options]
        pub fn first_of(x: $F, #[no_grad] of: Option<&[$F]>) -> $F {
            match of {
                Some(of) => x * of[0],
                None => x.sin(),
            }
        }

        #[backprop $options]
        pub fn none(a: $F) -> $F {
            let mut s = scaled(a, None) * a;
            for i in 0..3 {
                s = scaled(s, None) * a * 0.2 + first_of(s, None);
                s = if i > 1 { scaled(s.sin(), Some(2.0)) } else { first_of(s, Some(&[0.5])).sin() };
            }
            scaled(s.sin(), None)
        }
        case!($F $mode: none(by a: -1.0..1.0));

        #[backprop $options]
        pub fn noted(x: $F, #[no_grad] log: &mut Vec<$F>) -> $F {
            log.push(1.0);
            x * x
        }

        #[backprop $options]
        pub fn named(x: $F, #[no_grad] log: &mut Vec<&'static str>) -> $F {
            log.push("x");
            x.sin()
        }

        #[backprop $options]
        pub fn untyped_log(a: $F) -> $F {
            let mut log = vec![];
            let mut names = Vec::new();
            let mut s = noted(a, &mut log) * a;
            for _ in 0..3 {
                s = noted(s, &mut log) * a + named(s, &mut names);
            }
            s * (log.len() + 2 * names.len()) as $F
        }
        case!($F $mode: untyped_log(by a: -1.0..1.0));

        #[backprop $options]
        pub fn noisy(x: $F, noise: &mut Noise) -> $F {
            x * (noise.next() as $F / 256.0)
        }

        #[backprop $options]
        pub fn noise_handed_on(x: $F, noise: &mut Noise) -> $F {
            let mut s = noisy(x, noise);
            for _ in 0..3 {
                s = noisy(s, noise) + noisy(x * x, &mut *noise);
            }
            s * x
        }

        #[backprop $options]
        pub fn noise_of_its_own(x: $F, seed: u32) -> $F {
            let mut noise = Noise(seed);
            let mut s = x;
            for i in 0..3 {
                if i != 1 {
                    s += noise_handed_on(s, &mut noise);
                }
            }
            s + noisy(x, &mut noise)
        }
        case!($F $mode: noise_of_its_own(by x: -1.0..1.0; 7));
    };
}
instances!(functions);

#[backprop(jvp)]
fn total(x: &[f64], #[no_grad] w: &[f64]) -> f64 {
    x.iter().zip(w).map(|(x, w)| x * x * w).sum()
}

static TABLE: [[f64; 3]; 2] = [[0.5, 1.5, 2.5], [1.0, 2.0, 3.0]];

fn row(i: usize) -> &'static [f64] {
    &TABLE[i]
}

fn array(i: usize) -> &'static [f64; 3] {
    &TABLE[i]
}

#[backprop(jvp)]
fn rows_from_functions(x: &[f64], k: usize) -> f64 {
    let mut s = total(x, row(k));
    for i in 0..2 {
        s += total(x, row(i)) * total(x, array(i)) * x[0];
    }
    s
}

/// References that functions hand out are passed to both halves of a call.
#[test]
fn references_that_functions_hand_out() {
    let x = [0.3, -0.7, 1.1];
    let norms = |x: &[f64]| [0, 1].map(|i| total(x, row(i)));
    let [a, b] = norms(&x);
    let (value, d) = rows_from_functions_grad(&x, 1);
    assert_eq!(value, rows_from_functions(&x, 1));
    for i in 0..3 {
        let [da, db] = [0, 1].map(|k| 2.0 * x[i] * TABLE[k][i]);
        let own = if i == 0 { a * a + b * b } else { 0.0 };
        let expected = db + own + 2.0 * x[0] * (a * da + b * db);
        assert!((d[i] - expected).abs() < 1e-12, "{i}: {} and {expected}", d[i]);
    }
    let mut t = [0.0; 3];
    t[1] = 1.0;
    assert!((rows_from_functions_jvp(&x, 1, &t).1 - d[1]).abs() < 1e-12);
}
