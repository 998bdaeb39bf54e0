//! Counts which constructs stand where in the programs tried, so that none goes untested unnoticed.

use std::collections::BTreeMap;

use autodiff_codegen::ir::*;

use crate::Ends;

/// Where a statement stands.
pub const POSITIONS: &[&str] = &[
    "top",
    "for",
    "while",
    "if",
    "condition",
    "nested loops",
    "if in loop",
    "loop in if",
    "zero-trip loop",
    "carried",
    "overwritten",
    "view alive",
];

/// Construct → position → how often.
#[derive(Debug, Default)]
pub struct Coverage(BTreeMap<String, BTreeMap<&'static str, usize>>);

#[derive(Clone, Default)]
struct Around {
    /// The innermost region.
    inner: Option<&'static str>,
    loops: usize,
    ifs: usize,
    condition: bool,
    never: bool,
    if_in_loop: bool,
    loop_in_if: bool,
    /// What the innermost loop carries on.
    yields: Vec<Value>,
    /// The roots that the innermost loop stores to.
    stored: Vec<Place>,
    view: bool,
}

impl Coverage {
    pub fn add(&mut self, f: &Func) {
        let mut constants = BTreeMap::new();
        f.body.each_stmt(&mut |s| {
            if let (Op::Const(Const::Int(i)), [r]) = (&s.op, &s.results[..]) {
                constants.insert(*r, *i);
            }
        });
        self.block(f, &f.body, &Around::default(), &constants);
    }

    pub fn merge(&mut self, other: Coverage) {
        for (construct, at) in other.0 {
            let row = self.0.entry(construct).or_default();
            at.into_iter().for_each(|(position, n)| *row.entry(position).or_default() += n);
        }
    }

    pub fn get(&self, construct: &str, position: &str) -> usize {
        self.0.get(construct).and_then(|p| p.get(position)).copied().unwrap_or(0)
    }

    pub fn table(&self) -> String {
        let mut out = format!("{:18}", "");
        POSITIONS.iter().for_each(|p| out.push_str(&format!("{:>15}", p)));
        for c in self.0.keys() {
            out.push_str(&format!("\n{c:18}"));
            POSITIONS.iter().for_each(|p| out.push_str(&format!("{:>15}", self.get(c, p))));
        }
        out
    }

    /// The table as a page.
    fn document(&self, ends: &Ends, first: u64, keen: u64) -> String {
        let programs = (ends.tried as u64).saturating_sub(keen);
        let last = first + programs.saturating_sub(1);
        let mut out = format!(
            "# What stands where in the random programs\n\n\
             In programs {first} to {last} of `tests/random`, and in {keen} that are each keen on one construct; of both, {} are checked by \
             everything, {} of them against \
             differences (the others end early, or hold what can't be differentiated, and are not counted; {} failed): how often each \
             construct stands in each position. A dash is a pair that can't be. The run that checks them counts:\n\n\
             ```sh\nBLESS=1 BACKPROP_RANDOM_PROGRAMS={programs} BACKPROP_RANDOM_KEEN={keen} cargo test --release -p autodiff-codegen \
             --test random derivatives_of_random_programs\n```\n\n\
             It fails if a pair is there less than {} times.\n\n| |",
            ends.checked,
            ends.differences,
            ends.failures.values().map(Vec::len).sum::<usize>(),
            least(ends.tried, keen),
        );
        POSITIONS.iter().for_each(|p| out.push_str(&format!(" {p} |")));
        out.push_str("\n|---|");
        POSITIONS.iter().for_each(|_| out.push_str("--:|"));
        for c in self.0.keys() {
            out.push_str(&format!("\n| {c} |"));
            for p in POSITIONS {
                let n = self.get(c, p);
                out.push_str(&if n == 0 && impossible(c, p) { " – |".into() } else { format!(" {n} |") });
            }
        }
        out.push('\n');
        out
    }

    fn block(&mut self, f: &Func, block: &Block, around: &Around, constants: &BTreeMap<Value, i128>) {
        let mut around = around.clone();
        for s in &block.stmts {
            self.stmt(f, s, &around);
            around.view |= matches!(s.op, Op::View { .. });
            for (n, b) in s.op.blocks().into_iter().enumerate() {
                let inner = enter(f, s, n, &around, constants);
                self.block(f, b, &inner, constants);
            }
        }
    }

    fn stmt(&mut self, f: &Func, s: &Stmt, around: &Around) {
        let mut at = vec![around.inner.unwrap_or("top")];
        let places = s.op.places_read().into_iter().chain(s.op.places_written());
        let roots: Vec<Place> = places.map(|p| f.root(p)).collect();
        let mut also = |on: bool, what: &'static str| at.extend(on.then_some(what));
        also(around.loops > 1, "nested loops");
        also(around.if_in_loop, "if in loop");
        also(around.loop_in_if, "loop in if");
        also(around.condition && around.inner != Some("condition"), "condition");
        also(around.never, "zero-trip loop");
        also(around.view, "view alive");
        also(s.results.iter().any(|r| around.yields.contains(r)), "carried");
        also(roots.iter().any(|r| around.stored.contains(r)), "overwritten");
        for construct in constructs(&s.op) {
            let row = self.0.entry(construct).or_default();
            at.iter().for_each(|p| *row.entry(p).or_default() += 1);
        }
    }
}

/// What a statement counts as.
fn constructs(op: &Op) -> Vec<String> {
    let mut out = vec![op.kind_name().to_string()];
    let mut also = |on: bool, what: &str| out.extend(on.then(|| what.to_string()));
    match op {
        Op::For { range, inits, .. } => {
            also(range.rev, "for, reversed");
            also(range.step.is_some(), "for, stepped");
            also(range.inclusive, "for, inclusive");
            also(!inits.is_empty(), "for, carrying");
        }
        Op::If { then, els, .. } => {
            also(!then.yields.is_empty() || !els.yields.is_empty(), "if, yielding");
            also(then.diverges || els.diverges, "if, exiting");
        }
        Op::Alloc { init, .. } => {
            let kind = format!("{init:?}");
            let kind = kind.split(['(', ' ']).next().unwrap_or_default().to_lowercase();
            also(true, &format!("alloc, {kind}"));
        }
        Op::View { path, .. } => {
            also(matches!(path[..], [Proj::Index(_)]), "view, row");
            also(matches!(path[..], [Proj::Slice(..)]), "view, slice");
        }
        Op::Call { args, ret, .. } => {
            also(ret.is_some(), "call, of an array");
            also(args.iter().any(|a| matches!(a, Arg::Place(_, Mode::Mut))), "call, with &mut");
            also(args.iter().any(|a| matches!(a, Arg::Place(_, Mode::Ref))), "call, with &");
        }
        _ => {}
    }
    out
}

fn enter(f: &Func, s: &Stmt, n: usize, around: &Around, constants: &BTreeMap<Value, i128>) -> Around {
    let mut inner = around.clone();
    let mut looped = |body: &Block, what: &'static str| {
        inner.inner = Some(what);
        inner.loops += 1;
        inner.loop_in_if |= inner.ifs > 0;
        inner.yields = body.yields.clone();
        inner.stored.clear();
        body.each_stmt(&mut |s| {
            if matches!(s.op, Op::Store { .. } | Op::CopyPlace { .. } | Op::Zero(_)) {
                inner.stored.extend(s.op.places_written().iter().map(|p| f.root(*p)));
            }
        });
    };
    match &s.op {
        Op::For { range, body, .. } => {
            looped(body, "for");
            let (lo, hi) = (constants.get(&range.lo), constants.get(&range.hi));
            inner.never |= lo.zip(hi).is_some_and(|(lo, hi)| hi <= lo && !range.inclusive);
        }
        Op::While { body, .. } if n == 1 => looped(body, "while"),
        Op::While { body, .. } => {
            looped(body, "condition");
            inner.condition = true;
        }
        Op::If { .. } => {
            inner.inner = Some("if");
            inner.ifs += 1;
            inner.if_in_loop |= inner.loops > 0;
        }
        _ => {}
    }
    inner
}

/// Pairs that can't be, or that the language has no way to write.
fn impossible(construct: &str, position: &str) -> bool {
    let has_result = [
        "elem",
        "int",
        "cast",
        "assert_float",
        "load",
        "len",
        "call",
        "if",
        "for",
        "while",
        "const",
        "cmp",
        "opaque",
    ];
    let kind = construct.split(',').next().unwrap_or_default();
    match position {
        "carried" => {
            !has_result.contains(&kind) || ["len", "if, exiting", "call, of an array"].contains(&construct)
        }
        "overwritten" => {
            !["load", "store", "accum", "len", "view", "copy_place", "zero", "call", "opaque"].contains(&kind)
                && !["alloc, copy", "alloc, rows", "alloc"].contains(&construct)
        }
        // An exit is an arm of an `if`.
        "top" | "for" | "while" => construct == "exit",
        _ => false,
    }
}

/// How often each pair is to be there at least, in so many programs of which so many are keen on one construct.
pub fn least(tried: usize, keen: u64) -> usize {
    if keen >= 250_000 { 1000 } else { tried / 50_000 }
}

/// Pairs of constructs and positions that occur less than `least` times.
pub fn missing(c: &Coverage, least: usize) -> Vec<String> {
    let mut out = Vec::new();
    for construct in c.0.keys() {
        for position in POSITIONS {
            let n = c.get(construct, position);
            if n < least && !impossible(construct, position) {
                out.push(format!("{construct} × {position}: {n}"));
            }
        }
    }
    out
}

/// Writes [`TABLE`].
pub fn write(ends: &Ends, first: u64, keen: u64) {
    std::fs::write(TABLE, ends.coverage.document(ends, first, keen)).expect("the table can be written");
}

/// Counted in programs that are made, and of which nothing but that is asked.
#[test]
fn every_construct_everywhere() {
    let mut coverage = Coverage::default();
    (0..30_000).map(crate::case).for_each(|case| coverage.add(&case.main.func));
    println!("{}", coverage.table());
    let missing = missing(&coverage, 1);
    assert!(missing.is_empty(), "too few of {missing:#?}");
}

/// The table of all pairs in a million programs.
const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/random/coverage.md");
