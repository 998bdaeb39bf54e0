use backprop::backprop;

#[backprop]
fn f(x: &[f64], n: usize) -> f64 {
    let mut all = x.to_vec();
    let mut rest = &mut all[..];
    for _ in 0..n {
        rest[0] *= 2.0;
        rest = &mut rest[1..];
    }
    all[0] * all[1]
}

fn main() {
    let _ = f_grad(&[1.0], 1);
}
