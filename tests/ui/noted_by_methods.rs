//! Methods without the attribute that keep what they are given, for others to read without its derivative.

use std::cell::Cell;

use backprop::backprop;

struct Log(Cell<f64>);

impl Log {
    fn note(&self, v: f64) -> f64 {
        self.0.set(v);
        v
    }

    fn last(&self) -> f64 {
        self.0.get()
    }

    fn wants(&self, v: f64) {
        assert!(v > self.0.get());
    }
}

#[backprop]
fn by_a_method(x: f64, log: &Log) -> f64 {
    log.note(x);
    log.last() * x
}

#[backprop]
fn rounded(x: f64, log: &Log) -> f64 {
    let n = log.note(x) as usize;
    log.last() * x * n as f64
}

#[backprop]
fn by_its_path(x: f64, log: &Log) -> f64 {
    let _ = Log::note(log, x * x);
    log.last() * x
}

#[backprop]
fn in_a_cell(x: f64, #[no_grad] cell: &Cell<f64>) -> f64 {
    Cell::set(cell, x);
    cell.get() * x
}

fn main() {
    let log = Log(Cell::new(0.0));
    let _ = (by_a_method_grad(1.0, &log), rounded_grad(1.0, &log), by_its_path_grad(1.0, &log));
    let _ = (in_a_cell_grad(1.0, &log.0), log.wants(1.0));
}
