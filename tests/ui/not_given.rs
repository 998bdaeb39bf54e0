use backprop::backprop;

struct Lent(Vec<f64>);

impl Lent {
    fn slice(&mut self) -> &mut [f64] {
        &mut self.0
    }
}

// What is written to it is seen elsewhere.
#[backprop]
fn lent(x: f64, #[no_grad] mut lent: Lent) -> f64 {
    let slice = lent.slice();
    slice[0] = x;
    lent.0[0]
}

fn main() {
    let _ = lent_grad(1.0, Lent(vec![0.0]));
}
