//! Slices: lengths that only run time knows, and elements that are arrays.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn dot(a: &[$F], b: &[$F]) -> $F {
            let mut total = 0.0;
            for i in 0..a.len() {
                total += a[i] * b[i];
            }
            total
        }
        case!($F $mode: dot(slice a: -2.0..2.0 => vec![0.0; 5], slice b: -2.0..2.0 => vec![0.0; 5]));

        #[backprop $options]
        pub fn of_length_zero(a: &[$F], x: $F) -> $F {
            let mut total = x;
            for i in 0..a.len() {
                total *= a[i];
            }
            total * x
        }
        case!($F $mode: of_length_zero(slice a: 0.0..1.0 => vec![0.0; 0], by x: -2.0..2.0));

        #[backprop $options]
        pub fn unused(_a: &[$F], x: $F) -> $F {
            x * x
        }
        case!($F $mode: unused(slice a: 0.0..1.0 => vec![0.0; 3], by x: -2.0..2.0));

        #[backprop $options]
        pub fn of_arrays(points: &[[$F; 2]], x: $F) -> $F {
            let mut total = 0.0;
            for i in 0..points.len() {
                let off = points[i][0] - x;
                total += off * off * points[i][1];
            }
            total
        }
        case!($F $mode: of_arrays(slice a: -2.0..2.0 => vec![[0.0; 2]; 4], by x: -2.0..2.0));

        #[backprop $options]
        pub fn neighbours(x: &[$F]) -> $F {
            let mut sum = 0.0;
            for i in 0..x.len() - 1 {
                let off_valley = x[i + 1] - x[i] * x[i];
                let from_end = 1.0 - x[i];
                sum += 100.0 * off_valley * off_valley + from_end * from_end;
            }
            sum
        }
        case!($F $mode: neighbours(slice x: -2.0..2.0 => vec![0.0; 6]));

        #[backprop $options]
        pub fn least_squares(x: &[$F], points: &[$F], width: usize) -> $F {
            let mut total = 0.0;
            for i in 0..points.len() / width {
                let mut answer = 0.0;
                for j in 0..width {
                    answer += x[j] * points[i * width + j];
                }
                let miss = answer - 1.0;
                total += 0.5 * miss * miss;
            }
            total
        }
        case!($F $mode: least_squares(
            slice x: -2.0..2.0 => vec![0.0; 3], slice points: -2.0..2.0 => vec![0.0; 12]; 3));

        #[backprop $options]
        pub fn matrix_in_a_slice(a: &[$F], x: &[$F]) -> $F {
            let n = x.len();
            let mut total = 0.0;
            for i in 0..n {
                for j in 0..=i {
                    total += (a[i * n + j] * x[j]).tanh() * x[i];
                }
            }
            total
        }
        case!($F $mode: matrix_in_a_slice(
            slice a: -1.0..1.0 => vec![0.0; 9], slice x: -1.0..1.0 => vec![0.0; 3]));

        #[backprop $options]
        pub fn gathered(a: &[$F], #[no_grad] order: &[usize]) -> $F {
            let mut total = 1.0;
            for i in 0..order.len() {
                total = total * 0.5 + a[order[i]] * a[order[(i + 1) % order.len()]];
            }
            total
        }
        case!($F $mode: gathered(slice a: -2.0..2.0 => vec![0.0; 4]; &[3, 0, 3, 1]));

        #[backprop $options]
        pub fn integers_are_passive(a: &[$F], order: &[usize], flip: bool) -> $F {
            let mut total = 0.0;
            for i in 0..order.len() {
                total += if flip { -a[order[i]] } else { a[order[i]] } * (i + 1) as $F;
            }
            total
        }
        case!($F $mode: integers_are_passive(slice a: -2.0..2.0 => vec![0.0; 4]; &[3, 0, 3, 1], true));

        #[backprop $options]
        pub fn log_sum_exp(x: &[$F]) -> $F {
            let mut largest = x[0];
            let mut scaled = 1.0;
            for i in 1..x.len() {
                if x[i] > largest {
                    scaled = scaled * (largest - x[i]).exp() + 1.0;
                    largest = x[i];
                } else {
                    scaled += (x[i] - largest).exp();
                }
            }
            largest + $F::ln(scaled)
        }
        case!($F $mode: log_sum_exp(slice x: -2.0..2.0 => vec![0.0; 6]));

        #[backprop $options]
        pub fn small_network(w1: &[$F], b1: &[$F], w2: &[$F], #[no_grad] x: &[$F], label: usize) -> $F {
            let mut hidden = [0.0; 3];
            for j in 0..3 {
                let mut sum = b1[j];
                for i in 0..x.len() {
                    sum += w1[j * x.len() + i] * x[i];
                }
                hidden[j] = sum.tanh();
            }
            let mut logits = [0.0; 2];
            for k in 0..2 {
                for j in 0..3 {
                    logits[k] += w2[k * 3 + j] * hidden[j];
                }
            }
            let largest = logits[0].max(logits[1]);
            let mut total = 0.0;
            for k in 0..2 {
                total += $F::exp(logits[k] - largest);
            }
            largest + $F::ln(total) - logits[label]
        }
        case!($F $mode: small_network(
            slice a: -1.0..1.0 => vec![0.0; 6], slice b: -1.0..1.0 => vec![0.0; 3],
            slice c: -1.0..1.0 => vec![0.0; 6]; &[0.5, -1.5], 1));

        #[backprop $options]
        pub fn local_state(a: &[$F], steps: usize) -> $F {
            let mut position = [a[0], a[1]];
            let mut speed = [a[2], a[3]];
            for _ in 0..steps {
                let distance = (position[0] * position[0] + position[1] * position[1] + 0.5).sqrt();
                for k in 0..2 {
                    speed[k] -= 0.1 * position[k] / (distance * distance * distance);
                }
                for k in 0..2 {
                    position[k] += 0.1 * speed[k];
                }
            }
            position[0] * speed[1] + position[1]
        }
        case!($F $mode: local_state(slice a: 0.5..1.5 => vec![0.0; 4]; 6));
    };
}
instances!(functions);
