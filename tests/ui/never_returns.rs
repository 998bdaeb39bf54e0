use backprop::backprop;

#[backprop]
fn f(x: f64) -> f64 {
    todo!("{x}")
}

fn main() {
    let _ = f_grad(1.0);
}
