//! Every operation of the rule table through rustc: as a method and as a path, over its domain and at its
//! special points. The functions are written by the table itself; `BLESS=1 cargo test --test operations` writes
//! them anew.

use autodiff_codegen::rules::{Kind, Rule, RuleId};
use backprop::backprop;
use std::fmt::Write;

include!("operations/generated.rs");
instances!(functions);

const HEAD: &str = "\
// Written from the rule table by the test beside this file: BLESS=1 cargo test --test operations

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
";

#[test]
fn every_operation_is_here() {
    let mut text = HEAD.to_string();
    // What several operations together are is found, and not written: see `tests/numeric/{bits,rounded}.rs`.
    for rule in RuleId::all().filter(|id| id.is_written()).map(RuleId::get) {
        match rule.result {
            Kind::Bool => predicate(&mut text, rule),
            _ => operation(&mut text, rule),
        }
    }
    text.push_str("    };\n}\n");
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/operations/operations/generated.rs");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(file, &text).expect("the generated functions can be written");
    }
    let written = std::fs::read_to_string(file).expect("the generated functions can be read");
    assert!(written == text, "the table has changed: run BLESS=1 cargo test --test operations");
}

/// One operation in both forms; once for each value of an integer operand.
fn operation(text: &mut String, rule: &Rule) {
    let name = snake_case(rule.name);
    let operands = |kind: Kind| rule.operands.iter().filter(move |o| o.kind == kind);
    let parameters: Vec<String> = operands(Kind::Float).map(|o| format!("{}: $F", o.name)).collect();
    let domains: Vec<String> =
        operands(Kind::Float).map(|o| format!("by {}: {:?}..{:?}", o.name, o.lo, o.hi)).collect();
    let (parameters, domains) = (parameters.join(", "), domains.join(", "));
    let mut forms = vec![(String::new(), rule.surface.to_string())];
    if let Some((method, arguments)) = rule.surface.strip_prefix("a.").and_then(|m| m.split_once('(')) {
        let separator = if arguments == ")" { "" } else { ", " };
        forms.push(("_path".into(), format!("$F::{method}(a{separator}{arguments}")));
    }
    for (suffix, surface) in &forms {
        match operands(Kind::Int).next() {
            None => function(text, &format!("{name}{suffix}"), &parameters, surface, &domains),
            Some(integer) => {
                for n in integer.lo as i32..integer.hi as i32 {
                    let name = format!("{name}{suffix}_{}", n.to_string().replace('-', "minus_"));
                    let surface = surface.replace(&format!("{})", integer.name), &format!("{n})"));
                    function(text, &name, &parameters, &surface, &domains);
                }
            }
        }
    }
    specials(text, rule, &name);
}

fn function(text: &mut String, name: &str, parameters: &str, body: &str, domains: &str) {
    let _ = writeln!(
        text,
        "        #[backprop $options]
        pub fn {name}({parameters}) -> $F {{
            {body}
        }}
        case!($F $mode: {name}({domains}));
"
    );
}

/// A predicate chooses between two branches.
fn predicate(text: &mut String, rule: &Rule) {
    let body = format!("if {} {{ 2.0 * a }} else {{ 3.0 * a }}", rule.surface);
    let (lo, hi) = (rule.operands[0].lo, rule.operands[0].hi);
    function(text, &snake_case(rule.name), "a: $F", &body, &format!("by a: {lo:?}..{hi:?}"));
}

/// The partials at the points where they are a convention.
fn specials(text: &mut String, rule: &Rule, name: &str) {
    if rule.specials.is_empty() {
        return;
    }
    let parameters: Vec<String> = rule
        .operands
        .iter()
        .map(|o| format!("{}: {}", o.name, if o.kind == Kind::Int { "i32" } else { "$F" }))
        .collect();
    let _ = writeln!(
        text,
        "        #[backprop $options]
        pub fn {name}_special({}) -> $F {{
            {}
        }}
        #[test]
        fn {name}_at_special_points() {{
            use crate::case::{{assert_partials, flat}};",
        parameters.join(", "),
        rule.surface
    );
    for special in rule.specials {
        let arguments: Vec<String> = special
            .at
            .iter()
            .zip(rule.operands)
            .map(|(x, o)| if o.kind == Kind::Int { format!("{x}") } else { number(*x, "$F") })
            .collect();
        let partials: Vec<String> = special.partials.iter().map(|p| number(*p, "f64")).collect();
        let _ = writeln!(
            text,
            "            assert_partials(&flat(&{name}_special_grad({}).1), &[{}]);",
            arguments.join(", "),
            partials.join(", ")
        );
    }
    text.push_str("        }\n\n");
}

fn number(x: f64, float: &str) -> String {
    match x {
        _ if x.is_nan() => format!("{float}::NAN"),
        f64::INFINITY => format!("{float}::INFINITY"),
        f64::NEG_INFINITY => format!("{float}::NEG_INFINITY"),
        _ => format!("{x:?}"),
    }
}

/// `exp_m1` of `ExpM1`.
fn snake_case(name: &str) -> String {
    let mut out = String::new();
    for (i, c) in name.chars().enumerate() {
        if i > 0 && c.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}
