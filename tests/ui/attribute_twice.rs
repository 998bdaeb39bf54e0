use backprop::backprop;

#[backprop]
#[backprop(jvp)]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {
    // The second one stands.
    let _ = square_jvp(1.0, 1.0);
}
