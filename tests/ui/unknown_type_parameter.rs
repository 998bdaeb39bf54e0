use backprop::backprop;
use num_traits::Float;

trait MyFloat: Copy + Into<f64> {}

#[backprop]
fn of_my_own<T: MyFloat>(x: T) -> T {
    x
}

#[backprop]
fn summed<T: Copy + Into<f64>>(x: &[T]) -> f64 {
    x[0].into()
}

struct Linear<T> {
    weight: T,
}

// A block that a macro makes is out of sight.
macro_rules! block {
    () => {
        impl<T: Float> Linear<T> {
            #[backprop]
            pub fn apply(&self, x: T) -> T {
                self.weight * x
            }
        }
    };
}
block!();

fn main() {
    let _ = summed_grad(&[1.0]);
}
