//! Types in sight that derivatives can't flow through: one error each, and none of rustc's after it.

use backprop::backprop;

#[derive(Clone, Copy)]
struct Plain {
    a: f64,
}

#[derive(Debug)]
enum Shape {
    Circle(f64),
}

#[backprop]
fn asked_for(#[grad] p: Plain) -> f64 {
    p.a * p.a
}

#[backprop]
fn by_reference(#[grad] p: &Plain) -> f64 {
    p.a * p.a
}

#[backprop(wrt(p))]
fn listed(p: Plain, x: f64) -> f64 {
    p.a * x
}

#[backprop]
fn made(x: f64) -> f64 {
    let p = Plain { a: x };
    p.a
}

#[backprop]
fn an_enum(#[grad] s: Shape) -> f64 {
    let Shape::Circle(r) = s;
    r
}

impl Plain {
    #[backprop]
    fn area(#[grad] &self) -> f64 {
        self.a * self.a
    }
}

fn main() {
    let p = Plain { a: 1.0 };
    let _ = (asked_for_grad(p), by_reference_grad(&p), listed_grad(p, 1.0), made_grad(1.0), p.area_grad());
    let _ = an_enum_grad(Shape::Circle(1.0));
}
