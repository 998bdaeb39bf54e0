use backprop::backprop;

#[backprop(pullback = pullback)]
fn doubled(xs: &[f64], out: &mut [f64]) -> f64 {
    for (x, y) in xs.iter().zip(out) {
        *y = 2.0 * x;
    }
    xs[0]
}

struct Counter(usize);

impl Counter {
    #[backprop(pullback = Self::pullback)]
    fn next(&mut self, x: f64, scratch: &mut Vec<usize>) -> f64 {
        self.0 += 1;
        scratch.push(self.0);
        x * self.0 as f64
    }
}

fn main() {
    let _ = doubled_grad(&[1.0], &mut [0.0]);
    let _ = Counter(0).next_grad(1.0, &mut Vec::new());
}
