//! `macro_rules!`, by its own rules: which arm of a definition fits a call, and what stands in the place of the call then.
//!
//! Fragments are found as rustc finds them for code that it accepts. What is not treated here (fragments of other kinds, `$crate`,
//! tokens of several characters as a `tt`) gives nothing, and the call stays as it is.

use crate::tables::HashMap;
use proc_macro2::{Delimiter, Group, Ident, Spacing, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};

/// What an arm is compared with.
enum Pattern {
    Token(TokenTree),
    Group(Delimiter, Vec<Pattern>),
    /// `$x:expr`
    Variable(String, Kind),
    /// `$(…),*`
    Repeated(Vec<Pattern>, Option<TokenTree>, char),
}

#[derive(Clone, Copy)]
enum Kind {
    Expr,
    Ident,
    Literal,
    Tree,
    Type,
}

/// What a variable of an arm stands for.
#[derive(Clone)]
enum Bound {
    One(TokenStream),
    Many(Vec<Bound>),
}

type Bindings = HashMap<String, Bound>;

/// A pattern or a transcriber that is not treated.
struct Unknown;

/// What stands in the place of a call with this input. Tokens of the definition's own go through `own`, and are seen at `span`.
pub(super) fn expand(
    definition: &TokenStream,
    input: &TokenStream,
    span: Span,
    own: &dyn Fn(&[TokenTree]) -> Option<Vec<TokenTree>>,
) -> Option<TokenStream> {
    let input: Vec<TokenTree> = input.clone().into_iter().collect();
    for (matcher, transcriber) in arms(definition)? {
        let patterns = patterns(matcher).ok()?;
        let mut bindings = Bindings::default();
        if fits(&patterns, &input, &mut bindings).ok()? == Some(input.len()) {
            let own_tokens: Vec<TokenTree> = transcriber.into_iter().collect();
            return transcribed(&own(&own_tokens)?, &bindings, span).ok();
        }
    }
    None
}

/// The items that stand in the place of a call, if the definition is understood.
pub(crate) fn items_written_out(definition: &TokenStream, input: &TokenStream) -> Option<Vec<syn::Item>> {
    let tokens = expand(definition, input, Span::call_site(), &|tokens| Some(tokens.to_vec()))?;
    Some(syn::parse2::<syn::File>(tokens).ok()?.items)
}

/// `(…) => { … }; …`
fn arms(definition: &TokenStream) -> Option<Vec<(TokenStream, TokenStream)>> {
    let tokens: Vec<TokenTree> = definition.clone().into_iter().collect();
    let mut rest = &tokens[..];
    let mut out = Vec::new();
    while let [
        TokenTree::Group(matcher),
        TokenTree::Punct(_),
        TokenTree::Punct(_),
        TokenTree::Group(body),
        after @ ..,
    ] = rest
    {
        out.push((matcher.stream(), body.stream()));
        rest = match after {
            [TokenTree::Punct(p), after @ ..] if p.as_char() == ';' => after,
            after => after,
        };
    }
    rest.is_empty().then_some(out)
}

fn is(token: Option<&TokenTree>, c: char) -> bool {
    matches!(token, Some(TokenTree::Punct(p)) if p.as_char() == c)
}

/// `… ) , *` behind `$(`: the separator, the operator, and how many tokens they are.
fn repetition(rest: &[TokenTree]) -> Result<(Option<TokenTree>, char, usize), Unknown> {
    let operator = |token: Option<&TokenTree>| ['*', '+', '?'].into_iter().find(|c| is(token, *c));
    if let Some(op) = operator(rest.first()) {
        return Ok((None, op, 1));
    }
    match (rest.first(), operator(rest.get(1))) {
        (Some(separator @ TokenTree::Punct(_)), Some(op)) => Ok((Some(separator.clone()), op, 2)),
        _ => Err(Unknown),
    }
}

fn patterns(matcher: TokenStream) -> Result<Vec<Pattern>, Unknown> {
    let tokens: Vec<TokenTree> = matcher.into_iter().collect();
    let mut out = Vec::new();
    let mut rest = &tokens[..];
    loop {
        rest = match rest {
            [] => return Ok(out),
            [dollar, TokenTree::Group(inner), after @ ..] if is(Some(dollar), '$') => {
                let (separator, op, n) = repetition(after)?;
                out.push(Pattern::Repeated(patterns(inner.stream())?, separator, op));
                &after[n..]
            }
            [dollar, TokenTree::Ident(name), colon, TokenTree::Ident(kind), after @ ..]
                if is(Some(dollar), '$') && is(Some(colon), ':') =>
            {
                let kind = match kind.to_string().as_str() {
                    "expr" => Kind::Expr,
                    "ident" => Kind::Ident,
                    "literal" => Kind::Literal,
                    "tt" => Kind::Tree,
                    "ty" => Kind::Type,
                    _ => return Err(Unknown),
                };
                out.push(Pattern::Variable(name.to_string(), kind));
                after
            }
            [token, ..] if is(Some(token), '$') => return Err(Unknown),
            [TokenTree::Group(group), after @ ..] => {
                out.push(Pattern::Group(group.delimiter(), patterns(group.stream())?));
                after
            }
            [token, after @ ..] => {
                out.push(Pattern::Token(token.clone()));
                after
            }
        };
    }
}

/// How many tokens the patterns fit, if they do.
fn fits(
    patterns: &[Pattern],
    input: &[TokenTree],
    bindings: &mut Bindings,
) -> Result<Option<usize>, Unknown> {
    let mut at = 0;
    for pattern in patterns {
        let rest = &input[at..];
        at += match (pattern, rest.first()) {
            (Pattern::Token(token), Some(found)) if same(token, found) => 1,
            (Pattern::Group(delimiter, inner), Some(TokenTree::Group(group)))
                if group.delimiter() == *delimiter =>
            {
                let within: Vec<TokenTree> = group.stream().into_iter().collect();
                if fits(inner, &within, bindings)? != Some(within.len()) {
                    return Ok(None);
                }
                1
            }
            (Pattern::Variable(name, kind), _) => {
                let Some(n) = fragment(*kind, rest)? else { return Ok(None) };
                let tokens: TokenStream = rest[..n].iter().cloned().collect();
                // A whole expression stays one, whatever stands around it.
                let tokens = match kind {
                    Kind::Expr | Kind::Type => TokenTree::from(Group::new(Delimiter::None, tokens)).into(),
                    _ => tokens,
                };
                bindings.insert(name.clone(), Bound::One(tokens));
                n
            }
            (Pattern::Repeated(inner, separator, op), _) => {
                let (mut n, mut rounds) = (0, Vec::new());
                while !(*op == '?' && rounds.len() == 1) {
                    let mut from = n;
                    if let (Some(separator), false) = (separator, rounds.is_empty()) {
                        if !rest.get(from).is_some_and(|found| same(separator, found)) {
                            break;
                        }
                        from += 1;
                    }
                    let mut round = Bindings::default();
                    match fits(inner, &rest[from..], &mut round)? {
                        Some(used) if used > 0 => n = from + used,
                        _ => break,
                    }
                    rounds.push(round);
                }
                if *op == '+' && rounds.is_empty() {
                    return Ok(None);
                }
                for name in names(inner) {
                    let each = rounds.iter().filter_map(|round| round.get(&name).cloned()).collect();
                    bindings.insert(name, Bound::Many(each));
                }
                n
            }
            _ => return Ok(None),
        };
    }
    Ok(Some(at))
}

/// The variables of patterns.
fn names(patterns: &[Pattern]) -> Vec<String> {
    let each = patterns.iter().flat_map(|pattern| match pattern {
        Pattern::Token(_) => Vec::new(),
        Pattern::Variable(name, _) => vec![name.clone()],
        Pattern::Group(_, inner) | Pattern::Repeated(inner, ..) => names(inner),
    });
    each.collect()
}

fn same(a: &TokenTree, b: &TokenTree) -> bool {
    match (a, b) {
        (TokenTree::Punct(a), TokenTree::Punct(b)) => a.as_char() == b.as_char(),
        (TokenTree::Ident(a), TokenTree::Ident(b)) => a == b,
        (TokenTree::Literal(a), TokenTree::Literal(b)) => a.to_string() == b.to_string(),
        _ => false,
    }
}

/// How many tokens a fragment has, if there is one.
fn fragment(kind: Kind, input: &[TokenTree]) -> Result<Option<usize>, Unknown> {
    let first = input.first();
    let parsed = |parse: &dyn Fn(ParseStream) -> syn::Result<()>| {
        let left = |stream: ParseStream| {
            parse(stream)?;
            stream.parse::<TokenStream>()
        };
        let tokens: TokenStream = input.iter().cloned().collect();
        left.parse2(tokens).ok().map(|rest| input.len() - rest.into_iter().count())
    };
    Ok(match (kind, first) {
        (_, None) => None,
        (Kind::Tree, Some(TokenTree::Punct(p))) if p.spacing() == Spacing::Joint => return Err(Unknown),
        (Kind::Tree, Some(_)) => Some(1),
        (Kind::Ident, Some(TokenTree::Ident(name))) if name != "_" => Some(1),
        (Kind::Literal, Some(TokenTree::Literal(_))) => Some(1),
        (Kind::Literal, Some(TokenTree::Ident(name))) if name == "true" || name == "false" => Some(1),
        (Kind::Literal, Some(_)) if is(first, '-') && matches!(input.get(1), Some(TokenTree::Literal(_))) => {
            Some(2)
        }
        (Kind::Ident | Kind::Literal, _) => None,
        (Kind::Expr, Some(TokenTree::Ident(name))) if name == "_" || name == "const" => return Err(Unknown),
        (Kind::Expr, _) => parsed(&|stream| stream.parse::<syn::Expr>().map(drop)),
        (Kind::Type, _) => parsed(&|stream| stream.parse::<syn::Type>().map(drop)),
    })
}

fn transcribed(tokens: &[TokenTree], bindings: &Bindings, span: Span) -> Result<TokenStream, Unknown> {
    let mut out = TokenStream::new();
    let mut rest = tokens;
    loop {
        rest = match rest {
            [] => return Ok(out),
            [dollar, TokenTree::Ident(name), after @ ..] if is(Some(dollar), '$') => {
                match bindings.get(&name.to_string()) {
                    Some(Bound::One(tokens)) => out.extend(tokens.clone()),
                    _ => return Err(Unknown),
                }
                after
            }
            [dollar, TokenTree::Group(inner), after @ ..] if is(Some(dollar), '$') => {
                let (separator, _, n) = repetition(after)?;
                let inner: Vec<TokenTree> = inner.stream().into_iter().collect();
                for (i, round) in rounds(&inner, bindings)?.iter().enumerate() {
                    out.extend(separator.clone().filter(|_| i > 0));
                    out.extend(transcribed(&inner, round, span)?);
                }
                &after[n..]
            }
            [token, ..] if is(Some(token), '$') => return Err(Unknown),
            [TokenTree::Group(group), after @ ..] => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                let mut made = Group::new(group.delimiter(), transcribed(&inner, bindings, span)?);
                made.set_span(span);
                out.extend([TokenTree::Group(made)]);
                after
            }
            [token, after @ ..] => {
                let mut token = token.clone();
                token.set_span(span);
                out.extend([token]);
                after
            }
        };
    }
}

/// What the variables stand for in each round of a repetition.
fn rounds(inner: &[TokenTree], bindings: &Bindings) -> Result<Vec<Bindings>, Unknown> {
    let mut used = Vec::new();
    let tokens: TokenStream = inner.iter().cloned().collect();
    crate::names::each_ident(&tokens.to_token_stream(), &mut |name: &Ident| used.push(name.to_string()));
    let repeated = used.iter().filter_map(|name| match bindings.get(name) {
        Some(Bound::Many(each)) => Some((name, each)),
        _ => None,
    });
    let repeated: Vec<(&String, &Vec<Bound>)> = repeated.collect();
    let n = repeated.first().ok_or(Unknown)?.1.len();
    if repeated.iter().any(|(_, each)| each.len() != n) {
        return Err(Unknown);
    }
    let round = |i: usize| {
        let mut round = bindings.clone();
        round.extend(repeated.iter().map(|(name, each)| ((*name).clone(), each[i].clone())));
        round
    };
    Ok((0..n).map(round).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    fn shown(definition: TokenStream, input: TokenStream) -> Option<String> {
        expand(&definition, &input, Span::call_site(), &|tokens| Some(tokens.to_vec())).map(|t| t.to_string())
    }

    #[test]
    fn the_first_arm_that_fits_is_taken() {
        let horner = quote! {
            ($x:expr, $a:expr) => { $a };
            ($x:expr, $a:expr, $($rest:expr),+ $(,)?) => { $a + $x * horner!($x, $($rest),+) };
        };
        assert_eq!(shown(horner.clone(), quote!(x, 1.0)).as_deref(), Some("1.0"));
        let more = shown(horner, quote!(y + 1.0, 2.0, 3.0, 4.0)).expect("the second arm fits");
        assert_eq!(more, "2.0 + y + 1.0 * horner ! (y + 1.0 , 3.0 , 4.0)");
    }

    #[test]
    fn repetitions_nest() {
        let rows = quote!(($([$($e:literal),*]);*) => { [$([$($e),*]),*] });
        assert_eq!(shown(rows, quote!([1, 2]; [-3])).as_deref(), Some("[[1 , 2] , [- 3]]"));
    }

    #[test]
    fn what_is_not_treated_gives_nothing() {
        assert_eq!(shown(quote!(($p:pat) => { $p }), quote!(x)), None);
        assert_eq!(shown(quote!(() => { $crate::f() }), quote!()), None);
        assert_eq!(shown(quote!(($a:tt $b:tt) => { $a }), quote!(=> x)), None);
        assert_eq!(shown(quote!(($a:ident) => { $a }), quote!(1)), None);
    }
}
