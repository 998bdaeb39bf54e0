use backprop::backprop;

struct Wrapped(f64);

#[backprop]
fn f(x: f64) -> f64 {
    let wrapped = Wrapped(x);
    wrapped.0 * 2.0
}

fn main() {
    let _ = f_grad(1.0);
}
