use backprop::backprop;
use std::ops::{Add, Mul};

trait Number: Copy + Add<Output = Self> + Mul<Output = Self> {
    fn sin(self) -> Self;
}

impl Number for f32 {
    fn sin(self) -> f32 {
        self.sin()
    }
}

#[cfg(target_os = "none")]
impl Number for f64 {
    fn sin(self) -> f64 {
        self.sin()
    }
}

mod elsewhere {
    #[cfg(not(target_os = "none"))]
    impl crate::Number for f64 {
        fn sin(self) -> f64 {
            self.sinh()
        }
    }
}

#[backprop]
fn f<T: Number>(x: T) -> T {
    x.sin() * x
}

fn main() {
    let _ = f_grad(1.0);
}
