use backprop::backprop;

struct Model {
    weight: f64,
}

trait Loss {
    fn loss(&self, x: f64) -> f64;
}

impl Loss for Model {
    #[backprop]
    fn loss(&self, x: f64) -> f64 {
        self.weight - x
    }
}

fn main() {
    let _ = Model { weight: 1.0 }.loss(1.0);
}
