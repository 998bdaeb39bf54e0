use backprop::backprop;

const SCALE: f64 = 3.0;

#[backprop]
fn f(x: f64) -> f64 {
    let y = x * SCALE;
    let z = {
        const SCALE: f64 = 2.0;
        x * SCALE
    };
    y + z
}

fn main() {
    let _ = f_grad(1.0);
}
