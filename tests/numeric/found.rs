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

        /// Constant folding finds an arm out of reach that the reverse sweep reads again.
        #[backprop $options]
        pub fn out_of_reach(x: &[$F], b: $F) -> $F {
            let mut sum = 0.0;
            for i in 0..3 {
                let v = match 2 % 3 {
                    0 => x[((i + 2) * 2) % x.len()].max(b),
                    1 if 1 % 3 == 1 && 1.0 > -0.2 => {
                        x.iter()
                            .scan(0.5, |acc, v| {
                                *acc = (*acc * v).sin() + 0.1;
                                Some(*acc)
                            })
                            .last()
                            .unwrap_or(0.1)
                            .sin()
                    }
                    k @ 1..=2 => b * k as $F,
                    _ => b.max(x[(2 * 2) % x.len()]),
                };
                for &e in x.iter() {
                    if v.exp().atan() > 1.5 {
                        return sum + e * x[i % x.len()];
                    }
                }
                sum += v * v;
            }
            sum
        }
        case!($F $mode: out_of_reach(slice x: -1.5..1.5 => vec![0.0; 4], by b: -1.5..1.5));

        #[backprop $options]
        pub fn two_of(p: $F, q: $F) -> ($F, $F) {
            (p * q, (p - q).sin())
        }
        /// A condition that is never true, held by a stack, in front of a call.
        #[backprop $options]
        pub fn never_called(x: &[$F], b: $F) -> $F {
            let mut sum = 0.0;
            for i in 0..3 {
                for k in 0..(0 * 2) % 4 {
                    let u = (2.0 / (2.0 + b.cos()), x[k] * b);
                    if (0 + 1) % 2 == 0 && x[i] * u.1 > 1.3 {
                        return two_of(b, u.0).1 + u.0.tanh();
                    }
                    if x[0] > 0.4 {
                        continue;
                    }
                    sum += u.1;
                }
                sum += two_of(x[i], b).0;
            }
            sum
        }
        case!($F $mode: never_called(slice x: -1.5..1.5 => vec![0.0; 4], by b: -1.5..1.5));
    };
}
instances!(functions);

/// The call in front of a field is made once.
#[test]
fn a_call_with_a_field_is_one_call() {
    use std::cell::Cell;
    thread_local! { static CALLS: Cell<u32> = const { Cell::new(0) }; }
    #[backprop(jvp)]
    fn two(p: f64, q: f64) -> (f64, f64) {
        CALLS.with(|n| n.set(n.get() + 1));
        (p * q, p - q)
    }
    #[backprop(jvp)]
    fn f(p: f64, q: f64) -> f64 {
        let mut s = two(p.sin(), q).0;
        for _ in 0..2 {
            s += two(s, q).1 * two(p, s).0;
        }
        s
    }
    fn calls<R>(run: impl Fn() -> R) -> u32 {
        CALLS.with(|n| n.set(0));
        run();
        CALLS.with(Cell::get)
    }
    assert_eq!(calls(|| f(0.5, 2.0)), 5);
    assert_eq!(calls(|| f_grad(0.5, 2.0)), 5);
    assert_eq!(calls(|| f_jvp(0.5, 2.0, 1.0, 0.0)), 5);
}

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

/// A closure that changes something active, and whose result is passive.
#[backprop(jvp)]
fn changed_on_the_way(x: f64, n: i32) -> f64 {
    let mut s = x;
    let o = (n > 0).then(|| {
        s *= 2.0;
        3
    });
    s * o.unwrap_or(1) as f64
}

#[test]
fn options_of_integers_are_read_by_copied_code() {
    assert_eq!(changed_on_the_way_grad(1.5, 2), (9.0, 6.0));
    assert_eq!(changed_on_the_way_jvp(1.5, 2, 1.0), (9.0, 6.0));
    assert_eq!(changed_on_the_way_grad(1.5, -2), (1.5, 1.0));
}

/// Where an element stands has no derivative, also of a `Vec` that was written to before, and is later.
#[backprop(jvp)]
fn positions(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v[0] *= x[1];
    let k = v.iter().position(|a| *a > 0.5).unwrap();
    v[k] *= x[0];
    let last = v.iter().rposition(|a| *a > 0.5).map_or(0, |k| k + 1);
    v[k] * last as f64 + v[v.iter().position(|a| *a > 0.5).unwrap_or(0)]
}

#[test]
fn positions_in_what_changes() {
    // v = [x₀x₁, x₁, x₂] = [1.5, 0.75, 0.125], so that k = 0, then v₀ = x₀²x₁, and last = 2: in all, 3 v₀.
    let x = [2.0, 0.75, 0.125];
    assert_eq!(positions_grad(&x), (9.0, vec![9.0, 12.0, 0.0]));
    assert_eq!(positions_jvp(&x, &[1.0, 1.0, 1.0]), (9.0, 21.0));
}
