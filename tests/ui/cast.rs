use backprop::backprop;

type Real = f64;

#[backprop]
fn f(x: f32) -> f64 {
    let y = x as Real;
    y * 2.0
}

fn main() {
    let _ = f_grad(1.0);
}
