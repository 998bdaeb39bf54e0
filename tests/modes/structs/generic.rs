//! Structs with parameters: of floats, of lengths, of other structs.

use super::*;
use num_traits::Float;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct Vec3<T> {
    pub x: T,
    pub y: T,
    pub z: T,
}

impl<T: Float> Vec3<T> {
    #[backprop(jvp)]
    pub fn dot(#[grad] &self, #[grad] o: &Self) -> T {
        self.x * o.x + self.y * o.y + self.z * o.z
    }

    #[backprop(jvp)]
    pub fn scaled(#[grad] self, k: T) -> Self {
        Vec3 { x: self.x * k, y: self.y * k, z: self.z * k }
    }

    #[backprop(jvp)]
    pub fn plus(#[grad] self, #[grad] o: Vec3<T>) -> Vec3<T> {
        Self { x: self.x + o.x, y: self.y + o.y, z: self.z + o.z }
    }

    #[backprop(jvp)]
    pub fn norm(#[grad] &self) -> T {
        self.dot(self).sqrt()
    }
}

impl Leaves for Vec3<f64> {
    fn visit(&mut self, f: &mut dyn FnMut(&mut f64)) {
        [&mut self.x, &mut self.y, &mut self.z].into_iter().for_each(f);
    }
}

pub const A: Vec3<f64> = Vec3 { x: 0.4, y: -1.1, z: 0.7 };
pub const B: Vec3<f64> = Vec3 { x: 1.3, y: 0.2, z: -0.5 };

#[backprop(jvp)]
fn of_doubles(#[grad] a: &Vec3<f64>, #[grad] b: Vec3<f64>) -> f64 {
    let c = a.plus(b.scaled(a.x));
    c.norm() * b.dot(a) + c.z
}

#[backprop(jvp)]
fn of_floats<T: Float>(#[grad] a: &Vec3<T>, #[grad] b: Vec3<T>, k: T) -> T {
    let c = a.plus(b.scaled(k));
    let d = Vec3 { x: c.x * c.y, ..c };
    let mut sum = T::zero();
    for v in [c, d, b] {
        sum = sum + v.norm() * v.x;
    }
    sum * d.dot(&b)
}

#[test]
fn vectors_of_doubles() {
    check(
        &(A, B),
        |(a, b)| of_doubles(a, *b),
        |(a, b)| of_doubles_grad(a, *b),
        |(a, b), (ta, tb)| of_doubles_jvp(a, *b, ta, *tb),
    );
}

#[test]
fn vectors_of_any_floats() {
    check(
        &(A, (B, 0.6)),
        |(a, (b, k))| of_floats(a, *b, *k),
        |(a, (b, k))| {
            let (v, (da, db, dk)) = of_floats_grad(a, *b, *k);
            (v, (da, (db, dk)))
        },
        |(a, (b, k)), (ta, (tb, tk))| of_floats_jvp(a, *b, *k, ta, *tb, *tk),
    );
}

/// The same in single precision: values to the bit, gradients near those of doubles.
#[test]
fn vectors_of_singles() {
    let single = |v: &Vec3<f64>| Vec3 { x: v.x as f32, y: v.y as f32, z: v.z as f32 };
    let (a, b) = (single(&A), single(&B));
    let (value, (da, db, dk)) = of_floats_grad(&a, b, 0.6f32);
    assert_eq!(value.to_bits(), of_floats(&a, b, 0.6f32).to_bits());
    let (_, (ea, eb, ek)) = of_floats_grad(&A, B, 0.6);
    for (single, double) in [(da, ea), (db, eb)] {
        assert!((f64::from(single.x) - double.x).abs() < 1e-5, "{single:?} {double:?}");
        assert!((f64::from(single.y) - double.y).abs() < 1e-5, "{single:?} {double:?}");
        assert!((f64::from(single.z) - double.z).abs() < 1e-5, "{single:?} {double:?}");
    }
    assert!((f64::from(dk) - ek).abs() < 1e-5);
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Layer<const IN: usize, const OUT: usize> {
    pub weights: [[f64; IN]; OUT],
    pub bias: [f64; OUT],
}

impl<const IN: usize, const OUT: usize> Layer<IN, OUT> {
    const SLOPE: f64 = 0.1;

    #[backprop(jvp)]
    pub fn apply(#[grad] &self, x: &[f64; IN]) -> [f64; OUT] {
        let mut y = self.bias;
        for (o, row) in self.weights.iter().enumerate() {
            for (w, v) in row.iter().zip(x) {
                y[o] += w * v;
            }
        }
        y
    }

    #[backprop(jvp)]
    pub fn leaky(#[grad] &self, x: &[f64; IN]) -> [f64; OUT] {
        let mut y = self.apply(x);
        for v in &mut y {
            *v = if *v > 0.0 { *v } else { Self::SLOPE * *v };
        }
        y
    }
}

impl<const IN: usize, const OUT: usize> Leaves for Layer<IN, OUT> {
    fn visit(&mut self, f: &mut dyn FnMut(&mut f64)) {
        self.weights.visit(f);
        self.bias.visit(f);
    }
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Network {
    first: Layer<3, 2>,
    second: Layer<2, 1>,
}

leaves!(Network { first, second });

impl Network {
    #[backprop(jvp)]
    fn run(#[grad] &self, x: &[f64; 3]) -> f64 {
        let h = self.first.leaky(x);
        let [y] = self.second.apply(&h);
        y * y
    }
}

#[test]
fn layers_of_constant_sizes() {
    let net = Network {
        first: Layer { weights: [[0.3, -0.8, 0.1], [0.5, 0.2, -0.4]], bias: [0.1, -0.2] },
        second: Layer { weights: [[0.7, -1.2]], bias: [0.05] },
    };
    check(
        &(net, [0.4, 0.9, -0.3]),
        |(n, x)| n.run(x),
        |(n, x)| n.run_grad(x),
        |(n, x), (tn, tx)| n.run_jvp(x, tn, *tx),
    );
}

/// A struct of anything that derivatives flow through.
#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Two<A, B> {
    pub first: A,
    pub second: B,
}

impl<A: Leaves, B: Leaves> Leaves for Two<A, B> {
    fn visit(&mut self, f: &mut dyn FnMut(&mut f64)) {
        self.first.visit(f);
        self.second.visit(f);
    }
}

#[backprop(jvp)]
fn of_others(#[grad] two: &Two<Vec3<f64>, Two<f64, Vec<f64>>>) -> f64 {
    let k = two.second.first;
    let mut total = two.first.scaled(k).norm();
    for v in &two.second.second {
        total += v * k;
    }
    total
}

#[test]
fn structs_of_structs() {
    check(
        &Two { first: A, second: Two { first: 0.7, second: vec![0.4, -0.2] } },
        of_others,
        of_others_grad,
        of_others_jvp,
    );
}
