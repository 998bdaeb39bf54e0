//! Products with the function's own reciprocals, in the place of quotients.

use super::build::B;
use super::*;
use autodiff_codegen::forward;
use autodiff_codegen::ir::*;
use autodiff_codegen::reverse::{Gradient, Options, reverse};

fn quotients(g: &Gradient) -> String {
    let mut h = g.clone();
    simplify::gradient(&mut h);
    let before = h.func.clone();
    simplify::quotients(&mut h);
    verify(&h.func).unwrap_or_else(|e| panic!("{e}\n{}\nof\n{before}", h.func));
    h.func.to_string()
}

fn derived(f: Func) -> Gradient {
    reverse(&f, &Options::GRADIENT).expect("a gradient")
}

/// `1 / √x`, the function of which is the program.
fn of_root(b: &mut B, x: Value) -> Value {
    let root = b.op("Sqrt", &[x]);
    let one = b.c(1.0);
    b.op("Div", &[one, root])
}

#[test]
fn one_reciprocal_serves_all() {
    let mut b = B::new();
    let x = b.x("x");
    let r = of_root(&mut b, x);
    let text = quotients(&derived(b.finish(&[r])));
    // By hand: r = x^-½, dr = -½ r³, in which the root's own derivative divides by the root.
    assert_eq!(text.matches(" = Div ").count(), 1, "{text}");
}

#[test]
fn the_functions_own_quotients_stay() {
    let mut b = B::new();
    let (x, y) = (b.x("x"), b.x("y"));
    let quotient = b.op("Div", &[y, x]);
    let r = of_root(&mut b, x);
    let one = b.c(1.0);
    let reciprocal = b.op("Div", &[one, x]);
    let sum = b.op("Add", &[quotient, r]);
    let sum = b.op("Add", &[sum, reciprocal]);
    let text = quotients(&derived(b.finish(&[sum])));
    // y / x, 1 / √x and 1 / x: each as it was written.
    assert_eq!(text.matches(" = Div ").count(), 3, "{text}");
}

#[test]
fn a_reciprocal_that_comes_later_is_brought_forward_in_a_tangent() {
    let mut b = B::new();
    let x = b.x("x");
    let root = b.op("Sqrt", &[x]);
    let sine = b.op("Sin", &[root]);
    let one = b.c(1.0);
    let r = b.op("Div", &[one, root]);
    let product = b.op("Mul", &[sine, r]);
    let f = b.finish(&[product]);
    let mut t = forward::forward(&f).expect("a tangent");
    simplify::tangent(&mut t);
    assert_eq!(t.func.to_string().matches(" = Div ").count(), 2, "{}", t.func);
    let before = t.func.clone();
    simplify::quotients_along(&mut t);
    verify(&t.func).unwrap_or_else(|e| panic!("{e}\n{}", t.func));
    assert_eq!(t.func.to_string().matches(" = Div ").count(), 1, "{}", t.func);
    // sin(√x) / √x at x = 4: the derivative is cos 2 / (2·2·2) - sin 2 / (2·2·2·2).
    let want = 2f64.cos() / 8.0 - 2f64.sin() / 16.0;
    for func in [&before, &t.func] {
        let args = [float(4.0), float(1.0)];
        let (_, tangent, _) = super::random::run(func, &args, std::slice::from_ref(&t.ret_tangent));
        let [Data::Scalar(Scalar::Float(x))] = tangent[..] else { panic!("{tangent:?}") };
        assert!((x - want).abs() < 1e-15, "{x} and not {want}");
    }
}

/// One arm's reciprocal is not at hand in the other.
#[test]
fn arms_have_their_own() {
    let mut b = B::new();
    let (x, y) = (b.x("x"), b.x("y"));
    let zero = b.c(0.0);
    let cond = b.cmp(CmpOp::Gt, y, zero);
    let root = b.op("Sqrt", &[x]);
    let v = b.if_(
        cond,
        |b| {
            let one = b.c(1.0);
            vec![b.op("Div", &[one, root])]
        },
        |b| vec![b.op("Div", &[y, root])],
    );
    let g = derived(b.finish(&v));
    let text = quotients(&g);
    assert!(text.matches(" = Div ").count() >= 3, "{text}");
}

/// What is run apart has only what it was handed: a reciprocal of the one sweep would be one more number to hand on.
#[test]
fn nothing_crosses_between_sweeps_that_are_run_apart() {
    let mut b = B::new();
    let x = b.x("x");
    let root = b.op("Exp", &[x]);
    let one = b.c(1.0);
    let r = b.op("Div", &[one, root]);
    let sine = b.op("Ln", &[root]);
    let sum = b.op("Add", &[r, sine]);
    let g = reverse(&b.finish(&[sum]), &Options::HALVES).expect("a gradient");
    assert!(g.apart);
    let text = quotients(&g);
    assert_eq!(text.matches(" = Div ").count(), 2, "{text}");
}
