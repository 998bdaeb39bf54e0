//! Macro calls: the well-known ones, and any others.

use super::scopes::{Escape, Parser};
use crate::diagnostics::Kind;
use crate::hir::ExprKind;
use proc_macro2::{Ident, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Expr, Token};

/// Macros of `std` that evaluate their arguments as expressions, and neither jump nor define anything.
const WELL_KNOWN: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "panic",
    "unreachable",
    "todo",
    "unimplemented",
    "print",
    "println",
    "eprint",
    "eprintln",
    "format",
    "format_args",
    "write",
    "writeln",
    "matches",
    "vec",
];

/// Those of them that write something somewhere.
const WRITING: &[&str] = &["print", "println", "eprint", "eprintln", "write", "writeln"];

/// Whether a macro of this name only makes something of its arguments, or panics, if it is that of `std`.
pub fn only_makes(name: &str) -> bool {
    WELL_KNOWN.contains(&name) && !WRITING.contains(&name)
}

/// Macros of `std` that evaluate nothing.
const TOKENS_ONLY: &[&str] = &[
    "cfg",
    "column",
    "concat",
    "env",
    "file",
    "include_bytes",
    "include_str",
    "line",
    "module_path",
    "option_env",
    "stringify",
];

/// Macros that define statics.
const STATICS: &[&str] = &["thread_local", "lazy_static"];

/// Whether a macro of this name defines statics.
pub fn is_static(name: &Ident) -> bool {
    STATICS.iter().any(|s| name == s)
}

/// Whether a macro of this name is one of `std`'s that evaluate their arguments.
pub fn is_listed(name: &str) -> bool {
    WELL_KNOWN.contains(&name)
}

/// The arguments of a macro of `std`'s.
pub fn argument_exprs(tokens: TokenStream, name: &str) -> Option<Vec<Expr>> {
    let parser = |input: ParseStream| arguments(input, name);
    let args = parser.parse2(tokens).ok()?;
    let guard = args.pattern.and_then(|(_, guard)| guard);
    Some(args.exprs.into_iter().chain(guard).collect())
}

impl Parser<'_> {
    /// A macro call that `lower` may look into, as an expression or as a statement.
    pub fn macro_expr(&mut self, mac: &syn::Macro, statement: bool) -> ExprKind {
        if mac.path.segments.last().is_some_and(|s| s.ident == "vec") && self.is_well_known(&mac.path, "vec")
        {
            match syn::parse2(mac.tokens.clone()) {
                Ok(Elements::List(list)) => return ExprKind::Vec(self.list(&list)),
                Ok(Elements::Repeat(parts)) => {
                    let [element, len] = &*parts;
                    let element = self.boxed(element);
                    return ExprKind::VecRepeat(element, self.boxed(len));
                }
                Err(_) => {}
            }
        }
        if mac.path.segments.last().is_some_and(|s| s.ident == "matches")
            && self.is_well_known(&mac.path, "matches")
            && let Ok(Arguments { exprs, pattern: Some((pat, guard)) }) =
                pattern_arguments.parse2(mac.tokens.clone())
            && let [e] = &exprs[..]
        {
            return self.matches_macro(e, &pat, guard.as_ref());
        }
        if let Some(made) = self.array_macro(mac) {
            return made;
        }
        self.macro_call(mac, statement)
    }

    /// `array![a, b]` of `ndarray`, as the call that makes the same of a `Vec`.
    fn array_macro(&mut self, mac: &syn::Macro) -> Option<ExprKind> {
        let local = self.item_names.iter().any(|item| mac.path.is_ident(item));
        if local || !self.types.known.is_array_macro(&mac.path) {
            return None;
        }
        let Ok(Elements::List(list)) = syn::parse2(mac.tokens.clone()) else { return None };
        let rows = |e: &Expr| matches!(super::peel(e), Expr::Array(_));
        let deep = |e: &Expr| matches!(super::peel(e), Expr::Array(row) if row.elems.iter().any(rows));
        let path: syn::Path = match (list.iter().any(rows), list.iter().any(deep)) {
            (_, true) => return None,
            (true, _) => syn::parse_quote!(linear::ndarray::Array2::from),
            (false, _) => syn::parse_quote!(linear::ndarray::Array1::from),
        };
        let mark = self.mark();
        let elements = ExprKind::Vec(self.list(&list));
        let elements = self.finish(mark, elements, mac.to_token_stream());
        Some(ExprKind::Call { path, qself: false, args: vec![elements] })
    }

    /// A macro call that is not looked into.
    pub fn macro_call(&mut self, mac: &syn::Macro, statement: bool) -> ExprKind {
        let name = mac.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        if statement && STATICS.contains(&name.as_str()) {
            self.errors.refuse_tokens(Kind::LocalStatic, &mac.path.to_token_stream(), &[]);
        }
        if self.is_well_known(&mac.path, &name) {
            self.well_known(&name, &mac.tokens);
            return ExprKind::Macro(name);
        }
        let mark = self.mark();
        self.scan_tokens(&mac.tokens);
        for (_, var) in self.reads_since(mark) {
            if self.is_changeable(var) {
                self.mark_mutated(var);
            }
        }
        self.escape(Escape::Any);
        ExprKind::Unknown("a macro")
    }

    /// Whether a macro is one of `std`'s, as far as can be seen.
    pub fn is_well_known(&self, path: &syn::Path, name: &str) -> bool {
        let listed = WELL_KNOWN.contains(&name) || TOKENS_ONLY.contains(&name);
        let own = path.segments.len() == 1 && self.types.known.shadows(&format!("{name}!"));
        let known = listed && !own && is_of_std(path) && !self.item_names.iter().any(|item| item == name);
        match path.get_ident() {
            Some(ident) if known && is_listed(name) => self.of_std.borrow_mut().push(ident.clone()),
            None if known && path.leading_colon.is_none() => self.std_itself(path),
            _ => {}
        }
        known
    }

    /// Notes where `std` is meant to be that of its name: `std::vec![x]`.
    fn std_itself(&self, path: &syn::Path) {
        let first = path.segments.first().map(|s| s.ident.clone());
        let mut krates = self.std_itself.borrow_mut();
        if let Some(first) = first.filter(|first| first == "std" || first == "core")
            && !krates.contains(&first)
        {
            krates.push(first);
        }
    }

    /// The arguments of a well-known macro.
    fn well_known(&mut self, name: &str, tokens: &TokenStream) {
        if TOKENS_ONLY.contains(&name) {
            return;
        }
        let parser = |input: ParseStream| arguments(input, name);
        let Ok(args) = parser.parse2(tokens.clone()) else {
            self.scan_tokens(tokens);
            self.escape(Escape::Any);
            return;
        };
        if let (true, Some(target)) = (name.starts_with("write"), args.exprs.first()) {
            // It calls a method of its first argument, with `&mut`.
            self.scan(&Expr::Reference(syn::ExprReference {
                attrs: Vec::new(),
                and_token: Default::default(),
                mutability: Some(Default::default()),
                expr: Box::new(target.clone()),
            }));
        }
        for expr in &args.exprs {
            self.scan(expr);
            if let Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = expr {
                self.captures(&text.value(), text.span());
            }
        }
        if let Some((pat, guard)) = &args.pattern {
            self.scoped(|parser| {
                parser.bind_all(pat, true);
                guard.iter().for_each(|guard| parser.scan(guard));
            });
        }
    }

    /// Walks over tokens of which nothing is known: any identifier may be a variable.
    pub fn scan_tokens(&mut self, tokens: &TokenStream) {
        let mut before = [None, None];
        for token in tokens.clone() {
            match &token {
                TokenTree::Group(group) => self.scan_tokens(&group.stream()),
                TokenTree::Ident(ident) => self.scan_ident(ident, before),
                TokenTree::Literal(lit) => {
                    if let Ok(text) = syn::parse2::<syn::LitStr>(lit.to_token_stream()) {
                        self.captures(&text.value(), text.span());
                    }
                }
                TokenTree::Punct(_) => {}
            }
            let punct = match &token {
                TokenTree::Punct(p) => Some((p.as_char(), p.spacing())),
                _ => None,
            };
            before = [before[1], punct];
        }
    }

    /// An identifier among unknown tokens, after these two.
    fn scan_ident(&mut self, ident: &Ident, before: [Option<(char, Spacing)>; 2]) {
        match ident.to_string().as_str() {
            "return" | "break" | "continue" => self.escape(Escape::Any),
            _ => {}
        }
        let member = match before {
            [_, Some(('\'', Spacing::Joint))] => true,
            [first, Some(('.', _))] => !matches!(first, Some(('.', Spacing::Joint))),
            [Some((':', Spacing::Joint)), Some((':', _))] => true,
            _ => false,
        };
        if let (false, Some(var)) = (member, self.lookup(ident)) {
            self.read(ident, var);
        }
    }

    /// The variables that a format string names: `{x}`, `{x:?}`, `{:w$}`, `{:.p$}`.
    fn captures(&mut self, text: &str, span: proc_macro2::Span) {
        for name in captured_names(text) {
            if let Some((ident, var)) = self.named(&name, span) {
                self.read(&ident, var);
            }
        }
    }

    /// The variable of this name in the context of a span.
    fn named(&self, name: &str, span: proc_macro2::Span) -> Option<(Ident, crate::hir::Var)> {
        // A format string names raw identifiers without `r#`.
        let raw = format!("r#{name}");
        let mut ident = syn::parse_str::<Ident>(name).or_else(|_| syn::parse_str::<Ident>(&raw)).ok()?;
        ident.set_span(span);
        let var = self.lookup(&ident)?;
        Some((ident, var))
    }
}

/// The arguments of `vec!`.
enum Elements {
    /// `a, b`
    List(Punctuated<Expr, Token![,]>),
    /// `x; n`
    Repeat(Box<[Expr; 2]>),
}

impl syn::parse::Parse for Elements {
    fn parse(input: ParseStream) -> syn::Result<Elements> {
        if input.is_empty() {
            return Ok(Elements::List(Punctuated::new()));
        }
        let first: Expr = input.parse()?;
        if input.parse::<Option<Token![;]>>()?.is_some() {
            return Ok(Elements::Repeat(Box::new([first, input.parse()?])));
        }
        let mut list = Punctuated::from_iter([first]);
        if input.parse::<Option<Token![,]>>()?.is_some() {
            list.extend(Punctuated::<Expr, Token![,]>::parse_terminated(input)?);
        }
        Ok(Elements::List(list))
    }
}

/// The arguments of a well-known macro.
struct Arguments {
    exprs: Vec<Expr>,
    /// `matches!(…, PATTERN if GUARD)`
    pattern: Option<(syn::Pat, Option<Expr>)>,
}

/// `a, b`, `name = a`, `a; n`, or `a, PATTERN if GUARD`.
fn arguments(input: ParseStream, name: &str) -> syn::Result<Arguments> {
    if name == "matches" {
        return pattern_arguments(input);
    }
    if name == "vec" {
        let exprs = match input.parse()? {
            Elements::List(list) => list.into_iter().collect(),
            Elements::Repeat(parts) => Vec::from(*parts),
        };
        return Ok(Arguments { exprs, pattern: None });
    }
    let list = Punctuated::<Expr, Token![,]>::parse_terminated(input)?;
    Ok(Arguments { exprs: list.into_iter().map(named_argument).collect(), pattern: None })
}

/// The arguments of `matches!`.
fn pattern_arguments(input: ParseStream) -> syn::Result<Arguments> {
    let first: Expr = input.parse()?;
    input.parse::<Token![,]>()?;
    let pat = syn::Pat::parse_multi_with_leading_vert(input)?;
    let guard = if input.parse::<Option<Token![if]>>()?.is_some() { Some(input.parse()?) } else { None };
    input.parse::<Option<Token![,]>>()?;
    Ok(Arguments { exprs: vec![first], pattern: Some((pat, guard)) })
}

/// `width = n` in a format call names an argument; it is not an assignment.
fn named_argument(expr: Expr) -> Expr {
    match expr {
        Expr::Assign(assign) if matches!(&*assign.left, Expr::Path(_)) => *assign.right,
        other => other,
    }
}

/// Whether a macro's path is a plain name, or begins with `std`, `core` or `alloc`.
fn is_of_std(path: &syn::Path) -> bool {
    let first = path.segments.first().map(|s| s.ident.to_string()).unwrap_or_default();
    path.segments.len() == 1 || ["std", "core", "alloc"].contains(&first.as_str())
}

/// The names in the braces of a format string.
fn captured_names(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let text = text.replace("{{", "");
    for part in text.split('{').skip(1) {
        let Some(inside) = part.split('}').next() else { continue };
        let (argument, spec) = inside.split_once(':').unwrap_or((inside, ""));
        names.push(argument.trim().to_string());
        for piece in spec.split('$').take(spec.matches('$').count()) {
            let tail = piece.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next();
            names.push(tail.unwrap_or_default().to_string());
        }
    }
    names.retain(|name| {
        let word = name.chars().all(|c| c.is_alphanumeric() || c == '_');
        word && !name.starts_with(|c: char| c.is_ascii_digit()) && !name.is_empty()
    });
    names
}

#[cfg(test)]
mod tests {
    use super::captured_names;

    #[test]
    fn format_strings_name_variables() {
        assert_eq!(
            captured_names("{x} {y:?} {{z}} {0} {:w$.p$} {v:>width$}"),
            ["x", "y", "w", "p", "v", "width"]
        );
        assert!(captured_names("plain } {").is_empty());
    }
}
