//! A vector of the plane, with what geometry asks of it. The attribute stands on the module: it is for all in it.

use backprop::backprop;

#[backprop(jvp)]
mod plane {
    use backprop::Differentiable;
    use std::ops::{Add, Index, IndexMut, Mul, Sub};

    /// A point or a direction.
    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct Vec2 {
        pub x: f64,
        pub y: f64,
    }

    impl Vec2 {
        /// The direction at an angle to the first axis.
        pub fn at(angle: f64) -> Vec2 {
            Vec2 { x: angle.cos(), y: angle.sin() }
        }

        pub fn dot(#[grad] &self, #[grad] other: &Vec2) -> f64 {
            self.x * other.x + self.y * other.y
        }
    }

    impl Add for Vec2 {
        type Output = Vec2;
        fn add(self, other: Vec2) -> Vec2 {
            Vec2 { x: self.x + other.x, y: self.y + other.y }
        }
    }

    impl Sub for Vec2 {
        type Output = Vec2;
        fn sub(self, other: Vec2) -> Vec2 {
            Vec2 { x: self.x - other.x, y: self.y - other.y }
        }
    }

    impl Mul<Vec2> for f64 {
        type Output = Vec2;
        fn mul(self, v: Vec2) -> Vec2 {
            Vec2 { x: self * v.x, y: self * v.y }
        }
    }

    impl Index<usize> for Vec2 {
        type Output = f64;
        fn index(&self, axis: usize) -> &f64 {
            match axis {
                0 => &self.x,
                1 => &self.y,
                _ => panic!("a plane has two axes, and no axis {axis}"),
            }
        }
    }

    impl IndexMut<usize> for Vec2 {
        fn index_mut(&mut self, axis: usize) -> &mut f64 {
            match axis {
                0 => &mut self.x,
                1 => &mut self.y,
                _ => panic!("a plane has two axes, and no axis {axis}"),
            }
        }
    }
}

pub use plane::Vec2;
