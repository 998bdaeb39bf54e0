/// A `while` loop: its rounds are counted, and what the reverse loop needs is pushed and popped.
#[backprop]
pub fn newton_sqrt(a: f64) -> f64 {
    let mut x = a;
    while (x * x - a).abs() > 1e-12 * a {
        x = 0.5 * (x + a / x);
    }
    x
}
