use backprop::backprop;

#[backprop]
fn square(x: f64) -> f64 {
    x * x
}

#[backprop(hvp)]
fn fourth(x: f64) -> f64 {
    square(square(x))
}

fn main() {
    let _ = fourth_hvp(1.0, 1.0);
}
