//! What a user of each of the other crates writes to have the gradient of a function of any type of numbers. All of them
//! put the gradient into `d`, and return the value.

use crate::problems::Problem;
use crate::real::Real;
use ad_trait::AD;
use ad_trait::differentiable_function::{
    DerivativeMethodTrait, DifferentiableFunctionTrait, ForwardADMulti, ReverseAD,
};
use ad_trait::forward_ad::adfn::adfn;
use echidna::{BytecodeTape, Scalar};
use nalgebra::SVector;
use num_dual::Dual64;
use reverse::Tape;

/// Central differences.
pub fn differences<P: Problem>(p: &P, x: &[f64], d: &mut [f64]) -> f64 {
    let mut at = x.to_vec();
    for i in 0..x.len() {
        let h = 6e-6 * x[i].abs().max(1.0);
        at[i] = x[i] + h;
        let above = p.value(&at);
        at[i] = x[i] - h;
        d[i] = (above - p.value(&at)) / (2.0 * h);
        at[i] = x[i];
    }
    p.value(x)
}

/// `num-dual`: all directions at once.
pub fn num_dual_vector<const N: usize, P: Problem>(p: &P, x: &[f64], d: &mut [f64]) -> f64 {
    let (value, gradient) = num_dual::gradient(
        |x: SVector<_, N>| p.value(x.as_slice()),
        &SVector::<f64, N>::from_column_slice(x),
    );
    d.copy_from_slice(gradient.as_slice());
    value
}

/// `num-dual`: one direction after another.
pub fn num_dual_scalar<P: Problem>(p: &P, x: &[f64], d: &mut [f64]) -> f64 {
    let mut at: Vec<Dual64> = x.iter().map(|x| Dual64::from_re(*x)).collect();
    let mut value = 0.0;
    for (i, d) in d.iter_mut().enumerate() {
        at[i].eps = 1.0;
        let y = p.value(&at);
        (value, *d) = (y.re, y.eps);
        at[i].eps = 0.0;
    }
    value
}

/// `autodiff`: one direction after another.
pub fn autodiff<P: Problem>(p: &P, x: &[f64], d: &mut [f64]) -> f64 {
    d.copy_from_slice(&::autodiff::grad(|x| p.value(x), x));
    p.value(x)
}

/// A function, as `ad_trait` wants it.
struct AdTrait<'a, P>(&'a P, usize);

impl<P: Problem, T: AD + Real> DifferentiableFunctionTrait<T> for AdTrait<'_, P> {
    const NAME: &'static str = "function";

    fn call(&self, x: &[T], _freeze: bool) -> Vec<T> {
        vec![self.0.value(x)]
    }

    fn num_inputs(&self) -> usize {
        self.1
    }

    fn num_outputs(&self) -> usize {
        1
    }
}

/// What `ad_trait` makes of it.
fn ad_trait_by<P: Problem, M: DerivativeMethodTrait<T: Real>>(
    method: &M,
    p: &P,
    x: &[f64],
    d: &mut [f64],
) -> f64 {
    let (value, gradient) = method.derivative(x, &AdTrait(p, x.len()));
    d.copy_from_slice(gradient.as_slice());
    value[0]
}

/// `ad_trait`, forward: eight directions at once.
pub fn ad_trait_forward<P: Problem>(p: &P, x: &[f64], d: &mut [f64]) -> f64 {
    ad_trait_by(&ForwardADMulti::<adfn<8>>::new(), p, x, d)
}

/// `ad_trait`, in reverse.
pub fn ad_trait_reverse<P: Problem>(p: &P, x: &[f64], d: &mut [f64]) -> f64 {
    ad_trait_by(&ReverseAD::new(), p, x, d)
}

/// `echidna`, with a tape for each call.
pub fn echidna<P: Problem>(p: &P, x: &[f64], d: &mut [f64]) -> f64 {
    let mut value = 0.0;
    let gradient = ::echidna::grad(
        |x| {
            let y = p.value(x);
            value = Scalar::value(&y);
            y
        },
        x,
    );
    d.copy_from_slice(&gradient);
    value
}

/// `echidna`, with a tape that was recorded before.
pub fn echidna_recorded<P: Problem>(p: &P, x: &[f64]) -> impl FnMut(&[f64], &mut [f64]) -> f64 + use<P> {
    let (mut tape, _): (BytecodeTape<f64>, f64) = ::echidna::record(|x| p.value(x), x);
    let mut adjoints = Vec::new();
    move |x, d| {
        d.copy_from_slice(&tape.gradient_with_buf(x, &mut adjoints));
        tape.output_value()
    }
}

/// `reverse`.
pub fn reverse<P: Problem>(p: &P, x: &[f64], d: &mut [f64]) -> f64 {
    let tape = Tape::new();
    let variables = tape.add_vars(x);
    let y = p.value(&variables);
    // The variables come first.
    d.copy_from_slice(&y.grad()[..x.len()]);
    y.val
}
