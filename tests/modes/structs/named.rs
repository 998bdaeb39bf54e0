//! Methods of structs that are called as `std`'s are, operators behind `&mut`, and indices of several kinds.

use super::*;
use std::ops::{AddAssign, DivAssign, Index, IndexMut, Mul, MulAssign, RemAssign, SubAssign};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct D {
    a: f64,
    b: f64,
}
leaves!(D { a, b });

#[backprop(jvp)]
impl D {
    fn reverse(#[grad] &mut self) {
        (self.a, self.b) = (self.b, self.a * 2.0);
    }

    fn fill(#[grad] &mut self, x: f64) {
        self.a = x * x;
        self.b *= 0.5;
    }

    fn swap(#[grad] &mut self, #[grad] o: &D, #[no_grad] k: f64) {
        self.a += o.b * k;
    }

    fn push(#[grad] &mut self, x: f64) {
        self.a += x * self.b;
    }

    fn sort_by(#[grad] &mut self, x: f64) {
        self.b -= x;
    }

    fn rotate_left(#[grad] &mut self, n: usize) {
        self.a *= n as f64;
    }

    fn split_at(#[grad] &self, n: usize) -> f64 {
        self.a * self.b + n as f64
    }

    fn concat(#[grad] &self) -> f64 {
        self.a - self.b
    }

    fn first(#[grad] &self) -> f64 {
        self.b * 7.0
    }

    fn len(#[grad] &self) -> f64 {
        self.a.hypot(self.b)
    }

    fn sum(#[grad] &self) -> f64 {
        self.a * self.a - self.b
    }

    fn map(#[grad] &self, k: f64) -> D {
        D { a: k * self.a, b: k * k * self.b }
    }

    fn max(#[grad] self, #[grad] o: D) -> D {
        D { a: self.a * o.a, b: self.b + o.b }
    }
}

#[backprop(jvp)]
fn methods(#[grad] d: &(D, D)) -> f64 {
    let mut c = d.0;
    c.reverse();
    c.fill(d.1.a);
    c.swap(&d.1, 0.25);
    c.push(d.1.b);
    c.sort_by(d.0.a);
    c.rotate_left(3);
    c.split_at(1) + c.concat() * c.first() + c.len() * c.sum() + c.map(d.0.b).max(d.1).a
}

/// What is lent mutably is read beside it.
#[backprop(jvp)]
fn lent_to_itself(#[grad] d: &D) -> f64 {
    let mut c = *d;
    c.push(c.b);
    c.fill(c.a * c.b);
    c.push(c.a);
    c.a * c.b
}

#[backprop(jvp)]
impl Mul<usize> for D {
    type Output = D;
    fn mul(self, k: usize) -> D {
        D { a: self.a * k as f64, b: self.b }
    }
}

#[backprop(jvp)]
impl Mul<f64> for D {
    type Output = f64;
    fn mul(self, k: f64) -> f64 {
        self.a * k + self.b
    }
}

#[backprop(jvp)]
fn times(#[grad] d: &D) -> f64 {
    let c = *d * 3usize;
    c.a * c.b + *d * d.b
}

#[backprop(jvp)]
impl AddAssign for D {
    fn add_assign(&mut self, o: D) {
        self.a += o.a;
        self.b += 2.0 * o.b;
    }
}

#[backprop(jvp)]
impl SubAssign for D {
    fn sub_assign(&mut self, o: D) {
        self.a -= o.a;
        self.b -= 2.0 * o.b;
    }
}

#[backprop(jvp)]
impl MulAssign for D {
    fn mul_assign(&mut self, o: D) {
        self.a *= o.a;
        self.b *= o.b;
    }
}

#[backprop(jvp)]
impl DivAssign<f64> for D {
    fn div_assign(&mut self, k: f64) {
        self.a /= k;
        self.b /= k * k;
    }
}

#[backprop(jvp)]
impl RemAssign<f64> for D {
    fn rem_assign(&mut self, k: f64) {
        self.a %= k;
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Two {
    a: D,
    b: D,
}
leaves!(Two { a, b });

/// The value alone is computed where the operators of what is behind `&mut` stand for themselves.
#[backprop(jvp)]
fn behind(#[grad] t: &mut Two) -> f64 {
    t.a *= t.b;
    t.a -= t.b;
    t.a += t.b;
    t.a /= 1.5;
    t.a %= 0.4;
    t.a.a + t.a.b
}

#[backprop(jvp)]
fn in_place(#[grad] t: &Two) -> f64 {
    let mut t = *t;
    behind(&mut t) * t.b.a + t.a.b
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct M {
    cols: usize,
    data: Vec<f64>,
}
leaves!(M { data });

#[backprop]
impl Index<(usize, usize)> for M {
    type Output = f64;
    fn index(&self, (i, j): (usize, usize)) -> &f64 {
        &self.data[i * self.cols + j]
    }
}

impl IndexMut<(usize, usize)> for M {
    fn index_mut(&mut self, (i, j): (usize, usize)) -> &mut f64 {
        &mut self.data[i * self.cols + j]
    }
}

#[backprop]
impl Index<[usize; 2]> for M {
    type Output = f64;
    fn index(&self, [i, j]: [usize; 2]) -> &f64 {
        &self.data[i * self.cols + j]
    }
}

impl IndexMut<[usize; 2]> for M {
    fn index_mut(&mut self, [i, j]: [usize; 2]) -> &mut f64 {
        &mut self.data[i * self.cols + j]
    }
}

#[backprop]
impl Index<usize> for M {
    type Output = f64;
    fn index(&self, i: usize) -> &f64 {
        &self.data[i]
    }
}

impl IndexMut<usize> for M {
    fn index_mut(&mut self, i: usize) -> &mut f64 {
        &mut self.data[i]
    }
}

#[backprop(jvp)]
fn indices(#[grad] m: &M) -> f64 {
    let mut l = m.clone();
    let mut s = 0.0;
    for i in 0..2 {
        for j in 0..m.cols {
            l[(i, j)] *= m[[1 - i, j]];
            s += l[(i, j)] * m[i + j];
        }
    }
    s + l[[0, 1]] * l[3]
}

#[backprop(jvp)]
fn bare_literal(#[grad] m: &M) -> f64 {
    let mut det = 1.0;
    for i in 0..m.cols {
        det *= m.data[i];
    }
    det
}

#[test]
fn names_of_std() {
    let d = (D { a: 0.7, b: 0.4 }, D { a: 1.3, b: -0.6 });
    check(&d, methods, |p| methods_grad(p), |p, t| methods_jvp(p, *t));
    check(&d.0, lent_to_itself, |p| lent_to_itself_grad(p), |p, t| lent_to_itself_jvp(p, t));
    check(&d.0, times, |p| times_grad(p), |p, t| times_jvp(p, t));
}

#[test]
fn operators_behind_mut() {
    let t = Two { a: D { a: 0.7, b: 0.4 }, b: D { a: 1.3, b: -0.6 } };
    check(&t, in_place, |p| in_place_grad(p), |p, t| in_place_jvp(p, t));
    assert_eq!(behind_grad(&mut t.clone()), behind(&mut t.clone()));
}

#[test]
fn elements_by_tuples_and_arrays() {
    let m = M { cols: 2, data: vec![0.3, 1.2, -0.7, 0.9] };
    check(&m, indices, |p| indices_grad(p), |p, t| indices_jvp(p, t));
    check(&m, bare_literal, |p| bare_literal_grad(p), |p, t| bare_literal_jvp(p, t));
}
