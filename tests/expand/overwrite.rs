/// A local array that is overwritten while it is read.
#[backprop]
pub fn smooth(x: [f64; 4], rounds: usize) -> f64 {
    let mut a = x;
    for _ in 0..rounds {
        for i in 1..4 {
            a[i] = 0.5 * (a[i] + a[i - 1] * a[i]);
        }
    }
    a[3]
}
