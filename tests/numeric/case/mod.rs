//! How one function is checked, and the macros that make a test of a line.

mod flat;
mod verdict;

pub use flat::{Flat, flat, refilled};
pub use verdict::{Case, Reference, Seeds, assert_partials, check};

/// Writes functions out in the modules `double` and `unsimplified` (of `f64`) and `single` (of `f32`). The
/// functions stand in a macro of the float's name, the module's name and the options of `#[backprop]`. Optimised
/// builds are about rustc's optimiser, and do without the one that is about ours.
macro_rules! instances {
    ($functions:ident) => {
        mod double {
            use super::*;
            $functions!(f64 double (jvp));
        }
        #[cfg(debug_assertions)]
        mod unsimplified {
            use super::*;
            $functions!(f64 unsimplified (jvp, no_simplify));
        }
        mod single {
            use super::*;
            $functions!(f32 single (jvp));
        }
    };
}

/// A test of a function's companions at random points:
/// `case!($F $mode: f(by x: 0.5..2.0, to a: -1.0..1.0 => [0.0; 3]; 7))`. Active arguments come first, passed
/// `by` value, as a reference `to` it, or as a `slice` of it; each with the range of its elements and, unless
/// it is a scalar, a value of its shape. Passive arguments follow the semicolon as they are. In front of a
/// function that returns something else than one float stands `vjp`.
macro_rules! case {
    ($F:ident $mode:ident: vjp $name:ident $arguments:tt) => {
        case!(@test $F $mode Random $name [<$name _vjp>] seed (Clone::clone(seed)) $arguments);
    };
    ($F:ident $mode:ident: $name:ident $arguments:tt) => {
        case!(@test $F $mode One $name [<$name _grad>] seed () $arguments);
    };
    (@test $F:ident $mode:ident $seeds:ident $name:ident $reverse:tt $seed:ident ($($seeding:expr)?)
        ($($way:ident $x:ident: $domain:expr $(=> $shape:expr)?),* $(; $($passive:expr),+)?)) => {
        pastey::paste! {
            #[test]
            fn [<check_ $name>]() {
                use $crate::case::*;
                let mut domains = Vec::new();
                $( domains.extend(std::iter::repeat_n($domain, flat(&shape!($($shape)?)).len())); )*
                let case = Case {
                    name: stringify!($name),
                    shape: ($( shape!($($shape)?), )*),
                    domains,
                    seeds: Seeds::$seeds,
                    tolerance: tolerance!($F),
                };
                check(
                    &case,
                    |($($x,)*): &_| $name($( pass!($way $x), )* $( $($passive),+ )?),
                    |($($x,)*): &_, $seed: &_| {
                        let _ = $seed;
                        $reverse($( pass!($way $x), )* $( $($passive,)+ )? $($seeding)?)
                    },
                    |($($x,)*): &_, ($([<t_ $x>],)*): &_| {
                        [<$name _jvp>](
                            $( pass!($way $x), )* $( $($passive,)+ )? $( tangent!($way [<t_ $x>]) ),*
                        )
                    },
                    reference!($mode $name $reverse $seed ($($seeding)?) ($( shape!($($shape)?), )*) ($($x)*)
                        ($( pass!($way $x), )* $( $($passive,)+ )?)),
                );
            }
        }
    };
}

/// What the gradient is compared with: differences, or in `single` the gradient of the function's twin.
macro_rules! reference {
    (single $name:ident $reverse:ident $seed:ident ($($seeding:expr)?) $shape:tt ($($x:ident)*)
        ($($argument:expr,)*)) => {
        Reference::Twin(&|point, seeds| {
            let shape = refilled(&$shape, point);
            let ($($x,)*) = &shape;
            let $seed = &refilled(&super::double::$name($($argument),*), seeds);
            let _ = $seed;
            flat(&super::double::$reverse($($argument,)* $($seeding)?).1)
        })
    };
    ($mode:ident $($rest:tt)*) => { Reference::Differences };
}

macro_rules! shape {
    () => {
        0.0
    };
    ($shape:expr) => {
        $shape
    };
}

macro_rules! pass {
    (by $x:ident) => {
        Clone::clone($x)
    };
    (to $x:ident) => {
        $x
    };
    (slice $x:ident) => {
        &$x[..]
    };
}

/// A tangent has the type of its parameter; that of a reference to a value of fixed size is passed by value.
macro_rules! tangent {
    (slice $x:ident) => {
        &$x[..]
    };
    ($way:ident $x:ident) => {
        Clone::clone($x)
    };
}

macro_rules! tolerance {
    (f64) => {
        1e-7
    };
    (f32) => {
        2e-4
    };
}
