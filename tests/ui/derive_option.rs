use backprop::Differentiable;

#[derive(Clone, Differentiable)]
#[differentiable(krate = backprop)]
struct Params {
    bias: f64,
}

fn main() {
    let _ = Params { bias: 0.1 }.bias;
}
