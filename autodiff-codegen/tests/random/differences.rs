//! Slopes by central differences.

use autodiff_codegen::ir::interpret::{Data, Scalar};

/// `x + h * d`, of floats; the rest stays.
pub fn moved(x: &Data, d: &Data, h: f64) -> Data {
    let one = |x: &Scalar, d: &Scalar| match (x, d) {
        (Scalar::Float(x), Scalar::Float(d)) => Scalar::Float(x + h * d),
        _ => x.clone(),
    };
    match (x, d) {
        (Data::Scalar(x), Data::Scalar(d)) => Data::Scalar(one(x, d)),
        (Data::Array(dims, x), Data::Array(_, d)) => {
            Data::Array(dims.clone(), x.iter().zip(d).map(|(x, d)| one(x, d)).collect())
        }
        (Data::Tuple(x), Data::Tuple(d)) => {
            Data::Tuple(x.iter().zip(d).map(|(x, d)| moved(x, d, h)).collect())
        }
        _ => x.clone(),
    }
}

/// The slope at 0, and an estimate of its error. `f` gives a value, and the size of the terms that it is the sum of.
pub fn richardson(f: impl Fn(f64) -> Option<(f64, f64)>) -> Option<(f64, f64)> {
    let mut rows: Vec<Vec<f64>> = Vec::new();
    let mut lost = 0.0;
    for n in 0..4 {
        let h = 2e-3 / f64::from(1 << n);
        let ((above, size), (below, _)) = (f(h)?, f(-h)?);
        // Of a large number the last digits are lost, and a slope that is small beside it with them.
        lost = f64::EPSILON * size / h;
        let mut row = vec![(above - below) / (2.0 * h)];
        for k in 1..=n as usize {
            let (a, b) = (row[k - 1], rows[n as usize - 1][k - 1]);
            row.push(a + (a - b) / (4f64.powi(k as i32) - 1.0));
        }
        rows.push(row);
    }
    let (last, before) = (rows[3][3], rows[2][2]);
    // A kink nearby spoils the plain differences before it shows in the extrapolated ones.
    let plain = (rows[3][0] - rows[2][0]).abs();
    last.is_finite().then_some((last, (last - before).abs() + 1e-3 * plain + lost))
}
