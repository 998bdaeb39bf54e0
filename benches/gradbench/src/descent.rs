//! Gradient descent with steps that grow and shrink, as the suite has it.

/// Where `objective` is least, as far as descent from `start` comes.
pub fn argmin<const N: usize>(
    start: [f64; N],
    objective: impl Fn([f64; N]) -> f64,
    gradient: impl Fn([f64; N]) -> [f64; N],
) -> [f64; N] {
    let (mut x, mut fx, mut gx) = (start, objective(start), gradient(start));
    let (mut eta, mut successes) = (1e-5, 0);
    loop {
        if gx.iter().map(|g| g * g).sum::<f64>().sqrt() <= 1e-5 {
            return x;
        }
        if successes == 10 {
            eta *= 2.0;
            successes = 0;
            continue;
        }
        let mut next = x;
        let mut moved = 0.0;
        for i in 0..N {
            next[i] = x[i] - eta * gx[i];
            moved += (next[i] - x[i]) * (next[i] - x[i]);
        }
        if moved.sqrt() <= 1e-5 {
            return x;
        }
        let value = objective(next);
        if value < fx {
            (x, fx, gx) = (next, value, gradient(next));
            successes += 1;
        } else {
            eta /= 2.0;
            successes = 0;
        }
    }
}
