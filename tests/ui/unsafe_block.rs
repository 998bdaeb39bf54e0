use backprop::backprop;

#[backprop]
fn first(x: &[f64]) -> f64 {
    unsafe { *x.get_unchecked(0) * 2.0 }
}

fn main() {
    let _ = first_grad(&[1.0]);
}
