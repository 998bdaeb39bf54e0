//! Elements of slices and `Vec`s as `Option`s: `first()?`, `get(i).map(f)`, `while let Some(v) = stack.pop()`.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn first(x: &[$F]) -> Option<$F> {
            let v = x.first()?;
            Some(v * v)
        }

        #[backprop $options]
        pub fn second(x: &[$F], i: usize) -> Option<$F> {
            let v = *x.get(i)?;
            let w = x.last().copied()?;
            Some(v * w.sin())
        }

        #[backprop $options]
        pub fn named(x: &[$F], i: usize) -> Result<$F, String> {
            let v = x.get(i).ok_or_else(|| format!("no {i}"))?;
            let (head, tail) = x.split_first().ok_or("empty")?;
            Ok(*v * *head + tail.iter().map(|t| t * t).sum::<$F>())
        }

        #[backprop $options]
        pub fn popped(x: &[$F]) -> Option<$F> {
            let mut stack = x.to_vec();
            let a = stack.pop()?;
            stack.push(a * a);
            stack.push(a);
            let b = stack.pop()?;
            let c = stack.pop()?;
            Some(b * c + stack.pop()?)
        }

        /// Rows, and pairs.
        #[backprop $options]
        pub fn rows(x: &[Vec<$F>], i: usize) -> Option<$F> {
            let row = x.get(i)?;
            let mut pairs = Vec::new();
            for (k, v) in row.iter().enumerate() {
                pairs.push((v * v, k as $F + 1.0));
            }
            let (v, k) = pairs.pop()?;
            Some(v * k + x.first()?.first()? * pairs.first()?.0)
        }

        #[backprop $options]
        pub fn asked(x: &[$F], y: &[Vec<$F>], k: usize) -> $F {
            first(x).unwrap() + second(x, k).unwrap_or(x[0]) * named(x, k).unwrap_or(2.0) + popped(x).unwrap()
                + rows(y, k).unwrap_or(1.5)
        }
        case!($F $mode: asked(slice x: -1.5..1.5 => vec![0.0; 5], slice y: -1.5..1.5 => vec![vec![0.0; 2], vec![0.0; 3], vec![0.0; 1]]; 1));

        #[backprop $options]
        pub fn drained(x: &[$F]) -> $F {
            let mut stack = x.to_vec();
            let mut sum = 1.0;
            while let Some(v) = stack.pop() {
                sum = sum * v + 1.0;
            }
            sum
        }
        case!($F $mode: drained(slice x: -1.5..1.5 => vec![0.0; 5]));

        /// A stack that grows while it is worked off, with jumps.
        #[backprop $options]
        pub fn worked_off(x: &[$F]) -> $F {
            let mut stack = Vec::new();
            stack.push((x[0], 3.0));
            stack.push((x[1], 2.0));
            let mut sum = 0.0;
            while let Some((v, n)) = stack.pop() {
                if n == 0.0 {
                    sum += v * v;
                    continue;
                }
                if sum > 50.0 {
                    return sum * x[2];
                }
                stack.push((v * x[2], n - 1.0));
                stack.push((v.sin(), n - 1.0));
            }
            sum
        }
        case!($F $mode: worked_off(slice x: -1.5..1.5 => vec![0.0; 3]));

        #[backprop $options]
        pub fn looked_at(x: &[$F], i: usize) -> $F {
            let mut stack = x.to_vec();
            let a = if let Some(v) = stack.pop() { v * v } else { 0.0 };
            let b = if let Some(&v) = stack.first() { v.sin() } else { 1.0 };
            let c = match x.get(i) {
                Some(v) => v * a,
                None => b,
            };
            let d = match x.get(i + 100) {
                Some(v) => v * a,
                None => b * a,
            };
            let Some(e) = stack.pop() else { return a };
            let held = x.get(1);
            let f = held.map_or(a, |v| v * 3.0);
            a * b + c * d + e * f
        }
        case!($F $mode: looked_at(slice x: -1.5..1.5 => vec![0.0; 4]; 2));

        #[backprop $options]
        pub fn by_methods(x: &[$F], i: usize) -> $F {
            let a = x.get(i).map(|v| v * v).unwrap_or(1.0);
            let b = x.get(i + 100).map(|v| v * v).unwrap_or(x[0]);
            let c = x.first().zip(x.last()).map_or(0.0, |(a, b)| a * b);
            let mut stack = x.to_vec();
            let d = stack.pop().map_or(0.0, |v| v.sin());
            let e = stack.pop().filter(|v| *v > 100.0).unwrap_or(d * x[1]);
            let f = if x.first().is_some_and(|v| *v > 0.0) { a } else { b };
            let g = stack.pop().unwrap_or_default();
            a * b + c * d + e * f + g
        }
        case!($F $mode: by_methods(slice x: -1.5..1.5 => vec![0.0; 4]; 2));
    };
}
instances!(functions);

#[test]
fn where_there_is_nothing_the_companion_leaves_like_the_function() {
    assert_eq!(double::first_grad(&[]), None);
    assert_eq!(double::first_grad(&[3.0]), Some((9.0, vec![6.0])));
    assert_eq!(double::second_grad(&[3.0], 1), None);
    assert_eq!(double::named_grad(&[3.0], 1), Err("no 1".to_owned()));
    assert_eq!(double::named_grad(&[], 0), Err("no 0".to_owned()));
    assert_eq!(double::popped_grad(&[2.0]), None);
    assert_eq!(double::popped_grad(&[1.0, 2.0]), Some((9.0, vec![1.0, 12.0])));
    assert_eq!(double::rows_grad(&[vec![1.0], vec![]], 2), None);
    assert_eq!(double::rows_grad(&[vec![1.0], vec![]], 1), None);
    assert_eq!(double::drained_grad(&[]), (1.0, vec![]));
}
