//! The values of integer constants, as far as they can be read off their items.

use crate::tables::HashMap;

use super::Known;

/// How far one constant may lead to the next.
const DEEPEST: usize = 16;

impl Known {
    /// The value of an expression of integer literals and constants. It goes by names: what rests on it has to be checked
    /// by rustc.
    pub fn integer(&self, expr: &syn::Expr) -> Option<i128> {
        self.integer_within(expr, DEEPEST)
    }

    /// The values as another module may read them, where names mean other things.
    pub(super) fn integers_elsewhere(&self) -> HashMap<String, syn::Expr> {
        let literal = |n: i128| syn::parse_str(&n.to_string()).ok();
        let values = self.integers.iter();
        values.filter_map(|(name, expr)| Some((name.clone(), literal(self.integer(expr)?)?))).collect()
    }

    fn integer_within(&self, expr: &syn::Expr, depth: usize) -> Option<i128> {
        let depth = depth.checked_sub(1)?;
        match expr {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(n), .. }) => n.base10_parse().ok(),
            syn::Expr::Paren(e) => self.integer_within(&e.expr, depth),
            syn::Expr::Group(e) => self.integer_within(&e.expr, depth),
            syn::Expr::Path(e) if e.qself.is_none() => {
                self.integer_within(self.integers.get(&super::written(&e.path)?)?, depth)
            }
            syn::Expr::Binary(e) => {
                let a = self.integer_within(&e.left, depth)?;
                let b = self.integer_within(&e.right, depth)?;
                match e.op {
                    syn::BinOp::Add(_) => a.checked_add(b),
                    syn::BinOp::Sub(_) => a.checked_sub(b),
                    syn::BinOp::Mul(_) => a.checked_mul(b),
                    syn::BinOp::Div(_) => a.checked_div(b),
                    syn::BinOp::Rem(_) => a.checked_rem(b),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// Whether a constant's value may be read off its item: arithmetic of integers and other constants.
pub(crate) fn is_plain(item: &syn::ItemConst) -> bool {
    let integer = matches!(&*item.ty, syn::Type::Path(t) if t.path.get_ident().is_some_and(|name| {
        ["usize", "u64", "u32", "u16", "u8", "isize", "i64", "i32", "i16", "i8"].iter().any(|n| name == n)
    }));
    integer && is_arithmetic(&item.expr)
}

fn is_arithmetic(expr: &syn::Expr) -> bool {
    match expr {
        syn::Expr::Lit(e) => matches!(e.lit, syn::Lit::Int(_)),
        syn::Expr::Paren(e) => is_arithmetic(&e.expr),
        syn::Expr::Path(_) => true,
        syn::Expr::Binary(e) => is_arithmetic(&e.left) && is_arithmetic(&e.right),
        _ => false,
    }
}
