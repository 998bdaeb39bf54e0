use backprop::backprop;

fn table(n: usize) -> Vec<f64> {
    vec![0.0; n]
}

#[backprop]
fn f(x: f64, n: usize) -> f64 {
    let mut table = table(n);
    table[0] = x;
    table[0] * table[1]
}

fn main() {
    let _ = f_grad(1.0, 2);
}
