//! What an editor needs while a body is being typed: the function as it stands, with its own spans, since it completes and
//! looks up names there, and companions, since what calls them should not turn red.

use autodiff_codegen::expand;
use proc_macro2::{LineColumn, TokenStream, TokenTree};
use std::str::FromStr;

/// All tokens in order, with where they stand in the source; of a group, its delimiters.
fn places(tokens: TokenStream, out: &mut Vec<(String, LineColumn)>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                out.push((format!("{:?}", group.delimiter()), group.span_open().start()));
                places(group.stream(), out);
                out.push((String::from("end"), group.span_close().start()));
            }
            other => out.push((other.to_string(), other.span().start())),
        }
    }
}

/// `body` is what stands in a function; an editor puts a name of its own where the cursor is, to see what could stand there.
fn check(body: &str) {
    let source = format!(
        "/// Documented.\npub fn f(x: f64, xs: &[f64], #[no_grad] n: usize) -> f64 {{\n    {body}\n}}"
    );
    let item = TokenStream::from_str(&source).expect("tokens");
    let out = expand(TokenStream::new(), item.clone());
    let text = out.to_string();
    assert!(text.contains("fn f_grad") && text.contains("fn f_grad_into"), "{body}: {text}");

    let (mut typed, mut kept) = (Vec::new(), Vec::new());
    places(item, &mut typed);
    places(out, &mut kept);
    // From the function's name on; the mark of the parameter is gone.
    let start = typed.iter().position(|t| t.0 == "f").expect("the name");
    let mark = typed.iter().position(|t| t.0 == "no_grad").expect("the mark");
    typed.drain(mark - 2..mark + 2);
    let typed = &typed[start..];
    assert!(
        kept.windows(typed.len()).any(|w| w == typed),
        "{body}: the function is not what was typed: {text}"
    );
}

#[test]
fn what_is_typed_stays_as_it_is() {
    let bodies = [
        "x.",
        "x.; 1.0",
        "let y = ",
        "let y = ; y",
        "let y = x.s; y",
        "foo(",
        "foo(x, ",
        "xs[",
        "xs.iter().map(|v| v.",
        "for v in xs { v. }",
        "if x > { x } else { 0.0 }",
        "match n { 0 => x, _ => }",
        "x *",
        "x.intellijRulezz",
        "let y = intellijRulezz; y",
        "intellijRulezz(x)",
        "xs.iter().map(|v| v.intellijRulezz).sum()",
        "",
    ];
    for body in bodies {
        // Editors close what is open.
        let count = |c| body.matches(c).count();
        let rest = |open, close: char| close.to_string().repeat(count(open) - count(close));
        check(&format!("{body}{}{}", rest('[', ']'), rest('(', ')')));
    }
}
