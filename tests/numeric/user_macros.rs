//! Macros that are not `std`'s: as conditions, and as statements that may leave the function.

use backprop::backprop;

macro_rules! close {
    ($a:expr, $b:expr) => {
        ($a - $b).abs() < 0.5
    };
}

macro_rules! all_close {
    ($a:expr, $b:expr) => {
        $a.iter().zip($b.iter()).all(|(a, b)| close!(*a, *b))
    };
}

macro_rules! ensure {
    ($condition:expr, $error:expr) => {
        if !$condition {
            return Err($error);
        }
    };
}

macro_rules! wanted {
    ($condition:expr) => {
        if !$condition {
            return None;
        }
    };
}

macro_rules! at_most {
    ($x:expr, $limit:expr) => {
        if $x > $limit {
            panic!("{} is too much", $x);
        }
    };
}

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn conditions(x: $F, y: $F, #[no_grad] n: usize) -> $F {
            let mut t = if close!(x, 0.0) && n > 0 || !close!(y, x) { x * y } else { x };
            let (a, v) = ([x, y], vec![y, x]);
            for i in 0..n {
                if all_close!(a, v) {
                    t += a[i % 2] * v[0];
                }
                t = match i {
                    0 if close!(t, y) => t * t,
                    1 => t + y,
                    _ => t * 0.5,
                };
                let same: bool = close!(t, x);
                at_most!(t, 1000.0);
                if same {
                    t += x;
                }
            }
            let mut k = 0;
            while !close!(t, y) && k < 5 {
                t = t * 0.5 + y * 0.25;
                k += 1;
            }
            t
        }
        case!($F $mode: conditions(by x: -2.0..2.0, by y: -2.0..2.0; 3));

        #[backprop $options]
        pub fn positive(x: $F, y: $F) -> Result<$F, String> {
            ensure!(x > 0.0, format!("{x} is not positive"));
            let mut t = 0.0;
            for i in 0..3 {
                ensure!(y < 1.0 + i as $F, "large".into());
                t += x * y;
            }
            Ok(t)
        }
        #[backprop $options]
        pub fn some_positive(x: $F, y: $F) -> Option<$F> {
            wanted!(x > 0.0);
            Some(x * y)
        }
        #[backprop $options]
        pub fn left_by_macros(x: $F, y: $F) -> $F {
            positive(x, y).unwrap_or(x) * some_positive(y, x).unwrap_or(y)
        }
        case!($F $mode: left_by_macros(by x: -2.0..2.0, by y: -2.0..2.0));
    };
}
instances!(functions);

#[test]
fn errors_are_those_of_the_macro() {
    assert_eq!(double::positive_grad(-1.0, 1.0), Err("-1 is not positive".to_string()));
    assert_eq!(double::positive_grad(1.0, 2.0), Err("large".to_string()));
    assert_eq!(double::some_positive_grad(-1.0, 1.0), None);
    assert_eq!(double::some_positive_grad(3.0, 2.0), Some((6.0, (2.0, 3.0))));
}

#[test]
#[should_panic(expected = "2000 is too much")]
fn panics_are_those_of_the_macro() {
    let _ = double::conditions_grad(4000.0, 1.0, 1);
}

#[test]
#[should_panic(expected = "declares a variable")]
fn a_variable_that_a_macro_declares_is_no_other_one() {
    macro_rules! doubled {
        ($x:ident) => {
            let $x = 2.0 * $x;
        };
    }
    #[backprop]
    fn f(x: f64) -> f64 {
        doubled!(x);
        x * x
    }
    let _ = f_grad(1.0);
}
