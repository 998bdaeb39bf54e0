use backprop::{Differentiable, backprop};

#[derive(Clone, Differentiable)]
struct Padded {
    values: Vec<f64>,
}

#[backprop]
impl std::ops::Index<usize> for Padded {
    type Output = f64;
    fn index(&self, i: usize) -> &f64 {
        self.values.get(i).unwrap_or(&0.0)
    }
}

fn main() {
    let _ = Padded { values: vec![1.0] }[3];
}
