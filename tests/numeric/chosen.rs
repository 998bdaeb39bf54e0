//! Branches that choose between tuples with arrays in them, references, and results of calls whose type a pattern
//! says.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn dotted(a: &[$F], b: &[$F]) -> $F {
            let mut t = 0.0;
            for i in 0..a.len().min(b.len()) {
                t += a[i] * b[i];
            }
            t
        }

        #[backprop $options]
        pub fn pair(x: $F, y: $F) -> ($F, $F) {
            (x * y, x.sin())
        }

        #[backprop $options]
        pub fn slices(a: &[$F], #[no_grad] n: usize) -> $F {
            let b = [a[1], a[0] * a[2]];
            let mut total = 0.0;
            for i in 0..n {
                let part = if i > 1 { a } else { &b };
                let (p, q) = if i % 2 == 0 { (&a[..], 1) } else { (&b[..], 0) };
                let view: &[$F] = if i == 1 { &b } else { &a[1..] };
                let (lo, hi) = match i {
                    0 => (a, part),
                    1 => (&b[..1], a),
                    _ => (p, view),
                };
                total += part[0] * p[q] + dotted(lo, hi) + view[1];
            }
            total
        }
        case!($F $mode: slices(slice a: -2.0..2.0 => vec![0.0; 4]; 4));

        #[backprop $options]
        pub fn owned(x: $F, y: $F, #[no_grad] n: usize) -> $F {
            let mut t = x;
            for i in 0..n {
                let (mut v, c) = if i == 0 { (vec![x, t], 2.0) } else { (vec![y; i + 1], t) };
                let (a, m) = if x > y { ([x, y], [[t, y], [y, x]]) } else { ([y, 1.0], [[1.0, y], [x, t]]) };
                v[0] *= c;
                t += v[0] * a[0] * 0.1 + m[1][0] * a[1];
            }
            t
        }
        case!($F $mode: owned(by x: -1.0..1.0, by y: -1.0..1.0; 3));

        #[backprop $options]
        pub fn of_calls(x: $F, y: $F, #[no_grad] n: usize) -> $F {
            let mut t = y;
            for i in 0..n {
                let (p, q) = if i > 1 {
                    pair(x, y)
                } else if i > 0 {
                    pair(t, y)
                } else {
                    (t, y)
                };
                let (mut r, s) = match i {
                    0 => pair(x, y),
                    _ => pair(1.0, t),
                };
                r += p;
                t += r * q - s;
            }
            t
        }
        case!($F $mode: of_calls(by x: -1.0..1.0, by y: -1.0..1.0; 3));
    };
}
instances!(functions);
