//! The options of `#[backprop(…)]` and the marks on parameters, as far as they are built.

use backprop::backprop;

mod renamed {
    pub use ::backprop as ad;
}

#[backprop(name = "loss")]
fn named(x: f64) -> f64 {
    x * x
}

#[test]
fn another_stem() {
    assert_eq!(loss_grad(3.0), (named(3.0), 6.0));
}

#[backprop(wrt(y, w))]
fn narrowed(x: f64, y: f64, w: &[f64], model: Option<f64>) -> f64 {
    x * y * w[0] * model.unwrap_or(1.0)
}

#[test]
fn only_listed_parameters_are_active() {
    let value = narrowed(2.0, 3.0, &[5.0], None);
    assert_eq!(narrowed_grad(2.0, 3.0, &[5.0], None), (value, (10.0, vec![6.0])));
    let mut d_w = [0.0];
    assert_eq!(narrowed_grad_into(2.0, 3.0, &[5.0], None, &mut d_w), (value, 10.0));
    assert_eq!(d_w, [6.0]);
}

type Metres = f64;
type Point = [f64; 2];

#[backprop(wrt(depth, at))]
fn pressure(depth: Metres, at: &Point, surface: Metres) -> f64 {
    surface + depth * depth * at[1] + passed_on(at)
}

#[backprop]
fn passed_on(#[grad] at: &Point) -> f64 {
    at[0] + at[1]
}

#[test]
fn parameters_of_aliased_types_can_be_asked_for() {
    assert_eq!(pressure_grad(2.0, &[1.0, 3.0], 5.0), (21.0, (12.0, [1.0, 5.0])));
    assert_eq!(passed_on_grad(&[1.0, 3.0]), (4.0, [1.0, 1.0]));
}

#[renamed::ad::backprop(vjp, jvp, crate = crate::renamed::ad)]
fn with_modes(x: f64, #[no_grad] y: f64, #[grad] z: f64) -> f64 {
    x * y + z * z
}

#[test]
fn further_modes_on_request() {
    let value = with_modes(2.0, 3.0, 5.0);
    assert_eq!(with_modes_grad(2.0, 3.0, 5.0), (value, (3.0, 10.0)));
    assert_eq!(with_modes_vjp(2.0, 3.0, 5.0, 2.0), (value, (6.0, 20.0)));
    assert_eq!(with_modes_jvp(2.0, 3.0, 5.0, 1.0, 0.5), (value, 8.0));
}

#[backprop]
const fn constant(x: f64) -> f64 {
    x * 3.0
}

#[test]
fn const_functions_stay_const() {
    const VALUE: f64 = constant(2.0);
    assert_eq!(constant_grad(2.0), (VALUE, 3.0));
}

#[backprop]
#[inline]
#[cfg(not(any()))]
#[must_use = "it computes something"]
fn with_attributes(x: f64) -> f64 {
    #![allow(clippy::let_and_return)]
    let y = x * x;
    y
}

#[test]
fn attributes_are_carried() {
    assert_eq!(with_attributes_grad(3.0), (with_attributes(3.0), 6.0));
}

#[backprop]
fn destructured([x, y]: [f64; 2], (a, b): (f64, f64), &z: &f64) -> f64 {
    x * y + a * b + z
}

#[test]
fn patterns_as_parameters() {
    let value = destructured([2.0, 3.0], (5.0, 7.0), &1.0);
    assert_eq!(destructured_grad([2.0, 3.0], (5.0, 7.0), &1.0), (value, ([3.0, 2.0], (7.0, 5.0), 1.0)));
}

#[backprop]
fn raw(r#type: f64, r#fn: &[f64]) -> f64 {
    let r#loop = r#type * r#fn[0];
    assert!(r#loop.is_finite(), "{type} times {fn:?}");
    r#loop
}

#[test]
fn raw_names() {
    assert_eq!(raw_grad(2.0, &[3.0]), (raw(2.0, &[3.0]), (3.0, vec![2.0])));
}

mod norm {
    use backprop::backprop;

    /// The length of a vector of two entries, in a module of its own name.
    #[backprop(no_handle)]
    pub fn norm(x: f64, y: f64) -> f64 {
        x.hypot(y)
    }
    pub use norm_grad as gradient;
}
pub use norm::norm;

#[test]
fn a_function_may_have_the_name_of_its_module() {
    assert_eq!(norm::gradient(3.0, 4.0), (norm(3.0, 4.0), (0.6, 0.8)));
}

/// A function in a module of its name, whose handle has the two halves alone.
pub mod halves {
    use backprop::backprop;

    /// A sine.
    #[backprop]
    pub fn halves(x: f64) -> f64 {
        x.sin()
    }
}

/// One whose handle makes value and gradient in one.
pub mod sums {
    use backprop::backprop;

    /// The sum of x, 2 x, 3 x, …
    #[backprop]
    pub fn sums(x: f64, n: usize) -> f64 {
        let mut sum = 0.0;
        for k in 0..n {
            sum += x * k as f64;
        }
        sum
    }
}

pub use halves::halves;
pub use sums::sums;

mod elsewhere {
    // The functions and their modules.
    use crate::{halves, sums};
    use backprop::backprop;

    #[backprop]
    pub fn caller(x: f64) -> f64 {
        3.0 * halves(x) + sums(x, 3) - 0.5 * sums(x * x, 2)
    }
}

/// Calls them by the modules' names.
#[backprop]
fn caller(x: f64) -> f64 {
    3.0 * halves::halves(x) + sums::sums(x, 3) - 0.5 * sums::sums(x * x, 2)
}

#[test]
fn functions_in_modules_of_their_names_are_called() {
    assert_eq!(caller_grad(0.0), (0.0, 6.0));
    assert_eq!(elsewhere::caller_grad(0.0), (0.0, 6.0));
}

/// Nothing in companions has parentheses to spare.
mod denied {
    #![deny(warnings)]

    use backprop::backprop;

    #[backprop]
    pub fn shuffled(x: &[f64], y: f64) -> f64 {
        let (mut s, mut k, mut t) = (7u64, 1usize, 0.0);
        for v in x {
            s ^= s << 1;
            s ^= s >> 3;
            s += s & 3;
            s -= s / 2;
            k += 2 * k;
            k = k / (k + 1);
            k += (k + 1) % 3;
            t += v * (s & 7) as f64 * y;
        }
        t * k as f64
    }
}

#[test]
fn warnings_may_be_denied() {
    let value = denied::shuffled(&[1.0, 2.0], 1.0);
    let (again, (d_x, d_y)) = denied::shuffled_grad(&[1.0, 2.0], 1.0);
    assert_eq!((again, d_x[0] + 2.0 * d_x[1], d_y), (value, value, value));
}

/// What is deprecated may have the attribute: nobody is warned of its own companions.
mod deprecated {
    #![deny(deprecated)]

    use backprop::backprop;

    #[deprecated(note = "what is squared is better called so")]
    #[backprop(jvp)]
    pub fn product(x: f64) -> f64 {
        x * x
    }

    pub struct Scale(pub f64);

    impl Scale {
        #[deprecated]
        #[backprop]
        pub fn scaled(&self, x: f64) -> f64 {
            x * self.0
        }
    }
}

#[test]
fn companions_of_deprecated_functions_are_no_news() {
    assert_eq!(deprecated::product_grad(3.0), (9.0, 6.0));
    assert_eq!(deprecated::product_jvp(3.0, 1.0), (9.0, 6.0));
    assert_eq!(deprecated::Scale(2.0).scaled_grad(3.0), (6.0, 2.0));
}
