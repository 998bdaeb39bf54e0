use backprop::backprop;

#[allow(non_upper_case_globals)]
const limit: usize = 3;

#[backprop]
fn f(x: f64, n: usize) -> f64 {
    match n {
        limit => x * x,
        k => x * k as f64,
    }
}

fn main() {
    let _ = f_grad(1.0, 2);
}
