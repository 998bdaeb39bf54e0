//! Operators that are called as methods on floats, as generated code does: `self.x.mul(rhs.x)`, `self.x.add_assign(rhs.x)`.

use super::*;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct D2 {
    pub x: f64,
    pub y: f64,
}

leaves!(D2 { x, y });

#[backprop(jvp)]
impl Mul for D2 {
    type Output = Self;
    fn mul(self, rhs: Self) -> Self {
        Self { x: self.x.mul(rhs.x), y: self.y.mul(rhs.y) }
    }
}

#[backprop(jvp)]
impl Mul<f64> for D2 {
    type Output = Self;
    fn mul(self, rhs: f64) -> Self {
        Self { x: self.x.mul(rhs), y: self.y.mul(&rhs) }
    }
}

#[backprop(jvp)]
impl Add<&D2> for D2 {
    type Output = D2;
    fn add(self, rhs: &D2) -> D2 {
        D2 { x: self.x.add(rhs.x), y: (&self.y).add(&rhs.y) }
    }
}

#[backprop(jvp)]
impl Neg for D2 {
    type Output = Self;
    fn neg(self) -> Self {
        Self { x: self.x.neg(), y: self.y.neg() }
    }
}

#[backprop(jvp)]
impl AddAssign for D2 {
    fn add_assign(&mut self, rhs: Self) {
        self.x.add_assign(rhs.x);
        self.y.add_assign(rhs.y.mul(rhs.x));
    }
}

#[backprop(jvp)]
impl D2 {
    /// In a method, `Self` is the block's type.
    fn scale(#[grad] &mut self, k: f64) {
        self.x.mul_assign(k);
        self.y.div_assign(k);
        self.y.sub_assign(self.x);
    }
}

#[backprop(jvp)]
fn generated(#[grad] a: D2, #[grad] b: D2, k: f64) -> f64 {
    let mut c = (a * b) * k;
    c += -b;
    let mut d = c + &a;
    d.scale(k);
    d.x.sub(c.y).mul(a.x.div(k)).add(d.y.powi(2).neg())
}

#[backprop(jvp)]
fn in_place(#[grad] a: D2, #[grad] b: D2, k: f64) -> f64 {
    let mut s: f64 = a.x;
    s.add_assign(b.x);
    s.mul_assign(k);
    let mut parts: [f64; 2] = [b.y, a.y];
    for i in 0..2 {
        parts[i].mul_assign(s);
        parts[i].add_assign(k);
        s.sub_assign(0.25 * parts[i]);
    }
    s.div_assign(k + 2.0);
    s.rem_assign(0.75);
    s.rem(0.5).mul(parts[0]).add(parts[1])
}

#[backprop(jvp)]
fn of_references(#[grad] a: D2, #[grad] b: D2, k: f64) -> f64 {
    let xs: [f64; 4] = [a.x, a.y, b.x, b.y];
    let sum: f64 = xs.iter().map(|x| x.mul(x).add(k)).sum();
    let mut product: f64 = 1.0;
    for x in xs.iter() {
        product = product.mul(x.add(3.0));
    }
    sum.div(product)
}

macro_rules! tests {
    ($($name:ident)*) => {$(
        pastey::paste! {
            #[test]
            fn [<test_ $name>]() {
                check(
                    &(D2 { x: 0.7, y: -0.4 }, (D2 { x: 1.3, y: 0.9 }, 0.8)),
                    |(a, (b, k))| $name(*a, *b, *k),
                    |(a, (b, k))| {
                        let (v, (da, db, dk)) = [<$name _grad>](*a, *b, *k);
                        (v, (da, (db, dk)))
                    },
                    |(a, (b, k)), (ta, (tb, tk))| [<$name _jvp>](*a, *b, *k, *ta, *tb, *tk),
                );
            }
        }
    )*};
}

tests!(generated in_place of_references);

/// The same in single precision, and the whole of it as signs.
#[backprop]
fn single(x: f32, y: f32) -> f32 {
    let mut z: f32 = x.mul(y).sub(x.div(y));
    z.add_assign(x);
    z.neg()
}

#[test]
fn single_precision() {
    let (x, y) = (1.5f32, 2.0f32);
    assert_eq!(single_grad(x, y), (single(x, y), (-(y - 1.0 / y + 1.0), -(x + x / (y * y)))));
}
