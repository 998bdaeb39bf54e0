use backprop::backprop;

#[backprop]
fn raised(x: &[f64], y: f64) -> f64 {
    let mut rows: Vec<[f64; 2]> = x.windows(2).map(|w| [w[0], w[1]]).collect();
    let best = rows.iter_mut().max_by(|a, b| a[0].total_cmp(&b[0])).unwrap();
    best[1] += y;
    rows.iter().map(|r| r[0] * r[1]).sum()
}

#[backprop]
fn pairs(x: &[f64], y: f64) -> f64 {
    let mut pairs: Vec<(f64, f64)> = x.windows(2).map(|w| (w[0], w[1])).collect();
    let last = pairs.iter_mut().last().unwrap();
    last.1 += y;
    pairs.iter().map(|(a, b)| a * b).sum()
}

fn main() {}
