use backprop::{Differentiable, backprop};

#[derive(Clone, Copy, Differentiable)]
struct Money {
    euros: f64,
}

#[backprop]
impl std::ops::Mul<f64> for Money {
    type Output = Money;
    fn mul(mut self, k: f64) -> Money {
        self.euros *= k;
        self
    }
}

fn main() {
    let _ = (Money { euros: 1.0 } * 2.0).euros;
}
