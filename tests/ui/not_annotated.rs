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

/// What stands in a body is in sight, unless it can't be differentiated, or a companion's name means something else there.
#[backprop::backprop]
fn within(x: f64) -> f64 {
    fn looked_up(x: f64) -> f64 {
        let mut cell = std::cell::Cell::new(x);
        *cell.get_mut()
    }
    fn scaled(x: f64) -> f64 {
        3.0 * x
    }
    looked_up(x) * scaled(x) + scaled_grad(2.0).0
}

fn main() {
    let _ = (scaled_grad(1.0), within_grad(1.0));
}
