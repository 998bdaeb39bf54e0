//! Every operation of the rule table that `libm` has, through rustc, over its domain. The functions are written by the
//! table itself; `BLESS=1 cargo test --test operations` writes them anew.

use autodiff_codegen::rules::{Library, Rule, RuleId};
use backprop::backprop;
use std::fmt::Write;

include!("generated.rs");
instances!(functions);

const HEAD: &str = "\
// Written from the rule table by the test beside this file: BLESS=1 cargo test --test operations

macro_rules! functions {
";

#[test]
fn every_operation_is_here() {
    let mut text = HEAD.to_string();
    for (float, suffix) in [("f64", ""), ("f32", "f")] {
        let _ = writeln!(text, "    ({float} $mode:ident $options:tt) => {{");
        for id in RuleId::all().map(|id| id.from(Library::Libm)).filter(|id| id.library == Library::Libm) {
            function(&mut text, id.get(), &id.surface(), float, suffix);
        }
        text.push_str("    };\n");
    }
    text.push_str("}\n");
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/operations/libm/generated.rs");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(file, &text).expect("the generated functions can be written");
    }
    let written = std::fs::read_to_string(file).expect("the generated functions can be read");
    assert!(written == text, "the table has changed: run BLESS=1 cargo test --test operations");
}

/// One operation, written as `libm::sin(a)` or `libm::sinf(a)`.
fn function(text: &mut String, rule: &Rule, surface: &str, float: &str, suffix: &str) {
    let parameters: Vec<String> = rule.operands.iter().map(|o| format!("{}: {float}", o.name)).collect();
    let domains: Vec<String> =
        rule.operands.iter().map(|o| format!("by {}: {:?}..{:?}", o.name, o.lo, o.hi)).collect();
    let (name, call) = (rule.libm.unwrap_or_default(), surface.replace('(', &format!("{suffix}(")));
    let _ = writeln!(
        text,
        "        #[backprop $options]
        pub fn {name}({}) -> {float} {{
            {call}
        }}
        case!({float} $mode: {name}({}));
",
        parameters.join(", "),
        domains.join(", ")
    );
}
