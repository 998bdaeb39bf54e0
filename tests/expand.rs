//! The functions in `tests/expand`, through the macro and as the text of their expansions: both give the same
//! bits, and the right ones.

// The sources are written for reading, and the expansions by the compiler.
#![allow(clippy::all)]

/// A file of `tests/expand` twice: `source` through the macro, `expanded` as text.
macro_rules! both {
    ($($name:ident, $source:literal, $expanded:literal;)*) => { $(
        mod $name {
            #[allow(dead_code)]
            pub mod source {
                use backprop::backprop;
                include!($source);
            }
            #[allow(dead_code, non_camel_case_types, unused_imports, unused_variables, unused_assignments, clippy::all)]
            pub mod expanded {
                include!($expanded);
            }
        }
    )* };
}

both! {
    arm, "expand/arm.rs", "expand/arm.expanded.rs";
    branch, "expand/branch.rs", "expand/branch.expanded.rs";
    calls, "expand/calls.rs", "expand/calls.expanded.rs";
    guard, "expand/guard.rs", "expand/guard.expanded.rs";
    kepler, "expand/kepler.rs", "expand/kepler.expanded.rs";
    llsq, "expand/llsq.rs", "expand/llsq.expanded.rs";
    matrix, "expand/matrix.rs", "expand/matrix.expanded.rs";
    newton, "expand/newton.rs", "expand/newton.expanded.rs";
    overwrite, "expand/overwrite.rs", "expand/overwrite.expanded.rs";
    packed, "expand/packed.rs", "expand/packed.expanded.rs";
    passive, "expand/passive.rs", "expand/passive.expanded.rs";
    pencil, "expand/pencil.rs", "expand/pencil.expanded.rs";
    recurrence, "expand/recurrence.rs", "expand/recurrence.expanded.rs";
    reuse, "expand/reuse.rs", "expand/reuse.expanded.rs";
    rotate, "expand/rotate.rs", "expand/rotate.expanded.rs";
    sparse, "expand/sparse.rs", "expand/sparse.expanded.rs";
}

/// The floats in a value, a gradient or a tuple of them, in order.
trait Floats {
    fn floats(&self, out: &mut Vec<f64>);
}

impl Floats for f64 {
    fn floats(&self, out: &mut Vec<f64>) {
        out.push(*self);
    }
}

impl<T: Floats> Floats for Vec<T> {
    fn floats(&self, out: &mut Vec<f64>) {
        self.iter().for_each(|x| x.floats(out));
    }
}

impl<T: Floats, const N: usize> Floats for [T; N] {
    fn floats(&self, out: &mut Vec<f64>) {
        self.iter().for_each(|x| x.floats(out));
    }
}

macro_rules! tuple {
    ($($t:ident)*) => {
        impl<$($t: Floats),*> Floats for ($($t,)*) {
            #[allow(non_snake_case)]
            fn floats(&self, out: &mut Vec<f64>) {
                let ($($t,)*) = self;
                $($t.floats(out);)*
            }
        }
    };
}
tuple!(A B);
tuple!(A B C);
tuple!(A B C D E);

fn floats(x: &impl Floats) -> Vec<f64> {
    let mut out = Vec::new();
    x.floats(&mut out);
    out
}

/// Two results, bit for bit; returns the floats.
#[track_caller]
fn same(a: &impl Floats, b: &impl Floats) -> Vec<f64> {
    let (a, b) = (floats(a), floats(b));
    let bits = |x: &[f64]| x.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&a), bits(&b), "{a:?} is not {b:?}");
    a
}

#[track_caller]
fn close(got: &[f64], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len());
    for (g, w) in got.iter().zip(want) {
        assert!((g - w).abs() <= tolerance * (1.0 + w.abs()), "{got:?} is not close to {want:?}");
    }
}

/// Checks a companion's floats, the value and then the gradient, against the function itself and its central
/// differences in `x`.
#[track_caller]
fn check(result: &[f64], x: &[f64], f: impl Fn(&[f64]) -> f64) {
    assert_eq!(result[0].to_bits(), f(x).to_bits(), "the value");
    let difference = |i: usize| {
        let moved = |by: f64| {
            let mut x = x.to_vec();
            x[i] += by;
            f(&x)
        };
        let h = 1e-5 * (1.0 + x[i].abs());
        (moved(h) - moved(-h)) / (2.0 * h)
    };
    close(&result[1..], &(0..x.len()).map(difference).collect::<Vec<_>>(), 1e-7);
}

#[test]
fn arm() {
    use arm::{expanded, source};
    let angles = [0.3_f64, -1.1, 0.7];
    let (y, j) = source::joints_jacobian(&angles);
    same(&(y, j), &expanded::joints_jacobian(&angles));
    assert_eq!(y, source::joints(&angles));
    // Angles turn all that comes after them around the joint where they are.
    let at = |joint: isize| {
        if joint < 0 { [0.0, 0.0] } else { [y[2 * joint as usize], y[2 * joint as usize + 1]] }
    };
    for (joint, angle) in (0..3).flat_map(|joint| (0..3).map(move |angle| (joint, angle))) {
        let ([x0, y0], [x1, y1]) = (at(angle - 1), at(joint));
        let turned = if angle <= joint { [y0 - y1, x1 - x0] } else { [0.0, 0.0] };
        let (row, column) = (2 * joint as usize, angle as usize);
        close(&[j[row][column], j[row + 1][column]], &turned, 1e-15);
    }
    for x in [vec![0.5], vec![0.5, -1.0, 2.0, 0.25, 0.75, 1.5]] {
        let r = same(&source::springs_hessian(&x, 0.7), &expanded::springs_hessian(&x, 0.7));
        let n = x.len();
        let mut h = vec![0.0; n * n];
        for i in 1..n {
            let d = 12.0 * 0.7 * (x[i] - x[i - 1]) * (x[i] - x[i - 1]);
            for (a, b, sign) in [(i, i, 1.0), (i - 1, i - 1, 1.0), (i, i - 1, -1.0), (i - 1, i, -1.0)] {
                h[a * n + b] += sign * d;
            }
        }
        close(&r[1 + n..], &h, 1e-14);
    }
}

#[test]
fn branch() {
    use branch::{expanded, source};
    for (residual, delta) in [(0.3, 1.0), (-0.3, 1.0), (2.5, 1.0), (-2.5, 0.7)] {
        let r = same(&source::huber_grad(residual, delta), &expanded::huber_grad(residual, delta));
        check(&r, &[residual, delta], |x| source::huber(x[0], x[1]));
        let inside = residual.abs() <= delta;
        let slope = if inside { residual } else { delta * residual.signum() };
        close(&r[1..], &[slope, if inside { 0.0 } else { residual.abs() - delta }], 1e-15);
    }
    // At the kink of `abs` the gradient is 0, and at the seam of the branches that of the branch that ran.
    assert_eq!(same(&source::huber_grad(0.0, 1.0), &expanded::huber_grad(0.0, 1.0)), [0.0, 0.0, 0.0]);
    assert_eq!(same(&source::huber_grad(1.0, 1.0), &expanded::huber_grad(1.0, 1.0)), [0.5, 1.0, 0.0]);
}

#[test]
fn calls() {
    use calls::{expanded, source};
    for (x, y, w) in [(0.3, 1.0, 0.5), (-0.3, 0.25, 2.0), (1.0, 1.0, 1.0)] {
        let r = same(&source::kernel_grad(x, y, w), &expanded::kernel_grad(x, y, w));
        check(&r, &[x, y, w], |x| source::kernel(x[0], x[1], x[2]));
        let (t, k) = ((x - y) / w, (-((x - y) / w) * ((x - y) / w)).exp());
        close(&r, &[k, -2.0 * k * t / w, 2.0 * k * t / w, 2.0 * k * t * t / w], 1e-14);
    }
    for x in [vec![0.5], vec![0.5, -1.0, 2.0, 0.25]] {
        let r = same(&source::potential_grad(&x, 0.1, 0.8), &expanded::potential_grad(&x, 0.1, 0.8));
        let inputs: Vec<f64> = x.iter().copied().chain([0.1]).collect();
        check(&r, &inputs, |v| source::potential(&v[..v.len() - 1], v[v.len() - 1], 0.8));
        let (mut a, mut b) = (vec![7.0; x.len()], vec![8.0; x.len()]);
        let into = source::potential_grad_into(&x, 0.1, 0.8, &mut a);
        same(&(into, a), &(expanded::potential_grad_into(&x, 0.1, 0.8, &mut b), b));
    }
}

#[test]
fn guard() {
    use guard::{expanded, source};
    for x in [vec![], vec![3.0], vec![0.5, -1.0, 2.0]] {
        let r = same(&source::mean_square_grad(&x), &expanded::mean_square_grad(&x));
        check(&r, &x, source::mean_square);
        let n = x.len() as f64;
        close(&r[1..], &x.iter().map(|x| 2.0 * x / n).collect::<Vec<_>>(), 1e-15);
        let (mut a, mut b) = (vec![7.0; x.len()], vec![8.0; x.len()]);
        let into = (source::mean_square_grad_into(&x, &mut a), a);
        same(&into, &(expanded::mean_square_grad_into(&x, &mut b), b));
        same(&into, &(r[0], r[1..].to_vec()));
    }
}

#[test]
fn kepler() {
    use kepler::{expanded, source};
    for (m, e) in [(0.3, 0.2), (1.0, 0.5), (2.5, 0.9)] {
        let r = same(&source::kepler_grad(m, e), &expanded::kepler_grad(m, e));
        check(&r, &[m, e], |x| source::kepler(x[0], x[1]));
        let by_m = 1.0 / (1.0 - e * r[0].cos());
        close(&r[1..], &[by_m, by_m * r[0].sin()], 1e-15);
        let t = same(&source::kepler_jvp(m, e, 0.5, -2.0), &expanded::kepler_jvp(m, e, 0.5, -2.0));
        close(&t, &[r[0], 0.5 * r[1] - 2.0 * r[2]], 1e-14);
        let r = same(&source::radius_grad(m, e), &expanded::radius_grad(m, e));
        check(&r, &[m, e], |x| source::radius(x[0], x[1]));
    }
}

#[test]
fn llsq() {
    use llsq::{expanded, source};
    for (x, n) in [(vec![], 3), (vec![0.5, -1.0, 2.0], 0), (vec![0.5, -1.0, 2.0], 7), (vec![0.1; 6], 20)] {
        let r = same(&source::llsq_grad(&x, n), &expanded::llsq_grad(&x, n));
        check(&r, &x, |x| source::llsq(x, n));
        let (mut a, mut b) = (vec![7.0; x.len()], vec![8.0; x.len()]);
        let into = (source::llsq_grad_into(&x, n, &mut a), a);
        same(&into, &(expanded::llsq_grad_into(&x, n, &mut b), b));
        same(&into, &(r[0], r[1..].to_vec()));
    }
}

#[test]
fn matrix() {
    use matrix::{expanded, source};
    let m = [[1.0, 2.0, -1.0], [0.5, -3.0, 4.0], [0.0, 1.5, 2.5]];
    for v in [[1.0, 0.0, 0.0], [0.3, -2.0, 1.1]] {
        let r = same(&source::quadratic_grad(&m, &v), &expanded::quadratic_grad(&m, &v));
        let inputs = floats(&(m, v));
        let row = |x: &[f64], i: usize| [x[3 * i], x[3 * i + 1], x[3 * i + 2]];
        check(&r, &inputs, |x| source::quadratic(&[row(x, 0), row(x, 1), row(x, 2)], &row(x, 3)));
        let outer = v.map(|a| v.map(|b| a * b));
        let both = |i: usize| (0..3).map(|j| (m[i][j] + m[j][i]) * v[j]).sum::<f64>();
        close(&r[1..], &floats(&(outer, [both(0), both(1), both(2)])), 1e-14);
    }
}

#[test]
fn newton() {
    use newton::{expanded, source};
    for a in [0.25, 1.0, 2.0, 150.0] {
        let r = same(&source::newton_sqrt_grad(a), &expanded::newton_sqrt_grad(a));
        assert_eq!(r[0].to_bits(), source::newton_sqrt(a).to_bits());
        close(&r, &[a.sqrt(), if a == 1.0 { 1.0 } else { 0.5 / a.sqrt() }], 1e-6);
    }
}

#[test]
fn overwrite() {
    use overwrite::{expanded, source};
    let x = [0.5, 1.5, -0.7, 0.9];
    for rounds in [0, 1, 2, 5] {
        let r = same(&source::smooth_grad(x, rounds), &expanded::smooth_grad(x, rounds));
        check(&r, &x, |x| source::smooth([x[0], x[1], x[2], x[3]], rounds));
    }
}

#[test]
fn packed() {
    use packed::{expanded, source};
    for (l, x) in [(vec![], vec![]), (vec![0.5, -1.0, 2.0, 0.25, 3.0, -0.5], vec![0.1, -0.3, 0.7])] {
        let r = same(&source::packed_grad(&l, &x), &expanded::packed_grad(&l, &x));
        let inputs: Vec<f64> = l.iter().chain(&x).copied().collect();
        check(&r, &inputs, |v| source::packed(&v[..l.len()], &v[l.len()..]));
    }
}

#[test]
fn passive() {
    use passive::{expanded, source};
    let (x, names) = ([0.5, -1.0, 2.0], ["a", "gradient", "of"]);
    let r = same(&source::weighted_grad(&x, &names), &expanded::weighted_grad(&x, &names));
    check(&r, &x, |x| source::weighted(x, &names));
    close(&r[1..], &[0.5_f64.cos() / 8.0, 1.0_f64.cos(), 2.0_f64.cos() / 4.0], 1e-15);
    let (mut a, mut b) = ([7.0; 3], [8.0; 3]);
    let into = (source::weighted_grad_into(&x, &names, &mut a), a);
    same(&into, &(expanded::weighted_grad_into(&x, &names, &mut b), b));
    same(&into, &(r[0], r[1..].to_vec()));
}

#[test]
fn pencil() {
    use pencil::{expanded, source};
    let r =
        same(&source::total_grad(0.4, 10.0, 0.9, 3.0, 1.2), &expanded::total_grad(0.4, 10.0, 0.9, 3.0, 1.2));
    check(&r, &[0.4, 10.0, 0.9, 3.0, 1.2], |x| source::total(x[0], x[1], x[2], x[3], x[4]));
    close(&r[1..], &[12.0, 0.48, 3.6, 1.08, 6.7], 1e-15);
}

#[test]
fn recurrence() {
    use recurrence::{expanded, source};
    for steps in [0, 1, 2, 6] {
        let r = same(&source::logistic_grad(2.8, 0.3, steps), &expanded::logistic_grad(2.8, 0.3, steps));
        check(&r, &[2.8, 0.3], |x| source::logistic(x[0], x[1], steps));
    }
}

#[test]
fn reuse() {
    use reuse::{expanded, source};
    for (x, y) in [(0.0, 1.0), (0.5, -1.2), (1.1, 0.7)] {
        let r = same(&source::reuse_grad(x, y), &expanded::reuse_grad(x, y));
        check(&r, &[x, y], |x| source::reuse(x[0], x[1]));
        let e = (x * y).exp();
        let (t, s) = (e.tanh(), (1.0 + e.tanh() * e).sqrt());
        let dt = 1.0 - t * t;
        let de = dt + (dt * e + t) / (2.0 * s);
        close(&r[1..], &[de * e * y, de * e * x], 1e-14);
    }
}

#[test]
fn rotate() {
    use rotate::{expanded, source};
    for (p, angle, seed) in [([1.0, 0.0], 0.0, [1.0, 0.0]), ([0.3, -2.0], 0.8, [1.5, -0.5])] {
        let r = same(&source::rotate_vjp(p, angle, seed), &expanded::rotate_vjp(p, angle, seed));
        assert_eq!(r[..2], source::rotate(p, angle));
        let (s, c) = angle.sin_cos();
        let d_angle = seed[0] * (-s * p[0] - c * p[1]) + seed[1] * (c * p[0] - s * p[1]);
        close(&r[2..], &[c * seed[0] + s * seed[1], c * seed[1] - s * seed[0], d_angle], 1e-15);
    }
}

#[test]
fn sparse() {
    use sparse::{expanded, source};
    let x = [0.1, 0.9, 1.7, 3.0];
    let (forces, entries) = source::stretch_sparse_jacobian(&x, 0.5);
    assert_eq!((forces, entries), expanded::stretch_sparse_jacobian(&x, 0.5));
    assert_eq!(source::STRETCH_JACOBIAN_ROWS, [0, 0, 1, 1, 2, 2]);
    assert_eq!(source::STRETCH_JACOBIAN_COLUMNS, [0, 1, 1, 2, 2, 3]);
    let slope = |i: usize| 3.0 * (x[i + 1] - x[i] - 0.5).powi(2);
    let exact: Vec<f64> = (0..3).flat_map(|i| [-slope(i), slope(i)]).collect();
    close(&entries, &exact, 1e-14);
}
