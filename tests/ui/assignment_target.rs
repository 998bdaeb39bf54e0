use backprop::backprop;

// What a macro defines is not seen: the result may be anything.
macro_rules! pair {
    () => {
        #[backprop]
        fn pair(x: f64) -> (f64, f64) {
            (x, 1.0)
        }
    };
}
pair!();

#[backprop]
fn f(x: f64) -> f64 {
    let mut p = pair(x);
    p.0 = 2.0;
    p.0 + p.1
}

fn main() {
    let _ = f_grad(1.0);
}
