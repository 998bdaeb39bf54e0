//! What the `digits` example says of a data file that is missing or damaged, and that it fails then.

use std::path::PathBuf;
use std::process::Command;

/// Runs the example on a file and returns what it writes to standard error; it must fail.
fn complaint(file: &str) -> String {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["run", "--quiet", "--example", "digits"]);
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let output =
        cargo.current_dir(env!("CARGO_MANIFEST_DIR")).args(["--", file]).output().expect("cargo runs");
    assert!(!output.status.success(), "the example accepts {file}");
    let lines = String::from_utf8_lossy(&output.stderr);
    lines.lines().skip_while(|line| !line.starts_with("digits: ")).collect::<Vec<_>>().join("\n")
}

/// The real data with one line replaced, in a file of its own.
fn damaged(name: &str, line: usize, replacement: &str) -> String {
    let original = include_str!("../../data/digits.csv");
    let lines = original.lines().enumerate().map(|(n, text)| if n + 1 == line { replacement } else { text });
    written(name, &lines.collect::<Vec<_>>().join("\n"))
}

fn written(name: &str, contents: &str) -> String {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&file, contents).expect("the temporary folder can be written to");
    file.to_string_lossy().into_owned()
}

#[test]
fn a_missing_file_is_named() {
    let said = complaint("no/such/file.csv");
    assert!(said.starts_with("digits: cannot read no/such/file.csv: "), "{said}");
    assert!(said.contains("data/digits.csv"), "{said}");
}

#[test]
fn a_damaged_line_is_named() {
    let pixels = |first: &str, rest: usize| format!("{first}{}", ",0".repeat(rest));
    let cases = [
        ("short.csv", pixels("0", 9), "10 values instead of 65"),
        ("text.csv", pixels("dark", 64), "column 1: \"dark\" is not a pixel (0 to 16)"),
        ("bright.csv", pixels("17", 64), "column 1: \"17\" is not a pixel (0 to 16)"),
        ("eleven.csv", format!("{},11", pixels("0", 63)), "column 65: \"11\" is not a digit (0 to 9)"),
    ];
    for (name, line, problem) in cases {
        let said = complaint(&damaged(name, 100, &line));
        assert!(said.contains(&format!("is damaged in line 100: {problem}")), "{name}: {said}");
    }
}

#[test]
fn an_empty_file_is_refused() {
    let said = complaint(&written("empty.csv", ""));
    assert!(said.contains("0 images are too few"), "{said}");
}
