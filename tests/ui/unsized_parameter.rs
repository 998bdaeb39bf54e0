use backprop::backprop;

#[backprop]
fn first(xs: [f64]) -> f64 {
    xs[0]
}

fn main() {}
