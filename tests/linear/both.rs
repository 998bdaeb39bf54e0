//! A function's gradient beside differences, and its directional derivatives beside the gradient.

use backprop::check::{Entries, Visitor};

/// The floats of a value.
pub fn flat(value: &mut impl Entries) -> Vec<f64> {
    let mut all = Vec::new();
    Visitor::run(value, &mut |_, float| all.push(float.get()));
    all
}

/// The value with one of its floats one, and the others zero.
pub fn unit<T: Entries>(mut value: T, number: usize) -> T {
    let mut i = 0;
    Visitor::run(&mut value, &mut |_, mut float| {
        float.set(if i == number { 1.0 } else { 0.0 });
        i += 1;
    });
    value
}

/// `(a: x, b; y)`: `a` is passed by value, `b` by reference.
macro_rules! check {
    ($f:ident, $grad:ident, $jvp:ident, ($($n:ident $(: $x:expr)? $(; $y:expr)?),*)) => {{
        let point = ($($($x)? $($y)?,)*);
        let report = backprop::check::gradient(
            [point.clone()],
            |($($n,)*)| $f($(both::check!(@pass $n $(: $x)? $(; $y)?)),*),
            |($($n,)*)| $grad($(both::check!(@pass $n $(: $x)? $(; $y)?)),*),
        );
        report.assert(stringify!($f));
        let ($($n,)*) = &point;
        let (value, mut gradient) = $grad($(both::check!(@pass $n $(: $x)? $(; $y)?)),*);
        let plain = $f($(both::check!(@pass $n $(: $x)? $(; $y)?)),*);
        assert_eq!(value.to_bits(), plain.to_bits(), "{}: {value} and {plain}", stringify!($f));
        for (i, entry) in both::flat(&mut gradient).into_iter().enumerate() {
            pastey::paste! {
                let ($([<t_ $n>],)*) = &both::unit(point.clone(), i);
                let (again, along) = $jvp(
                    $(both::check!(@pass $n $(: $x)? $(; $y)?),)*
                    $(both::check!(@pass [<t_ $n>] $(: $x)? $(; $y)?)),*
                );
            }
            let size = 1.0 + entry.abs();
            assert!((value - again).abs() <= 1e-12 * (1.0 + value.abs()), "{}: {value} and {again}", stringify!($f));
            assert!((entry - along).abs() <= 1e-9 * size, "{}, entry {i}: {entry} and {along}", stringify!($f));
        }
    }};
    (@pass $n:ident : $x:expr) => { $n.clone() };
    (@pass $n:ident ; $x:expr) => { $n };
}
pub(crate) use check;
