use backprop::backprop;
use std::ops::{Add, Mul};

trait Number: Copy + Add<Output = Self> + Mul<Output = Self> {
    fn square(self) -> Self;
    // Not the one of `f64`.
    fn sin(self) -> Self;
    // One of both is something else.
    fn cos(self) -> Self;
    // The other way round.
    fn atan2(self, other: Self) -> Self;
}

impl Number for f32 {
    fn square(self) -> f32 {
        self * self
    }
    fn sin(self) -> f32 {
        self.sinh()
    }
    fn cos(self) -> f32 {
        self.cos()
    }
    fn atan2(self, other: f32) -> f32 {
        other.atan2(self)
    }
}

impl Number for f64 {
    fn square(self) -> f64 {
        self * self
    }
    fn sin(self) -> f64 {
        self.sin().tanh()
    }
    fn cos(self) -> f64 {
        self.sin()
    }
    fn atan2(self, other: f64) -> f64 {
        other.atan2(self)
    }
}

#[backprop]
fn f<T: Number>(x: T) -> T {
    x.square() + x.sin() * T::cos(x) + x.atan2(x)
}

fn main() {
    let _ = f_grad(1.0);
}
