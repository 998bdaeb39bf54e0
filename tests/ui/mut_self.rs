use backprop::backprop;

#[derive(Clone, Copy)]
struct Model {
    weight: f64,
}

impl Model {
    #[backprop]
    pub fn loss(mut self, x: f64) -> f64 {
        self.weight *= 2.0;
        self.weight * x
    }

    #[backprop]
    pub fn twice(self, x: f64) -> f64 {
        self.loss(x)
    }
}

fn main() {
    let _ = Model { weight: 1.0 }.loss_grad(1.0);
}
