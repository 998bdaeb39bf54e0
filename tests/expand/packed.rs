/// A triangle that is packed into a row: the counter `at` is saved once for each column and follows from the round
/// within it, and so is `weight`, which is the same in all rounds of the inner loop.
#[backprop]
pub fn packed(l: &[f64], x: &[f64]) -> f64 {
    let mut y = vec![0.0; x.len()];
    let mut at = 0;
    for i in 0..x.len() {
        for j in i..x.len() {
            let weight = x[i].exp();
            y[j] += l[at] * weight;
            at += 1;
        }
    }
    let mut sum = 0.0;
    for j in 0..x.len() {
        sum += y[j] * y[j];
    }
    sum
}
