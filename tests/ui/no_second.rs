use backprop::backprop;

#[backprop]
fn square(x: f64) -> f64 {
    x * x
}

#[backprop(hvp)]
fn fourth(x: f64) -> f64 {
    square(square(x))
}

// Beside callees of another number of parameters.
#[backprop]
fn product(x: f64, y: f64) -> f64 {
    x * y
}

#[backprop(hvp)]
fn fifth(x: f64) -> f64 {
    product(square(x), x)
}

// A callee that is refused is one error.
#[backprop(hessian)]
fn refused(x: f64, y: f64) -> f64 {
    x * y.sin()
}

#[backprop(order = 2)]
fn accepted(x: f64) -> f64 {
    x * x
}

#[backprop(hvp)]
fn with_both(x: f64) -> f64 {
    refused(accepted(x), 2.0)
}

fn main() {
    let _ = (fourth_hvp(1.0, 1.0), fifth_hvp(1.0, 1.0), with_both_hvp(1.0, 1.0));
}
