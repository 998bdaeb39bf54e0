use backprop::backprop;

#[backprop]
unsafe fn f(x: &[f64], i: usize) -> f64 {
    unsafe { *x.get_unchecked(i) }
}

fn main() {
    let _ = f_grad(&[1.0], 0);
}
