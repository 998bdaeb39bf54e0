//! Lowering, from source text to a program that the interpreter runs: the values are those of the very same
//! function compiled by rustc, bit for bit.

use autodiff_codegen::diagnostics::{Errors, Kind};
use autodiff_codegen::ir::interpret::{Callee, Data, Interp, Program, Scalar, Trap};
use autodiff_codegen::ir::verify::verify;
use autodiff_codegen::ir::{Func, Op};
use autodiff_codegen::{lower, options, parse};

#[path = "lower/programs.rs"]
mod programs;
#[path = "lower/references.rs"]
mod references;
#[path = "lower/refusals.rs"]
mod refusals;
#[path = "lower/shape.rs"]
mod shape;

/// Lowers a function's text; the kinds of its errors if it is refused.
fn lowered(source: &str) -> Result<Func, Vec<Kind>> {
    let item: syn::ItemFn = syn::parse_str(source).unwrap_or_else(|e| panic!("{e} in\n{source}"));
    let mut errors = Errors::new();
    let options = options::parse(proc_macro2::TokenStream::new(), &mut errors);
    let func = parse::parse(&item, &options, &mut errors).and_then(|f| lower::lower(&f, &mut errors));
    let kinds = errors.kinds();
    let messages = errors.into_messages();
    match func {
        Some(func) if kinds.is_empty() => {
            verify(&func).unwrap_or_else(|e| panic!("{e}\nin {source}\n{func}"));
            Ok(func)
        }
        Some(_) => panic!("errors, but also a program: {messages:?}"),
        None => {
            assert!(!kinds.is_empty(), "refused without an error: {messages:?}\n{source}");
            Err(kinds)
        }
    }
}

/// Lowers a function that has to be accepted.
fn accepted(source: &str) -> Func {
    lowered(source).unwrap_or_else(|kinds| panic!("refused as {kinds:?}: {source}"))
}

/// The program that calls in tests see: all of `sources`, by name, and some constants.
fn program(sources: &[&str]) -> Program {
    let mut program = Program::default();
    for source in sources {
        let primal = accepted(source);
        program
            .callees
            .insert(primal.name.clone(), Callee { primal, reverse: None, forward: None, second: None });
    }
    program.consts = [
        ("GAIN".to_string(), Scalar::Float(2.5)),
        ("DIM".to_string(), Scalar::Int(2)),
        ("std :: f64 :: consts :: PI".to_string(), Scalar::Float(std::f64::consts::PI)),
        ("f64 :: EPSILON".to_string(), Scalar::Float(f64::EPSILON)),
        ("f64 :: NEG_INFINITY".to_string(), Scalar::Float(f64::NEG_INFINITY)),
        ("usize :: MAX".to_string(), Scalar::Int(usize::MAX as i128)),
    ]
    .into_iter()
    .collect();
    program
}

/// Runs the first of the functions.
fn run(sources: &[&str], args: &[Data]) -> Result<Data, Trap> {
    let program = program(sources);
    let func = accepted(sources[0]);
    let result = Interp::new(&program).call(&func, args);
    if let Err(Trap::Invalid(what)) = &result {
        panic!("{what}\n{func}");
    }
    result
}

/// What goes into the interpreter, and comes out of a compiled function.
trait Value {
    fn data(&self) -> Data;
}

impl Value for f64 {
    fn data(&self) -> Data {
        Data::float(*self)
    }
}

impl Value for f32 {
    fn data(&self) -> Data {
        Data::float(f64::from(*self))
    }
}

impl Value for usize {
    fn data(&self) -> Data {
        Data::Scalar(Scalar::Int(*self as i128))
    }
}

impl Value for i32 {
    fn data(&self) -> Data {
        Data::Scalar(Scalar::Int(i128::from(*self)))
    }
}

impl Value for bool {
    fn data(&self) -> Data {
        Data::Scalar(Scalar::Bool(*self))
    }
}

impl<T: Value + ?Sized> Value for &T {
    fn data(&self) -> Data {
        (**self).data()
    }
}

impl<T: Value> Value for [T] {
    fn data(&self) -> Data {
        let mut dims = vec![self.len()];
        let mut all = Vec::new();
        for (i, x) in self.iter().enumerate() {
            match x.data() {
                Data::Array(inner, xs) => {
                    if i == 0 {
                        dims.extend(inner);
                    }
                    all.extend(xs);
                }
                Data::Scalar(x) => all.push(x),
                other => panic!("{other:?} in an array"),
            }
        }
        Data::Array(dims, all)
    }
}

impl<T: Value, const N: usize> Value for [T; N] {
    fn data(&self) -> Data {
        self.as_slice().data()
    }
}

impl<T: Value> Value for Vec<T> {
    fn data(&self) -> Data {
        self.as_slice().data()
    }
}

impl<A: Value, B: Value> Value for (A, B) {
    fn data(&self) -> Data {
        Data::Tuple(vec![self.0.data(), self.1.data()])
    }
}

impl<A: Value, B: Value, C: Value> Value for (A, B, C) {
    fn data(&self) -> Data {
        Data::Tuple(vec![self.0.data(), self.1.data(), self.2.data()])
    }
}

/// Writes down functions, the first of which is run on each of the argument lists, by rustc and by the
/// interpreter.
macro_rules! same {
    ($(#[$attr:meta])* $test:ident: { $($functions:item)* } $first:ident $(($($arg:expr),* $(,)?))*) => {
        #[test]
        $(#[$attr])*
        fn $test() {
            $($functions)*
            let sources = [$(stringify!($functions)),*];
            $(
                let expected = crate::Value::data(&$first($($arg),*));
                let args = [$(crate::Value::data(&$arg)),*];
                let found = crate::run(&sources, &args);
                assert_eq!(found.as_ref(), Ok(&expected), "{}\n{}", stringify!($($arg),*), crate::accepted(sources[0]));
            )*
        }
    };
}
use same;

/// How many statements of a kind a function has, regions included.
fn count(func: &Func, is: impl Fn(&Op) -> bool) -> usize {
    let mut n = 0;
    func.body.each_stmt(&mut |s| n += usize::from(is(&s.op)));
    n
}
