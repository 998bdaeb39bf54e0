//! Programs that are accepted, and what they compute.

#![allow(clippy::all, unused, non_snake_case)]

use crate::same;

const GAIN: f64 = 2.5;
const DIM: usize = 2;

same!(straight_line: {
    fn f(x: f64, y: f64) -> f64 {
        let a = x * y + 2.0;
        let b = -a / (y - 3.5);
        let a = a % b;
        let (p, q) = (a + b, a - b);
        p * q + x.sin() * f64::cos(y) + f64::max(x, y).powi(3) + x.powf(1.5).mul_add(y, 0.5)
    }
} f(1.25, 2.5) (0.5, -3.0));

same!(single_precision: {
    fn f(x: f32, y: f32) -> f32 {
        let h = 0.1;
        (x + h) * y.exp() - 1e-3
    }
} f(1.25, 2.5));

same!(mixed_references: {
    fn f(x: &f64, y: &f64) -> f64 {
        let z = &(x * 2.0);
        *x * y + x.sin() - z + (*z).max(*y)
    }
} f(&1.25, &2.5));

same!(sin_cos_and_tuples: {
    fn f(angle: f64) -> (f64, f64) {
        let (s, c) = angle.sin_cos();
        let pair = (s * c, s);
        let t = pair.0 + pair.1;
        (t, c)
    }
} f(0.7));

same!(constants: {
    fn f(x: f64) -> f64 {
        let turn = 2.0 * std::f64::consts::PI;
        x * GAIN + turn + x * (DIM as f64) + f64::EPSILON
    }
} f(0.7));

same!(mutable_scalars: {
    fn f(x: f64) -> f64 {
        let mut s = x;
        s *= 2.0;
        s -= x * x;
        s = s / 3.0;
        s += 1.0;
        let t = s;
        s = t * t;
        s + t
    }
} f(0.7));

same!(shadowing: {
    fn f(x: f64) -> f64 {
        let y = x + 1.0;
        let y = { let x = y * 2.0; x + 1.0 };
        let x = y * x;
        x
    }
} f(0.7));

same!(casts: {
    fn f(x: f64, n: usize) -> f64 {
        let k = x.floor() as usize;
        let narrow = x as f32 as f64;
        let sign = (x > 1.0) as i32 as f64 - (x < 1.0) as i32 as f64;
        narrow * n as f64 + k as f64 + sign + f64::from(x as f32)
    }
} f(2.7, 3) (0.7, 2));

same!(integers: {
    fn f(x: f64, n: usize, m: i32) -> f64 {
        let a = (n + 3) * 2 - n / 2 + n % 3;
        let b = (a << 2) >> 1 ^ 5 & 3 | 8;
        let c = -m + a as i32;
        let d = n.saturating_sub(10).max(1).min(7);
        let mut e = 0;
        e += a;
        e *= 2;
        x * (a + b + d + e) as f64 + c as f64
    }
} f(2.7, 3, -4));

same!(branches: {
    fn f(x: f64, y: f64, flag: bool) -> f64 {
        let m = if x > y { x } else if x == y { 2.0 * x } else { y * y };
        let mut s = 1.0;
        let mut n = 0;
        if flag && m > 1.0 || !flag {
            s = m * x;
            n += 1;
        } else {
            s += y;
        }
        if s >= 0.0 { s *= 2.0; }
        let (u, v) = if x < y { (x, s) } else { (s, y) };
        u * v + s + n as f64
    }
} f(1.0, 2.0, true) (2.0, 1.0, false) (1.0, 1.0, true) (0.1, 0.2, true));

same!(late_initialisation: {
    fn f(x: f64) -> f64 {
        let y;
        if x > 0.0 { y = x; } else { y = -2.0 * x; }
        let z: f64;
        z = y * y;
        y * z
    }
} f(1.5) (-1.5));

same!(array_valued_branch: {
    fn f(x: f64) -> f64 {
        let a = if x > 0.0 { [x, 2.0 * x] } else { [-x, 1.0] };
        let b: [f64; 2] = if x > 1.0 { a } else { [a[1], a[0]] };
        a[0] * b[1] + b[0]
    }
} f(1.5) (-1.5) (0.5));

same!(loops: {
    fn f(x: f64, n: usize) -> f64 {
        let mut s = 0.0;
        let mut p = 1.0;
        for i in 0..n {
            s += p * i as f64;
            p *= x;
        }
        for i in (1..=n).rev() { s = s * x + i as f64; }
        for i in (0..n).step_by(2) { s += x / (i + 1) as f64; }
        for i in (0..n).step_by(3).rev() { s = s * 0.5 + i as f64 * x; }
        for _ in 0..3 { for j in 0..n { s += x * j as f64; } }
        for i in (0..n).rev().step_by(2) { s = s * x + i as f64; }
        for i in (1..n).rev().step_by(3).rev() { s = s * x + i as f64; }
        for i in (0..n as i32 - 3).rev().step_by(2) { s = s * x + i as f64; }
        s
    }
} f(0.5, 5) (0.5, 0) (1.5, 1));

same!(carried_integers: {
    fn f(x: f64, n: usize) -> f64 {
        let mut k = 1;
        let mut s = x;
        for _ in 0..n { k = k * 2 + 1; s *= 1.0 + 1.0 / k as f64; }
        let mut i = 0;
        while i < n { s += x * i as f64; i += 1; }
        while s > 10.0 { s /= 2.0; }
        s
    }
} f(3.5, 5) (0.5, 0));

same!(slices: {
    fn f(x: &[f64], idx: &[usize], k: usize) -> f64 {
        let n = x.len();
        let mut s = 0.0;
        for i in 0..n { s += x[i] * x[n - 1 - i]; }
        for i in 0..idx.len() { s -= x[idx[i]]; }
        let tail = &x[k..];
        let mid = &x[1..k + 1];
        for i in 0..mid.len() { s += mid[i] * tail[i]; }
        if x.is_empty() { s += 1.0; }
        s + x[0] * tail[tail.len() - 1]
    }
} f(&[1.0, 2.0, 3.5, -1.0][..], &[0usize, 2, 2][..], 2));

same!(iteration_over_elements: {
    fn f(x: &[f64], m: [[f64; 2]; 2], v: &Vec<f64>) -> f64 {
        let mut s = 0.0;
        for a in x { s += a * a; }
        for &a in x.iter() { s += a.sin(); }
        for (i, a) in x.iter().enumerate() { s += *a * i as f64; }
        for a in x.iter().rev() { s = s * 0.5 + a; }
        for row in &m { s += row[0] * row[1]; }
        for row in m { s += row[0] - row[1]; for c in row { s *= c; } }
        for c in v { s += c; }
        s
    }
} f(&[1.0, 2.0, 3.5][..], [[1.0, 2.0], [3.0, -1.0]], &vec![0.5, 0.25]));

same!(local_arrays: {
    fn f(x: [f64; 3]) -> f64 {
        let mut a = [0.0; 3];
        let mut b = x;
        let c = [x[0], 2.0, x[1] * x[2]];
        for i in 0..3 {
            a[i] += x[i];
            a[i] -= 0.5 * c[i];
            b[i] *= a[i];
            b[i] /= 2.0;
        }
        let d = b;
        b[0] = 7.0;
        a = c;
        a[1] = d[0];
        let mut hist = [0usize; 2];
        hist[1] += 3;
        a[0] + a[1] * b[0] + b[2] + d[0] * hist[1] as f64 + x[0]
    }
} f([1.0, 2.0, 3.0]));

same!(nested_arrays: {
    fn f(m: &[[f64; 3]; 2], v: &[f64; 3]) -> f64 {
        let mut out = [[0.0; 2]; 2];
        let grid = [[v[0], v[1]], [v[2], 1.0]];
        for i in 0..2 {
            let row = &m[i];
            let copy = m[i];
            for j in 0..3 { out[i][1] += row[j] * v[j] + copy[j]; }
            out[i][0] = grid[i][1 - i];
        }
        let last = out[1];
        out[1][0] = 5.0;
        last[0] * out[0][1] + out[1][1] + out[0][0] + out[1][0]
    }
} f(&[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], &[0.5, 0.25, -1.0]));

same!(vectors: {
    fn f(x: &[f64], n: usize) -> f64 {
        let mut v = vec![0.0; n];
        let w = vec![x[0], x[1]];
        let c = x.to_vec();
        for i in 0..n { v[i] = x[i] * 2.0 + w[i % 2]; }
        let mut s = 0.0;
        for i in 0..v.len() { s += v[i] * c[i]; }
        s
    }
} f(&[1.0, 2.0, 3.0][..], 3));

same!(patterns: {
    fn f(p: (f64, f64), [a, b]: [f64; 2], q: &[f64; 2], t: &(f64, f64)) -> f64 {
        let (x, y) = p;
        let [c, _] = *q;
        let (u, v) = t;
        let &(w, _) = t;
        let ((m, n), o) = ((x, y), a);
        let [e, g] = q;
        x * y + a / b + c + u * v + w + m * n * o + e * g + p.0 * t.1
    }
} f((1.0, 2.0), [3.0, 4.0], &[5.0, 6.0], &(7.0, 8.0)));

same!(swaps: {
    fn f(x: f64, y: f64) -> f64 {
        let (mut a, mut b) = (x, y);
        (a, b) = (b, a + b);
        let mut v = [a, b];
        (v[0], v[1]) = (v[1], v[0]);
        a - b * v[0] / v[1]
    }
} f(1.5, 2.0));

same!(early_returns: {
    fn f(x: f64, y: f64) -> f64 {
        if x < 0.0 { return -x * y; }
        let z = if y > 10.0 { return x; } else { x + y };
        if z > 5.0 {
            if z > 7.0 { return z * z; }
        }
        let mut s = z;
        if s > 1.0 {
            s *= 2.0;
            if x > 2.0 { return s; }
            s += 1.0;
        } else {
            if y < 0.0 { return 3.0 * y; }
            s -= 1.0;
        }
        if s > 100.0 { s } else { return s * x; }
    }
} f(-1.0, 2.0) (1.0, 11.0) (3.0, 5.0) (2.5, 1.0) (1.0, 1.0) (0.5, 0.1) (0.5, -0.1) (1.0, 4.5));

same!(returned_arrays: {
    fn f(x: [f64; 2], n: usize) -> [f64; 2] {
        if n == 0 { return x; }
        let mut y = x;
        for _ in 0..n { y = [y[0] * y[1], y[0] + y[1]]; }
        y
    }
} f([1.5, 2.0], 0) ([1.5, 2.0], 3));

same!(returned_tuples: {
    fn f(x: [f64; 2]) -> (f64, [f64; 2], [f64; 2]) {
        let y = [x[1], x[0]];
        (x[0] + 1.0, y, y)
    }
} f([1.5, 2.0]));

same!(returned_vectors: {
    fn f(x: &[f64]) -> Vec<f64> {
        let mut y = vec![0.0; x.len()];
        for i in 0..x.len() { y[i] = x[i] * x[i]; }
        y
    }
} f(&[1.5, 2.0][..]));

same!(short_circuits: {
    fn f(x: &[f64], i: usize) -> f64 {
        if i < x.len() && x[i] > 0.0 { x[i] * 2.0 } else { 1.0 }
    }
} f(&[1.5, -2.0][..], 0) (&[1.5, -2.0][..], 1) (&[1.5, -2.0][..], 2));

same!(predicates: {
    fn f(x: f64) -> f64 {
        if x.is_nan() || !x.is_finite() { 0.0 } else { x + 1.0 }
    }
} f(1.0) (f64::NAN) (f64::INFINITY));

same!(calls_of_known_type: {
    fn f(x: f64) -> f64 {
        let a: f64 = g(x, 2.0);
        let mut s = 0.0;
        for i in 0..3 { s += g(a * s, i as f64); }
        g(s, a) + 1.0
    }
    fn g(a: f64, b: f64) -> f64 { a * b + b }
} f(0.5));

same!(calls_of_unknown_type: {
    fn f(x: f64, v: &[f64]) -> f64 {
        let y = g(x, v);
        let z = g(y, &v[1..]) * 2.0;
        let w = g(g(x, v), v);
        let mut t = g(x, v);
        t += w;
        for _ in 0..2 { t = g(t, v); }
        y * z + w.max(t) - g(x, v)
    }
    fn g(a: f64, v: &[f64]) -> f64 { a * v[0] + 1.0 }
} f(0.5, &[2.0, 3.0][..]));

same!(calls_that_return_arrays: {
    fn f(x: f64) -> f64 {
        let y = g(x);
        let z: [f64; 2] = g(2.0 * x);
        let mut s = 0.0;
        for i in 0..2 { s += y[i] * z[i]; }
        s + g(x)[1]
    }
    fn g(a: f64) -> [f64; 2] { [a, a * a] }
} f(0.5));

same!(calls_that_write: {
    fn f(x: f64) -> f64 {
        let mut buf = [0.0; 3];
        fill(&mut buf, x);
        fill(&mut buf[1..], 2.0 * x);
        buf[0] + buf[1] * buf[2]
    }
    fn fill(b: &mut [f64], x: f64) { for i in 0..b.len() { b[i] = x + b[i]; } }
} f(0.5));

same!(recursion: {
    fn f(x: f64, n: usize) -> f64 {
        if n == 0 { return x; }
        f(x * x, n - 1) + x
    }
} f(0.5, 3));

same!(mutable_views: {
    fn f(x: f64) -> f64 {
        let mut m = [[0.0; 2]; 2];
        let row = &mut m[1];
        row[0] = x;
        row[1] += 2.0 * x;
        let other = m;
        m[1][0] = 9.0;
        m[1][0] + other[1][0] * other[1][1]
    }
} f(0.5));

same!(blocks: {
    fn f(x: f64) -> f64 {
        let mut s = 0.0;
        let y = { s += x; let t = s * 2.0; t + 1.0 };
        { let s2 = s; s = s2 * y; }
        s + if { let t = x; t > 0.0 } { 1.0 } else { 2.0 }
    }
} f(0.5) (-0.5));

same!(asserts: {
    fn f(x: f64, n: usize) -> f64 {
        assert!(x > 0.0, "x is {x}");
        debug_assert_eq!(n, 3);
        let mut s = x;
        if n > 5 { panic!("too many: {}", n); }
        for _ in 0..n { if s > 1e6 { unreachable!() } s += x; }
        assert!(s.is_finite());
        s
    }
} f(0.5, 3));

same!(early_returns_inside_of_values: {
    fn f(x: f64, y: f64) -> f64 {
        let mut n = 0;
        let u = if x > 1.0 {
            if x > 2.0 { return x * y; }
            n = 1;
            y.min(x)
        } else {
            if y < 0.0 { return -y; } else { n += 2; }
            0.5
        };
        let (s, t);
        if u > 0.7 { s = u; t = y; } else { s = 1.0; t = x; }
        u * x + s * t + n as f64
    }
} f(0.5, 1.0) (1.5, 1.0) (2.5, 1.0) (0.5, -1.0) (1.5, -1.0));

same!(arrays_out_of_branches: {
    fn f(x: f64) -> f64 {
        let v = if x > 1.0 { g(x) } else { [0.0, x] };
        let w = if x > 0.0 { g(x) } else { return x };
        v[0] * v[1] + w[1]
    }
    fn g(x: f64) -> [f64; 2] { [x, 2.0 * x] }
} f(0.5) (1.5) (-1.0));

same!(integers_out_of_active_values: {
    fn f(x: f64, a: &[f64]) -> f64 {
        let n: usize = (x * 3.0) as usize;
        let mut s = a[n];
        if x.is_sign_positive() { s += a[(2.0 * x).floor() as usize]; }
        s * x
    }
} f(0.5, &[1.0, 2.0, 3.0][..]));

same!(parameters_by_value_that_change: {
    fn f(mut x: f64, mut a: [f64; 2], mut v: Vec<f64>, mut n: usize) -> f64 {
        x *= 2.0;
        a[0] += x;
        v[1] *= a[0];
        let b = a;
        a[1] = b[0] * 3.0;
        while n > 0 { x += a[1]; n -= 1; }
        let mut w = v;
        w[0] = x;
        w[0] * w[1] + b[1]
    }
} f(0.5, [1.0, 2.0], vec![1.0, 2.0, 3.0], 2));

same!(loops_over_copies: {
    fn f(x: f64) -> f64 {
        let mut a = [x, 2.0 * x];
        let mut s = 0.0;
        for v in a { a[1] = 7.0; s += v * a[1]; }
        s
    }
} f(0.5));

same!(unknown_beginnings: {
    fn f(x: f64) -> f64 {
        let mut c = GAIN;
        let mut d = g(x);
        let mut e = GAIN;
        for i in 0..2 {
            c = x + 1.0 / c;
            d = c;
            e = e * d;
        }
        GAIN.mul_add(x, c) * d + e
    }
    fn g(a: f64) -> f64 { a * a }
} f(0.5));

same!(iterators_by_functions: {
    fn f(x: &[f64], y: f64) -> f64 {
        let a: f64 = std::iter::repeat(y).zip(x.iter()).map(|(y, x)| x * x * y).sum();
        let b = std::iter::zip(x, x.iter().rev()).map(|(x, y)| x * y.sin()).sum::<f64>();
        let c = std::iter::repeat(a).zip(x).fold(0.5, |c, (a, x)| c * a - x);
        let d = std::iter::once(y).zip(x).map(|(x, y)| x.cos() * y).sum::<f64>();
        a + b * c - d
    }
} f(&[1.25, -0.5, 2.0], 0.75));

same!(vectors_of_arrays: {
    fn f(x: f64, y: f64) -> f64 {
        let mut v = Vec::from([x * y, x.sin()]);
        v.push(x - y);
        v.iter().map(|a| a * a).sum::<f64>() * v[0] * v.len() as f64
    }
} f(1.25, 2.5));

same!(some_of_a_vector_stay: {
    fn f(x: &[f64], y: f64) -> f64 {
        let mut v = x.to_vec();
        v.push(y);
        v.retain(|a| *a > 0.0);
        v.retain(|&a| a < 2.0 * y);
        let mut s = v.len() as f64;
        for k in 0..3 {
            v.retain(|a| a * a > 0.3 * k as f64);
            v.push(s * 0.1);
            s += v.iter().map(|a| a * a).sum::<f64>();
        }
        s * v[0]
    }
} f(&[1.25, -0.5, 2.0, 0.7], 0.75));
