use backprop::backprop;

#[backprop(pullback = missing_pullback, tangent = rules::missing_tangent)]
fn missing(x: f64) -> f64 {
    x
}

mod rules {
    pub fn number(x: f64, _y: f64, seed: f64) -> (f64, f64) {
        (x, seed)
    }
}

// Too few arguments.
#[backprop(pullback = rules::number)]
fn two(x: f64, y: f64) -> f64 {
    x * y
}

// The gradient is bare, since there is one active parameter.
#[backprop(pullback = rules::number)]
fn one(x: f64) -> f64 {
    x
}

// The result and the seed come by reference.
#[backprop(pullback = row_pullback, tangent = row_tangent)]
fn row(x: f64) -> [f64; 2] {
    [x, x]
}

fn row_pullback(_: f64, _: [f64; 2], seed: [f64; 2]) -> f64 {
    seed[0] + seed[1]
}

fn row_tangent(_: f64, _: &[f64; 2], dx: f64) -> f64 {
    dx
}

const FIVE: f64 = 5.0;

#[backprop(pullback = FIVE)]
fn constant(x: f64) -> f64 {
    x
}

// What is moved into the function is lent to the rule afterwards.
struct Once;

#[backprop(pullback = moved_pullback)]
fn moved(_: Once, x: f64) -> f64 {
    x
}

fn moved_pullback(_: &Once, _: f64, _: f64, seed: f64) -> f64 {
    seed
}

fn main() {}
