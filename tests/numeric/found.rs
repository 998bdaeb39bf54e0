//! What newcomers found: each was wrong, or did not compile, once.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        /// What stands right of `&&` runs only if the left side holds, assignments included.
        #[backprop $options]
        pub fn assignment_after_and(x: $F, y: $F) -> $F {
            let mut s = x;
            if x > 0.0 && {
                s = s * y;
                s > 0.0
            } {
                s *= 2.0;
            }
            s + x * y
        }
        case!($F $mode: assignment_after_and(by x: -2.0..-0.1, by y: 0.1..2.0));

        #[backprop $options]
        pub fn assignment_after_or(x: $F, n: usize) -> $F {
            let mut s = x;
            for i in 1..n {
                s = s * x;
                if i > 5 || {
                    s += x;
                    false
                } {
                    s *= 2.0;
                }
            }
            s
        }
        case!($F $mode: assignment_after_or(by x: 0.1..0.9; 9));

        #[backprop $options]
        pub fn counted_after_and(x: $F, y: $F) -> $F {
            let mut n = 0;
            let counted = y > 0.0 && {
                n += 2;
                true
            };
            let m = if counted { 1 } else { 3 };
            x * (n as $F) * y + x * (m as $F)
        }
        case!($F $mode: counted_after_and(by x: -2.0..2.0, by y: 0.1..2.0));

        #[backprop $options]
        pub fn row_onto_row(x: [$F; 4]) -> $F {
            let mut m = [[x[0], x[1]], [x[2], x[3]]];
            m[0] = m[1];
            m[0][0] * m[1][1]
        }
        case!($F $mode: row_onto_row(by x: -2.0..2.0 => [0.0; 4]));

        #[backprop $options]
        pub fn running_sum(b: &mut [$F]) {
            for i in 1..b.len() {
                b[i] += b[i - 1];
            }
        }
        #[backprop $options]
        pub fn lends_a_local(x: $F, y: $F) -> $F {
            let mut a = [x, y];
            running_sum(&mut a);
            a[0] * a[1]
        }
        case!($F $mode: lends_a_local(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn euclid(a: $F, b: $F) -> $F {
            let mut a = a;
            let mut b = b;
            let mut rounds = 0;
            while b > 1e-3 && rounds < 2 {
                let t = a % b;
                a = b;
                b = t;
                rounds += 1;
            }
            a
        }
        case!($F $mode: euclid(by a: 7.1..7.2, by b: 2.8..2.9));

        /// A value goes into a loop as one carried value and leaves it as another.
        #[backprop $options]
        pub fn handed_over(x: $F) -> $F {
            let mut first = x;
            for _ in 1..2 {
                first = first * 1.0;
            }
            let mut sum = 0.0;
            let mut a = 0.0;
            for i in 0..2 {
                sum += x * (i as $F);
                a += sum;
            }
            let mut b = a + sum;
            let mut c = 0.0;
            for _ in 0..1 {
                c = b;
                b = 0.5;
            }
            c + b + first
        }
        case!($F $mode: handed_over(by x: -2.0..2.0));

        #[backprop $options]
        pub fn weighed(y: $F, w: $F) -> $F {
            y * w
        }
        #[backprop $options]
        pub fn constant_element_as_argument(x: $F) -> $F {
            const WEIGHTS: [$F; 3] = [0.5, 1.5, -0.25];
            let mut y = x;
            for i in 1..3 {
                y = weighed(y, WEIGHTS[i]) + x;
            }
            y
        }
        case!($F $mode: constant_element_as_argument(by x: -2.0..2.0));
    };
}
instances!(functions);

/// Casts between widths, both ways, through companions and through calls.
#[backprop(jvp)]
fn mixed(x: f32, y: f64) -> f64 {
    let w = y as f32 * x;
    x as f64 * y + w as f64
}

#[test]
fn widths_mix() {
    let (x, y) = (0.75f32, 1.25f64);
    let (value, (d_x, d_y)) = mixed_grad(x, y);
    assert_eq!(value, mixed(x, y));
    assert_eq!((d_x, d_y), (2.5, 1.5));
    assert_eq!(mixed_jvp(x, y, 1.0, 0.0).1, 2.5);
}
