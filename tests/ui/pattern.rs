use backprop::backprop;

const N: usize = 3;

#[backprop]
fn f(x: [f64; N]) -> f64 {
    let [first, rest @ ..] = x;
    first * rest[1]
}

fn main() {
    let _ = f_grad([1.0; 3]);
}
