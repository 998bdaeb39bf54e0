//! Numbers that a call gets to change through `&mut`.

use backprop::backprop;

#[backprop(jvp)]
fn add_square(sum: &mut f64, x: f64) {
    *sum += x * x;
}

#[backprop(jvp)]
fn both(s: &mut f64, c: &mut f64, x: f64) -> f64 {
    *s = x.sin();
    *c += x.cos();
    x * x
}

#[backprop(jvp)]
fn summed(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for &v in x {
        add_square(&mut sum, v);
    }
    let more = x[0] * sum.sin();
    add_square(&mut sum, more);
    sum * sum
}

#[backprop(jvp)]
fn with_ways_out(x: &[f64], limit: f64) -> f64 {
    let (mut s, mut c) = (0.0, -0.5);
    let mut t = 1.0;
    for &v in x {
        if v > 0.25 {
            let q = both(&mut s, &mut c, v * t);
            t += q * s * c;
        } else if v < 0.0 {
            add_square(&mut t, v);
            continue;
        }
        if t > limit {
            return t * s;
        }
    }
    t + s * c
}

#[backprop(jvp)]
fn of_a_parameter(mut x: f64, y: f64, n: usize) -> f64 {
    for _ in 0..n {
        add_square(&mut x, y * 0.5);
        if x > 1.0 {
            let mut c = 0.25;
            let r = both(&mut x, &mut c, y);
            x *= r + c;
        }
    }
    x * y
}

#[derive(Clone, Debug, backprop::Differentiable)]
struct Spring {
    stiffness: f64,
    damping: f64,
}

#[backprop(jvp)]
impl Spring {
    fn step(#[grad] &self, position: &mut f64, velocity: &mut f64, dt: f64) {
        *velocity -= dt * (self.stiffness * *position + self.damping * *velocity);
        *position += dt * *velocity;
    }
}

#[backprop(jvp)]
fn swings(stiffness: f64, damping: f64, start: f64) -> f64 {
    let spring = Spring { stiffness, damping };
    let mut position = start * 2.0 - start.sin();
    let mut velocity = 0.0;
    let mut path = 0.0;
    for i in 0..5 {
        spring.step(&mut position, &mut velocity, 0.125);
        path += position * i as f64;
    }
    path + velocity
}

fn count(calls: &mut f64) -> f64 {
    *calls += 1.0;
    *calls
}

#[backprop(jvp)]
fn of_constants(x: f64) -> f64 {
    let mut calls = 0.0;
    let first = count(&mut calls);
    count(&mut calls);
    x.sin() * first * calls
}

mod lent {
    use super::*;
    case!(f64 double: summed(slice x: 0.5..1.5 => [0.0; 3]));
    case!(f64 double: with_ways_out(slice x: -0.5..1.5 => [0.0; 4], by limit: 3.0..4.0));
    case!(f64 double: of_a_parameter(by x: 0.5..0.9, by y: 0.5..1.5; 3));
    case!(f64 double: swings(by a: 0.5..1.5, by b: 0.1..0.2, by start: 0.5..1.5));
    case!(f64 double: of_constants(by x: 0.5..1.5));
    mod left {
        use super::*;
        case!(f64 double: with_ways_out(slice x: 0.5..1.5 => [0.0; 4], by limit: 1.2..1.3));
    }
}
