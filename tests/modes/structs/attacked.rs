//! Structs where newcomers have tried them: lent constants, constants of their own type, tuples in fields, chains that
//! pick one.

use super::*;
use std::ops::Add;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct P {
    x: f64,
    y: f64,
}
leaves!(P { x, y });

impl P {
    const ZERO: P = P { x: 0.0, y: 0.0 };
}

#[backprop(jvp)]
impl Add for P {
    type Output = P;
    fn add(self, o: P) -> P {
        P { x: self.x + o.x, y: self.y + o.y }
    }
}

// What copied code lends to a call in a loop is gone when the reverse part wants it.

#[backprop(jvp)]
fn shaded(#[grad] s: P, #[grad] r: &P) -> f64 {
    r.x * s.x + r.y * s.y * s.y
}

#[backprop(jvp)]
fn lent(#[grad] s: &P, #[no_grad] xs: &[f64]) -> f64 {
    let mut t: f64 = 0.0;
    for &x in xs {
        let r = P { x, y: 1.0 };
        t += shaded(*s, &r) * t.cos();
    }
    t
}

// Constants that are structs.

const UNIT: P = P { x: 2.0, y: 0.5 };

#[backprop(jvp)]
fn constants(#[grad] ps: &Vec<P>) -> f64 {
    let mut c: P = P::ZERO;
    let mut d = P::ZERO;
    for p in ps {
        c = c + *p;
        d = d + UNIT + *p;
    }
    let e: P = ps.iter().fold(P::ZERO, |a, p| a + *p);
    let f = P { x: ps[0].x * UNIT.x, ..UNIT };
    let g = UNIT + ps[1];
    c.x * c.y + d.x * e.y + f.x * f.y + g.x * g.y
}

// Fields of any type that are constants.

#[derive(Clone, Copy, Debug, PartialEq)]
enum Mode {
    Plain,
    Square,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Run {
    x: f64,
    #[no_grad]
    mode: Mode,
    name: String,
    #[no_grad]
    chosen: Option<usize>,
}
leaves!(Run { x });

#[backprop(jvp)]
fn modes(#[grad] run: &Run) -> f64 {
    let mut run = run.clone();
    for i in 0..3 {
        match run.mode {
            Mode::Plain => run.x *= 2.0,
            Mode::Square => run.x *= run.x,
        }
        if let Some(k) = run.chosen {
            run.x += k as f64;
        }
        run.mode = if i % 2 == 0 { Mode::Square } else { Mode::Plain };
        run.chosen = Some(i);
        run.name = "next".to_string();
    }
    run.x
}

// Tuples in fields.

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Net {
    items: Vec<(f64, P)>,
    pairs: Vec<(f64, f64)>,
    bias: (f64, f64),
    one: (f64, P),
}

impl Leaves for Net {
    fn visit(&mut self, f: &mut dyn FnMut(&mut f64)) {
        self.items.visit(f);
        self.pairs.visit(f);
        self.bias.visit(f);
        self.one.visit(f);
    }
}

#[backprop(jvp)]
fn taken_apart(#[grad] net: &Net) -> f64 {
    let Net { bias: (b0, b1), .. } = net;
    let Net { bias, pairs, .. } = &net;
    let (c0, c1) = *bias;
    let (q, P { x, .. }) = &net.one;
    let (r, p) = net.one;
    let mut sum = b0 * c1 + c0 * b1 + q * x + r * p.y * pairs[0].0;
    for (k, p) in &net.items {
        sum += k * p.x;
    }
    for (k, p) in net.items.iter() {
        sum *= k + p.y;
    }
    sum + net.items.iter().map(|(k, p)| k * p.x * p.y).sum::<f64>()
}

#[backprop(jvp)]
fn changed(#[grad] net: &Net) -> f64 {
    let mut net = net.clone();
    net.bias.1 *= net.pairs[0].0;
    net.bias.0 = 3.0 * net.bias.1;
    net.one.0 += net.bias.0;
    net.one.1.x *= net.one.0;
    for i in 0..net.items.len() {
        let x = net.items[i].1.x;
        net.items[i].0 *= x;
        net.items[i].1.y -= net.bias.1;
    }
    net.items.iter().map(|item| item.0 * item.1.y).sum::<f64>() + net.bias.0 * net.bias.1 + net.one.1.x
}

// Chains that pick a struct.

#[backprop(jvp)]
fn picked(#[grad] ps: &Vec<P>) -> f64 {
    let far = ps.iter().max_by(|a, b| a.x.total_cmp(&b.x)).unwrap();
    let near = ps.iter().min_by(|a, b| a.y.partial_cmp(&b.y).unwrap()).unwrap();
    let all = ps.iter().copied().reduce(|a, p| a + p).unwrap();
    let best = ps
        .iter()
        .map(|p| P { x: p.x * p.y, ..*p })
        .reduce(|a, p| if a.x > p.x { a } else { P { y: a.x, ..p } });
    let last = ps.iter().last().unwrap();
    let second = ps.iter().map(|p| P { x: p.y, y: p.x * p.x }).nth(1);
    let none = ps.iter().filter(|p| p.x > 99.0).last().copied().unwrap_or(ps[0]);
    let nobody = ps.iter().filter(|p| p.x > 99.0).max_by(|a, b| a.x.total_cmp(&b.x));
    far.x * near.y
        + all.x * all.y
        + best.map_or(0.0, |p| p.x * p.y)
        + last.x * last.y
        + second.unwrap().y
        + none.x * none.y
        + nobody.map_or(ps[1].x, |p| p.y)
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Row {
    w: Vec<f64>,
    k: f64,
}
leaves!(Row { w, k });

#[backprop(jvp)]
fn picked_of_sizes(#[grad] rows: &Vec<Row>) -> f64 {
    let best = rows.iter().max_by(|a, b| a.k.total_cmp(&b.k)).unwrap();
    let folded = rows.iter().fold(Row { w: vec![1.0], k: 0.5 }, |a, r| Row {
        w: r.w.iter().map(|w| w * a.w[0]).collect(),
        k: a.k * r.k,
    });
    best.w.iter().sum::<f64>() * best.k + folded.w.iter().sum::<f64>() * folded.k
}

#[backprop(jvp)]
fn scanned(#[grad] ps: &Vec<P>) -> f64 {
    let start = P { x: 1.0, y: 0.5 };
    let first: f64 = ps
        .iter()
        .scan(start, |state, p| {
            state.x *= p.x;
            state.y += state.x * p.y;
            Some(state.y * p.y)
        })
        .sum();
    let second: f64 = ps
        .iter()
        .scan(ps[1], |state, p| {
            *state = P { x: state.y * p.x, y: state.x };
            if state.x > 5.0 { None } else { Some(state.x) }
        })
        .sum();
    first * second
}

#[backprop(jvp)]
fn one_after_the_other(#[grad] ps: &Vec<P>) -> f64 {
    let mut it = ps.iter();
    let a = it.next().unwrap();
    let b = it.next().map_or(0.3, |p| p.x * p.y);
    let mut s = a.x * b;
    while let Some(p) = it.next() {
        s = s * p.y + p.x;
    }
    s + it.next().map_or(ps[0].y, |p| p.x)
}

#[backprop(jvp)]
fn broken_out_of(#[grad] ps: &Vec<P>, #[no_grad] from: f64) -> f64 {
    let found = 'search: {
        for p in ps {
            if p.x > from {
                break 'search Some(*p);
            }
        }
        None
    };
    let mut i = 0;
    let other = loop {
        if i == ps.len() {
            break None;
        }
        if ps[i].y > from {
            break Some(P { x: ps[i].y, y: 2.0 });
        }
        i += 1;
    };
    found.map_or(0.5, |p| p.x * p.y) + other.map_or(ps[1].x, |p| p.x * p.x * p.y)
}

#[backprop(jvp)]
fn mapped(#[grad] ps: &[P; 2]) -> f64 {
    let qs = ps.map(|p| P { x: p.y, y: p.x * p.x });
    qs[0].x * qs[1].y + qs[1].x
}

// A module whose structs stand outside.

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct Filter {
    pub q: f64,
    #[no_grad]
    pub dt: f64,
}
leaves!(Filter { q });

#[backprop(jvp)]
mod inside {
    use super::Filter;
    use backprop::Differentiable;

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    pub struct State {
        pub mean: [f64; 2],
    }

    impl Filter {
        pub fn step(#[grad] &self, #[grad] s: &State) -> State {
            let Filter { q, dt } = *self;
            State { mean: [s.mean[0] + dt * s.mean[1] * q, s.mean[1] * self.dt] }
        }
    }

    pub fn run(#[grad] f: &Filter, n: usize) -> f64 {
        let mut s = State { mean: [f.q, f.q * f.dt] };
        for _ in 0..n {
            s = f.step(&s);
        }
        s.mean[0]
    }
}

// Lifetimes that are left out.

struct Flows<'a> {
    amounts: &'a [f64],
}

#[backprop]
fn value_of(flows: &Flows, rate: f64) -> f64 {
    flows.amounts.iter().map(|a| a * rate).sum()
}

#[backprop]
fn lifetimes(all: &[Flows], first: Flows, rate: f64) -> f64 {
    value_of(&first, rate) * rate + value_of(&all[0], rate)
}

fn points() -> Vec<P> {
    vec![P { x: 0.4, y: 1.2 }, P { x: -0.7, y: 0.6 }, P { x: 1.3, y: 0.9 }, P { x: 0.2, y: 1.9 }]
}

#[test]
fn constants_lent_in_loops() {
    let xs = [0.4, -0.2, 1.1];
    check(&points()[0], |p| lent(p, &xs), |p| lent_grad(p, &xs), |p, t| lent_jvp(p, &xs, t));
}

#[test]
fn constants_that_are_structs() {
    check(&points(), constants, |p| constants_grad(p), |p, t| constants_jvp(p, t));
}

#[test]
fn constant_fields_of_any_type() {
    let run = Run { x: 0.7, mode: Mode::Plain, name: "first".into(), chosen: None };
    check(&run, modes, |p| modes_grad(p), |p, t| modes_jvp(p, t));
}

#[test]
fn tuples_in_fields() {
    let points = points();
    let net = Net {
        items: vec![(0.5, points[0]), (1.5, points[1])],
        pairs: vec![(0.3, 0.8), (1.1, -0.4)],
        bias: (0.6, -0.9),
        one: (1.2, points[2]),
    };
    check(&net, taken_apart, |p| taken_apart_grad(p), |p, t| taken_apart_jvp(p, t));
    check(&net, changed, |p| changed_grad(p), |p, t| changed_jvp(p, t));
}

#[test]
fn chains_that_pick_structs() {
    check(&points(), picked, |p| picked_grad(p), |p, t| picked_jvp(p, t));
    let row = |w: &[f64], k| Row { w: w.to_vec(), k };
    let rows = vec![row(&[0.3, 0.7], 1.1), row(&[0.9, -0.4, 0.5], 1.8), row(&[1.2], -0.6)];
    check(&rows, picked_of_sizes, |p| picked_of_sizes_grad(p), |p, t| picked_of_sizes_jvp(p, t));
}

#[test]
fn modules_see_the_structs_of_their_file() {
    let f = Filter { q: 0.7, dt: 0.3 };
    check(&f, |p| inside::run(p, 3), |p| inside::run_grad(p, 3), |p, t| inside::run_jvp(p, 3, t));
}

#[test]
fn structs_handed_out_one_by_one() {
    check(&points(), scanned, |p| scanned_grad(p), |p, t| scanned_jvp(p, t));
    check(
        &points(),
        one_after_the_other,
        |p| one_after_the_other_grad(p),
        |p, t| one_after_the_other_jvp(p, t),
    );
    for from in [-1.0, 0.3, 1.1, 9.0] {
        check(
            &points(),
            |p| broken_out_of(p, from),
            |p| broken_out_of_grad(p, from),
            |p, t| broken_out_of_jvp(p, from, t),
        );
    }
    let two = [points()[0], points()[2]];
    check(&two, mapped, |p| mapped_grad(p), |p, t| mapped_jvp(p, t));
}

#[test]
fn lifetimes_left_out() {
    let amounts = [1.0, 2.0];
    let flows = || Flows { amounts: &amounts };
    assert_eq!(value_of_grad(&flows(), 2.0), (6.0, 3.0));
    assert_eq!(lifetimes_grad(&[flows()], flows(), 2.0), (18.0, 15.0));
}
