//! Methods of traits of the user's with the names of operators, on floats.

mod by_value {
    use backprop::backprop;

    trait Odd {
        fn mul(self, k: f64) -> f64;
        fn add_assign(self, k: f64);
    }

    impl Odd for f64 {
        fn mul(self, k: f64) -> f64 {
            self + k
        }
        fn add_assign(self, _: f64) {}
    }

    #[backprop]
    pub fn value(x: f64) -> f64 {
        x.mul(3.0)
    }

    #[backprop]
    pub fn assigned(x: f64) -> f64 {
        let y: f64 = x;
        y.add_assign(x);
        y
    }
}

mod by_reference {
    use backprop::backprop;

    trait Odd {
        fn sub(&self, k: f64) -> f64;
        fn neg(&mut self) -> f64;
        fn mul_assign(&mut self, k: f64);
    }

    impl Odd for f64 {
        fn sub(&self, k: f64) -> f64 {
            self + k
        }
        fn neg(&mut self) -> f64 {
            *self
        }
        fn mul_assign(&mut self, k: f64) {
            *self += k;
        }
    }

    #[backprop]
    pub fn value(x: f64) -> f64 {
        x.sub(3.0)
    }

    #[backprop]
    pub fn negated(mut x: f64) -> f64 {
        x.neg() * x
    }

    #[backprop]
    pub fn assigned(x: f64) -> f64 {
        let mut y: f64 = x;
        y.mul_assign(x);
        y
    }
}

/// On what a reference leads to.
mod behind {
    use backprop::backprop;

    trait Odd {
        fn add(&self, k: f64) -> f64;
    }

    impl Odd for f64 {
        fn add(&self, k: f64) -> f64 {
            self * k
        }
    }

    #[backprop]
    pub fn sum(x: &[f64]) -> f64 {
        x.iter().map(|v| v.add(3.0)).sum()
    }
}

fn main() {
    let _ = (by_value::value_grad(1.0), by_value::assigned_grad(1.0), behind::sum_grad(&[1.0]));
    let _ = (by_reference::value_grad(1.0), by_reference::negated_grad(1.0), by_reference::assigned_grad(1.0));
}
