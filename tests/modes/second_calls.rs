//! Second derivatives through calls: of functions, methods and generic functions, in loops and branches, of results of
//! several parts, recursive, with `?`; beside differences of the gradient, and symmetric.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident ($($option:ident),*)) => {
        #[backprop(order = 2, $($option),*)]
        pub fn wave(x: $F, k: i32, y: $F) -> $F {
            (x * y).sin() + x.powi(k)
        }

        #[backprop(order = 2, $($option),*)]
        pub fn norm(x: &[$F]) -> $F {
            let mut s = 0.0;
            for v in x {
                s += v * v * v.abs();
            }
            s.sqrt()
        }

        #[backprop(order = 2, $($option),*)]
        pub fn scaled(x: &[$F], s: $F) -> Vec<$F> {
            x.iter().map(|v| v * s * v).collect()
        }

        #[backprop(order = 2, $($option),*)]
        pub fn two(a: $F, b: $F) -> ($F, $F) {
            (a * b, a / b)
        }

        #[backprop(order = 2, $($option),*)]
        pub fn product(a: [$F; 2], m: &[[$F; 2]; 2]) -> [$F; 2] {
            [m[0][0] * a[0] + m[0][1] * a[1], m[1][0] * a[0] * a[0] + m[1][1] * a[1]]
        }

        #[backprop(order = 2, $($option),*)]
        pub fn deeper(x: $F) -> $F {
            let t = wave(x, 2, x * 0.5);
            t * t
        }

        #[backprop(order = 2, $($option),*)]
        pub fn power(x: $F, n: usize) -> $F {
            if n == 0 { 1.0 } else { x * power(x, n - 1) }
        }

        #[backprop(order = 2, $($option),*)]
        pub fn guarded(x: $F) -> Option<$F> {
            if x > 0.0 { Some(x.ln() * x) } else { None }
        }

        #[backprop(hessian, $($option),*)]
        pub fn everything(x: &[$F]) -> $F {
            let mut acc = wave(x[0], 3, x[1]);
            for i in 0..x.len() {
                let (p, q) = two(x[i] + 2.0, acc + 3.0);
                acc += p * q * 0.1;
                if i % 2 == 0 {
                    acc += wave(acc, 2, 1.5);
                }
            }
            let v = scaled(x, acc * 0.1);
            let w = product([v[0], v[1]], &[[x[0], 1.0], [2.0, x[1]]]);
            acc * norm(&v) + w[0] * w[1] + deeper(x[2]) + power(x[1], 4)
        }

        /// What a call reads is overwritten, and its result goes round.
        #[backprop(hessian, $($option),*)]
        pub fn overwritten(x: &[$F]) -> $F {
            let mut v = x.to_vec();
            let mut total = 0.0;
            for i in 0..3 {
                let n = norm(&v);
                v = scaled(&v, n);
                v[i % x.len()] = n;
                total += n * v[0];
            }
            total
        }

        #[backprop(hessian, $($option),*)]
        pub fn fallible(x: &[$F]) -> Option<$F> {
            let a = guarded(x[0] * x[1])?;
            Some(a * a + x[0] * x[2])
        }

        pub struct Model {
            pub k: $F,
        }

        #[backprop(order = 2, $($option),*)]
        impl Model {
            pub fn apply(&self, x: $F) -> $F {
                (x * self.k).exp()
            }
            pub fn twice(&self, x: $F) -> $F {
                self.apply(self.apply(x) * 0.3)
            }
            pub fn product(x: $F, y: $F) -> $F {
                x * x * y
            }
        }

        #[backprop(hessian, $($option),*)]
        pub fn with_methods(x: &[$F], model: &Model) -> $F {
            model.twice(x[0]) * Model::product(x[1], x[0]) + model.apply(x[2])
        }

        #[backprop(order = 2, $($option),*)]
        pub fn generic<T: num_traits::Float>(x: T, y: &[T]) -> T {
            let mut s = T::one();
            for v in y {
                s = s + *v * x * x;
            }
            s.ln()
        }

        #[backprop(hessian, $($option),*)]
        pub fn with_generic(x: &[$F]) -> $F {
            generic(x[0], x) * x[1] + generic(1.0, &x[1..])
        }
    };
}

instances!(functions);

#[track_caller]
fn check(x: &[f64], found: (f64, Vec<f64>, Vec<f64>), first: impl Fn(&[f64]) -> (f64, Vec<f64>)) {
    let (value, gradient, hessian) = found;
    let n = x.len();
    let (expected, slopes) = first(x);
    assert_eq!(value.to_bits(), expected.to_bits());
    for (a, b) in gradient.iter().zip(&slopes) {
        assert!((a - b).abs() <= 1e-13 * (1.0 + b.abs()), "{a}, not {b}");
    }
    for j in 0..n {
        let at = |h: f64| {
            let mut y = x.to_vec();
            y[j] += h;
            first(&y).1
        };
        let (a, b, c, d) = (at(1e-4), at(-1e-4), at(2e-4), at(-2e-4));
        for i in 0..n {
            let difference = (4.0 * (a[i] - b[i]) / 2e-4 - (c[i] - d[i]) / 4e-4) / 3.0;
            let (entry, mirrored) = (hessian[i * n + j], hessian[j * n + i]);
            assert!(
                (entry - difference).abs() <= 1e-7 * (1.0 + difference.abs()),
                "{entry}, not {difference}"
            );
            assert!((entry - mirrored).abs() <= 1e-12 * (1.0 + entry.abs()), "{entry} beside {mirrored}");
        }
    }
}

macro_rules! tests {
    ($mode:ident) => {
        #[test]
        fn $mode() {
            use super::$mode::*;
            for x in [[0.7, 0.4, 0.9], [1.3, -0.6, 0.2]] {
                check(&x, everything_hessian(&x), everything_grad);
                check(&x, overwritten_hessian(&x), overwritten_grad);
                let model = Model { k: 0.8 };
                check(&x, with_methods_hessian(&x, &model), |x| with_methods_grad(x, &model));
            }
            let x = [0.7, 0.4, 0.9];
            check(&x, with_generic_hessian(&x), with_generic_grad);
            check(&x, fallible_hessian(&x).unwrap(), |x| fallible_grad(x).unwrap());
            assert_eq!(fallible_hessian(&[-1.0, 1.0, 1.0]), None);
        }
    };
}

mod tests {
    use super::check;
    tests!(double);
    #[cfg(debug_assertions)]
    tests!(unsimplified);
}
