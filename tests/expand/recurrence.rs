/// A loop whose rounds depend on each other: what the reverse loop needs is saved in a row.
#[backprop]
pub fn logistic(rate: f64, start: f64, steps: usize) -> f64 {
    let mut x = start;
    for _ in 0..steps {
        x = rate * x * (1.0 - x);
    }
    x
}
