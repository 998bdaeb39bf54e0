//! What `#[backprop]` makes of `tests/expand/NAME.rs`, against `tests/expand/NAME.expanded.rs`, word for word.
//! `BLESS=1` writes the files anew: read the difference before committing it.

use std::path::{Path, PathBuf};

/// The directory of the sources, in the workspace's root.
fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/expand")
}

/// The names of the sources, sorted.
fn names() -> Vec<String> {
    let entries = std::fs::read_dir(directory()).expect("the directory exists");
    let files = entries.map(|entry| entry.expect("the directory can be read").file_name());
    let mut names: Vec<String> =
        files.filter_map(|file| file.to_str()?.strip_suffix(".rs").map(str::to_string)).collect();
    names.retain(|name| !name.ends_with(".expanded"));
    names.sort();
    names
}

#[test]
fn expansions_are_the_blessed_ones() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut stale = Vec::new();
    for name in names() {
        let source =
            std::fs::read_to_string(directory().join(format!("{name}.rs"))).expect("a readable file");
        let expanded = autodiff_codegen::render::file(&source).expect("Rust");
        assert!(!expanded.contains("compile_error"), "{name} is refused:\n{expanded}");
        let path = directory().join(format!("{name}.expanded.rs"));
        if bless {
            std::fs::write(&path, &expanded).expect("a writable directory");
        } else if let Some(difference) =
            difference(&std::fs::read_to_string(&path).unwrap_or_default(), &expanded)
        {
            stale.push(format!("{name}: {difference}"));
        }
    }
    assert!(stale.is_empty(), "expansions changed; BLESS=1 accepts them:\n{}", stale.join("\n"));
}

/// The first line in which two texts differ.
fn difference(blessed: &str, now: &str) -> Option<String> {
    let (mut a, mut b) = (blessed.lines(), now.lines());
    for number in 1.. {
        match (a.next(), b.next()) {
            (None, None) => break,
            (x, y) if x == y => {}
            (x, y) => {
                let show = |line: Option<&str>| line.unwrap_or("(nothing)").trim().to_string();
                return Some(format!("line {number}: `{}` is now `{}`", show(x), show(y)));
            }
        }
    }
    None
}

#[test]
fn every_statement_of_the_source_is_named_or_repeated() {
    let source = "#[backprop]\nfn f(x: f64) -> f64 {\n    let y = x.sin();\n    y * y\n}\n";
    let expanded = autodiff_codegen::render::file(source).expect("Rust");
    let grad: Vec<&str> =
        expanded.lines().skip_while(|l| !l.starts_with("fn f_grad")).map(str::trim).collect();
    let at = |line: &str| {
        grad.iter().position(|l| *l == line).unwrap_or_else(|| panic!("no `{line}`:\n{expanded}"))
    };
    // Forward as it was written, backward under comments, last statement first.
    assert!(at("let y = x.sin();") < at("// y * y"));
    assert!(at("// y * y") < at("// let y = x.sin();"));
}

#[test]
fn refusals_and_items_beside_functions_are_rendered() {
    let source =
        "use std::f64::consts::PI;\n#[backprop::backprop]\nfn f(x: f64) -> f64 { PI * unknown!(x) }\n";
    let text = autodiff_codegen::render::file(source).expect("Rust");
    assert!(text.starts_with("use std::f64::consts::PI;\n"), "{text}");
    assert!(text.contains("compile_error!"), "{text}");
    assert!(autodiff_codegen::render::file("fn (").is_err());
}

#[test]
fn functions_of_a_module_are_refused_aloud_where_they_are_meant() {
    let refused = |mark: &str| {
        let module =
            format!("mod m {{ pub fn f({mark} x: &[f64]) -> f64 {{ x.chunk_by(|a, b| a < b).odd() }} }}");
        let module: proc_macro2::TokenStream = module.parse().expect("tokens");
        let out = autodiff_codegen::pipeline::expand(proc_macro2::TokenStream::new(), module);
        out.to_string().contains("compile_error")
    };
    assert!(!refused(""));
    assert!(refused("#[grad]"));
}
