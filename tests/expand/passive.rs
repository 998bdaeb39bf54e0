/// Passive code is copied, and runs once.
#[backprop]
pub fn weighted(x: &[f64], names: &[&str]) -> f64 {
    let longest = names.iter().map(|n| n.len()).max().unwrap_or(1);
    let mut sum = 0.0;
    for i in 0..x.len() {
        let weight = names[i].len() as f64 / longest as f64;
        sum += weight * x[i].sin();
    }
    sum
}
