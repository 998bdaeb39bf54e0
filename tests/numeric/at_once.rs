//! Calls whose result's adjoint is known before they are made, so that value and gradient come in one: recursions, sums
//! of calls, callees with and without that part, arguments that share their memory, and results that are used otherwise.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        // Recursion over passive lists that it changes and puts back.
        #[backprop $options]
        pub fn minor(a: &[$F], n: usize, m: usize, taken: &mut [bool]) -> $F {
            let row = n - m;
            if m == 1 {
                let column = taken.iter().position(|t| !t).unwrap();
                return a[row * n + column];
            }
            let mut sum = 0.0;
            let mut sign = 1.0;
            for column in 0..n {
                if taken[column] {
                    continue;
                }
                taken[column] = true;
                sum += sign * a[row * n + column] * minor(a, n, m - 1, taken);
                taken[column] = false;
                sign = -sign;
            }
            sum
        }

        #[backprop $options]
        pub fn determinant(a: &[$F], n: usize) -> $F {
            let mut taken = vec![false; n];
            minor(a, n, n, &mut taken)
        }
        case!($F $mode: determinant(slice a: -1.0..1.0 => vec![0.0; 16]; 4));

        // What is lent within an `Option` becomes a slice in the call.
        #[backprop $options]
        pub fn scaled_by(x: &[$F], w: $F, #[no_grad] scales: Option<&[$F]>) -> $F {
            let scale = scales.map_or(0.5, |scales| scales[scales.len() - 1]);
            x.iter().map(|v| (v * w * scale).sin()).sum()
        }

        #[backprop $options]
        pub fn with_scales(x: &[$F], w: $F) -> $F {
            let mut s = scaled_by(x, w, None);
            for k in 1..3 {
                s += scaled_by(&x[k..], w, Some(&[0.25, 1.5])) * w;
                s += w * scaled_by(x, w * 0.5, Some(&[k as $F; 3]));
            }
            s
        }
        case!($F $mode: with_scales(slice x: -1.0..1.0 => vec![0.0; 4], by w: 0.5..1.5));

        // One with a loop, so that there is something to fuse.
        #[backprop $options]
        pub fn weighted(x: &[$F], w: $F) -> $F {
            let mut s = 0.0;
            for v in x {
                s += (v * w).sin();
            }
            s * w
        }

        // One that has only the two halves.
        #[backprop $options]
        pub fn product(a: $F, b: &$F) -> $F {
            a * *b + a.cos()
        }

        #[backprop $options]
        pub fn sums(x: &[$F], rows: &[[$F; 3]], w: $F) -> $F {
            let mut total = 0.5 * weighted(x, w * w) - weighted(x, w);
            for row in rows {
                let k = row[0] * w;
                total += k * weighted(row, w) + 2.0 * product(w, &row[1]) + weighted(&row[1..], 1.5);
            }
            total / 3.0
        }
        case!($F $mode: sums(slice x: -1.0..1.0 => vec![0.0; 4], slice rows: -1.0..1.0 => vec![[0.0; 3]; 3], by w: -1.0..1.0));

        #[backprop $options]
        pub fn dotted(a: &[$F], b: &[$F]) -> $F {
            let mut s = 0.0;
            for (p, q) in a.iter().zip(b) {
                s += p * q * q;
            }
            s
        }

        // The same memory twice, parts of it that overlap, and a copy that is made before and changed after.
        #[backprop $options]
        pub fn shared(x: &[$F], y: $F) -> $F {
            let mut own = [y, x[0] * y, 1.0, x[1]];
            own[2] = y.sin() * x[2];
            let first = dotted(x, x) + dotted(&x[1..], &x[..3]) * 0.5 + dotted(&own, x);
            let kept = dotted(&own, &own);
            own[0] = first;
            own[3] *= y;
            first - kept + dotted(&own, &own[1..]) + own[0]
        }
        case!($F $mode: shared(slice x: -1.0..1.0 => vec![0.0; 4], by y: -1.0..1.0));

        // Results whose adjoint is not known: used in a product with what comes later, carried, looked at.
        #[backprop $options]
        pub fn later(x: &[$F], w: $F) -> $F {
            let a = weighted(x, w);
            let b = weighted(x, a);
            let mut s = b;
            for i in 0..x.len() {
                s = (s * weighted(&x[i..], w)).cos() + s;
                if s > 0.0 {
                    s -= weighted(&x[..i], s);
                }
            }
            a * s + b
        }
        case!($F $mode: later(slice x: -1.0..1.0 => vec![0.0; 4], by w: -1.0..1.0));

        // In branches, with early returns, and in an arm only.
        #[backprop $options]
        pub fn tree(x: &[$F], scale: $F, at: usize) -> $F {
            if at >= x.len() {
                return 0.0;
            }
            if x[at] < -0.7 {
                return scale * weighted(&x[at..], scale);
            }
            let left = tree(x, scale * 0.5, 2 * at + 1);
            let right = tree(x, scale * x[at], 2 * at + 2);
            x[at] * x[at] + 3.0 * left - right * scale
        }
        case!($F $mode: tree(slice x: -1.0..1.0 => vec![0.0; 9], by scale: 0.5..1.0; 0));

        #[backprop $options]
        pub fn generic<T: num_traits::Float>(x: &[T], y: T) -> T {
            let mut s = T::zero();
            for &v in x {
                s = s + v * y;
            }
            s
        }

        #[backprop $options]
        pub fn of_generic(x: &[$F], y: $F) -> $F {
            let mut s = 0.0;
            for i in 0..x.len() {
                s += 0.5 * generic(&x[..i], y) + generic::<$F>(x, x[i]);
            }
            s
        }
        case!($F $mode: of_generic(slice x: -1.0..1.0 => vec![0.0; 4], by y: -1.0..1.0));
    };
}
instances!(functions);

/// The call is made once, whatever becomes of it, and its effects come in the order of the source.
#[test]
fn effects() {
    let mut log = Vec::new();
    let (value, (dx, dy)) = twice_grad(&[1.0, 2.0], 3.0, &mut log);
    assert_eq!((value, dx, dy), (25.5, vec![6.5, 9.5], 8.0));
    assert_eq!(log, [2, 0, 2, 1]);
}

#[backprop]
fn logged(x: &[f64], y: f64, log: &mut Vec<usize>) -> f64 {
    log.push(x.len());
    let mut s = 0.0;
    for v in x {
        s += v * y;
    }
    s
}

#[backprop]
fn twice(x: &[f64], y: f64, log: &mut Vec<usize>) -> f64 {
    let a = logged(x, y, log);
    log.push(0);
    let b = logged(x, y + 0.5, log) * 1.0 + x[1] * y;
    log.push(1);
    a + b
}

/// Callees of several numbers of arguments, generic ones without that part, and array operations, which have none.
#[test]
fn of_all_kinds() {
    let x = [0.5, -1.0, 2.0];
    let (value, gradient) = kinds_grad(&x);
    // x0² · 2 + (x0 x1 + x2) + (1.5 x1) + |x| + 3 x2
    let norm = 5.25_f64.sqrt();
    assert!((value - (0.5 + 1.5 - 1.5 + norm + 6.0)).abs() < 1e-14);
    let expected = [2.0 - 1.0 + 0.5 / norm, 0.5 + 1.5 - 1.0 / norm, 1.0 + 3.0 + 2.0 / norm];
    gradient.iter().zip(expected).for_each(|(a, b)| assert!((a - b).abs() < 1e-14, "{a} and {b}"));
}

#[backprop]
fn square<T: num_traits::Float>(x: T) -> T {
    x * x
}

#[backprop]
fn fused(a: f64, b: f64, c: &[f64]) -> f64 {
    let mut s = 0.0;
    for v in c {
        s += v + a * b;
    }
    s
}

#[backprop]
fn scaled<T: num_traits::Float>(x: T, y: T) -> T {
    x * y
}

#[backprop]
fn kinds(x: &[f64]) -> f64 {
    let mut total = square(x[0]) * 2.0 + fused(x[0], x[1], &x[2..]) + scaled(1.5, x[1]);
    total += backprop::norm(x);
    for _ in 0..3 {
        total += scaled(1.0, x[2]);
    }
    total
}

/// What arguments are, only the callee says; and what they borrow lives for the call alone.
#[test]
fn arguments_of_the_callees_types() {
    assert_eq!(told_grad(3.0, 2), (15.0 + 9.0 + 6.0 + 9.0, 5.0 + 3.0 + 2.0 + 3.0));
}

#[backprop]
fn counted(a: f64, b: &[usize], text: &str, c: Option<u8>) -> f64 {
    let mut s = 0.0;
    for k in b {
        s += a * *k as f64;
    }
    s + a * text.len() as f64 + if c.is_some() { a } else { 0.0 }
}

#[backprop]
fn told(x: f64, n: usize) -> f64 {
    let mut total = counted(x, &[], String::from("three").as_str(), Default::default());
    total += counted(x, &Vec::with_capacity(n), &n.to_string().repeat(3), Default::default());
    total += counted(
        x,
        &n.to_string().bytes().map(|b| (b - b'0').into()).collect::<Vec<_>>(),
        "",
        Default::default(),
    );
    total + counted(x, &vec![], "ab", Some(n as u8))
}
