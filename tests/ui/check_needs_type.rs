use backprop::backprop;
use num_traits::Float;

#[backprop(check)]
fn f<T: Float, const N: usize>(x: [T; N]) -> T {
    x[0] * x[0]
}

fn main() {
    let _ = f_grad([1.0, 2.0]);
}
