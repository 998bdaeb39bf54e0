use backprop::backprop;

#[backprop]
fn f(x: f64, n: u8) -> f64 {
    match n {
        0 => x,
        _ => 2.0 * x,
    }
}

fn main() {
    let _ = f_grad(1.0, 2);
}
