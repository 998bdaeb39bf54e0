//! Copied closures and references that hold on to variables whose names mean something else in the companion: a constant that
//! is written out where it is read, or the second variable of a name.

#![allow(clippy::let_and_return, clippy::many_single_char_names)]

use backprop::backprop;

const PERIOD: usize = 3;

struct Shift {
    n: usize,
}

impl Shift {
    fn n(&self) -> usize {
        self.n
    }
}

#[backprop(jvp)]
fn of_constant(x: &[f64], a: f64) -> f64 {
    let n = PERIOD;
    let wrapped = |i: usize| (i * 2 + 1) % n;
    let mut s = 0.0;
    for i in 0..4 {
        s += x[wrapped(i)] * a.powi(i as i32);
    }
    s
}

#[backprop(jvp)]
fn in_arm(x: &[f64], a: f64, period: usize) -> f64 {
    match period {
        0 => a,
        n => {
            let wrapped = |i: usize| (i + 2) % n;
            let order: Vec<usize> = (0..4).map(wrapped).collect();
            order.iter().map(|&i| x[i] * a).sum()
        }
    }
}

#[backprop(jvp)]
fn of_one_name(x: &[f64], a: f64) -> f64 {
    let mut s = 0.0;
    for i in 0..2 {
        let n = i + 1;
        let at = |i: usize| (i * n) % 3;
        s += x[at(i)] * a;
    }
    let n = 5;
    for i in 0..3 {
        let n = i + 2;
        // The field, the method and the variable are three things.
        let at = |i: usize| {
            let shift = Shift { n };
            (i * shift.n() + shift.n + n) % 3
        };
        let n = n + 1;
        let of_both = |i: usize| (at(i) + n) % 3;
        let counted = |i: usize| format!("{i}{n}").len();
        s += x[of_both(i)] * a.sin() * counted(9) as f64 + x[(n + 7) % 3] * a;
    }
    s * x[n % 3]
}

#[backprop(jvp)]
fn kept_iterator(x: &[f64], a: f64) -> f64 {
    let n = PERIOD;
    let mut order = [1_usize, 2, 0, 5].into_iter().filter(|i| i + n < 6);
    let limit = &n;
    let mut seen = 0;
    let mut next = |by: usize| {
        seen += by;
        (seen * *limit + n + 1) % 3
    };
    let (i, j) = (order.next().unwrap_or(0), order.next().unwrap_or(0));
    (x[i] + 2.0 * x[next(1)]) * a + x[next(2)] * x[j]
}

#[backprop(jvp)]
fn picked(x: &[f64], #[no_grad] at: &dyn Fn(usize) -> usize) -> f64 {
    x[at(0)] * x[at(1)].sin()
}

#[backprop(jvp)]
fn lent(x: &[f64], a: f64) -> f64 {
    let n = PERIOD;
    let mut s = picked(x, &|i| (i + n) % 2) * a;
    for i in 0..2 {
        let n = i + 2 * n;
        s += picked(x, &|i| (i + n) % 3) * a;
    }
    s
}

// The companion's own variables are called like the user's references.
#[backprop(jvp)]
fn of_references(x: &[f64], #[no_grad] rates: &[f64]) -> f64 {
    let mut s = 0.0;
    for (r, q) in rates.iter().zip(rates.iter()) {
        let scaled = |t: f64| if t > 9.0 { t } else { t + q / (1.0 + (*r) * (*r)) };
        if *q < 0.75 || *r > 2.0 {
            s += x[0] * *r;
        }
        s += x[1].sin() * (scaled(1.0) + *q);
        if (*q + *r) > 3.0 {
            return s * *r;
        }
    }
    s
}

struct Order {
    n: usize,
    table: Vec<usize>,
}

// What the inner closure takes is a number of a type that only its use as an index tells.
#[backprop(jvp)]
fn by_fields(x: &[f64], a: f64, order: &Order) -> f64 {
    let (n, t) = (order.n, &order.table);
    let of_table = |i: usize| t[i % n];
    let mut s = 0.0;
    for n in 0..2 {
        let moved = |i| (of_table(i) + n) % x.len();
        for i in 0..x.len() {
            s += x[moved(i)] * a.powi(i as i32);
        }
    }
    s
}

mod held {
    use super::*;
    case!(f64 double: of_constant(slice x: 0.5..1.5 => [0.0; 3], by a: 0.5..1.5));
    case!(f64 double: in_arm(slice x: 0.5..1.5 => [0.0; 3], by a: 0.5..1.5; 3));
    case!(f64 double: of_one_name(slice x: 0.5..1.5 => [0.0; 3], by a: 0.5..1.5));
    case!(f64 double: kept_iterator(slice x: 0.5..1.5 => [0.0; 3], by a: 0.5..1.5));
    case!(f64 double: lent(slice x: 0.5..1.5 => [0.0; 3], by a: 0.5..1.5));
    case!(f64 double: by_fields(slice x: 0.5..1.5 => [0.0; 3], by a: 0.5..1.5;
        &Order { n: 2, table: vec![1, 0] }));
    case!(f64 double: of_references(slice x: 0.5..1.5 => [0.0; 3]; &[0.5, 1.0, 1.75]));
}
