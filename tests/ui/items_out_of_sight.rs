use backprop::backprop;

macro_rules! out_of_sight {
    ($($items:tt)*) => {
        $($items)*
    };
}

out_of_sight! {
    macro_rules! constant {
        () => {
            const N: usize = 4;
        };
    }
}

const N: usize = 2;

#[backprop]
fn f(x: &[f64; 5]) -> f64 {
    constant!();
    x[N] * 2.0
}

fn main() {
    let _ = f_grad(&[1.0; 5]);
}
