//! Operators whose functions change what they were given: `mut self`, `mut other`.

use super::vectors::V3;
use super::*;
use std::ops::{Add, Div, Mul, Neg, Sub};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct M {
    pub d: [f64; 3],
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Long {
    pub d: Vec<f64>,
}

impl Leaves for M {
    fn visit(&mut self, f: &mut dyn FnMut(&mut f64)) {
        self.d.visit(f);
    }
}

impl Leaves for Long {
    fn visit(&mut self, f: &mut dyn FnMut(&mut f64)) {
        self.d.visit(f);
    }
}

#[backprop(jvp)]
impl Add for M {
    type Output = M;
    fn add(mut self, o: M) -> M {
        for (a, b) in self.d.iter_mut().zip(o.d.iter()) {
            *a += b
        }
        self
    }
}

#[backprop(jvp)]
impl Sub for M {
    type Output = Self;
    fn sub(self, mut o: Self) -> Self {
        for (a, b) in o.d.iter_mut().zip(&self.d) {
            *a = b - *a;
        }
        o
    }
}

#[backprop(jvp)]
impl Mul<f64> for M {
    type Output = M;
    fn mul(mut self: Self, mut k: f64) -> Self::Output {
        k += 0.0;
        for a in &mut self.d {
            *a *= k;
        }
        self
    }
}

/// The first operand is a float, and changes as well.
#[backprop(jvp)]
impl Mul<M> for f64 {
    type Output = M;
    fn mul(mut self, mut m: M) -> M {
        m.d[0] *= self;
        self += 1.0;
        m.d[1] *= self;
        m.d[2] *= self * self;
        m
    }
}

#[backprop(jvp)]
impl Neg for M {
    type Output = M;
    fn neg(mut self) -> M {
        self.d[0] = -self.d[0];
        self.d[1] = -self.d[1];
        self.d[2] = -self.d[2];
        self
    }
}

/// A value and a reference, with heap memory.
#[backprop(jvp)]
impl Add<&Long> for Long {
    type Output = Long;
    fn add(mut self, o: &Long) -> Long {
        for (a, b) in self.d.iter_mut().zip(o.d.iter()) {
            *a += b;
        }
        self
    }
}

#[backprop(jvp)]
impl Mul<f64> for Long {
    type Output = Long;
    fn mul(mut self, k: f64) -> Long {
        self.d.iter_mut().for_each(|x| *x *= k);
        self
    }
}

/// Operators of a module's structs, by the module's attribute.
#[backprop(jvp)]
mod inside {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct P {
        pub x: f64,
        pub y: f64,
    }

    impl Div<f64> for P {
        type Output = P;
        fn div(mut self, k: f64) -> P {
            self.x /= k;
            self.y /= k;
            self
        }
    }

    impl Mul for P {
        type Output = P;
        fn mul(mut self, o: P) -> P {
            let x = self.x * o.x - self.y * o.y;
            self.y = self.x * o.y + self.y * o.x;
            self.x = x;
            self
        }
    }

    #[backprop(jvp)]
    pub fn of_module(#[grad] p: P, #[grad] q: P, k: f64) -> f64 {
        let r = (p * q) / k;
        let s = r * r;
        s.x * p.y + s.y
    }
}
use inside::{P, of_module, of_module_grad, of_module_jvp};

leaves!(P { x, y });

#[backprop(jvp)]
fn in_place(#[grad] a: M, #[grad] b: M, k: f64) -> f64 {
    let c = a + b * k;
    let d = k * (c - a) + -b;
    // The operands stay what they were.
    d.d[0] * a.d[1] + d.d[1] * b.d[2] * c.d[0] + d.d[2] * c.d[1]
}

#[backprop(jvp)]
fn of_loops(#[grad] a: M, #[grad] b: M, k: f64) -> f64 {
    let mut sum = a;
    for i in 0..3 {
        sum = sum * k + b * (i as f64);
    }
    sum.d[0] * sum.d[1] * sum.d[2]
}

#[backprop(jvp)]
fn of_memory(#[grad] a: &Long, #[grad] b: &Long, k: f64) -> f64 {
    let c = a.clone() * k + b;
    let d = c.clone() * k + &c;
    d.d.iter().zip(&a.d).map(|(x, y)| x * x * y).sum::<f64>()
}

const A: M = M { d: [0.7, -0.4, 1.3] };
const B: M = M { d: [1.1, 0.6, -0.8] };

#[test]
fn in_place_and_out_of_place() {
    check(
        &(A, (B, 0.8)),
        |(a, (b, k))| in_place(*a, *b, *k),
        |(a, (b, k))| {
            let (v, (da, db, dk)) = in_place_grad(*a, *b, *k);
            (v, (da, (db, dk)))
        },
        |(a, (b, k)), (ta, (tb, tk))| in_place_jvp(*a, *b, *k, *ta, *tb, *tk),
    );
}

#[test]
fn operands_that_loops_carry() {
    check(
        &(A, (B, 0.8)),
        |(a, (b, k))| of_loops(*a, *b, *k),
        |(a, (b, k))| {
            let (v, (da, db, dk)) = of_loops_grad(*a, *b, *k);
            (v, (da, (db, dk)))
        },
        |(a, (b, k)), (ta, (tb, tk))| of_loops_jvp(*a, *b, *k, *ta, *tb, *tk),
    );
}

#[test]
fn operands_with_memory() {
    let long = |d: &[f64]| Long { d: d.to_vec() };
    check(
        &(long(&[0.4, -1.2]), (long(&[0.9, 0.3]), 0.8)),
        |(a, (b, k))| of_memory(a, b, *k),
        |(a, (b, k))| {
            let (v, (da, db, dk)) = of_memory_grad(a, b, *k);
            (v, (da, (db, dk)))
        },
        |(a, (b, k)), (ta, (tb, tk))| of_memory_jvp(a, b, *k, ta, tb, *tk),
    );
}

#[test]
fn operators_of_a_module() {
    check(
        &(P { x: 0.4, y: -1.1 }, (P { x: 0.9, y: 0.3 }, 0.8)),
        |(a, (b, k))| of_module(*a, *b, *k),
        |(a, (b, k))| {
            let (v, (da, db, dk)) = of_module_grad(*a, *b, *k);
            (v, (da, (db, dk)))
        },
        |(a, (b, k)), (ta, (tb, tk))| of_module_jvp(*a, *b, *k, *ta, *tb, *tk),
    );
}

/// A changed copy of a vector with functions of its own.
#[backprop(jvp)]
impl Div<V3> for V3 {
    type Output = V3;
    fn div(mut self, mut o: V3) -> V3 {
        o = o.scale(2.0);
        self.x /= o.x;
        self.y /= o.y;
        self.z /= o.z;
        self
    }
}

#[backprop(jvp)]
fn quotients(#[grad] a: V3, #[grad] b: V3) -> f64 {
    let c = a / b;
    (c / a).dot(&b) + c.x * c.y
}

#[test]
fn functions_of_changed_copies() {
    check(
        &(super::vectors::A, super::vectors::B),
        |(a, b)| quotients(*a, *b),
        |(a, b)| quotients_grad(*a, *b),
        |(a, b), (ta, tb)| quotients_jvp(*a, *b, *ta, *tb),
    );
}
