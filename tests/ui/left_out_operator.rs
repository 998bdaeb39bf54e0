//! What an operator lacks is said at its `impl`, once, and not where it is used.

use backprop::backprop;

#[backprop]
mod vectors {
    use backprop::Differentiable;
    use std::ops::{Add, Mul, Neg, Rem, SubAssign};

    #[derive(Clone, Copy, Differentiable)]
    pub struct V {
        pub x: f64,
        pub y: f64,
    }

    impl Add for V {
        type Output = V;
        fn add(self, o: V) -> V {
            V { x: outside(self.x), y: self.y + o.y }
        }
    }

    /// Made of another one that can't be differentiated.
    impl SubAssign for V {
        fn sub_assign(&mut self, o: V) {
            *self = *self + -o;
        }
    }

    impl Neg for V {
        type Output = V;
        fn neg(self) -> V {
            V { x: -self.x, y: -self.y }
        }
    }

    impl Mul<f64> for V {
        type Output = V;
        fn mul(self, k: f64) -> V {
            V { x: self.x * k, y: self.y * outside(k) }
        }
    }

    /// Nobody misses its derivative.
    impl Rem<f64> for V {
        type Output = V;
        fn rem(self, k: f64) -> V {
            V { x: outside(self.x), y: self.y % k }
        }
    }

    fn outside(x: f64) -> f64 {
        let mut v = Vec::new();
        v.extend(Some(x));
        v[0]
    }

    pub fn sum(x: f64) -> f64 {
        let v = V { x, y: x };
        (v + v).x + (v + v + v).y
    }

    #[backprop]
    pub fn scaled(#[grad] v: V, k: f64) -> f64 {
        (v * k).x
    }

    #[backprop]
    pub fn difference(#[grad] v: V, #[grad] w: V) -> f64 {
        let mut d = v;
        d -= w;
        d.x
    }

    /// With an error of its own, all are said.
    #[backprop]
    pub fn both(#[grad] v: V, k: f64) -> f64 {
        (v * k).x + outside(k)
    }
}

fn main() {
    let _ = vectors::sum(1.0);
}
