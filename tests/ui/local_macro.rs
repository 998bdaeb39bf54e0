use backprop::backprop;

#[backprop]
fn f(x: f64) -> f64 {
    macro_rules! square {
        () => {
            x * x
        };
    }
    square!()
}

fn main() {
    let _ = f_grad(1.0);
}
