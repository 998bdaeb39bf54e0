use backprop::backprop;

macro_rules! known {
    ($n:expr) => {
        match $n {
            Some(n) => n,
            None => return 0.0,
        }
    };
}

#[backprop]
fn f(x: f64, n: Option<u32>) -> f64 {
    let mut sum = 0.0;
    for _ in 0..3 {
        sum += x * known!(n) as f64;
    }
    sum
}

fn main() {
    let _ = f_grad(1.0, None);
}
