use backprop::backprop;

struct Model {
    weight: f64,
}

impl Model {
    #[backprop]
    pub fn loss(&self, x: f64) -> f64 {
        self.weight * x
    }

    #[backprop]
    pub fn double(x: f64) -> f64 {
        Self::twice(x)
    }

    fn twice(x: f64) -> f64 {
        2.0 * x
    }
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
    let model = Model { weight: 2.0 };
    let _ = model.loss_grad(1.0);
    let _ = Model::double_grad(1.0);
}
