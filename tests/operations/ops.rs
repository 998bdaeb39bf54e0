//! Every array operation, in `f64` and `f32`: its value and derivatives beside those that `#[backprop]` makes of the same
//! function written as plain loops, beside differences, and backward beside forward; at its special points; with
//! arrays, slices, `Vec`s and nested ones; in loops and branches.

/// Writes functions out in the modules `double` and `single`: simplification has nothing to do with what is tested here.
macro_rules! both {
    ($functions:ident) => {
        mod double {
            use super::*;
            $functions!(f64 double (jvp));
        }
        mod single {
            use super::*;
            $functions!(f32 single (jvp));
        }
    };
}

/// The tests of [`case`](crate::case) for a function that calls an operation, and one that compares its value and gradient
/// with those of a function of the same arguments that is written as loops:
/// `beside!(f64 double: operation ~ loops(to x: 0.0..1.0 => [0.0; 3]))`.
macro_rules! beside {
    ($F:ident $mode:ident: vjp $name:ident ~ $loops:ident $arguments:tt) => {
        case!($F $mode: vjp $name $arguments);
        beside!(@test $F $name $loops _vjp seed (Clone::clone(&seed)) $arguments);
    };
    ($F:ident $mode:ident: $name:ident ~ $loops:ident $arguments:tt) => {
        case!($F $mode: $name $arguments);
        beside!(@test $F $name $loops _grad seed () $arguments);
    };
    (@test $F:ident $name:ident $loops:ident $companion:ident $seed:ident ($($seeding:expr)?)
        ($($way:ident $x:ident: $domain:expr $(=> $shape:expr)?),* $(; $($passive:expr),+)?)) => {
        pastey::paste! {
            #[test]
            fn [<compare_ $name>]() {
                use $crate::case::{flat, refilled};
                let shape = ($( shape!($($shape)?), )*);
                let mut domains = Vec::new();
                $( domains.extend(std::iter::repeat_n($domain, flat(&shape!($($shape)?)).len())); )*
                let mut random = fastrand::Rng::with_seed(11);
                for _ in 0..20 {
                    let point: Vec<f64> =
                        domains.iter().map(|d| d.start + (d.end - d.start) * random.f64()).collect();
                    let x = refilled(&shape, &point);
                    let ($($x,)*) = &x;
                    let value = $name($( pass!($way $x), )* $( $($passive),+ )?);
                    let seeds: Vec<f64> = flat(&value).iter().map(|_| random.f64() - 0.5).collect();
                    let $seed = refilled(&value, &seeds);
                    let _ = &$seed;
                    let ours = [<$name $companion>]($( pass!($way $x), )* $( $($passive,)+ )? $($seeding)?);
                    let loops = [<$loops $companion>]($( pass!($way $x), )* $( $($passive,)+ )? $($seeding)?);
                    let context = format!("{} at {point:?}", stringify!($name));
                    $crate::ops::assert_same(&flat(&ours), &flat(&loops), <$F>::EPSILON.into(), &context);
                }
            }
        }
    };
}

mod again;
mod calls;
mod elementwise;
mod generic;
mod images;
mod losses;
mod products;
mod reductions;
mod rows;
mod seeds;
mod special;

/// Fails unless two rows of numbers differ by rounding alone.
fn assert_same(found: &[f64], expected: &[f64], epsilon: f64, context: &str) {
    assert_eq!(found.len(), expected.len(), "{context}");
    let largest = expected.iter().fold(1.0, |m: f64, v| m.max(v.abs()));
    for (i, (a, b)) in found.iter().zip(expected).enumerate() {
        assert!((a - b).abs() <= 64.0 * epsilon * largest, "{context}: number {i} is {a}, by loops {b}");
    }
}
