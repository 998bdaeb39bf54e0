//! Structs that are there on some ways only: `Option`s of them in variables, popped from stacks, carried by loops.

use super::*;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct P {
    x: f64,
    y: f64,
}
leaves!(P { x, y });

/// Its values are of several sizes.
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Row {
    w: Vec<f64>,
    k: f64,
    n: usize,
}
leaves!(Row { w, k });

#[backprop(jvp)]
fn assigned(#[grad] ps: &Vec<P>, #[no_grad] c: bool) -> f64 {
    let mut o: Option<P> = None;
    if c {
        o = Some(ps[1]);
    }
    o.map_or(0.5, |p| p.x * p.y) + ps[0].x
}

#[backprop(jvp)]
fn popped(#[grad] ps: &Vec<P>) -> f64 {
    let mut stack = ps.to_vec();
    let mut s = 0.0;
    while let Some(p) = stack.pop() {
        s = s * 0.5 + p.x * p.y;
    }
    s
}

#[backprop(jvp)]
fn popped_apart(#[grad] ps: &Vec<P>) -> f64 {
    let mut stack: Vec<P> = Vec::new();
    for p in ps {
        while let Some(top) = stack.last() {
            if top.y < p.y {
                stack.pop();
            } else {
                break;
            }
        }
        stack.push(*p);
    }
    let mut s = 0.0;
    while let Some(P { x, y }) = stack.pop() {
        s = s * 0.5 + x * x * y;
    }
    s
}

#[backprop(jvp)]
fn length(#[grad] ps: &Vec<P>) -> f64 {
    let mut last: Option<P> = None;
    let mut len = 0.0_f64;
    for p in ps {
        if let Some(l) = last {
            len += (p.x - l.x).hypot(p.y - l.y);
        }
        last = Some(*p);
    }
    len
}

#[backprop(jvp)]
fn best(#[grad] ps: &Vec<P>, #[no_grad] from: f64) -> f64 {
    let mut best: Option<P> = None;
    for p in ps {
        if p.x < from {
            continue;
        }
        match best {
            Some(b) if b.y >= p.y => {}
            _ => best = Some(P { x: p.x * p.y, ..*p }),
        }
    }
    match best {
        Some(P { x, y }) => x.sin() * y,
        None => ps[0].x * 3.0,
    }
}

#[backprop(jvp)]
fn handed_on(#[grad] ps: &Vec<P>, #[no_grad] c: bool) -> f64 {
    let mut first: Option<P> = None;
    if c {
        first = Some(ps[0]);
    }
    let mut second = first;
    let third = second.or(Some(ps[1]));
    if ps[2].x > 0.0 {
        second = third;
    }
    let fourth = if c { second } else { first };
    first.map_or(1.0, |p| p.x) * second.map_or(2.0, |p| p.y) + fourth.map_or(ps[1].y, |p| p.x * p.y)
}

#[backprop(jvp)]
fn taken_back(#[grad] ps: &Vec<P>) -> f64 {
    let mut held: Option<P> = None;
    let mut s = 0.0;
    for p in ps {
        if let Some(h) = held {
            s += h.x * p.y;
            held = None;
        } else {
            held = Some(P { x: p.x * s.cos(), y: 1.0 });
        }
    }
    s + held.map_or(0.0, |h| h.x)
}

#[backprop(jvp)]
fn constant(#[grad] ps: &Vec<P>, #[no_grad] c: bool) -> f64 {
    let mut o = Some(ps[0]);
    if c {
        o = Some(P { x: 2.0, y: 3.0 });
    }
    o.map_or(0.0, |p| p.x * p.y * ps[1].x)
}

#[backprop(jvp)]
fn of_sizes(#[grad] rows: &Vec<Row>, #[no_grad] from: usize) -> f64 {
    let mut last: Option<Row> = None;
    let mut s = 0.0;
    for row in rows {
        if row.n < from {
            continue;
        }
        if let Some(l) = &last {
            s += l.w.iter().map(|w| w * w).sum::<f64>() * row.k + l.k;
        }
        last = Some(row.clone());
    }
    if let Some(l) = last { s * l.k } else { rows[0].k }
}

#[backprop(jvp)]
fn popped_of_sizes(#[grad] rows: &Vec<Row>) -> f64 {
    let mut stack = rows.clone();
    let mut s = 1.0;
    while let Some(mut row) = stack.pop() {
        row.k *= s;
        if row.w.len() > 2 {
            row.w.pop();
            stack.push(row);
        } else {
            s += row.w.iter().product::<f64>() * row.k;
        }
    }
    s
}

#[backprop(jvp, hvp)]
fn second_order(#[grad] ps: &[P]) -> f64 {
    let mut o: Option<P> = None;
    let mut s = 0.0;
    for p in ps {
        if let Some(q) = o {
            s += q.x * q.x * p.y;
        }
        if p.y > 0.0 {
            o = Some(P { x: p.x * p.y, y: p.x });
        }
    }
    s
}

/// There is no default of it.
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Hit {
    t: f64,
    weights: Vec<f64>,
    index: usize,
}

#[backprop(jvp)]
fn hit(#[grad] p: &P, #[no_grad] from: f64) -> Option<Hit> {
    if p.x < from {
        return None;
    }
    Some(Hit { t: p.x * p.y, weights: vec![p.x, p.y * p.y], index: 1 })
}

#[backprop(jvp)]
fn tried(#[grad] p: &P, #[no_grad] from: f64) -> Result<Hit, String> {
    if p.x < from {
        return Err(format!("{from}"));
    }
    Ok(Hit { t: p.x.sin(), weights: vec![p.y], index: 0 })
}

#[backprop(jvp)]
fn called(#[grad] ps: &Vec<P>, #[no_grad] from: f64) -> f64 {
    let first = if let Some(h) = hit(&ps[0], from) { h.t * h.weights[h.index] } else { ps[0].y };
    let second = hit(&ps[1], from).map_or(0.5, |h| h.t * h.t);
    let third = match tried(&ps[2], from) {
        Ok(h) => h.t * h.weights[0],
        Err(e) => e.len() as f64 * ps[2].x,
    };
    first + second * third
}

#[backprop(jvp)]
fn called_in_a_loop(#[grad] ps: &Vec<P>, #[no_grad] from: f64) -> f64 {
    let mut best: Option<Hit> = None;
    let mut s = 0.0;
    for p in ps {
        let Some(h) = hit(p, from) else { continue };
        s += h.weights[0] * h.weights[1];
        if best.as_ref().is_none_or(|b| h.t < b.t) {
            best = Some(h);
        }
    }
    match best {
        Some(h) => s * h.t * h.weights[1],
        None => ps[1].x * 2.0,
    }
}

#[backprop(jvp)]
fn asked(#[grad] ps: &Vec<P>, #[no_grad] from: f64) -> Option<f64> {
    let h = hit(&ps[0], from)?;
    Some((0..=h.index).map(|i| h.weights[i % h.weights.len()] * h.t).sum::<f64>())
}

#[backprop(jvp)]
fn assigned_later(#[grad] ps: &Vec<P>, #[no_grad] c: bool) -> f64 {
    let q;
    if c {
        q = ps[0];
    } else {
        q = P { x: ps[1].y, y: 2.0 };
    }
    let r: [P; 2];
    let mut t: P;
    if q.x > 0.5 {
        r = [q, ps[2]];
        t = r[1];
    } else {
        t = P { x: 1.0, ..q };
        r = [ps[3], t];
    }
    t.x *= q.y;
    q.x * q.y + r[0].x * r[1].y + t.x
}

#[backprop(jvp)]
fn rows_later(#[grad] rows: &Vec<Row>, #[no_grad] c: bool) -> f64 {
    let row;
    if c {
        row = rows[0].clone();
    } else {
        row = Row { w: vec![rows[1].k; 4], k: rows[2].w[0], n: 1 };
    }
    row.w.iter().map(|w| w * w).sum::<f64>() * row.k
}

fn points() -> Vec<P> {
    vec![P { x: 0.4, y: 1.2 }, P { x: -0.7, y: 0.6 }, P { x: 1.3, y: 0.9 }, P { x: 0.2, y: 1.9 }]
}

fn rows() -> Vec<Row> {
    let row = |w: &[f64], k, n| Row { w: w.to_vec(), k, n };
    vec![
        row(&[0.3, 0.7], 1.1, 2),
        row(&[0.9, -0.4, 0.5], 0.8, 3),
        row(&[1.2], -0.6, 1),
        row(&[0.1, 0.6], 0.5, 2),
    ]
}

#[test]
fn options_of_structs() {
    for c in [false, true] {
        check(&points(), |p| assigned(p, c), |p| assigned_grad(p, c), |p, t| assigned_jvp(p, c, t));
        check(&points(), |p| handed_on(p, c), |p| handed_on_grad(p, c), |p, t| handed_on_jvp(p, c, t));
        check(
            &points(),
            |p| assigned_later(p, c),
            |p| assigned_later_grad(p, c),
            |p, t| assigned_later_jvp(p, c, t),
        );
        check(&rows(), |p| rows_later(p, c), |p| rows_later_grad(p, c), |p, t| rows_later_jvp(p, c, t));
        check(&points(), |p| constant(p, c), |p| constant_grad(p, c), |p, t| constant_jvp(p, c, t));
    }
    check(&points(), length, |p| length_grad(p), |p, t| length_jvp(p, t));
    check(&points(), taken_back, |p| taken_back_grad(p), |p, t| taken_back_jvp(p, t));
    for from in [-1.0, 0.3, 9.0] {
        check(&points(), |p| best(p, from), |p| best_grad(p, from), |p, t| best_jvp(p, from, t));
    }
}

#[test]
fn stacks_of_structs() {
    check(&points(), popped, |p| popped_grad(p), |p, t| popped_jvp(p, t));
    check(&points(), popped_apart, |p| popped_apart_grad(p), |p, t| popped_apart_jvp(p, t));
    check(&rows(), popped_of_sizes, |p| popped_of_sizes_grad(p), |p, t| popped_of_sizes_jvp(p, t));
}

#[test]
fn structs_of_several_sizes() {
    for from in [0, 2, 3, 9] {
        check(&rows(), |p| of_sizes(p, from), |p| of_sizes_grad(p, from), |p, t| of_sizes_jvp(p, from, t));
    }
}

#[test]
fn second_derivatives_through_what_may_be_absent() {
    let along: Vec<P> = vec![P { x: 0.3, y: -0.2 }; 4];
    let (value, gradient, product) = second_order_hvp(&points(), &along);
    assert_eq!((value, gradient.clone()), second_order_grad(&points()));
    let moved = |h: f64| {
        let points: Vec<P> = points().iter().map(|p| P { x: p.x + 0.3 * h, y: p.y - 0.2 * h }).collect();
        second_order_grad(&points).1.leaves()
    };
    let (up, down) = (moved(1e-5), moved(-1e-5));
    for (i, found) in product.leaves().iter().enumerate() {
        assert!((found - (up[i] - down[i]) / 2e-5).abs() < 1e-8, "leaf {i}");
    }
}

#[test]
fn structs_of_calls_that_may_have_none() {
    for from in [-1.0, 0.0, 0.3, 9.0] {
        check(&points(), |p| called(p, from), |p| called_grad(p, from), |p, t| called_jvp(p, from, t));
        check(
            &points(),
            |p| called_in_a_loop(p, from),
            |p| called_in_a_loop_grad(p, from),
            |p, t| called_in_a_loop_jvp(p, from, t),
        );
    }
    check(
        &points(),
        |p| asked(p, 0.0).unwrap(),
        |p| asked_grad(p, 0.0).unwrap(),
        |p, t| asked_jvp(p, 0.0, t).unwrap(),
    );
    assert_eq!(asked_grad(&points(), 9.0), None);
}
