//! The classic nodes of back-propagation: the gradient that `#[backprop]` writes, beside the formula that textbooks derive
//! by hand, at random inputs. Fails if any of them differ by more than rounding.
//!
//! Run with `cargo run --release --example nodes`.

use std::process::ExitCode;

use backprop::backprop;

#[backprop]
fn plus(a: f64, b: f64) -> f64 {
    a + b
}

#[backprop]
fn times(a: f64, b: f64) -> f64 {
    a * b
}

#[backprop]
fn matrix_product(a: &[[f64; 3]; 2], b: &[[f64; 2]; 3]) -> [[f64; 2]; 2] {
    let mut c = [[0.0; 2]; 2];
    for i in 0..2 {
        for j in 0..2 {
            for k in 0..3 {
                c[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    c
}

#[backprop]
fn relu(x: f64) -> f64 {
    x.max(0.0)
}

#[backprop]
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[backprop]
fn softmax(x: &[f64; 3]) -> [f64; 3] {
    let total: f64 = x.iter().map(|x| x.exp()).sum();
    x.map(|x| x.exp() / total)
}

#[backprop]
fn softmax_with_cross_entropy(x: &[f64; 3], #[no_grad] t: &[f64; 3]) -> f64 {
    let total: f64 = x.iter().map(|x| x.exp()).sum();
    let mut loss = 0.0;
    for i in 0..3 {
        loss -= t[i] * (x[i].exp() / total).ln();
    }
    loss
}

/// One node: the name, the textbook's formula, and both gradients at some random inputs.
struct Node {
    name: &'static str,
    formula: &'static str,
    rows: Vec<Row>,
}

/// Where the gradient was taken, and what it is, entry by entry.
struct Row {
    at: String,
    generated: Vec<f64>,
    by_hand: Vec<f64>,
}

/// How many random inputs each node is given.
const INPUTS: usize = 100;

/// Collects rows at random inputs.
fn node(name: &'static str, formula: &'static str, mut row: impl FnMut(&mut Random) -> Row) -> Node {
    let mut random = Random(fastrand::Rng::with_seed(1));
    Node { name, formula, rows: (0..INPUTS).map(|_| row(&mut random)).collect() }
}

struct Random(fastrand::Rng);

impl Random {
    fn number(&mut self) -> f64 {
        4.0 * self.0.f64() - 2.0
    }

    fn vector<const N: usize>(&mut self) -> [f64; N] {
        std::array::from_fn(|_| self.number())
    }

    fn matrix<const N: usize, const M: usize>(&mut self) -> [[f64; N]; M] {
        std::array::from_fn(|_| self.vector())
    }
}

fn scalars() -> Vec<Node> {
    vec![
        node("a + b", "1, 1", |random| {
            let (a, b) = (random.number(), random.number());
            let (_, (d_a, d_b)) = plus_grad(a, b);
            row(&[a, b], &[d_a, d_b], &[1.0, 1.0])
        }),
        node("a · b", "b, a", |random| {
            let (a, b) = (random.number(), random.number());
            let (_, (d_a, d_b)) = times_grad(a, b);
            row(&[a, b], &[d_a, d_b], &[b, a])
        }),
        node("ReLU(x)", "1 if x > 0, else 0", |random| {
            let x = random.number();
            row(&[x], &[relu_grad(x).1], &[if x > 0.0 { 1.0 } else { 0.0 }])
        }),
        node("sigmoid(x)", "y (1 − y)", |random| {
            let x = random.number();
            let y = sigmoid(x);
            row(&[x], &[sigmoid_grad(x).1], &[y * (1.0 - y)])
        }),
    ]
}

/// Nodes with several outputs: `g` is the gradient that flows in from above.
fn vectors() -> Vec<Node> {
    vec![
        node("A · B", "g · Bᵀ, Aᵀ · g", |random| {
            let (a, b, g) = (random.matrix::<3, 2>(), random.matrix::<2, 3>(), random.matrix::<2, 2>());
            let (_, (d_a, d_b)) = matrix_product_vjp(&a, &b, g);
            let mut by_hand = Vec::new();
            for i in 0..2 {
                by_hand.extend((0..3).map(|k| (0..2).map(|j| g[i][j] * b[k][j]).sum::<f64>()));
            }
            for k in 0..3 {
                by_hand.extend((0..2).map(|j| (0..2).map(|i| a[i][k] * g[i][j]).sum::<f64>()));
            }
            row(a.as_flattened(), &[d_a.as_flattened(), d_b.as_flattened()].concat(), &by_hand)
        }),
        node("softmax(x)", "y (g − Σ g y)", |random| {
            let (x, g) = (random.vector::<3>(), random.vector::<3>());
            let (y, d_x) = softmax_vjp(&x, g);
            let sum: f64 = g.iter().zip(&y).map(|(g, y)| g * y).sum();
            row(&x, &d_x, &[0, 1, 2].map(|i| y[i] * (g[i] - sum)))
        }),
        node("−Σ t ln softmax(x)", "softmax(x) − t", |random| {
            let (x, t) = (random.vector::<3>(), [[1.0, 0.0, 0.0], [0.25, 0.75, 0.0]][random.0.usize(..2)]);
            let (_, d_x) = softmax_with_cross_entropy_grad(&x, &t);
            let y = softmax(&x);
            row(&x, &d_x, &[0, 1, 2].map(|i| y[i] - t[i]))
        }),
        node("the same, fused", "softmax(x) − t", |random| {
            let (x, class) = (random.vector::<3>(), random.0.usize(..3));
            let (_, d_x) = backprop::softmax_cross_entropy_grad(&x, class);
            let y = softmax(&x);
            row(&x, &d_x, &[0, 1, 2].map(|i| if i == class { y[i] - 1.0 } else { y[i] }))
        }),
    ]
}

fn row(at: &[f64], generated: &[f64], by_hand: &[f64]) -> Row {
    Row { at: numbers(at), generated: generated.to_vec(), by_hand: by_hand.to_vec() }
}

/// The first three numbers, and whether there are more.
fn numbers(row: &[f64]) -> String {
    let shown: Vec<String> = row.iter().take(3).map(|x| format!("{x:7.4}")).collect();
    format!("{}{}", shown.join(" "), if row.len() > 3 { " …" } else { "" })
}

fn main() -> ExitCode {
    let mut worst: f64 = 0.0;
    println!("{:20} {:26} {:26} {:26} by hand", "node", "by hand, in letters", "at", "generated");
    for node in scalars().into_iter().chain(vectors()) {
        let mut difference: f64 = 0.0;
        for row in &node.rows {
            for (a, b) in row.generated.iter().zip(&row.by_hand) {
                difference = difference.max(if a.is_finite() { (a - b).abs() } else { f64::INFINITY });
            }
        }
        for (i, row) in node.rows.iter().take(3).enumerate() {
            let (name, formula) = if i == 0 { (node.name, node.formula) } else { ("", "") };
            let (generated, by_hand) = (numbers(&row.generated), numbers(&row.by_hand));
            println!("{name:20} {formula:26} {:26} {generated:26} {by_hand}", row.at);
        }
        println!("{:20} largest difference of {INPUTS} inputs: {difference:.1e}\n", "");
        worst = worst.max(difference);
    }
    println!("largest difference of all: {worst:.1e}");
    if worst <= 1e-12 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
