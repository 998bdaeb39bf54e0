//! Code that no derivative flows through: any Rust, copied as it stands, run once and in order.

use backprop::backprop;
use std::cell::{Cell, RefCell};

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn counting(x: $F, #[no_grad] count: &Cell<u32>) -> $F {
            count.set(count.get() + 1);
            let a = x * x;
            let n = {
                count.set(count.get() + 10);
                count.get()
            };
            for _ in 0..2 {
                count.set(count.get() + 100);
            }
            a * n as $F
        }

        #[test]
        fn side_effects_happen_once() {
            let count = Cell::new(0);
            assert_eq!(counting_grad(3.0, &count), (99.0, 66.0));
            assert_eq!(count.get(), 211);
        }

        #[backprop $options]
        pub fn logging(x: $F, #[no_grad] log: &RefCell<Vec<String>>) -> $F {
            log.borrow_mut().push("start".to_string());
            let mut a = x;
            for i in 0..2 {
                a *= x;
                log.borrow_mut().push(format!("round {i}: {a:?}"));
            }
            if a > 0.0 {
                log.borrow_mut().push(String::from("positive"));
            }
            a
        }

        #[test]
        fn side_effects_happen_in_order() {
            let (once, again) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
            assert_eq!(logging_grad(2.0, &once), (logging(2.0, &again), 12.0));
            assert_eq!(once.into_inner(), again.into_inner());
        }

        #[backprop $options]
        pub fn any_rust(x: $F, words: &[&str], #[no_grad] config: &Option<String>) -> $F {
            let longest = words.iter().map(|w| w.len()).max().unwrap_or(0);
            let scale = match config.as_deref() {
                Some("double") => 2.0,
                Some(_) | None => 1.0,
            };
            let mut shortest = usize::MAX;
            for word in words {
                shortest = shortest.min(word.len());
            }
            x * scale * longest as $F + x * x * shortest as $F
        }

        #[test]
        fn passive_code_may_be_anything() {
            let config = Some("double".to_string());
            assert_eq!(any_rust_grad(3.0, &["one", "three"], &config), (57.0, 28.0));
        }

        #[backprop $options]
        pub fn order_of_operands(x: $F, #[no_grad] count: &Cell<i32>) -> $F {
            let next = || {
                count.set(count.get() + 1);
                count.get() as $F
            };
            let a = next();
            let b = next();
            x * a - x * x * b
        }

        #[test]
        fn closures_over_passive_data() {
            let count = Cell::new(0);
            assert_eq!(order_of_operands_grad(3.0, &count), (-15.0, -11.0));
            assert_eq!(count.get(), 2);
        }

        #[backprop $options]
        pub fn items_inside(x: $F) -> $F {
            const FACTOR: i32 = 3;
            fn helper(n: i32) -> i32 {
                n * 2
            }
            x * x * helper(FACTOR) as $F
        }

        #[test]
        fn items_in_the_body_are_found() {
            assert_eq!(items_inside_grad(2.0), (24.0, 24.0));
        }

        #[backprop $options]
        pub fn prints(x: $F) -> $F {
            let a = x * x;
            let text = format!("{a:.1} of {}", x);
            a * text.len() as $F
        }

        #[test]
        fn passive_code_may_read_active_values() {
            assert_eq!(prints_grad(1.5), (prints(1.5), 3.0 * "2.2 of 1.5".len() as $F));
        }

        /// Functions that no float is passed to are constants without a mark.
        #[backprop $options]
        #[allow(dead_code)]
        pub fn weighted(
            x: $F,
            by: impl Fn(usize) -> $F,
            table: &dyn Fn(usize, bool) -> $F,
            plain: fn(u8) -> $F,
            mut next: impl FnMut() -> $F,
        ) -> $F {
            let mut sum = 0.0;
            for i in 0..3 {
                sum += by(i) * x * x + next();
            }
            sum * table(1, true) + plain(3) * x
        }

        #[test]
        fn functions_without_floats_are_constants() {
            let offset = 0.5;
            let mut count = 0.0;
            let next = || {
                count += 1.0;
                count
            };
            let (value, d) =
                weighted_grad(2.0, |i| i as $F + offset, &|i, yes| if yes { i as $F + 1.0 } else { 0.0 }, |k| k as $F, next);
            assert_eq!((value, d), ((4.5 * 4.0 + 6.0) * 2.0 + 6.0, 4.5 * 2.0 * 2.0 * 2.0 + 3.0));
            assert_eq!(count, 3.0);
        }
    };
}
instances!(functions);

/// `ref mut` lends what it binds.
#[test]
fn patterns_that_lend_mutably_change_the_variable() {
    #[backprop]
    fn of_integer(x: &[f64; 4]) -> f64 {
        let mut t = 1usize;
        let ref mut a = t;
        *a = 3;
        x[t] * 2.0
    }
    #[backprop]
    fn of_float(x: &[f64; 4]) -> f64 {
        let mut s = 1.0;
        let ref mut a = s;
        *a = 5.0;
        x[0] * s
    }
    #[backprop]
    fn of_tuple(x: &[f64; 4]) -> f64 {
        let mut t = (1usize, 2usize);
        let (ref mut a, _) = t;
        *a = 3;
        x[t.0] * 2.0
    }
    #[backprop]
    fn of_array(x: &[f64; 4]) -> f64 {
        let mut k = [1usize, 2];
        let [ref mut a, ..] = k;
        *a = 3;
        x[k[0]] * 2.0
    }
    let x = [1.0, 2.0, 3.0, 4.0];
    assert_eq!(of_integer_grad(&x), (8.0, [0.0, 0.0, 0.0, 2.0]));
    assert_eq!(of_float_grad(&x), (5.0, [5.0, 0.0, 0.0, 0.0]));
    assert_eq!(of_tuple_grad(&x), (8.0, [0.0, 0.0, 0.0, 2.0]));
    assert_eq!(of_array_grad(&x), (8.0, [0.0, 0.0, 0.0, 2.0]));
}

/// What a function is lent as a constant may grow and shrink: no derivative has a buffer for it.
#[test]
fn passive_vecs_behind_references_change_their_length() {
    #[backprop(jvp)]
    fn logged(x: &[f64], #[no_grad] log: &mut Vec<u32>) -> f64 {
        let mut sum = 0.0;
        for (i, x) in x.iter().enumerate() {
            if *x > 1.0 {
                log.push(i as u32);
                sum += x * x;
            } else if log.pop().is_some() {
                sum += 3.0 * x;
            }
        }
        log.push(7);
        sum
    }
    #[backprop]
    fn kept(x: f64, #[no_grad] memory: &mut Vec<f64>, y: &mut [f64]) {
        memory.push(0.5);
        memory.truncate(2);
        y[0] = x * memory[memory.len() - 1] + y[1];
        memory.clear();
    }
    let x = [2.0, 3.0, 0.5, 4.0];
    let (mut plain, mut made, mut along) = (vec![1], vec![1], vec![1]);
    let value = logged(&x, &mut plain);
    assert_eq!(logged_grad(&x, &mut made), (value, vec![4.0, 6.0, 3.0, 8.0]));
    assert_eq!(logged_jvp(&x, &mut along, &[1.0, 0.0, 1.0, 0.0]), (value, 7.0));
    assert_eq!((&plain, &made, &along), (&vec![1, 0, 3, 7], &plain, &plain));

    let (mut memory, mut y, mut d_y) = (vec![4.0, 2.0, 8.0], [9.0, 1.0], [1.0, 0.0]);
    assert_eq!(kept_vjp(3.0, &mut memory, &mut y, &mut d_y), ((), 2.0));
    assert_eq!((memory, y, d_y), (vec![], [7.0, 1.0], [0.0, 1.0]));
}

/// Nobody reads what passive code makes here, and its type is said only by what is around it.
#[test]
fn unread_passive_arrays_keep_their_type() {
    #[backprop(jvp)]
    fn unread(a: f64, #[no_grad] c: &[f64]) -> f64 {
        let rows: Vec<[f64; 2]> = vec![std::array::from_fn(|i| c[i] * 2.0), [a, 1.0]];
        a * a
    }
    assert_eq!(unread_grad(3.0, &[1.0, 2.0]), (9.0, 6.0));
    assert_eq!(unread_jvp(3.0, &[1.0, 2.0], 0.5), (9.0, 3.0));
}

/// Copied code may call methods on numbers whose type is said nowhere else.
#[test]
fn numbers_that_copied_code_reads_have_their_type() {
    fn larger(a: f64, b: f64) -> f64 {
        if a > b { a } else { b }
    }
    #[backprop(jvp)]
    fn read(x: f64) -> f64 {
        let z: f64 = 0.5;
        let w: [f64; 2] = [0.5; 2];
        let v: Vec<f64> = vec![1.0; 4];
        x * larger(z.cos(), w[0].sin()) * (v.iter().map(|y| *y).fold(0.5, |a, b| a + b) + 0.5).sqrt()
    }
    let slope = 0.5_f64.cos() * 5.0_f64.sqrt();
    assert_eq!(read_jvp(2.0, 1.0).1, read_grad(2.0).1);
    assert!((read_grad(2.0).1 - slope).abs() < 1e-15);
}
