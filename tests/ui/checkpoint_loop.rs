use backprop::backprop;

#[backprop(checkpoint)]
fn until(x: f64, end: f64) -> f64 {
    let (mut y, mut t) = (x, 0.0);
    while t < end {
        y += 0.1 * y.sin();
        t += 0.1;
    }
    y
}

fn main() {}
