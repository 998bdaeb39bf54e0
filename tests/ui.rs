//! Every refusal, as rustc shows it: one case `tests/ui/<kind>.rs` for each entry of the table of refusals.

use std::collections::BTreeSet;
use std::path::Path;

use autodiff_codegen::diagnostics::Kind;

#[test]
fn refusals_are_shown_at_the_right_place() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}

#[test]
fn every_refusal_has_a_case() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let entries = std::fs::read_dir(&folder).expect("the folder of cases is there");
    let files = entries.map(|entry| entry.expect("an entry").path());
    let cases: BTreeSet<String> = files
        .filter(|file| file.extension().is_some_and(|extension| extension == "rs"))
        .filter_map(|file| Some(file.file_stem()?.to_str()?.to_string()))
        .collect();
    for kind in Kind::ALL {
        let stem = kind.file_stem();
        let shown = folder.join(format!("{stem}.stderr"));
        assert!(cases.contains(&stem), "{} has no case tests/ui/{stem}.rs", kind.name());
        let text = std::fs::read_to_string(&shown).unwrap_or_default();
        let what = kind.what_until_hole();
        assert!(text.contains(what), "{} does not show `{what}`", shown.display());
    }
}
