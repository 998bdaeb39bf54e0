//! A crate of the edition of 2021, in which the names are free that became keywords later.

#![cfg(test)]
#![forbid(unsafe_code)]

use backprop::backprop;

#[backprop]
fn named(x: &[f64]) -> f64 {
    let gen = x[0] * 2.0;
    gen * x[1]
}

#[backprop(jvp)]
fn gen(x: f64) -> f64 {
    x * x
}

#[backprop]
fn caller(x: f64) -> f64 {
    gen(x) * x
}

#[test]
fn a_keyword_of_a_later_edition_is_a_name() {
    assert_eq!(named_grad(&[1.0, 3.0]), (6.0, vec![6.0, 2.0]));
    assert_eq!(caller_grad(2.0), (8.0, 12.0));
    assert_eq!(gen_jvp(3.0, 1.0), (9.0, 6.0));
}
