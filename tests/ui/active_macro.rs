use backprop::backprop;

// It has patterns, and is not looked into.
macro_rules! square {
    ($x:expr) => {
        match $x {
            x => x * x,
        }
    };
}

#[backprop]
fn shown(x: f64) -> f64 {
    let y = dbg!(x * x);
    y + 1.0
}

#[backprop]
fn squared(x: f64) -> f64 {
    square!(x) + 1.0
}

fn main() {
    let _ = shown_grad(1.0);
    let _ = squared_grad(1.0);
}
