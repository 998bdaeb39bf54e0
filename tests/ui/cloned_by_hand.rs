use backprop::Differentiable;

#[derive(Debug, PartialEq, Differentiable)]
struct Optimiser {
    rate: f64,
    velocity: Vec<f64>,
}

impl Clone for Optimiser {
    fn clone(&self) -> Self {
        Optimiser { rate: self.rate, velocity: vec![0.0; self.velocity.len()] }
    }
}

fn main() {}
