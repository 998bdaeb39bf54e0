use backprop::{backprop, stop_gradient};

struct Meter {
    last: f64,
    seen: Vec<f64>,
}

impl Meter {
    #[backprop]
    fn remembered(&mut self, x: f64) -> f64 {
        self.last = x * x;
        self.last + x
    }

    /// Here the derivative ends by the user's word.
    #[backprop]
    fn noted(&mut self, x: f64) -> f64 {
        self.last = stop_gradient(x * x);
        x * x
    }
}

#[backprop]
fn pushed(x: f64, meter: &mut Meter) -> f64 {
    meter.seen.push(x);
    x * meter.seen[0]
}

fn main() {
    let mut meter = Meter { last: 0.0, seen: Vec::new() };
    let _ = (meter.remembered_grad(1.0), meter.noted_grad(1.0));
    let _ = pushed_grad(1.0, &mut meter);
}
