//! What leads to the crate `libm`: its name, and the imports of its functions.
//!
//! It is a guess like all that is known. Where it is used, rustc is asked whether the function is really the crate's
//! (`lower/libm`).

use crate::tables::{HashMap, HashSet};
use syn::ext::IdentExt;

/// See the module's documentation.
#[derive(Clone, Debug, Default)]
pub(super) struct Libm {
    /// Other names of the crate: `use libm as m;`.
    crates: HashSet<String>,
    /// Its functions that are imported, by their names here.
    functions: HashMap<String, String>,
    /// `use libm::*;`
    glob: bool,
    /// Something of the user's has the crate's name.
    hidden: bool,
}

impl Libm {
    /// A name means something of the user's.
    pub fn hide(&mut self, name: &str) {
        self.crates.remove(name);
        self.functions.remove(name);
        self.hidden |= name == "libm";
    }

    /// What an import says.
    pub fn learn(&mut self, import: &syn::UseTree) {
        match import {
            syn::UseTree::Path(t) if t.ident == "libm" => self.learn_inside(&t.tree),
            syn::UseTree::Group(t) => t.items.iter().for_each(|t| self.learn(t)),
            syn::UseTree::Rename(t) if t.ident == "libm" => self.name_crate(&t.rename),
            syn::UseTree::Name(t) if t.ident == "libm" => self.hidden = false,
            _ => {}
        }
    }

    /// Behind `libm::`.
    fn learn_inside(&mut self, import: &syn::UseTree) {
        let mut function = |from: &syn::Ident, to: &syn::Ident| {
            self.functions.insert(to.unraw().to_string(), from.unraw().to_string());
        };
        match import {
            syn::UseTree::Group(t) => t.items.iter().for_each(|t| self.learn_inside(t)),
            syn::UseTree::Rename(t) if t.ident == "self" => self.name_crate(&t.rename),
            syn::UseTree::Rename(t) => function(&t.ident, &t.rename),
            syn::UseTree::Name(t) => function(&t.ident, &t.ident),
            syn::UseTree::Glob(_) => self.glob = true,
            syn::UseTree::Path(_) => {}
        }
    }

    fn name_crate(&mut self, name: &syn::Ident) {
        self.crates.insert(name.unraw().to_string());
    }

    /// Takes over what an import of everything, or of one name, brings from another module.
    pub fn inherit(&mut self, outer: &Libm, name: Option<(&str, &str)>, hiding: &HashSet<String>) {
        match name {
            Some((from, to)) => {
                if let Some(function) = outer.imported(from, false) {
                    self.functions.insert(to.to_string(), function.to_string());
                }
            }
            // An import of everything brings a module of the crate's name as well.
            None if outer.hidden => self.hidden |= !hiding.contains("libm"),
            None => {
                let seen = |name: &&String| !hiding.contains(*name);
                self.crates.extend(outer.crates.iter().filter(seen).cloned());
                let functions = outer.functions.iter().filter(|(name, _)| seen(name));
                self.functions.extend(functions.map(|(to, from)| (to.clone(), from.clone())));
                self.glob |= outer.glob;
            }
        }
    }

    /// Whether a module of this name is the crate.
    pub fn module(&self, name: &str) -> bool {
        !self.hidden && (name == "libm" || self.crates.contains(name))
    }

    /// What an imported function is called in `libm`, by its name here. `declared`: an item has that name, which goes
    /// before what a `*` brings.
    pub fn imported<'n>(&'n self, name: &'n str, declared: bool) -> Option<&'n str> {
        if self.hidden {
            return None;
        }
        self.functions.get(name).map(String::as_str).or((self.glob && !declared).then_some(name))
    }
}
