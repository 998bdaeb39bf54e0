//! A network with long short-term memory that predicts the next character's bits.

use backprop::backprop;
use serde::Deserialize;
use serde_json::Value;

use super::{Eval, ensure, flat, read};
use crate::runs::{Answer, Runs};

/// What can be asked for.
pub const EVAL: Eval = Eval { name: "lstm", functions: &[("objective", value), ("jacobian", gradient)] };

/// The loss over a sequence of characters of `b` bits. The weights and biases of the layers are in `main`, of each layer those
/// of the gates: forget, in, out, and the change. Those of input and output are in `extra`; `state` is what the layers start
/// from, hidden and cell.
#[backprop]
pub fn loss(
    main: &[f64],
    extra: &[f64],
    #[no_grad] state: &[f64],
    #[no_grad] sequence: &[f64],
    b: usize,
) -> f64 {
    let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
    let layers = main.len() / (8 * b);
    let steps = sequence.len() / b - 1;
    let mut state = state.to_vec();
    let mut x = vec![0.0; b];
    let mut total = 0.0;
    for t in 0..steps {
        for i in 0..b {
            x[i] = sequence[t * b + i] * extra[i];
        }
        // What a layer puts out is what the next one takes in.
        for l in 0..layers {
            let (weights, biases) = main[8 * b * l..8 * b * (l + 1)].split_at(4 * b);
            let (hidden, cell) = state[2 * b * l..2 * b * (l + 1)].split_at_mut(b);
            for i in 0..b {
                let forget = sigmoid(x[i] * weights[i] + biases[i]);
                let ingate = sigmoid(hidden[i] * weights[b + i] + biases[b + i]);
                let outgate = sigmoid(x[i] * weights[2 * b + i] + biases[2 * b + i]);
                let change = (hidden[i] * weights[3 * b + i] + biases[3 * b + i]).tanh();
                cell[i] = cell[i] * forget + ingate * change;
                hidden[i] = outgate * cell[i].tanh();
                x[i] = hidden[i];
            }
        }
        let mut sum = 2.0;
        for i in 0..b {
            x[i] = x[i] * extra[b + i] + extra[2 * b + i];
            sum += x[i].exp();
        }
        let log_sum = sum.ln();
        for i in 0..b {
            total += sequence[(t + 1) * b + i] * (x[i] - log_sum);
        }
    }
    -total / (steps * b) as f64
}

#[derive(Deserialize)]
struct Given {
    main_params: Vec<Vec<f64>>,
    extra_params: Vec<Vec<f64>>,
    state: Vec<Vec<f64>>,
    sequence: Vec<Vec<f64>>,
}

struct Input {
    main: Vec<f64>,
    extra: Vec<f64>,
    state: Vec<f64>,
    sequence: Vec<f64>,
    b: usize,
}

fn checked(input: &Value) -> Result<(Input, Runs), String> {
    let (Given { main_params, extra_params, state, sequence }, runs) = read(input)?;
    ensure(
        !main_params.is_empty() && main_params.len().is_multiple_of(2),
        "main_params should have two rows a layer",
    )?;
    ensure(sequence.len() > 1 && !sequence[0].is_empty(), "the sequence should have two characters or more")?;
    let (count, b) = (main_params.len(), sequence[0].len());
    let input = Input {
        main: flat("main_params", &main_params, count, 4 * b)?,
        extra: flat("extra_params", &extra_params, 3, b)?,
        state: flat("state", &state, count, b)?,
        sequence: flat("sequence", &sequence, sequence.len(), b)?,
        b,
    };
    Ok((input, runs))
}

fn value(input: &Value) -> Result<Answer, String> {
    let (input, runs) = checked(input)?;
    runs.answer(&input, 0.0, |i, y| *y = loss(&i.main, &i.extra, &i.state, &i.sequence, i.b), |y| y)
}

fn gradient(input: &Value) -> Result<Answer, String> {
    let (input, runs) = checked(input)?;
    let compute = |i: &Input, gradient: &mut Vec<f64>| {
        let (d_main, d_extra) = gradient.split_at_mut(i.main.len());
        loss_grad_into(&i.main, &i.extra, &i.state, &i.sequence, i.b, d_main, d_extra);
    };
    runs.answer(&input, vec![0.0; input.main.len() + input.extra.len()], compute, |gradient| gradient)
}
