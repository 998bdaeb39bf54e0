use backprop::backprop;

#[backprop]
fn f(x: [f64; 3]) -> f64 {
    let [a, .., b] = x;
    a * b
}

fn main() {
    let _ = f_grad([1.0; 3]);
}
