use backprop::backprop;

struct Model {
    weight: f64,
}

impl Model {
    #[backprop]
    fn loss(&self, x: f64) -> f64 {
        self.weight * x
    }
}

#[backprop]
fn twice(x: f64) -> f64 {
    let mut model = Model { weight: 1.0 };
    let first = model.loss(x);
    model.weight = 2.0;
    first + model.loss(x)
}

fn main() {
    let _ = twice_grad(1.0);
}
