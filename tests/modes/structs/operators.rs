//! Operators and indices of a vector type of the user's, by value and by reference, with numbers on either side.

use super::vectors::{A, B, V3};
use super::*;
use std::ops::{Add, AddAssign, Div, Index, IndexMut, Mul, MulAssign, Neg, Sub, SubAssign};

#[backprop(jvp)]
impl Add for V3 {
    type Output = V3;
    fn add(self, o: V3) -> V3 {
        V3 { x: self.x + o.x, y: self.y + o.y, z: self.z + o.z }
    }
}

#[backprop(jvp)]
impl<'a> Add<&'a V3> for &'a V3 {
    type Output = V3;
    fn add(self, o: &'a V3) -> Self::Output {
        V3 { x: self.x + o.x, y: self.y + o.y, z: self.z + o.z }
    }
}

#[backprop(jvp)]
impl Sub<&V3> for V3 {
    type Output = Self;
    fn sub(self, o: &V3) -> Self {
        Self { x: self.x - o.x, y: self.y - o.y, z: self.z - o.z }
    }
}

/// The product of two vectors is a number, unlike that of a vector and a number.
#[backprop(jvp)]
impl Mul for V3 {
    type Output = f64;
    fn mul(self, o: V3) -> f64 {
        self.dot(&o)
    }
}

#[backprop(jvp)]
impl Mul<f64> for V3 {
    type Output = V3;
    fn mul(self, k: f64) -> V3 {
        V3 { x: self.x * k, y: self.y * k, z: self.z * k }
    }
}

#[backprop(jvp)]
impl Mul<V3> for f64 {
    type Output = V3;
    fn mul(self, v: V3) -> V3 {
        v * self
    }
}

#[backprop(jvp)]
impl Div<f64> for V3 {
    type Output = V3;
    fn div(self, k: f64) -> V3 {
        self * (1.0 / k)
    }
}

#[backprop(jvp)]
impl Neg for V3 {
    type Output = V3;
    fn neg(self) -> V3 {
        V3 { x: -self.x, y: -self.y, z: -self.z }
    }
}

#[backprop(jvp)]
impl AddAssign for V3 {
    fn add_assign(&mut self, o: V3) {
        self.x += o.x;
        self.y += o.y;
        self.z += o.z;
    }
}

#[backprop(jvp)]
impl SubAssign<V3> for V3 {
    fn sub_assign(&mut self, o: V3) {
        *self = V3 { x: self.x - o.x, y: self.y - o.y, z: self.z - o.z };
    }
}

#[backprop(jvp)]
impl MulAssign<f64> for V3 {
    fn mul_assign(&mut self, k: f64) {
        self.x *= k;
        self.y *= k;
        self.z *= k;
    }
}

#[backprop]
impl Index<usize> for V3 {
    type Output = f64;
    fn index(&self, i: usize) -> &f64 {
        match i {
            0 => &self.x,
            1 => &self.y,
            2 => &self.z,
            _ => panic!("a vector has three elements, and no element {i}"),
        }
    }
}

impl IndexMut<usize> for V3 {
    fn index_mut(&mut self, i: usize) -> &mut f64 {
        match i {
            0 => &mut self.x,
            1 => &mut self.y,
            2 => &mut self.z,
            _ => panic!("a vector has three elements, and no element {i}"),
        }
    }
}

#[backprop(jvp)]
fn sums(#[grad] a: V3, #[grad] b: V3, k: f64) -> f64 {
    let c = a + b - &a;
    let d = &c + &b;
    (d * 2.0 - &c).x * k + (-d).y
}

#[backprop(jvp)]
fn products(#[grad] a: V3, #[grad] b: V3, k: f64) -> f64 {
    let c = k * a + 2.0 * b;
    let d = c / (1.0 + k);
    c * d + (d * k).z
}

#[backprop(jvp)]
fn in_loops(#[grad] a: V3, #[grad] b: V3, k: f64) -> f64 {
    let mut sum = V3::new(0.0, 0.0, 0.0);
    let mut v = b;
    for i in 0..4 {
        sum += v * k;
        v -= a * 0.5;
        v *= 1.0 + 0.1 * i as f64;
        if v.norm() > 2.0 {
            sum = sum - &b;
        }
    }
    sum * v
}

#[backprop(jvp)]
fn of_elements(#[grad] a: V3, #[grad] b: V3, k: f64) -> f64 {
    let mut path = vec![a, b, a + b];
    path[1] += a * k;
    path[2] = path[1] - &path[0];
    let mut total = 0.0;
    for w in path.windows(2) {
        total += (w[1] - &w[0]).norm();
    }
    total * path[2].x
}

#[backprop(jvp)]
fn indices(#[grad] a: V3, #[grad] b: V3, k: f64) -> f64 {
    let mut v = a;
    v[1] = b[2] * k;
    v[0] += v[1];
    let mut sum = 0.0;
    for i in 0..3 {
        sum += v[i] * b[i] + a[2 - i];
    }
    sum * v[2]
}

#[backprop(jvp)]
fn constants(#[grad] a: V3, #[grad] b: V3, k: f64) -> f64 {
    let up = V3::new(0.0, 0.0, 1.0);
    let c = a + up;
    let d = up * k;
    if c * up > 0.0 { (c + d) * b } else { d * b }
}

macro_rules! tests {
    ($($name:ident)*) => {$(
        pastey::paste! {
            #[test]
            fn [<test_ $name>]() {
                check(
                    &(A, (B, 0.8)),
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

tests!(sums products in_loops of_elements indices constants);
