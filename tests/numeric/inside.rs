//! Functions that stand in bodies, without an attribute of their own.

use backprop::backprop;

/// Another function of a name that bodies define as well.
#[allow(dead_code)]
fn squared(v: f64) -> f64 {
    v
}

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn distance(x: $F, y: $F) -> $F {
            fn squared(v: $F) -> $F {
                v * v
            }
            fn long(a: $F, b: $F) -> $F {
                (squared(a) + squared(b)).sqrt()
            }
            long(x, y) + squared(x)
        }
        case!($F $mode: distance(by x: 0.5..1.5, by y: -1.0..1.0));

        /// One that calls itself.
        #[backprop $options]
        pub fn spline(x: $F, t: $F) -> $F {
            fn basis(i: usize, k: usize, x: $F, knots: &[$F]) -> $F {
                if k == 0 {
                    return if knots[i] <= x && x < knots[i + 1] { 1.0 } else { 0.0 };
                }
                let mut v = 0.0;
                let (left, right) = (knots[i + k] - knots[i], knots[i + k + 1] - knots[i + 1]);
                if left > 0.0 {
                    v += (x - knots[i]) / left * basis(i, k - 1, x, knots);
                }
                if right > 0.0 {
                    v += (knots[i + k + 1] - x) / right * basis(i + 1, k - 1, x, knots);
                }
                v
            }
            let knots = [0.0, t, 1.25, 2.0, 3.0];
            basis(0, 2, x, &knots) + basis(1, 1, x, &knots)
        }
        case!($F $mode: spline(by x: 0.25..1.75, by t: 0.5..1.0));

        /// In inner blocks, with items beside them, as arguments of chains; what counts has no derivative.
        #[backprop $options]
        pub fn kernels(x: &[$F]) -> $F {
            const C: [$F; 3] = [1.0, 0.5, 0.25];
            fn horner(x: $F, c: &[$F]) -> $F {
                c.iter().rev().fold(0.0, |sum, k| sum * x + k)
            }
            fn even(n: usize) -> bool {
                n % 2 == 0
            }
            let mut sum = horner(x[0], &C);
            for (i, v) in x.iter().enumerate().filter(|(i, _)| even(*i)) {
                fn kernel(u: $F) -> $F {
                    0.75 * (1.0 - u * u)
                }
                sum += kernel(*v) * i as $F;
            }
            fn wave(x: $F) -> $F {
                x.sin() * x
            }
            sum + x.iter().copied().map(wave).sum::<$F>()
        }
        case!($F $mode: kernels(slice x: -1.0..1.0 => vec![0.0; 4]));

        /// What they return and write to.
        #[backprop $options]
        pub fn forms(x: &[$F]) -> Option<$F> {
            fn normalize(v: &mut [$F]) {
                let n = v.iter().map(|x| x * x).sum::<$F>().sqrt();
                for x in v.iter_mut() {
                    *x /= n;
                }
            }
            fn logarithm(x: $F) -> Option<$F> {
                if x > 0.0 { Some(x.ln()) } else { None }
            }
            fn polar(x: $F, y: $F) -> ($F, $F) {
                (x.hypot(y), y.atan2(x))
            }
            let mut v = x.to_vec();
            normalize(&mut v);
            let (r, angle) = polar(x[0], v[1]);
            Some(r * angle + logarithm(v[2])? + distance(r, angle))
        }

        #[backprop $options]
        pub fn of_forms(x: &[$F]) -> $F {
            forms(x).unwrap()
        }
        case!($F $mode: of_forms(slice x: 0.5..1.5 => vec![0.0; 3]));
    };
}

instances!(functions);

/// Second derivatives go through them.
#[test]
fn second_derivatives() {
    #[backprop(hvp)]
    fn cubic(x: f64) -> f64 {
        fn cube(v: f64) -> f64 {
            v * v * v
        }
        cube(x) + 1.0
    }
    assert_eq!(cubic_hvp(2.0, 1.0), (9.0, 12.0, 12.0));
}
