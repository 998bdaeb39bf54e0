use backprop::backprop;

macro_rules! same {
    ($t:expr) => {
        match $t {
            t => t,
        }
    };
}

#[backprop]
fn f(x: &[f64; 6], t: &[u8]) -> f64 {
    x[same!(t).len()] * 2.0
}

fn main() {
    let _ = f_grad(&[1.0; 6], &[]);
}
