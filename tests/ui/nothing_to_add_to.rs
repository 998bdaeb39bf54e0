use backprop::backprop;

#[backprop(acc)]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {
    let _ = square_grad(1.0);
}
