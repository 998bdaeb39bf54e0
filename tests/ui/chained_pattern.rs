use backprop::backprop;

#[backprop]
fn pair(x: f64) -> [f64; 2] {
    [x, x * x]
}

#[backprop]
fn f(x: f64, wanted: bool) -> f64 {
    if wanted && let [a, b] = pair(x) && a > 0.5 { a * b } else { x }
}

fn main() {
    let _ = f_grad(1.0, true);
}
