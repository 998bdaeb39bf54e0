use backprop::backprop;

#[backprop]
fn square(x: f64) -> f64 {
    x * x
}

#[backprop(jvp)]
fn cube(x: f64) -> f64 {
    x * square(x)
}

fn main() {
    let _ = cube_jvp(1.0, 1.0);
}
