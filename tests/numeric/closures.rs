//! Closures that are called in place: captured values, assignments, early returns, patterns, nests.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn several_calls(x: $F, y: $F) -> $F {
            let f = |a: $F| a * x + a.sin();
            f(2.0) + f(y) * f(x * y)
        }
        case!($F $mode: several_calls(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn closures_in_closures(x: $F) -> $F {
            let square = |y| y * y;
            let outer = |a: $F| {
                let inner = |b: $F| square(b) * a;
                inner(a) + inner(inner(x))
            };
            if x > 0.0 { outer(x) } else { outer(-0.5 * x) + outer(1.5) }
        }
        case!($F $mode: closures_in_closures(by x: -1.0..1.0));

        #[backprop $options]
        pub fn assigning(x: $F, n: usize) -> $F {
            let mut sum = 0.0;
            let mut calls = 0;
            let mut add = |y: $F| {
                sum += y * x;
                calls += 1;
            };
            add(x);
            for i in 0..n {
                if i % 2 == 0 {
                    add(x * i as $F);
                }
            }
            sum * calls as $F
        }
        case!($F $mode: assigning(by x: -2.0..2.0; 5));

        #[backprop $options]
        pub fn returning_early(x: $F) -> $F {
            let f = |y: $F| {
                if y < 0.0 {
                    return -y * x;
                } else if y > 1.5 {
                    let z = y * y;
                    return z + x;
                }
                let z = y.exp();
                match z > 2.0 {
                    true => return z,
                    false => z * x,
                }
            };
            f(x) + f(-x) + f(2.0 * x)
        }
        case!($F $mode: returning_early(by x: -2.0..2.0));

        #[backprop $options]
        pub fn moved(x: $F) -> $F {
            let mut k = x * 2.0;
            let mut a = [x, 1.0];
            let f = move |y: $F| y * k + a[0];
            k += x * x;
            a[0] = k;
            f(x) + k * a[0]
        }
        case!($F $mode: moved(by x: -2.0..2.0));

        #[backprop $options]
        pub fn called_at_once(x: $F) -> $F {
            (|a: $F, b: $F| a * b.cos())(x, x + 1.0)
        }
        case!($F $mode: called_at_once(by x: -2.0..2.0));

        #[backprop $options]
        pub fn arrays_and_patterns(x: $F, y: $F) -> $F {
            let v = [x, x * y, 3.0];
            let pick = |w: &[$F; 3], k: usize| w[k] * v[k] + w[0];
            let mixed = |(a, b): ($F, $F), [c, d]: [$F; 2]| a * c + b * d;
            let mut s = 0.0;
            for i in 0..3 {
                s += pick(&v, i) * pick(&[1.0, y, 2.0], 2 - i);
            }
            s + mixed((x, 2.0), [y * y, 1.0 - x])
        }
        case!($F $mode: arrays_and_patterns(by x: -1.0..1.0, by y: -1.0..1.0));

        #[backprop $options]
        pub fn writing_through_references(x: $F) -> $F {
            let scale = |s: &mut [$F; 2], k: $F| {
                s[0] *= k;
                s[1] += k;
            };
            let mut a = [1.0, 2.0];
            scale(&mut a, x);
            scale(&mut a, x * x);
            a[0] * a[1]
        }
        case!($F $mode: writing_through_references(by x: -2.0..2.0));

        #[backprop $options]
        pub fn shadowed(x: $F) -> $F {
            let f = |a: $F| {
                let t = a * a;
                let x = t + 1.0;
                x * t
            };
            let t = f(x);
            let x = f(t * 0.1);
            t + x
        }
        case!($F $mode: shadowed(by x: -1.0..1.0));

        #[backprop $options]
        pub fn passive_parts(x: $F, text: &str) -> $F {
            let n = text.len();
            let long = |s: &str| s.len() > n / 2;
            let pick = |s: &str, y: $F| if s.len() > 2 { y * x } else { y };
            let mut count = 0;
            let mut next = || {
                count += 1;
                count as $F
            };
            let first = next();
            let above = |y: $F| y > x;
            let more = if long("abc") && above(0.5) { x * 3.0 } else { 1.0 };
            pick(text, x) + pick("a", x * n as $F) * first + next() * x + more
        }
        case!($F $mode: passive_parts(by x: -2.0..2.0; "hello"));
    };
}

instances!(functions);

/// What closures do that nothing active flows through happens once, and in order.
#[test]
fn effects_happen_once() {
    #[backprop]
    fn f(x: f64, log: &std::cell::RefCell<Vec<u32>>) -> f64 {
        let note = |k: u32| log.borrow_mut().push(k);
        let g = |y: f64| {
            note(1);
            y * x
        };
        let a = g(x);
        note(2);
        let b = g(a);
        note(3);
        a + b
    }
    let log = std::cell::RefCell::new(Vec::new());
    let (value, d) = f_grad(2.0, &log);
    assert_eq!((value, d), (12.0, 16.0));
    assert_eq!(*log.borrow(), [1, 2, 1, 3]);
}
