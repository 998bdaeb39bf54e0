use backprop::backprop;

#[backprop]
fn f(#[grad] z: Option<f64>, x: f64) -> f64 {
    z.map_or(x, |z| z * x)
}

fn main() {
    let _ = f_grad(Some(1.0), 2.0);
}
