//! Iterators that are asked for one item after the other.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn horner(x: $F, coefficients: &[$F], n: usize) -> $F {
            let mut it = coefficients.iter().take(n + 1);
            let mut sum = *it.next().unwrap();
            for c in it {
                sum = sum * x + *c;
            }
            sum
        }
        case!($F $mode: horner(by x: -1.5..1.5, slice c: -1.5..1.5 => vec![0.0; 6]; 4));

        /// Passive coefficients.
        #[backprop $options]
        pub fn series(x: $F, #[no_grad] coefficients: &[$F]) -> $F {
            let mut it = coefficients.iter();
            let mut sum = x + *it.next().unwrap();
            for c in it {
                sum = sum * x + c;
            }
            sum
        }
        case!($F $mode: series(by x: -1.5..1.5; &[0.5, -1.0, 2.0, 0.25]));

        #[backprop $options]
        pub fn alternating(x: &[$F]) -> $F {
            let mut it = x.iter();
            let mut sum = 0.0;
            while let Some(a) = it.next() {
                sum += a * a;
                if let Some(b) = it.next() {
                    sum -= *b * sum;
                }
            }
            sum
        }
        case!($F $mode: alternating(slice x: -1.5..1.5 => vec![0.0; 7]));

        #[backprop $options]
        pub fn pairs(x: &[$F]) -> $F {
            let mut it = x.iter().copied();
            let mut product = 1.0;
            loop {
                let a = match it.next() {
                    Some(a) => a,
                    None => break,
                };
                let Some(b) = it.next() else { return product * a };
                product *= a.sin() + b;
            }
            product
        }
        case!($F $mode: pairs(slice x: -1.5..1.5 => vec![0.0; 5]));

        #[backprop $options]
        pub fn in_branches(x: &[$F], n: usize) -> $F {
            let mut it = x.iter().rev().skip(1);
            let mut sum = 0.0;
            for i in 0..n {
                if i % 2 == 0 {
                    sum += it.next().copied().unwrap_or(7.0) * (i as $F + 1.0);
                    for _ in 0..i % 3 {
                        sum *= it.next().map_or(2.0, |v| v * v);
                    }
                }
            }
            sum + it.clone().map(|v| v * v).sum::<$F>() * it.count() as $F
        }
        case!($F $mode: in_branches(slice x: 0.5..1.5 => vec![0.0; 9]; 5));

        /// Two at a time, the second made anew in each round, the first asked for more than there is.
        #[backprop $options]
        pub fn nested(x: &[$F], y: &[$F]) -> $F {
            let mut outer = x.iter();
            let mut sum = 0.0;
            for _ in 0..x.len() + 2 {
                let a = match outer.next() {
                    Some(&a) => a,
                    None => 1.5,
                };
                let mut inner = y.iter().map(|v| v * a);
                let first = inner.next().unwrap();
                sum += inner.fold(first, |s, v| if v > s { v } else { s * 0.5 });
            }
            sum
        }
        case!($F $mode: nested(slice x: -1.5..1.5 => vec![0.0; 3], slice y: -1.5..1.5 => vec![0.0; 4]));
    };
}

instances!(functions);

/// What is left when there is nothing, and a panic where the function panics.
#[test]
fn the_end() {
    #[backprop]
    fn first(x: &[f64]) -> Option<f64> {
        let mut it = x.iter();
        let first = it.next()?;
        Some(it.fold(*first, |a, b| a.max(*b)))
    }
    assert_eq!(first_grad(&[]), None);
    assert_eq!(first_grad(&[2.0, 5.0, 3.0]), Some((5.0, vec![0.0, 1.0, 0.0])));

    #[backprop]
    fn second(x: &[f64]) -> f64 {
        let mut it = x.iter();
        it.next();
        it.next().expect("a second number") * 3.0
    }
    assert_eq!(second_grad(&[2.0, 5.0, 3.0]), (15.0, vec![0.0, 3.0, 0.0]));
    let panic = std::panic::catch_unwind(|| second_grad(&[1.0])).unwrap_err();
    assert_eq!(panic.downcast_ref::<String>().map(String::as_str), Some("a second number"));
}
