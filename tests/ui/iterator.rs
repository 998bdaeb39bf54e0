use backprop::backprop;

#[backprop]
fn f(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for pair in x.chunk_by(|a, b| a < b) {
        s += pair[0];
    }
    s
}

fn main() {
    let _ = f_grad(&[1.0, 2.0]);
}
