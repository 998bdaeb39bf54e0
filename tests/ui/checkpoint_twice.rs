use backprop::backprop;

#[backprop(checkpoint)]
fn noisy(x: f64, steps: usize, noise: &dyn Fn() -> f64) -> f64 {
    let mut y = x;
    for _ in 0..steps {
        y = y.sin() + noise();
    }
    y
}

fn main() {}
