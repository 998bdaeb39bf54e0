use backprop::backprop;

#[backprop]
fn f(x: f64, n: usize) -> f64 {
    let k = n.pow(2);
    let z = {
        let k = n.pow(3);
        x * k as f64
    };
    z * k as f64
}

fn main() {
    let _ = f_grad(1.0, 2);
}
