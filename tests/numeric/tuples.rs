//! Tuples with parts that are assigned to, places that get their value later, and results of several forms.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn parts_assigned(x: $F, y: $F, #[no_grad] n: usize) -> $F {
            let mut p = (x, (y, [x * y, 1.0]), 0usize);
            for i in 0..n {
                p.0 += p.1.0 * 0.5;
                p.1.0 = p.0.sin() * y;
                p.1.1[i % 2] *= p.0;
                if i % 2 == 0 {
                    p.1.1 = [p.1.1[1], p.1.1[0] + x];
                    p.2 += 1;
                }
            }
            p.0 * p.1.0 + p.1.1[0] * p.1.1[1] + p.2 as $F
        }
        case!($F $mode: parts_assigned(by x: -1.0..1.0, by y: -1.0..1.0; 4));

        #[backprop $options]
        pub fn later(x: &[$F], #[no_grad] first: bool) -> $F {
            let v;
            let a;
            if first {
                v = x.to_vec();
                a = [x[0], 2.0];
            } else {
                v = vec![x[0] * x[1]; 2];
                a = [x[1] * x[1], x[0]];
            }
            let w;
            if !first {
                w = x.to_vec();
            } else {
                w = vec![x[0] * x[1]; 2];
            }
            v[0] * v[1] + a[0] * a[1] * w[1]
        }
        case!($F $mode: later(slice x: -2.0..2.0 => vec![0.0; 3]; true));

        #[backprop $options]
        pub fn several_vecs(x: &[$F]) -> (Vec<$F>, [$F; 2], $F) {
            let (mut up, mut down) = (Vec::new(), Vec::with_capacity(x.len()));
            let mut ends = [0.0; 2];
            for i in 0..x.len() {
                up.push(x[i] * x[i]);
                down.push(x[x.len() - 1 - i] * up[i]);
            }
            ends[0] = up[0];
            ends[1] = down[1];
            (down, ends, up[1] * up[2])
        }
        case!($F $mode: vjp several_vecs(slice x: -2.0..2.0 => vec![0.0; 3]));

        #[backprop $options]
        pub fn nested_result(x: &[$F], #[no_grad] n: usize) -> Vec<Vec<$F>> {
            let mut rows = vec![vec![1.0; x.len()]; n];
            for i in 1..n {
                for j in 0..x.len() {
                    rows[i][j] = rows[i - 1][j] * x[j] + x[0];
                }
            }
            rows
        }
        case!($F $mode: vjp nested_result(slice x: -2.0..2.0 => vec![0.0; 3]; 3));

        #[backprop $options]
        pub fn early_tuple(x: $F, y: $F) -> ([$F; 2], $F) {
            if x > y {
                return ([x, x * y], y);
            }
            if x > 0.0 {
                return ([y; 2], x * x);
            }
            ([x * x, 1.0], x * y)
        }
        case!($F $mode: vjp early_tuple(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn arrays_in_tuples(x: $F, y: $F, #[no_grad] n: usize) -> $F {
            let (mut a, mut b) = ([x, y], [y, 1.0]);
            for _ in 0..n {
                (a, b) = (b, [a[0] + b[1] * 0.5, a[1] * b[0]]);
            }
            a[0] * a[1] + b[0] * b[1]
        }
        case!($F $mode: arrays_in_tuples(by x: -1.0..1.0, by y: -1.0..1.0; 3));

        #[backprop $options]
        pub fn points(p: &[($F, $F)], #[no_grad] closed: bool) -> $F {
            let n = p.len();
            let mut area = 0.0;
            for i in 0..n {
                let (x, y) = p[i];
                let next = if i + 1 == n { p[0] } else { p[i + 1] };
                area += x * next.1 - y * next.0;
            }
            for &(x, y) in p {
                area += 0.1 * x * y * y;
            }
            for (i, (x, _)) in p.iter().enumerate() {
                area += x.sin() * i as $F;
            }
            if closed { area * p[1].0 } else { area }
        }
        case!($F $mode: points(slice p: -2.0..2.0 => vec![(0.0, 0.0); 4]; true));

        #[backprop $options]
        pub fn table_of_tuples(x: $F, y: $F) -> $F {
            let mut t = [(x, 1.0), (2.0 * y, x * y), (0.5, 3.0)];
            let mut u = vec![(y, x); 3];
            t[2].0 += t[0].0 * y;
            t[1] = (t[2].1, t[1].0);
            t.swap(0, 1);
            for i in 0..3 {
                u[i].1 *= t[i].0;
                u[(i + 1) % 3].0 += u[(i + 1) % 3].1 * t[i].1;
            }
            let mut total = 0.0;
            for (a, b) in u {
                total += a * b;
            }
            total
        }
        case!($F $mode: table_of_tuples(by x: -1.0..1.0, by y: -1.0..1.0));

        #[backprop $options]
        pub fn pushed_tuples(x: &[$F]) -> Vec<($F, $F)> {
            let mut v = Vec::new();
            let mut best = (x[0], x[0]);
            for i in 0..x.len() {
                v.push((x[i] * x[i], best.1));
                if x[i] > best.0 {
                    best = (x[i], x[i] * best.1);
                }
            }
            let (a, b) = v.pop().unwrap();
            v[0].1 = a * b;
            v
        }
        case!($F $mode: vjp pushed_tuples(slice x: -2.0..2.0 => vec![0.0; 4]));
    };
}

instances!(functions);

/// A callee's integer, handed on in its tuple.
#[test]
fn integers_in_a_callees_tuple() {
    #[backprop(jvp)]
    pub fn parts(hours: f64) -> (u8, f64) {
        (hours.floor() as u8, hours.fract() * 60.0)
    }
    #[backprop(jvp)]
    pub fn whole(degrees: f64) -> (u8, f64) {
        parts(degrees / 16.0)
    }
    #[backprop(jvp)]
    pub fn apart(degrees: f64) -> (u8, f64) {
        let (a, b) = parts(degrees / 16.0);
        (a, b)
    }
    assert_eq!(whole_vjp(40.0, (0, 1.0)), ((2, 30.0), 3.75));
    assert_eq!(apart_vjp(40.0, (0, 1.0)), ((2, 30.0), 3.75));
    assert_eq!(whole_jvp(40.0, 1.0), ((2, 30.0), ((), 3.75)));
    assert_eq!(apart_jvp(40.0, 1.0), ((2, 30.0), ((), 3.75)));
}
