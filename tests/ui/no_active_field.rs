use backprop::Differentiable;

#[derive(Clone, Differentiable)]
struct Config {
    steps: usize,
    #[no_grad]
    rate: f64,
    name: String,
}

fn main() {
    let c = Config { steps: 1, rate: 0.1, name: String::new() };
    let _ = (c.steps, c.rate, c.name);
}
