//! A companion panics exactly where its function does, with the same message.

use backprop::backprop;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The message that a call panics with.
fn message<T>(call: impl FnOnce() -> T) -> Option<String> {
    let payload = catch_unwind(AssertUnwindSafe(call)).err()?;
    let text = payload.downcast_ref::<String>().cloned();
    text.or_else(|| payload.downcast_ref::<&str>().map(|text| text.to_string()))
}

#[track_caller]
fn assert_same<T, U>(function: impl FnOnce() -> T, companion: impl FnOnce() -> U) {
    let (expected, found) = (message(function), message(companion));
    assert!(expected.is_some(), "the function does not panic");
    assert_eq!(expected, found);
}

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn element(a: &[$F], i: usize) -> $F {
            a[i] * a[0]
        }

        #[backprop $options]
        pub fn result_unused(a: &[$F], x: $F, i: usize) -> $F {
            let _unused = a[i];
            x
        }

        #[backprop $options]
        pub fn written(x: $F, i: usize) -> $F {
            let mut a = [x; 3];
            a[i] = 1.0;
            a[0] * a[1]
        }

        #[backprop $options]
        pub fn out_of_step(a: &[$F], b: &[$F]) -> $F {
            let mut total = 0.0;
            for i in 0..a.len() {
                total += a[i] * b[i];
            }
            total
        }

        #[backprop $options]
        pub fn asserted(x: $F) -> $F {
            assert!(x > 0.0, "{x} is not positive");
            x.sqrt()
        }

        #[backprop $options]
        pub fn clamped(x: $F, low: $F, high: $F) -> $F {
            x.clamp(low, high)
        }

        #[backprop $options]
        pub fn panicking(x: $F, n: usize) -> $F {
            if n > 3 {
                panic!("{n} is too large");
            }
            x * n as $F
        }

        #[backprop $options]
        pub fn divided(x: $F, n: usize, m: usize) -> $F {
            x * (n / m) as $F
        }

        #[test]
        fn indices() {
            assert_same(|| element(&[1.0], 5), || element_grad(&[1.0], 5));
            assert_same(|| element(&[], 0), || element_grad(&[], 0));
            assert_same(|| element(&[1.0], 5), || element_jvp(&[1.0], 5, &[1.0]));
            assert_same(|| element(&[1.0], 5), || element_grad_into(&[1.0], 5, &mut [0.0]));
            assert_same(|| result_unused(&[1.0], 1.0, 5), || result_unused_grad(&[1.0], 1.0, 5));
            assert_same(|| written(1.0, 3), || written_grad(1.0, 3));
            assert_same(|| out_of_step(&[1.0; 3], &[1.0; 2]), || out_of_step_grad(&[1.0; 3], &[1.0; 2]));
        }

        #[test]
        fn assertions() {
            assert_same(|| asserted(-1.5), || asserted_grad(-1.5));
            assert_eq!(asserted_grad(4.0), (2.0, 0.25));
            assert_same(|| panicking(1.0, 4), || panicking_grad(1.0, 4));
            assert_eq!(panicking_grad(2.0, 3), (6.0, 3.0));
        }

        #[test]
        fn operations() {
            assert_same(|| clamped(1.0, 2.0, 1.0), || clamped_grad(1.0, 2.0, 1.0));
            assert_same(|| divided(1.0, 1, 0), || divided_grad(1.0, 1, 0));
        }
    };
}
instances!(functions);

/// In all modes, a companion says what its function says; or gives the value that it gives.
macro_rules! in_all_modes {
    ($(fn $name:ident($x:ident: &[f64] $(, $n:ident: $T:ty)*) -> f64 $body:block $(: ($($a:expr),+))*;)+) => { $(
        #[backprop(jvp, hvp, hessian, acc, vjp)]
        fn $name($x: &[f64] $(, $n: $T)*) -> f64 $body

        pastey::paste! {
        #[test]
        fn [<$name _in_all_modes>]() {
            let x = [0.5, 1.5];
            let t = [1.0, 0.0];
            $( {
                let expected = message(|| $name(&x, $($a),+));
                let found = [
                    message(|| [<$name _grad>](&x, $($a),+)),
                    message(|| [<$name _grad_into>](&x, $($a,)+ &mut t.clone())),
                    message(|| [<$name _grad_acc>](&x, $($a,)+ &mut t.clone())),
                    message(|| [<$name _vjp>](&x, $($a,)+ 1.0)),
                    message(|| [<$name _jvp>](&x, $($a,)+ &t)),
                    message(|| [<$name _hvp>](&x, $($a,)+ &t)),
                    message(|| [<$name _hessian>](&x, $($a),+)),
                ];
                for said in found {
                    assert_eq!(said, expected, "{:?}", ($($a,)+));
                }
                if expected.is_none() {
                    let value = $name(&x, $($a),+).to_bits();
                    assert_eq!([<$name _grad>](&x, $($a),+).0.to_bits(), value);
                    assert_eq!([<$name _hvp>](&x, $($a,)+ &t).0.to_bits(), value);
                }
            } )*
        }
        }
    )+ };
}

in_all_modes! {
    fn part(x: &[f64], i: usize, j: usize) -> f64 {
        x[i..j].iter().map(|v| v * v).sum()
    }: (1, 5): (2, 1): (5, 5): (2, 2): (0, 2);
    fn divided_integers(x: &[f64], a: i32, b: i32) -> f64 {
        let _unused = a / b;
        let _ = a % b;
        x[0] * x[1]
    }: (1, 0): (i32::MIN, -1): (5, 3);
    fn counter_that_overflows(x: &[f64], start: u8) -> f64 {
        let mut sum = 0.0;
        let mut k = start;
        for v in x {
            k += 100;
            sum += v * x[0];
        }
        sum * k as f64
    }: (100): (3);
    fn below_zero(x: &[f64], k: usize) -> f64 {
        let mut sum = 0.0;
        for i in 0..x.len() {
            sum += x[i] * x[i - k];
        }
        sum
    }: (1): (0);
    fn left_early(x: &[f64], n: u64) -> f64 {
        let mut s = x[0];
        for i in 0..=n {
            s = s * x[1] + i as f64;
            if i > 3 {
                break;
            }
        }
        s
    }: (u64::MAX): (u64::MAX - 1): (2);
    fn near_the_last(x: &[f64], n: u64, m: u8) -> f64 {
        let mut s = x[0];
        for i in n..=u64::MAX {
            s = s * x[1] + (i - n) as f64;
        }
        for i in (m..=255).rev() {
            s = s * x[1] + (i - m) as f64;
        }
        s
    }: (u64::MAX - 3, 250): (u64::MAX, 255);
    fn wide(x: &[f64], a: i64, b: i64) -> f64 {
        let mut s = x[0];
        for i in a..b {
            s = s * x[1] + 1.0;
            if i > a + 3 {
                break;
            }
        }
        s
    }: (i64::MIN, i64::MAX): (5, -5);
    fn stepped(x: &[f64], k: usize) -> f64 {
        let mut sum = 0.0;
        for i in (0..x.len()).step_by(k) {
            sum += x[i] * x[0];
        }
        for row in x.chunks(k) {
            sum += row[0] * x[1];
        }
        sum
    }: (0): (usize::MAX): (1);
    fn moved(x: &[f64], k: usize, j: usize) -> f64 {
        let mut v = x.to_vec();
        let a = v.remove(k);
        v.insert(j, a * 2.0);
        v.rotate_left(j);
        let b = v.swap_remove(k);
        a * b * v[0]
    }: (2, 0): (0, 2): (1, 1): (0, 1);
    fn copied_lengths(x: &[f64], k: usize) -> f64 {
        let mut v = vec![0.0; k];
        v.copy_from_slice(x);
        let (a, b) = v.split_at(1);
        a[0] * b[0]
    }: (3): (2);
    fn nothing_there(x: &[f64], k: usize) -> f64 {
        let y = &x[..k];
        y.first().unwrap() * y.last().expect("the last") * y.iter().copied().reduce(f64::max).unwrap()
    }: (0): (1): (2);
    fn first_of_two(x: &[f64], a: usize, b: usize) -> f64 {
        let _y = x[a];
        let _z = [1.0, 2.0][b];
        let w = a - b;
        x[0] * x[1] * w as f64
    }: (3, 4): (0, 4): (0, 1): (7, 1): (1, 0);
    fn matrix(x: &[f64], n: usize, d: usize) -> f64 {
        let mut sum = 0.0;
        for i in 0..n {
            let mut t = 0.0;
            for j in 0..d {
                t += x[i * d + j] * x[j];
            }
            sum += t * t;
        }
        sum
    }: (2, 2): (usize::MAX, 3): (1, 2): (5, 0);
    fn too_many(x: &[f64], n: usize) -> f64 {
        let v = vec![x[0]; n];
        v.len() as f64 * x[1] * x[0]
    }: (usize::MAX): (2);
}
