//! Iterative algorithms as people write them: until convergence, until something is found, until it lands.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn square_root_by_newton(a: $F) -> $F {
            let mut x = 0.5 * (a + 1.0);
            loop {
                let next = 0.5 * (x + a / x);
                let step = (next - x).abs();
                x = next;
                if step <= $F::EPSILON * x {
                    break;
                }
            }
            x
        }
        case!($F $mode: square_root_by_newton(by a: 0.3..9.0));

        #[backprop $options]
        pub fn kepler(mean: $F, e: $F) -> $F {
            let mut anomaly = mean;
            for _ in 0..50 {
                let d = (anomaly - e * anomaly.sin() - mean) / (1.0 - e * anomaly.cos());
                anomaly -= d;
                if d.abs() < 0.01 * $F::EPSILON.sqrt() {
                    return anomaly;
                }
            }
            $F::NAN
        }
        case!($F $mode: kepler(by mean: 0.2..2.8, by e: 0.05..0.6));

        #[backprop $options]
        pub fn bisection(a: $F) -> $F {
            let (mut lo, mut hi) = (0.0, a + 1.0);
            let mut rounds = 0;
            while hi - lo > 1e-9 {
                let mid = 0.5 * (lo + hi);
                if mid * mid * mid > a {
                    hi = mid;
                } else {
                    lo = mid;
                }
                rounds += 1;
                if rounds > 60 {
                    break;
                }
            }
            // One step of Newton's method carries the derivative.
            let x = 0.5 * (lo + hi);
            x - (x * x * x - a) / (3.0 * x * x)
        }
        case!($F $mode: bisection(by a: 0.5..3.0));

        #[backprop $options]
        pub fn secant(a: $F) -> $F {
            let f = 2.0;
            let (mut x0, mut x1) = (a, a + 0.5);
            let (mut y0, mut y1) = (x0 * x0 - f * a, x1 * x1 - f * a);
            loop {
                if (y1 - y0).abs() < 1e-5 {
                    break x1;
                }
                let x2 = x1 - y1 * (x1 - x0) / (y1 - y0);
                (x0, y0) = (x1, y1);
                x1 = x2;
                y1 = x1 * x1 - f * a;
            }
        }
        case!($F $mode: secant(by a: 0.5..3.0));

        #[backprop $options]
        pub fn exponential_series(x: $F) -> $F {
            let mut term: $F = 1.0;
            let mut sum: $F = 1.0;
            let mut n = 0;
            while term.abs() > 1e-9 * sum.abs() {
                n += 1;
                if n > 200 {
                    break;
                }
                term *= x / n as $F;
                sum += term;
            }
            sum
        }
        case!($F $mode: exponential_series(by x: -2.0..2.0));

        #[backprop $options]
        pub fn bessel_j0(x: $F) -> $F {
            let mut sum = 0.0;
            let mut term: $F = 1.0;
            for k in 1.. {
                sum += term;
                term *= -(x * x) / (4.0 * (k * k) as $F);
                if term.abs() < 1e-12 {
                    break;
                }
            }
            sum
        }
        case!($F $mode: bessel_j0(by x: 0.2..2.0));

        #[backprop $options]
        pub fn gamma_fraction_by_lentz(a: $F, x: $F) -> $F {
            let tiny = 1e-30;
            let mut b = x + 1.0 - a;
            let mut c = 1.0 / tiny;
            let mut d = 1.0 / b;
            let mut h: $F = d;
            let mut i = 0;
            loop {
                i += 1;
                let an = -(i as $F) * (i as $F - a);
                b += 2.0;
                d = an * d + b;
                if d.abs() < tiny {
                    d = tiny;
                }
                c = b + an / c;
                if c.abs() < tiny {
                    c = tiny;
                }
                d = 1.0 / d;
                let del = d * c;
                h *= del;
                if (del - 1.0).abs() < 4.0 * $F::EPSILON || i >= 100 {
                    break;
                }
            }
            (-x + a * x.ln()).exp() * h
        }
        case!($F $mode: gamma_fraction_by_lentz(by a: 0.5..1.5, by x: 2.5..4.0));

        #[backprop $options]
        pub fn logarithm_by_means(x: $F) -> $F {
            let (mut a, mut g) = (0.5 * (1.0 + x), x.sqrt());
            while (a - g).abs() > 1e-5 {
                a = 0.5 * (a + g);
                g = (a * g).sqrt();
            }
            (x - 1.0) / a
        }
        case!($F $mode: logarithm_by_means(by x: 1.5..4.0));

        #[backprop $options]
        pub fn insertion_sort(xs: &[$F; 6], w: &[$F; 6]) -> $F {
            let mut a = *xs;
            for i in 1..6 {
                let v = a[i];
                let mut j = i;
                while j > 0 && a[j - 1] > v {
                    a[j] = a[j - 1];
                    j -= 1;
                }
                a[j] = v;
            }
            let mut s = 0.0;
            for i in 0..6 {
                s += a[i] * w[i] * (i + 1) as $F;
            }
            s
        }
        case!($F $mode: insertion_sort(to xs: -2.0..2.0 => [0.0; 6], to w: -1.0..1.0 => [0.0; 6]));

        #[backprop $options]
        pub fn bubble_sort_until_sorted(xs: &[$F; 5]) -> [$F; 5] {
            let mut a = *xs;
            loop {
                let mut swapped = false;
                for i in 1..a.len() {
                    if a[i - 1] <= a[i] {
                        continue;
                    }
                    (a[i - 1], a[i]) = (a[i], a[i - 1]);
                    swapped = true;
                }
                if !swapped {
                    return a;
                }
            }
        }
        case!($F $mode: vjp bubble_sort_until_sorted(to xs: -2.0..2.0 => [0.0; 5]));

        #[backprop $options]
        pub fn finite_terms(xs: &[$F], t: $F) -> $F {
            let mut total = 0.0;
            let mut n = 0;
            for (i, &x) in xs.iter().enumerate() {
                if x.is_nan() || x < 0.0 {
                    continue;
                }
                let y = (x * t).sqrt();
                if i > 0 && y > 50.0 {
                    break;
                }
                n += 1;
                total += y.ln_1p();
            }
            if n == 0 {
                return t;
            }
            total / n as $F
        }
        case!($F $mode: finite_terms(slice xs: -1.0..2.0 => vec![0.0; 6], by t: 0.5..1.5));

        #[backprop $options]
        pub fn interpolation_by_search(values: &[$F], x: $F) -> $F {
            let (mut lo, mut hi) = (0, values.len() - 1);
            while hi - lo > 1 {
                let mid = (lo + hi) / 2;
                if (mid as $F) < x {
                    lo = mid;
                    continue;
                }
                hi = mid;
            }
            let t = x - lo as $F;
            values[lo] + t * (values[hi] - values[lo])
        }
        case!($F $mode: interpolation_by_search(slice values: -1.0..2.0 => vec![0.0; 7], by x: 0.1..5.9));

        #[backprop $options]
        pub fn gauss_elimination(m: &[[$F; 3]; 3], b: &[$F; 3]) -> [$F; 3] {
            let mut m = *m;
            let mut b = *b;
            for k in 0..3 {
                let mut p = k;
                for i in k + 1..3 {
                    if m[i][k].abs() > m[p][k].abs() {
                        p = i;
                    }
                }
                if m[p][k] == 0.0 {
                    return [0.0; 3];
                }
                for j in 0..3 {
                    (m[k][j], m[p][j]) = (m[p][j], m[k][j]);
                }
                (b[k], b[p]) = (b[p], b[k]);
                for i in k + 1..3 {
                    let f = m[i][k] / m[k][k];
                    if f == 0.0 {
                        continue;
                    }
                    for j in k..3 {
                        m[i][j] -= f * m[k][j];
                    }
                    b[i] -= f * b[k];
                }
            }
            let mut i = 3;
            while i > 0 {
                i -= 1;
                for j in i + 1..3 {
                    b[i] -= m[i][j] * b[j];
                }
                b[i] /= m[i][i];
            }
            b
        }
        case!($F $mode: vjp gauss_elimination(to m: 0.5..2.0 => [[0.0; 3]; 3], to b: -1.0..1.0 => [0.0; 3]));

        #[backprop $options]
        pub fn cholesky_that_may_fail(m: &[[$F; 3]; 3]) -> $F {
            let mut l = [[0.0; 3]; 3];
            for i in 0..3 {
                for j in 0..=i {
                    let mut s = m[i][j];
                    for k in 0..j {
                        s -= l[i][k] * l[j][k];
                    }
                    if i == j {
                        if s <= 0.0 {
                            return s * 2.0;
                        }
                        l[i][j] = s.sqrt();
                    } else {
                        l[i][j] = s / l[j][j];
                    }
                }
            }
            l[0][0] * l[1][1] * l[2][2]
        }
        case!($F $mode: cholesky_that_may_fail(to m: 0.5..3.0 => [[0.0; 3]; 3]));

        #[backprop $options]
        pub fn euler_until_it_lands(v: $F, angle: $F) -> $F {
            let (mut x, mut y) = (0.0, 0.0);
            let (mut vx, mut vy) = (v * angle.cos(), v * angle.sin());
            let dt = 0.05;
            let mut steps = 0;
            let (x0, y0) = loop {
                let (px, py) = (x, y);
                x += vx * dt;
                y += vy * dt;
                vy -= 9.81 * dt;
                vx *= 1.0 - 0.01 * dt;
                steps += 1;
                if y < 0.0 || steps == 400 {
                    break (px, py);
                }
            };
            x0 + (x - x0) * y0 / (y0 - y)
        }
        case!($F $mode: euler_until_it_lands(by v: 3.0..6.0, by angle: 0.4..1.1));
    };
}
instances!(functions);
