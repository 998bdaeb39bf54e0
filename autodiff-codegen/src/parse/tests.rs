//! Tests of the parser as a whole.

use crate::diagnostics::{Errors, Kind};
use crate::hir::{self, ExprKind, StmtKind};
use crate::options::{self, Options};
use proc_macro2::TokenStream;
use std::str::FromStr;

/// Parses a function; the refusals if there are any.
fn parse_with(attribute: &str, source: &str) -> Result<hir::Fn, Vec<Kind>> {
    let mut errors = Errors::new();
    let attribute = TokenStream::from_str(attribute).expect("the test's own tokens");
    let options = options::parse(attribute, &mut errors);
    let item: syn::ItemFn = syn::parse_str(source).expect("the test's own function");
    let parsed = super::parse(&item, &options, &mut errors);
    let kinds = errors.kinds();
    drop(errors.into_tokens());
    parsed.filter(|_| kinds.is_empty()).ok_or(kinds)
}

fn parse(source: &str) -> hir::Fn {
    parse_with("", source).unwrap_or_else(|kinds| panic!("refused: {kinds:?}\n{source}"))
}

fn refused(source: &str) -> Vec<Kind> {
    parse_with("", source).err().unwrap_or_default()
}

/// A function with this body, of `x: f64`, `mut y: f64`, `out: &mut [f64]` and `#[no_grad] n: usize`.
fn body(body: &str) -> hir::Fn {
    parse(&format!("fn f(x: f64, mut y: f64, out: &mut [f64], #[no_grad] n: usize) -> f64 {{ {body} }}"))
}

/// The tail's reads, as variables' numbers, and whether it escapes.
fn tail(source: &str) -> (Vec<u32>, bool) {
    let function = body(source);
    let tail = function.body.tail.expect("a tail");
    (tail.reads.iter().map(|(_, var)| var.0).collect(), tail.escapes)
}

/// The names of the variables that code which is not looked into may change.
fn mutated(source: &str) -> Vec<String> {
    let function = body(source);
    let vars = function.vars.iter().filter(|info| info.opaquely_mutated);
    vars.map(|info| info.ident.to_string()).collect()
}

#[test]
fn shadowing_makes_new_variables() {
    let function = body("let x = x * 2.0; { let x = x + 1.0; out[0] = x; } x");
    assert_eq!(function.vars.len(), 6);
    let tail = function.body.tail.expect("a tail");
    assert!(matches!(tail.kind, ExprKind::Var(var) if var.0 == 4));
    let StmtKind::Let { init: Some(init), .. } = &function.body.stmts[0].kind else { panic!() };
    assert_eq!(init.reads[0].1.0, 0);
}

#[test]
fn variables_bound_inside_are_no_reads() {
    assert_eq!(tail("{ let z = x; z * z }").0, [0]);
    assert_eq!(tail("(|x: f64| x * y)(1.0)").0, [1]);
    assert_eq!(tail("match n { 0 => x, k => k as f64 * y }").0, [3, 0, 1]);
    assert_eq!(tail("if let Some(x) = g(n) { x } else { y }").0, [3, 1]);
    assert_eq!(tail("if let Some(y) = g(n) && y > x { y } else { x }").0, [3, 0]);
    assert_eq!(tail("P { x, z: y }").0, [0, 1]);
    assert_eq!(tail("match g(x) { P { x, .. } => x }").0, [0]);
    assert_eq!(tail("match n { LIMIT => x, _ => LIMIT }").0, [3, 0]);
}

#[test]
fn macros_read_their_tokens_and_format_strings() {
    assert_eq!(tail("mine!(x, a.y, std::n)").0, [0]);
    assert_eq!(tail("mine!(0..x, ..y)").0, [0, 1]);
    assert_eq!(tail("{ println!(\"{x} {:n$} {{y}}\", 1); 0.0 }").0, [0, 3]);
    assert_eq!(tail("{ println!(\"{z}\", z = y); 0.0 }").0, [1]);
    assert_eq!(tail("if matches!(g(n), Some(x) if x > 0.0) { y } else { 0.0 }").0, [3, 1]);
    assert_eq!(tail("vec![x; n]").0, [0, 3]);
    assert_eq!(tail("stringify!(x)").0, [0; 0]);
}

#[test]
fn ways_out_end_where_they_should() {
    assert!(tail("g(n)?").1);
    assert!(tail("if n > 0 { return x } else { y }").1);
    assert!(!tail("{ for i in 0..n { if i == 3 { break } } x }").1);
    assert!(!tail("'a: { if n > 0 { break 'a x } y }").1);
    assert!(!tail("{ 'a: loop { loop { continue 'a } } }").1);
    assert!(!tail("(|z: f64| -> Option<f64> { return Some(g(z)?); })(x)").1);
    assert!(!tail("mine!(x)").1);
    assert!(tail("mine!(return x)").1 && tail("mine!(g(n)?)").1 && tail("mine!(&mut x)").1);
    assert!(!tail("{ assert!(n > 0); x }").1);
    assert!(tail("{ assert!(g(n)? > 0); x }").1);
    let function = body("for i in 0..n { if i == 3 { break; } } x");
    let StmtKind::Expr(hir::Expr { kind: ExprKind::For { body, .. }, escapes, .. }) =
        &function.body.stmts[0].kind
    else {
        panic!()
    };
    assert!(!escapes && body.tail.as_ref().expect("the `if`").escapes);
}

#[test]
fn changes_by_code_that_is_not_looked_into() {
    assert_eq!(mutated("unsafe { y = 1.0 } y"), ["y"]);
    assert_eq!(mutated("unsafe { fill(&mut y) } y"), ["y"]);
    assert_eq!(mutated("unsafe { fill(out) } y"), ["out"]);
    assert_eq!(mutated("unsafe { out.fill(0.0) } y"), ["out"]);
    assert_eq!(mutated("unsafe { out[0] = x } y"), ["out"]);
    assert_eq!(mutated("unsafe { match n { 0 => y = 1.0, _ => {} } } y"), ["y"]);
    assert_eq!(mutated("match y { ref mut r if n > 1 => *r = 1.0, _ => {} } y"), ["y"]);
    assert_eq!(mutated("mine!(x, &mut y); y"), ["y"]);
    assert_eq!(mutated("mine!(y).push(1); y"), ["y"]);
    // As a statement, as a value, or as a condition, it is put where it can change nothing.
    assert_eq!(mutated("mine!(x, y); let z = mine!(x, y); if mine!(y) { x } else { y }"), [""; 0]);
    assert_eq!(mutated("assert_eq!(out.len(), n); assert!(out[0] > y); y"), [""; 0]);
    assert_eq!(mutated("let f = |k: usize| out[k] * y; f(n)"), [""; 0]);
    assert_eq!(mutated("let mut s = String::new(); write!(s, \"{y}\"); y"), ["s"]);
    assert_eq!(mutated("y += 1.0; out[0] = y; y"), [""; 0]);
}

#[test]
fn the_language_has_its_shapes() {
    let function = parse(
        "fn f<const N: usize>(a: &[f64; N], [p, q]: [f64; 2], #[no_grad] b: &[f64], k: usize) -> f64 {
            let mut acc: f64 = 0.0;
            let (u, v) = (p, q);
            'rows: for (i, w) in a.iter().enumerate() {
                if b[i] < 0.0 { continue 'rows; }
                acc += w * u.max(v) - f64::sin(a[i]);
            }
            while acc > 100.0 { acc /= 2.0; }
            if k == 0 { return -acc; }
            let [r, s] = [1.0, 2.0] else { return 0.0 };
            acc as f64
        }",
    );
    let kinds: Vec<String> = function
        .body
        .stmts
        .iter()
        .map(|stmt| match &stmt.kind {
            StmtKind::Let { .. } => "Let".into(),
            StmtKind::Expr(e) => {
                format!("{:?}", e.kind).split([' ', '(', '{']).next().unwrap_or_default().into()
            }
        })
        .collect();
    assert_eq!(kinds, ["Let", "Let", "For", "While", "If", "Choose", "If", "Bind"]);
    assert_eq!(function.body.stmts[0].text.as_ref(), "let mut acc: f64 = 0.0;");
    assert_eq!(function.body.stmts[2].text.as_ref(), "'rows: for (i, w) in a.iter().enumerate() { … }");
    let active: Vec<bool> = function.params.iter().map(|param| param.active).collect();
    assert_eq!(active, [true, true, false, false]);
    assert_eq!(function.params[1].name, "arg1");
}

#[test]
fn who_is_active() {
    let actives = |attribute: &str, params: &str| {
        let source = format!("fn f<T: Float, U>({params}) -> f64 {{ 0.0 }}");
        let parsed = parse_with(attribute, &source);
        parsed.map(|f| f.params.iter().map(|p| p.active).collect::<Vec<_>>())
    };
    assert_eq!(
        actives("", "a: f64, b: &str, c: U, d: T, e: (f64, T)"),
        Ok(vec![true, false, false, true, true])
    );
    assert_eq!(actives("", "a: &[[f32; 3]], b: &mut [f64], c: Vec<i32>"), Ok(vec![true, false, false]));
    assert_eq!(actives("wrt(b)", "a: f64, b: f64"), Ok(vec![false, true]));
    assert_eq!(actives("", "a: f64, #[no_grad] b: Option<f64>"), Ok(vec![true, false]));
    assert_eq!(actives("", "a: f64, b: Option<f64>"), Err(vec![Kind::NoGradientShape]));
    assert_eq!(actives("", "a: f64, b: impl Fn(T) -> u8"), Err(vec![Kind::NoGradientShape]));
    assert_eq!(actives("", "#[no_grad] a: f64"), Err(vec![Kind::NoActiveParameter]));
    assert_eq!(actives("", "#[grad] a: usize"), Err(vec![Kind::GradOnPassive]));
    // What a name alone stands for, the body and rustc say.
    assert_eq!(actives("", "#[grad] a: Model"), Ok(vec![true]));
    assert_eq!(actives("wrt(a)", "a: &Metres, b: f64"), Ok(vec![true, false]));
    assert_eq!(actives("", "#[grad] a: Option<f64>"), Err(vec![Kind::GradNotBuilt]));
    assert_eq!(actives("", "a: f64, #[grad] b: &mut [f64]"), Err(vec![Kind::GradOnOutput]));
    assert_eq!(actives("wrt(c)", "a: f64, b: f64"), Err(vec![Kind::UnknownParameter]));
    assert_eq!(actives("wrt(a)", "a: f64, #[no_grad] b: f64"), Err(vec![Kind::WrtWithMarks]));
    assert_eq!(actives("", "#[grad] #[no_grad] b: f64"), Err(vec![Kind::BothMarks]));
    assert_eq!(actives("", "a: f64, #[no_grad(x)] b: f64"), Err(vec![Kind::MarkArguments]));
    assert_eq!(actives("", "a: f64, #[cfg(x)] b: f64"), Err(vec![Kind::BodyAttribute]));
}

#[test]
fn results() {
    let result = |ty: &str| refused(&format!("fn f(x: f64) {ty} {{ x }}"));
    assert_eq!(result("-> f64"), []);
    assert_eq!(result("-> (f64, [f64; 3])"), []);
    assert_eq!(result("-> Vec<f64>"), []);
    assert_eq!(result(""), [Kind::NoResult]);
    assert_eq!(result("-> ()"), [Kind::NoResult]);
    assert_eq!(result("-> bool"), [Kind::ResultType]);
    assert_eq!(result("-> &'static f64"), [Kind::ResultType]);
    assert_eq!(result("-> Result<f64, String>"), []);
    assert_eq!(result("-> Result<String, f64>"), [Kind::ResultType]);
    assert_eq!(refused("fn f(x: f64, out: &mut [f64]) { out[0] = x; }"), []);
}

#[test]
fn kinds_of_functions() {
    assert_eq!(refused("unsafe fn f(x: f64) -> f64 { x }"), [Kind::UnsafeFn]);
    assert_eq!(refused("async fn f(x: f64) -> f64 { x }"), [Kind::AsyncFn]);
    assert_eq!(refused("extern \"C\" fn f(x: f64) -> f64 { x }"), [Kind::ExternFn]);
    assert_eq!(refused("fn f64(x: f64) -> f64 { x }"), [Kind::PrimitiveName]);
    assert_eq!(refused("fn f(&self, x: f64) -> f64 { x }"), []);
    assert_eq!(refused("fn f(mut self, x: f64) -> f64 { x }"), [Kind::MutSelf]);
    assert_eq!(refused("fn f(#[grad] &self, x: f64) -> f64 { x }"), []);
    assert_eq!(refused("const fn f(x: f64) -> f64 { x }"), []);
}

#[test]
fn items_and_attributes_in_bodies() {
    let function = parse("fn f(x: f64) -> f64 { const K: f64 = 2.0; K + { fn g() -> f64 { 1.0 } x * g() } }");
    assert_eq!(function.items.len(), 2);
    let in_body = |body: &str| refused(&format!("fn f(x: f64, Y: f64) -> f64 {{ {body} }}"));
    assert_eq!(in_body("let a = K; { const K: f64 = 2.0; a + K }"), [Kind::NestedItem]);
    assert_eq!(in_body("static N: AtomicUsize = AtomicUsize::new(0); x"), [Kind::LocalStatic]);
    assert_eq!(in_body("static T: [f64; 2] = [1.0, 2.0]; x"), []);
    assert_eq!(in_body("thread_local! { static N: u8 = 0; } x"), [Kind::LocalStatic]);
    assert_eq!(in_body("macro_rules! m { ($x:expr) => { $x } } m!(1)"), []);
    assert_eq!(in_body("macro_rules! m { () => { x } } m!()"), [Kind::LocalMacro]);
    assert_eq!(in_body("use std::f64::consts::*; x"), [Kind::GlobImport]);
    assert_eq!(in_body("const x: f64 = 1.0; x"), [Kind::ItemLikeVariable]);
    assert_eq!(in_body("#[cfg(debug_assertions)] let x = 2.0; x"), [Kind::BodyAttribute]);
    assert_eq!(in_body("#[allow(unused)] let z = 2.0; x"), []);
}

#[test]
fn all_errors_come_at_once() {
    let kinds = refused("async unsafe fn f(x: Option<f64>) -> String { #[cfg(a)] let y = 1; x }");
    assert_eq!(kinds.len(), 5, "{kinds:?}");
    let options = Options::default();
    assert!(options.simplify);
}

#[test]
fn format_strings_with_raw_names() {
    let function = parse("fn f(r#type: f64) -> f64 { println!(\"{type}\"); r#type }");
    let StmtKind::Expr(e) = &function.body.stmts[0].kind else { panic!() };
    assert_eq!(e.reads[0].0, "r#type");
}
