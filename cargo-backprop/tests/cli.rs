//! `cargo backprop` as users run it.

use std::path::PathBuf;
use std::process::{Command, Output};

fn backprop(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cargo-backprop"))
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/files"))
        // As cargo does with its subcommands.
        .arg("backprop")
        .args(arguments)
        .output()
        .expect("the program runs")
}

/// What it prints.
fn shown(arguments: &[&str]) -> String {
    let output = backprop(arguments);
    let complaints = String::from_utf8(output.stderr).expect("text");
    assert!(output.status.success() && complaints.is_empty(), "{arguments:?}: {complaints}");
    String::from_utf8(output.stdout).expect("text")
}

/// What it complains of.
fn refused(arguments: &[&str]) -> String {
    let output = backprop(arguments);
    assert!(!output.status.success() && output.stdout.is_empty(), "{arguments:?} was accepted");
    String::from_utf8(output.stderr).expect("text")
}

/// The words of a line, whatever stands between them.
fn has_line(text: &str, words: &str) -> bool {
    let words: Vec<&str> = words.split_whitespace().collect();
    text.lines().any(|line| line.split_whitespace().collect::<Vec<_>>() == words)
}

#[test]
fn expand_shows_each_statement_above_its_code() {
    let text = shown(&["expand", "functions.rs::total"]);
    assert!(
        has_line(&text, "fn total_grad(price: f64, count: f64, tax: f64) -> (f64, (f64, f64)) {"),
        "{text}"
    );
    assert!(has_line(&text, "// net * tax") && has_line(&text, "let net = price * count;"), "{text}");
    assert!(!text.contains('\u{1b}'), "colours, where nobody can see them");
    assert!(shown(&["expand", "functions.rs::total", "--color", "always"]).contains('\u{1b}'));
    // What it shows is Rust.
    syn::parse_file(&text).expect("Rust");
}

#[test]
fn expand_finds_methods_modules_and_options() {
    let text = shown(&["expand", "functions.rs::model::Layer::forward"]);
    assert!(text.contains("pub fn forward_grad(") && text.contains("-> (f64, f64)"), "{text}");
    assert_eq!(shown(&["expand", "functions.rs::forward"]), text);
    // It has no attribute, and is treated as if it had a plain one.
    assert!(shown(&["expand", "functions.rs::model::decay"]).contains("fn decay_grad("));
    let all = shown(&["expand", "functions.rs"]);
    assert!(all.contains("fn total_grad(") && all.contains("fn forward_grad(") && !all.contains("decay"));
}

#[test]
fn explain_says_what_is_active_and_why() {
    let text = shown(&["explain", "functions.rs::total"]);
    for line in [
        "active price: f64 made of floats",
        "passive tax: f64 marked `#[no_grad]`",
        "active net, line 6 price, count flow into it, and it into the result",
        "∂total/∂price = tax × count",
        "∂total/∂count = tax × price",
    ] {
        assert!(has_line(&text, line), "`{line}` is not in\n{text}");
    }
    assert!(text.contains("the value alone:    2 (2 `a * b`)"), "{text}");
}

#[test]
fn explain_speaks_of_memory_costs_and_conventions() {
    let text = shown(&["explain", "functions.rs::forward"]);
    assert!(has_line(&text, "passive bias: f64 not named in `wrt`"), "{text}");
    assert!(text.contains("`a.max(b)`  at a = b: ∂a = 1, ∂b = 0"), "{text}");
    let text = shown(&["explain", "functions.rs::decay"]);
    assert!(text.contains("without the attribute"), "{text}");
    assert!(has_line(&text, "passive steps: usize no float"), "{text}");
    // The factor is a function call, which is not run again.
    assert!(text.contains("saved for the reverse sweep") && text.contains("exp(−rate)"), "{text}");
    assert!(text.contains("in loops"), "{text}");
    let text = shown(&["explain", "functions.rs::worst"]);
    assert!(text.contains("`for r in residuals` hands on the value of one round"), "{text}");
}

#[test]
fn graph_is_text_or_a_picture() {
    let text = shown(&["graph", "functions.rs::total"]);
    assert!(text.starts_with("flowchart LR\n") && text.contains("n0([\"price\"])"), "{text}");
    assert!(text.contains("n0 --> n3\n  n1 --> n3\n"), "{text}");
    assert!(shown(&["graph", "functions.rs::decay", "--format", "dot"]).starts_with("digraph \"decay\" {"));
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("total.svg");
    let said = shown(&["graph", "functions.rs::total", "-o", path.to_str().expect("a path")]);
    assert!(said.contains("6 nodes and 5 edges of `total`"), "{said}");
    let picture = std::fs::read_to_string(&path).expect("the picture");
    assert!(
        picture.starts_with("<svg") && picture.contains(">price</text>") && !picture.contains("derivative")
    );
    let what = refused(&["graph", "functions.rs::total", "-o", "total.bmp"]);
    assert!(what.contains("does not say what form") && what.contains("--format"), "{what}");
    let what = refused(&["graph", "functions.rs::several"]);
    assert!(what.contains("`several` does not return one float"), "{what}");
    assert!(refused(&["graph", "functions.rs"]).contains("several functions"));
}

#[test]
fn what_is_missing_has_a_neighbour() {
    let what = refused(&["explain", "functions.rs::totl"]);
    assert!(what.contains("no function `totl` in `functions.rs`") && what.contains("did you mean `total`?"));
    let what = refused(&["explain", "functions.rs::forwrad"]);
    assert!(what.contains("did you mean `model::Layer::forward`?"), "{what}");
    let what = refused(&["explain", "functoins.rs::total"]);
    assert!(what.contains("there is no such file") && what.contains("there is `functions.rs`"), "{what}");
    assert!(refused(&["explain", "functions.rs::"]).contains("expected FILE::FN"));
}

#[test]
fn refused_code_is_shown_with_the_reasons() {
    for command in ["expand", "explain", "graph"] {
        let what = refused(&[command, "functions.rs::refused"]);
        assert!(what.contains("--> functions.rs:32:15"), "{what}");
        assert!(what.contains("= why: ") && what.contains("= instead: "), "{what}");
    }
}

#[test]
fn the_readme_shows_what_it_prints() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-backprop"))
        .current_dir(root)
        .args(["explain", "examples/pencil.rs::total"])
        .output()
        .expect("the program runs");
    let text = String::from_utf8(output.stdout).expect("text");
    let readme = std::fs::read_to_string(format!("{root}/README.md")).expect("the README");
    let shown = format!("$ cargo backprop explain examples/pencil.rs::total\n{text}```\n");
    assert!(!text.is_empty() && readme.contains(&shown), "the README does not show\n{text}");
}

#[test]
fn help_and_completions() {
    let text = shown(&["--help"]);
    for word in ["expand", "explain", "graph", "completions", "src/lib.rs::Network::forward"] {
        assert!(text.contains(word), "{word} is not in\n{text}");
    }
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(shown(&["completions", shell]).contains("explain"), "{shell}");
    }
    assert!(!backprop(&["frobnicate"]).status.success());
}
