//! Errors, with the source that they speak of.

use std::ops::Range;
use std::path::Path;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use proc_macro2::TokenStream;

use crate::target::File;

/// What the compiler refused, each with its place, why, and what to write instead.
pub fn refusals(file: &File, refusals: &[(String, TokenStream)]) -> String {
    let each = refusals.iter().map(|(message, at)| {
        let mut lines = message.lines();
        let what = lines.next().unwrap_or_default().trim_start_matches("#[backprop]: ").to_string();
        let more: Vec<&str> = lines.map(str::trim).collect();
        self::at(&file.path, &file.text, range(at), &what, &more)
    });
    each.collect::<Vec<_>>().join("\n")
}

/// An error at a place of a file, and what there is to say of it.
pub fn at(path: &Path, text: &str, at: Range<usize>, what: &str, more: &[&str]) -> String {
    let path = path.display().to_string();
    // A place that is not known is the file itself; the library wants ranges that lie in it.
    let known = at.start < at.end && text.get(at.clone()).is_some();
    let mut group = Level::ERROR.primary_title(what).elements(
        known.then(|| Snippet::source(text).path(&path).annotation(AnnotationKind::Primary.span(at))),
    );
    for line in more {
        group = match line.split_once(": ") {
            Some(("instead", instead)) => group.element(Level::HELP.with_name("instead").message(instead)),
            Some(("why", why)) => group.element(Level::NOTE.with_name("why").message(why)),
            _ => group.element(Level::NOTE.message(*line)),
        };
    }
    render(group)
}

/// An error that no place belongs to.
pub fn plain(what: &str, help: Option<&str>) -> String {
    let group = Group::with_title(Level::ERROR.primary_title(what));
    render(match help {
        Some(help) => group.element(Level::HELP.message(help)),
        None => group,
    })
}

fn render(group: Group<'_>) -> String {
    format!("{}\n", Renderer::styled().render(&[group]))
}

/// From the first token to the last.
fn range(tokens: &TokenStream) -> Range<usize> {
    let mut ranges = tokens.clone().into_iter().map(|t| t.span().byte_range());
    let first = ranges.next().unwrap_or(0..0);
    let last = ranges.last().unwrap_or(first.clone());
    first.start..last.end.max(first.end)
}
