//! Compiles emitted functions with rustc, and runs them.

use autodiff_codegen::ir::interpret::{Data, Scalar};
use autodiff_codegen::ir::*;
use proc_macro2::TokenStream;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

/// A program of emitted functions, each called once.
#[derive(Default)]
pub struct Crate {
    functions: String,
    calls: String,
    expected: Vec<(String, Vec<u64>)>,
}

/// Where the emitted functions find the run-time.
pub fn run_time() -> TokenStream {
    quote::quote!(::autodiff_runtime)
}

impl Crate {
    /// Adds a function with its arguments and what it must return: the bits of all floats in order.
    pub fn add(&mut self, name: &str, f: &Func, code: TokenStream, args: &[Data], expected: Vec<u64>) {
        self.functions.push_str(&super::pretty(code));
        let mut lets = String::new();
        let mut list = String::new();
        for (i, (a, p)) in args.iter().zip(&f.params).enumerate() {
            let (value, by) = argument(f, &p.kind, a);
            let _ = writeln!(lets, "    let mut a{i} = {value};");
            let _ = write!(list, "{by}a{i}, ");
        }
        let _ = writeln!(
            self.calls,
            "fn run_{name}() {{\n    LOG.set(0);\n{lets}    let r = {name}({list});\n    show({name:?}, &r);\n}}"
        );
        self.expected.push((name.to_string(), expected));
    }

    /// Compiles and runs all, and compares.
    pub fn check(self, name: &str) {
        let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("emit_{name}"));
        std::fs::create_dir_all(dir.join("src")).unwrap();
        let run_time = concat!(env!("CARGO_MANIFEST_DIR"), "/../autodiff-runtime");
        let manifest = format!(
            "[package]\nname = \"emit_{name}\"\nedition = \"2024\"\n[workspace]\n\
             [dependencies]\nautodiff-runtime = {{ path = {run_time:?} }}\n"
        );
        std::fs::write(dir.join("Cargo.toml"), manifest).unwrap();
        let mut main = String::from(PRELUDE);
        main.push_str(&self.functions);
        main.push_str(&self.calls);
        let calls: String = self.expected.iter().map(|(n, _)| format!("    run_{n}();\n")).collect();
        let _ = writeln!(main, "fn main() {{\n{calls}}}");
        std::fs::write(dir.join("src/main.rs"), main).unwrap();
        let out = Command::new(env!("CARGO"))
            .args(["run", "--quiet", "--offline"])
            .current_dir(&dir)
            .env("CARGO_TARGET_DIR", dir.join("target"))
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success(), "in {}:\n{errors}", dir.display());
        let text = String::from_utf8(out.stdout).unwrap();
        let mut wrong = Vec::new();
        for (line, (name, expected)) in text.lines().zip(&self.expected) {
            let mut words = line.split_whitespace();
            assert_eq!(words.next(), Some(name.as_str()));
            let got: Vec<u64> = words.map(|w| w.parse().unwrap()).collect();
            let same = got.len() == expected.len() && got.iter().zip(expected).all(|(a, b)| equal(*a, *b));
            if !same {
                let floats = |v: &[u64]| v.iter().map(|b| f64::from_bits(*b)).collect::<Vec<_>>();
                wrong.push(format!("{name}: {:?}, not {:?}", floats(&got), floats(expected)));
            }
        }
        assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), self.expected.len(), wrong.join("\n"));
        assert_eq!(text.lines().count(), self.expected.len());
        println!("{} functions", self.expected.len());
    }
}

/// Equal to the bit, but for the payloads and signs of NaNs.
fn equal(a: u64, b: u64) -> bool {
    a == b || (f64::from_bits(a).is_nan() && f64::from_bits(b).is_nan())
}

/// An argument as Rust, and how it is passed.
fn argument(f: &Func, kind: &ParamKind, data: &Data) -> (String, &'static str) {
    let by = |m: &Mode| match m {
        Mode::Value => "",
        Mode::Ref => "&",
        Mode::Mut => "&mut ",
    };
    match (kind, data) {
        (ParamKind::Scalar(_, m), Data::Scalar(s)) => (scalar(s), by(m)),
        (ParamKind::Place(p, m), Data::Array(dims, xs)) => {
            let vec = matches!(f.plc(*p).ty, PlaceTy::Vec(_));
            let text = array(dims, &mut xs.iter());
            (if vec { format!("vec!{text}") } else { text }, by(m))
        }
        (ParamKind::Tuple(kinds, m), Data::Tuple(parts)) => {
            let parts = kinds.iter().zip(parts).map(|(k, d)| {
                let (value, by) = argument(f, k, d);
                format!("{by}{value}, ")
            });
            (format!("({})", parts.collect::<String>()), by(m))
        }
        _ => panic!("{data:?}"),
    }
}

fn array<'a>(dims: &[usize], xs: &mut impl Iterator<Item = &'a Scalar>) -> String {
    match dims {
        [] => scalar(xs.next().unwrap()),
        [n, rest @ ..] => {
            let parts: Vec<String> = (0..*n).map(|_| array(rest, xs)).collect();
            format!("[{}]", parts.join(", "))
        }
    }
}

fn scalar(s: &Scalar) -> String {
    match s {
        Scalar::Float(x) => format!("f64::from_bits({})", x.to_bits()),
        Scalar::Lanes(xs) => {
            let lanes = xs.map(|x| scalar(&Scalar::Float(x)));
            format!("::autodiff_runtime::Lanes([{}])", lanes.join(", "))
        }
        Scalar::Int(n) => format!("{n}"),
        Scalar::Bool(b) => format!("{b}"),
        other => panic!("{other:?}"),
    }
}

const PRELUDE: &str = r#"// Random programs may panic where rustc sees it.
#![allow(unused, arithmetic_overflow, unconditional_panic)]
trait Floats { fn each(&self, f: &mut dyn FnMut(f64)); }
impl Floats for f64 { fn each(&self, f: &mut dyn FnMut(f64)) { f(*self) } }
impl Floats for ::autodiff_runtime::Lanes<f64> { fn each(&self, f: &mut dyn FnMut(f64)) { self.0.each(f) } }
impl Floats for () { fn each(&self, _: &mut dyn FnMut(f64)) {} }
impl<T: Floats> Floats for [T] { fn each(&self, f: &mut dyn FnMut(f64)) { self.iter().for_each(|x| x.each(f)) } }
impl<T: Floats, const N: usize> Floats for [T; N] { fn each(&self, f: &mut dyn FnMut(f64)) { self[..].each(f) } }
impl<T: Floats> Floats for Vec<T> { fn each(&self, f: &mut dyn FnMut(f64)) { self[..].each(f) } }
macro_rules! tuples { ($($t:ident)*) => {
    impl<$($t: Floats),*> Floats for ($($t,)*) {
        #[allow(non_snake_case)]
        fn each(&self, f: &mut dyn FnMut(f64)) { let ($($t,)*) = self; $($t.each(f);)* }
    }
} }
tuples!(A); tuples!(A B); tuples!(A B C); tuples!(A B C D); tuples!(A B C D E); tuples!(A B C D E F);
fn show<T: Floats>(name: &str, x: &T) {
    let mut line = String::from(name);
    x.each(&mut |x| line.push_str(&format!(" {}", x.to_bits())));
    println!("{line}");
}

// Opaque code, as the interpreter has it: a number that depends on the code, on how much ran before, and on what
// it reads.
thread_local! { static LOG: std::cell::Cell<usize> = const { std::cell::Cell::new(0) }; }
trait Read { fn dims(&self, out: &mut Vec<usize>); fn cells(&self, out: &mut Vec<String>); }
impl Read for f64 { fn dims(&self, _: &mut Vec<usize>) {} fn cells(&self, out: &mut Vec<String>) { out.push(format!("Float({self:?})")) } }
impl Read for usize { fn dims(&self, _: &mut Vec<usize>) {} fn cells(&self, out: &mut Vec<String>) { out.push(format!("Int({self:?})")) } }
impl Read for bool { fn dims(&self, _: &mut Vec<usize>) {} fn cells(&self, out: &mut Vec<String>) { out.push(format!("Bool({self:?})")) } }
impl<T: Read> Read for [T] {
    fn dims(&self, out: &mut Vec<usize>) { out.push(self.len()); if let Some(x) = self.first() { x.dims(out) } }
    fn cells(&self, out: &mut Vec<String>) { self.iter().for_each(|x| x.cells(out)) }
}
impl<T: Read, const N: usize> Read for [T; N] {
    fn dims(&self, out: &mut Vec<usize>) { self[..].dims(out) }
    fn cells(&self, out: &mut Vec<String>) { self[..].cells(out) }
}
impl<T: Read> Read for Vec<T> {
    fn dims(&self, out: &mut Vec<usize>) { self[..].dims(out) }
    fn cells(&self, out: &mut Vec<String>) { self[..].cells(out) }
}
impl<T: Read + ?Sized> Read for &T {
    fn dims(&self, out: &mut Vec<usize>) { (**self).dims(out) }
    fn cells(&self, out: &mut Vec<String>) { (**self).cells(out) }
}
fn read<T: Read + ?Sized>(x: &T) -> String {
    let (mut dims, mut cells) = (Vec::new(), Vec::new());
    x.dims(&mut dims);
    x.cells(&mut cells);
    if dims.is_empty() { format!("Scalar({})", cells[0]) } else { format!("Array({dims:?}, [{}])", cells.join(", ")) }
}
trait StandIn { fn of(n: u64) -> Self; }
impl StandIn for f64 { fn of(n: u64) -> f64 { (n % 4097) as f64 / 2048.0 - 1.0 } }
impl StandIn for usize { fn of(n: u64) -> usize { (n % 4) as usize } }
impl StandIn for bool { fn of(n: u64) -> bool { n % 2 == 0 } }
impl StandIn for () { fn of(_: u64) {} }
fn effect<T: StandIn>(code: &str, reads: &[String]) -> T {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    (code, LOG.get()).hash(&mut hasher);
    reads.iter().for_each(|r| r.hash(&mut hasher));
    LOG.set(LOG.get() + 1);
    T::of(hasher.finish())
}
"#;
