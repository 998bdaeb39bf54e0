//! Every pass on its own, with the program before and after; and all of them together on whole derivatives.

mod build;
mod first_writes;
mod memory;
mod one_stack;
mod pairs;
mod quotients;
mod random;
mod scalars;
mod windows;

use autodiff_codegen::ir::interpret::{Data, Interp, Program, Scalar, Trap};
use autodiff_codegen::ir::{Func, verify::verify};
use autodiff_codegen::simplify;

/// Runs one pass, to its own fixpoint, and verifies.
fn pass(name: &str, mut f: Func) -> Func {
    let (_, pass) = simplify::PASSES.iter().find(|(n, _)| *n == name).unwrap();
    for round in 0.. {
        assert!(round < 20, "{name} does not settle:\n{f}");
        let before = f.to_string();
        let changed = pass(&mut f);
        verify(&f).unwrap_or_else(|e| panic!("{name}: {e}\nbefore:\n{before}\nafter:\n{f}"));
        assert!(changed || f.to_string() == before, "{name} changed without saying so");
        if !changed {
            break;
        }
    }
    f
}

/// The lines of the body, from which the word `const` is left out.
fn body(f: &Func) -> Vec<String> {
    let text = f.to_string().replace(" = const ", " = ");
    let lines: Vec<String> = text.lines().map(|l| l.trim().to_string()).collect();
    lines[1..lines.len() - 1].to_vec()
}

fn float(x: f64) -> Data {
    Data::Scalar(Scalar::Float(x))
}

/// What a function returns and logs.
fn outcome(f: &Func, args: &[Data]) -> (Result<Data, Trap>, String) {
    let program = Program::default();
    let mut interp = Interp::new(&program);
    let r = interp.call(f, args);
    assert!(!matches!(r, Err(Trap::Invalid(_) | Trap::Stale(_))), "{r:?}\n{f}");
    (r, format!("{:?}", interp.log))
}

/// Bitwise, but for the sign and payload of a NaN.
fn same_bits(a: &Data, b: &Data) -> bool {
    match (a, b) {
        (Data::Scalar(Scalar::Float(x)), Data::Scalar(Scalar::Float(y))) => {
            x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan())
        }
        (Data::Tuple(a), Data::Tuple(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_bits(a, b))
        }
        (Data::Array(_, a), Data::Array(_, b)) => {
            let lift = |s: &Scalar| Data::Scalar(s.clone());
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_bits(&lift(a), &lift(b)))
        }
        (a, b) => a == b,
    }
}

/// Values that tell rewrites apart.
const SPECIAL: [f64; 12] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    1.5,
    -2.25,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
    f64::MIN_POSITIVE,
    5e-324,
    f64::MAX,
];
