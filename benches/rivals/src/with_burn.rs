//! The functions as they are written for `burn`: on tensors of `f64`, of its backend `ndarray`. The tensors are there before.

use crate::problems::{LAYERS, Network};
use crate::triangle;
use backprop_gradbench::evals::gmm::Model;
use burn::tensor::activation::log_softmax;
use burn::tensor::{DType, Device, Tensor, TensorData};

/// A tensor of these numbers.
// The crate's next releases have another backend in its place, of which the same code asks for `Device::flex()`.
#[allow(deprecated)]
fn constant<const D: usize>(numbers: &[f64], shape: [usize; D]) -> Tensor<D> {
    let device = Device::ndarray().autodiff();
    Tensor::from_data(TensorData::new(numbers.to_vec(), shape), (&device, DType::F64))
}

/// A tensor of these numbers, whose gradient is asked for.
fn variable<const D: usize>(numbers: &[f64], shape: [usize; D]) -> Tensor<D> {
    constant(numbers, shape).require_grad()
}

/// The numbers of a tensor.
fn numbers<const D: usize>(x: Tensor<D>) -> Vec<f64> {
    x.into_data().try_to_vec().expect("numbers of 64 bits")
}

/// Rosenbrock's function.
pub fn rosenbrock(x: &[f64]) -> impl FnMut(&[f64], &mut [f64]) -> f64 + use<> {
    let n = x.len();
    let x = variable(x, [n]);
    move |_, d| {
        let (this, next) = (x.clone().slice([0..n - 1]), x.clone().slice([1..n]));
        let (rise, left) = (next - this.clone().square(), this - 1.0);
        let y = (rise.square() * 100.0 + left.square()).sum();
        let gradients = y.backward();
        d.copy_from_slice(&numbers(x.grad(&gradients).expect("a gradient")));
        numbers(y)[0]
    }
}

/// The cross-entropy of what a network says.
pub fn network(network: &Network, w: &[f64]) -> impl FnMut(&[f64], &mut [f64]) -> f64 + use<> {
    let mut rest = w;
    let layers: Vec<(Tensor<2>, Tensor<2>)> = LAYERS
        .windows(2)
        .map(|sizes| {
            let (w, after) = rest.split_at(sizes[0] * sizes[1]);
            let (b, after) = after.split_at(sizes[1]);
            rest = after;
            (variable(w, [sizes[1], sizes[0]]), variable(b, [1, sizes[1]]))
        })
        .collect();
    let input = constant(&network.input, [1, LAYERS[0]]);
    let right = network.right;
    move |_, d| {
        let mut x = input.clone();
        for (i, (w, b)) in layers.iter().enumerate() {
            x = x.matmul(w.clone().transpose()) + b.clone();
            if i + 1 < layers.len() {
                x = x.tanh();
            }
        }
        let y = -log_softmax(x, 1).slice([0..1, right..right + 1]).sum();
        let gradients = y.backward();
        let mut all = Vec::new();
        for (w, b) in &layers {
            all.extend(numbers(w.grad(&gradients).expect("a gradient")));
            all.extend(numbers(b.grad(&gradients).expect("a gradient")));
        }
        d.copy_from_slice(&all);
        numbers(y)[0]
    }
}

/// The likelihood of a mixture.
pub fn mixture(model: &Model) -> impl FnMut(&[f64], &mut [f64]) -> f64 + use<> {
    let (k, d) = (model.alpha.len(), model.mu.len() / model.alpha.len());
    let n = model.x.len() / d;
    let x = constant(&model.x, [1, n, d]);
    let (alpha, mu) = (variable(&model.alpha, [k, 1, 1]), variable(&model.mu, [k, 1, d]));
    let (q, l) = (variable(&model.q, [k, 1, d]), variable(&triangle::unpacked(&model.l, k, d), [k, d, d]));
    let (gamma, m) = (model.gamma, f64::from(model.m));
    move |_, out| {
        let log_sum_exp = |terms: Tensor<3>| {
            let greatest = terms.clone().max_dim(0).detach();
            (terms - greatest.clone()).exp().sum_dim(0).log() + greatest
        };
        let (diagonal, sums) = (q.clone().exp(), q.clone().sum_dim(2));
        let centered = x.clone() - mu.clone();
        let scaled = centered.clone() * diagonal.clone() + centered.matmul(l.clone().transpose());
        let terms = alpha.clone() + sums.clone() - scaled.square().sum_dim(2) * 0.5;
        let squares = diagonal.square().sum() + l.clone().square().sum();
        let prior = squares * (0.5 * gamma * gamma) - sums.sum() * m;
        let y = log_sum_exp(terms).sum() - log_sum_exp(alpha.clone()).sum() * n as f64 - prior;
        let gradients = y.backward();
        let mut all = numbers(alpha.grad(&gradients).expect("a gradient"));
        all.extend(numbers(mu.grad(&gradients).expect("a gradient")));
        all.extend(numbers(q.grad(&gradients).expect("a gradient")));
        all.extend(triangle::packed(&numbers(l.grad(&gradients).expect("a gradient")), k, d));
        out.copy_from_slice(&all);
        numbers(y)[0]
    }
}
