//! Small functions as people write them, one for each family of constructs.

#![allow(clippy::needless_range_loop)] // Indices, as numeric code has them.

use backprop::backprop;
use num_traits::Float;

/// `loop` and `break` with a value: Kepler's equation by Newton's method. Where is the planet?
#[backprop]
pub fn kepler(mean_anomaly: f64, eccentricity: f64) -> f64 {
    let mut angle = mean_anomaly;
    loop {
        let miss = angle - eccentricity * angle.sin() - mean_anomaly;
        let step = miss / (1.0 - eccentricity * angle.cos());
        angle -= step;
        if step.abs() < 1e-12 {
            break angle;
        }
    }
}

/// An array pattern, and an array as the result.
#[backprop]
fn slope(state: &[f64; 4], mass: f64) -> [f64; 4] {
    let [x, y, vx, vy] = *state;
    let cubed = (x * x + y * y).powf(1.5);
    [vx, vy, -mass * x / cubed, -mass * y / cubed]
}

/// `array::from_fn`
#[backprop]
fn moved(state: &[f64; 4], slope: &[f64; 4], dt: f64) -> [f64; 4] {
    std::array::from_fn(|i| state[i] + dt * slope[i])
}

/// Calls, and arrays that change in a loop: how far is a satellite after some steps of Runge and Kutta?
#[backprop]
pub fn orbit(start: &[f64; 4], mass: f64, #[no_grad] dt: f64, steps: usize) -> f64 {
    let mut state = *start;
    for _ in 0..steps {
        let k1 = slope(&state, mass);
        let k2 = slope(&moved(&state, &k1, dt / 2.0), mass);
        let k3 = slope(&moved(&state, &k2, dt / 2.0), mass);
        let k4 = slope(&moved(&state, &k3, dt), mass);
        for i in 0..4 {
            state[i] += dt / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
        }
    }
    state[0].hypot(state[1])
}

/// `continue`, `Option` and tuples of state: a Kalman filter over observations, some of which are missing.
#[backprop]
pub fn kalman(#[no_grad] seen: &[Option<f64>], drift: f64, noise: f64) -> f64 {
    let (mut mean, mut variance) = (0.0, 1.0);
    let mut surprise = 0.0;
    for observation in seen {
        variance += drift;
        let Some(z) = observation else { continue };
        let total = variance + noise;
        let gain = variance / total;
        surprise += (z - mean).powi(2) / total + total.ln();
        mean += gain * (z - mean);
        variance *= 1.0 - gain;
    }
    0.5 * surprise
}

/// `windows`, `map`, `collect`, `sum`: how restless is a moving average?
#[backprop]
pub fn roughness(prices: &[f64], width: usize) -> f64 {
    let smooth: Vec<f64> = prices.windows(width).map(|w| w.iter().sum::<f64>() / width as f64).collect();
    smooth.windows(2).map(|w| (w[1] - w[0]).powi(2)).sum::<f64>().sqrt()
}

/// `fold` over a polynomial's coefficients, and recursion for the other half: the normal distribution.
#[backprop]
fn normal_cdf(x: f64) -> f64 {
    const COEFFICIENTS: [f64; 5] = [0.319381530, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
    if x < 0.0 {
        return 1.0 - normal_cdf(-x);
    }
    let t = 1.0 / (1.0 + 0.2316419 * x);
    let series = COEFFICIENTS.iter().rev().fold(0.0, |sum, c| (sum + c) * t);
    1.0 - series * (-x * x / 2.0).exp() / std::f64::consts::TAU.sqrt()
}

/// Early `return`: the price of a European call option.
#[backprop]
pub fn call_option(spot: f64, strike: f64, rate: f64, volatility: f64, years: f64) -> f64 {
    if years <= 0.0 || volatility <= 0.0 {
        return (spot - strike).max(0.0);
    }
    let deviation = volatility * years.sqrt();
    let d1 = ((spot / strike).ln() + (rate + 0.5 * volatility.powi(2)) * years) / deviation;
    let d2 = d1 - deviation;
    spot * normal_cdf(d1) - strike * (-rate * years).exp() * normal_cdf(d2)
}

/// Iterator chains: the cross entropy of a softmax.
#[backprop]
pub fn cross_entropy(logits: &[f64], target: usize) -> f64 {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = logits.iter().map(|z| (z - largest).exp()).sum();
    total.ln() + largest - logits[target]
}

/// `match` with guards: the drag of a sphere, by its Reynolds number.
#[backprop]
pub fn drag(speed: f64, diameter: f64, viscosity: f64) -> f64 {
    let coefficient = match speed * diameter / viscosity {
        r if r < 1.0 => 24.0 / r,
        r if r < 1000.0 => 24.0 / r * (1.0 + 0.15 * r.powf(0.687)),
        _ => 0.44,
    };
    coefficient * 0.5 * speed * speed * std::f64::consts::FRAC_PI_4 * diameter.powi(2)
}

/// In place, with swaps: a determinant by elimination.
#[backprop]
pub fn determinant(matrix: &[[f64; 4]; 4]) -> f64 {
    let mut a = *matrix;
    let mut product = 1.0;
    for k in 0..4 {
        let pivot = (k..4).max_by(|&i, &j| a[i][k].abs().total_cmp(&a[j][k].abs())).unwrap();
        if pivot != k {
            a.swap(k, pivot);
            product = -product;
        }
        product *= a[k][k];
        for i in k + 1..4 {
            let factor = a[i][k] / a[k][k];
            for j in k..4 {
                a[i][j] -= factor * a[k][j];
            }
        }
    }
    product
}

/// Nested `Vec`s: how far are two melodies from each other, if time may stretch?
#[backprop]
pub fn time_warp(a: &[f64], b: &[f64]) -> f64 {
    let mut cost = vec![vec![f64::INFINITY; b.len() + 1]; a.len() + 1];
    cost[0][0] = 0.0;
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            let best = cost[i][j].min(cost[i + 1][j]).min(cost[i][j + 1]);
            cost[i + 1][j + 1] = (x - y).powi(2) + best;
        }
    }
    cost[a.len()][b.len()]
}

/// Recursion: the arithmetic-geometric mean.
#[backprop]
fn agm(a: f64, b: f64) -> f64 {
    if (a - b).abs() <= 1e-13 * a { a } else { agm(0.5 * (a + b), (a * b).sqrt()) }
}

/// The period of a pendulum, exactly.
#[backprop]
pub fn pendulum(length: f64, amplitude: f64) -> f64 {
    const GRAVITY: f64 = 9.80665;
    std::f64::consts::TAU * (length / GRAVITY).sqrt() / agm(1.0, (amplitude / 2.0).cos())
}

/// A named closure that captures what it needs: how much of a drug a body sees, by Simpson's rule.
#[backprop]
pub fn exposure(dose: f64, uptake: f64, decay: f64, hours: f64) -> f64 {
    let concentration =
        |t: f64| dose * uptake / (uptake - decay) * ((-decay * t).exp() - (-uptake * t).exp());
    let n = 20;
    let h = hours / n as f64;
    let mut sum = concentration(0.0) + concentration(hours);
    for i in 1..n {
        let weight = if i % 2 == 1 { 4.0 } else { 2.0 };
        sum += weight * concentration(i as f64 * h);
    }
    sum * h / 3.0
}

/// A `Result`: Cholesky's factor, if there is one.
#[backprop]
fn cholesky(a: &[[f64; 3]; 3]) -> Result<[[f64; 3]; 3], String> {
    let mut l = [[0.0; 3]; 3];
    for i in 0..3 {
        for j in 0..=i {
            let rest = a[i][j] - (0..j).map(|k| l[i][k] * l[j][k]).sum::<f64>();
            if i != j {
                l[i][j] = rest / l[j][j];
            } else if rest > 0.0 {
                l[i][i] = rest.sqrt();
            } else {
                return Err(format!("not positive definite: pivot {i} is {rest}"));
            }
        }
    }
    Ok(l)
}

/// `?`: how surprising a point is under a normal distribution.
#[backprop]
pub fn surprise(covariance: &[[f64; 3]; 3], x: &[f64; 3]) -> Result<f64, String> {
    let l = cholesky(covariance)?;
    let mut solved = [0.0; 3];
    for i in 0..3 {
        solved[i] = (x[i] - (0..i).map(|k| l[i][k] * solved[k]).sum::<f64>()) / l[i][i];
    }
    let log_determinant: f64 = (0..3).map(|i| l[i][i].ln()).sum();
    Ok(0.5 * solved.iter().map(|s| s * s).sum::<f64>() + log_determinant)
}

/// Generic over floats: the way along a great circle, in kilometres.
#[backprop]
pub fn great_circle<T: Float>(from: [T; 2], to: [T; 2]) -> T {
    let radius = T::from(6371.0).unwrap();
    let two = T::one() + T::one();
    let [lat1, lon1] = from.map(|degrees| degrees.to_radians());
    let [lat2, lon2] = to.map(|degrees| degrees.to_radians());
    let h =
        ((lat2 - lat1) / two).sin().powi(2) + lat1.cos() * lat2.cos() * ((lon2 - lon1) / two).sin().powi(2);
    two * radius * h.sqrt().asin()
}

/// A spring with a damper.
pub struct Spring {
    /// Newtons per metre.
    pub stiffness: f64,
    /// Newtons per metre and second.
    pub damping: f64,
}

/// Methods: the attribute on the `impl` block.
#[backprop]
impl Spring {
    /// The force at an extension and a speed.
    fn force(&self, extension: f64, speed: f64) -> f64 {
        -self.stiffness * extension - self.damping * speed
    }

    /// Where a mass is after a while.
    pub fn swing(&self, mass: f64, start: f64, steps: usize) -> f64 {
        let (mut x, mut v) = (start, 0.0);
        for _ in 0..steps {
            v += 0.01 * self.force(x, v) / mass;
            x += 0.01 * v;
        }
        x
    }
}

/// The attribute on a module: aliases and constants are known in it.
#[backprop]
pub mod colour {
    /// Red, green and blue, from 0 to 1.
    pub type Rgb = [f64; 3];
    const WEIGHTS: Rgb = [0.2126, 0.7152, 0.0722];

    fn linear(c: f64) -> f64 {
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    }

    fn luminance(colour: &Rgb) -> f64 {
        colour.iter().zip(&WEIGHTS).map(|(&c, weight)| weight * linear(c)).sum()
    }

    /// How well one colour can be read on the other one.
    pub fn contrast(ink: &Rgb, paper: &Rgb) -> f64 {
        let (a, b) = (luminance(ink), luminance(paper));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }
}
