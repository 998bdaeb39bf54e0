use backprop::backprop;

#[backprop(jpv, frobnicate = 3)]
fn f(x: f64) -> f64 {
    x * x
}

// Names that others have for it.
#[backprop(gradient, no_grad(y), forward, "hvp", jvp hessian)]
fn g(x: f64, y: f64) -> f64 {
    x * y
}

fn main() {
    let _ = (f_grad(1.0), g_grad(1.0, 2.0));
}
