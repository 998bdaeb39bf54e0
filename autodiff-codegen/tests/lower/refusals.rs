//! What is refused, and as what.

use crate::{Kind, lowered};

/// Each of the functions is refused for just this reason.
fn refused(kind: Kind, sources: &[&str]) {
    for source in sources {
        match lowered(source) {
            Err(kinds) => assert_eq!(kinds, [kind], "{source}"),
            Ok(func) => panic!("accepted: {source}\n{func}"),
        }
    }
}

#[test]
fn constructs_that_are_not_looked_into() {
    refused(Kind::NotDifferentiated, &["fn f(x: f64) -> f64 { let p = Shape::Point { x, y: 1.0 }; p.x }"]);
    refused(Kind::ActiveMacro, &["fn f(x: f64) -> f64 { my_macro!(x) }"]);
    refused(Kind::UnsafeBlock, &["fn f(x: f64) -> f64 { unsafe { x } }"]);
    refused(
        Kind::UnknownMethod,
        &[
            "fn f(x: &[f64]) -> f64 { x.iter().peekable().take(5).sum() }",
            "fn f(x: &[f64]) -> f64 { x.iter().map(|v| v * v).rearranged().sum() }",
            "fn f(x: f64) -> f64 { x.squash() }",
            "fn f(x: f64, n: i32) -> f64 { n.apply(x) }",
        ],
    );
    refused(Kind::LocalCall, &["fn f(x: f64, #[no_grad] g: fn(f64) -> f64) -> f64 { g(x) }"]);
    refused(Kind::QualifiedCall, &["fn f(x: f64) -> f64 { <f64 as Into<f64>>::into(x) }"]);
    refused(Kind::TupleArgument, &["fn f(x: f64, n: usize) -> f64 { g((x, n)) }"]);
    refused(Kind::Field, &["fn f(x: f64) -> f64 { let p = [x]; p.re }"]);
}

/// Iterators that are asked for some items, and used again.
#[test]
fn iterators_that_go_on() {
    let with = |body: &str| format!("fn f(x: &[f64]) -> f64 {{ let mut it = x.iter(); {body} }}");
    for body in [
        "let mut s = 0.0; for a in it.by_ref().take(2) { s += a; } for b in it { s += b * b; } s",
        "let mut s = 0.0; for a in &mut it { s += a; break; } for b in it { s += b * b; } s",
        "let s = if it.any(|v| *v > 0.0) { 1.0 } else { 0.0 }; it.fold(s, |s, v| s + v)",
        "let mut f = || it.next().unwrap() * 2.0; f() + f()",
        "*it.nth(1).unwrap() + it.sum::<f64>()",
        "*it.next_back().unwrap() + it.sum::<f64>()",
        "it = x[1..].iter(); *it.next().unwrap()",
        "let mut other = it; *other.next().unwrap()",
        "next(&mut it) + it.sum::<f64>()",
    ] {
        assert!(lowered(&with(body)).is_err(), "accepted: {body}");
    }
}

#[test]
fn values_that_are_noted_elsewhere() {
    refused(
        Kind::AssignmentTarget,
        &[
            "fn f(x: f64) -> f64 { *LAST.lock().unwrap() = x; x * read() }",
            "fn f(x: f64) -> f64 { LAST.lock().unwrap()[0] += x; x * read() }",
            "fn f(x: f64, n: usize) -> f64 { if n > 0 { STATE.lock().unwrap().last = x; } x * read() }",
            "fn f(x: f64) -> f64 { let k = { *LAST.lock().unwrap() = x; 3 }; x * read() * k as f64 }",
            "fn f(x: &[f64]) -> f64 { x.iter().for_each(|v| *LAST.lock().unwrap() += v); x[0] * read() }",
        ],
    );
    refused(
        Kind::ConstantParameter,
        &["fn f(x: f64, state: &mut State) -> f64 { state.seen.push(x); x * state.seen[0] }"],
    );
    let noted = "fn f(x: f64) -> f64 { *LAST.lock().unwrap() = stop_gradient(x); x * x }";
    assert!(lowered(noted).is_ok(), "refused: {noted}");
}

#[test]
fn changes_out_of_sight() {
    refused(
        Kind::ChangedOutOfSight,
        &[
            "fn f(x: f64) -> f64 { let mut s = x; let mut add = |t: f64| { check(t)?; s += t; }; add(1.0); s }",
        ],
    );
    refused(
        Kind::UnknownStart,
        &["fn f(x: f64, n: usize) -> f64 { let mut v = queue(n); v.push_back(x); v.len() as f64 * x }"],
    );
    refused(
        Kind::HiddenVariable,
        &["fn f(x: f64, n: usize) -> f64 {
            let k = n.pow(2);
            let z = { let k = n.pow(3); x * k as f64 };
            z * k as f64
        }"],
    );
    refused(
        Kind::Escape,
        &[
            "fn f(x: f64, #[no_grad] n: Option<f64>) -> f64 { match my!(n, return 0.0) { Some(n) => n, None => x } }",
            "fn f(x: f64, #[no_grad] n: Option<f64>) -> f64 { for _ in 0..3 { check!(&mut n); } x }",
        ]
        .map(|s| s.replace("n: Option<f64>) -> f64 { let", "#[no_grad] n: Option<f64>) -> f64 { let"))
        .each_ref()
        .map(String::as_str),
    );
}

#[test]
fn control_flow() {
    let body = |s: &str| format!("fn f(x: f64, n: usize) -> f64 {{ let mut s = x; {s} s }}");
    let check = |kind, bodies: &[&str]| {
        let sources: Vec<String> = bodies.iter().map(|b| body(b)).collect();
        refused(kind, &sources.iter().map(String::as_str).collect::<Vec<_>>());
    };
    check(
        Kind::ReturnInside,
        &[
            "let r = 0..if x > 1.0 { return x } else { n };",
            "h(&mut s, 0..if x > 1.0 { return x } else { n });",
        ],
    );
    check(Kind::Iterator, &["for k in [x, 1.0].array_chunks(2) { s += k[0]; }"]);
    check(Kind::LookedIntoClosure, &["let g = |t: f64| t * x; assert!(g(s) > 0.0); s = g(s);"]);
    check(Kind::MovedState, &["let mut g = move |t: f64| { s += t; s }; s = g(x);"]);
    check(
        Kind::CollectionUnknown,
        &["let v: Other<f64> = [x, s].iter().map(|t| t * t).collect(); s = v[0];"],
    );
    refused(
        Kind::AggregateBranch,
        &["fn f(x: f64, n: usize) -> f64 {
                let (mut a, mut b) = ([x, 1.0], [1.0, x]);
                let part = if n > 1 { &mut a } else { &mut b };
                part[0] *= x;
                a[0] * b[0]
            }"],
    );
}

#[test]
fn values_and_places() {
    refused(
        Kind::Pattern,
        &[
            "fn f(x: &[f64; N]) -> f64 { let [a, rest @ ..] = x; a * rest[0] }",
            "fn f(x: f64) -> f64 { let Wrapping(y) = x; y }",
        ],
    );
    refused(Kind::NotAScalar, &["fn f(x: f64) -> f64 { let a = [x, x]; let b = a * 2.0; 1.0 }"]);
    refused(Kind::NotAFloat, &["fn f(x: f64, n: usize) -> f64 { x * n }"]);
    refused(Kind::NotAPlace, &["fn f(x: f64) -> f64 { x[0] }"]);
    refused(Kind::Cast, &["fn f(x: f64) -> f64 { let y = x as Real; 1.0 }"]);
    refused(Kind::AssignmentTarget, &["fn f(x: f64) -> f64 { let mut p = [x]; p.y = 2.0; p[0] }"]);
    refused(
        Kind::Reassigned,
        &["fn f(x: &[f64], n: usize) -> f64 {
            let mut v = x.to_vec();
            let mut r = &mut v[..];
            for _ in 0..n { r[0] *= 2.0; r = &mut r[1..]; }
            v[0]
        }"],
    );
    refused(Kind::MutableScalar, &["fn f(x: f64) -> f64 { let mut s = x; let r = &mut s; *r += 1.0; s }"]);
    refused(Kind::MutableTuple, &["fn f(x: f64) -> f64 { let mut s = (x, x); let r = &mut s; r.0 }"]);
    refused(Kind::LengthOfParameter, &["fn f(x: f64, v: &mut Vec<f64>) -> f64 { v.push(x * x); v[0] }"]);
    refused(Kind::ResultNotUnderstood, &["fn f(x: f64) -> Pair { if x < 0.0 { return [x, 0.0]; } [x, x] }"]);
}

#[test]
fn all_errors_come_at_once() {
    let kinds = lowered(
        "fn f(x: f64, n: usize) -> f64 {
            let a = x.squash();
            let b = a * 2.0;
            let mut s = b;
            for i in 0..n { s += Some(x); if s > 1.0 { s += <f64 as Into<f64>>::into(x); } }
            match x { 0.0 => s, v if v.squish() => my_macro!(x), _ => <f64 as Into<f64>>::into(x) }
        }",
    );
    let expected = vec![
        Kind::UnknownMethod,
        Kind::NotAScalar,
        Kind::QualifiedCall,
        Kind::ActiveMacro,
        Kind::QualifiedCall,
    ];
    assert_eq!(kinds.map(drop), Err(expected));
}
