//! What programs with `ndarray` are made of: functions of each number, views, axes, repeated arrays, lengths.

use crate::both;
use backprop::{Differentiable, backprop};
use ndarray::{Array1, Array2, Axis, array};

#[backprop(jvp)]
fn logistic(#[grad] w: &Array1<f64>, b: f64, #[no_grad] x: &Array2<f64>, #[no_grad] y: &Array1<f64>) -> f64 {
    let p = (x.dot(w) + b).mapv(|z| 1.0 / (1.0 + (-z).exp()));
    let d = &p - y;
    (&d * &d).mean().unwrap()
}

#[backprop(jvp)]
fn attention(#[grad] q: &Array2<f64>, #[grad] k: &Array2<f64>, #[grad] v: &Array2<f64>) -> f64 {
    let d = q.ncols() as f64;
    let s = q.dot(&k.t()) / d.sqrt();
    let e = s.mapv(f64::exp);
    let z = e.sum_axis(Axis(1)).insert_axis(Axis(1));
    (e / z).dot(v).sum()
}

#[backprop(jvp)]
fn entropy(#[grad] p: &Array1<f64>, k: f64) -> f64 {
    let mut squares = 0.0;
    for x in p {
        squares += x * x;
    }
    for (i, x) in p.iter().enumerate() {
        squares += x * i as f64;
    }
    squares - p.iter().map(|p| p * p.ln()).sum::<f64>() + p.iter().fold(k, |s, x| s * x)
}

#[backprop(jvp)]
fn repeated(#[grad] a: &Array2<f64>, #[grad] b: &Array1<f64>, #[grad] row: &Array2<f64>) -> f64 {
    let c = a + b - row * b;
    let d = (row / a) * (b + row) - b / a;
    let mut e = c.clone() * &d;
    e += b;
    e *= row;
    (&e / 3.0).sum() + (b - a).sum()
}

#[backprop(jvp)]
fn short(#[grad] a: &Array1<f64>, #[grad] one: &Array1<f64>) -> f64 {
    let c = a * one - one / a;
    c.dot(&c)
}

#[backprop(jvp)]
fn parts(#[grad] m: &Array2<f64>, #[grad] x: &Array1<f64>) -> f64 {
    let mut total = 0.0;
    for i in 0..m.nrows() {
        total += m.row(i).dot(x).tanh() * m.column(i).sum() + m.column(i).dot(&m.row(0));
    }
    let y = m.t().dot(x) + &m.diag();
    let back = m.clone().reversed_axes().dot(&y);
    total + back.dot(&y) + m.t().sum() + m.view().mean().unwrap() + m.t().row(1).dot(x)
}

#[backprop(jvp)]
fn lanes(#[grad] m: &Array2<f64>, #[grad] x: &Array1<f64>) -> f64 {
    let mut total = 0.0;
    for r in m.rows() {
        total += r.dot(x).sin();
    }
    for (i, c) in m.columns().into_iter().enumerate() {
        total += c.dot(x) * c[i];
    }
    total + m.outer_iter().map(|r| r.sum().exp()).sum::<f64>()
}

#[backprop(jvp)]
fn functions(#[grad] a: &Array1<f64>, k: f64) -> f64 {
    let b = a.exp() + a.ln() * a.sqrt() - a.powi(3) + a.powf(k);
    let c = a.sin() * a.cos() + a.tan() - a.recip() + a.abs() + a.pow2() + a.cbrt() + a.log2() - a.log10()
        + a.exp2();
    b.dot(&c) + a.product() + a.var(1.0) + a.std(0.0)
}

#[backprop(jvp)]
fn captured(#[grad] a: &Array2<f64>, k: f64) -> f64 {
    let b = a.map(|x| x * k + x.sin());
    let c = a.t().mapv(|x| if x > 0.5 { x * k } else { -x });
    let shift = a.len() as f64 + (a.shape()[0] * a.ndim()) as f64;
    let (rows, columns) = a.dim();
    b.dot(&c).sum() * shift + (rows * columns) as f64 * k
}

#[backprop(jvp)]
fn axes(#[grad] m: &Array2<f64>, #[grad] w: &Array1<f64>) -> f64 {
    let middle = m.mean_axis(Axis(0)).unwrap();
    let centred = m - &middle;
    let sums = centred.mapv(|x| x * x).sum_axis(Axis(0));
    sums.dot(w) + m.sum_axis(Axis(1)).product()
}

#[backprop(jvp)]
fn from_numbers(xs: &[f64], k: f64) -> f64 {
    let a = Array1::from(vec![k, xs[0] * k, xs[1]]);
    let b = Array1::from_elem(3, k);
    let m = Array2::from_elem((3, 3), xs[1]) + Array2::from_diag(&a);
    let c = a.to_vec();
    m.dot(&a).dot(&b) + c[0] * c[1] + a.as_slice().unwrap()[2]
}

#[backprop(jvp)]
fn by_macro(a: f64, b: f64) -> f64 {
    let v = array![a, b, a * b];
    let m = array![[a, 1.0, b], [2.0, a * b, 0.5]];
    m.dot(&v).dot(&array![1.0, -2.0]) + v.dot(&v)
}

#[backprop(jvp)]
fn layer_norm(#[grad] v: &Array1<f64>, #[grad] seed: &Array1<f64>) -> f64 {
    let m = v.sum() / v.len() as f64;
    let c = v - m;
    let var = (&c * &c).sum() / v.len() as f64;
    (c / (var + 1e-5).sqrt() - 1.0 * v + 2.0 / v).dot(seed)
}

#[derive(Clone, Debug, Differentiable)]
struct Mlp {
    w1: Array2<f64>,
    b1: Array1<f64>,
    w2: Array2<f64>,
}

#[backprop(jvp)]
impl Mlp {
    fn forward(#[grad] &self, #[no_grad] x: &Array1<f64>) -> Array1<f64> {
        let h = (self.w1.dot(x) + &self.b1).mapv(|x| x.tanh());
        self.w2.dot(&h)
    }
}

#[backprop(jvp)]
fn loss(#[grad] net: &Mlp, #[no_grad] xs: &[Array1<f64>], #[no_grad] ys: &[Array1<f64>]) -> f64 {
    let mut total = 0.0;
    for (x, y) in xs.iter().zip(ys) {
        let e = net.forward(x) - y;
        total += e.dot(&e);
    }
    total
}

/// Passive rows of a table, and views as parameters.
#[backprop(jvp)]
fn rows(#[grad] w: &Array1<f64>, #[no_grad] x: &Array2<f64>, #[no_grad] y: &Array1<f64>) -> f64 {
    let view = y.view();
    let mut total = w.dot(&view);
    for (row, t) in x.rows().into_iter().zip(y) {
        total += (w.dot(&row) - *t).powi(2);
    }
    for i in 0..x.nrows() {
        total += w.dot(&x.row(i)) * (w - &x.column(i)).sum();
    }
    total + x.outer_iter().map(|r| w.dot(&r)).sum::<f64>()
}

#[backprop(jvp)]
fn perceptrons(#[grad] w: &Array1<f64>, #[no_grad] xs: &[Array1<f64>]) -> f64 {
    let mut total = 0.0;
    for x in xs {
        total += w.dot(x).tanh();
    }
    total + xs.iter().map(|x| w.dot(x)).sum::<f64>() + w.dot(&xs[1])
}

fn x() -> Array1<f64> {
    Array1::from_vec(vec![0.7, 1.1, 0.4])
}

fn m(shift: f64) -> Array2<f64> {
    Array2::from_shape_fn((3, 3), |(i, j)| ((3 * i + j) as f64 + shift).sin() + 1.5)
}

#[test]
fn functions_of_each_number() {
    both::check!(functions, functions_grad, functions_jvp, (a; x(), k: 1.7));
    both::check!(captured, captured_grad, captured_jvp, (a; m(0.1), k: 0.7));
    both::check!(entropy, entropy_grad, entropy_jvp, (p; x(), k: 1.2));
}

#[test]
fn views_and_axes() {
    both::check!(parts, parts_grad, parts_jvp, (m; m(0.3), x; x()));
    both::check!(lanes, lanes_grad, lanes_jvp, (m; m(0.3), x; x()));
    both::check!(axes, axes_grad, axes_jvp, (m; m(0.9), w; x()));
    both::check!(attention, attention_grad, attention_jvp, (q; m(0.2), k; m(1.3), v; m(2.1)));
}

/// Of what is repeated, the derivative is the sum over all its places.
#[test]
fn repeated_arrays() {
    let row = Array2::from_shape_vec((1, 3), vec![0.6, 1.4, 0.9]).unwrap();
    both::check!(repeated, repeated_grad, repeated_jvp, (a; m(0.4), b; x(), row; row));
    both::check!(short, short_grad, short_jvp, (a; x(), one; Array1::from_vec(vec![1.3])));
    let column = Array2::from_shape_vec((3, 1), vec![0.6, 1.4, 0.9]).unwrap();
    both::check!(repeated, repeated_grad, repeated_jvp, (a; m(0.4), b; x(), row; column));
}

#[backprop]
fn grows(#[grad] a: &Array1<f64>, #[grad] b: &Array1<f64>) -> f64 {
    let mut c = a.clone();
    c += b;
    c.sum()
}

#[test]
#[should_panic(expected = "could not broadcast")]
fn what_is_assigned_to_is_not_repeated() {
    let _ = grows_grad(&Array1::from_vec(vec![2.0]), &x());
}

#[test]
fn arrays_of_numbers() {
    both::check!(from_numbers, from_numbers_grad, from_numbers_jvp, (xs; [0.4, 1.9], k: 0.8));
    both::check!(by_macro, by_macro_grad, by_macro_jvp, (a: 0.4, b: 1.9));
    both::check!(layer_norm, layer_norm_grad, layer_norm_jvp, (v; x(), seed; Array1::from_vec(vec![0.3, -1.0, 0.5])));
}

fn data() -> (Vec<Array1<f64>>, Vec<Array1<f64>>) {
    let xs = (0..3).map(|k| Array1::from_vec(vec![0.1 * k as f64, 0.2, -0.3])).collect();
    let ys = (0..3).map(|k| Array1::from_vec(vec![0.1 * k as f64, 0.7])).collect();
    (xs, ys)
}

/// The gradient along one direction, beside the difference along it.
fn along(f: impl Fn(f64) -> f64, slope: f64) {
    let h = 1e-5;
    let difference = (f(h) - f(-h)) / (2.0 * h);
    assert!((difference - slope).abs() < 1e-8 * (1.0 + slope.abs()), "{difference} and {slope}");
}

#[test]
fn what_is_constant_keeps_its_type() {
    let (xs, ys) = data();
    let net =
        Mlp { w1: m(0.2), b1: x(), w2: Array2::from_shape_fn((2, 3), |(i, j)| (i + 2 * j) as f64 * 0.1) };
    let (value, d) = loss_grad(&net, &xs, &ys);
    assert_eq!(value, loss(&net, &xs, &ys));
    along(|h| loss(&Mlp { w1: &net.w1 + h, ..net.clone() }, &xs, &ys), d.w1.sum());
    along(|h| loss(&Mlp { b1: &net.b1 + h, ..net.clone() }, &xs, &ys), d.b1.sum());
    along(|h| loss(&Mlp { w2: &net.w2 + h, ..net.clone() }, &xs, &ys), d.w2.sum());
    let (table, w) = (m(0.8), x());
    let y = Array1::from_vec(vec![0.4, -0.2, 0.9]);
    let (value, d) = rows_grad(&w, &table, &y);
    assert_eq!(value, rows(&w, &table, &y));
    for i in 0..3 {
        let moved = |h: f64| Array1::from_shape_fn(3, |j| w[j] + if i == j { h } else { 0.0 });
        along(|h| rows(&moved(h), &table, &y), d[i]);
        let t = moved(1.0) - &w;
        assert!((rows_jvp(&w, &table, &y, &t).1 - d[i]).abs() < 1e-12);
    }
    let (value, d) = perceptrons_grad(&w, &xs);
    assert_eq!(value, perceptrons(&w, &xs));
    along(|h| perceptrons(&(&w + h), &xs), d.sum());
    let y = Array1::from_vec(vec![0.0, 1.0, 1.0]);
    let (value, (d, db)) = logistic_grad(&w, 0.3, &table, &y);
    assert_eq!(value, logistic(&w, 0.3, &table, &y));
    along(|h| logistic(&(&w + h), 0.3, &table, &y), d.sum());
    along(|h| logistic(&w, 0.3 + h, &table, &y), db);
}
