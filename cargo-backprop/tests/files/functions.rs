use backprop::backprop;

/// What the customer pays.
#[backprop]
fn total(price: f64, count: f64, #[no_grad] tax: f64) -> f64 {
    let net = price * count;
    net * tax
}

mod model {
    pub struct Layer {
        pub gain: f64,
    }

    impl Layer {
        #[backprop(wrt(x))]
        pub fn forward(&self, x: f64, bias: f64) -> f64 {
            (self.gain * x + bias).max(0.0)
        }
    }

    pub fn decay(rate: f64, steps: usize) -> f64 {
        let mut left = 1.0;
        for _ in 0..steps {
            left *= (-rate).exp();
        }
        left
    }
}

fn refused(x: f64) -> f64 {
    let y = x.frob();
    y * x
}

fn several(x: f64) -> (f64, f64) {
    (x.sin(), x.cos())
}

fn worst(residuals: &[f64]) -> f64 {
    let mut worst = 0.0;
    for r in residuals {
        worst = f64::max(worst, r * r);
    }
    worst
}
