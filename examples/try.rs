use backprop::backprop;
#[backprop(vjp)]
fn f(x: f64, y: f64) -> f64 {
    if x > y { x * y } else { x.sin() }
}
fn main() {
    println!("{:?}", f_grad(1.0, 2.0));
}
