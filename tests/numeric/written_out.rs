//! The user's own macros around active values, where their definitions are in sight.

use backprop::backprop;

/// As in `astro`.
macro_rules! horner {
    ($x:expr, $c:expr, $($a:expr),*) => {
        {
            let mut y = $c;
            let mut u = 1.0;
            $(
                u *= $x;
                y += u * $a;
            )*
            y
        }
    }
}

macro_rules! polynomial {
    ($x:expr, $a:expr) => { $a };
    ($x:expr, $a:expr, $($rest:expr),+ $(,)?) => { $a + $x * polynomial!($x, $($rest),+) };
}

macro_rules! square {
    ($x:expr) => {
        $x * $x
    };
}

const SCALE: f64 = 1.5;

macro_rules! scaled {
    ($x:expr) => {
        SCALE * shifted($x)
    };
}

macro_rules! sum_of {
    ($f:ident over $n:literal from $a:expr) => {{
        let mut total = 0.0;
        for i in 0..$n {
            total += $f($a + i as f64 * 0.1);
        }
        total
    }};
    ($f:ident) => {
        $f(1.0)
    };
}

macro_rules! set {
    ($v:ident, $($e:expr);+) => {{ $($v = $e;)+ }};
}

#[backprop(jvp)]
fn shifted(x: f64) -> f64 {
    x.sin() + 0.3
}

// Variables of the macro's have the names of the function's.
#[backprop(jvp)]
fn evaluated(x: f64, y: f64) -> f64 {
    let u = x * y;
    horner!(u, y, 0.5, x, u - y) + horner!(y + 0.1 * u, 1.0, -0.5 * x, 2.0)
}

// An argument is one expression, whatever it looks like.
#[backprop(jvp)]
fn precedence(x: f64, y: f64) -> f64 {
    square!(x + y) - square!(-x) * 3.0 + polynomial!(x - 0.2 * y, 1.0, y - x, x, 0.5,) + square!(square!(y))
}

// The same where nothing active flows.
#[backprop(jvp)]
fn passive(x: f64, #[no_grad] k: f64) -> f64 {
    let scale = 2.0 * polynomial!(k, 1.0, 0.5 - k) - 3.0 * horner!(k + 1.0, 1.0, k);
    let rest = polynomial!(k, k) - 1.0;
    x * scale * square!(k - 1.0)
        + rest
            * x.sin()
            * square!({
                let k = k * x;
                k + 1.0
            })
}

// Functions and constants that the macro names; other arms; assignments to what it is given.
#[backprop(jvp)]
fn named(x: f64, y: f64) -> f64 {
    let mut s = scaled!(x * y);
    if s > 0.4 {
        set!(s, s * x; s + y);
    }
    s + sum_of!(shifted over 3 from y) + if sum_of!(shifted) > 0.5 { square!(s) } else { 0.0 }
}

// A later definition of the same name is another macro.
macro_rules! square {
    ($x:expr) => {
        $x * $x + 1.0
    };
}

#[macro_use]
mod handed_on {
    macro_rules! cube {
        ($x:expr) => {
            $x * $x * $x
        };
    }
}

mod inner {
    use backprop::backprop;

    #[backprop(jvp)]
    pub fn shadowed(x: f64) -> f64 {
        let y = square!(x);
        x + cube!(y)
    }

    macro_rules! cube {
        ($x:expr) => {
            $x
        };
    }

    #[backprop(jvp)]
    pub fn shadowed_again(x: f64) -> f64 {
        x + cube!(square!(x))
    }
}
struct Line(f64);

impl Line {
    #[backprop(jvp)]
    fn at(&self, x: f64) -> f64 {
        polynomial!(x, 1.0, self.0, x)
    }
}

#[backprop(jvp)]
fn by_method(x: f64) -> f64 {
    let line = Line(0.5);
    line.at(x) + 0.1 * x
}

// Calls of macros that make items stand behind all that: they might define others.

use inner::*;

case!(f64 double: evaluated(by x: -1.0..1.0, by y: -1.0..1.0));
case!(f64 double: precedence(by x: -1.0..1.0, by y: -1.0..1.0));
case!(f64 double: passive(by x: -1.0..1.0; 0.7));
case!(f64 double: named(by x: -1.0..1.0, by y: -1.0..1.0));
case!(f64 double: shadowed(by x: -1.0..1.0));
case!(f64 double: shadowed_again(by x: -1.0..1.0));
case!(f64 double: by_method(by x: -1.0..1.0));

#[test]
fn values() {
    assert_eq!(evaluated_grad(0.5, 2.0).0, evaluated(0.5, 2.0));
    assert_eq!(shadowed_grad(2.0).1, 1.0 + 3.0 * 25.0 * 4.0);
    assert_eq!(shadowed_again_grad(2.0).1, 5.0);
}
