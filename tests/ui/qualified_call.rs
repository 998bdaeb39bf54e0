use backprop::backprop;

#[backprop]
fn f(x: f64) -> f64 {
    <f64 as Into<f64>>::into(x)
}

fn main() {
    let _ = f_grad(1.0);
}
