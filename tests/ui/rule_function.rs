use backprop::backprop;

#[backprop(pullback = root_pullback)]
fn root(f: impl Fn(f64) -> f64, start: f64) -> f64 {
    start - f(start)
}

fn main() {
    let _ = root(|x| x, 1.0);
}
