use backprop::backprop;

#[backprop]
fn f(x: f64) -> f64 {
    let mut sum = x;
    let mut add = move |t: f64| {
        sum += t;
        sum
    };
    add(1.0) * add(x)
}

fn main() {
    let _ = f_grad(1.0);
}
