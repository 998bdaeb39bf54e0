use backprop::backprop;

#[backprop]
fn f(x: f64, n: usize) -> f64 {
    let mut table = vec![vec![0.0; n]; n];
    table[0][1] = x;
    table[0][1]
}

fn main() {
    let _ = f_grad(1.0, 2);
}
