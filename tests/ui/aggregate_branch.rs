use backprop::backprop;

#[backprop]
fn f(x: f64, n: usize) -> f64 {
    let (mut a, mut b) = ([x, 1.0], [1.0, x]);
    let part = if n > 1 { &mut a } else { &mut b };
    part[0] *= x;
    a[0] * b[0]
}

fn main() {
    let _ = f_grad(1.0, 1);
}
