//! What the lowered programs look like.

use crate::{accepted, count, lowered};
use autodiff_codegen::ir::interpret::Data;
use autodiff_codegen::ir::{Func, Name, Op, OpaqueKind, PlaceTy, Ty};

/// The opaque code of a function, in order; `let` statements in full.
fn opaque(func: &Func) -> Vec<String> {
    let mut out = Vec::new();
    func.body.each_stmt(&mut |s| match &s.op {
        Op::Opaque { kind: OpaqueKind::Expr(code), .. } => out.push(code.to_string()),
        Op::Opaque { kind: OpaqueKind::Let { pattern, init, .. }, .. } => {
            out.push(format!("let {pattern} = {init}"));
        }
        Op::Exit { code, .. } => out.push(format!("exit {code}")),
        _ => {}
    });
    out.iter().map(|s| s.replace(' ', "")).collect()
}

/// What of a function is copied.
fn copied(source: &str, expected: &[&str]) {
    let func = accepted(source);
    let expected: Vec<String> = expected.iter().map(|s| s.replace(' ', "")).collect();
    assert_eq!(opaque(&func), expected, "{source}\n{func}");
}

#[test]
fn what_is_understood_is_not_copied() {
    copied(
        "fn f(x: f64, n: usize, #[no_grad] w: &[f64], flag: bool) -> f64 {
            let k = 2 * n + 1;
            let t = w[k] * 0.5 - k as f64;
            let mut m = w[0];
            let mut best = 0;
            for i in 0..w.len() { if w[i] > m && flag { m = w[i]; best = i; } }
            let table = [1.0, t, 3.0];
            x * t + m * table[best]
        }",
        &[],
    );
}

#[test]
fn passive_code_is_copied() {
    copied(
        "fn f(x: f64, cfg: &Config, names: &[&str]) -> f64 {
            let n = cfg.steps(names.len());
            let mut log = Log::new();
            let gain: f64 = cfg.gain();
            let mut s = x;
            for i in 0..n {
                log.push(i);
                s += gain * x / cfg.width;
            }
            let longest = names.iter().map(|n| n.len()).max().unwrap_or(1);
            if log.len() > 3 { println!(\"{s}\"); }
            s * longest as f64
        }",
        &[
            "let n = cfg.steps(names.len())",
            "let mut log = Log::new()",
            "cfg.gain()",
            "n",
            "log.push(i)",
            "cfg.width",
            "let longest = names.iter().map(|n| n.len()).max().unwrap_or(1)",
            "log.len() > 3",
            "println!(\"{s}\")",
            "longest as f64",
        ],
    );
}

#[test]
fn passive_beginnings_of_active_variables_are_asserted() {
    let func =
        accepted("fn f(x: f64) -> f64 { let mut c = 1.0 / TINY; for _ in 0..3 { c = x + 1.0 / c; } c }");
    assert_eq!(opaque(&func), ["1.0/TINY"]);
    assert_eq!(count(&func, |op| matches!(op, Op::AssertFloat(_))), 1);
}

#[test]
fn passive_statements_are_copied_whole() {
    copied(
        "fn f(x: f64, n: usize) -> f64 {
            let mut k = n;
            loop { k /= 2; if k < 3 { break; } }
            let kind = match k.checked_sub(1) { None => 1.0, _ => 2.0 };
            let (a, b) = (k, Some(n));
            x * kind * a as f64 + b.unwrap() as f64
        }",
        &[
            "let mut k = n",
            "loop { k /= 2; if k < 3 { break; } }",
            "match k.checked_sub(1) { None => 1.0, _ => 2.0 }",
            "let (a, b) = (k, Some(n))",
            "a",
            "b.unwrap() as f64",
        ],
    );
}

#[test]
fn exits_are_the_end_of_their_blocks() {
    copied(
        "fn f(x: f64, n: usize) -> f64 {
            let y = if n > 3 { x } else { panic!(\"few\") };
            if y > 2.0 { unreachable!(\"{y}\"); } else if n == 7 { todo!() }
            y + if n == 4 { return x } else { unimplemented!() }
        }"
        .replace("y + if", "if")
        .as_str(),
        &["exit panic!(\"few\")", "exit unreachable!(\"{y}\")", "exit todo!()", "exit unimplemented!()"],
    );
    assert!(accepted("fn f(x: f64) -> f64 { let y: f64 = panic!(); x + y }").body.diverges);
    assert!(accepted("fn f(x: f64) -> f64 { if x > 0.0 { panic!() } else { panic!() } }").body.diverges);
    assert!(accepted("fn f(x: f64) -> f64 { x + panic!() }").body.diverges);
}

#[test]
fn integers_and_booleans_end_the_flow() {
    copied(
        "fn f(x: f64, a: &[f64]) -> f64 {
            let n: usize = bucket(x);
            let k = bucket(2.0 * x);
            let mut s = 0.0;
            if is_large(x) && !x.is_nan() { s += a[bucket(x)]; }
            for i in 0..count(x) { s += a[i]; }
            let m = count(x);
            for i in 0..m { s += a[i]; }
            s + a[n] + a[k] + bucket(x) as usize as f64
        }",
        &[
            "bucket(x)",
            "bucket(2.0 * x)",
            "is_large(x)",
            "bucket(x)",
            "count(x)",
            "count(x)",
            "bucket(x) as usize",
        ],
    );
}

#[test]
fn results_that_are_used_as_floats_are_values() {
    let func = accepted(
        "fn f(x: f64, v: &[f64]) -> f64 {
            let y = g(x, v);
            println!(\"{y}\");
            let z = h(&y);
            y * z
        }",
    );
    assert!(func.places.iter().filter(|p| p.ty == PlaceTy::Unknown).count() == 2);
    let mut calls = 0;
    func.body.each_stmt(&mut |s| {
        if let Op::Call { ret, .. } = &s.op {
            calls += 1;
            assert!(ret.is_none() && s.results.len() == 1, "{}", func.show_stmt(s));
        }
    });
    assert_eq!(calls, 2);
    assert_eq!(count(&func, |op| matches!(op, Op::AssertFloat(_))), 2);
    assert_eq!(count(&func, |op| matches!(op, Op::Load { .. })), 0);
}

#[test]
fn accumulations_are_told_from_stores() {
    let func = accepted(
        "fn f(x: &[f64], n: usize) -> f64 {
            let mut a = [0.0; 4];
            let mut hits = [0usize; 4];
            for i in 0..n { a[i % 4] += x[i]; a[0] -= x[i]; a[1] *= 2.0; hits[i % 4] += 1; }
            a[0] * hits[1] as f64
        }",
    );
    assert_eq!(count(&func, |op| matches!(op, Op::Accum { .. })), 2);
    assert_eq!(count(&func, |op| matches!(op, Op::Store { .. })), 2);
}

#[test]
fn conditions_without_effects_are_not_branches() {
    let func =
        accepted("fn f(x: f64, n: usize) -> f64 { if x > 0.0 && x < 1.0 || n == 2 { x } else { 1.0 } }");
    assert_eq!(count(&func, |op| matches!(op, Op::If { .. })), 1);
    let func = accepted("fn f(x: &[f64], n: usize) -> f64 { if n < 3 && x[n] > 0.0 { x[0] } else { 1.0 } }");
    assert_eq!(count(&func, |op| matches!(op, Op::If { .. })), 2);
}

#[test]
fn types_of_literals_are_found() {
    let func = accepted(
        "fn f(x: f32, n: u8) -> f32 {
            let mut s = 0.0;
            let mut k = 1;
            let table = [0.5, 1.5];
            for i in 0..n { s += 2.0 * table[k as usize % 2]; k += i; }
            if x > 1e-3 { s = x; }
            s
        }",
    );
    for v in &func.values {
        let known = match &v.ty {
            Ty::Float(f) => *f == autodiff_codegen::ir::FloatTy::F32,
            Ty::Int(i) => i.is_some(),
            Ty::Bool => true,
            Ty::Opaque | Ty::Pullback | Ty::Snapshot => false,
        };
        assert!(known, "{:?} in {func}", v.ty);
    }
}

#[test]
fn versions_carry_the_user_s_names() {
    let func = accepted(
        "fn f(x: f64, n: usize) -> f64 { let mut total = x; for i in 0..n { total *= 1.0 + i as f64; } total }",
    );
    let named = |name: &str| {
        let is = |v: &&autodiff_codegen::ir::ValueInfo| matches!(&v.name, Some(Name::User(i)) if i == name);
        func.values.iter().filter(is).count()
    };
    assert_eq!((named("total"), named("i"), named("x")), (3, 1, 1), "{func}");
}

#[test]
fn statements_know_their_source() {
    let func = accepted("fn f(x: f64) -> f64 { let y = x * 2.0; y.sin() }");
    let texts: Vec<String> =
        func.body.stmts.iter().filter_map(|s| s.origin.text.as_ref().map(ToString::to_string)).collect();
    assert_eq!(texts.len(), func.body.stmts.len());
    assert!(texts[0].replace(' ', "").starts_with("lety=x*2.0"), "{texts:?}");
}

#[test]
fn written_parameters_are_outputs() {
    let func = accepted(
        "fn f(x: &[f64], out: &mut [f64], total: &mut f64) {
            for i in 0..x.len() { out[i] = x[i] * x[i]; *total += out[i]; }
            *total = *total * 2.0;
        }",
    );
    assert_eq!(count(&func, |op| matches!(op, Op::Accum { .. })), 1);
    assert_eq!(count(&func, |op| matches!(op, Op::Store { .. })), 2);
}

/// Flow is never lost, whatever way it takes: each of these is refused.
#[test]
fn flow_does_not_get_lost_in_passive_code() {
    for source in [
        "fn f(x: f64) -> f64 { let c = Cell::new(0.0); c.set(x); c.get() * 2.0 }",
        "fn f(x: f64, store: &Store) -> f64 { store.values.borrow_mut().push(x); store.sum() }",
        "fn f(x: f64) -> f64 { let mut y = 0.0; assert!({ y = x; true }); y }",
        "fn f(x: f64, n: u8) -> f64 { let mut y = 0.0; match g(n) { Some(_) if { y = x; true } => {} _ => {} } y }",
        "fn f(x: f64) -> f64 { let mut y = 0.0; match y { ref mut r if *r < 1.0 => *r = x, _ => {} } y }",
        "fn f(x: f64, p: &mut Pair) -> f64 { p.left = x; p.left * 2.0 }",
        "fn f(x: f64) -> f64 { my_macro!(let y = x); y }",
        "fn f(x: f64) -> f64 { unsafe { GLOBAL = x } read() }",
        "fn f(x: f64) -> f64 { KEY.with(|k| k.set(x)); 1.0 }",
    ] {
        assert!(lowered(source).is_err(), "accepted: {source}\n{}", accepted(source));
    }
}

/// Flow through references and closures keeps the value.
#[test]
fn flow_through_references_and_closures() {
    for source in [
        "fn f(x: f64) -> f64 { let mut a = [0.0; 2]; for r in a.iter_mut() { *r = x; } a[0] }",
        "fn f(x: f64) -> f64 { let mut a = [0.0; 2]; a.iter_mut().for_each(|r| *r = x); a[0] }",
        "fn f(x: f64) -> f64 { let mut a = [0.0; 2]; if let Some(r) = a.first_mut() { *r = x; } a[0] }",
        "fn f(x: f64) -> f64 { let mut y = 0.0; let mut set = |v: f64| y = v; set(x); y }",
        "fn f(x: f64) -> f64 { let mut a = [0.0; 2]; let Some(r) = a.first_mut() else { return 0.0 }; *r = x; a[0] }",
    ] {
        let Ok(value) = crate::run(&[source], &[Data::float(1.5)]) else { panic!("no value: {source}") };
        assert_eq!(value.to_floats(), [1.5], "{source}");
    }
}

/// A method may keep nothing of what it is given: its own body is checked for that where it is annotated.
#[test]
fn what_a_method_is_given_is_a_call() {
    let func =
        accepted("fn f(x: f64) -> f64 { let mut a = [0.0]; let h = Hold { a: &mut a }; h.put(x); a[0] }");
    assert_eq!(count(&func, |op| matches!(op, Op::Call { .. })), 1);
    assert!(lowered("fn put(h: &mut Hold, x: f64) { h.a[0] = x; }").is_err());
}

#[test]
fn operations_by_the_path_of_a_float_trait_are_asserted() {
    let func = accepted("fn f<T: Float>(x: T, n: &[T]) -> T { Float::sqrt(x) + Float::max(T::one(), n[0]) }");
    assert_eq!(count(&func, |op| matches!(op, Op::Elem { .. })), 3);
    assert_eq!(opaque(&func), ["T::one()"]);
}

#[test]
fn what_is_known_is_matched_by_comparisons() {
    let func = accepted("fn f(x: f64, n: usize) -> f64 { match n { 0 => x, 1 | 2 => x * x, _ => 1.0 } }");
    assert_eq!(opaque(&func), [""; 0]);
    assert_eq!(count(&func, |op| matches!(op, Op::If { .. })), 2);
    let func = accepted("fn f(x: f64) -> f64 { match x { v if v < 0.0 => -v, v => v } }");
    assert_eq!(opaque(&func), [""; 0]);
    // A name in small letters must not be that of a constant.
    assert!(func.items.iter().any(|item| item.to_string().replace(' ', "") == "const_:fn(())=|v|{};"));
}

#[test]
fn what_is_not_known_is_matched_once() {
    let func = accepted(
        "fn f(x: f64, k: Option<usize>) -> f64 { match k { Some(k) if k > 3 => x * k as f64, _ => x } }",
    );
    assert_eq!(
        opaque(&func),
        [
            "let(arm,k_found)=matchk{Some(k)ifk>3=>(true,::core::option::Option::Some(k)),_=>(false,::core::option::Option::None)}",
            "arm",
            "letk=k_found.unwrap()",
            "k",
        ]
    );
}

/// By the path, and by what is imported in the body; `f64::sin` is `std`'s.
#[test]
fn functions_of_libm_are_operations_of_their_own() {
    let func = accepted(
        "fn f(x: f64, k: f64) -> f64 {
            use libm::{sin as waves, fabs};
            let (s, c) = libm::sincos(x);
            waves(x) + x.sin() + ::libm::sinf(x as f32) as f64 + fabs(s) * c
        }",
    );
    let text = func.to_string();
    assert_eq!(text.matches(" libm.Sin ").count(), 3, "{text}");
    assert_eq!(text.matches("= Sin ").count(), 1, "{text}");
    // Each name is asked about once, beside the import.
    let asked = func.items.iter().filter(|i| i.to_string().contains("of_libm"));
    assert_eq!(asked.count(), 4);
}

#[test]
fn names_of_libm_can_mean_something_else() {
    for source in [
        "fn f(x: f64) -> f64 { mod libm { } libm::sin(x) }",
        "fn f(x: f64) -> f64 { use other::libm; libm::sin(x) }",
        "fn f(x: f64) -> f64 { #[cfg(on)] use libm::sin; #[cfg(off)] fn sin(x: f64) -> f64 { x } sin(x) }",
        "fn f(x: f64) -> f64 { mod libm { } use libm::sin; sin(x) }",
        "fn f(x: f64) -> f64 { libm::inner::sin(x) }",
        "fn f(x: f64) -> f64 { crate::libm::sin(x) }",
        "fn f(x: f64) -> f64 { libm::lgamma(x) }",
        "fn f(x: f64) -> f64 { sin(x) }",
    ] {
        if let Ok(func) = lowered(source) {
            assert_eq!(count(&func, |op| matches!(op, Op::Elem { .. })), 0, "{source}\n{func}");
        }
    }
}

/// The calls of the maths library in a program.
fn library_calls(source: &str) -> [usize; 2] {
    let found = autodiff_codegen::inspect::inspect(
        &source.parse().expect("tokens"),
        &autodiff_codegen::options::Options::default(),
    )
    .unwrap_or_else(|refusals| panic!("{refusals:?}"));
    let program = found.gradient.func.to_string();
    ["= Sin ", "= Cos "].map(|call| program.matches(call).count())
}

#[test]
fn sines_and_cosines_are_computed_once_in_both_sweeps() {
    // Both are the function's own.
    let own = "fn f(x: f64) -> f64 { if x > 0.0 { let (s, c) = x.sin_cos(); s * c * x } else { x } }";
    assert_eq!(library_calls(own), [1, 1]);
    // The cosine comes along with the sine.
    let of_sine = "fn f(x: f64) -> f64 { if x > 0.0 { x.sin() * x } else { x } }";
    assert_eq!(library_calls(of_sine), [1, 1]);
    // That of another number is not it.
    let others = "fn f(x: f64, y: f64) -> f64 { if x > y { x.sin() * y.cos() } else { x } }";
    assert_eq!(library_calls(others), [2, 2]);
    // One before the loop serves all of its rounds.
    let before =
        "fn f(x: f64, n: usize) -> f64 { let mut p = x.sin(); for _ in 0..n { p = p * x.cos() * p; } p }";
    assert_eq!(library_calls(before), [1, 2]);
}
