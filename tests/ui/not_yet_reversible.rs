use backprop::backprop;

#[backprop]
fn f(x: f64, n: usize) -> f64 {
    let mut total = 0.0;
    for _ in 0..n {
        let mut row = vec![0.0; n];
        row[0] = x * x;
        total += row[0];
    }
    total
}

fn main() {
    let _ = f_grad(1.0, 2);
}
