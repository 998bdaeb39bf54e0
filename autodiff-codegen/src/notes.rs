//! Code that is not looked into and may note a value down where no variable of the function is: in a `static`, or in a `Cell`.
//! Whoever reads it there would get it without its derivative.
//!
//! It shows in tokens: the name of a `static`, which is written in capitals, with a method behind it that changes what is
//! only borrowed, or with an assignment; of anything else, a method that has no other meaning. Macros and functions of the same
//! file are followed by their names.

use crate::parse::transcribers;
use crate::surroundings;
use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;

/// Methods by which something is changed that is only borrowed, and how sure that is of one of this name.
const CHANGES: [(&str, Sure); 20] = [
    ("borrow_mut", Sure::Always),
    ("compare_exchange", Sure::Always),
    ("fetch_update", Sure::Always),
    ("get_mut", Sure::OfStatics),
    ("get_or_init", Sure::Always),
    ("insert", Sure::OfStatics),
    ("lock", Sure::Always),
    ("push", Sure::OfStatics),
    ("replace", Sure::WithNames),
    ("send", Sure::Always),
    ("set", Sure::Always),
    ("store", Sure::Always),
    ("swap", Sure::WithNames),
    ("try_borrow_mut", Sure::Always),
    ("try_lock", Sure::Always),
    ("try_write", Sure::Always),
    ("update", Sure::Always),
    ("with", Sure::Always),
    ("with_borrow_mut", Sure::Always),
    ("write", Sure::Always),
];

/// Of what a method of such a name changes something.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sure {
    /// Of whatever it is called on: the name hardly means anything else.
    Always,
    /// Where something is given to it that has a name: text, slices and options have such a method as well.
    WithNames,
    /// Of a `static`; what else has it is lent mutably, which is seen elsewhere.
    OfStatics,
}

fn sure(method: &str) -> Option<Sure> {
    CHANGES.iter().find(|(name, _)| *name == method).map(|(_, sure)| *sure)
}

/// Whether a method may change what is only borrowed, by something with a name that is given to it.
pub fn may_keep(method: &str) -> bool {
    matches!(sure(method), Some(Sure::Always | Sure::WithNames))
}

/// Whether a path is that of such a method of a type of `std` that lets itself be changed while it is borrowed.
pub fn is_of_cell(path: &syn::Path) -> bool {
    let mut names = path.segments.iter().rev().map(|s| s.ident.unraw().to_string());
    let (Some(method), Some(ty)) = (names.next(), names.next()) else { return false };
    let cell = ["Cell", "RefCell", "OnceCell", "Mutex", "RwLock", "OnceLock"].contains(&&*ty)
        || ty.starts_with("Atomic");
    cell && sure(&method).is_some()
}

/// How far macros that call macros are followed.
const DEEPEST: usize = 4;

/// What names in tokens lead to.
pub struct Names<'n> {
    /// The definitions of a macro.
    pub macros: &'n dyn Fn(&Ident) -> Vec<TokenStream>,
    /// Where a function notes something down.
    pub functions: &'n dyn Fn(&Ident) -> Option<String>,
}

/// A `static` that code may note something down in: itself, or by what it calls of the same file.
pub fn place(code: &TokenStream) -> Option<String> {
    let names = Names { macros: &surroundings::macro_definitions, functions: &surroundings::notes_down };
    names.place(code.clone())
}

impl Names<'_> {
    /// The same with these names.
    pub fn place(&self, code: TokenStream) -> Option<String> {
        self.within(code, DEEPEST)
    }

    /// Macros are followed `depth` deep.
    fn within(&self, code: TokenStream, depth: usize) -> Option<String> {
        let tokens: Vec<TokenTree> = code.into_iter().collect();
        (0..tokens.len()).find_map(|i| match &tokens[i] {
            TokenTree::Group(group) => self.within(group.stream(), depth),
            TokenTree::Ident(ident) if is_static(ident) && is_changed(&tokens[i + 1..]) => {
                Some(ident.to_string())
            }
            TokenTree::Ident(ident) if is_punct(tokens.get(i + 1), '!') => {
                let definitions = if depth == 0 { Vec::new() } else { (self.macros)(ident) };
                let mut said = definitions.iter().flat_map(transcribers);
                said.find_map(|tokens| self.within(tokens, depth - 1))
            }
            TokenTree::Ident(ident) => {
                let TokenTree::Group(args) = tokens.get(i + 1)? else { return None };
                let before = i.checked_sub(1).and_then(|i| tokens.get(i));
                let path = is_punct(before, ':');
                match args.delimiter() {
                    // `cell.set(x)`
                    Delimiter::Parenthesis if is_punct(before, '.') && keeps(ident, args.stream()) => {
                        match i.checked_sub(2).and_then(|i| tokens.get(i)) {
                            Some(TokenTree::Ident(name)) => Some(name.to_string()),
                            _ => Some(ident.to_string()),
                        }
                    }
                    // `Cell::set(&LAST, x)`
                    Delimiter::Parenthesis if path && changes(ident) => lent(args.stream()),
                    Delimiter::Parenthesis => (self.functions)(ident),
                    _ => None,
                }
            }
            _ => None,
        })
    }
}

/// Whether a name is one of a `static`, or of a constant.
fn is_static(ident: &Ident) -> bool {
    let name = ident.unraw().to_string();
    name.contains(|c: char| c.is_ascii_uppercase()) && !name.contains(|c: char| c.is_ascii_lowercase())
}

fn changes(method: &Ident) -> bool {
    sure(&method.to_string()).is_some()
}

/// Whether a method, called with this, may keep it.
fn keeps(method: &Ident, args: TokenStream) -> bool {
    match sure(&method.to_string()) {
        Some(Sure::Always) => true,
        Some(Sure::WithNames) => {
            let mut named = false;
            crate::names::each_ident(&args, &mut |_| named = true);
            named
        }
        Some(Sure::OfStatics) | None => false,
    }
}

fn is_punct(token: Option<&TokenTree>, c: char) -> bool {
    matches!(token, Some(TokenTree::Punct(p)) if p.as_char() == c)
}

/// Whether what stands behind a place's name changes it: `.lock().unwrap()[0] = x`, `[0] += x`, `.set(x)`.
fn is_changed(behind: &[TokenTree]) -> bool {
    let mut rest = behind;
    loop {
        rest = match rest {
            [TokenTree::Punct(dot), TokenTree::Ident(name), more @ ..] if dot.as_char() == '.' => {
                if changes(name) {
                    return true;
                }
                more
            }
            [TokenTree::Punct(dot), TokenTree::Literal(_), more @ ..] if dot.as_char() == '.' => more,
            [TokenTree::Punct(p), more @ ..] if p.as_char() == '?' => more,
            [TokenTree::Group(group), more @ ..] if group.delimiter() != Delimiter::Brace => more,
            _ => break,
        };
    }
    // What is compared, or `=>`, assigns nothing.
    let mut signs = rest.iter().map_while(|t| match t {
        TokenTree::Punct(p) => Some(p.as_char()),
        _ => None,
    });
    match (signs.next(), signs.next(), signs.next()) {
        (Some('='), second, _) => !matches!(second, Some('=' | '>')),
        (Some('+' | '-' | '*' | '/' | '%' | '^' | '&' | '|'), Some('='), third) => third != Some('='),
        (Some('<'), Some('<'), Some('=')) | (Some('>'), Some('>'), Some('=')) => true,
        _ => false,
    }
}

/// The `static` among arguments that are lent.
fn lent(args: TokenStream) -> Option<String> {
    let tokens: Vec<TokenTree> = args.into_iter().collect();
    let named = |pair: &[TokenTree]| match pair {
        [TokenTree::Punct(p), TokenTree::Ident(name)] if p.as_char() == '&' && is_static(name) => {
            Some(name.to_string())
        }
        _ => None,
    };
    tokens.windows(2).find_map(named)
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    fn found(code: TokenStream) -> Option<String> {
        let macros = |name: &Ident| match name.to_string().as_str() {
            "put" => vec![quote!(($x:expr) => { *LAST.lock().unwrap() = $x; })],
            "show" => vec![quote!(($x:expr) => { println!("{}", $x) })],
            "both" => vec![quote!(($x:expr) => {{ show!($x); put!($x); }})],
            "endless" => vec![quote!(() => { endless!() })],
            _ => Vec::new(),
        };
        let functions = |name: &Ident| (name == "remember").then(|| "KEPT".to_string());
        Names { macros: &macros, functions: &functions }.place(code)
    }

    #[test]
    fn what_is_noted_down_is_told_from_what_is_read() {
        let last = Some("LAST".to_string());
        for code in [
            quote!(put!(x)),
            quote!(if close {
                both!(x)
            }),
            quote!({
                LAST.with(|c| c.set(x));
                true
            }),
            quote!(LAST.lock().unwrap()[1] += x),
            quote!(unsafe {
                LAST = x;
            }),
            quote!(state::LAST[i].0 <<= x),
            quote!(Cell::set(&LAST, x)),
        ] {
            assert_eq!(found(code.clone()), last, "{code}");
        }
        assert_eq!(found(quote!(remember(x))), Some("KEPT".to_string()));
        for code in [
            quote!(show!(x)),
            quote!(endless!()),
            quote!(x < EPS),
            quote!(LIMITS[0] == x),
            quote!(LIMITS[0] <= x && x >= LIMITS[1]),
            quote!(match n {
                LAST => x,
            }),
            quote!(TABLE.iter().any(|t| *t == x)),
            quote!(name.replace("_", " ")),
            quote!(text.trim().len() > 3),
        ] {
            assert_eq!(found(code.clone()), None, "{code}");
        }
        for code in [
            quote!(cell.set(x)),
            quote!({ cell.replace(x) }),
            quote!(cell.borrow_mut().push(x)),
            quote!(*cell.write().unwrap() = x),
            quote!(cell.send(x).is_ok()),
        ] {
            assert_eq!(found(code.clone()), Some("cell".to_string()), "{code}");
        }
    }
}
