use backprop::backprop;

#[backprop]
mod model {
    pub fn scale(x: f64, y: f64) -> f64 {
        external(x) * y
    }

    pub fn loss(x: f64) -> f64 {
        scale(x, 2.0) + 1.0
    }

    #[backprop]
    pub fn asked_for(x: f64) -> f64 {
        loss(x) * x
    }

    pub struct Weights(pub f64);

    impl Weights {
        #[backprop]
        pub fn apply(&self, x: f64) -> f64 {
            self.inner(x) + Self::other(x)
        }

        fn inner(&self, x: f64) -> f64 {
            let mut cell = std::cell::Cell::new(x);
            *cell.get_mut() * self.0
        }

        fn other(x: f64) -> f64 {
            unsafe { x + 1.0 }
        }
    }

    fn external(x: f64) -> f64 {
        let mut v = Vec::new();
        v.extend(Some(x));
        v[0]
    }
}

fn main() {
    let _ = model::asked_for_grad(1.0);
}
