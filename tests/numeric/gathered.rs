//! `collect` into `Vec<_>`, and into an `Option` or `Result` of a `Vec`.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn root(x: $F) -> Result<$F, String> {
            if x < 0.0 { Err(format!("negative: {x}")) } else { Ok(x.sqrt()) }
        }

        #[backprop $options]
        pub fn inverse(x: $F) -> Option<$F> {
            if x.abs() < 0.25 { None } else { Some(1.0 / x) }
        }

        #[backprop $options]
        pub fn total(v: Vec<$F>) -> $F {
            v.iter().sum()
        }

        #[backprop $options]
        pub fn roots(x: &[$F], y: $F) -> Result<Vec<$F>, String> {
            x.iter().map(|v| root(v * y)).collect()
        }

        #[backprop $options]
        pub fn product_of_roots(x: &[$F], y: $F) -> Result<$F, String> {
            let mut t = 1.0;
            for i in 0..2 {
                let v = x
                    .iter()
                    .map(|v| root(v * y + i as $F).map(|r| r * t))
                    .collect::<Result<Vec<_>, _>>()
                    .map_err(|e| format!("{i}: {e}"))?;
                t += v[0] * v[1];
            }
            Ok(t)
        }

        #[backprop $options]
        pub fn inverses(x: &[$F], y: $F) -> Option<Vec<$F>> {
            let v: Vec<$F> = x.iter().enumerate().map(|(i, v)| inverse(v * y + i as $F)).collect::<Option<_>>()?;
            Some(v)
        }

        #[backprop $options]
        pub fn all_of_them(x: &[$F], y: $F) -> $F {
            let squares: Vec<_> = x.iter().map(|v| v * v).collect();
            let mut more = Vec::with_capacity(2);
            more.extend(x.iter().map(|v| v * y));
            let sure = x.iter().map(|v| inverse(v + 9.0)).collect::<Option<Vec<_>>>().unwrap();
            let held = match inverses(x, y) {
                Some(v) => total(v),
                None => y,
            };
            squares[0] * more[1] + sure[0] * sure[1] + held + roots(x, y).map_or(y, |v| total(v))
                + product_of_roots(x, y).unwrap_or(x[0])
        }
        case!($F $mode: all_of_them(slice x: -2.0..2.0 => vec![0.0; 3], by y: -2.0..2.0));

        #[backprop $options]
        pub fn length(v: &Vec<$F>) -> $F {
            v.iter().map(|a| a * a).sum::<$F>().sqrt()
        }

        #[backprop $options]
        pub fn total_of(rows: Vec<(usize, $F)>, x: &[$F]) -> $F {
            rows.iter().map(|&(i, a)| a * a * x[i]).sum()
        }

        /// That it is a `Vec` says the callee.
        #[backprop $options]
        pub fn for_calls(x: &[$F], y: $F) -> $F {
            let whole = length(&x.iter().map(|x| x * y).collect());
            let pairs = x.iter().enumerate().map(|(i, a)| (i, a * y)).collect::<Vec<_>>();
            let last = pairs[2].1 * pairs[1].0 as $F;
            let turned = total_of(x.iter().enumerate().map(|(i, a)| (x.len() - 1 - i, a * a)).collect(), x);
            whole + last + turned + total_of(pairs, x)
        }
        case!($F $mode: for_calls(slice x: 0.5..2.0 => vec![0.0; 4], by y: 0.5..2.0));

        /// The rows of what grows, and of what is written to, say what is gathered.
        #[backprop $options]
        pub fn rows(x: &[$F], k: $F) -> $F {
            let mut rows: Vec<Vec<$F>> = Vec::with_capacity(3);
            rows.push(x.iter().map(|v| v / k).collect());
            for _ in 0..2 {
                let last = rows.last().unwrap();
                let n = last.iter().map(|v| v * v).sum::<$F>().sqrt();
                let next: Vec<$F> = last.iter().map(|v| v / n + 1.0).collect();
                rows.push(next.iter().map(|v| v * k).collect());
            }
            let mut table = vec![vec![0.0; 2]; 2];
            table[0] = x.iter().take(2).map(|v| v * k).collect();
            rows[2][0] * rows[1][1] + table[0][1]
        }
        case!($F $mode: rows(slice x: 0.5..2.0 => vec![0.0; 3], by k: 0.5..1.5));

        /// The pivots are no floats, and an `Option` in a variable.
        #[backprop $options]
        pub fn determinant(m: &[[$F; 3]]) -> $F {
            let mut m = m.to_vec();
            let mut product = 1.0;
            for col in 0..3 {
                let pivot = (col..3).max_by(|&i, &j| {
                    m[i][col].abs().partial_cmp(&m[j][col].abs()).unwrap_or(std::cmp::Ordering::Equal)
                });
                if let Some(p) = pivot {
                    m.swap(col, p);
                    product *= if p == col { 1.0 } else { -1.0 };
                }
                for row in col + 1..3 {
                    let f = m[row][col] / m[col][col];
                    for k in col..3 {
                        m[row][k] -= f * m[col][k];
                    }
                }
                product *= m[col][col];
            }
            product
        }
        case!($F $mode: determinant(slice m: -2.0..2.0 => vec![[0.0; 3]; 3]));
    };
}
instances!(functions);

/// What is taken out of a call is a `Vec` where the callee is in sight.
mod taken_out {
    use super::*;

    #[backprop(jvp)]
    pub fn squares(x: &[f64]) -> Result<Vec<f64>, String> {
        if x.is_empty() { Err("empty".into()) } else { Ok(x.iter().map(|v| v * v).collect()) }
    }

    #[backprop(jvp)]
    pub fn scaled(x: &[f64]) -> Result<Vec<f64>, String> {
        let mut out = squares(x)?;
        let scale = 2.0 / (x.len() + 1) as f64;
        for v in &mut out {
            *v *= scale;
        }
        out.iter_mut().for_each(|v| *v += 1.0);
        Ok(out)
    }

    #[backprop(jvp)]
    pub fn first(x: &[f64]) -> f64 {
        let mut out = scaled(x).unwrap();
        for v in out.iter_mut() {
            *v *= x[0];
        }
        out.first().copied().unwrap_or(0.0) * out[1]
    }
    case!(f64 double: first(slice x: -2.0..2.0 => vec![0.0; 3]));
}

#[test]
fn the_first_error_is_the_result() {
    assert_eq!(double::product_of_roots_grad(&[1.0, -2.0, -3.0], 1.0), Err("0: negative: -2".to_string()));
    assert_eq!(double::inverses_vjp(&[0.0, 1.0], 1.0, vec![]), None);
    let seed = vec![1.0, 0.0];
    assert_eq!(
        double::roots_vjp(&[4.0, 9.0], 1.0, seed.clone()),
        Ok((vec![2.0, 3.0], (vec![0.25, 0.0], 1.0)))
    );
    assert_eq!(double::roots_vjp(&[4.0, -9.0], 1.0, seed), Err("negative: -9".to_string()));
}

#[test]
#[should_panic(expected = "called `Option::unwrap()` on a `None` value")]
fn unwrapping_panics_as_the_function_does() {
    let _ = double::all_of_them_grad(&[1.0, -9.0, 2.0], 1.0);
}

/// Integers whose type only code that is not looked into says: an index of a table, an argument.
mod counted {
    use backprop::backprop;

    const TABLE: [f64; 4] = [1.0, 2.0, 3.0, 0.5];
    const GRID: [[f64; 2]; 2] = [[1.0, 2.0], [3.0, 4.0]];

    fn weight(i: u8) -> f64 {
        f64::from(i) + 0.5
    }

    #[backprop]
    fn power(x: f64, n: u32) -> f64 {
        x.powi(n as i32)
    }

    macro_rules! tables {
        ($($name:ident: |$a:ident, $b:ident| $e:expr => $want:expr;)*) => {
            $(
                #[test]
                fn $name() {
                    #[backprop]
                    fn f($a: f64, $b: f64) -> f64 {
                        let v: Vec<f64> = $e;
                        v.iter().sum::<f64>() * v[0]
                    }
                    // All are homogeneous in `a`, of the degree that stands with the value for 1.
                    let (value, degree): (f64, f64) = $want;
                    let (v, (d, _)) = f_grad(2.0, 1.0);
                    let scale = 2f64.powf(degree);
                    assert!((v - value * scale).abs() < 1e-12, "{v} and not {}", value * scale);
                    assert!((d - degree * v / 2.0).abs() < 1e-12, "{d} and not {}", degree * v / 2.0);
                }
            )*
        };
    }

    tables! {
        indices: |a, b| (0..2).map(|n| a * b * TABLE[n]).collect() => (3.0, 2.0);
        as_long: |a, b| (0..TABLE.len()).map(|i| TABLE[i] * a * b).collect() => (6.5, 2.0);
        backwards: |a, b| (0..3).rev().map(|i| TABLE[i] * a * b).collect() => (18.0, 2.0);
        without_end: |a, b| (1..).take(2).map(|i| TABLE[i] * a * b).collect() => (10.0, 2.0);
        stepped: |a, b| (0..=2).step_by(2).map(|i| TABLE[i] * a * b).collect() => (4.0, 2.0);
        of_two: |a, b| (0..2).map(|i| GRID[i][1] * a * b).collect() => (12.0, 2.0);
        weights: |a, b| (0..3).map(|i| a * b * weight(i)).collect() => (2.25, 2.0);
        powers: |a, b| (2..3).map(|n| power(a, n) * b).collect() => (1.0, 4.0);
    }

    #[backprop]
    fn found(a: f64, b: f64) -> f64 {
        let (u, v): (Vec<f64>, Vec<f64>) = (0..3).map(|i| (TABLE[i] * a, TABLE[i + 1] * b)).unzip();
        let first = (0..3).map(|i| TABLE[i] * a).find(|x| *x > 3.0).unwrap_or(0.0);
        u[1] * v[1] + first
    }

    #[test]
    fn what_is_found() {
        assert_eq!(found_grad(2.0, 1.0), (4.0 * 3.0 + 4.0, (6.0 + 2.0, 12.0)));
    }
}
