//! A function whose handle stays behind in a private module of its name.

use backprop::backprop;

mod special {
    mod dawson {
        use backprop::backprop;

        #[backprop]
        pub fn dawson(x: f64) -> f64 {
            x.exp()
        }
    }
    pub use dawson::dawson;

    // Here the module is visible, and its parts with it.
    #[backprop::backprop]
    pub fn twice(x: f64) -> f64 {
        2.0 * dawson(x)
    }
}

#[backprop]
fn outside(x: f64) -> f64 {
    special::twice(x) * special::dawson(x)
}

fn main() {}
