//! Loops that hand on one round's value: extrema, by operations and by comparisons, the last of its kind, several at
//! once, with ties, and with nothing found.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn greatest(x: &[$F]) -> $F {
            let mut max = x[0];
            for &v in x {
                max = max.max(v);
            }
            max
        }
        case!($F $mode: greatest(slice x: -2.0..2.0 => vec![0.0; 5]));

        #[backprop $options]
        pub fn least_of_functions(x: &[$F], a: $F) -> $F {
            let least = x.iter().map(|v| (v - a).sin() * v).fold($F::INFINITY, $F::min);
            least * a
        }
        case!($F $mode: least_of_functions(slice x: -2.0..2.0 => vec![0.0; 5], by a: -1.0..1.0));

        #[backprop $options]
        pub fn nearest(centroids: &[$F], points: &[$F], #[no_grad] d: usize) -> $F {
            let mut cost = 0.0;
            for point in points.chunks_exact(d) {
                let mut closest = $F::INFINITY;
                for centroid in centroids.chunks_exact(d) {
                    let mut distance = 0.0;
                    for (p, c) in point.iter().zip(centroid) {
                        distance += (p - c) * (p - c);
                    }
                    closest = closest.min(distance.sqrt());
                }
                cost += closest * closest + closest;
            }
            cost
        }
        case!($F $mode: nearest(slice centroids: -2.0..2.0 => vec![0.0; 6], slice points: -2.0..2.0 => vec![0.0; 10]; 2));

        #[backprop $options]
        pub fn by_comparison(x: &[$F], y: &[$F]) -> $F {
            let mut best = 10.0;
            let mut place = 0;
            let mut worst = -10.0;
            for i in 0..x.len() {
                let d = (x[i] - y[i]).abs() * (x[i] * y[i]).exp();
                if d < best {
                    best = d;
                    place = i;
                }
                worst = if worst >= d { worst } else { d * y[i] };
            }
            best * x[place] + worst * worst
        }
        case!($F $mode: by_comparison(slice x: -1.0..1.0 => vec![0.0; 6], slice y: -1.0..1.0 => vec![0.0; 6]));

        #[backprop $options]
        pub fn filtered(x: &[$F], limit: $F) -> $F {
            let mut max = limit * limit;
            let mut last = limit;
            for (i, &v) in x.iter().enumerate().rev() {
                if i % 2 == 0 {
                    continue;
                }
                max = max.max(v * limit).max(v.sin());
                if v > 0.0 {
                    last = v * v;
                }
            }
            max * 2.0 + last
        }
        case!($F $mode: filtered(slice x: -1.0..1.0 => vec![0.0; 7], by limit: -1.0..1.0));

        #[backprop $options]
        pub fn box_of(points: &[[$F; 2]]) -> $F {
            let mut lo = points[0];
            let mut hi = points[0];
            for p in points {
                for k in 0..2 {
                    lo[k] = lo[k].min(p[k]);
                    hi[k] = hi[k].max(p[k]);
                }
            }
            (hi[0] - lo[0]) * (hi[1] - lo[1])
        }
        case!($F $mode: box_of(slice points: -1.0..1.0 => vec![[0.0; 2]; 4]));

        // What is carried is looked at by other code, so that the round has to begin with what it began with.
        #[backprop $options]
        pub fn pruned(x: &[$F], w: $F) -> $F {
            let mut best = 1.5;
            let mut tried = 0;
            for &v in x {
                let bound = v.abs();
                if bound < best {
                    tried += 1;
                    let mut cost = bound;
                    for k in 0..3 {
                        cost += (v * w + k as $F * best.floor()).cos() * 0.1;
                    }
                    best = best.min(cost);
                }
            }
            best * tried as $F
        }
        case!($F $mode: pruned(slice x: -2.0..2.0 => vec![0.0; 6], by w: -1.0..1.0));

        // In a loop whose rounds have to be kept.
        #[backprop $options]
        pub fn in_rounds(x: &[$F], #[no_grad] n: usize) -> $F {
            let mut state: $F = 0.5;
            for k in 0..n {
                let mut top = state;
                for (i, &v) in x.iter().enumerate() {
                    if (i + k) % 3 != 0 {
                        top = top.max((v * state).sin() + 0.1 * v);
                    }
                }
                state = (state * top).cos() + top;
            }
            state
        }
        case!($F $mode: in_rounds(slice x: -2.0..2.0 => vec![0.0; 5]; 4));
    };
}
instances!(functions);

/// A tie goes to the first operand: in `max.max(v)` to what was there before, in `v.max(max)` to what comes later.
#[test]
fn ties() {
    assert_eq!(double::greatest_grad(&[1.0, 3.0, 3.0, 2.0]), (3.0, vec![0.0, 1.0, 0.0, 0.0]));
    assert_eq!(later_grad(&[1.0, 3.0, 3.0, 2.0]), (3.0, vec![0.0, 0.0, 1.0, 0.0]));
    assert_eq!(not_below_grad(&[1.0, 3.0, 3.0, 2.0]), (3.0, vec![0.0, 0.0, 1.0, 0.0]));
}

/// NaN is passed over, as `max` does it.
#[test]
fn not_a_number() {
    let (value, gradient) = double::greatest_grad(&[f64::NAN, 1.0, f64::NAN, 0.5]);
    assert_eq!((value, gradient), (1.0, vec![0.0, 1.0, 0.0, 0.0]));
}

/// Where no round puts anything in the place of what the loop began with, the derivative goes there.
#[test]
fn nothing_found() {
    assert_eq!(above_grad(&[1.0, -2.0], 5.0), (10.0, (vec![0.0, 0.0], 2.0)));
    assert_eq!(above_grad(&[], 5.0), (10.0, (vec![], 2.0)));
    assert_eq!(above_grad(&[1.0, 7.0], 5.0), (14.0, (vec![0.0, 2.0], 0.0)));
}

/// The bits of the value are those of the function, whichever zero the loop ends with. (Of two zeros, `max` may give either.)
#[test]
fn signed_zeros() {
    for x in [[0.0, -0.0], [-0.0, 0.0]] {
        assert_eq!(not_below_grad(&x).0.to_bits(), x[1].to_bits());
        assert_eq!(not_below(&x).to_bits(), x[1].to_bits());
    }
}

#[backprop]
fn later(x: &[f64]) -> f64 {
    let mut max = x[0];
    for &v in x {
        max = v.max(max);
    }
    max
}

#[backprop]
fn not_below(x: &[f64]) -> f64 {
    let mut max = x[0];
    for &v in x {
        if v >= max {
            max = v;
        }
    }
    max
}

#[backprop]
fn above(x: &[f64], start: f64) -> f64 {
    let mut max = start;
    for &v in x {
        max = max.max(v);
    }
    2.0 * max
}

/// Loops in loops begin with a number: ties, NaN and infinities go as in loops that begin with anything.
#[test]
fn in_rows() {
    let inf = f64::INFINITY;
    let nan = f64::NAN;
    let x = [[1.0, 3.0, 3.0], [nan, 2.0, nan], [nan, nan, nan], [-inf, 5.0, 5.0], [inf, nan, 7.0]];
    let (value, gradient) = most_of_rows_grad(&x);
    assert_eq!(value, inf);
    let first = [[0.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0; 3], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]];
    assert_eq!(gradient, first);
    let (_, gradient) = most_of_rows_from_behind_grad(&x);
    let last = [[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [0.0; 3], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]];
    assert_eq!(gradient, last);
    let (_, gradient) = least_of_rows_grad(&[[3.0, 1.0, 1.0], [nan, 2.0, nan], [nan; 3]]);
    assert_eq!(gradient, [[0.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0; 3]]);
}

#[backprop]
fn most_of_rows(x: &[[f64; 3]]) -> f64 {
    let mut sum = 0.0;
    for row in x {
        let mut most = f64::MIN;
        for v in row {
            most = most.max(*v);
        }
        sum += most;
    }
    sum
}

#[backprop]
fn most_of_rows_from_behind(x: &[[f64; 3]]) -> f64 {
    let mut sum = 0.0;
    for row in x {
        let mut most = -1.0;
        for v in row {
            most = v.max(most);
        }
        sum += most;
    }
    sum
}

#[backprop]
fn least_of_rows(x: &[[f64; 3]]) -> f64 {
    x.iter().map(|row| row.iter().copied().fold(1e9, f64::min)).sum()
}

/// What a loop carries may become NaN, even where it begins with a number.
#[test]
fn no_number_any_more() {
    let (value, gradient) = started_again_grad(&[[1.0, 4.0, 2.0], [0.0, 6.0, 5.0], [8.0, 0.0, 0.0]]);
    assert!(value.is_nan());
    assert_eq!(gradient[0], [0.0, 1.0, 0.0]);
    assert_eq!(gradient[1], [0.0, 1.0, 0.0]);
    assert!(gradient[2][2].is_nan());
}

#[backprop]
fn started_again(x: &[[f64; 3]]) -> f64 {
    let mut sum = 0.0;
    for row in x {
        let mut most = -1.0_f64;
        for &v in row {
            most = if v == 0.0 { v / v } else { most.max(v) };
        }
        sum += most;
    }
    sum
}

/// Loops in loops, each with several winners.
#[test]
fn many_winners() {
    let x = [0.5, -1.5];
    let (value, gradient) = several_grad(&x);
    assert_eq!(value, 2.25 * 2.25 + 4.5 * 4.5 + 2.25 * 2.25 + 4.5 * 4.5 + 0.75 * 0.75);
    let d = 2.0 * 2.25 * 2.0 * -1.5;
    assert_eq!(gradient, vec![2.0 * 0.75 * -(-1.5) * 1.0, 2.0 * (d + 4.0 * d) + 2.0 * 0.75 * -0.5]);
}

#[backprop]
fn several(x: &[f64]) -> f64 {
    let (mut a, mut b, mut c) = (-9.0, -9.0, 9.0_f64);
    for i in 0..2 {
        let (mut most, mut twice) = (-9.0_f64, -9.0_f64);
        for j in 0..2 {
            let r = x[i] * x[j];
            most = most.max(r);
            twice = twice.max(2.0 * r);
            c = c.min(r);
        }
        a = f64::max(a, most * most + twice * twice);
        b = f64::max(b, most * most + twice * twice);
    }
    a + b + c * c
}
