//! The README's commands are those that CI runs. (Its code is compiled and run as documentation of the crate.)

const README: &str = include_str!("../README.md");
const CI: &str = include_str!("../.ci/run");

/// The contents of the fenced blocks of a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    README.split(fence.as_str()).skip(1).filter_map(|rest| rest.split("```").next()).map(str::trim).collect()
}

#[test]
fn the_commands_are_two_and_ci_runs_them() {
    let commands = blocks("sh");
    let [digits, tests] = commands[..] else { panic!("not two commands: {commands:?}") };
    assert_eq!(digits, "cargo run --release --example digits");
    assert!(CI.contains("cargo run --release --locked --example \"$name\""), "CI doesn't run the examples");
    assert!(CI.contains(tests), "CI doesn't run `{tests}`");
}

#[test]
fn its_code_is_documentation_of_the_crate() {
    assert!(include_str!("../src/lib.rs").contains("#![doc = include_str!(\"../README.md\")]"));
    assert!(!blocks("rust").is_empty());
    assert!(!README.contains("```rust,"), "a block of code is left out of the tests");
}

#[test]
fn the_stated_rust_version_is_the_declared_one() {
    let manifest = include_str!("../Cargo.toml");
    let declared = manifest.split("rust-version = \"").nth(1).and_then(|rest| rest.split('"').next());
    let declared = declared.expect("the manifest declares a Rust version");
    assert!(README.contains(&format!("({declared} or newer)")), "the README doesn't say {declared}");
}
