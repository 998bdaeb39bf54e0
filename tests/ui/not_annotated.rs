//! A function without the attribute, beside a module of its name: an import of it leads to the module as well.

mod special {
    mod gamma {
        pub fn gamma(x: f64) -> f64 {
            x.exp()
        }
    }
    pub use gamma::gamma;

    #[backprop::backprop]
    pub fn twice(x: f64) -> f64 {
        2.0 * gamma(x)
    }

    pub mod elsewhere {
        use super::gamma;

        #[backprop::backprop]
        pub fn thrice(x: f64) -> f64 {
            // What no active value flows into is called as it is.
            3.0 * gamma(x) + gamma(1.0)
        }
    }
}

#[backprop::backprop]
fn scaled(x: f64) -> f64 {
    2.0 * x
}

#[backprop::backprop]
fn within(x: f64) -> f64 {
    fn scaled(x: f64) -> f64 {
        3.0 * x
    }
    scaled(x) * scaled(2.0)
}

fn main() {
    let _ = (scaled_grad(1.0), within_grad(1.0));
}
