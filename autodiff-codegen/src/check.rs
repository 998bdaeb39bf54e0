//! The option `check`: what the test of a function's gradient needs to know, put together from the option and the
//! signature.
//!
//! Floats and `bool`s are drawn at random; whatever else a function takes has to be said. There is no default for
//! integers: a count or an index may have to fit the lengths of other parameters.

use crate::diagnostics::{Errors, Kind, nearest};
use crate::hir::{self, Type};
use crate::options::Options;
use crate::options::check::{Check, Item, Said};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;

/// The test of a gradient.
#[derive(Clone, Debug)]
pub struct Plan {
    /// `type T = f64;` and `const N: usize = 3;`, which the types of the parameters speak of.
    pub items: TokenStream,
    /// The arguments of the function for these: `f64`, `3`, or `_` where nothing was said.
    pub generics: Vec<TokenStream>,
    /// The values that were given, in the order in which they were.
    pub given: Vec<(Ident, TokenStream)>,
    /// Where each parameter's value comes from.
    pub sources: Vec<Source>,
    /// How many points are drawn.
    pub points: TokenStream,
    /// The error up to which an entry is right, if that was said.
    pub tolerance: Option<TokenStream>,
}

/// Where the value of a parameter comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// It is drawn from a domain, the default one if there is none.
    Drawn(Option<Box<syn::Expr>>),
    /// It is given. Whether that is written as a reference.
    Given(Ident, bool),
    /// It is a function.
    Function(syn::Path),
}

/// What can be set beside the parameters; these go first, where one has such a name.
const SETTINGS: [&str; 2] = ["points", "tolerance"];

/// The test that the option asks for. `None` if it doesn't, or if something is missing or wrong.
pub fn plan(function: &hir::Fn, options: &Options, errors: &mut Errors) -> Option<Plan> {
    let check = options.check.as_ref()?;
    if function.associated {
        errors.refuse(Kind::CheckInImpl, check.span, &[]);
        return None;
    }
    let planner = Planner { function, check };
    let known = planner.check_names(errors);
    let sources = planner.sources(errors);
    let (items, generics) = planner.generics(sources.as_deref(), errors)?;
    let given = check.items.iter().filter_map(|item| match &item.said {
        Said::Is(value) if planner.parameter(item).is_some_and(|p| p.function.is_none()) => {
            Some((item.name.clone(), value.clone()))
        }
        _ => None,
    });
    known.then_some(Plan {
        items,
        generics,
        given: given.collect(),
        sources: sources?,
        points: planner.setting("points").unwrap_or_else(|| quote!(20)),
        tolerance: planner.setting("tolerance"),
    })
}

struct Planner<'p> {
    function: &'p hir::Fn,
    check: &'p Check,
}

impl Planner<'_> {
    /// The parameter that something is said of.
    fn parameter(&self, item: &Item) -> Option<&hir::Param> {
        let named = |p: &&hir::Param| {
            matches!(p.pat.kind, hir::PatKind::Var(_)) && p.name.unraw() == item.name.unraw()
        };
        self.function.params.iter().find(named)
    }

    /// What is said of a name.
    fn said(&self, name: &Ident) -> Option<&Item> {
        self.check.items.iter().find(|item| item.name.unraw() == name.unraw())
    }

    fn setting(&self, name: &str) -> Option<TokenStream> {
        let item =
            self.check.items.iter().find(|item| item.name == name && self.parameter(item).is_none())?;
        match &item.said {
            Said::Is(value) => Some(value.clone()),
            Said::In(_) => None,
        }
    }

    /// The names of the type parameters and constants.
    fn generic_names(&self) -> impl Iterator<Item = &Ident> {
        self.function.sig.generics.params.iter().filter_map(|param| match param {
            syn::GenericParam::Type(t) => Some(&t.ident),
            syn::GenericParam::Const(c) => Some(&c.ident),
            syn::GenericParam::Lifetime(_) => None,
        })
    }

    /// Every name in the option has to be known.
    fn check_names(&self, errors: &mut Errors) -> bool {
        let before = errors.len();
        let parameters = self.function.params.iter().filter(|p| matches!(p.pat.kind, hir::PatKind::Var(_)));
        let mut names: Vec<String> = parameters.map(|p| p.name.unraw().to_string()).collect();
        names.extend(self.generic_names().map(|name| name.unraw().to_string()));
        names.extend(SETTINGS.map(String::from));
        for item in &self.check.items {
            let name = item.name.unraw().to_string();
            if !names.contains(&name) {
                let near = nearest(&name, names.iter().map(String::as_str));
                let all: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                let instead =
                    near.map_or_else(|| format!("one of {}", all.join(", ")), |near| format!("`{near}`"));
                errors.refuse(Kind::UnknownInCheck, item.name.span(), &[&name, &instead]);
            } else if let (Said::In(domain), None) = (&item.said, self.parameter(item)) {
                let what = format!("a range for `{name}`");
                let args = [what.as_str(), &format!("`{name} = …`")];
                errors.refuse_tokens(Kind::OptionSyntax, &domain.to_token_stream(), &args);
            }
        }
        errors.len() == before
    }

    fn sources(&self, errors: &mut Errors) -> Option<Vec<Source>> {
        let sources: Vec<Option<Source>> =
            self.function.params.iter().map(|p| self.source(p, errors)).collect();
        sources.into_iter().collect()
    }

    fn source(&self, param: &hir::Param, errors: &mut Errors) -> Option<Source> {
        let item = match param.pat.kind {
            hir::PatKind::Var(_) => self.said(&param.name),
            _ => None,
        };
        let drawn = if param.active { Drawn::Freely } else { drawn(behind_reference(&param.ty)) };
        match item.map(|item| (item, &item.said)) {
            Some((_, Said::Is(value))) if param.function.is_some() => {
                let path = syn::parse2(value.clone()).ok();
                if path.is_none() {
                    let what = format!("this value of the function `{}`", param.name);
                    let args = [what.as_str(), "the name of a function with `#[backprop]`"];
                    errors.refuse_tokens(Kind::OptionSyntax, value, &args);
                }
                path.map(Source::Function)
            }
            Some((item, Said::Is(value))) => {
                let reference = value.to_string().starts_with('&');
                Some(Source::Given(item.name.clone(), reference))
            }
            Some((item, Said::In(domain))) if drawn == Drawn::Not => {
                let what = format!("a range for `{}`, which can't be drawn from one,", item.name);
                let instead = format!("a value: `{} = …`", item.name);
                errors.refuse_tokens(Kind::OptionSyntax, &domain.to_token_stream(), &[&what, &instead]);
                None
            }
            Some((_, Said::In(domain))) => Some(Source::Drawn(Some(domain.clone()))),
            None if drawn == Drawn::Freely => Some(Source::Drawn(None)),
            None => {
                self.value_needed(param, drawn, errors);
                None
            }
        }
    }

    fn value_needed(&self, param: &hir::Param, drawn: Drawn, errors: &mut Errors) {
        let name = match param.pat.kind {
            hir::PatKind::Var(_) => param.name.unraw().to_string(),
            _ => param.pat.tokens.to_string(),
        };
        let instead = match drawn {
            _ if !matches!(param.pat.kind, hir::PatKind::Var(_)) => {
                "a plain name for the parameter, and its value in the option".to_string()
            }
            _ if param.function.is_some() => {
                format!("the name of a function with `#[backprop]`: `check({name} = …)`")
            }
            Drawn::FromRanges => format!("`check({name} = 3)`, or `check({name} in 2..5)`"),
            _ => format!("`check({name} = …)`"),
        };
        errors.refuse(Kind::CheckNeedsValue, param.span, &[&name, &instead]);
    }

    /// The items and the arguments for the function's generics. What the type of a drawn parameter speaks of has to be
    /// said; rustc can infer the rest.
    fn generics(
        &self,
        sources: Option<&[Source]>,
        errors: &mut Errors,
    ) -> Option<(TokenStream, Vec<TokenStream>)> {
        let (mut items, mut arguments, mut all) = (TokenStream::new(), Vec::new(), true);
        for param in &self.function.sig.generics.params {
            let (name, ty) = match param {
                syn::GenericParam::Lifetime(_) => continue,
                syn::GenericParam::Type(t) => (&t.ident, None),
                syn::GenericParam::Const(c) => (&c.ident, Some(&c.ty)),
            };
            let said = self.said(name).map(|item| (&item.name, &item.said));
            match (said, ty) {
                (Some((own, Said::Is(value))), None) => {
                    items.extend(quote!(type #own = #value;));
                    arguments.push(quote!(#own));
                }
                (Some((own, Said::Is(value))), Some(ty)) => {
                    items.extend(quote!(const #own: #ty = #value;));
                    arguments.push(quote!({ #own }));
                }
                _ if self.is_drawn(name, sources) => {
                    let (text, example) = (name.to_string(), if ty.is_some() { "3" } else { "f64" });
                    let instead = format!("`check({text} = {example})`");
                    errors.refuse(Kind::CheckNeedsType, name.span(), &[&text, &instead]);
                    all = false;
                }
                _ => arguments.push(quote!(_)),
            }
        }
        all.then_some((items, arguments))
    }

    /// Whether the type of a parameter that is drawn speaks of a name.
    fn is_drawn(&self, name: &Ident, sources: Option<&[Source]>) -> bool {
        let params = self.function.params.iter().enumerate();
        let drawn = params.filter(|(i, p)| match sources.and_then(|all| all.get(*i)) {
            Some(source) => matches!(source, Source::Drawn(_)),
            None => p.active,
        });
        let mut found = false;
        for (_, param) in drawn {
            crate::names::each_ident(&param.ty_tokens, &mut |ident| found |= ident == name);
        }
        found
    }
}

/// Whether values of a type can be drawn at random.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Drawn {
    Not,
    /// There are integers in it.
    FromRanges,
    Freely,
}

fn drawn(ty: &Type) -> Drawn {
    match ty {
        Type::Float(_) | Type::Bool => Drawn::Freely,
        Type::Int(name) if !name.ends_with("128") => Drawn::FromRanges,
        Type::Array(inner, _) | Type::Slice(inner) | Type::Vec(inner) => drawn(inner),
        Type::Tuple(parts) if !parts.is_empty() => parts.iter().map(drawn).min().unwrap_or(Drawn::Not),
        _ => Drawn::Not,
    }
}

fn behind_reference(ty: &Type) -> &Type {
    match ty {
        Type::Ref(_, inner) => inner,
        other => other,
    }
}
