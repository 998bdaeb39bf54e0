//! Expansions as text, to be read: formatted, and with each source statement as a comment above the code that
//! came from it, unless the code repeats it word for word. (Feature `pretty`.)
//!
//! Which statement that is, is told by the spans of the emitted code: the same spans by which rustc's messages
//! and debuggers find their way from the code back to the source.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::visit_mut::VisitMut;

mod prelude;
mod sources;

use sources::Sources;

/// A source file with each function that `#[backprop]` stands on expanded. The function is shown without the
/// attribute, so that the text can take the file's place.
///
/// # Errors
///
/// If the text, or what the macro made of it, is not Rust.
pub fn file(source: &str) -> syn::Result<String> {
    let mut out = Vec::new();
    for item in syn::parse_file(source)?.items {
        match annotated(&item) {
            Some((attribute, function)) => out.extend(items(attribute, function)?),
            None => out.push(unparse(item)),
        }
    }
    Ok(out.join("\n"))
}

/// The items of the expansion of `#[backprop(attribute)] function`, each as text: the function itself, its
/// companions, and the handle that other companions call.
///
/// # Errors
///
/// If what the macro made of it is not Rust.
pub fn items(attribute: TokenStream, function: TokenStream) -> syn::Result<Vec<String>> {
    let sources = Sources::of(function.clone());
    let expansion: syn::File = syn::parse2(crate::expand(attribute, function))?;
    let mut items = expansion.items.into_iter();
    // The function comes first, as it was written: there is nothing to say about it.
    let mut out: Vec<String> = items.next().map(unparse).into_iter().collect();
    out.extend(items.map(|item| explained(item, &sources)));
    Ok(out)
}

/// The companions of a function alone, each as text: `companions` is what [`crate::pipeline::function`] made of it. Of a
/// method, they are items of an `impl` block.
///
/// # Errors
///
/// If they are not Rust.
pub fn companions(function: TokenStream, companions: TokenStream, method: bool) -> syn::Result<Vec<String>> {
    let sources = Sources::of(function);
    if !method {
        let items = syn::parse2::<syn::File>(companions)?.items;
        return Ok(items.into_iter().map(|item| explained(item, &sources)).collect());
    }
    let block: syn::ItemImpl = syn::parse2(quote::quote!(impl Self_ { #companions }))?;
    let text = |item: syn::ImplItem| {
        let text = explained(syn::parse_quote!(impl Self_ { #item }), &sources);
        let lines = text.lines().filter(|line| line.starts_with("    ") || line.is_empty());
        lines.map(|line| format!("{}\n", line.strip_prefix("    ").unwrap_or(line))).collect()
    };
    Ok(block.items.into_iter().map(text).collect())
}

/// An item that the macro made, with the source statements as comments.
fn explained(mut item: syn::Item, sources: &Sources) -> String {
    prelude::Shorten.visit_item_mut(&mut item);
    Lines.visit_item_mut(&mut item);
    Bare.visit_item_mut(&mut item);
    Marker { sources, current: None }.visit_item_mut(&mut item);
    comments(&unparse(item), sources)
}

/// The attribute's arguments and the function without it, if `#[backprop]` stands on it.
fn annotated(item: &syn::Item) -> Option<(TokenStream, TokenStream)> {
    let syn::Item::Fn(f) = item else { return None };
    let mut f = f.clone();
    let is_ours = |a: &syn::Attribute| a.path().segments.last().is_some_and(|s| s.ident == "backprop");
    let attribute = f.attrs.remove(f.attrs.iter().position(is_ours)?);
    let arguments = match attribute.meta {
        syn::Meta::List(list) => list.tokens,
        _ => TokenStream::new(),
    };
    Some((arguments, f.into_token_stream()))
}

fn unparse(item: syn::Item) -> String {
    prettyplease::unparse(&syn::File { shebang: None, attrs: Vec::new(), items: vec![item] })
}

/// Documentation of several lines as people write it: one comment a line.
struct Lines;

impl VisitMut for Lines {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<syn::Attribute>) {
        let text = |a: &syn::Attribute| match &a.meta {
            syn::Meta::NameValue(syn::MetaNameValue {
                path,
                value: syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }),
                ..
            }) if path.is_ident("doc") => Some(text.value()),
            _ => None,
        };
        let lines = |a: syn::Attribute| match text(&a) {
            Some(text) if !text.starts_with(' ') => {
                let line = |line: &str| match line {
                    "" => syn::parse_quote!(#[doc = ""]),
                    line => {
                        let line = format!(" {line}");
                        syn::parse_quote!(#[doc = #line])
                    }
                };
                text.lines().map(line).collect()
            }
            _ => vec![a],
        };
        *attributes = std::mem::take(attributes).into_iter().flat_map(lines).collect();
    }
}

/// Leaves out parentheses that only say where a panic is ([`crate::names::bounded`]): around what binds as tightly without.
struct Bare;

impl Bare {
    fn operand(e: &mut syn::Expr) {
        use syn::Expr::{Call, Field, Index, Lit, MethodCall, Path};
        if let syn::Expr::Paren(paren) = e
            && matches!(*paren.expr, Path(_) | Field(_) | Index(_) | MethodCall(_) | Call(_) | Lit(_))
        {
            *e = std::mem::replace(&mut *paren.expr, syn::Expr::Verbatim(TokenStream::new()));
        }
    }
}

impl VisitMut for Bare {
    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        let tokens = &mac.tokens;
        if mac.path.segments.last().is_some_and(|s| s.ident == "vec")
            && let Ok(mut repeat) = syn::parse2::<syn::ExprRepeat>(quote::quote!([#tokens]))
        {
            self.visit_expr_mut(&mut repeat.expr);
            self.visit_expr_mut(&mut repeat.len);
            let (element, length) = (repeat.expr, repeat.len);
            mac.tokens = quote::quote!(#element; #length);
        }
    }

    fn visit_expr_index_mut(&mut self, e: &mut syn::ExprIndex) {
        syn::visit_mut::visit_expr_index_mut(self, e);
        Bare::operand(&mut e.expr);
    }

    fn visit_expr_binary_mut(&mut self, e: &mut syn::ExprBinary) {
        syn::visit_mut::visit_expr_binary_mut(self, e);
        Bare::operand(&mut e.left);
        Bare::operand(&mut e.right);
    }

    fn visit_expr_call_mut(&mut self, e: &mut syn::ExprCall) {
        syn::visit_mut::visit_expr_call_mut(self, e);
        // A field that is called is no method.
        if matches!(&*e.func, syn::Expr::Paren(p) if matches!(*p.expr, syn::Expr::Path(_))) {
            Bare::operand(&mut e.func);
        }
    }
}

/// Puts a statement `__source!(N);` before each run of statements that came from the source statement `N`.
struct Marker<'s> {
    sources: &'s Sources,
    /// The source statement that the last comment named.
    current: Option<usize>,
}

impl VisitMut for Marker<'_> {
    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        let outside = self.current;
        for mut stmt in std::mem::take(&mut block.stmts) {
            if let Some(source) = self.sources.of_code(&stmt, span(&stmt))
                && self.current != Some(source.number)
            {
                self.current = Some(source.number);
                // What stands there as it was written needs no comment.
                if !source.verbatim {
                    let number = proc_macro2::Literal::usize_unsuffixed(source.number);
                    block.stmts.push(syn::parse_quote!(__source!(#number);));
                }
            }
            self.visit_stmt_mut(&mut stmt);
            block.stmts.push(stmt);
        }
        self.current = outside;
    }
}

/// The markers of formatted text as comments.
fn comments(text: &str, sources: &Sources) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let number = line.trim_start().strip_prefix("__source!(").and_then(|rest| rest.strip_suffix(");"));
        match number.and_then(|n| n.parse().ok()).and_then(|n: usize| sources.text(n)) {
            Some(text) => {
                let indent = line.len() - line.trim_start().len();
                out.push_str(&format!("{:indent$}// {text}\n", ""));
            }
            None => out.extend([line, "\n"]),
        }
    }
    out
}

/// Where the code of an emitted statement says that it comes from. Names keep the spans of their declarations,
/// so that only the tokens in between can tell.
fn span(stmt: &syn::Stmt) -> Option<Span> {
    match stmt {
        syn::Stmt::Local(local) => Some(local.let_token.span),
        syn::Stmt::Expr(_, Some(semi)) => Some(semi.span),
        syn::Stmt::Expr(e, None) => operator(e),
        _ => None,
    }
}

/// The span of an expression's outermost token that is not a name.
fn operator(e: &syn::Expr) -> Option<Span> {
    Some(match e {
        syn::Expr::If(e) => e.if_token.span,
        syn::Expr::ForLoop(e) => e.for_token.span,
        syn::Expr::While(e) => e.while_token.span,
        syn::Expr::Loop(e) => e.loop_token.span,
        syn::Expr::Binary(e) => {
            let op = e.op.to_token_stream().into_iter().next()?;
            op.span()
        }
        syn::Expr::MethodCall(e) => e.dot_token.spans[0],
        syn::Expr::Unary(e) => e.op.to_token_stream().into_iter().next()?.span(),
        syn::Expr::Cast(e) => e.as_token.span,
        _ => return None,
    })
}
