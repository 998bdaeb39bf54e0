//! The two programs by which J. M. Siskind and B. A. Pearlmutter showed how hard nested derivatives are for tools (*Using
//! Programming Language Theory to Make Automatic Differentiation Sound and Efficient*, 2008), as the suite GradBench states them:
//! descent on a function whose own value comes from derivatives, in all four combinations of forward and reverse.

use backprop::backprop;

/// Gradient descent with steps that grow and shrink (GradBench, `gd.hpp`).
fn argmin<const N: usize>(
    start: [f64; N],
    objective: impl Fn([f64; N]) -> f64,
    gradient: impl Fn([f64; N]) -> [f64; N],
) -> [f64; N] {
    let (mut x, mut fx, mut gx) = (start, objective(start), gradient(start));
    let (mut eta, mut successes) = (1e-5, 0);
    loop {
        if gx.iter().map(|g| g * g).sum::<f64>().sqrt() <= 1e-5 {
            return x;
        }
        if successes == 10 {
            eta *= 2.0;
            successes = 0;
            continue;
        }
        let mut next = x;
        let mut moved = 0.0;
        for i in 0..N {
            next[i] = x[i] - eta * gx[i];
            moved += (next[i] - x[i]) * (next[i] - x[i]);
        }
        if moved.sqrt() <= 1e-5 {
            return x;
        }
        let value = objective(next);
        if value < fx {
            (x, fx, gx) = (next, value, gradient(next));
            successes += 1;
        } else {
            eta /= 2.0;
            successes = 0;
        }
    }
}

mod particle {
    use super::*;

    /// The potential of two charges.
    #[backprop(order = 2, jvp)]
    fn potential(x: [f64; 2], charges: &[[f64; 2]; 2]) -> f64 {
        let mut p = 0.0;
        for c in charges {
            let (dx, dy) = (x[0] - c[0], x[1] - c[1]);
            p += 1.0 / (dx * dx + dy * dy).sqrt();
        }
        p
    }

    macro_rules! euler {
        ($name:ident, |$x:ident, $charges:ident| $slope:expr) => {
            /// Where the particle hits the ground, squared.
            #[backprop(jvp)]
            fn $name(w: f64) -> f64 {
                let charges = [[10.0, 10.0 - w], [10.0, 0.0]];
                let (mut x, mut v) = ([0.0, 8.0], [0.75, 0.0]);
                let dt = 1e-1;
                loop {
                    let slope: [f64; 2] = {
                        let ($x, $charges) = (x, &charges);
                        $slope
                    };
                    for i in 0..2 {
                        x[i] += dt * v[i];
                    }
                    if x[1] <= 0.0 {
                        let rest = -x[1] / v[1];
                        let end = x[0] + rest * v[0];
                        return end * end;
                    }
                    for i in 0..2 {
                        v[i] -= dt * slope[i];
                    }
                }
            }
        };
    }
    euler!(with_reverse, |x, charges| {
        let (_, (slope, _)) = potential_grad(x, charges);
        slope
    });
    euler!(with_forward, |x, charges| {
        let still = [[0.0; 2]; 2];
        let (_, across) = potential_jvp(x, charges, [1.0, 0.0], still);
        let (_, up) = potential_jvp(x, charges, [0.0, 1.0], still);
        [across, up]
    });

    #[test]
    fn all_four() {
        let descents = [
            argmin([0.0], |w| with_reverse(w[0]), |w| [with_reverse_grad(w[0]).1]),
            argmin([0.0], |w| with_forward(w[0]), |w| [with_forward_grad(w[0]).1]),
            argmin([0.0], |w| with_reverse(w[0]), |w| [with_reverse_jvp(w[0], 1.0).1]),
            argmin([0.0], |w| with_forward(w[0]), |w| [with_forward_jvp(w[0], 1.0).1]),
        ];
        for [w] in descents {
            assert!((w - 0.2071918746).abs() < 1e-9, "{w}");
        }
    }
}

mod saddle {
    use super::*;

    #[backprop(order = 2, jvp)]
    fn objective(p: [f64; 2], q: [f64; 2]) -> f64 {
        (p[0] * p[0] + p[1] * p[1]) - (q[0] * q[0] + q[1] * q[1])
    }

    macro_rules! highest {
        ($name:ident, |$p:ident, $q:ident| $slope:expr) => {
            /// The largest value over all `q`, found by ascent: the whole of it is differentiated.
            #[backprop(jvp)]
            fn $name(p: [f64; 2], start: [f64; 2]) -> f64 {
                let slope_at = |$p: [f64; 2], $q: [f64; 2]| -> [f64; 2] { $slope };
                let mut q = start;
                let mut value = -objective(p, q);
                let mut slope: [f64; 2] = slope_at(p, q);
                let (mut eta, mut successes) = (1e-5, 0);
                loop {
                    if (slope[0] * slope[0] + slope[1] * slope[1]).sqrt() <= 1e-5 {
                        break;
                    }
                    if successes == 10 {
                        eta *= 2.0;
                        successes = 0;
                        continue;
                    }
                    let next = [q[0] + eta * slope[0], q[1] + eta * slope[1]];
                    let moved = ((next[0] - q[0]).powi(2) + (next[1] - q[1]).powi(2)).sqrt();
                    if moved <= 1e-5 {
                        break;
                    }
                    let next_value = -objective(p, next);
                    if next_value < value {
                        q = next;
                        value = next_value;
                        slope = slope_at(p, q);
                        successes += 1;
                    } else {
                        eta /= 2.0;
                        successes = 0;
                    }
                }
                objective(p, q)
            }
        };
    }
    highest!(with_reverse, |p, q| objective_grad(p, q).1.1);
    highest!(with_forward, |p, q| {
        let (_, across) = objective_jvp(p, q, [0.0; 2], [1.0, 0.0]);
        let (_, up) = objective_jvp(p, q, [0.0; 2], [0.0, 1.0]);
        [across, up]
    });

    #[test]
    fn all_four() {
        let start = [1.0, 1.0];
        let still = [0.0; 2];
        let along = |f: fn([f64; 2], [f64; 2], [f64; 2], [f64; 2]) -> (f64, f64), p| {
            [f(p, start, [1.0, 0.0], still).1, f(p, start, [0.0, 1.0], still).1]
        };
        let descents = [
            argmin(start, |p| with_reverse(p, start), |p| with_reverse_grad(p, start).1.0),
            argmin(start, |p| with_forward(p, start), |p| with_forward_grad(p, start).1.0),
            argmin(start, |p| with_reverse(p, start), |p| along(with_reverse_jvp, p)),
            argmin(start, |p| with_forward(p, start), |p| along(with_forward_jvp, p)),
        ];
        for p in descents {
            let q = argmin(start, |q| -objective(p, q), |q| objective_grad(p, q).1.1.map(|d| -d));
            for found in [p, q].as_flattened() {
                assert!((found - 8.2463e-6).abs() < 1e-10, "{found}");
            }
        }
    }
}
