//! Results of calls whose types only rustc knows, made and used in the rounds of a loop: what their adjoints start as is kept for
//! the way back, once where all are of one shape, and each where they have lengths.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        /// Of as many numbers as rounds.
        #[backprop $options]
        pub fn first(x: &[$F], n: usize) -> Vec<$F> {
            x[..n].iter().map(|v| v * v).collect()
        }

        #[backprop $options]
        pub fn pair(x: $F, y: $F) -> ($F, [$F; 2]) {
            (x * y, [x / y, (x + y).sin()])
        }

        #[backprop $options]
        pub fn lengthening(x: &[$F]) -> $F {
            let mut s = 0.0;
            for n in 1..=x.len() {
                let squares = first(x, n);
                s += squares[n - 1] * squares[0] * x[n - 1];
            }
            s
        }

        #[backprop $options]
        pub fn tuples(x: &[$F], start: $F) -> $F {
            let mut s = start;
            let mut i = 0;
            while i < x.len() {
                let (product, [ratio, sine]) = pair(s, x[i]);
                s = if i % 2 == 0 { product + sine } else { ratio - sine };
                i += 1;
            }
            s
        }

        #[backprop $options]
        pub fn in_a_branch(x: &[$F]) -> $F {
            let mut s = 0.0;
            for (i, v) in x.iter().enumerate() {
                if i % 3 != 1 {
                    let parts = pair(*v, x[0] + 2.0);
                    s += parts.0 * parts.1[1];
                }
            }
            s
        }

        /// What the reciprocal of a root is differentiated by is the reciprocal.
        #[backprop $options]
        pub fn inverse_norms(x: [$F; 3], at: &[[$F; 3]; 2]) -> $F {
            let mut p = 0.0;
            for a in at {
                let d = [x[0] - a[0], x[1] - a[1], x[2] - a[2]];
                let r = (d[0] * d[0] + d[1] * d[1] + d[2] * d[2]).sqrt();
                let ratio = d[0] / r;
                p += 1.0 / r + ratio * (1.0 / r).ln();
            }
            p
        }

        case!($F $mode: lengthening(slice x: -1.0..1.0 => vec![0.0; 4]));
        case!($F $mode: tuples(slice x: 0.5..1.5 => vec![0.0; 5], by start: 0.5..1.0));
        case!($F $mode: in_a_branch(slice x: -1.0..1.0 => vec![0.0; 7]));
        case!($F $mode: inverse_norms(by x: 2.0..3.0 => [0.0; 3], to at: -1.0..1.0 => [[0.0; 3]; 2]));
    };
}

instances!(functions);
