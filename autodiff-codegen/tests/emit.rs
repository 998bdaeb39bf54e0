//! Emitted code: what it looks like, and that it compiles and computes what the program says.

#[path = "emit/functions.rs"]
mod functions;
#[path = "emit/programs.rs"]
mod programs;
#[path = "random"]
#[allow(dead_code)]
mod random {
    pub mod generate;
    pub mod rng;
}
#[path = "emit/rustc.rs"]
mod rustc;
#[path = "emit/support.rs"]
mod support;

use autodiff_codegen::emit::{self, Programs};
use autodiff_codegen::forward::{Tangent, forward_lanes};
use autodiff_codegen::ir::interpret::{Data, Interp, Program};
use autodiff_codegen::ir::{Func, LANES, Ret};
use autodiff_codegen::reverse::{Options, reverse};
use autodiff_codegen::{second, simplify};
use random::{generate, rng};
use support::*;

#[test]
fn loops_read_like_the_source() {
    let (f, source) = programs::llsq();
    let (item, hir, opts) = front(source);
    for fuse in [true, false] {
        let mut g = reverse(&f, &Options { fuse, ..Options::GRADIENT }).unwrap();
        simplify::gradient(&mut g);
        simplify::windows(&mut g);
        let programs = Programs { grad: Some(g), ..Programs::default() };
        println!("{}", pretty(emit::companions(&item, &hir, &opts, &f, &programs)));
    }
}

/// What a program gives for its inputs, as the interpreter has it.
fn interpreted(f: &Func, results: &[autodiff_codegen::ir::Ret], args: &[Data]) -> Option<Vec<u64>> {
    let program = Program::default();
    let mut interp = Interp::new(&program);
    let run = interp.run(f, args).ok()?;
    let mut out = run.data(&interp, &f.ret).ok()?.to_floats();
    for r in results {
        out.extend(run.data(&interp, r).ok()?.to_floats());
    }
    Some(out.iter().map(|x| x.to_bits()).collect())
}

/// The tangents in lanes of a function, and of its gradient.
fn in_lanes(f: &Func) -> Vec<(&'static str, Tangent)> {
    let options = Options::GRADIENT;
    let gradient = matches!(f.ret, Ret::Scalar(_)).then(|| reverse(f, &options).ok()).flatten();
    let second = gradient.and_then(|mut g| {
        simplify::gradient(&mut g);
        forward_lanes(&second::program(&g)).ok()
    });
    let first = forward_lanes(f).ok();
    first.map(|t| ("first", t)).into_iter().chain(second.map(|t| ("second", t))).collect()
}

/// Random directions.
fn lanes_like(data: &Data, rng: &mut rng::Rng) -> Data {
    let lane = |rng: &mut rng::Rng| match data {
        Data::Scalar(_) => Data::float(rng.float(-1.0, 1.0)),
        Data::Array(dims, xs) => {
            let xs: Vec<f64> = xs.iter().map(|_| rng.float(-1.0, 1.0)).collect();
            Data::floats(dims, &xs)
        }
        other => other.clone(),
    };
    if let Data::Tuple(parts) = data {
        return Data::Tuple(parts.iter().map(|d| lanes_like(d, rng)).collect());
    }
    let lanes: Vec<Data> = (0..LANES).map(|_| lane(rng)).collect();
    Data::join(&lanes).expect("lanes of one shape")
}

/// Random programs, their gradients and their tangents, emitted, compiled and run: bit for bit what the interpreter says.
#[test]
fn random_programs_compute_what_the_interpreter_says() {
    let count: u64 = std::env::var("EMIT_PROGRAMS").ok().and_then(|n| n.parse().ok()).unwrap_or(40);
    let first: u64 = std::env::var("EMIT_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(0);
    let mut krate = rustc::Crate::default();
    for seed in first..first + count {
        let g = generate::generate(seed, "f", &[], 60, generate::Role::Main);
        if std::env::var("EMIT_SHOW").is_ok() {
            println!("{}", g.func);
        }
        let mut rng = rng::Rng::new(seed);
        let args: Vec<Data> = g.inputs.iter().map(|i| i.data(&mut rng)).collect();
        let mut add = |name: String, f: &Func, results: &[autodiff_codegen::ir::Ret]| {
            if let Some(expected) = interpreted(f, results, &args) {
                let code = emit::function(&runnable(f), results, &name, &rustc::run_time()).unwrap();
                krate.add(&name, f, code, &args, expected);
            }
        };
        add(format!("primal_{seed}"), &g.func, &[]);
        for fuse in [true, false] {
            let options = Options { fuse, ..Options::GRADIENT };
            let Ok(mut d) = reverse(&g.func, &options) else { continue };
            let trees = |d: &autodiff_codegen::reverse::Gradient| -> Vec<_> {
                d.adjoints.iter().map(|(_, r)| r.clone()).collect()
            };
            if d.func.params.len() > g.func.params.len() {
                continue;
            }
            add(format!("raw_{seed}_{fuse}"), &d.func, &trees(&d));
            simplify::gradient(&mut d);
            add(format!("grad_{seed}_{fuse}"), &d.func, &trees(&d));
            simplify::windows(&mut d);
            add(format!("windows_{seed}_{fuse}"), &d.func, &trees(&d));
        }
        for (what, mut t) in in_lanes(&g.func) {
            let mut args = args.clone();
            let directions: Vec<Data> =
                t.tangents.iter().map(|(i, _)| lanes_like(&args[*i], &mut rng)).collect();
            args.extend(directions);
            let mut add = |name: String, t: &Tangent| {
                if let Some(expected) = interpreted(&t.func, std::slice::from_ref(&t.ret_tangent), &args) {
                    let f = runnable(&t.func);
                    let results = std::slice::from_ref(&t.ret_tangent);
                    let code = emit::function(&f, results, &name, &rustc::run_time()).unwrap();
                    krate.add(&name, &f, code, &args, expected);
                }
            };
            add(format!("raw_lanes_{seed}_{what}"), &t);
            simplify::tangent(&mut t);
            add(format!("lanes_{seed}_{what}"), &t);
        }
    }
    krate.check("random");
}

#[test]
fn functions_as_users_write_them() {
    for (source, _) in functions::FUNCTIONS {
        let item: proc_macro2::TokenStream = source.parse().unwrap();
        println!("{}", pretty(autodiff_codegen::expand("jvp, vjp".parse().unwrap(), item)));
    }
}
