use backprop::backprop;

struct Model {
    weight: f64,
}

impl Model {
    #[backprop]
    fn loss(&self, x: f64) -> f64 {
        self.weight * x
    }

    #[backprop]
    fn changed(&mut self, x: f64) -> f64 {
        self.weight += 1.0;
        self.loss(x)
    }
}

#[backprop]
fn twice(x: f64) -> f64 {
    let mut model = Model { weight: 1.0 };
    let first = model.changed(x);
    model.weight = 2.0;
    first + model.changed(x)
}

#[backprop]
fn of_a_local(models: &[Model], x: f64) -> f64 {
    let mut sum = 0.0;
    for i in 0..models.len() {
        let model = &models[i];
        sum += model.loss(x);
    }
    sum
}

#[backprop]
fn once(model: &mut Model, x: f64) -> f64 {
    model.loss(x)
}

fn main() {
    let _ = twice_grad(1.0);
}
