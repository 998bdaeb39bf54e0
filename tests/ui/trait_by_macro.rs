//! A trait that a macro makes: nothing that its functions' attributes see says so, and a visibility can't stand there.

use backprop::backprop;

macro_rules! model {
    ($name:ident) => {
        trait $name {
            fn scale(&self) -> f64;

            #[backprop]
            fn loss(&self, x: f64) -> f64 {
                let _ = self;
                x * x
            }
        }
    };
}

model!(Model);

/// In an `impl` block and by itself, a macro can make such functions.
macro_rules! functions {
    ($type:ident, $free:ident) => {
        struct $type;

        impl $type {
            #[backprop]
            fn loss(&self, x: f64) -> f64 {
                let _ = self;
                x * x * x
            }
        }

        #[backprop]
        fn $free(x: f64) -> f64 {
            x * x
        }
    };
}

functions!(Mine, square);

fn main() {
    assert_eq!(Mine.loss_grad(2.0), (8.0, 12.0));
    assert_eq!(square_grad(2.0), (4.0, 4.0));
}
