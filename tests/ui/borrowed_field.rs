use backprop::Differentiable;

#[derive(Clone, Differentiable)]
struct View<'a> {
    weights: &'a [f64],
    bias: f64,
}

fn main() {
    let v = View { weights: &[1.0], bias: 0.1 };
    let _ = (v.weights, v.bias);
}
