use backprop::backprop;

macro_rules! add {
    ($s:expr, $t:expr) => {
        *$s += $t
    };
}

#[backprop]
fn f(x: f64) -> f64 {
    let mut s = x;
    let () = add!(&mut s, 1.0);
    s
}

fn main() {
    let _ = f_grad(1.0);
}
