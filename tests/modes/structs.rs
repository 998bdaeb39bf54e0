//! Structs of the user's: fields, literals, patterns, methods, arrays and `Vec`s of them, as parameters, locals and
//! results, forward and backward beside differences.

use backprop::{Differentiable, backprop, zero_like};

/// What tests need of a struct: its floats, in one order.
pub trait Leaves: Clone {
    fn visit(&mut self, f: &mut dyn FnMut(&mut f64));

    fn leaves(&self) -> Vec<f64> {
        let mut out = Vec::new();
        self.clone().visit(&mut |x| out.push(*x));
        out
    }

    fn with(&self, leaves: &[f64]) -> Self {
        let mut out = self.clone();
        let mut next = leaves.iter();
        out.visit(&mut |x| *x = *next.next().unwrap());
        assert!(next.next().is_none());
        out
    }
}

impl Leaves for f64 {
    fn visit(&mut self, f: &mut dyn FnMut(&mut f64)) {
        f(self);
    }
}

impl<T: Leaves> Leaves for Vec<T> {
    fn visit(&mut self, f: &mut dyn FnMut(&mut f64)) {
        self.iter_mut().for_each(|x| x.visit(f));
    }
}

impl<T: Leaves, const N: usize> Leaves for [T; N] {
    fn visit(&mut self, f: &mut dyn FnMut(&mut f64)) {
        self.iter_mut().for_each(|x| x.visit(f));
    }
}

impl<A: Leaves, B: Leaves> Leaves for (A, B) {
    fn visit(&mut self, f: &mut dyn FnMut(&mut f64)) {
        self.0.visit(f);
        self.1.visit(f);
    }
}

/// Compares a gradient with central differences, and with forward mode along a direction.
#[track_caller]
pub fn check<P: Leaves>(
    p: &P,
    f: impl Fn(&P) -> f64,
    grad: impl Fn(&P) -> (f64, P),
    jvp: impl Fn(&P, &P) -> (f64, f64),
) {
    let (value, gradient) = grad(p);
    assert_eq!(value.to_bits(), f(p).to_bits(), "the value");
    let (x, g) = (p.leaves(), gradient.leaves());
    assert_eq!(x.len(), g.len());
    for i in 0..x.len() {
        let at = |h: f64| {
            let mut moved = x.clone();
            moved[i] += h;
            f(&p.with(&moved))
        };
        let slope = |h: f64| (at(h) - at(-h)) / (2.0 * h);
        let difference = (4.0 * slope(1e-4) - slope(2e-4)) / 3.0;
        assert!(
            (difference - g[i]).abs() < 1e-8 * (1.0 + g[i].abs()),
            "leaf {i}: {difference}, not {}",
            g[i]
        );
    }
    let direction: Vec<f64> = (0..x.len()).map(|i| (i as f64 * 0.7).sin() + 0.3).collect();
    let (value, tangent) = jvp(p, &p.with(&direction));
    assert_eq!(value.to_bits(), f(p).to_bits(), "the value beside the tangent");
    let expected: f64 = g.iter().zip(&direction).map(|(g, d)| g * d).sum();
    assert!((tangent - expected).abs() < 1e-12 * (1.0 + expected.abs()), "{tangent}, not {expected}");
}

macro_rules! leaves {
    ($name:ident { $($field:ident),* }) => {
        impl Leaves for $name {
            fn visit(&mut self, f: &mut dyn FnMut(&mut f64)) {
                $(self.$field.visit(f);)*
            }
        }
    };
}

mod absent;
mod accessors;
mod attacked;
mod blocks;
mod control;
mod fields;
mod generic;
mod middle;
mod mutable;
mod named;
mod nested;
mod operator_methods;
mod operators;
mod operators_in_place;
mod out_of_sight;
mod paths;
mod vectors;
mod ways;
