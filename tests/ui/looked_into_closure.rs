use backprop::backprop;

#[backprop]
fn f(x: f64) -> f64 {
    let square = |t: f64| t * x;
    assert!(square(2.0) < 1e6);
    square(x)
}

fn main() {
    let _ = f_grad(1.0);
}
