//! Random functions with references that become other ones: swapped, replaced, rotated, assigned to; read, borrowed from and
//! run over before, in branches and loops. What they give is found by following which array each variable refers to.

use super::{Value, run};

#[path = "../random/rng.rs"]
#[allow(dead_code)]
mod rng;
use rng::Rng;

const ROWS: [&str; 3] = ["p", "q", "r"];
const VARS: [&str; 3] = ["a", "b", "c"];

enum Step {
    Swap(usize, usize),
    /// `(a, b, c) = (b, c, a)`
    Rotate(bool),
    Assign(usize, usize),
    Refer(usize, usize),
    /// `mem::replace`, and the old one read.
    Replace(usize, usize),
    /// `let kept0 = &a[1..];`
    Keep(usize, usize, usize),
    /// A tuple, an iterator and a closure that keep it.
    KeepInParts(usize, usize),
    Read(usize, usize),
    ReadKept(usize, usize),
    ReadParts(usize),
    /// `for e in a { a = b; … }`
    Over(usize, usize),
    If(bool, Vec<Step>),
    Loop(usize, Vec<Step>),
}

struct Writer {
    rng: Rng,
    /// How many names there have been.
    names: usize,
    /// What is kept in scope: its name, and how long it is.
    kept: Vec<(usize, usize)>,
    parts: Vec<usize>,
}

impl Writer {
    fn steps(&mut self, depth: usize) -> Vec<Step> {
        let (kept, parts) = (self.kept.len(), self.parts.len());
        let n = 3 + self.rng.below(5);
        let steps = (0..n).map(|_| self.step(depth)).collect();
        self.kept.truncate(kept);
        self.parts.truncate(parts);
        steps
    }

    fn step(&mut self, depth: usize) -> Step {
        let (u, v, i) = (self.rng.below(3), self.rng.below(3), self.rng.below(2));
        match self.rng.below(13) {
            0 if u != v => Step::Swap(u, v),
            1 => Step::Rotate(i == 0),
            2 => Step::Assign(u, v),
            3 => Step::Refer(u, v),
            4 => Step::Replace(u, v),
            5 => {
                self.names += 1;
                self.kept.push((self.names, 2 - i));
                Step::Keep(u, i, self.names)
            }
            6 => {
                self.names += 1;
                self.parts.push(self.names);
                Step::KeepInParts(u, self.names)
            }
            7 if !self.kept.is_empty() => {
                let (name, len) = self.kept[self.rng.below(self.kept.len())];
                Step::ReadKept(name, self.rng.below(len))
            }
            8 if !self.parts.is_empty() => Step::ReadParts(self.parts[self.rng.below(self.parts.len())]),
            9 => Step::Over(u, v),
            10 if depth > 0 => Step::If(i == 0, self.steps(depth - 1)),
            11 if depth > 0 => Step::Loop(self.rng.below(4), self.steps(depth - 1)),
            _ => Step::Read(u, i),
        }
    }
}

/// The text of a step.
fn text(step: &Step) -> String {
    let all = |steps: &[Step]| steps.iter().map(text).collect::<String>();
    match step {
        Step::Swap(u, v) => format!("std::mem::swap(&mut {}, &mut {});", VARS[*u], VARS[*v]),
        Step::Rotate(true) => "(a, b, c) = (b, c, a);".into(),
        Step::Rotate(false) => "(c, a, b) = (b, c, a);".into(),
        Step::Assign(u, v) => format!("{} = {};", VARS[*u], VARS[*v]),
        Step::Refer(u, row) => format!("{} = &{};", VARS[*u], ROWS[*row]),
        Step::Replace(u, row) => {
            let (u, row) = (VARS[*u], ROWS[*row]);
            format!("{{ let old = std::mem::replace(&mut {u}, &{row}); s = s * 0.5 + old[0] * {u}[1]; }}")
        }
        Step::Keep(u, from, name) => format!("let kept{name} = &{}[{from}..];", VARS[*u]),
        Step::KeepInParts(u, name) => {
            let u = VARS[*u];
            format!(
                "let pair{name} = ({u}, 2.0); let each{name} = {u}.iter(); let get{name} = move |k: usize| {u}[k];"
            )
        }
        Step::Read(u, i) => format!("s = s * 0.5 + {}[{i}];", VARS[*u]),
        Step::ReadKept(name, i) => format!("s = s * 0.5 + kept{name}[{i}];"),
        Step::ReadParts(name) => format!(
            "s = s * 0.5 + pair{name}.0[1] * pair{name}.1; s += get{name}(0); for e in each{name}.clone() {{ s = s * 0.5 + e; }}"
        ),
        Step::Over(u, v) => {
            let (u, v) = (VARS[*u], VARS[*v]);
            format!("for e in {u} {{ {u} = {v}; s = s * 0.5 + e * {u}[0]; }}")
        }
        Step::If(true, steps) => format!("if s > 0.7 {{ {} }}", all(steps)),
        Step::If(false, steps) => {
            format!("if {}[0] < 0.7 {{ s += 0.25; }} else {{ {} }}", VARS[0], all(steps))
        }
        Step::Loop(n, steps) => format!("for _ in 0..{n} {{ {} }}", all(steps)),
    }
}

/// Which arrays the variables refer to, what is kept of them, and the sum.
struct State {
    rows: [[f64; 2]; 3],
    vars: [usize; 3],
    kept: std::collections::HashMap<usize, (usize, usize)>,
    s: f64,
}

impl State {
    fn of(&self, var: usize) -> [f64; 2] {
        self.rows[self.vars[var]]
    }

    fn follow(&mut self, steps: &[Step]) {
        for step in steps {
            match step {
                Step::Swap(u, v) => self.vars.swap(*u, *v),
                Step::Rotate(left) => {
                    let [a, b, c] = self.vars;
                    self.vars = if *left { [b, c, a] } else { [c, a, b] };
                }
                Step::Assign(u, v) => self.vars[*u] = self.vars[*v],
                Step::Refer(u, row) => self.vars[*u] = *row,
                Step::Replace(u, row) => {
                    let old = self.of(*u);
                    self.vars[*u] = *row;
                    self.s = self.s * 0.5 + old[0] * self.of(*u)[1];
                }
                Step::Keep(u, from, name) => drop(self.kept.insert(*name, (self.vars[*u], *from))),
                Step::KeepInParts(u, name) => drop(self.kept.insert(*name, (self.vars[*u], 0))),
                Step::Read(u, i) => self.s = self.s * 0.5 + self.of(*u)[*i],
                Step::ReadKept(name, i) => {
                    let (row, from) = self.kept[name];
                    self.s = self.s * 0.5 + self.rows[row][from + i];
                }
                Step::ReadParts(name) => {
                    let row = self.rows[self.kept[name].0];
                    self.s = self.s * 0.5 + row[1] * 2.0;
                    self.s += row[0];
                    row.iter().for_each(|e| self.s = self.s * 0.5 + e);
                }
                Step::Over(u, v) => {
                    for e in self.of(*u) {
                        self.vars[*u] = self.vars[*v];
                        self.s = self.s * 0.5 + e * self.of(*u)[0];
                    }
                }
                Step::If(true, steps) if self.s > 0.7 => self.follow(steps),
                Step::If(true, _) => {}
                Step::If(false, _) if self.of(0)[0] < 0.7 => self.s += 0.25,
                Step::If(false, steps) => self.follow(steps),
                Step::Loop(n, steps) => (0..*n).for_each(|_| self.follow(steps)),
            }
        }
    }
}

#[test]
fn references_refer_to_what_they_were_given_last() {
    let count = std::env::var("REFERENCE_PROGRAMS").ok().and_then(|n| n.parse().ok()).unwrap_or(150);
    for seed in 0..count {
        let mut writer = Writer { rng: Rng::new(seed), names: 0, kept: Vec::new(), parts: Vec::new() };
        let steps = writer.steps(2);
        let body: String = steps.iter().map(text).collect();
        let source = format!(
            "fn f(x: [f64; 6]) -> f64 {{
                let p = [x[0], x[1]];
                let q = [x[2], x[3]];
                let r = [x[4], x[5]];
                let (mut a, mut b, mut c) = (&p, &q, &r);
                let mut s = 0.0;
                {body}
                s + a[0] + b[0] * 2.0 + c[1] * 3.0
            }}"
        );
        let x: [f64; 6] = std::array::from_fn(|_| writer.rng.float(0.2, 1.4));
        let rows = [[x[0], x[1]], [x[2], x[3]], [x[4], x[5]]];
        let mut state = State { rows, vars: [0, 1, 2], kept: Default::default(), s: 0.0 };
        state.follow(&steps);
        let expected = state.s + state.of(0)[0] + state.of(1)[0] * 2.0 + state.of(2)[1] * 3.0;
        assert_eq!(run(&[&source], &[x.data()]), Ok(expected.data()), "seed {seed}: {source}");
    }
}
