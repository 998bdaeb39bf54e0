//! Which definition a `macro_rules!` of the user's surely has, by the rule that goes before all others: the last one that stands
//! before the call as text, in the same module or in one around it, or in a module before it that is marked `#[macro_use]`. Where
//! something stands between that may define macros out of sight, nothing is known.

use super::{Place, function};
use proc_macro2::TokenStream;
use syn::ext::IdentExt;

/// How many modules a search goes through.
const FARTHEST: usize = 16;

/// What comes before a place in a module, as far as macros go.
#[derive(Default)]
pub(super) struct Textual {
    events: Vec<Event>,
    /// Its functions, and how many of the events come before each.
    functions: Vec<(String, usize)>,
    /// The same of its modules.
    modules: Vec<(String, usize)>,
}

enum Event {
    /// A macro of this name is defined, by these tokens.
    Defined(String, String),
    /// A module hands its macros on.
    HandedOn(String),
    /// Macros of any name may be defined.
    Unseen,
}

impl Textual {
    /// Notes the next item of the module.
    pub(super) fn item(&mut self, item: &syn::Item) {
        let here = self.events.len();
        match item {
            syn::Item::Macro(i) => {
                // A `cfg`, or an attribute that makes something else of it.
                let inert = |attr: &syn::Attribute| {
                    ["doc", "allow", "macro_export", "macro_use"]
                        .iter()
                        .any(|name| attr.path().is_ident(name))
                };
                match &i.ident {
                    Some(name) if i.attrs.iter().all(inert) => {
                        let text = i.mac.tokens.to_string();
                        self.events.push(Event::Defined(name.unraw().to_string(), text));
                    }
                    None if self.last(&i.mac.path).is_some_and(|of| defines_none(&of, &i.mac.tokens)) => {}
                    _ => self.events.push(Event::Unseen),
                }
            }
            syn::Item::Mod(i) => {
                let name = i.ident.unraw().to_string();
                self.modules.push((name.clone(), here));
                let hands_on = |attr: &syn::Attribute| attr.path().is_ident("macro_use");
                let inert = |attr: &syn::Attribute| {
                    hands_on(attr) || attr.path().is_ident("doc") || attr.path().is_ident("allow")
                };
                if !i.attrs.iter().all(inert) {
                    self.events.push(Event::Unseen);
                } else if i.attrs.iter().any(hands_on) {
                    self.events.push(Event::HandedOn(name));
                }
            }
            syn::Item::Fn(f) => self.functions.push((function(&f.sig, &f.block), here)),
            syn::Item::Impl(block) => {
                for i in &block.items {
                    if let syn::ImplItem::Fn(f) = i {
                        self.functions.push((function(&f.sig, &f.block), here));
                    }
                }
            }
            _ => {}
        }
    }

    /// What a macro consists of that is called behind all that has been noted so far, if that is told by the module alone.
    pub(super) fn last(&self, path: &syn::Path) -> Option<TokenStream> {
        let name = path.get_ident()?.unraw().to_string();
        for event in self.events.iter().rev() {
            match event {
                Event::Defined(defined, text) if *defined == name => return text.parse().ok(),
                Event::Unseen | Event::HandedOn(_) => return None,
                Event::Defined(..) => {}
            }
        }
        None
    }

    /// How many events come before the one thing of this name.
    fn before(named: &[(String, usize)], name: &str) -> Option<usize> {
        let mut found = named.iter().filter(|(n, _)| n == name).map(|(_, events)| *events);
        found.next().filter(|_| found.next().is_none())
    }
}

/// Whether a call of a macro with this definition can define no macro: neither does it so itself, nor does it call others.
fn defines_none(definition: &TokenStream, input: &TokenStream) -> bool {
    let none = |tokens: &TokenStream| {
        let mut defines = false;
        crate::names::each_ident(tokens, &mut |word| defines |= word == "macro_rules" || word == "macro");
        !defines && super::called(tokens.clone()).is_empty()
    };
    none(definition) && none(input)
}

/// What a search has found.
enum Found {
    Definition(String),
    /// It may be one that isn't seen.
    Unseen,
    Nothing,
}

impl Place {
    /// What a macro consists of that is called in a function of this module.
    pub(super) fn macro_called(&self, name: &str, function: &str) -> Option<TokenStream> {
        let textual = &self.file.modules[self.module].textual;
        let position = Textual::before(&textual.functions, function)?;
        match self.macro_before(name, position, FARTHEST) {
            Found::Definition(text) => text.parse().ok(),
            _ => None,
        }
    }

    fn macro_before(&self, name: &str, position: usize, left: usize) -> Found {
        match self.macro_within(name, position, left) {
            Found::Nothing => {}
            found => return found,
        }
        let around = self.around_it().filter(|_| left > 0);
        around.map_or(Found::Unseen, |(outer, position)| outer.macro_before(name, position, left - 1))
    }

    /// The same in what stands in this module alone.
    fn macro_within(&self, name: &str, position: usize, left: usize) -> Found {
        let textual = &self.file.modules[self.module].textual;
        for event in textual.events[..position].iter().rev() {
            match event {
                Event::Defined(defined, text) if defined == name => return Found::Definition(text.clone()),
                Event::Defined(..) => {}
                Event::Unseen => return Found::Unseen,
                Event::HandedOn(module) => {
                    let Some(inner) = self.child(module, 0).filter(|_| left > 0) else {
                        return Found::Unseen;
                    };
                    let all = inner.file.modules[inner.module].textual.events.len();
                    match inner.macro_within(name, all, left - 1) {
                        Found::Nothing => {}
                        found => return found,
                    }
                }
            }
        }
        Found::Nothing
    }

    /// The module around this one, and how much of it comes before this one.
    fn around_it(&self) -> Option<(Place, usize)> {
        let own = &self.file.modules[self.module];
        let (outer, name) = match own.outer {
            Some(outer) => (self.inside(outer), own.name.clone()),
            None => {
                let stem =
                    |path: &std::path::Path| path.file_stem().map(|s| s.to_string_lossy().into_owned());
                let name = match super::is_directory_module(&self.path) {
                    true => stem(self.path.parent()?)?,
                    false => stem(&self.path)?,
                };
                let outer = self.parent().filter(|_| !self.root_file())?;
                // A library and a program may have the same modules, with other macros around them.
                let beside = |name: &str| outer.path.with_file_name(name).exists();
                if outer.root_file() && beside("lib.rs") && beside("main.rs") {
                    return None;
                }
                (outer.child(&name, 0)?.path == self.path).then_some((outer, name))?
            }
        };
        let position = Textual::before(&outer.file.modules[outer.module].textual.modules, &name)?;
        Some((outer, position))
    }
}
