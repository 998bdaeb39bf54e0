//! Methods with a derivative on parts of passive data: elements of slices, what patterns and chains bind, what may change.

use backprop::backprop;

#[derive(Clone)]
struct Spring {
    stiffness: f64,
}

impl Spring {
    fn of(n: usize) -> Self {
        Spring { stiffness: 1.0 / n as f64 }
    }

    #[backprop(jvp)]
    fn energy(&self, r: f64) -> f64 {
        self.stiffness * r * r
    }
}

struct Bonds {
    all: Vec<Spring>,
    one: Spring,
    first: Option<Spring>,
}

impl Bonds {
    fn new() -> Self {
        let spring = |stiffness| Spring { stiffness };
        Bonds {
            all: vec![spring(0.5), spring(0.75), spring(1.25)],
            one: spring(3.0),
            first: Some(spring(0.25)),
        }
    }
}

#[backprop(jvp)]
fn in_chains(x: &[f64], #[no_grad] bonds: &Bonds) -> f64 {
    let all = &bonds.all;
    let sum: f64 = all.iter().map(|s| s.energy(x[0])).sum();
    let zipped: f64 = all.iter().zip(x).map(|(s, &x)| s.energy(x).sin()).sum();
    let folded = all.iter().rev().fold(x[1], |x, s| s.energy(x));
    let most = all.iter().map(|s| s.energy(x[2])).fold(0.0, f64::max);
    sum + zipped * folded + most
}

#[backprop(jvp)]
fn in_loops(x: &[f64], springs: &[Spring]) -> f64 {
    let mut s = x[0];
    for spring in springs {
        s += spring.energy(s * 0.5);
    }
    for (spring, v) in springs.iter().zip(x.iter()) {
        s = spring.energy(s * v);
        if s > 50.0 {
            break;
        }
    }
    for i in 0..4 {
        s += springs[(i + 1) % springs.len()].energy(x[i % x.len()]) * s;
    }
    for (i, spring) in springs.iter().enumerate().skip(1) {
        s += spring.energy(x[i]);
    }
    s
}

#[backprop(jvp)]
fn bound(x: f64, #[no_grad] bonds: &Bonds, n: usize) -> f64 {
    let one = &bonds.one;
    let nth = &bonds.all[n];
    let last = bonds.all.last().unwrap();
    let a = one.energy(x) + nth.energy(x * 2.0) * last.energy(x.sin());
    let b = if let Some(first) = &bonds.first { first.energy(x + a) } else { 1.0 };
    let c = match &bonds.first {
        Some(first) if n > 0 => first.energy(b),
        Some(first) => first.energy(b) + 1.0,
        None => b,
    };
    a * b + c
}

// The call is differentiated where it was made, whatever becomes of the spring.
#[backprop(jvp)]
fn changed(x: f64, n: usize) -> f64 {
    let mut spring: Spring = Spring { stiffness: 0.5 };
    let mut y = x;
    for i in 0..n {
        y = spring.energy(y) + x;
        spring.stiffness = 0.25 + 0.125 * i as f64;
    }
    y * spring.energy(x)
}

/// Nobody says what `spring` is but the literal and the function that make it.
#[backprop(jvp)]
fn made(x: &[f64], y: f64) -> f64 {
    let mut spring = Spring { stiffness: 0.5 };
    let mut other = Spring::of(x.len());
    let mut s = y;
    for v in x {
        spring.stiffness += 0.25;
        s += spring.energy(*v) * y;
        let inner = Spring::of(2);
        s += inner.energy(s) * other.energy(*v);
        other = Spring { stiffness: spring.stiffness * 0.5 };
    }
    s + spring.energy(y)
}

#[backprop(jvp)]
fn temporary(x: f64, n: usize) -> f64 {
    let y = Spring { stiffness: 0.5 }.energy(x);
    Spring::of(n).energy(y) + (Spring { stiffness: n as f64 }).energy(x)
}

mod called {
    use super::*;
    case!(f64 double: made(slice x: 0.5..1.5 => [0.0; 3], by y: 0.5..1.5));
    case!(f64 double: temporary(by x: 0.5..1.5; 3));
    case!(f64 double: in_chains(slice x: 0.5..1.5 => [0.0; 3]; &Bonds::new()));
    case!(f64 double: in_loops(slice x: 0.5..1.5 => [0.0; 3]; &Bonds::new().all));
    case!(f64 double: bound(by x: 0.5..1.5; &Bonds::new(), 1));
    case!(f64 double: changed(by x: 0.5..1.5; 3));
}
