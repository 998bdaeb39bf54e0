use backprop::backprop;

macro_rules! five {
    () => {
        5
    };
}

#[backprop]
fn f(x: &[f64; 6]) -> f64 {
    x[five!()] * 2.0
}

fn main() {
    let _ = f_grad(&[1.0; 6]);
}
