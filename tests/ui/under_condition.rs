//! A function that other attributes are put on under a condition is still seen to be without `#[backprop]`, where a module of
//! its name would be taken for its derivative.

mod special {
    mod log {
        #[cfg_attr(any(), cold)]
        pub fn log(x: f64) -> f64 {
            x - 1.0
        }
    }
    pub use log::log;

    pub mod bessel {
        use super::log;

        #[backprop::backprop]
        pub fn y0(x: f64) -> f64 {
            0.5 * log(x)
        }
    }
}

fn main() {
    let _ = special::bessel::y0_grad(1.0);
}
