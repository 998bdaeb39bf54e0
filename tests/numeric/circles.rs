//! Functions that call each other in a circle: what one saves holds what the other one saves.

// The circle has to be seen in this file, so that the functions stand here as they are, and only for `f64`.

use backprop::backprop;

#[backprop(jvp)]
fn even(x: &[f64]) -> f64 {
    if x.is_empty() { 1.0 } else { odd(&x[1..]) * x[0] }
}

#[backprop(jvp)]
fn odd(x: &[f64]) -> f64 {
    if x.is_empty() { 1.0 } else { even(&x[1..]).sin() + x[0] }
}

case!(f64 double: even(slice x: 0.5..1.5 => vec![0.0; 5]));
case!(f64 double: odd(slice x: 0.5..1.5 => vec![0.0; 4]));

/// An array in, an array out.
#[backprop(jvp)]
fn turned(x: [f64; 2], #[no_grad] n: u32) -> [f64; 2] {
    if n == 0 {
        return x;
    }
    bent([x[1], x[0] * x[1]], n - 1)
}

#[backprop(jvp)]
fn bent(x: [f64; 2], #[no_grad] n: u32) -> [f64; 2] {
    if n == 0 {
        return x;
    }
    turned([x[0].sin(), x[1]], n - 1)
}

case!(f64 double: vjp turned(by x: 0.5..1.5 => [0.0; 2]; 5));
case!(f64 double: vjp bent(by x: 0.5..1.5 => [0.0; 2]; 0));

/// In place, around by three.
#[backprop(jvp)]
fn first(x: &mut [f64], #[no_grad] n: u32) {
    if n > 0 {
        x[0] *= x[1];
        second(x, n - 1);
    }
}

#[backprop(jvp)]
fn second(x: &mut [f64], #[no_grad] n: u32) {
    if n > 0 {
        x[1] = x[0].sin();
        third(x, n - 1);
    }
}

#[backprop(jvp)]
fn third(x: &mut [f64], #[no_grad] n: u32) {
    for k in 0..x.len() {
        x[k] += 0.5 * x[(k + 1) % 2];
        if n > 0 && k == 1 {
            first(x, n - 1);
        }
    }
}

#[backprop(jvp)]
fn in_place(x: &[f64], #[no_grad] n: u32) -> f64 {
    let mut w = x.to_vec();
    first(&mut w, n);
    w[0] * w[1]
}

case!(f64 double: in_place(slice x: 0.5..1.5 => vec![0.0; 2]; 7));

/// One part of the circle has partial derivatives to save, which have a type with a name anyway.
#[backprop(jvp)]
fn scalar_part(x: f64, #[no_grad] n: usize) -> f64 {
    if n == 0 { x } else { slice_part(&[x, x * x], n - 1) * 0.7 }
}

#[backprop(jvp)]
fn slice_part(x: &[f64], #[no_grad] n: usize) -> f64 {
    scalar_part(x[0] * x[1], n) + x[1]
}

case!(f64 double: scalar_part(by x: 0.5..1.5; 3));

pub struct Tree {
    depth: usize,
}

impl Tree {
    #[backprop(jvp)]
    pub fn left(&self, x: &[f64], #[no_grad] n: usize) -> f64 {
        if n > self.depth { x[0] } else { self.right(&x[..2], n + 1) * x[1] }
    }

    #[backprop(jvp)]
    pub fn right(&self, x: &[f64], #[no_grad] n: usize) -> f64 {
        if n > self.depth { x[1] } else { self.left(x, n + 1) + Tree::left(self, x, n + 2).exp() }
    }
}

#[backprop(jvp)]
fn of_a_tree(x: &[f64]) -> f64 {
    let tree = Tree { depth: 3 };
    tree.left(x, 0) * tree.right(x, 2)
}

case!(f64 double: of_a_tree(slice x: 0.2..0.8 => vec![0.0; 3]));

#[backprop(jvp)]
mod inside {
    pub fn zig(x: &[f64], n: usize) -> Vec<f64> {
        if n == 0 { x.to_vec() } else { zag(x, n - 1).iter().map(|v| v * x[0]).collect() }
    }

    pub fn zag(x: &[f64], n: usize) -> Vec<f64> {
        let mut y = zig(x, n);
        y[1] = y[0].cos();
        y
    }

    pub struct Pair;

    impl Pair {
        pub fn up(&self, x: [f64; 3], n: usize) -> [f64; 3] {
            if n == 0 { x } else { self.down([x[0] * x[1], x[2], x[1]], n - 1) }
        }

        pub fn down(&self, x: [f64; 3], n: usize) -> [f64; 3] {
            self.up([x[2].sin(), x[0], x[1] * x[0]], n)
        }
    }

    pub fn pair(x: [f64; 3]) -> f64 {
        let y = Pair.up(x, 4);
        y[0] + y[1] * y[2]
    }
}

use inside::*;

case!(f64 double: vjp zig(slice x: 0.5..1.5 => vec![0.0; 2]; 3));
case!(f64 double: pair(by x: 0.5..1.5 => [0.0; 3]));

/// Functions that a macro makes are found in no file: one of them says that there is a circle.
macro_rules! functions {
    ($F:ident $mode:ident ($($option:ident),*)) => {
        #[backprop($($option,)* recursive)]
        pub fn there(x: &[$F], #[no_grad] n: u32) -> $F {
            if n == 0 { x[0] } else { and_back(x, n - 1) * x[1] }
        }

        #[backprop($($option),*)]
        pub fn and_back(x: &[$F], #[no_grad] n: u32) -> $F {
            let scaled = [x[0] * x[1], x[1].sin()];
            there(&scaled, n) + x[0]
        }

        case!($F $mode: there(slice x: 0.5..1.5 => vec![0.0; 2]; 4));
        case!($F $mode: and_back(slice x: 0.5..1.5 => vec![0.0; 2]; 3));
    };
}

instances!(functions);
