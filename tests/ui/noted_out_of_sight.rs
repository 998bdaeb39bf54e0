//! Functions and methods out of sight may keep what they are given: where that is all that they are called for, they need the
//! attribute.

use std::cell::Cell;

use backprop::backprop;

struct Log(Cell<f64>);

impl Log {
    fn last(&self) -> f64 {
        self.0.get()
    }

    fn wants(&self, v: f64) {
        assert!(v > self.0.get());
    }
}

macro_rules! out_of_sight {
    ($method:ident, $function:ident) => {
        impl Log {
            fn $method(&self, v: f64) {
                self.0.set(v)
            }
        }

        fn $function(log: &Log, v: f64) {
            log.0.set(v)
        }
    };
}
out_of_sight!(keep, keep_in);

#[backprop]
fn out_of_sight(x: f64, log: &Log) -> f64 {
    log.keep(x);
    log.last() * x
}

#[backprop]
fn by_a_function_out_of_sight(x: f64, log: &Log) -> f64 {
    keep_in(log, x);
    log.last() * x
}

/// These are fine: nothing is kept, or its derivative ends by the user's word.
#[backprop]
fn fine(x: f64, log: &Log) -> f64 {
    log.wants(x);
    log.keep(backprop::stop_gradient(x));
    keep_in(log, backprop::stop_gradient(x));
    log.last() * x
}

fn main() {
    let log = Log(Cell::new(0.0));
    let _ = (out_of_sight_grad(1.0, &log), by_a_function_out_of_sight_grad(1.0, &log), fine_grad(1.0, &log));
}
