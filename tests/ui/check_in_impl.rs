use backprop::backprop;

struct Lens {
    power: f64,
}

impl Lens {
    #[backprop(check)]
    fn image(&self, object: f64) -> f64 {
        1.0 / (self.power - 1.0 / object)
    }
}

#[backprop]
impl Lens {
    #[backprop(check)]
    fn twice(&self, object: f64) -> f64 {
        2.0 * object
    }
}

fn main() {
    let _ = Lens { power: 2.0 }.image(1.0);
}
