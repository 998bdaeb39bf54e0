//! Rust in colours. Where there are to be none, `anstream` takes them out again.

use anstyle::{AnsiColor, Style};

/// The code with its comments, words, numbers and strings in colours.
pub fn rust(code: &str) -> String {
    let mut out = String::with_capacity(code.len() * 2);
    for line in code.lines() {
        paint(line, &mut out);
        out.push('\n');
    }
    out
}

fn styled(text: &str, style: Style, out: &mut String) {
    out.push_str(&format!("{style}{text}{style:#}"));
}

fn paint(line: &str, out: &mut String) {
    let (comment, string) = (AnsiColor::BrightBlack.on_default(), AnsiColor::Green.on_default());
    let (word, number) = (AnsiColor::Magenta.on_default(), AnsiColor::Cyan.on_default());
    let call = AnsiColor::Blue.on_default();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let end = |accepts: fn(char) -> bool| rest.find(|c| !accepts(c)).unwrap_or(rest.len());
        if rest.starts_with("//") {
            styled(rest, comment, out);
            return;
        } else if first == '"' {
            let closing = closing_quote(rest);
            styled(&rest[..closing], string, out);
            rest = &rest[closing..];
        } else if first.is_alphabetic() || first == '_' {
            let at = end(|c| c.is_alphanumeric() || c == '_');
            let (name, after) = rest.split_at(at);
            match name {
                _ if KEYWORDS.contains(&name) => styled(name, word, out),
                _ if after.starts_with('(') => styled(name, call, out),
                _ => out.push_str(name),
            }
            rest = after;
        } else if first.is_ascii_digit() {
            let at = end(|c| c.is_alphanumeric() || c == '_');
            // `0.5`, but not `0..n`.
            let at = match rest[at..].strip_prefix('.') {
                Some(more) if more.starts_with(|c: char| c.is_ascii_digit()) => {
                    at + 1 + more.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(more.len())
                }
                _ => at,
            };
            styled(&rest[..at], number, out);
            rest = &rest[at..];
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
}

/// Where a string ends.
fn closing_quote(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

const KEYWORDS: &[&str] = &[
    "as", "const", "else", "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut",
    "pub", "return", "self", "Self", "struct", "use", "where", "while", "break", "continue", "crate", "true",
    "false",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_colours_are_added() {
        for code in [
            "let x = 0.5 * f(\"a \\\" // b\"); // c\n",
            "for i in 0..n {}\n",
            "x.0.1 + 'a' as u8\n",
            "\"open\n",
        ] {
            assert_eq!(anstream::adapter::strip_str(&rust(code)).to_string(), code);
        }
        assert!(rust("fn f").contains("\u{1b}["));
    }
}
