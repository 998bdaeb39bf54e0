/// Value and gradient come out of one loop.
#[backprop]
pub fn llsq(x: &[f64], n: usize) -> f64 {
    let m = x.len();
    let mut sum = 0.0;
    for i in 0..n {
        let t = -1.0 + i as f64 * 2.0 / (n as f64 - 1.0);
        let mut inner = (0.0 < t) as i32 as f64 - (t < 0.0) as i32 as f64;
        let mut mul = 1.0;
        for j in 0..m {
            inner -= x[j] * mul;
            mul *= t;
        }
        sum += inner * inner;
    }
    sum / 2.0
}
