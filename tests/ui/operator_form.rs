use backprop::{Differentiable, backprop};

#[derive(Clone, Copy, Differentiable)]
struct Money {
    euros: f64,
}

#[backprop]
impl std::ops::MulAssign<f64> for Money {
    fn mul_assign(self: &mut Self, k: f64) {
        self.euros *= k;
    }
}

fn main() {
    let mut money = Money { euros: 1.0 };
    money *= 2.0;
    let _ = money.euros;
}
