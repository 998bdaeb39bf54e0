use backprop::backprop;

include!("included/pair.in");

#[backprop]
fn f(x: f64) -> (f64, Pair) {
    if x < 0.0 {
        return (x, pair(x * x));
    }
    (x, pair(x))
}

fn main() {
    let _ = f_vjp(1.0, (1.0, [1.0; 2]));
}
