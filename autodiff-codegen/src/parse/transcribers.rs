//! What macros put where they stand, as far as their definitions are in sight: whether that defines anything which the
//! code after it may mean.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

/// Words that items begin with.
const ITEMS: [&str; 14] = [
    "const",
    "enum",
    "extern",
    "fn",
    "impl",
    "macro_rules",
    "mod",
    "static",
    "struct",
    "trait",
    "type",
    "union",
    "unsafe",
    "use",
];

/// How far macros that call macros are followed.
const DEEPEST: usize = 4;

/// Whether one of the definitions puts a `let` or an item where the macro stands. `others` finds the definitions of the
/// macros that they call there.
pub fn define(definitions: &[TokenStream], others: &dyn Fn(&Ident) -> Vec<TokenStream>) -> bool {
    defines_within(definitions, others, DEEPEST)
}

fn defines_within(
    definitions: &[TokenStream],
    others: &dyn Fn(&Ident) -> Vec<TokenStream>,
    depth: usize,
) -> bool {
    definitions.iter().flat_map(transcribers).any(|tokens| {
        let mut called = Vec::new();
        is_definition(tokens, &mut called)
            || depth > 0 && called.iter().any(|name| defines_within(&others(name), others, depth - 1))
    })
}

/// `(…) => { these }; …`
pub fn transcribers(definition: &TokenStream) -> Vec<TokenStream> {
    let mut out = Vec::new();
    let mut arrow = false;
    for token in definition.clone() {
        match token {
            TokenTree::Group(group) if arrow => out.push(group.stream()),
            TokenTree::Punct(p) if p.as_char() == '>' => {
                arrow = true;
                continue;
            }
            _ => {}
        }
        arrow = false;
    }
    out
}

/// Whether statements have a `let` or an item among them; what is in braces, brackets or parentheses keeps its names to
/// itself. Adds the macros that are called among them.
pub fn is_definition(tokens: TokenStream, called: &mut Vec<Ident>) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let punct = |i: Option<usize>, c: char| match i.and_then(|i| tokens.get(i)) {
        Some(TokenTree::Punct(p)) => p.as_char() == c,
        _ => false,
    };
    let word = |i: Option<usize>| match i.and_then(|i| tokens.get(i)) {
        Some(TokenTree::Ident(ident)) => Some(ident.to_string()),
        _ => None,
    };
    tokens.iter().enumerate().any(|(i, token)| match token {
        TokenTree::Ident(ident) => {
            let before = i.checked_sub(1);
            let block =
                matches!(tokens.get(i + 1), Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::Brace);
            // `$type` is a variable of the macro's.
            if punct(before, '$') {
                return false;
            }
            if punct(Some(i + 1), '!') && ident != "macro_rules" {
                called.push(ident.clone());
            }
            match ident.to_string().as_str() {
                // `if let`, `while let`, `a && let`
                "let" => {
                    let condition = matches!(word(before).as_deref(), Some("if" | "while" | "else"));
                    !condition && !punct(before, '&')
                }
                "const" | "unsafe" if block => false,
                name => ITEMS.contains(&name),
            }
        }
        // `$( … )*` is what is in it, many times.
        TokenTree::Group(group) => {
            let repeated = group.delimiter() == Delimiter::Parenthesis && punct(i.checked_sub(1), '$');
            let invisible = group.delimiter() == Delimiter::None;
            (repeated || invisible) && is_definition(group.stream(), called)
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    fn shown(definition: TokenStream) -> bool {
        define(&[definition], &|name| match name.to_string().as_str() {
            "define" => vec![quote!(($n:ident) => { fn $n() {} })],
            _ => Vec::new(),
        })
    }

    #[test]
    fn definitions_are_told_from_what_keeps_its_names_to_itself() {
        assert!(shown(quote!(($n:ident, $v:expr) => { const $n: usize = $v; })));
        assert!(shown(quote!(($x:ident) => { let $x = 2.0 * $x; })));
        assert!(shown(quote!(() => {}; ($($n:ident),*) => { $(use other::$n;)* })));
        assert!(shown(quote!(($n:ident) => { define!($n); })));
        assert!(!shown(quote!(($c:expr, $e:expr) => { if !$c { return Err($e); } })));
        assert!(!shown(quote!(($e:expr) => {{ let t = $e; eprintln!("{t}"); }})));
        assert!(!shown(quote!(($e:expr) => { if let Some(t) = $e { panic!("{t}"); } })));
        assert!(!shown(quote!(($type:ty) => { log::debug!("{}", <$type>::MAX); })));
    }
}
