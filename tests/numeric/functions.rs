//! Functions as arguments: quadrature, root finders, steppers of differential equations, composition; written as users
//! write them, called with annotated functions by their names and with handles.

use backprop::{backprop, function};

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn bump(x: $F) -> $F {
            (-x * x).exp()
        }

        #[backprop $options]
        pub fn cubic(x: $F) -> $F {
            x * x * x + x
        }

        #[backprop $options]
        pub fn cubic_slope(x: $F) -> $F {
            3.0 * x * x + 1.0
        }

        pub mod elsewhere {
            use backprop::backprop;
            #[backprop $options]
            pub fn wave(x: $F, rate: $F) -> $F {
                (x * rate).sin()
            }
        }
        use elsewhere::wave as renamed;

        // Quadrature.

        #[backprop $options]
        pub fn simpson(f: impl Fn($F) -> $F, a: $F, b: $F, n: usize) -> $F {
            let h = (b - a) / n as $F;
            let mut sum = f(a) + f(b);
            for i in 1..n {
                let x = a + i as $F * h;
                sum += if i % 2 == 1 { 4.0 * f(x) } else { 2.0 * f(x) };
            }
            sum * h / 3.0
        }

        #[backprop $options]
        pub fn area(a: $F, b: $F) -> $F {
            simpson(bump, a, b, 10)
        }
        case!($F $mode: area(by a: -1.0..0.0, by b: 0.5..1.5));

        #[backprop $options]
        pub fn no_trips(a: $F, b: $F) -> $F {
            simpson(&bump, a, b, 1) + simpson(self::bump, b, a * b, 2)
        }
        case!($F $mode: no_trips(by a: -1.0..0.0, by b: 0.5..1.5));

        #[backprop $options]
        pub fn adaptive<G: Fn($F) -> $F>(f: &G, a: $F, b: $F, tolerance: $F) -> $F {
            let m = 0.5 * (a + b);
            let whole = (b - a) / 6.0 * (f(a) + 4.0 * f(m) + f(b));
            let left = (m - a) / 6.0 * (f(a) + 4.0 * f(0.5 * (a + m)) + f(m));
            let right = (b - m) / 6.0 * (f(m) + 4.0 * f(0.5 * (m + b)) + f(b));
            if (left + right - whole).abs() < tolerance {
                return left + right;
            }
            adaptive(f, a, m, tolerance) + adaptive(f, m, b, tolerance)
        }

        #[backprop $options]
        pub fn adaptive_area(a: $F, b: $F) -> $F {
            adaptive(&bump, a, b, 1e-4)
        }
        case!($F $mode: adaptive_area(by a: -1.0..0.0, by b: 0.5..1.5));

        // By value, and on to itself.
        #[backprop $options]
        pub fn folded<G>(f: G, x: &[$F], depth: usize) -> $F
        where
            G: Fn($F) -> $F + Copy,
        {
            if depth == 0 {
                let mut sum = 0.0;
                for v in x {
                    sum += f(*v);
                }
                return sum;
            }
            let half = x.len() / 2;
            folded(f, &x[..half], depth - 1) + f(folded(f, &x[half..], depth - 1))
        }

        #[backprop $options]
        pub fn fold_bumps(x: &[$F]) -> $F {
            folded(bump, x, 2)
        }
        case!($F $mode: fold_bumps(slice x: -1.0..1.0 => vec![0.0; 5]));

        // Root finders.

        #[backprop $options]
        pub fn newton<G>(f: G, df: &dyn Fn($F) -> $F, x0: $F) -> $F
        where
            G: for<'a> Fn($F) -> $F,
        {
            let mut x = x0;
            let mut n = 0;
            while f(x).abs() > 1e3 && n < 20 || n < 2 {
                x -= f(x) / df(x);
                n += 1;
            }
            x
        }

        #[backprop $options]
        pub fn root(x0: $F) -> $F {
            newton(cubic, &cubic_slope, x0)
        }
        case!($F $mode: root(by x0: 0.5..1.5));

        #[backprop $options]
        pub fn step(f: fn($F) -> $F, df: fn($F) -> $F, x: $F) -> $F {
            x - f(x) / df(x)
        }

        #[backprop $options]
        pub fn stepped(f: fn($F) -> $F, df: fn($F) -> $F, x0: $F, n: usize) -> $F {
            let mut x = x0;
            for i in 0..n {
                // A pointer is still there when it was passed on.
                x = step(f, df, x);
                if i == 1 {
                    x += 0.1 * f(x) * step(f, df, x0);
                }
            }
            x
        }

        #[backprop $options]
        pub fn root_by_pointers(x0: $F) -> $F {
            stepped(cubic, cubic_slope, x0, 3) * stepped(bump, cubic, x0, 0)
        }
        case!($F $mode: root_by_pointers(by x0: 0.5..1.5));

        #[backprop $options]
        pub fn bisected(f: &mut impl FnMut($F, $F) -> $F, p: $F, lo: $F, hi: $F) -> $F {
            let (mut lo, mut hi) = (lo, hi);
            for _ in 0..4 {
                let m = 0.5 * (lo + hi);
                if f(m, p) > 0.0 {
                    hi = m;
                } else {
                    lo = m;
                }
            }
            let m = 0.5 * (lo + hi);
            m - f(m, p) / (f(m + 0.25, p) - f(m - 0.25, p)) * 0.5
        }

        #[backprop $options]
        pub fn parabola(x: $F, p: $F) -> $F {
            x * x - p
        }

        #[backprop $options]
        pub fn square_root(p: $F, hi: $F) -> $F {
            bisected(&mut parabola, p, 0.5, hi)
        }
        case!($F $mode: square_root(by p: 2.0..2.01, by hi: 2.5..2.51));

        // Differential equations.

        #[backprop $options]
        pub fn rk4(f: impl Fn($F, &[$F; 2]) -> [$F; 2], y0: [$F; 2], h: $F, n: usize) -> [$F; 2] {
            let mut y = y0;
            let mut t = 0.0;
            for _ in 0..n {
                let k1 = f(t, &y);
                let k2 = f(t + h / 2.0, &[y[0] + h / 2.0 * k1[0], y[1] + h / 2.0 * k1[1]]);
                let k3 = f(t + h / 2.0, &[y[0] + h / 2.0 * k2[0], y[1] + h / 2.0 * k2[1]]);
                let k4 = f(t + h, &[y[0] + h * k3[0], y[1] + h * k3[1]]);
                for i in 0..2 {
                    y[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
                }
                t += h;
            }
            y
        }

        #[backprop $options]
        pub fn pendulum(t: $F, y: &[$F; 2]) -> [$F; 2] {
            [y[1], -y[0].sin() + 0.5 * t]
        }

        #[backprop $options]
        pub fn swing(y0: [$F; 2], h: $F) -> [$F; 2] {
            rk4(pendulum, y0, h, 3)
        }
        case!($F $mode: vjp swing(by y0: -1.0..1.0 => [0.0; 2], by h: 0.1..0.5));

        #[backprop $options]
        pub fn euler<G: Fn($F, &[$F], &mut [$F])>(f: G, y: &mut [$F], h: $F, n: usize) {
            let mut k = vec![0.0; y.len()];
            let mut t = 0.0;
            for _ in 0..n {
                f(t, y, &mut k);
                for i in 0..y.len() {
                    y[i] += h * k[i];
                }
                t += h;
            }
        }

        #[backprop $options]
        pub fn coupled(t: $F, y: &[$F], dy: &mut [$F]) {
            for i in 0..y.len() {
                dy[i] = y[i].sin() * t + y[0];
            }
        }

        #[backprop $options]
        pub fn last_of_euler(y0: &[$F], h: $F) -> $F {
            let mut y = y0.to_vec();
            euler(coupled, &mut y, h, 3);
            y[y0.len() - 1] * y[0]
        }
        case!($F $mode: last_of_euler(slice y0: -1.0..1.0 => vec![0.0; 3], by h: 0.1..0.5));

        // Forms of functions.

        #[backprop $options]
        pub fn scaled(x: &[$F], k: usize, #[no_grad] by: $F) -> Vec<$F> {
            x.iter().map(|v| v * v * k as $F * by).collect()
        }

        #[backprop $options]
        pub fn by_value(x: [$F; 2], k: $F) -> ($F, $F) {
            (x[0] * k, x[1] / k)
        }

        #[backprop $options]
        pub fn length(x: [$F; 2]) -> $F {
            x[0].hypot(x[1])
        }

        #[backprop $options]
        pub fn apply_length(f: impl Fn([$F; 2]) -> $F, x: $F, y: $F) -> $F {
            f([x, y * 2.0]) + f([y, 1.0])
        }

        #[backprop $options]
        pub fn lengths(x: $F, y: $F) -> $F {
            apply_length(length, x, y)
        }
        case!($F $mode: lengths(by x: 0.5..1.0, by y: 0.5..1.0));

        #[backprop $options]
        pub fn two_of_them(f: fn($F) -> $F, mut g: impl FnMut($F, $F) -> $F, x: $F) -> $F {
            let mut total = 0.0;
            for i in 0..3 {
                total += if i == 1 { f(g(x, 0.5)) } else { g(f(x), x * i as $F) };
            }
            total
        }

        #[backprop $options]
        pub fn composed(x: $F) -> $F {
            two_of_them(bump, renamed, x) + two_of_them(cubic, elsewhere::wave, 0.25 * x)
        }
        case!($F $mode: composed(by x: 0.5..1.0));

        // Code that is copied as it stands calls the function as well.
        fn shifted(f: impl Fn($F) -> $F) -> $F {
            f(2.0) + 1.0
        }

        #[backprop $options]
        pub fn with_copied_code(f: impl Fn($F) -> $F, x: $F) -> $F {
            let start = [0.5, 1.5].iter().map(|x| f(*x)).fold(0.0, |a, b| a + b);
            let more = shifted(&f);
            let table: Vec<String> = (0..3).map(|i| format!("{}", f(i as $F))).collect();
            start * f(x * more) + table.len() as $F * x + inner(&f, x)
        }

        #[backprop $options]
        pub fn inner(f: &impl Fn($F) -> $F, x: $F) -> $F {
            f(x) * x
        }

        #[backprop $options]
        pub fn copied(x: $F) -> $F {
            with_copied_code(bump, x)
        }
        case!($F $mode: copied(by x: 0.5..1.0));

        #[backprop $options]
        pub fn boxed(f: Box<dyn Fn(&[$F], usize, &$F) -> Vec<$F>>, x: &[$F]) -> $F {
            let first = f(x, 2, &x[0]);
            let mut v = f(&first, 1, &first[1]);
            v[0] *= x[1];
            v[0] + v[1] * first[0]
        }

        #[backprop $options]
        pub fn stretched(x: &[$F], k: usize, by: &$F) -> Vec<$F> {
            x.iter().map(|v| v * k as $F * *by).collect()
        }

        #[backprop $options]
        pub fn through_a_box(x: &[$F]) -> $F {
            boxed(Box::new(stretched), x)
        }
        case!($F $mode: through_a_box(slice x: 0.5..1.0 => vec![0.0; 3]));

        // In blocks of methods.
        pub struct Rule {
            pub points: usize,
        }

        impl Rule {
            #[backprop(associated, jvp)]
            pub fn midpoint(&self, f: impl Fn($F) -> $F, a: $F, b: $F) -> $F {
                let h = (b - a) / self.points as $F;
                let mut sum = 0.0;
                for i in 0..self.points {
                    sum += f(a + (i as $F + 0.5) * h);
                }
                sum * h
            }
        }

        #[backprop $options]
        pub fn by_method(a: $F, b: $F, points: usize) -> $F {
            let rule = Rule { points };
            rule.midpoint(bump, a, b)
        }
        case!($F $mode: by_method(by a: -1.0..0.0, by b: 0.5..1.5; 4));
    };
}
instances!(functions);

/// Generic over the float.
mod generic {
    use backprop::backprop;
    use num_traits::Float;

    #[backprop(jvp)]
    pub fn trapezoid<T: Float, F: Fn(T) -> T>(f: F, a: T, b: T) -> T {
        (b - a) * (f(a) + f(b)) * T::from(0.5).unwrap()
    }

    #[backprop(jvp)]
    pub fn square<T>(x: T) -> T
    where
        T: Float,
    {
        x * x
    }

    #[backprop(jvp)]
    pub fn half<T: Float>(b: T) -> T {
        trapezoid(square::<T>, T::one(), b)
    }

    #[backprop(jvp)]
    pub fn step<T: Float, const N: usize>(f: impl Fn(&[T; N]) -> [T; N], y: &[T; N]) -> [T; N] {
        let k = f(y);
        let mut out = *y;
        for i in 0..N {
            out[i] = out[i] + k[i];
        }
        out
    }

    #[backprop(jvp)]
    pub fn squares<T: Float, const N: usize>(y: &[T; N]) -> [T; N] {
        let mut out = *y;
        for i in 0..N {
            out[i] = y[i] * y[0];
        }
        out
    }

    #[test]
    fn both_floats() {
        assert_eq!(half_grad(3.0_f64), (10.0, 11.0));
        assert_eq!(half_grad(3.0_f32), (10.0, 11.0));
        assert_eq!(half_jvp(3.0_f32, 2.0), (10.0, 22.0));
        assert_eq!(trapezoid_grad(square {}, 1.0_f32, 3.0), (10.0, (-3.0, 11.0)));
        assert_eq!(step_vjp(squares {}, &[2.0, 3.0], [0.0, 1.0]), ([6.0, 9.0], [3.0, 3.0]));
    }
}

/// The attribute on a module.
#[backprop]
mod annotated {
    pub type Scalar = f64;

    pub fn mean(f: &dyn Fn(Scalar) -> Scalar, a: Scalar, b: Scalar) -> Scalar {
        0.5 * (f(a) + f(b))
    }

    pub fn reciprocal(x: f64) -> f64 {
        1.0 / x
    }

    pub fn harmonic(a: f64, b: f64) -> f64 {
        1.0 / mean(&reciprocal, a, b)
    }
}

#[test]
fn in_a_module_with_the_attribute() {
    assert_eq!(annotated::harmonic_grad(2.0, 2.0), (2.0, (0.5, 0.5)));
    assert_eq!(annotated::mean_grad(&annotated::reciprocal {}, 1.0, 2.0), (0.75, (-0.5, -0.125)));
}

#[test]
fn handles_are_passed_to_companions() {
    use double::*;
    let (value, (da, db)) = simpson_grad(bump {}, 0.0, 1.0, 100);
    assert_eq!(value.to_bits(), simpson(bump, 0.0, 1.0, 100).to_bits());
    assert!((da + 1.0).abs() < 1e-8 && (db - (-1.0_f64).exp()).abs() < 1e-8);
    let (_, dx) = newton_grad(&cubic {}, &cubic_slope {}, 1.0);
    assert!((dx - root_grad(1.0).1).abs() < 1e-15);
    let mut d_x = [9.0; 5];
    let x = [0.1, 0.2, 0.3, 0.4, 0.5];
    assert_eq!(folded_grad_into(bump {}, &x, 2, &mut d_x), fold_bumps(&x));
    assert_eq!(d_x.to_vec(), fold_bumps_grad(&x).1);
    assert_eq!(swing_vjp([0.1, 0.2], 0.3, [1.0, 0.0]), rk4_vjp(pendulum {}, [0.1, 0.2], 0.3, 3, [1.0, 0.0]));
}

#[test]
fn functions_by_hand_are_passed_as_well() {
    let rate = 2.0;
    let wave = function(|x: f64| (rate * x).sin(), |x: f64| rate * (rate * x).cos());
    let (value, (da, db)) = double::simpson_grad(wave, 0.0, 1.0, 100);
    assert!((value - (1.0 - 2.0_f64.cos()) / 2.0).abs() < 1e-8);
    assert!(da.abs() < 1e-6 && (db - 2.0_f64.sin()).abs() < 1e-6);
    let (_, slope) = double::simpson_jvp(&wave, 0.0, 1.0, 100, 0.0, 1.0);
    assert!((slope - db).abs() < 1e-12);
}

/// A function beside an annotated one of the same name that a glob import brings in.
mod hidden {
    use super::double::*;

    #[allow(dead_code)]
    fn bump(x: f64) -> f64 {
        x
    }

    #[backprop::backprop]
    pub fn wrong(b: f64) -> f64 {
        simpson(bump, 0.0, b, 2)
    }

    #[test]
    #[should_panic(expected = "`bump` is the function")]
    fn is_found_out() {
        wrong_grad(1.0);
    }
}
