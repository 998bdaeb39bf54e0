use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

use backprop::backprop;

#[backprop]
fn counted(x: f64) -> f64 {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    CALLS.fetch_add(1, Ordering::Relaxed);
    x * x
}

#[backprop]
fn kept(x: f64) -> f64 {
    thread_local! {
        static LAST: Cell<f64> = const { Cell::new(0.0) };
    }
    LAST.with(|last| last.replace(1.0));
    x * x
}

fn main() {
    let _ = counted_grad(1.0);
    let _ = kept_grad(1.0);
}
