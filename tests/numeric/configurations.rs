//! `cfg` and inert attributes inside of bodies: the companions follow whatever rustc keeps.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn statements(x: $F, y: $F) -> $F {
            #[cfg(debug_assertions)]
            let scale = 2.0;
            #[cfg(not(debug_assertions))]
            let scale = 3.0;
            let mut sum = x * y * scale;
            #[cfg(debug_assertions)]
            {
                sum += x;
            }
            #[cfg(not(debug_assertions))]
            {
                sum *= y;
            }
            #[cfg(any())]
            this_is_not_even_a_function(sum);
            sum
        }
        case!($F $mode: statements(by x: 0.5..2.0, by y: 0.5..2.0));

        #[backprop $options]
        pub fn tails(x: $F) -> $F {
            let mut sum = 0.0;
            for i in 0..3 {
                #[cfg(target_pointer_width = "64")]
                if i == 1 {
                    sum *= x;
                }
                sum += x * i as $F;
            }
            #[cfg(all())]
            {
                sum * x
            }
            #[cfg(not(all()))]
            {
                compile_error!("never kept")
            }
        }
        case!($F $mode: tails(by x: -2.0..2.0));

        #[backprop $options]
        pub fn expressions(x: $F, y: $F) -> $F {
            let a = [x, #[cfg(debug_assertions)] y, #[cfg(not(debug_assertions))] (y * 2.0)];
            let b = x.max(#[cfg(all())] y);
            a[0] * a[1] + b
        }
        case!($F $mode: expressions(by x: 0.5..1.0, by y: 1.5..2.0));

        #[backprop $options]
        pub fn conditions(x: $F) -> $F {
            let sign = if cfg!(debug_assertions) { 1.0 } else { -1.0 };
            let other = if cfg!(feature = "std") && cfg!(not(any())) { x * x } else { x };
            other * sign
        }
        case!($F $mode: conditions(by x: 0.5..2.0));

        #[backprop $options]
        #[cfg(all())]
        pub fn inert(#[allow(unused)] x: $F, #[expect(unused_variables)] n: usize) -> $F {
            #[allow(unused_variables, clippy::let_unit_value)]
            let unused = 1.0;
            #[rustfmt::skip]
            let y = x*x;
            #[cfg_attr(any(), allow(dead_code))]
            let z = |v: $F| v * 2.0;
            #[allow(deprecated)]
            let old = std::iter::repeat(0.5 as $F).next().unwrap() + (2.0 as $F).abs_sub(1.0);
            #[allow(unused_mut, unused_variables)]
            for mut i in 0..2 {
                #[allow(unused_assignments)]
                { i += 1; }
            }
            #[allow(clippy::all)]
            { y * old + z(x) }
        }
        case!($F $mode: inert(by x: -2.0..2.0; 1));

        #[backprop $options]
        pub fn calls_a_configured_one(x: $F) -> $F {
            statements(x, x) * x
        }
        case!($F $mode: calls_a_configured_one(by x: 0.5..2.0));
    };
}
instances!(functions);

/// Changes nothing; what it is given is passive in none of the configurations.
#[backprop]
fn twice(x: f64) -> f64 {
    #[cfg(any())]
    return unknown(x);
    2.0 * x
}

#[test]
fn what_is_left_out_is_not_looked_at() {
    assert_eq!(twice_grad(3.0), (6.0, 2.0));
}
