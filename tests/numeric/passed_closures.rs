//! Closures that are passed to functions in sight, whose bodies stand in the place of the calls.

use backprop::backprop;

/// In `f64`, as the file has them: the functions that take closures need no attribute.
mod double {
    use super::*;

    /// Simpson's rule.
    #[backprop(jvp)]
    pub fn simpson(f: impl Fn(f64) -> f64, a: f64, b: f64) -> f64 {
        let n = 6;
        let h = (b - a) / n as f64;
        let mut s = f(a) + f(b);
        for i in 1..n {
            s += f(a + i as f64 * h) * if i % 2 == 0 { 2.0 } else { 4.0 };
        }
        s * h / 3.0
    }

    #[backprop(jvp)]
    pub fn square(x: f64) -> f64 {
        x * x
    }

    /// In place, within each other, under a name, and without anything captured. The names of parameters stand for
    /// other things here.
    #[backprop(jvp)]
    pub fn areas(a: f64, b: f64) -> f64 {
        let f = |x: f64| a * x + b;
        let h = 2.0 * a;
        let (n, s) = (b.sin(), 0.5);
        let inner = simpson(|x| simpson(|y| n * x * y + y * y, 0.0, x), s, b);
        simpson(f, a, h) + simpson(&f, n, 1.0) * inner + simpson(|x| x.exp(), n, b) + simpson(square, 0.0, a)
    }
    fn newton<G>(f: G, x0: f64) -> f64
    where
        G: Fn(f64) -> f64,
    {
        let mut x = x0;
        for _ in 0..30 {
            let d = (f(x + 0.125) - f(x - 0.125)) / 0.25;
            let dx = f(x) / d;
            x -= dx;
            if dx.abs() < 1e-6 {
                return x - f(x) / d;
            }
        }
        x
    }

    /// Out of a loop in it.
    #[backprop(jvp)]
    pub fn root(a: f64) -> f64 {
        newton(|t| t * t - a, 2.0) * a
    }
    fn runge(f: &dyn Fn(f64, f64) -> f64, t: f64, y: f64, h: f64) -> f64 {
        let k1 = f(t, y);
        let k2 = (*f)(t + h / 2.0, y + h / 2.0 * k1);
        let k3 = (f)(t + h / 2.0, y + h / 2.0 * k2);
        let k4 = f(t + h, y + h * k3);
        y + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    }

    fn steps(f: &dyn Fn(f64, f64) -> f64, mut y: f64, n: usize) -> f64 {
        for i in 0..n {
            y = runge(f, i as f64 * 0.125, y, 0.125);
        }
        y
    }

    fn midpoint<G: Fn(f64, &[f64]) -> Vec<f64>>(f: &G, t: f64, y: &[f64], h: f64) -> Vec<f64> {
        let k1 = f(t, y);
        let half: Vec<f64> = y.iter().zip(&k1).map(|(y, k)| y + 0.5 * h * k).collect();
        let k2 = f(t + 0.5 * h, &half);
        (0..y.len()).map(|i| y[i] + h * k2[i]).collect()
    }

    fn euler<const N: usize>(f: impl Fn([f64; N]) -> [f64; N], y: [f64; N], h: f64) -> [f64; N] {
        let k = f(y);
        let mut out = y;
        for i in 0..y.len() {
            out[i] += h * k[i];
        }
        out
    }

    /// Handed on, and of slices, `Vec`s and arrays.
    #[backprop(jvp)]
    pub fn motions(k: f64, y0: f64) -> f64 {
        let f = |_t: f64, y: f64| -k * y;
        let mut y = vec![y0, 0.0];
        let mut z = [y0, k];
        for i in 0..4 {
            y = midpoint(&|_, y| vec![y[1], -k * y[0]], i as f64 * 0.125, &y, 0.125);
            z = euler(|z| [z[1], -k * z[0].sin()], z, 0.125);
        }
        steps(&f, y0, 3) + steps(&|t, y| k * t - y * y, y0, 3) + y[0] * y[1] + z[0]
    }
    fn each(xs: &mut [f64], f: impl Fn(f64) -> f64) {
        for x in xs.iter_mut() {
            *x = f(*x);
        }
    }

    fn pairs(xs: &[f64], mut f: impl FnMut(f64, f64)) {
        for w in xs.windows(2) {
            f(w[0], w[1]);
        }
    }

    fn summed<T, G: Fn(&T) -> f64>(items: &[T], f: G) -> f64 {
        items.iter().map(|item| f(item)).sum()
    }

    /// What changes something, and what is called with what derivatives don't flow through.
    #[backprop(jvp)]
    pub fn effects(x: &[f64], k: f64, #[no_grad] data: &[(f64, usize)]) -> f64 {
        fn slope(f: impl Fn(f64) -> f64, x: f64) -> f64 {
            (f(x + 0.25) - f(x - 0.25)) / 0.5
        }
        let mut v = x.to_vec();
        each(&mut v, |x| x * k);
        let mut total = 0.0;
        pairs(&v, |a, b| total += (a - b) * k);
        let likelihood = summed(data, |(y, n)| (y - k).powi(2) * *n as f64);
        total * total + likelihood + slope(|t| (t * k).sin(), v[0])
    }
    #[backprop(jvp)]
    pub fn with_constant(#[no_grad] f: impl Fn(f64) -> f64, a: f64) -> f64 {
        f(1.0) * a
    }

    /// A function that takes a constant one is called as it is.
    #[backprop(jvp)]
    pub fn of_constant(b: f64) -> f64 {
        with_constant(|x| x.exp(), b) * with_constant(&|x: f64| x + 1.0, 2.0)
    }

    case!(f64 double: areas(by a: 0.5..1.5, by b: 0.5..1.5));
    case!(f64 double: root(by a: 1.0..3.0));
    case!(f64 double: motions(by k: 0.5..1.5, by y0: 0.5..1.0));
    case!(f64 double: effects(slice x: -1.0..1.0 => vec![0.0; 3], by k: 0.5..1.5; &[(0.5, 2), (-1.0, 1)]));
    case!(f64 double: of_constant(by b: 0.5..1.5));
}

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        // What a macro makes is no text of the file: the attribute stands on the module.
        #[backprop $options]
        pub mod given {
            /// Simpson's rule.
            pub fn simpson(f: impl Fn($F) -> $F, a: $F, b: $F) -> $F {
                let n = 6;
                let h = (b - a) / n as $F;
                let mut s = f(a) + f(b);
                for i in 1..n {
                    s += f(a + i as $F * h) * if i % 2 == 0 { 2.0 } else { 4.0 };
                }
                s * h / 3.0
            }

            pub fn square(x: $F) -> $F {
                x * x
            }

            /// In place, within each other, under a name, and without anything captured. The names of parameters stand for
            /// other things here.
            pub fn areas(a: $F, b: $F) -> $F {
                let f = |x: $F| a * x + b;
                let h = 2.0 * a;
                let (n, s) = (b.sin(), 0.5);
                let inner = simpson(|x| simpson(|y| n * x * y + y * y, 0.0, x), s, b);
                simpson(f, a, h) + simpson(&f, n, 1.0) * inner + simpson(|x| x.exp(), n, b) + simpson(square, 0.0, a)
            }
            fn newton<G>(f: G, x0: $F) -> $F
            where
                G: Fn($F) -> $F,
            {
                let mut x = x0;
                for _ in 0..30 {
                    let d = (f(x + 0.125) - f(x - 0.125)) / 0.25;
                    let dx = f(x) / d;
                    x -= dx;
                    if dx.abs() < 1e-6 {
                        return x - f(x) / d;
                    }
                }
                x
            }

            /// Out of a loop in it.
            pub fn root(a: $F) -> $F {
                newton(|t| t * t - a, 2.0) * a
            }
            fn runge(f: &dyn Fn($F, $F) -> $F, t: $F, y: $F, h: $F) -> $F {
                let k1 = f(t, y);
                let k2 = (*f)(t + h / 2.0, y + h / 2.0 * k1);
                let k3 = (f)(t + h / 2.0, y + h / 2.0 * k2);
                let k4 = f(t + h, y + h * k3);
                y + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
            }

            fn steps(f: &dyn Fn($F, $F) -> $F, mut y: $F, n: usize) -> $F {
                for i in 0..n {
                    y = runge(f, i as $F * 0.125, y, 0.125);
                }
                y
            }

            fn midpoint<G: Fn($F, &[$F]) -> Vec<$F>>(f: &G, t: $F, y: &[$F], h: $F) -> Vec<$F> {
                let k1 = f(t, y);
                let half: Vec<$F> = y.iter().zip(&k1).map(|(y, k)| y + 0.5 * h * k).collect();
                let k2 = f(t + 0.5 * h, &half);
                (0..y.len()).map(|i| y[i] + h * k2[i]).collect()
            }

            fn euler<const N: usize>(f: impl Fn([$F; N]) -> [$F; N], y: [$F; N], h: $F) -> [$F; N] {
                let k = f(y);
                let mut out = y;
                for i in 0..y.len() {
                    out[i] += h * k[i];
                }
                out
            }

            /// Handed on, and of slices, `Vec`s and arrays.
            pub fn motions(k: $F, y0: $F) -> $F {
                let f = |_t: $F, y: $F| -k * y;
                let mut y = vec![y0, 0.0];
                let mut z = [y0, k];
                for i in 0..4 {
                    y = midpoint(&|_, y| vec![y[1], -k * y[0]], i as $F * 0.125, &y, 0.125);
                    z = euler(|z| [z[1], -k * z[0].sin()], z, 0.125);
                }
                steps(&f, y0, 3) + steps(&|t, y| k * t - y * y, y0, 3) + y[0] * y[1] + z[0]
            }
            fn each(xs: &mut [$F], f: impl Fn($F) -> $F) {
                for x in xs.iter_mut() {
                    *x = f(*x);
                }
            }

            fn pairs(xs: &[$F], mut f: impl FnMut($F, $F)) {
                for w in xs.windows(2) {
                    f(w[0], w[1]);
                }
            }

            fn summed<T, G: Fn(&T) -> $F>(items: &[T], f: G) -> $F {
                items.iter().map(|item| f(item)).sum()
            }

            /// What changes something, and what is called with what derivatives don't flow through.
            pub fn effects(x: &[$F], k: $F, #[no_grad] data: &[($F, usize)]) -> $F {
                fn slope(f: impl Fn($F) -> $F, x: $F) -> $F {
                    (f(x + 0.25) - f(x - 0.25)) / 0.5
                }
                let mut v = x.to_vec();
                each(&mut v, |x| x * k);
                let mut total = 0.0;
                pairs(&v, |a, b| total += (a - b) * k);
                let likelihood = summed(data, |(y, n)| (y - k).powi(2) * *n as $F);
                total * total + likelihood + slope(|t| (t * k).sin(), v[0])
            }
            pub fn with_constant(#[no_grad] f: impl Fn($F) -> $F, a: $F) -> $F {
                f(1.0) * a
            }

            /// A function that takes a constant one is called as it is.
            pub fn of_constant(b: $F) -> $F {
                with_constant(|x| x.exp(), b) * with_constant(&|x: $F| x + 1.0, 2.0)
            }
        }
        use given::*;

        case!($F $mode: areas(by a: 0.5..1.5, by b: 0.5..1.5));
        case!($F $mode: root(by a: 1.0..3.0));
        case!($F $mode: motions(by k: 0.5..1.5, by y0: 0.5..1.0));
        case!($F $mode: effects(slice x: -1.0..1.0 => vec![0.0; 3], by k: 0.5..1.5; &[(0.5, 2), (-1.0, 1)]));
        case!($F $mode: of_constant(by b: 0.5..1.5));
    };
}

#[cfg(debug_assertions)]
mod unsimplified {
    use super::*;
    functions!(f64 unsimplified (jvp, no_simplify));
}

mod single {
    use super::*;
    functions!(f32 single (jvp));
}

/// In a method, and in a generic function.
mod around {
    use super::*;
    use num_traits::Float;

    pub struct Spring {
        pub k: f64,
    }

    fn trapezoid(f: impl Fn(f64) -> f64, a: f64, b: f64) -> f64 {
        (f(a) + f(b)) * (b - a) / 2.0
    }

    impl Spring {
        #[backprop]
        pub fn energy(&self, x: f64) -> f64 {
            trapezoid(|t| self.k * t, 0.0, x)
        }
    }

    fn secant<T: Float, G: Fn(T) -> T>(f: G, x: T) -> T {
        let h = T::from(0.5).unwrap();
        x - f(x) * (h + h) / (f(x + h) - f(x - h))
    }

    #[backprop]
    pub fn root<T: Float>(a: T) -> T {
        secant(|x| x * x - a, T::one())
    }

    #[test]
    fn around_them() {
        assert_eq!(Spring { k: 3.0 }.energy_grad(2.0), (6.0, 6.0));
        assert_eq!(root_grad(3.0_f64), (2.0, 0.5));
        assert_eq!(root_grad(3.0_f32), (2.0, 0.5));
    }
}
