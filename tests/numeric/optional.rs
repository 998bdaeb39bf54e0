//! `Option`s that active values flow into, and calls whose `Option` or `Result` is looked into.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn root(x: $F) -> Result<$F, String> {
            if x < 0.0 { Err(format!("negative: {x}")) } else { Ok(x.sqrt()) }
        }

        #[backprop $options]
        pub fn inverse(x: $F) -> Option<$F> {
            if x.abs() < 0.25 {
                return None;
            }
            Some(1.0 / x)
        }

        #[backprop $options]
        pub fn otherwise(x: $F, y: $F) -> $F {
            root(x).unwrap_or(x * x)
                + inverse(x).unwrap_or_default() * 3.0
                + root(y).unwrap_or_else(|_| x * 7.0)
                + inverse(y).unwrap_or_else(|| 2.0 * x * y)
        }
        case!($F $mode: otherwise(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn matched(x: $F) -> $F {
            let a = match root(x) {
                Ok(y) => y * x,
                Err(_) => 3.0 * x,
            };
            let b = if let Some(y) = inverse(x) { y } else { x };
            let c = match inverse(x) {
                Some(y) if y > 1.0 => y * y,
                Some(z) => z,
                None => 0.5,
            };
            a + b * c
        }
        case!($F $mode: matched(by x: -2.0..2.0));

        #[backprop $options]
        pub fn or_nothing(x: $F) -> Option<$F> {
            let Some(y) = inverse(x) else { return None };
            let Ok(z) = root(y) else {
                return None;
            };
            Some(y * z)
        }
        #[backprop $options]
        pub fn of_nothing(x: $F) -> $F {
            or_nothing(x).map(|y| y * x).unwrap_or(x)
        }
        case!($F $mode: of_nothing(by x: -2.0..2.0));

        #[backprop $options]
        pub fn in_a_loop(xs: &[$F]) -> $F {
            let mut total = 0.0;
            for i in 0..xs.len() {
                if let Ok(y) = root(xs[i]) {
                    total += y * xs[i];
                } else {
                    total -= xs[i];
                }
                total += inverse(xs[i]).map(|v| v * total * 0.1).unwrap_or(1.0);
                total += inverse(xs[i]).map_or(2.0, |v| v * v);
                if root(xs[i]).is_err() || inverse(xs[i]).is_none() {
                    total *= 0.5;
                }
            }
            total
        }
        case!($F $mode: in_a_loop(slice xs: -2.0..2.0 => [0.0; 5]));

        #[backprop $options]
        pub fn largest_square(xs: &[$F]) -> $F {
            let mut best: Option<$F> = None;
            for i in 0..xs.len() {
                let y = xs[i] * xs[i];
                if best.is_none() || y > best.unwrap() {
                    best = Some(y);
                }
            }
            best.unwrap_or(0.0)
        }
        case!($F $mode: largest_square(slice xs: -2.0..2.0 => [0.0; 5]));

        #[backprop $options]
        pub fn by_match(xs: &[$F]) -> Option<$F> {
            let mut best = None;
            for x in xs {
                best = match best {
                    None => Some(*x),
                    Some(b) => Some(if *x > b { *x } else { b }),
                };
            }
            let b = best?;
            Some(b * b)
        }
        #[backprop $options]
        pub fn returned_as_it_is(xs: &[$F]) -> Option<$F> {
            let mut best: Option<$F> = None;
            for x in xs {
                match best {
                    Some(b) if b >= *x => {}
                    _ => best = Some(*x * 1.5),
                }
            }
            best
        }
        #[backprop $options]
        pub fn both_ways(xs: &[$F]) -> $F {
            by_match(xs).expect("not empty") + returned_as_it_is(xs).unwrap_or(1.0)
        }
        case!($F $mode: both_ways(slice xs: 0.5..2.0 => [0.0; 5]));

        #[backprop $options]
        pub fn chosen(x: $F, #[no_grad] k: i32) -> $F {
            let v = if k == 0 { None } else { Some(x * k as $F) };
            let w = if k == 1 { Some(2.0) } else { v };
            v.unwrap_or(x) * w.map(|w| w + x).unwrap_or(1.0) + if root(x).is_ok() { x } else { 0.0 }
        }
        #[backprop $options]
        pub fn all_choices(x: $F) -> $F {
            chosen(x, 0) + chosen(x, 1) * chosen(x, 2)
        }
        case!($F $mode: all_choices(by x: -2.0..2.0));
    };
}
instances!(functions);

#[test]
fn nothing_is_nothing() {
    assert_eq!(double::or_nothing_grad(0.1), None);
    assert_eq!(double::or_nothing_grad(-1.0), None);
    assert_eq!(double::by_match_grad(&[]), None);
    assert_eq!(double::returned_as_it_is_grad(&[]), None);
    assert_eq!(double::by_match_grad(&[1.0, 3.0]), Some((9.0, vec![0.0, 6.0])));
    assert_eq!(double::largest_square_grad(&[]), (0.0, vec![]));
}

#[test]
#[should_panic(expected = "called `Option::unwrap()` on a `None` value")]
fn unwrapping_nothing_panics() {
    #[backprop]
    fn unwrapped(x: f64) -> f64 {
        let y = if x > 0.0 { Some(x * x) } else { None };
        y.unwrap()
    }
    let _ = unwrapped_grad(-1.0);
}
