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

/// The function that the first block of code shows, and what the macro makes of it.
fn first_gradient() -> String {
    let shown = blocks("rust")[0];
    let end = shown.find("\n}\n").expect("a function") + "\n}\n".len();
    let expansion = autodiff_codegen::render::file(&shown[..end]).expect("Rust");
    let companion = &expansion[expansion.find("fn loss_grad(").expect("its gradient")..];
    companion[..companion.find("\n}\n").expect("an end") + "\n}".len()].to_string()
}

/// `BLESS=1` writes it anew.
#[test]
fn the_gradient_that_it_shows_is_the_one_that_the_macro_writes() {
    let (shown, now) = (blocks("rust")[1], first_gradient());
    if std::env::var_os("BLESS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
        std::fs::write(path, README.replacen(shown, &now, 1)).expect("a writable file");
    } else {
        assert_eq!(shown, now, "the README shows another gradient; BLESS=1 accepts this one");
    }
    let after = README.split(shown).nth(1).expect("it is there");
    assert!(after.trim_start_matches("\n```").trim_start().starts_with("## Try it"));
}

/// The lines of the table under a heading.
fn table<'t>(text: &'t str, heading: &str) -> Vec<&'t str> {
    let after = text.split(&format!("\n{heading}\n")).nth(1).expect("the heading is there");
    after.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|')).collect()
}

#[test]
fn the_attribute_s_own_documentation_has_the_same_tables() {
    let attribute = include_str!("../autodiff-macro/src/backprop.md");
    for (here, there) in [
        ("## What you get", "# Companions"),
        ("## Options", "# Options"),
        ("## Conventions", "# Conventions"),
    ] {
        assert_eq!(table(README, here), table(attribute, there), "{there}");
    }
}

#[test]
fn the_options_are_those_that_the_compiler_knows() {
    let rows = table(README, "## Options");
    let listed = rows.iter().skip(2).filter_map(|row| row.strip_prefix("| `")?.split(['`', '(', ' ']).next());
    let (mut listed, mut known): (Vec<_>, Vec<_>) =
        (listed.collect(), autodiff_codegen::options::names().collect());
    listed.sort_unstable();
    known.sort_unstable();
    assert_eq!(listed, known);
}
