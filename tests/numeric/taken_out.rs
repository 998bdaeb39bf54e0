//! `?` and `unwrap()` behind the methods of `Option` and `Result`: the error is the one of the step that failed.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn root(x: $F) -> Result<$F, String> {
            if x < 0.0 { Err(format!("negative: {x}")) } else { Ok(x.sqrt()) }
        }

        #[backprop $options]
        pub fn inverse(x: $F) -> Result<$F, String> {
            if x.abs() < 0.25 { Err(String::from("small")) } else { Ok(1.0 / x) }
        }

        #[backprop $options]
        pub fn half(x: $F) -> Option<$F> {
            if x > 1.5 { None } else { Some(x * 0.5) }
        }

        #[backprop $options]
        pub fn coded(x: $F) -> Result<$F, u8> {
            if x > 1.0 { Err(x as u8) } else { Ok(x * x) }
        }

        #[backprop $options]
        pub fn nested(x: $F, y: $F) -> Result<$F, String> {
            root(x).and_then(|r| inverse(y).map(|i| r * i + x))
        }

        #[backprop $options]
        pub fn pair(x: $F, y: $F) -> Result<($F, $F), String> {
            root(x).and_then(|r| root(y).and_then(|s| inverse(r * s).map(|t| (s * t, r))))
        }

        #[backprop $options]
        pub fn by_name(x: $F) -> Result<$F, String> {
            root(x).map(|r| r * x).and_then(inverse).map_err(|e| format!("by name: {e}"))
        }

        #[backprop $options]
        pub fn chosen(x: $F, y: $F) -> Result<$F, String> {
            root(x).and_then(|r| {
                let z = r * y;
                if z > 1.0 {
                    Ok(z * z)
                } else if z < -0.5 {
                    Err(format!("low: {z}"))
                } else {
                    inverse(z)
                }
            })
        }

        #[backprop $options]
        pub fn otherwise(x: $F, y: $F) -> Result<$F, String> {
            root(x).or_else(|e| if e.len() > 13 && y < 0.0 { Err(e) } else { inverse(y).map(|v| v * x) })
        }

        #[backprop $options]
        pub fn held(x: $F, y: $F) -> Result<$F, String> {
            let r = root(x);
            let i = inverse(y).map(|v| v * v);
            let first = r?;
            Ok(first * i? + y)
        }

        #[backprop $options]
        pub fn in_loops(xs: &[$F], y: $F) -> Result<$F, String> {
            let mut sum = 0.0;
            for x in xs {
                if *x > 1.75 {
                    sum += half(x * y).filter(|h| *h > -2.0).ok_or("none").and_then(|h| Ok(h * h)).map_err(|e| e.to_string())?;
                } else {
                    let step = |v: $F| root(v).and_then(|r| inverse(r + sum).map(|i| i * v));
                    sum += step(*x).or_else(|_| inverse(*x))?;
                }
            }
            Ok(sum)
        }

        #[backprop $options]
        pub fn without_error(x: $F, y: $F) -> Option<$F> {
            nested(x, y).ok().zip(half(y).or(Some(x))).map(|(a, b)| a * b).filter(|v| *v < 10.0)
        }

        #[backprop $options]
        pub fn copied_errors(x: $F, y: $F) -> Result<$F, u8> {
            let r = coded(x);
            let a = r.unwrap_or_else(|e| if e == 1 { y * 2.0 } else { y * y });
            let b = r.or_else(|e| if e > 1 { Err(e) } else { coded(y) })?;
            Ok(a * b)
        }

        #[backprop $options]
        pub fn made_on_the_spot(x: $F, y: $F) -> Result<$F, String> {
            let a = Some(x * y).filter(|p| *p > -1.0).ok_or_else(|| format!("spot {x}")).and_then(root)?;
            let b = Ok(a + x).and_then(|s| inverse(s))?;
            if x > y { Ok(a * b) } else { Err(String::new()) }.or_else(|_: String| root(x + 2.5))
        }

        #[backprop $options]
        pub fn all(x: $F, y: $F) -> $F {
            let (p, q) = pair(x, y).unwrap_or((x, 1.0));
            let looked = match chosen(x, y) {
                Ok(v) => v * x,
                Err(_) => y,
            };
            p * q
                + looked
                + nested(x, y).unwrap_or(x * y)
                + by_name(x).unwrap_or_default()
                + otherwise(x, y).unwrap_or(y)
                + held(x, y).unwrap_or_else(|e| if e.len() > 5 { y * 3.0 } else { x })
                + without_error(x, y).map_or(y, |v| v.tanh())
                + copied_errors(x, y).unwrap_or(x)
                + made_on_the_spot(x, y).unwrap_or(0.5)
        }
        case!($F $mode: all(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn all_loops(xs: &[$F], y: $F) -> $F {
            in_loops(xs, y).unwrap_or(y * y)
        }
        case!($F $mode: all_loops(slice xs: 0.3..2.0 => [0.0; 5], by y: -1.0..1.0));
    };
}
instances!(functions);

/// The function itself, and its companion, fail with the same error.
macro_rules! agree {
    ($($name:ident($($arg:expr),*);)*) => {
        $(
            let plain = double::$name($($arg),*);
            pastey::paste! {
                let (value, _) = double::[<$name _jvp>]($($arg,)* $(agree!(@zero $arg)),*).map_or_else(|e| (Err(e), ()), |y| (Ok(y.0), ()));
            }
            assert_eq!(value, plain, "{}", stringify!($name($($arg),*)));
        )*
    };
    (@zero $arg:expr) => { 0.0 };
}

#[test]
fn errors_are_those_of_the_function() {
    agree! {
        nested(-1.0, 1.0);
        nested(1.0, 0.1);
        nested(1.0, 2.0);
        pair(-1.0, 1.0);
        pair(1.0, -3.0);
        pair(0.1, 0.1);
        by_name(-1.0);
        by_name(0.1);
        chosen(-1.0, 1.0);
        chosen(1.0, -1.0);
        chosen(1.0, 0.1);
        otherwise(-1.2345, -1.0);
        otherwise(-1.0, 0.1);
        held(-1.0, 1.0);
        held(1.0, 0.1);
        copied_errors(2.5, 1.0);
        copied_errors(1.5, 2.5);
        copied_errors(1.5, 0.5);
        made_on_the_spot(-2.0, 2.0);
        made_on_the_spot(-3.0, -1.0);
    }
}

#[test]
#[should_panic(expected = "called `Result::unwrap()` on an `Err` value: \"small\"")]
fn unwrapping_says_what_failed() {
    #[backprop]
    fn unwrapped(x: f64) -> f64 {
        double::root(x).and_then(|r| double::inverse(r)).unwrap()
    }
    let _ = unwrapped_grad(0.01);
}
