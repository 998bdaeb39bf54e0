use backprop::backprop;

#[backprop]
fn f(x: &[f64], n: usize) -> f64 {
    let part = if n > 1 { &x[1..] } else { x };
    part[0]
}

fn main() {
    let _ = f_grad(&[1.0], 1);
}
