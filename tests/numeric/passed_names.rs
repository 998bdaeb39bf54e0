//! Closures that are passed to functions in sight, where names, effects and ways out could be confused.

#![allow(clippy::many_single_char_names, clippy::let_and_return, clippy::redundant_closure)]

use backprop::backprop;

const STEP: f64 = 0.5;

fn scaled(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    let k = 3.0;
    let y = f(x) * k * STEP;
    let f2 = |f: f64| f * 2.0;
    y + f2(x)
}

// Captured `k` of the caller has the name of a local of the taker.
#[backprop(jvp)]
fn shadow_local(x: f64) -> f64 {
    let k = x * x;
    scaled(|t| k * t, x)
}

// The caller hides the constant.
#[backprop(jvp)]
fn hides_const(x: f64) -> f64 {
    #[allow(non_snake_case)]
    let STEP2 = 7.0;
    scaled(|t| t * t * STEP2, x)
}

fn with_return(f: &dyn Fn(f64) -> f64, mut a: f64, n: usize) -> f64 {
    for i in 0..n {
        a = f(a);
        if a > 10.0 {
            return a * 2.0;
        }
        for j in 0..i {
            if j == 2 {
                continue;
            }
            a += 0.1 * f(a);
        }
    }
    a
}

#[backprop(jvp)]
fn early(x: f64, n: usize) -> f64 {
    let a = 2.0;
    let r = with_return(&|t| t * x + a, x + a, n);
    r + a
}

fn twice<F>(mut f: F, x: f64) -> f64
where
    F: FnMut(f64) -> f64,
{
    let first = f(x);
    f(first) + first
}

#[backprop(jvp)]
fn state(x: f64) -> f64 {
    let mut count = 0.0;
    let y = twice(
        |t| {
            count += t;
            t * count * x
        },
        x,
    );
    y + count
}

fn generic<T: Copy + core::ops::Mul<Output = T>>(f: impl Fn(T) -> T, x: T) -> T {
    let t = f(x);
    t * x
}

#[backprop(jvp)]
fn of_generic(x: f64, y: f64) -> f64 {
    generic(|v| v * v * y, x)
}

fn array(f: impl Fn(&[f64; 2]) -> [f64; 2], x: [f64; 2]) -> [f64; 2] {
    let x2 = f(&x);
    let x = [x2[0] + x[0], x2[1] * x[1]];
    f(&x)
}

#[backprop(jvp)]
fn of_array(x: [f64; 2], k: f64) -> f64 {
    let y = array(|v| [v[0] * k, v[1] * v[0]], x);
    y[0] * y[1]
}

fn nested_inner(g: impl Fn(f64) -> f64, x: f64) -> f64 {
    g(x) + g(2.0 * x)
}
fn nested_outer(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    nested_inner(|t| f(t) * x, x)
}
#[backprop(jvp)]
fn nested(x: f64, f: f64) -> f64 {
    nested_outer(|t| t * t * f, x)
}

fn order(a: f64, f: impl Fn(f64) -> f64, b: f64) -> f64 {
    a * f(b)
}
#[backprop(jvp)]
fn evaluation(x: f64) -> f64 {
    let mut v = vec![x];
    let y = order(
        {
            v.push(2.0 * x);
            v[0]
        },
        |t| t * t,
        {
            v.push(3.0 * x);
            v[2]
        },
    );
    y + v.len() as f64
}

fn shadows(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    let x = f(x);
    let x = {
        let x = x * 2.0;
        f(x)
    };
    match x {
        x if x > 1.0 => f(x),
        x => x * 3.0,
    }
}
#[backprop(jvp)]
fn shadowed(x: f64) -> f64 {
    shadows(|x| x * x + 0.1, x) * x
}

fn ident(f: fn(f64) -> f64, g: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(g(x))
}
#[backprop(jvp)]
fn cube(x: f64) -> f64 {
    x * x * x
}
#[backprop(jvp)]
fn paths(x: f64, k: f64) -> f64 {
    ident(cube, |t| k * t, x) + ident(f64::sin, |t| t * k, x)
}

fn unit(f: impl Fn(f64) -> f64, out: &mut [f64], x: f64) {
    for o in out.iter_mut() {
        *o = f(*o + x);
    }
}
#[backprop(jvp)]
fn outputs(x: f64, k: f64) -> f64 {
    let mut out = [x, 2.0, x * k];
    unit(|t| t * t * k, &mut out, x);
    out[0] + out[1] * out[2]
}

#[backprop(jvp)]
fn in_loop(x: f64, n: usize) -> f64 {
    let mut s = x;
    for i in 0..n {
        let w = 0.1 * i as f64;
        s = shadows(|t| (t * w).sin() + x, s) + s * 0.3;
    }
    s
}

/// What is evaluated when, and the names of both sides, in all modes.
mod checked {
    use super::*;

    case!(f64 double: shadow_local(by x: 0.5..1.5));
    case!(f64 double: hides_const(by x: 0.5..1.5));
    case!(f64 double: early(by x: 0.5..1.5; 0));
    case!(f64 double: state(by x: 0.5..1.5));
    case!(f64 double: of_generic(by x: 0.5..1.5, by y: 0.5..1.5));
    case!(f64 double: of_array(by x: 0.5..1.5 => [0.0; 2], by k: 0.5..1.5));
    case!(f64 double: nested(by x: 0.5..1.5, by f: 0.5..1.5));
    case!(f64 double: evaluation(by x: 0.5..1.5));
    case!(f64 double: shadowed(by x: 1.0..1.5));
    case!(f64 double: paths(by x: 0.5..1.5, by k: 0.5..1.5));
    case!(f64 double: outputs(by x: 0.5..1.5, by k: 0.5..1.5));
    case!(f64 double: in_loop(by x: 1.0..1.5; 4));
}

/// Out of the body in a round, after the rounds, and with none.
mod ways_out {
    use super::*;

    macro_rules! rounds {
        ($($module:ident $n:literal)*) => {
            $(
                mod $module {
                    use super::*;
                    case!(f64 double: early(by x: 1.1..1.5; $n));
                }
            )*
        };
    }
    rounds!(two 2 three 3 five 5);
}
