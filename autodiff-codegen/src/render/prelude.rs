//! What the prelude has, by its short name. Emitted code spells paths out, so that nothing in the user's scope
//! can be mistaken for them; a reader is not in that danger.

use syn::visit_mut::VisitMut;

/// Items of the prelude, by the path before the name that it gives them.
const PRELUDE: &[(&[&str], &str)] = &[
    (&["std", "vec"], "Vec"),
    (&["std", "boxed"], "Box"),
    (&["core", "option"], "Option"),
    (&["core", "option", "Option"], "Some"),
    (&["core", "option", "Option"], "None"),
    (&["core", "clone"], "Clone"),
    (&["core", "default"], "Default"),
];

/// Shortens the paths of items that the prelude has.
pub(super) struct Shorten;

impl VisitMut for Shorten {
    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        if mac.path.leading_colon.is_some() && mac.path.segments.iter().map(|s| &s.ident).eq(["std", "vec"]) {
            mac.path = syn::parse_quote!(vec);
        }
        syn::visit_mut::visit_macro_mut(self, mac);
    }

    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        syn::visit_mut::visit_path_mut(self, path);
        if path.leading_colon.is_none() {
            return;
        }
        // The longest first: `Option::Some` is `Some`.
        let short = PRELUDE.iter().rev().find_map(|(before, name)| {
            let names = before.iter().chain([name]);
            let same = path.segments.len() > before.len()
                && path.segments.iter().zip(names).all(|(s, n)| s.ident == n);
            same.then_some(before.len())
        });
        if let Some(n) = short {
            path.leading_colon = None;
            path.segments = std::mem::take(&mut path.segments).into_iter().skip(n).collect();
        }
    }
}
