/// Nested arrays with constant sizes: nothing is allocated.
#[backprop]
pub fn quadratic(m: &[[f64; 3]; 3], v: &[f64; 3]) -> f64 {
    let mut sum = 0.0;
    for i in 0..3 {
        for j in 0..3 {
            sum += v[i] * m[i][j] * v[j];
        }
    }
    sum
}
