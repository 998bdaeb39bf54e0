//! The gradients, as somebody writes them who minds the time. They return what the macro's do.

/// See [`super::functions::rosenbrock`].
pub fn rosenbrock(x: &[f64]) -> (f64, Vec<f64>) {
    let mut d = vec![0.0; x.len()];
    let mut sum = 0.0;
    for i in 0..x.len() - 1 {
        let (rise, left) = (x[i + 1] - x[i] * x[i], 1.0 - x[i]);
        sum += 100.0 * rise * rise + left * left;
        d[i] += -400.0 * rise * x[i] - 2.0 * left;
        d[i + 1] = 200.0 * rise;
    }
    (sum, d)
}

/// See [`super::functions::black_scholes`].
pub fn black_scholes(
    spot: f64,
    strike: f64,
    volatility: f64,
    years: f64,
    rate: f64,
) -> (f64, (f64, f64, f64, f64, f64)) {
    let root = years.sqrt();
    let deviation = volatility * root;
    let drift = rate + 0.5 * volatility * volatility;
    let d1 = ((spot / strike).ln() + drift * years) / deviation;
    let d2 = d1 - deviation;
    let n1 = 1.0 / (1.0 + (-1.5976 * d1 - 0.07056 * d1 * d1 * d1).exp());
    let n2 = 1.0 / (1.0 + (-1.5976 * d2 - 0.07056 * d2 * d2 * d2).exp());
    let discount = (-rate * years).exp();
    let paid = strike * discount;
    let by_d1 = spot * n1 * (1.0 - n1) * (1.5976 + 0.21168 * d1 * d1);
    let by_d2 = -paid * n2 * (1.0 - n2) * (1.5976 + 0.21168 * d2 * d2);
    let scaled = (by_d1 + by_d2) / deviation;
    let by_deviation = -by_d2 - scaled * d1;
    (
        spot * n1 - paid * n2,
        (
            n1 + scaled / spot,
            -discount * n2 - scaled / strike,
            scaled * volatility * years + by_deviation * root,
            scaled * drift + by_deviation * volatility * 0.5 / root + paid * n2 * rate,
            scaled * years + paid * n2 * years,
        ),
    )
}

/// See [`super::functions::arm`].
pub fn arm(angles: [f64; 2], links: [f64; 2], target: [f64; 2]) -> (f64, ([f64; 2], [f64; 2])) {
    let ((s1, c1), (s2, c2)) = (angles[0].sin_cos(), (angles[0] + angles[1]).sin_cos());
    let x = links[0] * c1 + links[1] * c2 - target[0];
    let y = links[0] * s1 + links[1] * s2 - target[1];
    let (dx, dy) = (x + x, y + y);
    let second = links[1] * (dy * c2 - dx * s2);
    let first = second + links[0] * (dy * c1 - dx * s1);
    (x * x + y * y, ([first, second], [dx * c1 + dy * s1, dx * c2 + dy * s2]))
}

/// See [`super::functions::logistic`].
pub fn logistic(weights: &[f64], bias: f64, row: &[f64], label: f64) -> (f64, (Vec<f64>, f64)) {
    let mut score = bias;
    for (w, x) in weights.iter().zip(row) {
        score += w * x;
    }
    let e = (-label * score).exp();
    let d = -label * e / (1.0 + e);
    let mut d_weights = vec![0.0; weights.len()];
    for (d_w, x) in d_weights.iter_mut().zip(row) {
        *d_w = d * x;
    }
    (e.ln_1p(), (d_weights, d))
}

/// See [`super::functions::dot`].
pub fn dot(a: &[f64], b: &[f64]) -> (f64, (Vec<f64>, Vec<f64>)) {
    let sum = a.iter().zip(b).map(|(a, b)| a * b).sum();
    // The longer one has zeros where the shorter one has ended.
    let (mut d_a, mut d_b) = (vec![0.0; a.len()], vec![0.0; b.len()]);
    let n = a.len().min(b.len());
    d_a[..n].copy_from_slice(&b[..n]);
    d_b[..n].copy_from_slice(&a[..n]);
    (sum, (d_a, d_b))
}

/// See [`super::functions::cross_entropy`].
pub fn cross_entropy(scores: &[f64], right: usize) -> (f64, Vec<f64>) {
    let mut greatest = f64::NEG_INFINITY;
    for s in scores {
        greatest = greatest.max(*s);
    }
    let mut d = vec![0.0; scores.len()];
    let mut sum = 0.0;
    for (d, s) in d.iter_mut().zip(scores) {
        *d = (s - greatest).exp();
        sum += *d;
    }
    let scale = 1.0 / sum;
    for d in &mut d {
        *d *= scale;
    }
    d[right] -= 1.0;
    (sum.ln() + greatest - scores[right], d)
}

/// See [`super::functions::dense`].
pub fn dense(
    weights: &[[f64; 8]; 4],
    bias: &[f64; 4],
    x: &[f64; 8],
    y: &[f64; 4],
) -> (f64, ([[f64; 8]; 4], [f64; 4])) {
    let (mut d_weights, mut d_bias) = ([[0.0; 8]; 4], [0.0; 4]);
    let mut sum = 0.0;
    for i in 0..4 {
        let mut z = bias[i];
        for j in 0..8 {
            z += weights[i][j] * x[j];
        }
        let t = z.tanh();
        let miss = t - y[i];
        sum += miss * miss;
        let d = 2.0 * miss * (1.0 - t * t);
        d_bias[i] = d;
        for j in 0..8 {
            d_weights[i][j] = d * x[j];
        }
    }
    (sum, (d_weights, d_bias))
}

/// See [`super::functions::horner`].
pub fn horner(coefficients: &[f64], x: f64) -> (f64, (Vec<f64>, f64)) {
    let (mut y, mut by_x) = (0.0, 0.0);
    for c in coefficients.iter().rev() {
        by_x = by_x * x + y;
        y = y * x + c;
    }
    let mut d = vec![0.0; coefficients.len()];
    let mut power = 1.0;
    for d in &mut d {
        *d = power;
        power *= x;
    }
    (y, (d, by_x))
}

/// See [`super::functions::distance`].
pub fn distance(a: &[f64; 3], b: &[f64; 3]) -> (f64, ([f64; 3], [f64; 3])) {
    let d = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
    let r = (d[0] * d[0] + d[1] * d[1] + d[2] * d[2]).sqrt();
    let s = 1.0 / r;
    (r, (d.map(|d| d * s), d.map(|d| -d * s)))
}

/// See [`super::functions::density`].
pub fn density(mean: f64, log_deviation: f64, data: &[f64]) -> (f64, (f64, f64)) {
    let deviation = log_deviation.exp();
    let constant = log_deviation + 0.918_938_533_204_672_7;
    let (mut sum, mut by_mean, mut by_deviation) = (0.0, 0.0, 0.0);
    for x in data {
        let z = (x - mean) / deviation;
        sum -= 0.5 * z * z + constant;
        by_mean += z;
        by_deviation += z * z - 1.0;
    }
    (sum, (by_mean / deviation, by_deviation))
}

/// See [`super::functions::recurrence`].
pub fn recurrence(start: f64, rate: f64, steps: usize) -> (f64, (f64, f64)) {
    let mut states = Vec::with_capacity(steps);
    let mut x = start;
    for _ in 0..steps {
        states.push(x);
        x = rate * x * (1.0 - x);
    }
    let (mut d, mut by_rate) = (1.0, 0.0);
    for x in states.iter().rev() {
        by_rate += d * x * (1.0 - x);
        d *= rate * (1.0 - 2.0 * x);
    }
    (x, (d, by_rate))
}
