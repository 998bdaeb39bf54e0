//! The accumulating error list: every refusal of a function is reported in one build.

use proc_macro2::{Span, TokenStream, TokenTree};

mod kinds;
mod nearest;

pub use kinds::Kind;
pub use nearest::nearest;

/// The errors of one expansion, in the order in which they were found.
///
/// A list that holds errors and is dropped without [`Errors::into_tokens`] would accept a function that was
/// refused, so debug builds panic then.
#[derive(Debug, Default)]
pub struct Errors {
    list: Vec<Error>,
}

/// One error: what to say, and the tokens to say it at.
#[derive(Debug)]
struct Error {
    kind: Option<Kind>,
    message: String,
    at: TokenStream,
}

impl Errors {
    /// No errors yet.
    pub fn new() -> Errors {
        Errors::default()
    }

    /// Refuses something at one token. `args` fill the holes `{0}`, `{1}`… of the message.
    pub fn refuse(&mut self, kind: Kind, span: Span, args: &[&str]) {
        self.push(Some(kind), kind.message(args), marker(span));
    }

    /// Refuses `tokens`, from the first to the last of them.
    pub fn refuse_tokens(&mut self, kind: Kind, tokens: &TokenStream, args: &[&str]) {
        self.push(Some(kind), kind.message(args), tokens.clone());
    }

    /// Refuses what `syn` could not parse, at the place that it names.
    pub fn refuse_syntax(&mut self, kind: Kind, error: &syn::Error) {
        for one in error.clone() {
            self.refuse(kind, one.span(), &[&one.to_string()]);
        }
    }

    /// Reports a bug of the compiler itself, without a panic.
    pub fn internal(&mut self, span: Span, detail: &str) {
        let message = format!(
            "#[backprop]: internal error: {detail}\n  \
             this is a bug of `backprop`; please report it with the function that it stands on"
        );
        self.push(None, message, marker(span));
    }

    /// The first line of the first error.
    pub fn first(&self) -> Option<&str> {
        let line = self.list.first()?.message.lines().next()?;
        Some(line.strip_prefix("#[backprop]: ").unwrap_or(line))
    }

    /// Takes over the errors of another list.
    pub fn append(&mut self, mut other: Errors) {
        for error in std::mem::take(&mut other.list) {
            self.push(error.kind, error.message, error.at);
        }
    }

    /// Whether nothing has been refused.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many errors there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Which refusals there are; internal errors are left out.
    pub fn kinds(&self) -> Vec<Kind> {
        self.list.iter().filter_map(|error| error.kind).collect()
    }

    /// Whether one of the errors mentions something.
    pub fn mention(&self, text: &str) -> bool {
        self.list.iter().any(|error| error.message.contains(text))
    }

    /// One `compile_error!` for each error.
    pub fn into_tokens(mut self) -> TokenStream {
        let list = std::mem::take(&mut self.list);
        list.into_iter()
            .map(|error| {
                of_any_edition(syn::Error::new_spanned(error.at, error.message).into_compile_error())
            })
            .collect()
    }

    /// The texts of the errors, for tests and tools.
    pub fn into_messages(mut self) -> Vec<String> {
        std::mem::take(&mut self.list).into_iter().map(|error| error.message).collect()
    }

    /// The texts of the errors, each with the tokens to say it at.
    pub fn into_located(mut self) -> Vec<(String, TokenStream)> {
        std::mem::take(&mut self.list).into_iter().map(|error| (error.message, error.at)).collect()
    }

    /// Adds an error unless the very same has been said of the very same tokens.
    fn push(&mut self, kind: Option<Kind>, message: String, at: TokenStream) {
        let place = |tokens: &TokenStream| {
            tokens.clone().into_iter().next().map(|first| format!("{:?}", first.span())).unwrap_or_default()
        };
        let known = |error: &Error| error.message == message && place(&error.at) == place(&at);
        if !self.list.iter().any(known) {
            self.list.push(Error { kind, message, at });
        }
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        let unread = !self.list.is_empty() && !std::thread::panicking();
        debug_assert!(!unread, "errors were dropped unread: {:#?}", self.list);
    }
}

/// A token that carries `span`.
fn marker(span: Span) -> TokenStream {
    let mut token = proc_macro2::Punct::new('#', proc_macro2::Spacing::Alone);
    token.set_span(span);
    proc_macro2::TokenTree::from(token).into()
}

/// Without the path in front of it: `::core::compile_error!` has the user's span and with it the user's edition, and in
/// that of 2015 it leads nowhere.
fn of_any_edition(tokens: TokenStream) -> TokenStream {
    let is_name = |token: &TokenTree| matches!(token, TokenTree::Ident(ident) if ident == "compile_error");
    tokens.into_iter().skip_while(|token| !is_name(token)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_three_parts() {
        let mut errors = Errors::new();
        errors.refuse(Kind::UnsafeFn, Span::call_site(), &[]);
        let [message] = &errors.into_messages()[..] else { panic!("one error was refused") };
        assert!(message.starts_with("#[backprop]: "));
        assert!(message.contains("\n  why: ") && message.contains("\n  instead: "));
    }

    #[test]
    fn every_kind_is_filled_in_completely() {
        for kind in Kind::ALL {
            let holes = kind.holes();
            let args = vec!["ARGUMENT"; holes];
            let message = kind.message(&args);
            assert!(
                !message.contains(&format!("{{{holes}")) && !message.contains("{0"),
                "{}: {message}",
                kind.name()
            );
        }
    }

    #[test]
    fn the_same_error_is_said_once() {
        let mut errors = Errors::new();
        errors.refuse(Kind::AsyncFn, Span::call_site(), &[]);
        errors.refuse(Kind::AsyncFn, Span::call_site(), &[]);
        assert_eq!(errors.kinds(), [Kind::AsyncFn]);
        drop(errors.into_tokens());
    }

    #[test]
    #[should_panic(expected = "dropped unread")]
    #[cfg(debug_assertions)]
    fn an_unread_list_shouts() {
        let mut errors = Errors::new();
        errors.refuse(Kind::AsyncFn, Span::call_site(), &[]);
    }
}
