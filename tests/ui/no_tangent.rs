use backprop::backprop;

#[backprop]
fn square(x: f64) -> f64 {
    x * x
}

#[backprop(jvp)]
fn cube(x: f64) -> f64 {
    x * square(x)
}

// Beside callees of another number of parameters.
#[backprop(jvp)]
fn product(x: f64, y: f64) -> f64 {
    x * y
}

#[backprop(jvp)]
fn fourth(x: f64) -> f64 {
    product(square(x), x)
}

fn main() {
    let _ = (cube_jvp(1.0, 1.0), fourth_jvp(1.0, 1.0));
}
