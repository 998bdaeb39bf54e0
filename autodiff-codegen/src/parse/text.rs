//! A statement's text on one line, for the comment above its code.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// Longer texts are cut.
const LIMIT: usize = 96;

/// The statement as a person would write it on one line. The body of a loop is left out: its statements
/// have comments of their own.
pub fn one_line(tokens: &TokenStream) -> String {
    let mut line = Line::default();
    let control = leading_word(tokens).is_some_and(|word| {
        ["for", "while", "loop", "if", "match", "unsafe"].iter().any(|keyword| word == keyword)
    });
    line.stream(tokens, control);
    let text = line.text;
    match text.char_indices().nth(LIMIT) {
        Some((cut, _)) => format!("{}…", text[..cut].trim_end()),
        None => text,
    }
}

/// The first word of a statement, after a label.
fn leading_word(tokens: &TokenStream) -> Option<proc_macro2::Ident> {
    let mut tokens = tokens.clone().into_iter().peekable();
    if matches!(tokens.peek(), Some(TokenTree::Punct(p)) if p.as_char() == '\'') {
        tokens.nth(2);
    }
    match tokens.next() {
        Some(TokenTree::Ident(ident)) => Some(ident),
        _ => None,
    }
}

/// A line that grows token by token.
#[derive(Default)]
struct Line {
    text: String,
    last: Last,
    /// Open `<` of generic arguments.
    angles: usize,
    /// In the parameters of a closure.
    closure: bool,
}

/// What the last token was, as far as spacing cares.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Last {
    /// The start of a line or group, or a prefix operator: no space follows.
    #[default]
    Open,
    /// A keyword: a prefix operator may follow, and a space does.
    Keyword,
    /// A name, literal or closed group.
    Value,
    /// A name that generic arguments may follow.
    TypeName,
    /// A binary operator, comma or semicolon: a space follows.
    Operator,
    /// The middle of an operator.
    Joint,
    /// `.`, `::`, a quote, or a macro's `!`: no space follows.
    Tight,
}

impl Line {
    /// Appends tokens; bodies in braces are left out if `hide`.
    fn stream(&mut self, tokens: &TokenStream, hide: bool) {
        let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
        for (i, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => self.group(group, hide),
                TokenTree::Ident(ident) => self.word(&ident.to_string()),
                TokenTree::Literal(lit) => self.word(&lit.to_string().replace('\n', "\\n")),
                TokenTree::Punct(punct) => {
                    let next = match tokens.get(i + 1) {
                        Some(TokenTree::Punct(next)) if punct.spacing() == Spacing::Joint => {
                            Some(next.as_char())
                        }
                        _ => None,
                    };
                    self.punct(punct.as_char(), next);
                }
            }
        }
    }

    /// A space, unless there is none before what follows.
    fn space(&mut self) {
        if !matches!(self.last, Last::Open | Last::Tight | Last::Joint) && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }

    /// A name, keyword or literal.
    fn word(&mut self, word: &str) {
        self.space();
        self.text.push_str(word);
        self.last = match word {
            "return" | "break" | "in" | "if" | "else" | "match" | "while" | "let" | "mut" | "as" | "move"
            | "for" | "loop" => Last::Keyword,
            _ if word.starts_with(char::is_uppercase) => Last::TypeName,
            _ => Last::Value,
        };
    }

    /// A group.
    fn group(&mut self, group: &proc_macro2::Group, hide: bool) {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace => ("{ ", " }"),
            Delimiter::None => ("", ""),
        };
        let follows_value = matches!(self.last, Last::Value | Last::TypeName);
        if open == "{ " || !follows_value {
            self.space();
        }
        if group.stream().is_empty() && open == "{ " {
            self.text.push_str("{}");
        } else if hide && open == "{ " {
            self.text.push_str("{ … }");
        } else {
            self.text.push_str(open);
            let outside = (std::mem::take(&mut self.angles), std::mem::take(&mut self.closure));
            self.last = Last::Open;
            self.stream(&group.stream(), false);
            (self.angles, self.closure) = outside;
            self.text.push_str(close);
        }
        self.last = Last::Value;
    }

    /// A punctuation character; `next` is the one that it is joined with.
    fn punct(&mut self, c: char, next: Option<char>) {
        let prefix = matches!(self.last, Last::Open | Last::Operator | Last::Keyword);
        let range = c == '.' && (next == Some('.') || self.text.ends_with('.'));
        let inside = self.last == Last::Joint;
        match c {
            ',' | ';' => self.put("", c, Last::Operator),
            ':' if next == Some(':') || self.text.ends_with(':') && inside => {
                let tight = if next == Some(':') { Last::Joint } else { Last::Tight };
                self.put("", c, tight);
            }
            ':' => self.put("", c, Last::Operator),
            '.' if range && next.is_none() => self.put("", c, Last::Tight),
            '.' => self.put("", c, if range { Last::Joint } else { Last::Tight }),
            '=' if self.text.ends_with("..") => self.put("", c, Last::Tight),
            '\'' => self.put(" ", c, Last::Tight),
            '?' => self.put("", c, Last::Value),
            '#' | '$' => self.put(" ", c, Last::Tight),
            '!' if !prefix && next != Some('=') => self.put("", c, Last::Value),
            '<' if next.is_none() && (self.last == Last::TypeName || self.text.ends_with("::")) => {
                self.angles += 1;
                self.put("", c, Last::Open);
            }
            '>' if self.angles > 0 && !inside => {
                self.angles -= 1;
                self.put("", c, Last::Value);
            }
            '|' if next != Some('=') && (self.closure || prefix) => {
                let (before, last) = if self.closure { ("", Last::Operator) } else { (" ", Last::Open) };
                self.put(before, c, last);
                self.closure = !self.closure;
            }
            '-' | '*' | '&' | '!' if prefix && next != Some('=') => self.put(" ", c, Last::Open),
            _ if inside => self.put("", c, if next.is_some() { Last::Joint } else { Last::Operator }),
            _ => self.put(" ", c, if next.is_some() { Last::Joint } else { Last::Operator }),
        }
    }

    /// Appends a character, after a space if it wants one.
    fn put(&mut self, before: &str, c: char, last: Last) {
        if !before.is_empty() {
            self.space();
        }
        self.text.push(c);
        self.last = last;
    }
}

#[cfg(test)]
mod tests {
    use super::one_line;
    use std::str::FromStr;

    fn same(text: &str) {
        let source = text.replace('…', "body()");
        let tokens = proc_macro2::TokenStream::from_str(&source).expect("the test's own tokens");
        assert_eq!(one_line(&tokens), text);
    }

    #[test]
    fn reads_like_source() {
        same("let x = a.sin() + -b * 2.0;");
        same("let mut y: Vec<f64> = vec![0.0; n];");
        same("let v: Vec<Vec<f64>> = Vec::new();");
        same("acc += x[i * d + j] - f64::max(a, b);");
        same("if a <= b && !c { … }");
        same("for i in (0..n).rev() { … }");
        same("for i in 0..=n { … }");
        same("let s = it.sum::<f64>();");
        same("return -x;");
        same("assert!(x != 0.0, \"x is {x}\");");
        same("let y = if x > 0.0 { x } else { -x };");
        same("*y = &a[1..];");
        same("let (a, b) = (1.0, p.0);");
        same("let z = f(x)?;");
        same("let s: f64 = x.iter().map(|&v| v * v).sum();");
        same("let t = || -x;");
        same("let w = v.fold(0.0, |a, b| a + b);");
    }

    #[test]
    fn long_texts_are_cut() {
        let tokens = proc_macro2::TokenStream::from_str(&"a + ".repeat(80)).expect("the test's own tokens");
        assert!(one_line(&tokens).ends_with('…') && one_line(&tokens).chars().count() <= 97);
    }
}
