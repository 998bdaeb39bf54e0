//! An active value that is kept by what it is given to: a closure, a `Cell`, a `static` with a short name.

use backprop::backprop;
use std::cell::{Cell, RefCell};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

static S: Mutex<f64> = Mutex::new(0.0);
static BITS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static T: Cell<f64> = const { Cell::new(0.0) };
}

macro_rules! put {
    ($cell:expr, $x:expr) => {
        $cell.set($x)
    };
}

fn keep(x: f64) -> bool {
    BITS.store(x.to_bits(), Ordering::Relaxed);
    true
}

fn kept() -> f64 {
    f64::from_bits(BITS.load(Ordering::Relaxed))
}

struct Log {
    last: Cell<f64>,
}

impl Log {
    fn note(&self, x: f64) -> bool {
        self.last.set(x);
        true
    }
}

#[backprop]
fn by_a_closure(a: f64, b: f64) -> f64 {
    let mut s = 1.0;
    let mut log = |x: f64| {
        s = x;
        true
    };
    assert!(log(a));
    s * b
}

#[backprop]
fn in_a_vec(a: f64, b: f64) -> f64 {
    let mut v = vec![];
    let mut log = |x: f64| {
        v.push(x);
        v.len()
    };
    assert_eq!(log(a), 1);
    v[0] * b
}

#[backprop]
fn in_a_cell(a: f64, b: f64) -> f64 {
    let c = Cell::new(0.0);
    assert!({
        c.set(a);
        true
    });
    c.get() * b
}

#[backprop]
fn exchanged(a: f64, b: f64) -> f64 {
    let c = Cell::new(1.0);
    let d = &c;
    if d.replace(a) < 9.0 { c.get() * b } else { b }
}

#[backprop]
fn in_text(a: f64, b: f64) -> f64 {
    let c = RefCell::new(vec![]);
    println!("{:?}", c.borrow_mut().push(a));
    let q = c.borrow()[0];
    q * b
}

#[backprop]
fn in_a_thread(a: f64, b: f64) -> f64 {
    let ok = T.replace(a) < 1e300;
    if ok { T.get() * b } else { b }
}

#[backprop]
fn in_a_lock(a: f64, b: f64) -> f64 {
    let old = std::mem::replace(&mut *S.lock().unwrap(), a) > 0.0;
    let q = *S.lock().unwrap();
    if old { q * b } else { q }
}

#[backprop]
fn by_a_macro(a: f64, b: f64) -> f64 {
    let c = Cell::new(0.0);
    put!(c, a);
    c.get() * b
}

#[backprop]
fn by_a_function(a: f64, b: f64) -> f64 {
    if keep(a) { kept() * b } else { a }
}

#[backprop]
fn by_a_method(log: &Log, a: f64, b: f64) -> f64 {
    if log.note(a) { log.last.get() * b } else { b }
}

/// Nothing is kept here but what is a constant.
#[backprop]
fn fine(a: f64, b: f64) -> f64 {
    let c = Cell::new(0.0);
    c.set(2.0);
    let mut calls = 0;
    let mut count = || {
        calls += 1;
        calls
    };
    assert!(count() < 9 && a < 9.0, "{}", "a_b".replace("_", " "));
    c.get() * a * b
}

fn main() {
    assert_eq!(fine_grad(1.0, 3.0), (6.0, (6.0, 2.0)));
}
