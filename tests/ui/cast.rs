use backprop::backprop;

// What a macro defines is not seen: the name may be that of any number.
macro_rules! real {
    () => {
        type Real = f64;
    };
}
real!();

#[backprop]
fn f(x: f32) -> f64 {
    let y = x as Real;
    y * 2.0
}

fn main() {
    let _ = f_grad(1.0);
}
