use backprop::backprop;

/// Whether there is more to do, beside what it does.
fn step(y: &mut [f64]) -> bool {
    y[0] *= 0.5;
    y[0] > 1.0
}

#[backprop]
fn halved(x: f64) -> f64 {
    let mut y = [x];
    while step(&mut y) {}
    y[0]
}

#[backprop]
fn once(x: f64) -> f64 {
    let mut y = [x];
    let more: bool = step(&mut y);
    if more { y[0] } else { 2.0 * y[0] }
}

fn main() {
    let _ = (halved_grad(4.0), once_grad(4.0));
}
