use backprop::backprop;

struct Model;

#[backprop(check)]
fn f(x: f64, n: usize, model: &Model, g: impl Fn(f64) -> f64, (a, b): (usize, usize)) -> f64 {
    let _ = model;
    g(x) * n as f64 + a as f64 + b as f64
}

fn main() {}
