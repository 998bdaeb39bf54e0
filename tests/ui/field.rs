use backprop::backprop;

#[backprop]
fn f(x: f64) -> f64 {
    g(x).re
}

struct Complex {
    re: f64,
}

fn g(re: f64) -> Complex {
    Complex { re }
}

fn main() {
    let _ = f_grad(1.0);
}
