//! Functions with the names of variants of `Option` and `Result`, which are taken for those.

#![allow(non_snake_case)]

use backprop::backprop;

fn Some(x: f64) -> Option<f64> {
    Option::Some(2.0 * x)
}

#[backprop]
fn doubled(x: f64) -> f64 {
    let y = Some(x * x);
    y.unwrap()
}

mod results {
    use backprop::backprop;

    fn Ok(x: f64) -> Result<f64, String> {
        Result::Ok(3.0 * x)
    }

    #[backprop]
    pub fn tripled(x: f64) -> Result<f64, String> {
        if x > 1e9 {
            return Err(String::new());
        }
        Ok(x * x)
    }
}

/// Those of the prelude, by any name.
#[backprop]
fn fine(x: f64) -> Option<f64> {
    match (x > 0.0).then_some(x) {
        Option::Some(v) if v < 9.0 => Option::Some(v * v),
        _ => None,
    }
}

fn main() {
    let _ = (doubled_grad(1.0), results::tripled_grad(1.0), fine_grad(1.0));
}
