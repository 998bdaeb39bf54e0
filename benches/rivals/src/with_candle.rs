//! The functions as they are written for `candle`: on tensors of `f64`, on the processor. The tensors are there before.

use crate::problems::{LAYERS, Network};
use crate::triangle;
use backprop_gradbench::evals::gmm::Model;
use candle_core::{D, Device, Result, Shape, Tensor, Var, backprop::GradStore};

/// A tensor of these numbers.
fn constant(numbers: &[f64], shape: impl Into<Shape>) -> Result<Tensor> {
    Tensor::from_slice(numbers, shape, &Device::Cpu)
}

/// A tensor of these numbers, whose gradient is asked for.
fn variable(numbers: &[f64], shape: impl Into<Shape>) -> Result<Var> {
    Var::from_slice(numbers, shape, &Device::Cpu)
}

/// The numbers of a gradient.
fn numbers(gradients: &GradStore, x: &Var) -> Result<Vec<f64>> {
    gradients.get(x).expect("a gradient").flatten_all()?.to_vec1()
}

/// Of each row the logarithm of the sum of the exponentials, along a dimension.
fn log_sum_exp(x: &Tensor, dim: usize) -> Result<Tensor> {
    let greatest = x.max_keepdim(dim)?.detach();
    x.broadcast_sub(&greatest)?.exp()?.sum_keepdim(dim)?.log()? + greatest
}

/// Rosenbrock's function.
pub fn rosenbrock(x: &[f64]) -> Result<impl FnMut(&mut [f64]) -> Result<f64> + use<>> {
    let n = x.len();
    let x = variable(x, n)?;
    Ok(move |d: &mut [f64]| {
        let (this, next) = (x.narrow(0, 0, n - 1)?, x.narrow(0, 1, n - 1)?);
        let (rise, left) = ((next - this.sqr()?)?, (this - 1.0)?);
        let y = ((rise.sqr()? * 100.0)? + left.sqr()?)?.sum_all()?;
        d.copy_from_slice(&numbers(&y.backward()?, &x)?);
        y.to_scalar()
    })
}

/// The cross-entropy of what a network says.
pub fn network(network: &Network, w: &[f64]) -> Result<impl FnMut(&mut [f64]) -> Result<f64> + use<>> {
    let mut rest = w;
    let mut layers = Vec::new();
    for sizes in LAYERS.windows(2) {
        let (w, after) = rest.split_at(sizes[0] * sizes[1]);
        let (b, after) = after.split_at(sizes[1]);
        rest = after;
        layers.push((variable(w, (sizes[1], sizes[0]))?, variable(b, (1, sizes[1]))?));
    }
    let input = constant(&network.input, (1, LAYERS[0]))?;
    let right = network.right;
    Ok(move |d: &mut [f64]| {
        let mut x = input.clone();
        for (i, (w, b)) in layers.iter().enumerate() {
            x = (x.matmul(&w.t()?)? + b.as_tensor())?;
            if i + 1 < layers.len() {
                x = x.tanh()?;
            }
        }
        let y = (log_sum_exp(&x, 1)?.sum_all()? - x.narrow(1, right, 1)?.sum_all()?)?;
        let gradients = y.backward()?;
        let mut all = Vec::new();
        for (w, b) in &layers {
            all.extend(numbers(&gradients, w)?);
            all.extend(numbers(&gradients, b)?);
        }
        d.copy_from_slice(&all);
        y.to_scalar()
    })
}

/// The likelihood of a mixture.
pub fn mixture(model: &Model) -> Result<impl FnMut(&mut [f64]) -> Result<f64> + use<>> {
    let (k, d) = (model.alpha.len(), model.mu.len() / model.alpha.len());
    let n = model.x.len() / d;
    let x = constant(&model.x, (1, n, d))?;
    let (alpha, mu) = (variable(&model.alpha, (k, 1, 1))?, variable(&model.mu, (k, 1, d))?);
    let (q, l) = (variable(&model.q, (k, 1, d))?, variable(&triangle::unpacked(&model.l, k, d), (k, d, d))?);
    let (gamma, m) = (model.gamma, f64::from(model.m));
    Ok(move |out: &mut [f64]| {
        let (diagonal, sums) = (q.exp()?, q.sum_keepdim(D::Minus1)?);
        let centered = x.broadcast_sub(&mu)?;
        let scaled = (centered.broadcast_mul(&diagonal)? + centered.matmul(&l.t()?.contiguous()?)?)?;
        let distances = (scaled.sqr()?.sum_keepdim(D::Minus1)? * 0.5)?;
        let terms = (alpha.as_tensor() + &sums)?.broadcast_sub(&distances)?;
        let squares = (diagonal.sqr()?.sum_all()? + l.sqr()?.sum_all()?)?;
        let prior = ((squares * (0.5 * gamma * gamma))? - (sums.sum_all()? * m)?)?;
        let weights = (log_sum_exp(&alpha, 0)?.sum_all()? * n as f64)?;
        let y = ((log_sum_exp(&terms, 0)?.sum_all()? - weights)? - prior)?;
        let gradients = y.backward()?;
        let mut all = numbers(&gradients, &alpha)?;
        all.extend(numbers(&gradients, &mu)?);
        all.extend(numbers(&gradients, &q)?);
        all.extend(triangle::packed(&numbers(&gradients, &l)?, k, d));
        out.copy_from_slice(&all);
        y.to_scalar()
    })
}
