// What every batch of generated programs stands beside: effects, shapes as flat numbers, and the checks.
#![allow(warnings)]

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static NOTES: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
    static DRAWS: Cell<u64> = const { Cell::new(1) };
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// An effect.
pub fn note(n: u64) {
    NOTES.with_borrow_mut(|l| l.push(n));
}

/// An effect with a float.
pub fn record<T: Into<f64>>(x: T) {
    NOTES.with_borrow_mut(|l| l.push(x.into().to_bits()));
}

/// A number from a generator of the program's own.
pub fn draw() -> usize {
    let next = DRAWS.get().wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
    DRAWS.set(next);
    (next >> 40) as usize
}

pub struct Numbers<'a>(pub std::slice::Iter<'a, f64>);

/// What is made of floats, as a list of them.
pub trait Flat {
    fn put_flat(&self, out: &mut Vec<f64>);
    fn fill_flat(&mut self, from: &mut Numbers);
}
impl Flat for f64 {
    fn put_flat(&self, out: &mut Vec<f64>) { out.push(*self) }
    fn fill_flat(&mut self, from: &mut Numbers) { *self = *from.0.next().expect("enough numbers") }
}
impl Flat for f32 {
    fn put_flat(&self, out: &mut Vec<f64>) { out.push(*self as f64) }
    fn fill_flat(&mut self, from: &mut Numbers) { *self = *from.0.next().expect("enough numbers") as f32 }
}
impl Flat for () {
    fn put_flat(&self, _: &mut Vec<f64>) {}
    fn fill_flat(&mut self, _: &mut Numbers) {}
}
impl Flat for u32 {
    fn put_flat(&self, out: &mut Vec<f64>) { out.push(*self as f64) }
    fn fill_flat(&mut self, _: &mut Numbers) {}
}
impl Flat for usize {
    fn put_flat(&self, out: &mut Vec<f64>) { out.push(*self as f64) }
    fn fill_flat(&mut self, _: &mut Numbers) {}
}
impl<T: Flat> Flat for [T] {
    fn put_flat(&self, out: &mut Vec<f64>) { self.iter().for_each(|x| x.put_flat(out)) }
    fn fill_flat(&mut self, from: &mut Numbers) { self.iter_mut().for_each(|x| x.fill_flat(from)) }
}
impl<T: Flat, const N: usize> Flat for [T; N] {
    fn put_flat(&self, out: &mut Vec<f64>) { self[..].put_flat(out) }
    fn fill_flat(&mut self, from: &mut Numbers) { self[..].fill_flat(from) }
}
impl<T: Flat> Flat for Vec<T> {
    fn put_flat(&self, out: &mut Vec<f64>) { self[..].put_flat(out) }
    fn fill_flat(&mut self, from: &mut Numbers) { self[..].fill_flat(from) }
}
macro_rules! tuples { ($($t:ident)*) => {
    impl<$($t: Flat),*> Flat for ($($t,)*) {
        fn put_flat(&self, out: &mut Vec<f64>) { let ($($t,)*) = self; $($t.put_flat(out);)* }
        fn fill_flat(&mut self, from: &mut Numbers) { let ($($t,)*) = self; $($t.fill_flat(from);)* }
    }
} }
tuples!(A); tuples!(A B); tuples!(A B C); tuples!(A B C D); tuples!(A B C D E); tuples!(A B C D E G);

pub fn flat<T: Flat + ?Sized>(x: &T) -> Vec<f64> {
    let mut out = Vec::new();
    x.put_flat(&mut out);
    out
}

pub fn filled<T: Flat>(mut x: T, from: &mut Numbers) -> T {
    x.fill_flat(from);
    x
}

/// What a run of the function gave.
#[derive(Clone, Debug, Default)]
pub struct Out {
    /// Which variant the result is.
    pub tag: u32,
    /// What derivatives are asked of.
    pub floats: Vec<f64>,
    /// What else is left: state, logs.
    pub rest: Vec<f64>,
    /// The gradient, the tangent, or the Hessian's product.
    pub derivative: Vec<f64>,
    pub more: Vec<f64>,
}

#[derive(Clone, Debug)]
pub struct Run {
    pub out: Result<Out, String>,
    pub notes: Vec<u64>,
}

pub fn run(f: impl FnOnce() -> Out) -> Run {
    NOTES.with_borrow_mut(Vec::clear);
    DRAWS.set(1);
    let out = catch_unwind(AssertUnwindSafe(f)).map_err(|_| PANIC.take());
    Run { out, notes: NOTES.take() }
}

pub struct Case {
    pub name: &'static str,
    pub single: bool,
    pub inputs: usize,
    pub plain: fn(&[f64]) -> Out,
    /// The same function of `f64`, which differences are made of.
    pub twin: fn(&[f64]) -> Out,
    pub back: fn(&[f64], &[f64]) -> Out,
    pub along: fn(&[f64], &[f64]) -> Out,
    pub second: Option<fn(&[f64], &[f64]) -> Out>,
}

pub struct Random(pub u64);
impl Random {
    pub fn within(&mut self, lo: f64, hi: f64) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        lo + (hi - lo) * (((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64)
    }
    pub fn list(&mut self, n: usize, lo: f64, hi: f64) -> Vec<f64> {
        (0..n).map(|_| self.within(lo, hi)).collect()
    }
}

fn same(a: &[f64], b: &[f64]) -> bool {
    let equal = |a: &f64, b: &f64| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// What was found of a case: how many points were compared with differences, and what is wrong.
struct Report { compared: usize, points: usize, panics: usize, wrong: Vec<String>, bits: Vec<Vec<f64>> }

fn agree(what: &str, plain: &Run, made: &Run, wrong: &mut Vec<String>) -> bool {
    match (&plain.out, &made.out) {
        (Err(a), Err(b)) if a != b => wrong.push(format!("{what}: panics with {b:?} instead of {a:?}")),
        (Err(a), Ok(_)) => wrong.push(format!("{what}: no panic {a:?}")),
        (Ok(_), Err(b)) => wrong.push(format!("{what}: panics with {b:?}")),
        (Ok(a), Ok(b)) if a.tag != b.tag => wrong.push(format!("{what}: variant {} instead of {}", b.tag, a.tag)),
        (Ok(a), Ok(b)) if !same(&a.floats, &b.floats) => {
            wrong.push(format!("{what}: value {:?} instead of {:?}", b.floats, a.floats))
        }
        (Ok(a), Ok(b)) if !same(&a.rest, &b.rest) => {
            wrong.push(format!("{what}: state {:?} instead of {:?}", b.rest, a.rest))
        }
        _ if plain.notes != made.notes => {
            wrong.push(format!("{what}: effects {:?} instead of {:?}", made.notes, plain.notes))
        }
        (Ok(_), Ok(_)) => return true,
        _ => {}
    }
    false
}

/// The change of the outputs along a direction, and how far to trust it.
fn differences(f: &dyn Fn(f64) -> Option<f64>) -> Option<(f64, f64)> {
    let central = |h: f64| Some((f(h)? - f(-h)?) / (2.0 * h));
    let better = |h: f64| Some((4.0 * central(h / 2.0)? - central(h)?) / 3.0);
    let (a, b, c) = (better(1e-3)?, better(2e-4)?, better(4e-5)?);
    let right = (f(2e-5)? - f(0.0)?) / 2e-5;
    let left = (f(0.0)? - f(-2e-5)?) / 2e-5;
    let spread = (a - b).abs().max((b - c).abs());
    let kink = (right - left).abs() > 1e-2 * (1.0 + b.abs());
    (!kink && spread.is_finite()).then_some((b, spread))
}

fn check(case: &Case) -> Report {
    let mut report = Report { compared: 0, points: 0, panics: 0, wrong: Vec::new(), bits: Vec::new() };
    let loose = if case.single { 2e-3 } else { 1e-8 };
    for point in 0..4u64 {
        let mut random = Random(point * 77 + case.name.len() as u64 * 7 + case.inputs as u64);
        let x = random.list(case.inputs, -1.5, 1.5);
        let x: Vec<f64> = x.into_iter().map(|x| if case.single { x as f32 as f64 } else { x }).collect();
        let plain = run(|| (case.plain)(&x));
        let n = plain.out.as_ref().map_or(64, |o| o.floats.len());
        let seed = random.list(n.max(64), 0.5, 1.5);
        let seed: Vec<f64> = seed.into_iter().map(|x| if case.single { x as f32 as f64 } else { x }).collect();
        let back = run(|| (case.back)(&x, &seed));
        report.points += 1;
        report.panics += usize::from(plain.out.is_err());
        let fine = agree("reverse", &plain, &back, &mut report.wrong);
        let gradient = back.out.as_ref().map(|o| o.derivative.clone()).unwrap_or_default();
        report.bits.push(plain.out.as_ref().map(|o| o.floats.clone()).unwrap_or_default());
        report.bits.push(gradient.clone());
        for direction in 0..2 {
            let t = random.list(case.inputs, -1.0, 1.0);
            let t: Vec<f64> = t.into_iter().map(|x| if case.single { x as f32 as f64 } else { x }).collect();
            let along = run(|| (case.along)(&x, &t));
            if !agree("forward", &plain, &along, &mut report.wrong) || !fine {
                continue;
            }
            if plain.out.as_ref().is_ok_and(|o| o.tag != 0) {
                continue;
            }
            let tangent = along.out.as_ref().unwrap().derivative.clone();
            let size: f64 = gradient.iter().zip(&t).map(|(a, b)| (a * b).abs()).sum::<f64>()
                + tangent.iter().zip(&seed).map(|(a, b)| (a * b).abs()).sum::<f64>();
            let (by_reverse, by_forward) = (dot(&gradient, &t), dot(&tangent, &seed));
            if gradient.len() != case.inputs {
                report.wrong.push(format!("a gradient of {} instead of {}", gradient.len(), case.inputs));
                break;
            }
            let close = (by_reverse - by_forward).abs() <= loose * (size + 1e-3);
            // Zero times infinity is no number, in that direction in which it comes up: at the root of a maximum that is
            // the constant 0, say. The other direction has to agree with the differences.
            let heard = by_reverse.is_nan() != by_forward.is_nan();
            if !close && !heard && !(by_reverse.is_nan() && by_forward.is_nan()) {
                report.wrong.push(format!(
                    "reverse {by_reverse} forward {by_forward} at {x:?} along {t:?}: gradient {gradient:?}, tangent {tangent:?}"
                ));
                continue;
            }
            let value = |h: f64| {
                let moved: Vec<f64> = x.iter().zip(&t).map(|(x, t)| x + h * t).collect();
                let twin = run(|| (case.twin)(&moved));
                twin.out.ok().filter(|o| o.tag == plain.out.as_ref().unwrap().tag && o.floats.len() == n)
                    .map(|o| dot(&o.floats, &seed))
            };
            let Some((d, spread)) = differences(&value) else { continue };
            let size = if size.is_nan() { 1.0 } else { size };
            let scale = size + d.abs() + 1e-2;
            if spread > 1e-5 * scale {
                continue;
            }
            report.compared += 1;
            let allowed = if case.single { 1e-2 } else { 1e-4 };
            let known = if by_reverse.is_nan() { by_forward } else { by_reverse };
            if !((d - known).abs() <= allowed * scale) {
                report.wrong.push(format!(
                    "derivative {known} differences {d} ± {spread:e} at {x:?} along {t:?}: gradient {gradient:?}"
                ));
            }
            let Some(second) = case.second else { continue };
            let product = run(|| second(&x, &t));
            if !agree("second", &plain, &product, &mut report.wrong) {
                continue;
            }
            let out = product.out.unwrap();
            if out.more.iter().zip(&gradient).any(|(a, b)| (a * seed[0] - b).abs() > loose * (b.abs() + 1.0)) {
                report.wrong.push(format!("second: gradient {:?} instead of {gradient:?}", out.more));
            }
            for i in 0..case.inputs {
                let slope = |h: f64| {
                    let moved: Vec<f64> = x.iter().zip(&t).map(|(x, t)| x + h * t).collect();
                    let back = run(|| (case.back)(&moved, &seed));
                    (back.notes == plain.notes).then_some(())?;
                    back.out.ok().map(|o| o.derivative[i] / seed[0])
                };
                if case.single { break }
                let Some((d, spread)) = differences(&slope) else { continue };
                if spread > 1e-5 * (d.abs() + 1e-2) {
                    continue;
                }
                if !((d - out.derivative[i]).abs() <= 1e-4 * (d.abs() + gradient[i].abs() + 1e-2)) {
                    report.wrong.push(format!("second: {:?}, differences {d} ± {spread:e} of input {i} at {x:?} along {t:?}", out.derivative));
                }
            }
        }
    }
    report
}

fn main() {
    std::panic::set_hook(Box::new(|info| {
        let text = info.payload().downcast_ref::<&str>().map(|s| s.to_string())
            .or_else(|| info.payload().downcast_ref::<String>().cloned()).unwrap_or_default();
        PANIC.set(text);
    }));
    for case in cases() {
        println!("start {}", case.name);
        let report = check(&case);
        println!("counts {} {} {} {}", case.name, report.points, report.compared, report.panics);
        for wrong in report.wrong.iter().take(3) {
            println!("wrong {} {}", case.name, wrong.replace('\n', " "));
        }
        let words: Vec<String> = report.bits.iter().flatten().map(|x| format!("{:x}", x.to_bits())).collect();
        println!("bits {} {}", case.name, words.join(" "));
    }
    println!("end");
}

/// A run for its shape alone, which leaves no traces.
pub fn again<T>(f: impl FnOnce() -> T) -> T {
    let result = f();
    NOTES.with_borrow_mut(Vec::clear);
    DRAWS.set(1);
    result
}
