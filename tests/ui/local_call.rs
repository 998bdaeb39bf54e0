use backprop::backprop;

#[backprop]
fn f(x: f64) -> f64 {
    let square = |t: f64| t * t;
    square(x)
}

fn main() {
    let _ = f_grad(1.0);
}
