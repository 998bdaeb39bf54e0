use backprop::backprop;

#[backprop(no_handle, pullback = square_pullback)]
fn square(x: f64) -> f64 {
    x * x
}

fn square_pullback(x: f64, _: f64, seed: f64) -> f64 {
    2.0 * x * seed
}

fn main() {
    let _ = square_grad(1.0);
}
