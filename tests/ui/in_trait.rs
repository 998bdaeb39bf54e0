//! An implementation may have a function of its own in the place of the trait's.

use backprop::backprop;

trait Loss {
    #[backprop]
    fn loss(&self, x: f64) -> f64 {
        x * x
    }
}

struct Plain;

impl Loss for Plain {
    fn loss(&self, x: f64) -> f64 {
        3.0 * x
    }
}

fn main() {
    let _ = Plain.loss(1.0);
}
