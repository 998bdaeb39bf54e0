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

macro_rules! entry {
    ($row:expr, $i:expr) => {
        *$row.get($i).unwrap()
    };
    ($row:expr, $i:expr, = , $value:expr) => {
        *$row.get_mut($i).unwrap() = $value;
    };
    ($row:expr, $i:expr $(, $more:expr)?; twice) => {
        entry!($row, $i) * 2.0 $(+ $more)?
    };
}

macro_rules! third {
    ($n:expr) => {
        $n / 3
    };
}

macro_rules! mean {
    ($s:expr) => {{
        let s = $s;
        s.iter().sum::<f64>() / s.len() as f64
    }};
}

macro_rules! variance {
    ($s:expr) => {{
        let m = mean!($s);
        $s.iter().map(|&v| (v - m).powi(2)).sum::<f64>()
    }};
}

macro_rules! each {
    ($v:ident in $s:expr => $b:expr) => {
        $s.iter().map(|$v| $b).sum::<f64>()
    };
}

macro_rules! dot {
    ($a:expr, $b:expr) => {
        $a.iter().zip($b.iter()).map(|(x, y)| x * y).sum::<f64>()
    };
}

macro_rules! times {
    ($e:expr) => {
        (|t: f64| t * $e)($e + 1.0)
    };
}

macro_rules! times_times {
    ($e:expr) => {
        (|t: f64| times!(t) * $e)($e)
    };
}

macro_rules! or_else {
    ($o:expr, $d:expr) => {
        if $d > 1.0 || $d < 0.5 { $o.unwrap_or_else(|| $d) } else { $d }
    };
}

/// Closures in macros, whose parameters are their own, whatever the variables around them are called.
mod closures {
    use super::*;

    #[backprop(jvp)]
    pub fn with_closures(x: &[f64], y: f64) -> f64 {
        let m = 2.0;
        let k = each!(w in x => w * w * y * m);
        let t = x[0];
        k + variance!(x)
            + dot!(x, [y, 1.0, t]) * dot!(x, x).sqrt()
            + times_times!(t * y)
            + times_times!(times!(y))
            + or_else!(x.get(2).copied(), y)
            + or_else!(x.get(9).copied(), y * t)
    }
    case!(f64 double: with_closures(slice x: 0.3..2.0 => vec![0.0; 3], by y: 0.5..1.5));
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
        pub fn values(x: $F, y: $F, #[no_grad] rows: &[[$F; 3]]) -> $F {
            const LOWEST: [$F; 2] = [0.5, 1.5];
            let mut t = entry!(LOWEST, 0) * x;
            for (k, row) in rows.iter().enumerate() {
                let whole = (x * 4.0) as i32;
                let steps = third!(whole + 9);
                t = match third!(k * 3) {
                    0 => t * y + entry!(row, 1),
                    1 if entry!(row, 2) > 1.0 => t - y * entry!(entry!(rows, k), 0; twice),
                    _ => [t * x, entry!(LOWEST, 1) * y][third!(5)],
                };
                t += (0..third!(k * 3 + 2)).map(|i| y * entry!(row, i)).sum::<$F>() * steps as $F;
            }
            entry!(LOWEST, 1; twice) * t
        }
        case!($F $mode: values(by x: 0.05..0.2, by y: -2.0..2.0; &[[0.5, 1.0, 2.0], [1.0, -0.5, 3.0], [0.25, 0.5, 0.0]]));
        case!($F $mode: no_rows(by x: 0.05..0.2, by y: -2.0..2.0));

        #[backprop $options]
        pub fn no_rows(x: $F, y: $F) -> $F {
            values(x, y, &[]) + y * entry!([2.0, 3.0], 1)
        }

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

/// Makes definitions of macros that aren't seen.
macro_rules! out_of_sight {
    ($($items:tt)*) => {
        $($items)*
    };
}

out_of_sight! {
    macro_rules! doubled {
        ($x:ident) => {
            let $x = 2.0 * $x;
        };
    }

    macro_rules! noted {
        ($($arguments:tt)*) => {{
            // These are its own.
            const CHOSEN: usize = 3;
            fn pick(i: usize) -> usize {
                i + CHOSEN
            }
            assert!(pick($($arguments)*) >= 3);
        }};
    }
}

#[test]
#[should_panic(expected = "declares a variable")]
fn a_variable_that_a_macro_declares_is_no_other_one() {
    #[backprop]
    fn f(x: f64) -> f64 {
        doubled!(x);
        x * x
    }
    let _ = f_grad(1.0);
}

const CHOSEN: usize = 1;

fn pick(i: usize) -> usize {
    2 - i
}

#[test]
fn items_stay_what_they_are_beside_macros() {
    #![forbid(unused_imports)]
    use std::f64::consts;

    #[derive(Clone, Copy)]
    enum Way {
        There,
        Back,
    }
    use Way::There;

    struct Table<T, const N: usize> {
        rows: [T; N],
    }

    #[backprop]
    impl<T: num_traits::Float, const N: usize> Table<T, N> {
        fn of(x: T, n: usize) -> T {
            noted!(CHOSEN);
            noted!(N,);
            let mut t = x;
            for _ in pick(1)..n + N {
                noted!(n);
                t = t * x;
            }
            t
        }
    }

    #[backprop]
    fn f<const K: usize>(x: &[f64; 3], way: Way, name: Option<usize>) -> f64 {
        noted!(K);
        let scale = match (way, name) {
            (There, Some(CHOSEN)) => consts::PI,
            (Way::Back, Some(i)) => Vec::from([i as f64; K])[0],
            _ => f64::EPSILON,
        };
        if let Some(i) = name {
            noted!(i);
        }
        x[CHOSEN] * x[pick(0)] * scale
    }
    let x = [2.0, 3.0, 5.0];
    let pi = consts::PI;
    assert_eq!(f_grad::<2>(&x, There, Some(1)), (15.0 * pi, [0.0, 5.0 * pi, 3.0 * pi]));
    assert_eq!(f_grad::<2>(&x, Way::Back, Some(2)), (30.0, [0.0, 10.0, 6.0]));
    assert_eq!(f_grad::<2>(&x, There, None).0, f::<2>(&x, There, None));
    let table = Table { rows: [2.0; 2] };
    assert_eq!(Table::<f64, 2>::of_grad(table.rows[0], 1), (8.0, 12.0));
}
