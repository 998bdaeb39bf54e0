//! Tuples as arguments, parameters and results of annotated functions, and arrays of them.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn cross(p: ($F, $F), q: &($F, $F)) -> $F {
            p.0 * q.1 - p.1 * q.0.sin()
        }

        #[backprop $options]
        pub fn deep(p: (($F, [$F; 2]), $F), k: $F) -> $F {
            let ((a, [b, c]), d) = p;
            a * b + c * d * k
        }

        #[backprop $options]
        pub fn chained(ps: &[($F, $F)]) -> $F {
            let mut t = 0.0;
            for p in ps {
                t += p.0 * p.0;
            }
            for i in 1..ps.len() {
                t += ps[i].1 * ps[i - 1].0;
            }
            t + ps.windows(2).map(|w| w[0].0 * w[1].1).sum::<$F>()
        }

        #[backprop $options]
        pub fn three(ps: [($F, $F); 3]) -> $F {
            let [a, b, (c, d)] = ps;
            a.0 * b.1 + c * d
        }

        #[backprop $options]
        pub fn middle(a: ($F, $F), b: ($F, $F)) -> ($F, $F) {
            ((a.0 + b.0) * 0.5, (a.1 * b.1) * 0.5)
        }

        #[backprop $options]
        pub fn counted(a: $F, n: usize) -> ($F, usize) {
            (a * 1.5, n + 1)
        }

        #[backprop $options]
        pub fn several(x: $F, y: $F) -> (($F, [$F; 2]), Vec<$F>) {
            ((x, [x * y, y.sin()]), vec![x * x, y])
        }

        #[backprop $options]
        pub fn passed(x: $F, y: $F, #[no_grad] n: usize) -> $F {
            let p = (x, y);
            let mut t = cross((x, 1.0), &(y, x)) + cross(p, &p) + cross((p.1, 2.0), &(1.0, y));
            t += deep(((x, [y, 1.0]), x * y), t);
            for i in 0..n {
                let (q, r) = if i % 2 == 0 { ((x, t), (y, x)) } else { ((y, y), (x, 1.0)) };
                t += 0.1 * cross(q, &r);
                if i == 1 {
                    t += cross((x, i as $F), &(y, t));
                }
            }
            t
        }
        case!($F $mode: passed(by x: -2.0..2.0, by y: -2.0..2.0; 3));

        #[backprop $options]
        pub fn arrays(x: $F, y: $F) -> $F {
            let ps = [(x, y), (1.0, x), (y, y * x)];
            let mut v = vec![(x, 2.0), (x * y, y)];
            v[1].0 = v[0].1 * x;
            let total = ps.iter().map(|&p| cross(p, &(1.0, x))).sum::<$F>();
            total + three(ps) + chained(&ps) + chained(&ps[1..]) + chained(&v)
        }
        case!($F $mode: arrays(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn results(x: $F, y: $F, #[no_grad] n: usize) -> $F {
            let mut p = (x, y);
            let mut c = (y, 0);
            for _ in 0..n {
                p = middle(p, (y, 1.0));
                c = counted(c.0 * x, c.1);
            }
            let m = middle((x, y), p);
            let ((a, [b, d]), e) = several(m.0, m.1);
            a * b + d * e[0] * e[1] + m.0 * p.1 + c.0 * c.1 as $F
        }
        case!($F $mode: results(by x: -2.0..2.0, by y: -2.0..2.0; 3));
    };
}
instances!(functions);

#[test]
fn gradients_have_the_shape_of_tuples() {
    assert_eq!(
        double::three_grad([(2.0, 3.0), (5.0, 7.0), (11.0, 13.0)]).1,
        [(7.0, 0.0), (0.0, 2.0), (13.0, 11.0)]
    );
    assert_eq!(double::middle_vjp((1.0, 2.0), (3.0, 4.0), (1.0, 10.0)).1, ((0.5, 20.0), (0.5, 10.0)));
}
