//! The names of items that a function's code begins paths with: `N`, `pick(…)`, `table` of `table::ROWS`.
//!
//! Where a macro is run in a closure, rustc is asked whether each of them still means the same beside what the macro makes:
//! an import of a name is ambiguous to it if a macro defines that name and there is one outside as well.

use crate::known::Known;
use crate::tables::HashSet;
use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::visit::{self, Visit};

/// The names, each once. Where the type parameters in scope may be `out_of_sight`, only those that are `known` to be
/// items.
pub fn roots(item: &syn::ItemFn, around: &[&syn::Generics], known: &Known, out_of_sight: bool) -> Vec<Ident> {
    let mut found = Roots::default();
    around.iter().for_each(|generics| found.visit_generics(generics));
    found.visit_signature(&item.sig);
    found.visit_block(&item.block);
    let Roots { names, bound, .. } = found;
    let is_item = |name: &Ident| {
        let path = syn::Path::from(name.clone());
        known.constant(&path, None).is_some() || known.has_function(&name.unraw().to_string())
    };
    let mut seen = HashSet::default();
    let mut out = Vec::new();
    for (name, sure) in names {
        let text = name.unraw().to_string();
        let own = ["self", "super", "crate", "Self", "$crate"].contains(&text.as_str());
        let item = sure && !out_of_sight || is_item(&name);
        if item && !own && !bound.contains(&text) && !super::is_primitive(&text) && seen.insert(text) {
            out.push(name);
        }
    }
    out
}

/// The walk.
#[derive(Default)]
struct Roots {
    /// Each with whether it is surely the beginning of a path.
    names: Vec<(Ident, bool)>,
    /// Variables and parameters.
    bound: HashSet<String>,
    /// The pattern at hand may fail to match.
    refutable: bool,
}

impl Roots {
    fn refutable(&mut self, pat: &syn::Pat) {
        let outer = std::mem::replace(&mut self.refutable, true);
        self.visit_pat(pat);
        self.refutable = outer;
    }
}

impl<'ast> Visit<'ast> for Roots {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        if let (None, Some(first)) = (path.leading_colon, path.segments.first()) {
            self.names.push((first.ident.clone(), true));
        }
        visit::visit_path(self, path);
    }

    fn visit_expr_path(&mut self, e: &'ast syn::ExprPath) {
        match &e.qself {
            Some(qself) if qself.position == 0 => self.visit_type(&qself.ty),
            _ => visit::visit_expr_path(self, e),
        }
    }

    fn visit_type_path(&mut self, t: &'ast syn::TypePath) {
        match &t.qself {
            Some(qself) if qself.position == 0 => self.visit_type(&qself.ty),
            _ => visit::visit_type_path(self, t),
        }
    }

    fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
        let text = pat.ident.unraw().to_string();
        let plain = pat.by_ref.is_none() && pat.mutability.is_none() && pat.subpat.is_none();
        match self.refutable && plain && text.starts_with(char::is_uppercase) {
            true => self.names.push((pat.ident.clone(), true)),
            false => drop(self.bound.insert(text)),
        }
        visit::visit_pat_ident(self, pat);
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        self.refutable(&arm.pat);
        arm.guard.iter().for_each(|(_, guard)| self.visit_expr(guard));
        self.visit_expr(&arm.body);
    }

    fn visit_expr_let(&mut self, e: &'ast syn::ExprLet) {
        self.refutable(&e.pat);
        self.visit_expr(&e.expr);
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        let fallible = local.init.as_ref().is_some_and(|init| init.diverge.is_some());
        match fallible {
            true => self.refutable(&local.pat),
            false => self.visit_pat(&local.pat),
        }
        if let Some(init) = &local.init {
            self.visit_expr(&init.expr);
            init.diverge.iter().for_each(|(_, els)| self.visit_expr(els));
        }
    }

    fn visit_type_param(&mut self, param: &'ast syn::TypeParam) {
        self.bound.insert(param.ident.unraw().to_string());
        visit::visit_type_param(self, param);
    }

    fn visit_const_param(&mut self, param: &'ast syn::ConstParam) {
        self.bound.insert(param.ident.unraw().to_string());
        visit::visit_const_param(self, param);
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if let (None, syn::UseTree::Path(path)) = (item.leading_colon, &item.tree) {
            self.names.push((path.ident.clone(), true));
        }
    }

    /// What the arguments of a macro of `std`'s are is known; any other may do with names what it likes.
    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let name = mac.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        if super::macros::is_listed(&name)
            && let Some(exprs) = super::macros::argument_exprs(mac.tokens.clone(), &name)
        {
            for e in exprs {
                let mut inner = Roots::default();
                inner.visit_expr(&e);
                self.names.append(&mut inner.names);
                self.bound.extend(inner.bound);
            }
            return;
        }
        crate::names::each_ident(&mac.tokens, &mut |ident| self.names.push((ident.clone(), false)));
    }

    // Names in these have other scopes.

    fn visit_item_mod(&mut self, _: &'ast syn::ItemMod) {}

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn items_are_told_from_variables_and_fields() {
        let item: syn::ItemFn = parse_quote! {
            fn f<T: Float, const M: usize>(x: &[T; M], p: &Point) -> T {
                let k = p.index + table::ROWS[N].len();
                assert!(k < pick(LIMIT), "{k}");
                noted!(name = k, Odd);
                match k { FIRST => x[0], other => x[other].max(<T>::zero()) }
            }
        };
        let names = roots(&item, &[], &Known::default(), false);
        let names: Vec<String> = names.iter().map(Ident::to_string).collect();
        assert_eq!(names, ["Float", "Point", "table", "N", "pick", "LIMIT", "FIRST"]);
        let known = Known::of(&[parse_quote!(
            const N: usize = 2;
        )]);
        let names = roots(&item, &[], &known, true);
        assert_eq!(names.len(), 1);
    }
}
