use backprop::{Differentiable, backprop};

#[derive(Clone, Differentiable)]
struct Config {
    steps: usize,
    #[no_grad]
    rate: f64,
    name: String,
}

#[backprop]
fn progress(#[grad] c: &Config, x: f64) -> f64 {
    x * c.steps as f64
}

fn main() {
    let c = Config { steps: 1, rate: 0.1, name: String::new() };
    let _ = progress_grad(&c, 1.0);
    let _ = (c.steps, c.rate, c.name);
}
