//! Random programs and their derivatives: simplified or not, they say the same, to the bit (but for the sign of
//! a zero gradient).

use super::build::B;
use super::*;
use autodiff_codegen::forward::{self, Tangent};
use autodiff_codegen::ir::*;
use autodiff_codegen::reverse::{Gradient, Options, reverse};

/// Splitmix64.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    fn of<T: Copy>(&mut self, xs: &[T]) -> T {
        xs[self.below(xs.len())]
    }
}

/// What a program under construction can name.
#[derive(Clone)]
struct Scope {
    floats: Vec<Value>,
    ints: Vec<Value>,
    flags: Vec<Value>,
    slice: Place,
    local: Place,
    n: Value,
}

fn index(b: &mut B, r: &mut Random, s: &Scope) -> Value {
    if r.below(2) == 0 {
        return b.i(r.below(4) as i128);
    }
    let four = b.i(4);
    let i = r.of(&s.ints);
    b.int(IntOp::Rem, &[i, four])
}

fn float(b: &mut B, r: &mut Random, s: &Scope) -> Value {
    match r.below(12) {
        0 => b.c(r.of(&[0.0, -0.0, 1.0, -1.0, 2.0, 0.5])),
        1 => {
            let i = index(b, r, s);
            b.load(s.slice, i)
        }
        2 | 3 => {
            let i = index(b, r, s);
            b.load(s.local, i)
        }
        _ => r.of(&s.floats),
    }
}

fn statement(b: &mut B, r: &mut Random, s: &mut Scope, depth: usize) {
    match r.below(if depth == 0 { 14 } else { 18 }) {
        0..=6 => {
            let op = r.of(&["Add", "Sub", "Mul", "Mul", "Div", "Max", "Copysign"]);
            let args = [float(b, r, s), float(b, r, s)];
            s.floats.push(b.op(op, &args));
        }
        7 | 8 => {
            let op = r.of(&["Sin", "Neg", "Neg", "Abs", "Tanh", "Recip"]);
            let x = float(b, r, s);
            s.floats.push(b.op(op, &[x]));
            // What divides by it as well can do with the reciprocal.
            if op == "Recip" {
                let y = float(b, r, s);
                s.floats.push(b.op("Div", &[y, x]));
            }
        }
        9 | 10 => {
            let (i, x) = (index(b, r, s), float(b, r, s));
            b.store(s.local, i, x);
        }
        11 => {
            let (i, x) = (index(b, r, s), float(b, r, s));
            b.accum(s.local, i, x);
        }
        12 => {
            let x = float(b, r, s);
            b.opaque("log(v)", &[x], &[]);
        }
        13 => lent(b, r, s),
        14 | 15 => choice(b, r, s, depth),
        _ => repetition(b, r, s, depth),
    }
}

/// `let lent = &mut t[i]; *lent += x; …`
fn lent(b: &mut B, r: &mut Random, s: &mut Scope) {
    let (i, x) = (index(b, r, s), float(b, r, s));
    let kind = PlaceKind::View { base: s.local };
    let lent = b.f.place(PlaceTy::Scalar(Ty::F64), kind, None, &Origin::default());
    b.f.places[lent.0 as usize].mutable = true;
    b.effect(Op::View { place: lent, base: s.local, path: vec![Proj::Index(i)] });
    s.floats.push(b.push(Op::Load { place: lent, path: Vec::new(), again: None }, Ty::F64));
    if r.below(2) == 0 {
        b.effect(Op::Accum { place: lent, path: Vec::new(), value: x });
    } else {
        let y = float(b, r, s);
        b.effect(Op::Store { place: lent, path: Vec::new(), value: y });
    }
    s.floats.push(b.push(Op::Load { place: lent, path: Vec::new(), again: None }, Ty::F64));
}

fn statements(b: &mut B, r: &mut Random, s: &mut Scope, depth: usize) {
    for _ in 0..1 + r.below(6) {
        statement(b, r, s, depth);
    }
}

fn choice(b: &mut B, r: &mut Random, s: &mut Scope, depth: usize) {
    let (x, y) = (float(b, r, s), float(b, r, s));
    let op = r.of(&[CmpOp::Lt, CmpOp::Ge, CmpOp::Eq]);
    let c = match r.below(6) {
        0 => known(b, r),
        1 if !s.flags.is_empty() => r.of(&s.flags),
        // `known && x < y`
        2..=4 => {
            let first = known(b, r);
            b.if_(first, |b| vec![b.cmp(op, x, y)], |b| vec![known(b, &mut Random(0))])[0]
        }
        _ => b.cmp(op, x, y),
    };
    let yields = 1 + r.below(2);
    let mut arm = |b: &mut B, r: &mut Random| {
        let mut s = s.clone();
        statements(b, r, &mut s, depth - 1);
        let (p, q) = (float(b, r, &s), float(b, r, &s));
        let flag = if r.below(2) == 0 { known(b, r) } else { b.cmp(op, p, q) };
        (0..yields).map(|_| float(b, r, &s)).chain([flag]).collect::<Vec<_>>()
    };
    let r = std::cell::RefCell::new(r);
    let arm = std::cell::RefCell::new(&mut arm);
    let mut results =
        b.if_(c, |b| (arm.borrow_mut())(b, *r.borrow_mut()), |b| (arm.borrow_mut())(b, *r.borrow_mut()));
    s.flags.extend(results.pop());
    s.floats.extend(results);
}

/// A condition that is known beforehand: constant folding has to find it in both sweeps, or in none.
fn known(b: &mut B, r: &mut Random) -> Value {
    let (i, j) = (b.i(r.below(3) as i128), b.i(r.below(3) as i128));
    b.cmp(r.of(&[CmpOp::Lt, CmpOp::Ge, CmpOp::Eq]), i, j)
}

fn repetition(b: &mut B, r: &mut Random, s: &mut Scope, depth: usize) {
    let carried = r.below(3);
    let inits: Vec<Value> = (0..carried).map(|_| float(b, r, s)).collect();
    let hi = if r.below(3) == 0 { b.i(r.below(3) as i128) } else { s.n };
    let unknown = r.below(2) == 0;
    let body = |b: &mut B, i: Value, c: &[Value]| {
        let mut s = s.clone();
        s.ints.push(i);
        s.floats.extend(c);
        statements(b, r, &mut s, depth - 1);
        // Sometimes a value is carried that never changes.
        (0..carried).map(|k| if r.below(4) == 0 { c[k] } else { float(b, r, &s) }).collect()
    };
    let results = if unknown { b.while_(hi, &inits, body) } else { b.for_(hi, &inits, body) };
    s.floats.extend(results);
}

fn program(seed: u64) -> Func {
    let mut r = Random(seed);
    let mut b = B::new();
    let floats = vec![b.x("x"), b.x("y")];
    let slice = b.slice("a", Mode::Ref);
    let n = b.passive("n", Ty::usize());
    if seed % 2 == 1 {
        let result = reduction(&mut b, &mut r, floats, slice, n);
        return b.finish(&[result]);
    }
    let local = b.local("t", 4);
    let mut s = Scope { floats, ints: vec![n], flags: Vec::new(), slice, local, n };
    for _ in 0..2 + r.below(3) {
        statements(&mut b, &mut r, &mut s, 2);
    }
    let (p, q) = (*s.floats.last().unwrap(), float(&mut b, &mut r, &s));
    let result = b.op("Add", &[p, q]);
    b.finish(&[result])
}

/// A sum over a loop: reverse mode fuses the two sweeps, and saves inner loops round by round.
fn reduction(b: &mut B, r: &mut Random, floats: Vec<Value>, slice: Place, n: Value) -> Value {
    let zero = b.c(0.0);
    b.for_(n, &[zero], |b, i, c| {
        let local = b.local("t", 4);
        let mut s = Scope { floats, ints: vec![n, i], flags: Vec::new(), slice, local, n };
        statements(b, r, &mut s, 2);
        repetition(b, r, &mut s, 2);
        let term = *s.floats.last().unwrap();
        vec![b.op("Add", &[c[0], term])]
    })[0]
}

fn arguments(r: &mut Random) -> Vec<Data> {
    let floats = [0.0, -0.0, 1.0, -0.5, 1.75, -3.0, f64::INFINITY, f64::NAN, 1e-300];
    // Mostly ordinary numbers: one NaN hides all other differences.
    let mut draw = || if r.below(8) == 0 { r.of(&floats) } else { r.of(&floats[2..6]) };
    let (x, y) = (draw(), draw());
    let a = (0..4).map(|_| Scalar::Float(draw())).collect();
    vec![
        super::float(x),
        super::float(y),
        Data::Array(vec![4], a),
        Data::Scalar(Scalar::Int(r.below(4) as i128)),
    ]
}

/// What a derivative program returns: its value, and each derivative.
pub fn run(func: &Func, args: &[Data], derivatives: &[Ret]) -> (Data, Vec<Data>, String) {
    let program = Program::default();
    let mut interp = Interp::new(&program);
    let run = interp.run(func, args).unwrap_or_else(|e| panic!("{e:?}\n{func}"));
    let value = run.data(&interp, &func.ret).unwrap();
    let derivatives = derivatives.iter().map(|r| run.data(&interp, r).unwrap()).collect();
    (value, derivatives, format!("{:?}", interp.log))
}

/// Equal as numbers, so that the sign of a zero does not count, or both NaN.
fn same_numbers(a: &Data, b: &Data) -> bool {
    match (a, b) {
        (Data::Scalar(Scalar::Float(x)), Data::Scalar(Scalar::Float(y))) => {
            x == y || (x.is_nan() && y.is_nan())
        }
        (Data::Array(_, a), Data::Array(_, b)) => {
            let lift = |s: &Scalar| Data::Scalar(s.clone());
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_numbers(&lift(a), &lift(b)))
        }
        (a, b) => same_bits(a, b),
    }
}

/// A program with the derivatives that it returns.
type With<'a> = (&'a Func, &'a [Ret]);

fn agree(seed: u64, what: &str, before: With, after: With, points: &[Vec<Data>]) {
    verify(after.0).unwrap_or_else(|e| panic!("{seed} {what}: {e}\n{}\nfrom\n{}", after.0, before.0));
    for args in points {
        let (v, d, log) = run(before.0, args, before.1);
        let (v2, d2, log2) = run(after.0, args, after.1);
        let same = same_bits(&v, &v2) && d.iter().zip(&d2).all(|(a, b)| same_numbers(a, b)) && log == log2;
        assert!(
            same,
            "{seed} {what} at {args:?}\n{v:?} {d:?}\n{v2:?} {d2:?}\n{}\nsimplified\n{}",
            before.0, after.0
        );
    }
}

fn adjoints(g: &Gradient) -> Vec<Ret> {
    g.adjoints.iter().map(|(_, r)| r.clone()).collect()
}

/// How many derivative programs each pass changed.
type Counts = std::collections::BTreeMap<&'static str, u64>;

fn check_gradient(seed: u64, f: &Func, points: &[Vec<Data>], fuse: bool, counts: &mut Counts) {
    let g = reverse(f, &Options { fuse, ..Options::GRADIENT }).unwrap();
    verify(&g.func).unwrap_or_else(|e| panic!("{seed}: {e}\n{}\nof\n{f}", g.func));
    let mut h = g.clone();
    simplify::gradient(&mut h);
    agree(seed, "gradient", (&g.func, &adjoints(&g)), (&h.func, &adjoints(&h)), points);
    // Without knowledge of what is returned, the passes may keep more, but never less.
    let mut h = g.clone();
    simplify::simplify(&mut h.func);
    agree(seed, "gradient, unmarked", (&g.func, &adjoints(&g)), (&h.func, &adjoints(&h)), points);
    // One pass after the other, on code that only derivatives have.
    let mut last = g.clone();
    for (name, pass) in simplify::PASSES.iter().chain(simplify::PASSES) {
        let mut h = last.clone();
        if pass(&mut h.func) {
            agree(seed, name, (&last.func, &adjoints(&g)), (&h.func, &adjoints(&h)), points);
            *counts.entry(name).or_default() += 1;
        }
        last = h;
    }
    check_accumulators(seed, &g, points, counts);
    check_windows(seed, &g, points, counts);
    check_quotients(seed, &g, points, counts);
    // Simplified first.
    let mut s = f.clone();
    simplify::simplify(&mut s);
    let mut h = reverse(&s, &Options { fuse, ..Options::GRADIENT }).unwrap();
    simplify::gradient(&mut h);
    verify(&h.func).unwrap_or_else(|e| panic!("{seed}: {e}\n{}\nof\n{s}", h.func));
}

/// Sums in registers may differ in their last bits, and in nothing else.
fn check_accumulators(seed: u64, g: &Gradient, points: &[Vec<Data>], counts: &mut Counts) {
    let mut h = g.clone();
    simplify::accumulators(&mut h);
    *counts.entry("accumulators").or_default() += u64::from(h.func.to_string() != g.func.to_string());
    verify(&h.func).unwrap_or_else(|e| panic!("{seed}: {e}\n{}", h.func));
    let mut s = h.clone();
    simplify::gradient(&mut s);
    agree(seed, "sums", (&h.func, &adjoints(&h)), (&s.func, &adjoints(&s)), points);
    same_up_to_rounding(seed, "summed", (g, &h), points);
}

/// The value to the bit, and the gradient but for rounding.
fn same_up_to_rounding(seed: u64, what: &str, (g, h): (&Gradient, &Gradient), points: &[Vec<Data>]) {
    for args in points {
        let (v, d, log) = run(&g.func, args, &adjoints(g));
        let (v2, d2, log2) = run(&h.func, args, &adjoints(h));
        let near = d.iter().zip(&d2).all(|(a, b)| are_near(a, b));
        assert!(
            same_bits(&v, &v2) && log == log2 && near,
            "{seed} at {args:?}\n{d:?}\n{d2:?}\n{}\n{what}\n{}",
            g.func,
            h.func
        );
    }
}

/// Products with reciprocals may differ from quotients in their last bits, and in nothing else.
fn check_quotients(seed: u64, g: &Gradient, points: &[Vec<Data>], counts: &mut Counts) {
    let mut h = g.clone();
    simplify::gradient(&mut h);
    let mut q = h.clone();
    simplify::quotients(&mut q);
    *counts.entry("quotients").or_default() += u64::from(h.func.to_string() != q.func.to_string());
    verify(&q.func).unwrap_or_else(|e| panic!("{seed}: {e}\n{}", q.func));
    same_up_to_rounding(seed, "multiplied", (&h, &q), points);
}

/// Slices instead of indices, and rounds in pairs, change no bit, and no panic; sums in another order are equal but for rounding.
fn check_windows(seed: u64, g: &Gradient, points: &[Vec<Data>], counts: &mut Counts) {
    let mut h = g.clone();
    simplify::accumulators(&mut h);
    simplify::gradient(&mut h);
    let mut w = h.clone();
    simplify::windows_beyond(&mut w, None);
    *counts.entry("windows").or_default() += u64::from(h.func.to_string() != w.func.to_string());
    verify(&w.func).unwrap_or_else(|e| panic!("{seed}: {e}\n{}", w.func));
    agree(seed, "windows", (&h.func, &adjoints(&h)), (&w.func, &adjoints(&w)), points);
    let mut all = h.clone();
    simplify::windows(&mut all);
    verify(&all.func).unwrap_or_else(|e| panic!("{seed}: {e}\n{}", all.func));
    same_up_to_rounding(seed, "windows and sums", (&h, &all), points);
}

/// Equal but for rounding.
fn are_near(a: &Data, b: &Data) -> bool {
    match (a, b) {
        (Data::Scalar(Scalar::Float(x)), Data::Scalar(Scalar::Float(y))) => {
            x == y || (x.is_nan() && y.is_nan()) || (x - y).abs() <= 1e-9 * (1.0 + x.abs())
        }
        (Data::Array(_, a), Data::Array(_, b)) => {
            let lift = |s: &Scalar| Data::Scalar(s.clone());
            a.iter().zip(b).all(|(a, b)| are_near(&lift(a), &lift(b)))
        }
        (a, b) => same_numbers(a, b),
    }
}

fn check_tangent(seed: u64, f: &Func, points: &[Vec<Data>]) {
    let t: Tangent = forward::forward(f).expect("a tangent");
    verify(&t.func).unwrap_or_else(|e| panic!("{seed}: {e}\n{}\nof\n{f}", t.func));
    let mut s = t.clone();
    simplify::tangent(&mut s);
    let directions =
        [super::float(1.0), super::float(-0.5), Data::Array(vec![4], vec![Scalar::Float(0.25); 4])];
    let points: Vec<Vec<Data>> =
        points.iter().map(|args| args.iter().chain(&directions).cloned().collect()).collect();
    agree(
        seed,
        "tangent",
        (&t.func, std::slice::from_ref(&t.ret_tangent)),
        (&s.func, std::slice::from_ref(&s.ret_tangent)),
        &points,
    );
}

#[test]
fn simplified_programs_and_derivatives_say_the_same() {
    let count: u64 = std::env::var("RANDOM_PROGRAMS").ok().and_then(|n| n.parse().ok()).unwrap_or(80);
    let mut shrunk = 0;
    let mut counts = Counts::new();
    for seed in 0..count {
        let f = program(seed);
        let mut r = Random(!seed);
        let points: Vec<Vec<Data>> = (0..4).map(|_| arguments(&mut r)).collect();
        for (name, _) in simplify::PASSES {
            agree(seed, name, (&f, &[]), (&pass(name, f.clone()), &[]), &points);
        }
        let mut g = f.clone();
        simplify::simplify(&mut g);
        agree(seed, "primal", (&f, &[]), (&g, &[]), &points);
        shrunk += u64::from(g.to_string().len() < f.to_string().len());
        check_gradient(seed, &f, &points, true, &mut counts);
        check_gradient(seed, &f, &points, false, &mut counts);
        check_tangent(seed, &f, &points);
    }
    assert!(shrunk > count / 2, "only {shrunk} of {count} programs got any shorter");
    // What is kept whole is kept for calls, which these programs have none of.
    let tried = simplify::PASSES.iter().map(|(name, _)| *name).filter(|name| *name != "one_stack");
    for name in tried.chain(["accumulators", "windows", "quotients"]) {
        assert!(counts.get(name).is_some_and(|n| *n >= count / 40), "{name} is hardly tried: {counts:?}");
    }
}
