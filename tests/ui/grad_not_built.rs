use backprop::backprop;

struct Model {
    weight: f64,
}

#[backprop]
fn f(#[grad] model: &Model, x: f64) -> f64 {
    model.weight * x
}

fn main() {
    let _ = f_grad(&Model { weight: 1.0 }, 2.0);
}
