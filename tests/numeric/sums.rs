//! Loops whose adjoints are sums, long enough to be summed in several registers or as scalar products; gradients that are
//! written where they would be added to zeros; and saved rows that lie in the memory of the gradient.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        // Sums of adjoints: of one scalar, of two, of three, and of one that is also changed on the way.
        #[backprop $options]
        pub fn line(x: &[$F], w: $F, b: $F) -> $F {
            let mut sum = 0.0;
            for &v in x {
                let r = w * v + b;
                sum += r * r;
            }
            sum.sqrt()
        }
        case!($F $mode: line(slice x: -1.0..1.0 => vec![0.0; 37], by w: -1.0..1.0, by b: 1.0..2.0));

        #[backprop $options]
        pub fn of_few(x: &[$F], a: $F, b: $F, c: $F) -> $F {
            let mut sum = 1.0;
            for &v in x {
                sum += a * v + b * v * v - c;
            }
            sum * sum
        }
        case!($F $mode: of_few(slice x: -1.0..1.0 => vec![0.0; 3], by a: -1.0..1.0, by b: -1.0..1.0, by c: -1.0..1.0));

        // The exponentials lie in the gradient.
        #[backprop $options]
        pub fn log_sum_exp(x: &[$F]) -> $F {
            let mut max = x[0];
            for &v in x {
                max = max.max(v);
            }
            let mut sum = 0.0;
            for &v in x {
                sum += (v - max).exp();
            }
            sum.ln() + max
        }
        case!($F $mode: log_sum_exp(slice x: -2.0..2.0 => vec![0.0; 33]));

        #[backprop $options]
        pub fn log_sum_exp_of_one(x: &[$F]) -> $F {
            let max = x.iter().cloned().fold($F::NEG_INFINITY, $F::max);
            let sum: $F = x.iter().map(|v| (v - max).exp()).sum();
            max + sum.ln()
        }
        case!($F $mode: log_sum_exp_of_one(slice x: -2.0..2.0 => vec![0.0; 1]));

        // A row that is read after its element of the gradient was written, one that is read twice, one that is of
        // another parameter's length, and one of which the loop needs its neighbours.
        #[backprop $options]
        pub fn two_rows(x: &[$F], y: &[$F], w: $F) -> $F {
            let mut sum = w;
            for i in 0..x.len() {
                sum += (x[i] * w).sin() * (y[i] * w).cos();
            }
            let mut product = 1.0;
            for i in 0..y.len() {
                product *= (y[i] * x[i]).exp() + sum;
            }
            product * 0.1 + sum
        }
        case!($F $mode: two_rows(slice x: -1.0..1.0 => vec![0.0; 5], slice y: -0.5..0.5 => vec![0.0; 5], by w: -1.0..1.0));

        #[backprop $options]
        pub fn neighbours(x: &[$F]) -> $F {
            let n = x.len();
            let mut sum = 0.0;
            for i in 0..n {
                sum += (x[i] * 0.5).exp();
            }
            let mut rest = 0.0;
            for i in 0..n {
                rest += (x[(i + 1) % n] - x[i]) * sum;
                rest += (x[i] * sum).sin();
            }
            rest
        }
        case!($F $mode: neighbours(slice x: -1.0..1.0 => vec![0.0; 6]));

        // What is written in place of being added: once, twice in a round, under a condition, and after a use elsewhere.
        #[backprop $options]
        pub fn twice_in_a_round(x: &[$F], w: $F) -> $F {
            let mut sum = 0.0;
            for i in 0..x.len() {
                sum += x[i] * w;
                sum += (x[i] * sum).cos();
            }
            sum
        }
        case!($F $mode: twice_in_a_round(slice x: -1.0..1.0 => vec![0.0; 20], by w: -1.0..1.0));

        #[backprop $options]
        pub fn under_a_condition(x: &[$F], w: $F) -> $F {
            let mut sum = 0.0;
            for &v in x {
                if v > 0.0 {
                    sum += (v * w).exp();
                }
            }
            sum.ln_1p() * x[0]
        }
        case!($F $mode: under_a_condition(slice x: -1.0..1.0 => vec![0.0; 20], by w: -1.0..1.0));

        #[backprop $options]
        pub fn also_elsewhere(x: &[$F]) -> $F {
            let first = x[0] * x[x.len() - 1];
            let mut sum = first;
            for v in x {
                sum += (v * first).exp();
            }
            sum.ln() + x[1] * sum
        }
        case!($F $mode: also_elsewhere(slice x: -1.0..1.0 => vec![0.0; 18]));

        #[backprop $options]
        pub fn early(x: &[$F], limit: $F) -> $F {
            let mut sum = 0.0;
            for &v in x {
                sum += (v * limit).exp();
            }
            if sum < 0.5 {
                return sum * limit;
            }
            sum.ln()
        }
        case!($F $mode: early(slice x: -1.0..1.0 => vec![0.0; 17], by limit: 0.1..1.0));

        // One element in one arm, all of them in the other one.
        #[backprop $options]
        pub fn one_or_all(x: &[$F], c: $F) -> $F {
            if c > 0.0 { x[0] * c } else { x.iter().sum() }
        }
        case!($F $mode: one_or_all(slice x: -1.0..1.0 => vec![0.0; 5], by c: -1.0..1.0));

        #[backprop $options]
        pub fn one_first(x: &[$F], c: $F) -> $F {
            if c > 0.0 {
                return x[1].sin();
            }
            let mut sum = 0.0;
            for i in 0..x.len() {
                sum += x[i].exp();
            }
            sum * c
        }
        case!($F $mode: one_first(slice x: -1.0..1.0 => vec![0.0; 5], by c: -1.0..1.0));

        #[backprop $options]
        pub fn one_and_all(x: &[$F], c: $F) -> $F {
            let last = x[x.len() - 1];
            let chosen = match c > 0.0 {
                true => last * x[0],
                false => x.iter().map(|v| v * v).sum(),
            };
            let mut sum = 0.0;
            for i in 1..x.len() {
                sum += x[i] * c;
            }
            chosen * sum
        }
        case!($F $mode: one_and_all(slice x: -1.0..1.0 => vec![0.0; 5], by c: -1.0..1.0));

        // Scalar products: at the top, in a loop, with few rounds and with many, and with a sign.
        #[backprop $options]
        pub fn add_multiple(x: &[$F], y: &[$F], a: $F) -> $F {
            let mut out = vec![0.0; x.len()];
            for i in 0..x.len() {
                out[i] = y[i] - a * x[i];
            }
            let mut sum = 0.0;
            for v in &out {
                sum += v * v * v;
            }
            sum
        }
        case!($F $mode: add_multiple(slice x: -1.0..1.0 => vec![0.0; 21], slice y: -1.0..1.0 => vec![0.0; 21], by a: -1.0..1.0));

        #[backprop $options]
        pub fn product(a: &[$F], b: &[$F], n: usize) -> $F {
            let mut out = vec![0.0; n * n];
            for i in 0..n {
                for k in 0..n {
                    for j in 0..n {
                        out[i * n + j] += a[i * n + k] * b[k * n + j];
                    }
                }
            }
            let mut sum = 0.0;
            for (i, v) in out.iter().enumerate() {
                sum += v * v * ((i % 3) as $F - 0.5);
            }
            sum
        }
        case!($F $mode: product(slice a: -0.5..0.5 => vec![0.0; 9], slice b: -0.5..0.5 => vec![0.0; 9]; 3));

        pub mod large {
            use super::*;

            #[backprop $options]
            pub fn product(a: &[$F], b: &[$F], n: usize) -> $F {
                let mut out = vec![0.0; n * n];
                for i in 0..n {
                    for k in 0..n {
                        for j in 0..n {
                            out[i * n + j] -= a[i * n + k] * b[k * n + j];
                        }
                    }
                }
                let mut sum = 0.0;
                for (i, v) in out.iter().enumerate() {
                    sum += v * v * ((i % 3) as $F - 0.5);
                }
                sum
            }
            case!($F $mode: product(slice a: -0.5..0.5 => vec![0.0; 324], slice b: -0.5..0.5 => vec![0.0; 324]; 18));
        }

        // What each round reads from the same place: where the loop writes to it, and where it may not be there.
        #[backprop $options]
        pub fn steady(x: &[$F], w: $F) -> $F {
            let n = x.len();
            let mut y = vec![w; n];
            let mut sum = 0.0;
            for i in 0..n {
                for j in i + 1..n {
                    y[j] += (y[i] * x[j]).sin() * x[i];
                }
                for j in 0..n {
                    y[i] = y[i] * 0.5 + x[j] * y[j];
                }
                sum += y[i];
            }
            sum
        }
        case!($F $mode: steady(slice x: -1.0..1.0 => vec![0.0; 4], by w: -1.0..1.0));

        #[backprop $options]
        pub fn not_there(x: &[$F], y: &[$F]) -> $F {
            let mut sum = 0.0;
            for i in 0..x.len() {
                // `y` is shorter, and read for few `i` alone.
                for j in 0..3 - i.min(3) {
                    sum += y[i] * x[j];
                }
            }
            sum
        }
        case!($F $mode: not_there(slice x: -1.0..1.0 => vec![0.0; 6], slice y: -1.0..1.0 => vec![0.0; 3]));
    };
}
instances!(functions);

/// The extremes: no element, one, and those that stand just around what is summed in lanes.
#[test]
fn all_lengths() {
    for n in 1..40 {
        let x: Vec<f64> = (0..n).map(|i| (f64::from(i) * 0.37).sin()).collect();
        let (_, (d_x, d_w, d_b)) = double::line_grad(&x, 0.75, 1.5);
        let (residuals, norm): (Vec<f64>, f64) = {
            let r: Vec<f64> = x.iter().map(|v| 0.75 * v + 1.5).collect();
            let norm = r.iter().map(|r| r * r).sum::<f64>().sqrt();
            (r, norm)
        };
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-12 * (1.0 + b.abs()), "{n}: {a} and {b}");
        close(d_w, x.iter().zip(&residuals).map(|(v, r)| v * r).sum::<f64>() / norm);
        close(d_b, residuals.iter().sum::<f64>() / norm);
        d_x.iter().zip(&residuals).for_each(|(d, r)| close(*d, 0.75 * r / norm));
        let (_, d_x) = double::log_sum_exp_grad(&x);
        let sum: f64 = x.iter().map(|v| v.exp()).sum();
        d_x.iter().zip(&x).for_each(|(d, v)| close(*d, v.exp() / sum));
        // What was in the buffer before does not matter.
        let mut buffer = vec![f64::NAN; x.len()];
        double::log_sum_exp_grad_into(&x, &mut buffer);
        assert_eq!(buffer, d_x);
    }
    assert_eq!(double::line_grad(&[], 1.0, 1.0).1.0, Vec::<f64>::new());
}
