//! `Option` and `Result` around what a function returns: each companion has the same wrapper around its own result,
//! leaves early where the function does, and calls are followed through `?`, `unwrap` and the like.

use std::error::Error;
use std::fmt;

use backprop::backprop;

#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    Negative(f64),
    Zero,
    Parse,
    Length { wanted: usize, found: usize },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "fault: {self:?}")
    }
}

impl Error for Fault {}

impl From<std::num::ParseIntError> for Fault {
    fn from(_: std::num::ParseIntError) -> Fault {
        Fault::Parse
    }
}

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn root(x: $F) -> Result<$F, Fault> {
            if x < 0.0 {
                return Err(Fault::Negative(x as f64));
            }
            if x == 0.0 { Err(Fault::Zero) } else { Ok(x.sqrt()) }
        }

        #[backprop $options]
        pub fn mean(xs: &[$F]) -> Option<$F> {
            let n = xs.len();
            if n == 0 {
                return None;
            }
            let mut total = 0.0;
            for i in 0..n {
                total += xs[i];
            }
            Some(total / n as $F)
        }

        #[backprop $options]
        pub fn question_mark(x: $F, y: $F) -> Result<$F, Fault> {
            let a = root(x)?;
            Ok(a * root(y)? + root(a * y)?)
        }
        #[backprop $options]
        pub fn unwrapped(x: $F, y: $F) -> $F {
            let i = 3;
            question_mark(x, y).unwrap() * mean(&[x, y]).expect("not empty")
                + root(x).unwrap_or_else(|e| panic!("{e}"))
                + root(x + 1.0).expect(&format!("root {i} of {x}"))
        }
        case!($F $mode: unwrapped(by x: 0.5..2.0, by y: 0.5..2.0));

        #[backprop $options]
        pub fn in_loops(xs: &[$F], #[no_grad] steps: &str) -> Result<$F, Fault> {
            let n: usize = steps.parse()?;
            let mut total = 0.0;
            for i in 0..xs.len() {
                if xs[i] < 0.0 {
                    return Err(Fault::Negative(xs[i] as f64));
                }
                let mut j = 0;
                while j < n {
                    let k: usize = steps.parse()?;
                    total += root(xs[i] + j as $F)? * k as $F;
                    j += 1;
                }
            }
            Ok(total * total)
        }
        #[backprop $options]
        pub fn looped(xs: &[$F]) -> $F {
            in_loops(xs, "3").unwrap() + in_loops(&xs[..0], "1").unwrap()
        }
        case!($F $mode: looped(slice xs: 0.5..2.0 => [0.0; 4]));

        #[backprop $options]
        pub fn delegated(x: $F) -> Result<$F, Fault> {
            root(x * 2.0)
        }
        #[backprop $options]
        pub fn converted(x: $F) -> Result<$F, Box<dyn Error>> {
            let y = delegated(x)?;
            let z = mean(&[x, y, 2.0]).ok_or("empty")?;
            if z > 100.0 {
                return Err("large".into());
            }
            let w = mean(&[z, x]).ok_or_else(|| format!("no mean of {z}"))?;
            root(w * y).map_err(|e| format!("{e} at {w}").into())
        }
        #[backprop $options]
        pub fn through_conversions(x: $F) -> $F {
            let y = converted(x).unwrap();
            y * delegated(y).ok().unwrap()
        }
        case!($F $mode: through_conversions(by x: 0.5..2.0));

        #[backprop $options]
        pub fn branches(x: $F, #[no_grad] k: usize) -> Result<$F, Fault> {
            let y = if k == 0 {
                root(x)?
            } else if k == 1 {
                x * 3.0
            } else {
                return Err(Fault::Zero);
            };
            let z = match k {
                0 => 1.0,
                1 => 2.0,
                _ => return Err(Fault::Parse),
            };
            if x > 100.0 { Err(Fault::Zero) } else if k == 0 { Ok(y * z) } else { root(y + z) }
        }
        #[backprop $options]
        pub fn all_branches(x: $F) -> $F {
            let mut total = 0.0;
            for k in 0..2 {
                total += branches(x, k).unwrap() * x;
            }
            total
        }
        case!($F $mode: all_branches(by x: 0.5..2.0));

        #[backprop $options]
        pub fn pair(x: &[$F; 2]) -> Option<[$F; 2]> {
            if x[0] > 100.0 {
                return None;
            }
            Some([x[0] * x[1], x[1].sin()])
        }
        #[backprop $options]
        pub fn scaled(xs: &[$F], by: $F) -> Option<Vec<$F>> {
            if xs.is_empty() {
                return None;
            }
            let mut out = vec![0.0; xs.len()];
            for i in 0..xs.len() {
                out[i] = xs[i] * by;
            }
            Some(out)
        }
        #[backprop $options]
        pub fn both(x: $F, y: $F) -> Option<($F, $F)> {
            let q = pair(&[x, y])?;
            Some((q[0] * x, q[1] + q[0]))
        }
        #[backprop $options]
        pub fn aggregates(x: $F, y: $F) -> $F {
            let p: [$F; 2] = pair(&[x, y]).unwrap();
            let (a, b): ($F, $F) = both(p[0], p[1]).unwrap();
            let v: Vec<$F> = scaled(&[a, b, x], y).unwrap();
            v[0] * v[1] + v[2]
        }
        case!($F $mode: aggregates(by x: 0.5..2.0, by y: 0.5..2.0));

        #[backprop $options]
        pub fn squares(x: &[$F], out: &mut [$F]) -> Result<(), Fault> {
            if x.len() != out.len() {
                return Err(Fault::Length { wanted: x.len(), found: out.len() });
            }
            for i in 0..x.len() {
                out[i] = x[i] * x[i];
            }
            Ok(())
        }
        #[backprop $options]
        pub fn of_outputs(x: &[$F]) -> Result<$F, Fault> {
            let mut out = vec![0.0; x.len()];
            squares(x, &mut out)?;
            let mut total = 0.0;
            for v in &out {
                total += *v;
            }
            Ok(total)
        }
        #[backprop $options]
        pub fn outputs(x: &[$F]) -> $F {
            of_outputs(x).unwrap()
        }
        case!($F $mode: outputs(slice x: -2.0..2.0 => [0.0; 3]));

        #[backprop $options]
        pub fn factorial_like(x: $F, #[no_grad] n: u32) -> Result<$F, Fault> {
            if n == 0 {
                return Ok(1.0);
            }
            if n > 10 {
                return Err(Fault::Zero);
            }
            Ok(x * factorial_like(x + 0.1, n - 1)?)
        }
        #[backprop $options]
        pub fn recursive(x: $F) -> $F {
            factorial_like(x, 4).unwrap()
        }
        case!($F $mode: recursive(by x: 0.5..1.5));
    };
}
instances!(functions);

#[test]
fn companions_return_what_the_function_returns() {
    assert_eq!(double::root_grad(4.0), Ok((2.0, 0.25)));
    assert_eq!(double::root_grad(-1.0), Err(Fault::Negative(-1.0)));
    assert_eq!(double::root_grad(0.0), Err(Fault::Zero));
    assert_eq!(double::root_jvp(4.0, 2.0), Ok((2.0, 0.5)));
    assert_eq!(double::mean_grad(&[]), None);
    assert_eq!(double::mean_grad(&[1.0, 2.0]), Some((1.5, vec![0.5, 0.5])));
    let mut buffer = [7.0, 7.0];
    assert_eq!(double::mean_grad_into(&[1.0, 2.0], &mut buffer), Some(1.5));
    assert_eq!(buffer, [0.5, 0.5]);
    assert_eq!(double::mean_grad_into(&[], &mut []), None);
}

#[test]
fn a_failure_inside_is_handed_on() {
    assert_eq!(double::question_mark_grad(-1.0, 1.0), Err(Fault::Negative(-1.0)));
    assert_eq!(double::question_mark_jvp(1.0, 0.0, 1.0, 1.0), Err(Fault::Zero));
    assert_eq!(double::in_loops_grad(&[1.0, -2.0], "3"), Err(Fault::Negative(-2.0)));
    assert_eq!(double::in_loops_grad(&[1.0], "x"), Err(Fault::Parse));
    assert_eq!(double::branches_grad(1.0, 2), Err(Fault::Zero));
    assert_eq!(double::factorial_like_grad(1.0, 12), Err(Fault::Zero));
    assert_eq!(double::factorial_like_grad(0.5, 0), Ok((1.0, 0.0)));
    assert_eq!(double::converted_grad(1e6).unwrap_err().to_string(), "large");
    assert_eq!(double::converted_grad(-1.0).unwrap_err().to_string(), "fault: Negative(-2.0)");
    let seed = vec![1.0, 1.0, 1.0];
    assert_eq!(double::scaled_vjp(&[], 2.0, vec![]), None);
    assert_eq!(
        double::scaled_vjp(&[1.0, 2.0, 3.0], 2.0, seed),
        Some((vec![2.0, 4.0, 6.0], (vec![2.0; 3], 6.0)))
    );
    let (mut out, mut seeds) = ([0.0; 2], [1.0; 2]);
    let wrong = Err(Fault::Length { wanted: 1, found: 2 });
    assert_eq!(double::squares_vjp(&[1.0], &mut out, &mut seeds), wrong);
    assert_eq!(double::squares_vjp(&[1.0, 3.0], &mut out, &mut seeds), Ok(((), vec![2.0, 6.0])));
    assert_eq!((out, seeds), ([1.0, 9.0], [0.0, 0.0]));
}

#[test]
#[should_panic(expected = "root 3 of")]
fn panics_are_those_of_the_function() {
    #[backprop]
    fn expecting(x: f64) -> f64 {
        let i = 3;
        double::root(x).expect(&format!("root {i} of {x}"))
    }
    let _ = expecting_grad(-1.0);
}

#[test]
fn aliases_of_result() {
    #[backprop]
    fn checked(x: f64) -> std::io::Result<f64> {
        if x > 1e3 {
            return Err(std::io::Error::other("big"));
        }
        Ok(x * x)
    }
    assert_eq!(checked_grad(3.0).unwrap(), (9.0, 6.0));
    assert_eq!(checked_grad(2e3).unwrap_err().to_string(), "big");
}

/// An alias from elsewhere, which the macro can't see into.
mod faults {
    pub type CoreResult<T> = Result<T, super::Fault>;
}
use faults::CoreResult;

#[test]
fn aliases_of_result_by_their_names() {
    #[backprop(jvp)]
    pub fn grow<F: num_traits::Float>(start: F, step: F) -> CoreResult<Vec<F>> {
        if step == F::zero() {
            return Err(Fault::Zero);
        }
        let mut r = Vec::new();
        r.push(start);
        r.push(start * step);
        Ok(r)
    }
    #[backprop(jvp)]
    pub fn grown(start: f64, step: f64) -> CoreResult<f64> {
        let r = grow(start, step)?;
        Ok(r[0] * r[1])
    }
    assert_eq!(grown_grad(3.0, 2.0), Ok((18.0, (12.0, 9.0))));
    assert_eq!(grown_jvp(3.0, 2.0, 1.0, 0.0), Ok((18.0, 12.0)));
    assert_eq!(grown_grad(3.0, 0.0), Err(Fault::Zero));
    assert_eq!(grow_vjp(3.0, 2.0, vec![1.0, 1.0]), Ok((vec![3.0, 6.0], (3.0, 3.0))));
}
