//! Names that are taken for those of `std` and `num-traits`, and mean something else.

use backprop::backprop;

mod numbers {
    pub trait Float: Copy + std::ops::Mul<Output = Self> {
        fn max(self, other: Self) -> Self;
    }

    impl Float for f64 {
        fn max(self, other: f64) -> f64 {
            self + other
        }
    }

    #[backprop::backprop]
    pub fn larger<T: Float>(x: T, y: T) -> T {
        x.max(y) * x
    }
}

mod array {
    pub fn from_fn(f: impl Fn(usize) -> f64) -> [f64; 2] {
        [f(1), f(0)]
    }
}

#[backprop]
fn squares(x: &[f64]) -> f64 {
    let a: [f64; 2] = array::from_fn(|i| x[i] * x[i]);
    a[0] * a[0] + a[1]
}

mod iter {
    pub fn once(x: f64) -> std::iter::Once<f64> {
        std::iter::once(x * 5.0)
    }
}

#[backprop]
fn first_again(x: &[f64]) -> f64 {
    iter::once(x[0]).chain(x.iter().copied()).map(|v| v * v).sum()
}

mod vectors {
    struct Vec;

    impl Vec {
        fn new() -> std::vec::Vec<f64> {
            std::vec![1.0, 2.0]
        }
    }

    #[backprop::backprop]
    pub fn product(x: &[f64]) -> f64 {
        let mut v = Vec::new();
        v.push(x[0]);
        v[0] * v[1]
    }
}

mod waves {
    pub trait Num: Copy + std::ops::Mul<Output = Self> {
        fn sin(self) -> Self;
        fn cos(self) -> Self;
    }

    impl Num for f64 {
        fn sin(self) -> f64 {
            self * self
        }
        fn cos(self) -> f64 {
            self
        }
    }

    #[backprop::backprop]
    pub fn wave<T: Num>(#[grad] x: T) -> T {
        x.sin() * x
    }
}

// A trait that nobody sees.
mod hidden {
    macro_rules! number {
        () => {
            pub trait Number: Copy + std::ops::Mul<Output = Self> {
                fn sin(self) -> Self;
                fn cos(self) -> Self;
            }

            impl Number for f64 {
                fn sin(self) -> f64 {
                    self * self
                }
                fn cos(self) -> f64 {
                    self
                }
            }
        };
    }
    number!();

    #[backprop::backprop]
    pub fn wave<T: Number>(#[grad] x: T) -> T {
        x.sin() * x
    }
}

mod traits {
    pub trait Middle {
        fn midpoint(self, other: Self) -> Self;
    }

    impl Middle for f64 {
        fn midpoint(self, other: f64) -> f64 {
            self - other
        }
    }

    #[backprop::backprop]
    pub fn between<T: num_traits::Float + Middle>(x: T, y: T) -> T {
        x.midpoint(y) * x
    }
}

#[macro_use]
mod macros {
    macro_rules! vec {
        ($($x:expr),*) => { std::vec![$(2.0 * $x),*] };
    }

    macro_rules! never {
        ($($x:tt)*) => { false };
    }

    pub(crate) use never;
}

#[backprop]
fn doubled(x: f64) -> f64 {
    let v = vec![x, x];
    v[0] * v[1]
}

mod imported {
    use crate::macros::never as matches;

    #[backprop::backprop]
    pub fn never_negated(x: f64) -> f64 {
        let negated = matches!(x, 1.0);
        if negated { -x } else { x }
    }
}

trait Length {
    fn len(self) -> usize;
}

impl Length for &&[f64] {
    fn len(self) -> usize {
        7
    }
}

#[backprop]
fn of_seven(x: &[f64]) -> f64 {
    x.chunks(2).filter(|c| c.len() == 7).map(|c| c[0] * c[0]).sum()
}

fn main() {
    let _ = (numbers::larger_grad(1.0, 2.0), squares_grad(&[1.0]), first_again_grad(&[1.0]));
    let _ = (vectors::product_grad(&[1.0]), of_seven_grad(&[1.0]));
    let _ = (waves::wave_grad(1.0), traits::between_grad(1.0, 2.0));
    let _ = (doubled_grad(1.0), imported::never_negated_grad(1.0));
}
