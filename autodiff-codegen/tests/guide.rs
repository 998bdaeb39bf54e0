//! The guide (`docs/guide`): its pages are all listed and all compiled, and what it says of the compiler's stages is so.

use std::path::{Path, PathBuf};

use autodiff_codegen::inspect;
use autodiff_codegen::options::Options;
use autodiff_codegen::render;
use autodiff_codegen::reverse::{Options as How, reverse};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// The names of the pages.
fn pages() -> Vec<String> {
    let entries = std::fs::read_dir(root().join("docs/guide/src")).expect("the directory exists");
    let names = entries.map(|e| e.expect("an entry").file_name().into_string().expect("text"));
    names.filter(|name| name.ends_with(".md") && name != "SUMMARY.md").collect()
}

#[test]
fn every_page_is_listed_and_its_code_is_run() {
    let (summary, facade) = (read("docs/guide/src/SUMMARY.md"), read("src/lib.rs"));
    assert!(pages().len() >= 10);
    for page in pages() {
        assert!(summary.contains(&format!("]({page})")), "{page} is not in SUMMARY.md");
        // The blocks of code are documentation of the crate's tests.
        let included = format!("include_str!(\"../docs/guide/src/{page}\")");
        assert!(facade.contains(&included), "{page} is not in src/lib.rs");
    }
    let listed = summary.matches("](").count();
    assert_eq!(listed, pages().len(), "SUMMARY.md lists a page that is not there");
}

#[test]
fn no_block_of_code_is_left_out_and_no_link_is_dead() {
    for page in pages() {
        let text = read(&format!("docs/guide/src/{page}"));
        for (n, fence) in text.lines().filter(|line| line.starts_with("```")).enumerate() {
            let known: &[&str] =
                if n % 2 == 0 { &["```rust", "```sh", "```toml", "```text"] } else { &["```"] };
            assert!(known.contains(&fence), "{page}: {fence}");
        }
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let there = link.starts_with("https://") || root().join("docs/guide/src").join(link).exists();
            assert!(there, "{page}: {link}");
        }
        assert!(text.starts_with("# ") && text.ends_with('\n'), "{page}");
    }
}

/// The block behind a marker: the marker and the opening fence, and the block's content.
fn stage<'t>(text: &'t str, name: &str) -> (String, &'t str) {
    let marker = format!("<!-- stage: {name} -->\n");
    let after = text.split(marker.as_str()).nth(1).unwrap_or_else(|| panic!("no {marker}"));
    let (fence, rest) = after.split_once('\n').expect("a fence");
    let end = if rest.starts_with("```") { 0 } else { rest.find("\n```").expect("an end") + 1 };
    (format!("{marker}{fence}\n"), &rest[..end])
}

/// `BLESS=1` writes them anew.
#[test]
fn the_stages_that_it_shows_are_those_of_the_compiler() {
    let path = "docs/guide/src/compiler.md";
    let text = read(path);
    let (_, source) = stage(&text, "source");
    let found = inspect::inspect(&source.parse().expect("tokens"), &Options::default())
        .unwrap_or_else(|refusals| panic!("{refusals:?}"));
    let backward = reverse(&found.primal, &How::GRADIENT).expect("a gradient");
    let expansion = render::file(&format!("#[backprop]\n{source}")).expect("Rust");
    let code = &expansion[expansion.find("fn wave_grad(").expect("the companion")..];
    let code = &code[..code.find("\n}\n").expect("an end") + 3];
    let stages = [
        ("primal", found.primal.to_string()),
        ("reverse", backward.func.to_string()),
        ("simplified", found.gradient.func.to_string()),
        ("code", code.to_string()),
    ];
    let mut now = text.clone();
    for (name, made) in &stages {
        let (before, shown) = stage(&now, name);
        let (old, new) = (format!("{before}{shown}```"), format!("{before}{made}```"));
        now = now.replace(&old, &new);
    }
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(root().join(path), &now).expect("a writable file");
    } else {
        assert!(now == text, "{path} shows other stages; BLESS=1 accepts these:\n{now}");
    }
    // What the text says of them.
    let says = |name: &str, parts: &[&str]| {
        let (_, block) = stage(&now, name);
        parts.iter().for_each(|part| assert!(block.contains(part), "no `{part}` in {name}"));
    };
    says("primal", &["(%s.5: f64 = %x.0)", "%s.7 = Sin", "yield %s.7"]);
    says("reverse", &["store @s_s.1[%4] = %s.5", "trips", " rev (", "Cos"]);
    says("simplified", &["alloc zeros %n.2"]);
    says("code", &["let s_s_1 = &s_s[0..n];", ".rev()"]);
}
