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
