use backprop::backprop;

#[backprop]
fn f(x: f64) -> f64 {
    let a = [[x; 2]; 100];
    a[0][0]
}

fn main() {
    let _ = f_grad(1.0);
}
