//! Methods that hand out references into what they are called on: what they refer to stands in the place of the call.

use backprop::{Differentiable, backprop};

#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Matrix {
    data: Vec<f64>,
    cols: usize,
}

impl Matrix {
    fn as_slice(&self) -> &[f64] {
        &self.data
    }

    fn row(&self, i: usize) -> &[f64] {
        &self.as_slice()[i * self.cols..][..self.cols]
    }

    fn at(&self, i: usize, j: usize) -> &f64 {
        &self.data[i * self.cols + j]
    }

    fn larger(&self) -> &f64 {
        if self.data[0] > self.data[1] { &self.data[0] } else { &self.data[1] }
    }

    #[backprop(jvp)]
    fn squares(#[grad] &self, x: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..self.data.len() / self.cols {
            s += self.row(i).iter().zip(x).map(|(a, b)| a * b).sum::<f64>().powi(2);
        }
        s
    }
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Layer {
    w: Matrix,
    b: Vec<f64>,
}

impl Layer {
    fn bias(&self) -> &[f64] {
        &self.b
    }

    fn weights(&self) -> &Matrix {
        &self.w
    }
}

#[backprop(jvp)]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(p, q)| p * q).sum()
}

#[backprop(jvp)]
fn layer(#[grad] l: &Layer, x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..2 {
        s += dot(l.w.row(i), x) + l.bias()[i] * l.weights().data[i + 1] + *l.w.at(i, 1);
    }
    s.sin()
}

#[backprop(jvp)]
fn made(x: &[f64], y: f64) -> f64 {
    let mut m = Matrix { data: x.iter().map(|v| v * y).collect(), cols: 3 };
    let product: f64 = m.row(0).iter().zip(m.row(1)).map(|(a, b)| a * b).sum();
    let squares = m.squares(&x[3..]);
    m.data[0] *= y;
    let i = 1;
    let row = m.row(i - 1);
    product * row[0] + squares * *m.larger()
}

#[test]
fn rows_of_parameters() {
    let w = Matrix { data: vec![1.0, 2.0, 3.0, 4.0], cols: 2 };
    let (l, x) = (Layer { w, b: vec![0.5, 0.25] }, [1.0, 2.0]);
    let (value, (d_l, d_x)) = layer_grad(&l, &x);
    let s = 23.75f64;
    assert_eq!(value, s.sin());
    let scaled = |factors: &[f64]| factors.iter().map(|f| f * s.cos()).collect::<Vec<_>>();
    assert_eq!(d_l.w.data, scaled(&[1.0, 2.0 + 0.5 + 1.0, 1.0 + 0.25, 2.0 + 1.0]));
    assert_eq!((d_l.b, d_x), (scaled(&[2.0, 3.0]), scaled(&[4.0, 6.0])));
}

#[test]
fn rows_of_what_the_function_makes() {
    let (x, y) = ([0.5, 1.5, -0.75, 1.25, 0.25, 2.0], 1.5);
    let (value, (d_x, d_y)) = made_grad(&x, y);
    assert_eq!(value, made(&x, y));
    let h = 1e-5;
    let slope = |f: &dyn Fn(f64) -> f64| (f(h) - f(-h)) / (2.0 * h);
    for i in 0..x.len() {
        let moved = |h: f64| {
            let mut x = x;
            x[i] += h;
            made(&x, y)
        };
        assert!((d_x[i] - slope(&moved)).abs() < 1e-7 * (1.0 + d_x[i].abs()), "{i}: {}", d_x[i]);
    }
    assert!((d_y - slope(&|h| made(&x, y + h))).abs() < 1e-7 * (1.0 + d_y.abs()));
    let (_, t) = made_jvp(&x, y, &x, 1.0);
    let along: f64 = d_x.iter().zip(&x).map(|(d, x)| d * x).sum();
    assert!((t - along - d_y).abs() < 1e-9 * (1.0 + t.abs()));
}

/// Nothing of it is reported by lints.
mod strict {
    #![deny(warnings)]

    use backprop::{Differentiable, backprop};

    #[derive(Clone, Differentiable)]
    pub(super) struct Points {
        pub(super) all: Vec<[f64; 2]>,
    }

    impl Points {
        fn nth(&self, i: usize) -> &[f64; 2] {
            &self.all[i]
        }
    }

    #[backprop]
    pub(super) fn area(#[grad] p: &Points) -> f64 {
        let a = p.nth(0);
        let b = p.nth(1);
        a[0] * b[1] - a[1] * b[0]
    }
}

#[test]
fn lints_find_nothing() {
    let (value, d) = strict::area_grad(&strict::Points { all: vec![[1.0, 2.0], [3.0, 5.0]] });
    assert_eq!((value, d.all), (-1.0, vec![[5.0, -3.0], [-2.0, 1.0]]));
}
