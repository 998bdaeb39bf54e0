/// In long loops, sums of products of adjoints are scalar products.
#[backprop]
pub fn energy(a: &[f64], b: &[f64], n: usize) -> f64 {
    let mut product = vec![0.0; n * n];
    for i in 0..n {
        for k in 0..n {
            for j in 0..n {
                product[i * n + j] += a[i * n + k] * b[k * n + j];
            }
        }
    }
    let mut sum = 0.0;
    for x in &product {
        sum += x * x;
    }
    sum
}
