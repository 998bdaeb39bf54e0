use backprop::backprop;

#[backprop]
fn f(x: f64) {
    println!("{x}");
}

fn main() {
    let _ = f_vjp(1.0);
}
