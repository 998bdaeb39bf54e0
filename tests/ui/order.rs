use backprop::backprop;

#[backprop(order = 3)]
fn cube(x: f64) -> f64 {
    x * x * x
}

fn main() {
    let _ = cube_grad(1.0);
}
