//! The places of a file where it can be broken, and the file with all of its breaks in it, of which a number switches one on.

use std::collections::BTreeSet;

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Arm, BinOp, Block, Expr, ExprMatch, FnArg, GenericArgument, ImplItemFn, ItemFn, ItemMod, Pat};
use syn::{PathArguments, ReturnType, Signature, TraitItemFn, Type, UnOp, parse_quote};

/// One way to break the compiler.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// The number that switches it on.
    pub id: usize,
    /// Relative to the crate's `src`.
    pub file: String,
    /// Its line.
    pub line: usize,
    /// The function it stands in.
    pub function: String,
    /// What is changed, in words.
    pub change: String,
}

impl std::fmt::Display for Mutant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{} {}: {}", self.file, self.line, self.function, self.change)
    }
}

/// Puts the breaks of a file into it.
pub struct Sites<'a> {
    file: String,
    function: String,
    /// All of them, of all files.
    found: &'a mut Vec<Mutant>,
    /// Those that rustc has refused: they keep their numbers, and are left out.
    without: &'a BTreeSet<usize>,
}

impl<'a> Sites<'a> {
    /// The file with its breaks; they are added to `found`.
    pub fn instrument(
        file: &str,
        text: &str,
        found: &'a mut Vec<Mutant>,
        without: &'a BTreeSet<usize>,
    ) -> syn::Result<String> {
        let mut tree = syn::parse_file(text)?;
        let mut sites = Sites { file: file.into(), function: String::new(), found, without };
        sites.visit_file_mut(&mut tree);
        Ok(prettyplease::unparse(&tree))
    }

    /// A break at a place; its switch, if it is one of those that rustc takes.
    fn site(&mut self, span: Span, change: impl Into<String>) -> Option<Expr> {
        let id = self.found.len();
        let (file, function) = (self.file.clone(), self.function.clone());
        self.found.push(Mutant { id, file, line: span.start().line, function, change: change.into() });
        (!self.without.contains(&id)).then(|| parse_quote!(crate::mutant::on(#id)))
    }

    /// Returns at the start of a function, with something that its type has.
    fn body(&mut self, sig: &Signature, block: &mut Block) {
        if sig.constness.is_some() || block.stmts.is_empty() {
            return;
        }
        let span = sig.ident.span();
        let values: Vec<Expr> = match &sig.output {
            ReturnType::Default => vec![parse_quote!(())],
            ReturnType::Type(_, ty) => values(ty),
        };
        let text = block.to_token_stream().to_string();
        for value in values.iter().rev() {
            let shown = value.to_token_stream().to_string().replace(' ', "");
            if text.replace(' ', "") == format!("{{{shown}}}") {
                continue;
            }
            if let Some(on) = self.site(span, format!("returns {shown}")) {
                block.stmts.insert(0, parse_quote!(if #on { return #value; }));
            }
        }
    }

    fn within(&mut self, sig: &Signature, block: &mut Block, visit: impl FnOnce(&mut Self, &mut Block)) {
        if sig.constness.is_some() {
            return;
        }
        let outer = std::mem::replace(&mut self.function, sig.ident.to_string());
        visit(self, block);
        self.body(sig, block);
        self.function = outer;
    }

    fn binary(&mut self, e: &syn::ExprBinary) -> Option<Expr> {
        let (a, b, op) = (&e.left, &e.right, &e.op);
        let span = op.span();
        let name = op.to_token_stream().to_string();
        let says = |to: &str| format!("{name} as {to}");
        match op {
            BinOp::And(_) | BinOp::Or(_) if has_let(a) || has_let(b) => None,
            BinOp::And(_) => {
                let on = self.site(span, says("||"))?;
                Some(parse_quote!({ let __l: bool = #a; if __l == #on { __l } else { #b } }))
            }
            BinOp::Or(_) => {
                let on = self.site(span, says("&&"))?;
                Some(parse_quote!({ let __l: bool = #a; if __l != #on { __l } else { #b } }))
            }
            BinOp::Eq(_) | BinOp::Ne(_) => {
                let on = self.site(span, says(if matches!(op, BinOp::Eq(_)) { "!=" } else { "==" }))?;
                Some(parse_quote!(((#a #op #b) != #on)))
            }
            BinOp::Lt(_) => self.swapped(e, &["<=", ">"]),
            BinOp::Gt(_) => self.swapped(e, &[">=", "<"]),
            BinOp::Le(_) => self.swapped(e, &["<", ">"]),
            BinOp::Ge(_) => self.swapped(e, &[">", "<"]),
            BinOp::Add(_) => self.swapped(e, &["-", "*"]),
            BinOp::Sub(_) => self.swapped(e, &["+", "*"]),
            BinOp::Mul(_) => self.swapped(e, &["+", "/"]),
            BinOp::Div(_) => self.swapped(e, &["*", "%"]),
            BinOp::Rem(_) => self.swapped(e, &["*", "/"]),
            BinOp::AddAssign(_) => self.swapped(e, &["-=", "*="]),
            BinOp::SubAssign(_) => self.swapped(e, &["+=", "*="]),
            BinOp::MulAssign(_) => self.swapped(e, &["+=", "/="]),
            BinOp::BitOrAssign(_) => self.swapped(e, &["&="]),
            BinOp::BitAndAssign(_) => self.swapped(e, &["|="]),
            _ => None,
        }
    }

    /// The operation, or another in its place.
    fn swapped(&mut self, e: &syn::ExprBinary, others: &[&str]) -> Option<Expr> {
        let (a, b, op) = (&e.left, &e.right, &e.op);
        let mut result: Expr = parse_quote!({ ((#a) #op (#b)) });
        let mut any = false;
        for other in others {
            let change = format!("{} as {other}", op.to_token_stream());
            let Some(on) = self.site(op.span(), change) else { continue };
            let other: BinOp = syn::parse_str(other).expect("an operator");
            result = parse_quote!(if #on { ((#a) #other (#b)) } else { #result });
            any = true;
        }
        any.then(|| parse_quote!((#result)))
    }

    fn arms(&mut self, e: &mut ExprMatch) {
        let Some((last, arms)) = e.arms.split_last_mut() else { return };
        let catches = matches!(last.pat, Pat::Wild(_)) && last.guard.is_none();
        for arm in arms {
            self.guard(arm);
            if catches {
                let pattern = arm.pat.to_token_stream().to_string();
                let Some(on) = self.site(arm.pat.span(), format!("without the arm {pattern}")) else {
                    continue;
                };
                let guard: Expr = match arm.guard.take() {
                    None => parse_quote!(!#on),
                    Some((_, guard)) => parse_quote!(!#on && (#guard)),
                };
                arm.guard = Some((Default::default(), Box::new(guard)));
            }
        }
    }

    fn guard(&mut self, arm: &mut Arm) {
        let Some((_, guard)) = &mut arm.guard else { return };
        if has_let(guard) {
            return;
        }
        let span = arm.pat.span();
        let no = self.site(span, "guard as false");
        let yes = self.site(span, "guard as true");
        if let Some(no) = no {
            **guard = parse_quote!((!#no && (#guard)));
        }
        if let Some(yes) = yes {
            **guard = parse_quote!((#yes || (#guard)));
        }
    }
}

/// Whether a condition binds something.
fn has_let(e: &Expr) -> bool {
    match e {
        Expr::Let(_) => true,
        Expr::Binary(b) => has_let(&b.left) || has_let(&b.right),
        _ => false,
    }
}

/// Values that every value of a type could be mistaken for.
fn values(ty: &Type) -> Vec<Expr> {
    let one = |ty: &Type| values(ty).into_iter().next();
    match ty {
        Type::Tuple(t) => {
            let parts: Option<Vec<Expr>> = t.elems.iter().map(one).collect();
            parts.map(|parts| parse_quote!((#(#parts),*))).into_iter().collect()
        }
        Type::Path(p) if p.qself.is_none() => {
            let Some(last) = p.path.segments.last() else { return Vec::new() };
            let inner = || match &last.arguments {
                PathArguments::AngleBracketed(a) => a.args.iter().find_map(|a| match a {
                    GenericArgument::Type(t) => Some(t.clone()),
                    _ => None,
                }),
                _ => None,
            };
            match last.ident.to_string().as_str() {
                "bool" => vec![parse_quote!(true), parse_quote!(false)],
                "usize" | "u32" | "u64" | "i32" | "i64" | "i128" => vec![parse_quote!(0), parse_quote!(1)],
                "f64" => vec![parse_quote!(0.0), parse_quote!(1.0)],
                "Option" => {
                    let some = inner().as_ref().and_then(one).map(|v| parse_quote!(Some(#v)));
                    std::iter::once(parse_quote!(None)).chain(some).collect()
                }
                "Result" => {
                    inner().as_ref().and_then(one).map(|v| parse_quote!(Ok(#v))).into_iter().collect()
                }
                "Vec" => vec![parse_quote!(Vec::new())],
                "String" => vec![parse_quote!(String::new())],
                "HashMap" | "HashSet" | "BTreeMap" | "BTreeSet" => vec![parse_quote!(Default::default())],
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

fn is_test(attrs: &[syn::Attribute]) -> bool {
    attrs
        .iter()
        .any(|a| a.path().is_ident("test") || a.meta.to_token_stream().to_string().contains("cfg (test"))
}

impl VisitMut for Sites<'_> {
    fn visit_item_mod_mut(&mut self, m: &mut ItemMod) {
        if !is_test(&m.attrs) {
            visit_mut::visit_item_mod_mut(self, m);
        }
    }

    fn visit_item_fn_mut(&mut self, f: &mut ItemFn) {
        if !is_test(&f.attrs) {
            self.within(&f.sig, &mut f.block, |s, b| s.visit_block_mut(b));
        }
    }

    fn visit_item_impl_mut(&mut self, i: &mut syn::ItemImpl) {
        let of = i.trait_.as_ref().and_then(|(_, path, _)| path.segments.last()).map(|s| s.ident.to_string());
        // What is only shown to people has no numbers.
        if !matches!(of.as_deref(), Some("Display" | "Debug")) {
            visit_mut::visit_item_impl_mut(self, i);
        }
    }

    fn visit_impl_item_fn_mut(&mut self, f: &mut ImplItemFn) {
        self.within(&f.sig, &mut f.block, |s, b| s.visit_block_mut(b));
    }

    fn visit_trait_item_fn_mut(&mut self, f: &mut TraitItemFn) {
        if let Some(block) = &mut f.default {
            self.within(&f.sig, block, |s, b| s.visit_block_mut(b));
        }
    }

    // Neither of these runs.
    fn visit_item_const_mut(&mut self, _: &mut syn::ItemConst) {}
    fn visit_item_static_mut(&mut self, _: &mut syn::ItemStatic) {}
    fn visit_impl_item_const_mut(&mut self, _: &mut syn::ImplItemConst) {}
    fn visit_type_mut(&mut self, _: &mut Type) {}
    fn visit_pat_mut(&mut self, _: &mut Pat) {}
    fn visit_fn_arg_mut(&mut self, _: &mut FnArg) {}

    fn visit_expr_match_mut(&mut self, e: &mut ExprMatch) {
        visit_mut::visit_expr_match_mut(self, e);
        self.arms(e);
    }

    fn visit_expr_mut(&mut self, e: &mut Expr) {
        visit_mut::visit_expr_mut(self, e);
        let changed = match e {
            Expr::Binary(b) => self.binary(b),
            Expr::Macro(m) if m.mac.path.is_ident("matches") => {
                self.site(m.span(), "matches! as its opposite").map(|on| parse_quote!((#m != #on)))
            }
            Expr::Unary(u) if !matches!(*u.expr, Expr::Lit(_)) => match u.op {
                UnOp::Not(_) => {
                    let inner = &u.expr;
                    self.site(u.op.span(), "without !").map(|on| parse_quote!(((!#inner) != #on)))
                }
                UnOp::Neg(_) => {
                    let inner = &u.expr;
                    self.site(u.op.span(), "without -")
                        .map(|on| parse_quote!((if #on { #inner } else { -#inner })))
                }
                _ => None,
            },
            _ => None,
        };
        if let Some(changed) = changed {
            *e = changed;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The breaks of a file, and the file with them in it.
    fn broken(text: &str) -> (Vec<String>, String) {
        let mut found = Vec::new();
        let text = Sites::instrument("a.rs", text, &mut found, &BTreeSet::new()).expect("a file of Rust");
        (found.iter().map(|m| m.change.clone()).collect(), text)
    }

    #[test]
    fn operators_are_exchanged() {
        let (changes, text) = broken("fn f(a: bool, n: usize) -> bool { a && n + 1 < 3 }");
        assert_eq!(
            changes,
            ["+ as -", "+ as *", "< as <=", "< as >", "&& as ||", "returns false", "returns true"]
        );
        for id in 0..changes.len() {
            assert!(text.contains(&format!("mutant::on({id}usize)")), "{id} in {text}");
        }
    }

    #[test]
    fn arms_are_lost_only_where_others_catch_them() {
        let catching = "fn f(n: usize) { match n { 0 => g(), 1 if h() => k(), _ => l() } }";
        assert_eq!(
            broken(catching).0,
            ["without the arm 0", "guard as false", "guard as true", "without the arm 1", "returns ()"]
        );
        let whole = "fn f(b: bool) { match b { true => g(), false => h() } }";
        assert_eq!(broken(whole).0, ["returns ()"]);
    }

    #[test]
    fn what_does_not_run_and_what_binds_is_left() {
        let none =
            "const N: usize = 1 + 2; const fn f() -> usize { 3 * 4 } #[cfg(test)] mod t { fn g() { h() } }";
        assert!(broken(none).0.is_empty());
        let binds = "fn f(x: Option<u8>) { if let Some(y) = x && y == 1 { g() } }";
        assert_eq!(broken(binds).0, ["== as !=", "returns ()"]);
    }

    #[test]
    fn what_rustc_refuses_keeps_its_number() {
        let mut found = Vec::new();
        let without = BTreeSet::from([0]);
        let text =
            Sites::instrument("a.rs", "fn f(a: u8) -> bool { a == 1 }", &mut found, &without).expect("Rust");
        assert_eq!(found.len(), 3);
        assert!(!text.contains("mutant::on(0usize)") && text.contains("mutant::on(1usize)"), "{text}");
    }
}
