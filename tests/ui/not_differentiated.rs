use backprop::backprop;

#[backprop]
fn f(x: f64) -> f64 {
    let y = async { x * 2.0 };
    drop(y);
    x
}

fn main() {
    let _ = f_grad(1.0);
}
