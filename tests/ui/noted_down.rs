//! An active value that code which is not looked into notes down in a `static`.

use backprop::{backprop, stop_gradient};
use std::cell::Cell;
use std::sync::Mutex;

static LAST: Mutex<f64> = Mutex::new(0.0);

thread_local! {
    static SEEN: Cell<f64> = const { Cell::new(0.0) };
}

macro_rules! put {
    ($x:expr) => {
        *LAST.lock().unwrap() = $x;
    };
}

macro_rules! show {
    ($x:expr) => {
        eprintln!("{}", $x)
    };
}

fn remember(x: f64) -> bool {
    SEEN.with(|seen| seen.set(x));
    true
}

fn remembered(x: f64) -> bool {
    remember(x)
}

#[backprop]
fn by_a_macro(x: f64) -> f64 {
    put!(x);
    x * *LAST.lock().unwrap()
}

#[backprop]
fn in_an_assertion(x: f64) -> f64 {
    assert!({
        SEEN.with(|seen| seen.set(x));
        true
    });
    x * SEEN.with(Cell::get)
}

#[backprop]
fn by_a_function(x: f64) -> f64 {
    if remembered(x) { x * SEEN.with(Cell::get) } else { x }
}

#[backprop]
fn in_text(x: f64) -> f64 {
    println!("{}", remember(x));
    x * SEEN.with(Cell::get)
}

/// These are fine: nothing is kept, or its derivative ends by the user's word.
#[backprop]
fn shown(x: f64) -> f64 {
    show!(x);
    let noted = stop_gradient(x);
    put!(noted);
    x * *LAST.lock().unwrap()
}

fn main() {
    assert_eq!(shown_grad(3.0), (9.0, 3.0));
}
