//! Calls of the user's own `macro_rules!`, written out where it is seen what they mean: what stands in their place is then code
//! like any other.
//!
//! Hygiene is kept by names: variables that a macro declares for itself get names that stand nowhere else, and a macro whose other
//! words are names of the function's variables is left alone, since it doesn't mean those.

use super::expansion;
use crate::tables::{HashMap, HashSet};
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};

/// How deep macros may call macros, and how many tokens one call may become.
const DEEPEST: usize = 64;
const LONGEST: usize = 20_000;

/// The function with such calls written out; nothing, if there are none.
pub(super) fn written_out(
    item: &syn::ItemFn,
    macros: &HashMap<String, TokenStream>,
    known: &dyn Fn(&syn::Path) -> bool,
) -> Option<syn::ItemFn> {
    let mut words = HashSet::default();
    crate::names::each_ident(&item.to_token_stream(), &mut |word| {
        words.insert(word.unraw().to_string());
    });
    // A macro of the body's own may have the name.
    if macros.is_empty() || words.contains("macro_rules") {
        return None;
    }
    for definition in macros.values() {
        crate::names::each_ident(definition, &mut |word| {
            words.insert(word.unraw().to_string());
        });
    }
    let mut variables = Variables::default();
    variables.visit_item_fn(item);
    let mut out = item.clone();
    let mut calls = Calls { macros, known, variables: variables.0, words, depth: 0, found: false };
    calls.visit_block_mut(&mut out.block);
    calls.found.then_some(out)
}

/// The names of a function's variables.
#[derive(Default)]
struct Variables(HashSet<String>);

impl<'ast> Visit<'ast> for Variables {
    fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
        self.0.insert(pat.ident.unraw().to_string());
        visit::visit_pat_ident(self, pat);
    }
}

struct Calls<'a> {
    macros: &'a HashMap<String, TokenStream>,
    /// Macros that are looked into otherwise.
    known: &'a dyn Fn(&syn::Path) -> bool,
    variables: HashSet<String>,
    /// All names of the function, and those that were made.
    words: HashSet<String>,
    depth: usize,
    found: bool,
}

impl Calls<'_> {
    /// What a call stands for.
    fn meaning(&mut self, mac: &syn::Macro) -> Option<syn::Expr> {
        let mut made = syn::parse2(self.tokens(mac)?).ok()?;
        self.within(&mut made)?;
        Some(made)
    }

    /// What a call as a statement stands for: a block, since nothing is declared for what comes after it.
    fn statements(&mut self, mac: &syn::Macro) -> Option<syn::Expr> {
        let tokens = self.tokens(mac)?;
        let block: syn::Block =
            syn::parse2(TokenTree::from(Group::new(Delimiter::Brace, tokens)).into()).ok()?;
        let declares =
            block.stmts.iter().any(|stmt| matches!(stmt, syn::Stmt::Local(_) | syn::Stmt::Item(_)));
        let mut made = syn::ExprBlock { attrs: Vec::new(), label: None, block }.into();
        self.within(&mut made)?;
        (!declares).then_some(made)
    }

    fn tokens(&mut self, mac: &syn::Macro) -> Option<TokenStream> {
        let name = mac.path.get_ident()?;
        let definition = self.macros.get(&name.unraw().to_string())?;
        if (self.known)(&mac.path) || self.depth >= DEEPEST {
            return None;
        }
        // Of what is lent or noted down, more is said where the call stands as it is.
        let mut lends = false;
        crate::names::each_ident(&mac.tokens, &mut |word| lends |= word == "mut");
        if lends || crate::notes::place(&mac.to_token_stream()).is_some() {
            return None;
        }
        let words = std::cell::RefCell::new(std::mem::take(&mut self.words));
        let own = |tokens: &[TokenTree]| self.apart(tokens, &mut words.borrow_mut());
        let made = expansion::expand(definition, &mac.tokens, name.span(), &own);
        self.words = words.into_inner();
        made.filter(|tokens| count(tokens) <= LONGEST)
    }

    /// Writes out what a macro has made. What is not written out to its end stays a macro, as it was.
    fn within(&mut self, made: &mut syn::Expr) -> Option<()> {
        self.depth += 1;
        self.visit_expr_mut(made);
        self.depth -= 1;
        let mut left = Left { macros: self.macros, known: self.known, found: false };
        left.visit_expr(made);
        (!left.found).then_some(())
    }

    /// The tokens of a macro's own with other names for its variables; nothing, if what they mean can't be told.
    fn apart(&self, tokens: &[TokenTree], words: &mut HashSet<String>) -> Option<Vec<TokenTree>> {
        let mut declared = HashMap::default();
        declarations(tokens, &mut |name| {
            let stem = name.unraw().to_string();
            let fresh = (1..).map(|n| format!("{stem}_{n}")).find(|fresh| !words.contains(fresh));
            declared.entry(stem).or_insert_with(|| fresh.unwrap_or_default());
        })?;
        words.extend(declared.values().cloned());
        renamed(tokens, &declared, &self.variables)
    }
}

impl VisitMut for Calls<'_> {
    fn visit_expr_mut(&mut self, e: &mut syn::Expr) {
        if let syn::Expr::Macro(m) = e
            && let Some(meaning) = self.meaning(&m.mac)
        {
            self.found = true;
            *e = whole(explicit(meaning));
            return;
        }
        visit_mut::visit_expr_mut(self, e);
    }

    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        let n = block.stmts.len();
        for (i, stmt) in block.stmts.iter_mut().enumerate() {
            let syn::Stmt::Macro(m) = stmt else { continue };
            // The value of a block, which `syn` takes for a statement if it is in braces.
            let is_value = i + 1 == n && m.semi_token.is_none();
            let meaning = if is_value { self.meaning(&m.mac) } else { self.statements(&m.mac) };
            if let Some(meaning) = meaning {
                self.found = true;
                let semi = (!is_value).then(Default::default);
                *stmt = syn::Stmt::Expr(explicit(meaning), semi);
            }
        }
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// Finds macros of the user's.
struct Left<'a> {
    macros: &'a HashMap<String, TokenStream>,
    known: &'a dyn Fn(&syn::Path) -> bool,
    found: bool,
}

impl<'ast> Visit<'ast> for Left<'_> {
    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let own =
            mac.path.get_ident().is_some_and(|name| self.macros.contains_key(&name.unraw().to_string()));
        self.found |= own || !(self.known)(&mac.path);
    }
}

/// Words that can't be names of variables.
const KEYWORDS: [&str; 18] = [
    "as", "bool", "crate", "else", "f32", "f64", "false", "for", "if", "in", "let", "mut", "ref", "self",
    "Self", "super", "true", "while",
];

/// Words whose meaning is not told here: they declare other things than variables, leave the macro, or have patterns.
const OTHERS: [&str; 21] = [
    "async",
    "await",
    "break",
    "const",
    "continue",
    "dyn",
    "enum",
    "extern",
    "fn",
    "impl",
    "loop",
    "macro_rules",
    "match",
    "mod",
    "move",
    "return",
    "static",
    "struct",
    "trait",
    "unsafe",
    "use",
];

/// Finds `let x`, `let (x, y)`, `for x` and `|x|` among a macro's own tokens. Nothing, if something else may be declared.
fn declarations(tokens: &[TokenTree], found: &mut dyn FnMut(&Ident)) -> Option<()> {
    let word = |i: usize| match tokens.get(i) {
        Some(TokenTree::Ident(ident)) if i == 0 || !is(tokens.get(i - 1), '$') => Some(ident.to_string()),
        _ => None,
    };
    for (i, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Punct(p) if p.as_char() == '\'' => return None,
            // `||` is an operator, or a closure without parameters.
            TokenTree::Punct(p)
                if p.as_char() == '|'
                    && !is(tokens.get(i + 1), '|')
                    && (i == 0 || !is(tokens.get(i - 1), '|')) =>
            {
                if begins_closure(i.checked_sub(1).and_then(|i| tokens.get(i))) {
                    let params = &tokens[i + 1..];
                    let end = params.iter().position(|token| is(Some(token), '|'))?;
                    parameters(&params[..end], found)?;
                } else if !ends_closure(&tokens[..i]) {
                    return None;
                }
            }
            TokenTree::Punct(p) if p.as_char() == '?' && (i == 0 || !is_repetition(tokens.get(i - 1))) => {
                return None;
            }
            TokenTree::Group(group) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                declarations(&inner, found)?;
            }
            TokenTree::Ident(_) => match word(i).as_deref() {
                Some(name) if is(tokens.get(i + 1), '!') && shows(name, tokens.get(i + 2)) => return None,
                Some(name) if OTHERS.contains(&name) => return None,
                Some("let") if i > 0 && matches!(word(i - 1).as_deref(), Some("if" | "while")) => {
                    return None;
                }
                Some("let" | "for") => {
                    let at = if word(i + 1).as_deref() == Some("mut") { i + 2 } else { i + 1 };
                    match tokens.get(at)? {
                        TokenTree::Ident(name) => found(name),
                        TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
                            for token in group.stream() {
                                match token {
                                    TokenTree::Ident(name) if name == "mut" => {}
                                    TokenTree::Ident(name) => found(&name),
                                    TokenTree::Punct(p) if p.as_char() == ',' => {}
                                    _ => return None,
                                }
                            }
                        }
                        // A name that the macro was given.
                        token if is(Some(token), '$') => {}
                        _ => return None,
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }
    Some(())
}

/// Whether a bar behind this token opens the parameters of a closure: no operand stands there.
fn begins_closure(before: Option<&TokenTree>) -> bool {
    match before {
        None => true,
        Some(TokenTree::Punct(p)) => [',', '=', ';', '>', '('].contains(&p.as_char()),
        _ => false,
    }
}

/// Whether a bar behind these tokens closes the parameters of a closure: it is the next one after the one that opens them.
fn ends_closure(before: &[TokenTree]) -> bool {
    let open = before.iter().rposition(|token| is(Some(token), '|'));
    open.is_some_and(|i| begins_closure(i.checked_sub(1).and_then(|i| before.get(i))))
}

/// Finds the names in the parameters of a closure: `x`, `&x`, `(x, y)`, `mut x`, `x: f64`. Those that the macro was given are not
/// its own. Nothing, if something else stands there.
fn parameters(tokens: &[TokenTree], found: &mut dyn FnMut(&Ident)) -> Option<()> {
    let mut typed = false;
    for (i, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Punct(p) if p.as_char() == ',' => typed = false,
            TokenTree::Punct(p) if p.as_char() == ':' => typed = true,
            _ if typed => {}
            TokenTree::Punct(p) if ['&', '$'].contains(&p.as_char()) => {}
            TokenTree::Ident(_) if i > 0 && is(tokens.get(i - 1), '$') => {}
            TokenTree::Ident(name) if name == "mut" || name == "_" => {}
            TokenTree::Ident(name) if name.to_string().starts_with(char::is_lowercase) => found(name),
            TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                parameters(&inner, found)?;
            }
            _ => return None,
        }
    }
    Some(())
}

/// Whether a macro shows where it stands, or its arguments as text, which written out are others.
fn shows(name: &str, arguments: Option<&TokenTree>) -> bool {
    let message = || match arguments {
        Some(TokenTree::Group(group)) => group.stream().into_iter().any(|token| is(Some(&token), ',')),
        _ => false,
    };
    match name {
        "assert" | "debug_assert" => !message(),
        name => ["column", "concat", "dbg", "file", "line", "module_path", "stringify"].contains(&name),
    }
}

fn is(token: Option<&TokenTree>, c: char) -> bool {
    matches!(token, Some(TokenTree::Punct(p)) if p.as_char() == c)
}

/// What may stand before the `?` of `$(…)?` or `$(…),?`.
fn is_repetition(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::Parenthesis) || is(token, ',')
}

/// Tokens with other names for variables. Nothing, if another word is the name of one of `others`.
fn renamed(
    tokens: &[TokenTree],
    names: &HashMap<String, String>,
    others: &HashSet<String>,
) -> Option<Vec<TokenTree>> {
    let mut out = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|i| tokens.get(i));
        out.push(match token {
            TokenTree::Group(group) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                let inner = renamed(&inner, names, others)?.into_iter().collect();
                Group::new(group.delimiter(), inner).into()
            }
            TokenTree::Ident(ident) if !is(before, '$') && !is(tokens.get(i + 1), '!') => {
                let at = |back: usize, c: char| i >= back && is(tokens.get(i - back), c);
                // A field or a method, but for `0..n`; what stands in a path.
                let member = at(1, '.') && !at(2, '.') || at(1, ':') && at(2, ':');
                let colons = [1, 2].map(|n| is(tokens.get(i + n), ':'));
                let name = ident.unraw().to_string();
                let is_item = member || colons == [true, true];
                match names.get(&name) {
                    // A field of a literal can't be told from a variable that is declared with its type.
                    Some(_) if colons[0] && !is_item && !declares(before) => return None,
                    Some(fresh) if !is_item => Ident::new(fresh, ident.span()).into(),
                    None if !is_item && others.contains(&name) && !KEYWORDS.contains(&name.as_str()) => {
                        return None;
                    }
                    _ => token.clone(),
                }
            }
            _ => token.clone(),
        });
    }
    Some(out)
}

/// `let`, the `mut` behind it, or what the first parameter of a closure stands behind.
fn declares(before: Option<&TokenTree>) -> bool {
    is(before, '|') || matches!(before, Some(TokenTree::Ident(word)) if word == "let" || word == "mut")
}

/// The same with parentheses where a macro's argument is one expression.
fn explicit(e: syn::Expr) -> syn::Expr {
    syn::parse2(in_parentheses(e.to_token_stream())).unwrap_or(e)
}

/// An expression as part of another one.
fn whole(e: syn::Expr) -> syn::Expr {
    use syn::Expr::*;
    match e {
        Array(_) | Call(_) | Field(_) | Index(_) | Lit(_) | Macro(_) | MethodCall(_) | Paren(_) | Path(_)
        | Tuple(_) => e,
        e => syn::parse_quote!((#e)),
    }
}

/// What is one expression or type without saying so, in parentheses, so that it is one for rustc as well.
fn in_parentheses(tokens: TokenStream) -> TokenStream {
    let each = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => {
            let inner = in_parentheses(group.stream());
            let delimiter = match group.delimiter() {
                Delimiter::None if inner.clone().into_iter().count() != 1 => Delimiter::Parenthesis,
                Delimiter::None => return inner,
                delimiter => delimiter,
            };
            let mut made = Group::new(delimiter, inner);
            made.set_span(group.span());
            TokenTree::Group(made).into()
        }
        token => TokenStream::from(token),
    });
    each.collect()
}

fn count(tokens: &TokenStream) -> usize {
    let each = tokens.clone().into_iter().map(|token| match token {
        TokenTree::Group(group) => 1 + count(&group.stream()),
        _ => 1,
    });
    each.sum()
}
