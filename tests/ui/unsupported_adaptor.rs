//! Adaptors and methods that are not understood: what to write instead.

use backprop::backprop;

#[backprop]
fn neighbours(x: &[f64]) -> f64 {
    let mut it = x.iter().peekable();
    it.next().copied().unwrap_or(0.0)
}

#[backprop]
fn around(x: &[f64]) -> f64 {
    x.iter()
        .filter(|v| **v > 0.0)
        .cycle()
        .take(5)
        .sum()
}

#[backprop]
fn apart(x: &[f64]) -> f64 {
    x.iter().partition::<std::collections::VecDeque<f64>, _>(|v| **v > 0.0).0.iter().sum()
}

#[backprop]
fn by_key(x: &[f64]) -> f64 {
    x.iter().copied().max_by_key(|v| (v * 10.0) as i64).unwrap()
}

#[backprop]
fn stops(x: &[f64]) -> f64 {
    x.iter().try_fold(0.0, |a, b| if *b > 0.0 { Ok(a + b) } else { Err(*b) }).unwrap()
}

#[backprop]
fn unique(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.retain_mut(|a| {
        *a *= 2.0;
        *a > 1.0
    });
    v[0]
}

fn main() {
    let _ = (neighbours_grad(&[1.0]), around_grad(&[1.0]), apart_grad(&[1.0]), by_key_grad(&[1.0]));
    let _ = (stops_grad(&[1.0]), unique_grad(&[1.0]));
}
