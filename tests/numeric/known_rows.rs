//! Rows of a small length that is known: they are arrays, of cells where what is kept has no zero.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn squared(x: $F) -> $F {
            x * x.sin()
        }

        #[backprop $options]
        pub fn norm(x: &[$F]) -> $F {
            x.iter().map(|v| v * v).sum::<$F>().sqrt()
        }

        #[backprop $options]
        pub fn mapped(x: [$F; 3]) -> $F {
            let y = x.map(squared);
            let z = y.map($F::exp);
            z[0] * y[1] + z[2] * z[1]
        }
        case!($F $mode: mapped(by x: 0.5..1.5 => [0.0; 3]));

        #[backprop $options]
        pub fn zipped(x: [$F; 3], w: &[$F; 3]) -> $F {
            let mut total = 1.0;
            for (a, b) in x.iter().zip(w) {
                total *= (a * b).exp() + squared(total * a);
            }
            total
        }
        case!($F $mode: zipped(by x: 0.2..0.8 => [0.0; 3], to w: 0.2..0.8 => [0.0; 3]));

        #[backprop $options]
        pub fn nested(x: [[$F; 2]; 3]) -> $F {
            let mut total = 0.0;
            for i in 0..3 {
                let mut row = x[i];
                for j in 0..2 {
                    row[j] *= norm(&[total, row[j], x[2 - i][j]]) * 0.3;
                    if i != 1 {
                        total += 0.2 * squared(0.3 * (row[j] + total)).cos();
                    }
                }
                total += 0.3 * norm(&row) * row[0];
            }
            total
        }
        case!($F $mode: nested(by x: 0.5..1.5 => [[0.0; 2]; 3]));

        #[backprop $options]
        pub fn backwards(x: [$F; 4]) -> $F {
            let mut y = [0.0; 4];
            for i in (1..=3).rev().step_by(2) {
                y[i] = norm(&x[..i + 1]) * y[3];
                y[3] += squared(x[i]);
            }
            y[1] * y[3] + y[3]
        }
        case!($F $mode: backwards(by x: 0.5..1.5 => [0.0; 4]));

        #[backprop $options]
        pub fn one_round(x: $F) -> $F {
            let mut y = x;
            for _ in 0..1 {
                y *= squared(y);
            }
            for _ in 0..0 {
                y *= squared(y);
            }
            y * y
        }
        case!($F $mode: one_round(by x: 0.5..1.5));

        /// Too many for cells.
        #[backprop $options]
        pub fn many_rounds(x: $F) -> $F {
            let mut y = x;
            for i in 0..33 {
                y = squared(y) * 0.5 + x / (i + 1) as $F;
            }
            y
        }
        case!($F $mode: many_rounds(by x: 0.5..1.5));

        /// What changes is kept as a whole, in each round.
        #[backprop $options]
        pub fn kept_whole(x: &[$F]) -> $F {
            let mut total = x[0];
            for i in 0..3 {
                let mut w = vec![total; i + 1];
                w[i] = x[i];
                total += norm(&w);
                w[0] = total * x[1];
                total *= norm(&w) * 0.5;
            }
            total
        }
        case!($F $mode: kept_whole(slice x: 0.5..1.5 => vec![0.0; 3]));
    };
}

instances!(functions);
