use backprop::backprop;

type Meters = f64;

#[backprop]
fn area(width: Meters, height: f64) -> f64 {
    width * height
}

#[backprop]
fn scaled(#[no_grad] factor: Meters, x: f64) -> f64 {
    factor * x
}

fn main() {}
