//! The attribute on anything but a function.

use backprop::backprop;

#[backprop]
struct Model {
    weight: f64,
}

#[backprop]
impl Model {
    fn loss(&self, x: f64) -> f64 {
        self.weight * x
    }
}

#[backprop]
mod losses {}

#[backprop]
trait Loss {
    #[backprop]
    fn loss(x: f64) -> f64;
}

#[backprop]
const RATE: f64 = 0.1;

fn main() {
    let _ = Model { weight: RATE }.loss(1.0);
}
