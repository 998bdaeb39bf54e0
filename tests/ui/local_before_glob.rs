//! A local function without the attribute goes before an annotated one of the same name that a glob import brings.

mod elsewhere {
    use backprop::backprop;

    #[backprop]
    pub fn cubed(x: f64) -> f64 {
        x * x * x
    }
}

mod mistaken {
    #[allow(unused_imports)]
    use super::elsewhere::*;

    pub fn cubed(x: f64) -> f64 {
        x
    }

    #[backprop::backprop]
    pub fn uses(x: f64) -> f64 {
        cubed(x)
    }
}

fn main() {
    let _ = (mistaken::uses(1.0), elsewhere::cubed(1.0));
}
