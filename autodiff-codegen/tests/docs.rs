//! The documentation of companions: what `cargo doc` of a user's crate shows.

use std::collections::HashMap;
use std::str::FromStr;

use proc_macro2::TokenStream;
use syn::{Attribute, Expr, ExprLit, ImplItem, Item, Lit, Meta};

/// The documentation of one of the items that come of a function.
fn docs(attribute: &str, source: &str, of: &str) -> String {
    let tokens = |text| TokenStream::from_str(text).expect("tokens");
    let expansion = autodiff_codegen::expand(tokens(attribute), tokens(source));
    let file: syn::File = syn::parse2(expansion).expect("Rust");
    let found = file.items.iter().find_map(|item| match item {
        Item::Fn(f) if f.sig.ident == of => Some(&f.attrs),
        Item::Const(c) if c.ident == of => Some(&c.attrs),
        Item::Impl(i) => i.items.iter().find_map(|item| match item {
            ImplItem::Fn(f) if f.sig.ident == of => Some(&f.attrs),
            _ => None,
        }),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("no `{of}`")).iter().filter_map(text).collect()
}

fn text(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

#[test]
fn a_gradient_says_what_it_returns_what_is_constant_and_why() {
    let source = "pub fn total(price: f64, n: usize, #[no_grad] tax: f64, count: f64, name: &str) -> f64 {
        let net = price * count;
        net * tax * n as f64
    }";
    let expected = "\
The value of [`total`] and its gradient, by reverse-mode differentiation.

Returns `(value, (d_price, d_count))`, the gradients with respect to `price` and `count`, in this order.

```text
∂total/∂price = n × tax × count
∂total/∂count = n × tax × price
```

Constant: `n` (no float); `tax` (marked `#[no_grad]`); `name` (neither made of floats nor marked `#[grad]`).
";
    assert_eq!(docs("", source, "total_grad"), expected);
}

#[test]
fn wrt_is_a_reason_and_one_gradient_is_bare() {
    let text = docs("wrt(b)", "fn f(a: f64, b: f64) -> Option<f64> { Some(a * b) }", "f_grad");
    assert!(text.contains(
        "Returns `Some((value, gradient))`, the gradient with respect to `b`, or `None` where the function does."
    ), "{text}");
    assert!(text.contains("Constant: `a` (not named in `wrt`)."), "{text}");
    let text = docs("", "fn f(a: f64) -> Result<f64, String> { Ok(a) }", "f_grad");
    assert!(text.contains("Returns `Ok((value, gradient))`, the gradient with respect to `a`, or the error that the function returns."), "{text}");
}

#[test]
fn buffers_are_counted() {
    let source = "fn f(a: &[f64], b: &[f64], c: f64) -> f64 { a[0] * b[0] * c }";
    let text = docs("acc", source, "f_grad_into");
    assert!(text.contains("Returns `(value, gradient)`, the gradient with respect to `c`. The `&mut` buffers at the end are overwritten with the gradients with respect to `a` and `b`."), "{text}");
    let text = docs("acc, wrt(b)", source, "f_grad_acc");
    assert!(text.contains("Returns the value alone. The `&mut` buffer at the end is added to: it grows by the gradient with respect to `b`."), "{text}");
}

#[test]
fn outputs_have_buffers_for_seeds() {
    let text = docs("", "pub fn f(x: f64, out: &mut [f64]) { out[0] = x; }", "f_vjp");
    assert!(text.starts_with("[`f`] and its vector–Jacobian product, by reverse-mode"), "{text}");
    assert!(
        text.contains(
            "goes in with the seed of what is left in `out`, and comes back with the gradient of what `out` held at first."
        ),
        "{text}"
    );
}

#[test]
fn each_mode_says_its_own() {
    let source =
        "pub fn swing(angle: f64, length: f64) -> [f64; 2] { [length * angle.sin(), length * angle.cos()] }";
    let says = |attribute: &str, of: &str, what: &str| {
        let text = docs(attribute, source, of);
        assert!(text.contains(what), "{text}");
    };
    says("", "swing_vjp", "[`swing`] and its vector–Jacobian product with `seed`");
    says("", "swing_vjp", "```text\nd_angle  = ");
    says(
        "jvp",
        "swing_jvp",
        "Returns `(value, derivative)`. The tangents at the end belong to `angle` and `length`, in this order.",
    );
    says(
        "jacobian, wrt(angle)",
        "swing_jacobian",
        "Returns `(y, J)`, with `J[row]` the derivative of output `row` with respect to `angle`.",
    );
    let source = "pub fn f(x: &[f64]) -> f64 { x.iter().map(|x| x * x).sum() }";
    let says = |attribute: &str, of: &str, what: &str| {
        let text = docs(attribute, source, of);
        assert!(text.contains(what), "{text}");
    };
    says("hvp", "f_hvp", "Returns `(value, gradient, product)`. The direction at the end belongs to `x`.");
    says(
        "hessian",
        "f_hessian",
        "Returns `(value, gradient, hessian)`, the Hessian as a row-major `Vec` of `n`² numbers for a length `n`.",
    );
    says("graph", "f_graph", "Its methods `to_dot` and `to_mermaid` draw it");
}

#[test]
fn links_lead_to_methods_too() {
    let source = "impl Lens { pub fn image(&self, x: f64) -> f64 { self.power * x } }";
    let text = docs("", source, "image_grad");
    assert!(text.contains("The value of [`image`](Self::image)"), "{text}");
    assert!(text.contains("Constant: `self` (not marked `#[grad]`)."), "{text}");
}

#[test]
fn conventions_are_those_of_what_derivatives_go_through() {
    let convention = |source: &str| {
        let text = docs("", source, "f_grad");
        text.split("convention:\n\n").nth(1).unwrap_or_default().to_string()
    };
    assert_eq!(convention("fn f(x: f64, y: f64) -> f64 { x * y + x.sin() }"), "");
    assert_eq!(
        convention("fn f(x: f64, y: f64) -> f64 { x.max(y) }"),
        "* `a.max(b)`: at a = b: ∂a = 1, ∂b = 0; at a = NaN: ∂a = 0, ∂b = 1; at b = NaN: ∂a = 1, ∂b = 0\n"
    );
    // What a constant rules out is left out, and so is what no derivative goes through.
    assert_eq!(
        convention("fn f(x: f64) -> f64 { x.max(0.0) }"),
        "* `a.max(b)`: at a = b: ∂a = 1, ∂b = 0; at a = NaN: ∂a = 0, ∂b = 1\n"
    );
    assert_eq!(convention("fn f(x: f64) -> f64 { x.powi(2) }"), "");
    assert_eq!(convention("fn f(x: f64, #[no_grad] y: f64) -> f64 { x * y.abs() }"), "");
    assert_eq!(convention("fn f(x: f64) -> f64 { x * x.floor() }"), "* `a.floor()`: everywhere: ∂a = 0\n");
    // A branch on constants has no border in the parameters.
    let border = "* branches: the derivative is that of the arm that runs, at the border too\n";
    assert_eq!(convention("fn f(x: f64) -> f64 { if x > 0.0 { x } else { 0.0 } }"), border);
    assert_eq!(convention("fn f(x: f64, n: usize) -> f64 { if n > 0 { x } else { 0.0 } }"), "");
}

#[test]
fn large_functions_have_no_formulas() {
    let grad = |body: &str| docs("", &format!("fn f(x: f64, y: f64) -> f64 {{ {body} }}"), "f_grad");
    assert!(grad("x * y").contains("∂f/∂x = y\n∂f/∂y = x\n"));
    assert!(!grad("let mut s = x; for _ in 0..3 { s *= y; } s").contains("∂f"));
    let long: Vec<String> = (0..30).map(|i| format!("(x * y + {i}.0).sin()")).collect();
    assert!(!grad(&long.join(" * ")).contains("∂f"));
}

/// A formula's value.
struct Formula<'a> {
    rest: &'a str,
    known: &'a HashMap<String, f64>,
}

impl Formula<'_> {
    fn eat(&mut self, token: &str) -> bool {
        let rest = self.rest.trim_start();
        let found = rest.strip_prefix(token);
        self.rest = found.unwrap_or(rest);
        found.is_some()
    }

    fn sum(&mut self) -> f64 {
        let mut value = self.product();
        loop {
            if self.eat("+") {
                value += self.product();
            } else if self.eat("−") {
                value -= self.product();
            } else {
                return value;
            }
        }
    }

    fn product(&mut self) -> f64 {
        let mut value = self.prefix();
        loop {
            if self.eat("×") {
                value *= self.prefix();
            } else if self.eat("/") {
                value /= self.prefix();
            } else {
                return value;
            }
        }
    }

    fn prefix(&mut self) -> f64 {
        if self.eat("−") {
            return -self.prefix();
        }
        if self.eat("(") {
            let value = self.sum();
            assert!(self.eat(")"), "{}", self.rest);
            return value;
        }
        let end = self.rest.find(|c: char| !c.is_alphanumeric() && !"_.[]".contains(c));
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        if let Ok(number) = word.parse() {
            return number;
        }
        if !self.eat("(") {
            return *self
                .known
                .get(word)
                .unwrap_or_else(|| panic!("what is `{word}`, before `{}`?", self.rest));
        }
        let a = self.sum();
        let b = if self.eat(",") { self.sum() } else { 0.0 };
        assert!(self.eat(")"), "{}", self.rest);
        match word {
            "sin" => a.sin(),
            "cos" => a.cos(),
            "exp" => a.exp(),
            "ln" => a.ln(),
            "powi" => a.powi(b as i32),
            _ => panic!("what is `{word}`?"),
        }
    }
}

/// The values of a documentation's formulas, with respect to `x`, `y` and `a[0]`, `a[1]`.
fn values(text: &str, at: &[(&str, f64)]) -> Vec<f64> {
    let block = text.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).expect("formulas");
    let lines: Vec<(&str, &str)> = block.lines().filter_map(|line| line.split_once(" = ")).collect();
    let mut known: HashMap<String, f64> = at.iter().map(|(name, x)| (name.to_string(), *x)).collect();
    let (derivatives, variables): (Vec<_>, Vec<_>) = lines.into_iter().partition(|(of, _)| of.contains('∂'));
    for (of, text) in variables {
        let value = Formula { rest: text, known: &known }.sum();
        known.insert(of.trim().trim_start_matches("where ").trim().to_string(), value);
    }
    derivatives.iter().map(|(_, text)| Formula { rest: text, known: &known }.sum()).collect()
}

#[test]
fn formulas_are_the_derivatives() {
    let check = |body: &str, expected: [f64; 2]| {
        let text = docs("", &format!("fn f(x: f64, y: f64) -> f64 {{ {body} }}"), "f_grad");
        for (value, expected) in values(&text, &[("x", 0.75), ("y", 1.25)]).into_iter().zip(expected) {
            assert!((value - expected).abs() < 1e-12, "{value} instead of {expected}:\n{text}");
        }
    };
    let (x, y): (f64, f64) = (0.75, 1.25);
    check("x - (y - x) - 2.0 * x", [0.0, -1.0]);
    check("x / (y / x)", [2.0 * x / y, -(x / y).powi(2)]);
    check("-(x + y) * (x - y)", [-2.0 * x, 2.0 * y]);
    check(
        "(x * y).sin() / y.exp()",
        [(x * y).cos() * (-y).exp() * y, (-y).exp() * (x * (x * y).cos() - (x * y).sin())],
    );
    check("(x - y).powi(3) / 2.0", [1.5 * (x - y).powi(2), -1.5 * (x - y).powi(2)]);
    // Two variables of one name are two variables.
    let z = x.sin() * y;
    check("let z = x.sin(); let z = z * y; let z = z * z; z", [2.0 * z * x.cos() * y, 2.0 * z * x.sin()]);
    check("let mut s = x * y; s = s * s; s *= x; s", [3.0 * x * x * y * y, 2.0 * x * x * x * y]);
    // A variable by a parameter's name is not the parameter.
    check("let x = x * y; x * x", [2.0 * x * y * y, 2.0 * x * x * y]);
    check(
        "let net = x * y; let tax = net.ln(); tax * net",
        [y * ((x * y).ln() + 1.0), x * ((x * y).ln() + 1.0)],
    );
}

#[test]
fn formulas_name_elements() {
    let text = docs("", "fn f(a: [f64; 2]) -> f64 { a[0] * a[0] * a[1] }", "f_grad");
    assert!(text.contains("∂f/∂a[0] = ") && text.contains("∂f/∂a[1] = "), "{text}");
    assert_eq!(values(&text, &[("a[0]", 3.0), ("a[1]", 5.0)]), [30.0, 9.0]);
}
