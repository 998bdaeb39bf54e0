//! Items inside bodies: hoisted to the top of each companion, where that can't change what a name means.

use super::scopes::Parser;
use crate::diagnostics::Kind;
use crate::tables::HashMap;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;

impl Parser<'_> {
    /// Hoists the items of a block. `outermost` is the function's body.
    pub fn items_of(&mut self, block: &syn::Block, outermost: bool) {
        let mut here: Option<Words> = None;
        for stmt in &block.stmts {
            let syn::Stmt::Item(item) = stmt else { continue };
            self.check_static(item);
            let names = names(item);
            for name in &names.list {
                let unique = outermost || {
                    let here = here.get_or_insert_with(|| words(&block.to_token_stream()));
                    !self.is_used_outside(name, here)
                };
                if !unique {
                    self.errors.refuse(Kind::NestedItem, name.span(), &[&name.to_string()]);
                }
            }
            if let Some(glob) = names.glob {
                if outermost {
                    self.globs.push(glob);
                } else {
                    self.errors.refuse_tokens(Kind::GlobImport, &glob, &["in an inner block"]);
                }
            }
            if let syn::Item::Macro(mac) = item {
                self.macros.push(mac.mac.tokens.clone());
            }
            if let syn::Item::Use(_) = item {
                // What the signature means is mostly imported once more.
                self.imported.extend(names.list.iter().map(|name| name.unraw().to_string()));
            }
            self.item_names.extend(names.list);
            self.items.push(item.to_token_stream());
        }
    }

    /// Refuses statics that may have a state: a companion would have a copy of its own.
    pub fn check_static(&mut self, item: &syn::Item) {
        if let syn::Item::Static(item) = item
            && (!matches!(item.mutability, syn::StaticMutability::None) || !is_stateless(&item.ty))
        {
            self.errors.refuse(Kind::LocalStatic, item.static_token.span, &[]);
        }
    }

    /// Whether a name occurs in the function outside of a block with these words.
    fn is_used_outside(&self, name: &Ident, block: &Words) -> bool {
        let name = name.unraw().to_string();
        self.words.get_or_init(|| words(&self.whole)).get(&name) != block.get(&name)
    }

    /// Checks that items don't share names with variables, or with what the signature says: companions mention its types in
    /// their bodies. Runs when all of both are known.
    pub fn check_items(&mut self, sig: &syn::Signature) {
        let said = words(&sig.to_token_stream());
        let is_variable =
            |parser: &Self, name: &str| parser.vars.iter().any(|info| info.ident.unraw() == name);
        for item in std::mem::take(&mut self.item_names) {
            let name = item.unraw().to_string();
            let hides = said.contains_key(&name) && !self.imported.contains(&name);
            if is_variable(self, &name) || hides || sig.ident.unraw() == name {
                self.errors.refuse(Kind::ItemLikeVariable, item.span(), &[&name]);
            }
        }
        for tokens in std::mem::take(&mut self.macros) {
            let mut idents = Vec::new();
            free_idents(&tokens, &mut idents);
            if let Some(ident) = idents.iter().find(|i| is_variable(self, &i.unraw().to_string())) {
                self.errors.refuse(Kind::LocalMacro, ident.span(), &[&ident.to_string()]);
            }
        }
    }

    /// Refuses `use …::*` where it may bring in a constant that is named like a parameter. Only parameters
    /// in capitals are at risk: other variables are bound inside of the `use`'s scope, and hide what it brings.
    pub fn check_globs(&mut self, params: &[Ident]) {
        let capital = params.iter().find(|name| name.unraw().to_string().starts_with(char::is_uppercase));
        for glob in std::mem::take(&mut self.globs) {
            if let Some(name) = capital {
                let what = format!("beside the parameter `{name}`");
                self.errors.refuse_tokens(Kind::GlobImport, &glob, &[&what]);
            }
        }
    }
}

/// The names that an item defines, as far as they can be seen.
pub fn defined_names(item: &syn::Item) -> Vec<Ident> {
    names(item).list
}

/// Whether there is a glob import among the items of a block.
pub fn has_glob(items: &[syn::Item]) -> bool {
    items.iter().any(|item| names(item).glob.is_some())
}

/// What an item brings into scope.
struct Names {
    list: Vec<Ident>,
    glob: Option<TokenStream>,
}

/// The names that an item defines.
fn names(item: &syn::Item) -> Names {
    let mut list = Vec::new();
    let mut glob = None;
    match item {
        syn::Item::Const(i) => list.push(i.ident.clone()),
        syn::Item::Enum(i) => list.push(i.ident.clone()),
        syn::Item::Fn(i) => list.push(i.sig.ident.clone()),
        syn::Item::Macro(i) => list.extend(i.ident.clone()),
        syn::Item::Mod(i) => list.push(i.ident.clone()),
        syn::Item::Static(i) => list.push(i.ident.clone()),
        syn::Item::Struct(i) => list.push(i.ident.clone()),
        syn::Item::Trait(i) => list.push(i.ident.clone()),
        syn::Item::TraitAlias(i) => list.push(i.ident.clone()),
        syn::Item::Type(i) => list.push(i.ident.clone()),
        syn::Item::Union(i) => list.push(i.ident.clone()),
        syn::Item::Use(i) if leaves(&i.tree, &mut list) => {
            glob = Some(i.to_token_stream());
        }
        _ => {}
    }
    list.retain(|ident| ident != "_");
    Names { list, glob }
}

/// The names of a `use`; whether there is a `*` among them.
fn leaves(tree: &syn::UseTree, list: &mut Vec<Ident>) -> bool {
    match tree {
        syn::UseTree::Path(t) => leaves(&t.tree, list),
        syn::UseTree::Name(t) => {
            list.push(t.ident.clone());
            false
        }
        syn::UseTree::Rename(t) => {
            list.push(t.rename.clone());
            false
        }
        syn::UseTree::Glob(_) => true,
        syn::UseTree::Group(t) => t.items.iter().fold(false, |glob, t| leaves(t, list) | glob),
    }
}

/// Whether values of the type can't change behind a shared reference, as far as the tokens prove it.
fn is_stateless(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Paren(t) => is_stateless(&t.elem),
        syn::Type::Group(t) => is_stateless(&t.elem),
        syn::Type::Array(t) => is_stateless(&t.elem),
        syn::Type::Slice(t) => is_stateless(&t.elem),
        syn::Type::Reference(t) => is_stateless(&t.elem),
        syn::Type::Tuple(t) => t.elems.iter().all(is_stateless),
        syn::Type::Path(t) => t.path.get_ident().is_some_and(|i| super::types::is_primitive(&i.to_string())),
        _ => false,
    }
}

/// How often each identifier occurs, without `r#`.
pub(super) type Words = HashMap<String, usize>;

fn words(tokens: &TokenStream) -> Words {
    let mut words = Words::default();
    crate::names::each_ident(tokens, &mut |ident| *words.entry(ident.unraw().to_string()).or_default() += 1);
    words
}

/// The identifiers of a macro's definition, but for its `$variables`.
fn free_idents(tokens: &TokenStream, found: &mut Vec<Ident>) {
    let mut dollar = false;
    for token in tokens.clone() {
        match &token {
            TokenTree::Ident(ident) if !dollar => found.push(ident.clone()),
            TokenTree::Group(group) => free_idents(&group.stream(), found),
            _ => {}
        }
        dollar = matches!(&token, TokenTree::Punct(p) if p.as_char() == '$');
    }
}

/// All items of a body, those of inner blocks included: their names are their own.
pub fn of_body(block: &syn::Block) -> Vec<syn::Item> {
    struct Items(Vec<syn::Item>);
    impl<'ast> syn::visit::Visit<'ast> for Items {
        fn visit_item(&mut self, item: &'ast syn::Item) {
            self.0.push(item.clone());
        }
    }
    let mut items = Items(Vec::new());
    syn::visit::Visit::visit_block(&mut items, block);
    items.0
}
