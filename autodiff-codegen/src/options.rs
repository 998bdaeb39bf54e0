//! The options of `#[backprop(…)]`.

pub mod check;

use check::Check;

use crate::diagnostics::{Errors, Kind, nearest};
use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Token, parenthesized};

/// What was asked for.
#[derive(Clone, Debug)]
pub struct Options {
    /// `NAME_jvp` was asked for.
    pub jvp: bool,
    /// `NAME_vjp` was asked for; functions whose output is not one float have it anyway.
    pub vjp: bool,
    /// `NAME_hvp` was asked for.
    pub hvp: bool,
    /// `NAME_hessian` was asked for.
    pub hessian: bool,
    /// `NAME_jacobian` was asked for.
    pub jacobian: bool,
    /// `NAME_sparse_jacobian` was asked for.
    pub sparse_jacobian: bool,
    /// `NAME_sparse_hessian` was asked for.
    pub sparse_hessian: bool,
    /// `NAME_grad_acc` was asked for: gradients are added to what the buffers hold.
    pub acc: bool,
    /// The state of time-stepping loops is kept only now and then.
    pub checkpoint: bool,
    /// The companions can be called by other annotated functions, which are differentiated through them: `order = 2`,
    /// `hvp` or `hessian`.
    pub second: bool,
    /// `wrt(a, b)`: only these parameters are active.
    pub wrt: Option<Vec<Ident>>,
    /// `name = "…"`: another stem than the function's own.
    pub name: Option<String>,
    /// Whether other annotated functions can call this one: they find its derivative through a hidden type of the
    /// function's own name, the handle, which comes along wherever the function is imported.
    ///
    /// The option `no_handle` leaves it out, where that name is taken by a module or type that stands where the
    /// function is imported, as in `mod norm; pub use norm::norm;`: without the option rustc says there that `norm`
    /// is defined twice (E0255). Other annotated functions can't call it then; another way out is another name
    /// for the module.
    pub handle: bool,
    /// The option `recursive`: the function calls itself by way of others. What it keeps for its reverse part lies in
    /// a box then, as it does in functions that call themselves, and in those whose circle is seen in their file
    /// (`circles`). One function of each circle needs it.
    pub recursive: bool,
    /// `pullback = path`: the derivative is written by hand, and the body is not looked into (`by_hand`).
    pub pullback: Option<syn::ExprPath>,
    /// `tangent = path`: the same for forward mode.
    pub tangent: Option<syn::ExprPath>,
    /// `NAME_graph` was asked for.
    pub graph: bool,
    /// `check(…)`: a test of the gradient was asked for.
    pub check: Option<Check>,
    /// `crate = path`: the run-time's path.
    pub crate_path: syn::Path,
    /// What is seen around the function. The option `associated` says that it stands in an `impl` block, where its
    /// own tokens don't.
    pub around: crate::around::Around,
    /// Whether the derived programs are simplified; the hidden option `no_simplify` turns it off, for tests.
    pub simplify: bool,
}

impl Options {
    /// The options for a function that stands in the body of one with these.
    pub fn inside(&self) -> Options {
        Options {
            jvp: self.jvp,
            second: self.second,
            simplify: self.simplify,
            crate_path: self.crate_path.clone(),
            ..Options::default()
        }
    }
}

impl Default for Options {
    fn default() -> Options {
        Options {
            jvp: false,
            vjp: false,
            hvp: false,
            hessian: false,
            jacobian: false,
            sparse_jacobian: false,
            sparse_hessian: false,
            acc: false,
            checkpoint: false,
            second: false,
            wrt: None,
            name: None,
            handle: true,
            recursive: false,
            pullback: None,
            tangent: None,
            graph: false,
            check: None,
            around: crate::around::Around::default(),
            crate_path: default_crate(),
            simplify: true,
        }
    }
}

impl Options {
    /// The stem of the companions' names.
    pub fn stem(&self, function: &Ident) -> String {
        self.name.clone().unwrap_or_else(|| function.unraw().to_string())
    }
}

/// `::backprop`
fn default_crate() -> syn::Path {
    let segment = syn::PathSegment::from(Ident::new("backprop", Span::mixed_site()));
    syn::Path {
        leading_colon: Some(Token![::](Span::mixed_site())),
        segments: [segment].into_iter().collect(),
    }
}

/// The options.
const OPTIONS: &[&str] = &[
    "jvp",
    "vjp",
    "hvp",
    "hessian",
    "jacobian",
    "sparse_jacobian",
    "sparse_hessian",
    "acc",
    "order",
    "checkpoint",
    "wrt",
    "name",
    "no_handle",
    "recursive",
    "pullback",
    "tangent",
    "associated",
    "check",
    "crate",
    "graph",
];

/// What is called otherwise elsewhere, or needs no option, and what to write for it here.
const ELSEWHERE: &[(&str, &str)] = &[
    ("grad", "nothing: the companion `NAME_grad` is always made"),
    ("gradient", "nothing: the companion `NAME_grad` is always made"),
    ("reverse", "nothing: the companion `NAME_grad` is reverse mode"),
    ("backward", "nothing: the companion `NAME_grad` is reverse mode"),
    ("value_and_grad", "nothing: the companion `NAME_grad` returns both"),
    ("grad_into", "nothing: it is made where an active parameter is a slice"),
    ("grad_acc", "`acc`"),
    ("forward", "`jvp`"),
    ("tangents", "`jvp`"),
    ("dual", "`jvp`"),
    ("hess", "`hessian`"),
    ("jac", "`jacobian`"),
    ("sparse", "`sparse_jacobian` or `sparse_hessian`"),
    ("second", "`order = 2`"),
    ("rule", "`pullback = f`, with the derivative by hand as the function `f`"),
    ("custom", "`pullback = f`, with the derivative by hand as the function `f`"),
    ("vjp_rule", "`pullback = f`, with the derivative by hand as the function `f`"),
    ("test", "`check`"),
    ("active", "`wrt(a, b)`"),
    ("no_grad", "`#[no_grad]` in front of the parameter, or `wrt(a, b)` with the others"),
    ("skip", "`#[no_grad]` in front of the parameter, or `wrt(a, b)` with the others"),
    ("constant", "`#[no_grad]` in front of the parameter, or `wrt(a, b)` with the others"),
    ("rename", "`name = \"…\"`"),
    ("prefix", "`name = \"…\"`"),
    ("debug", "the command `cargo backprop expand FILE::FN`"),
];

/// Their names.
pub fn names() -> impl Iterator<Item = &'static str> {
    OPTIONS.iter().copied()
}

/// Reads the arguments of the attribute. What is wrong with them goes into `errors`, the rest still counts.
pub fn parse(attribute: TokenStream, errors: &mut Errors) -> Options {
    let mut options = Options::default();
    let mut seen = Vec::new();
    let parser = |input: ParseStream| {
        while !input.is_empty() {
            one(input, &mut options, &mut seen, errors)?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    if let Err(error) = parser.parse2(attribute) {
        for one in error {
            let text = format!("this list of options ({one})");
            errors.refuse(
                Kind::OptionSyntax,
                one.span(),
                &[&text, "`#[backprop]` or, say, `#[backprop(jvp)]`"],
            );
        }
    }
    // Whoever writes a tangent wants forward mode.
    options.jvp |= options.tangent.is_some();
    options.second |= options.hvp || options.hessian || options.sparse_hessian;
    options
}

/// Reads one option, without the comma after it.
fn one(
    input: ParseStream,
    options: &mut Options,
    seen: &mut Vec<String>,
    errors: &mut Errors,
) -> syn::Result<()> {
    if input.peek(syn::LitStr) {
        let quoted: syn::LitStr = input.parse()?;
        let (text, instead) =
            (format!("`\"{0}\"`, with quotes,", quoted.value()), format!("`{}`", quoted.value()));
        errors.refuse(Kind::OptionSyntax, quoted.span(), &[&text, &instead]);
        return skip(input);
    }
    let ident = Ident::parse_any(input)?;
    let name = ident.unraw().to_string();
    if !OPTIONS.contains(&name.as_str()) {
        if name == "no_simplify" {
            options.simplify = false;
        } else {
            let other =
                ELSEWHERE.iter().find(|(other, _)| *other == name).map(|(_, instead)| instead.to_string());
            let near = || nearest(&name, names()).map(|near| format!("`{near}`"));
            let instead = other.or_else(near).unwrap_or_else(|| "one of these".to_string());
            errors.refuse(Kind::UnknownOption, ident.span(), &[&name, &instead]);
        }
        return skip(input);
    }
    if seen.contains(&name) {
        errors.refuse(Kind::DuplicateOption, ident.span(), &[&name]);
        return skip(input);
    }
    seen.push(name.clone());
    match name.as_str() {
        "jvp" => options.jvp = true,
        "vjp" => options.vjp = true,
        "hvp" => options.hvp = true,
        "hessian" => options.hessian = true,
        "jacobian" => options.jacobian = true,
        "sparse_jacobian" => options.sparse_jacobian = true,
        "sparse_hessian" => options.sparse_hessian = true,
        "acc" => options.acc = true,
        "checkpoint" => options.checkpoint = true,
        "order" => options.second = order(&ident, input, errors)?,
        "no_handle" => options.handle = false,
        "recursive" => options.recursive = true,
        "graph" => options.graph = true,
        "associated" => options.around.associated = true,
        "wrt" => options.wrt = wrt(&ident, input, errors)?,
        "check" => options.check = Some(Check::parse(&ident, input, errors)?),
        "name" => options.name = stem(&ident, input, errors)?,
        "pullback" => options.pullback = function(&ident, input, errors)?,
        "tangent" => options.tangent = function(&ident, input, errors)?,
        _ => options.crate_path = crate_path(&ident, input, errors)?.unwrap_or_else(default_crate),
    }
    if !input.is_empty() && !input.peek(Token![,]) {
        let rest = rest_of_option(input)?;
        let text = format!("`{rest}` after the option `{name}`");
        // Behind what may have been meant as a comma.
        let mut after = rest.clone().into_iter().map(|token| token.to_string()).filter(|token| token != ";");
        let next = after.next();
        let instead = match next.filter(|next| OPTIONS.contains(&next.as_str())) {
            Some(next) => format!("a comma between them: `{name}, {next}`"),
            None => format!("`{name}` alone"),
        };
        errors.refuse_tokens(Kind::OptionSyntax, &rest, &[&text, &instead]);
    }
    Ok(())
}

/// Skips to the next comma.
fn skip(input: ParseStream) -> syn::Result<()> {
    rest_of_option(input).map(drop)
}

/// The tokens up to the next comma.
fn rest_of_option(input: ParseStream) -> syn::Result<TokenStream> {
    let mut rest = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<proc_macro2::TokenTree>()?.to_tokens(&mut rest);
    }
    Ok(rest)
}

/// `(a, b)`
fn wrt(at: &Ident, input: ParseStream, errors: &mut Errors) -> syn::Result<Option<Vec<Ident>>> {
    if !input.peek(syn::token::Paren) {
        let args = ["`wrt` without a list of parameters", "`wrt(a, b)`"];
        errors.refuse(Kind::OptionSyntax, at.span(), &args);
        skip(input)?;
        return Ok(None);
    }
    let content;
    parenthesized!(content in input);
    let list = content.parse_terminated(Ident::parse_any, Token![,])?;
    if list.is_empty() {
        let args = ["`wrt` with an empty list", "the names of the active parameters: `wrt(a, b)`"];
        errors.refuse(Kind::OptionSyntax, at.span(), &args);
        return Ok(None);
    }
    Ok(Some(list.into_iter().collect()))
}

/// `= 2`; `= 1` is what there is without the option.
fn order(at: &Ident, input: ParseStream, errors: &mut Errors) -> syn::Result<bool> {
    let value: Option<syn::LitInt> =
        if input.parse::<Token![=]>().is_ok() { input.parse().ok() } else { None };
    match value.as_ref().and_then(|n| n.base10_parse::<u32>().ok()) {
        Some(n @ (1 | 2)) => return Ok(n == 2),
        Some(n) => {
            let span = value.map_or(at.span(), |n| n.span());
            errors.refuse(Kind::Order, span, &[&n.to_string()]);
        }
        None => {
            errors.refuse(Kind::OptionSyntax, at.span(), &["`order` without a number", "`order = 2`"]);
            skip(input)?;
        }
    }
    Ok(false)
}

/// `= "…"`
fn stem(at: &Ident, input: ParseStream, errors: &mut Errors) -> syn::Result<Option<String>> {
    let value: Option<syn::LitStr> =
        if input.parse::<Token![=]>().is_ok() { input.parse().ok() } else { None };
    let Some(value) = value else {
        let rest = rest_of_option(input)?;
        let ident = syn::parse2::<Ident>(rest).map_or("…".to_string(), |ident| ident.to_string());
        let args = ["`name` without a string", &format!("`name = \"{ident}\"`")];
        errors.refuse(Kind::OptionSyntax, at.span(), &args);
        return Ok(None);
    };
    let text = value.value();
    let fits = syn::parse_str::<Ident>(&format!("{text}_grad")).is_ok() && !text.starts_with("r#");
    if text.is_empty() || !fits || text.trim() != text {
        errors.refuse(Kind::BadName, value.span(), &[&text]);
        return Ok(None);
    }
    Ok(Some(text))
}

/// `= path`, of a function
fn function(at: &Ident, input: ParseStream, errors: &mut Errors) -> syn::Result<Option<syn::ExprPath>> {
    let instead = format!("`{at} = path::to::a_function`");
    let found: Option<syn::Expr> = if input.parse::<Token![=]>().is_ok() { input.parse().ok() } else { None };
    match found.map(|found| crate::parse::peel(&found).clone()) {
        Some(syn::Expr::Path(path)) => return Ok(Some(path)),
        Some(other) => {
            let what = format!("`{at}` with something else than the path of a function");
            errors.refuse_tokens(Kind::OptionSyntax, &other.to_token_stream(), &[&what, &instead]);
        }
        None => {
            let what = format!("`{at}` without a function");
            errors.refuse(Kind::OptionSyntax, at.span(), &[&what, &instead]);
            skip(input)?;
        }
    }
    Ok(None)
}

/// `= path` or `= "path"`
fn crate_path(at: &Ident, input: ParseStream, errors: &mut Errors) -> syn::Result<Option<syn::Path>> {
    let path = if input.parse::<Token![=]>().is_err() {
        None
    } else if input.peek(syn::LitStr) {
        input.parse::<syn::LitStr>()?.parse_with(syn::Path::parse_mod_style).ok()
    } else {
        input.call(syn::Path::parse_mod_style).ok()
    };
    if path.is_none() {
        let args = ["`crate` without a path", "`crate = path::to::backprop`"];
        errors.refuse(Kind::OptionSyntax, at.span(), &args);
        skip(input)?;
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    fn messages(attribute: TokenStream) -> Vec<String> {
        let mut errors = Errors::new();
        parse(attribute, &mut errors);
        errors.into_messages()
    }

    #[test]
    fn reads_what_is_built() {
        let mut errors = Errors::new();
        let attribute =
            quote!(jvp, vjp, wrt(a, b), name = "loss", no_handle, recursive, crate = crate::ad, no_simplify,);
        let options = parse(attribute, &mut errors);
        assert!(errors.is_empty());
        assert!(options.jvp && options.vjp && !options.handle && options.recursive && !options.simplify);
        assert_eq!(options.wrt.unwrap(), ["a", "b"]);
        assert_eq!(options.name.as_deref(), Some("loss"));
        assert_eq!(options.crate_path.to_token_stream().to_string(), "crate :: ad");
    }

    #[test]
    fn rules_are_functions() {
        let mut errors = Errors::new();
        let options = parse(quote!(pullback = rules::back::<f64>, tangent = Self::along), &mut errors);
        assert!(errors.is_empty() && options.jvp);
        assert!(options.pullback.is_some() && options.tangent.is_some());
        for bad in
            [quote!(pullback), quote!(pullback = 3), quote!(tangent = |x, y| x), quote!(pullback(back))]
        {
            let all = messages(bad.clone());
            assert!(all.len() == 1 && all[0].contains("a function"), "{bad}: {all:?}");
        }
    }

    #[test]
    fn checks_have_items() {
        let mut errors = Errors::new();
        let attribute =
            quote!(check(x in [0.5..2.0; 3], n = f::<u8, 2>(), T = Vec<(f64, f64)>, points = 3,), jvp);
        let check = parse(attribute, &mut errors).check.unwrap();
        assert!(errors.is_empty());
        let names: Vec<String> = check.items.iter().map(|item| item.name.to_string()).collect();
        assert_eq!(names, ["x", "n", "T", "points"]);
        for wrong in [quote!(check(x)), quote!(check(x in)), quote!(check(x = )), quote!(check(x in 0.5..))] {
            assert_eq!(messages(wrong.clone()).len(), 1, "{wrong}");
        }
        assert_eq!(messages(quote!(check(x = 1, x in 0..2, =), check)).len(), 2);
    }

    #[test]
    fn the_default_run_time_is_absolute() {
        let path = Options::default().crate_path.to_token_stream().to_string();
        assert_eq!(path, ":: backprop");
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let all = messages(quote!(jpv, order = 9, wrt, name = 3, crate, jvp jvp, vjp, vjp, wrt(), acc(x)));
        assert_eq!(all.len(), 9, "{all:#?}");
        assert!(all[0].contains("instead: `jvp`"));
        // The comma is what is missing.
        assert!(all.iter().any(|one| one.contains("instead: a comma between them: `jvp, jvp`")), "{all:#?}");
    }

    #[test]
    fn what_others_call_otherwise_is_understood() {
        for (other, instead) in ELSEWHERE {
            assert!(!OPTIONS.contains(other), "`{other}` is an option");
            let name = Ident::new(other, Span::call_site());
            let all = messages(quote!(#name(x)));
            assert!(all.len() == 1 && all[0].ends_with(&format!("instead: {instead}")), "{all:?}");
        }
        assert!(messages(quote!("jvp"))[0].contains("instead: `jvp`"));
        assert!(messages(quote!(name = loss))[0].contains("instead: `name = \"loss\"`"));
        assert!(messages(quote!(quicksort))[0].contains("instead: one of these"));
    }

    #[test]
    fn garbage_is_an_error() {
        for attribute in [quote!(=), quote!(3), quote!(, jvp), quote!(wrt(a b)), quote!(wrt(3)), quote!(::x)]
        {
            assert!(!messages(attribute.clone()).is_empty(), "{attribute}");
        }
    }

    #[test]
    fn names_have_to_be_identifiers() {
        for bad in ["", "a b", "1x", "r#x", " x", "f::g"] {
            assert!(messages(quote!(name = #bad))[0].contains("can't be a name"), "{bad}");
        }
        assert!(messages(quote!(name = "type")).is_empty());
    }
}
