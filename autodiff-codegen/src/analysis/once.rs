//! What must not be run twice: code that is not looked into, unless all that it does is to read.

use crate::ir::*;
use crate::parse::is_primitive;
use proc_macro2::{Span, TokenStream, TokenTree};
use std::collections::HashSet;

/// Where annotated functions are called in a block: what they do besides their results can't be seen from here.
pub fn calls(block: &Block) -> Vec<Span> {
    let mut out = Vec::new();
    block.each_stmt(&mut |s| {
        if let Op::Call { callee: Callee { operator: None, .. }, .. } = &s.op {
            out.push(s.origin.span);
        }
    });
    out
}

/// Where code stands in a block that is not looked into and may do something. `whole`: the block is a function's, so that
/// what changes only its variables starts anew with it.
pub fn runs_once(block: &Block, whole: bool) -> Vec<Span> {
    let mut out = Vec::new();
    let mut declared = Own::default();
    block.each_stmt(&mut |s| {
        if let Op::Opaque { kind: OpaqueKind::Let { declares, init, .. }, .. } = &s.op {
            let names = || declares.iter().map(ToString::to_string);
            declared.variables.extend(names());
            if is_closure(init) {
                declared.closures.extend(names());
            }
        }
        let mut own = if whole { declared.clone() } else { Own::default() };
        let once = match &s.op {
            Op::Opaque { again: Again::Nothing, .. } => false,
            // An iterator that the block makes itself starts anew with it.
            Op::Opaque { again: Again::Moves(items), .. } => !declared.variables.contains(&items.to_string()),
            Op::Opaque { kind: OpaqueKind::Expr(code), .. } => does_something(code, &mut own),
            Op::Opaque { kind: OpaqueKind::Let { init, .. }, .. } => does_something(init, &mut own),
            Op::Call { callee: Callee { function: Some(_), operator: None, .. }, .. } => true,
            _ => false,
        };
        if once {
            out.push(s.origin.span);
        }
    });
    out
}

/// What code declares itself.
#[derive(Clone, Default)]
struct Own {
    variables: HashSet<String>,
    /// Those that are closures, of which it is seen what they do when they are called. Another name for a function is none.
    closures: HashSet<String>,
}

fn is_closure(init: &TokenStream) -> bool {
    let mut tokens = init
        .clone()
        .into_iter()
        .skip_while(|token| matches!(token, TokenTree::Ident(word) if word == "move"));
    tokens.next().is_some_and(|token| is_punct(&token, '|'))
}

/// Whether all that code does is to read, as far as its tokens tell.
pub fn only_reads(code: &TokenStream) -> bool {
    !does_something(code, &mut Own::default())
}

/// Whether code calls something that may have an effect, or changes what is not its `own`, to which the variables are added
/// that it declares.
fn does_something(code: &TokenStream, own: &mut Own) -> bool {
    let tokens: Vec<TokenTree> = code.clone().into_iter().collect();
    (0..tokens.len()).any(|i| match &tokens[i] {
        TokenTree::Group(group) => {
            is_effect(&tokens[..i], group, own) || does_something(&group.stream(), own)
        }
        TokenTree::Punct(p) if p.as_char() == '!' => is_unknown_macro(&tokens, i),
        TokenTree::Punct(p) if p.as_char() == '=' => !is_own(&tokens, i, own),
        TokenTree::Ident(word) if word == "let" => {
            let names = tokens[i + 1..].iter().take_while(|token| !is_punct(token, '='));
            names.for_each(|token| names_in(token.clone().into(), &mut own.variables));
            false
        }
        TokenTree::Ident(word) => word == "unsafe" || word == "await",
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

fn names_in(code: TokenStream, out: &mut HashSet<String>) {
    crate::names::each_ident(&code, &mut |name| {
        out.insert(name.to_string());
    });
}

fn is_punct(token: &TokenTree, c: char) -> bool {
    matches!(token, TokenTree::Punct(p) if p.as_char() == c)
}

/// Whether what stands in front of a group makes a call of it that may have an effect.
fn is_effect(before: &[TokenTree], group: &proc_macro2::Group, own: &Own) -> bool {
    if group.delimiter() != proc_macro2::Delimiter::Parenthesis {
        return false;
    }
    // `f(…)`, `f::<T>(…)`, `(f)(…)`
    let (name, front) = match before {
        [front @ .., TokenTree::Ident(name)] => (name, front),
        [.., TokenTree::Group(_)] => return true,
        [front @ .., last] if is_punct(last, '>') => match before_types(front) {
            Some((name, front)) => (name, front),
            None => return true,
        },
        _ => return false,
    };
    if is_constant(name, group) || KEYWORDS.iter().any(|word| name == word) {
        return false;
    }
    match front {
        [receiver @ .., dot] if is_punct(dot, '.') => {
            let of_own = matches!(receiver, [TokenTree::Ident(v)] if own.variables.contains(&v.to_string()))
                || matches!(receiver, [.., first, TokenTree::Ident(v)]
                    if !is_punct(first, '.') && !is_punct(first, ':') && own.variables.contains(&v.to_string()));
            // That of an `Option` changes it.
            let taken = name == "take" && group.stream().is_empty();
            let asks = ASKING.iter().any(|method| name == method) && !is_seen(&group.stream(), own);
            let reads = is_of_std(name) && !taken;
            asks || !(reads || of_own && CHANGES.iter().any(|method| name == method))
        }
        [.., TokenTree::Ident(of), a, b] if is_punct(a, ':') && is_punct(b, ':') => {
            let makes =
                MADE.iter().any(|ty| of == ty) && ["from", "new", "with_capacity"].iter().any(|f| name == f);
            !makes && !is_primitive(&of.to_string())
        }
        _ => {
            !["Err", "Ok", "Some"].iter().any(|variant| name == variant)
                && !own.closures.contains(&name.to_string())
        }
    }
}

/// Whether it is seen what a function does that is an argument: a closure, or a function of a primitive type.
fn is_seen(arguments: &TokenStream, own: &Own) -> bool {
    let tokens: Vec<TokenTree> = arguments.clone().into_iter().collect();
    let last = tokens.iter().rposition(|token| is_punct(token, ',')).map_or(0, |at| at + 1);
    tokens.iter().any(|token| is_punct(token, '|'))
        || matches!(&tokens[last..], [TokenTree::Ident(name), ..]
            if is_primitive(&name.to_string()) || own.closures.contains(&name.to_string()))
}

/// Methods that call what they get.
const ASKING: [&str; 38] = [
    "all",
    "and_then",
    "any",
    "binary_search_by",
    "dedup_by",
    "filter",
    "filter_map",
    "find",
    "find_map",
    "flat_map",
    "fold",
    "for_each",
    "inspect",
    "is_some_and",
    "map",
    "map_or",
    "map_or_else",
    "map_while",
    "max_by",
    "max_by_key",
    "min_by",
    "min_by_key",
    "or_else",
    "partition",
    "partition_point",
    "position",
    "reduce",
    "retain",
    "rposition",
    "scan",
    "skip_while",
    "sort_by",
    "sort_by_key",
    "sort_unstable_by",
    "sort_unstable_by_key",
    "take_while",
    "try_fold",
    "unwrap_or_else",
];

/// What stands before `::<T>`, of which the last `>` is cut off.
fn before_types(tokens: &[TokenTree]) -> Option<(&proc_macro2::Ident, &[TokenTree])> {
    let mut open = 1;
    for (i, token) in tokens.iter().enumerate().rev() {
        open += i32::from(is_punct(token, '>')) - i32::from(is_punct(token, '<'));
        if open == 0 {
            return match &tokens[..i] {
                [front @ .., TokenTree::Ident(name), a, b] if is_punct(a, ':') && is_punct(b, ':') => {
                    Some((name, front))
                }
                _ => None,
            };
        }
    }
    None
}

/// Whether the `!` at `i` is that of a macro of which it is not known that it only makes something.
fn is_unknown_macro(tokens: &[TokenTree], i: usize) -> bool {
    let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(_))) =
        (i.checked_sub(1).and_then(|i| tokens.get(i)), tokens.get(i + 1))
    else {
        return false;
    };
    !(KEYWORDS.iter().any(|word| name == word) || crate::parse::macros::only_makes(&name.to_string()))
}

/// Whether the `=` at `i` is none, but a part of another token, or assigns to, or declares, what is the code's own.
fn is_own(tokens: &[TokenTree], i: usize, own: &Own) -> bool {
    let next = |c| tokens.get(i + 1).is_some_and(|token| is_punct(token, c));
    let previous = |c| i > 0 && is_punct(&tokens[i - 1], c);
    if next('=') || next('>') || ['=', '!', '<', '>', '.'].into_iter().any(previous) {
        // `<<=` and `>>=` assign.
        let shifts = ['<', '>'].into_iter().any(|c| previous(c) && i > 1 && is_punct(&tokens[i - 2], c));
        return !shifts;
    }
    let ends = |token: &TokenTree| is_punct(token, ';') || is_punct(token, ',') || is_punct(token, '|');
    let start = tokens[..i].iter().rposition(ends).map_or(0, |at| at + 1);
    let words = tokens[start..i].iter().filter_map(|token| match token {
        TokenTree::Ident(word) => Some(word.to_string()),
        _ => None,
    });
    let mut words = words.skip_while(|word| word == "mut");
    words
        .next()
        .is_some_and(|word| word == "let" || word == "if" || word == "while" || own.variables.contains(&word))
}

const KEYWORDS: [&str; 9] = ["as", "else", "if", "in", "match", "move", "mut", "return", "while"];

/// Types of `std` that are made without a trace.
const MADE: [&str; 7] = ["BTreeMap", "BTreeSet", "HashMap", "HashSet", "String", "Vec", "VecDeque"];

/// Methods of `std` that change what they are called on, and nothing else.
const CHANGES: [&str; 29] = [
    "append",
    "clear",
    "dedup",
    "entry",
    "extend",
    "extend_from_slice",
    "fill",
    "insert",
    "iter_mut",
    "next",
    "next_back",
    "pop",
    "pop_back",
    "pop_front",
    "push",
    "push_back",
    "push_front",
    "push_str",
    "remove",
    "resize",
    "retain",
    "reverse",
    "sort",
    "sort_by",
    "sort_by_key",
    "sort_unstable",
    "sort_unstable_by",
    "swap",
    "truncate",
];

/// Functions without arguments, or of literals, that are another way to write a constant: `T::one()`, `T::from(0.5).unwrap()`;
/// and the lengths of things.
const CONSTANTS: [&str; 20] = [
    "E",
    "LN_10",
    "LN_2",
    "PI",
    "SQRT_2",
    "TAU",
    "epsilon",
    "from",
    "from_f32",
    "from_f64",
    "from_i32",
    "from_usize",
    "infinity",
    "into",
    "is_empty",
    "len",
    "nan",
    "one",
    "unwrap",
    "zero",
];

fn is_constant(name: &proc_macro2::Ident, arguments: &proc_macro2::Group) -> bool {
    let literal = |token: TokenTree| match token {
        TokenTree::Literal(_) => true,
        TokenTree::Punct(p) => p.as_char() == '-',
        _ => false,
    };
    arguments.stream().into_iter().all(literal) && CONSTANTS.iter().any(|constant| name == constant)
}

/// Methods of `std`'s numbers, slices, iterators and `Option`s that give the same for the same, and do nothing besides but
/// what the closures do that they get.
const OF_STD: [&str; 174] = [
    "abs",
    "abs_diff",
    "acos",
    "acosh",
    "all",
    "and_then",
    "any",
    "as_bytes",
    "as_deref",
    "as_mut",
    "as_ref",
    "as_slice",
    "as_str",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "binary_search",
    "binary_search_by",
    "cbrt",
    "ceil",
    "chain",
    "chars",
    "checked_add",
    "checked_div",
    "checked_mul",
    "checked_sub",
    "chunks",
    "chunks_exact",
    "clamp",
    "clone",
    "cloned",
    "cmp",
    "collect",
    "concat",
    "contains",
    "contains_key",
    "copied",
    "copysign",
    "cos",
    "cosh",
    "count",
    "count_ones",
    "count_zeros",
    "cycle",
    "div_euclid",
    "ends_with",
    "enumerate",
    "eq",
    "exp",
    "exp2",
    "exp_m1",
    "expect",
    "filter",
    "filter_map",
    "find",
    "find_map",
    "first",
    "flat_map",
    "flatten",
    "floor",
    "fold",
    "fract",
    "get",
    "hypot",
    "ilog10",
    "ilog2",
    "into_iter",
    "is_empty",
    "is_err",
    "is_finite",
    "is_nan",
    "is_none",
    "is_ok",
    "is_power_of_two",
    "is_sign_negative",
    "is_some",
    "is_some_and",
    "isqrt",
    "iter",
    "keys",
    "last",
    "leading_zeros",
    "len",
    "ln",
    "ln_1p",
    "log",
    "log10",
    "log2",
    "map",
    "map_or",
    "map_or_else",
    "map_while",
    "max",
    "max_by",
    "max_by_key",
    "min",
    "min_by",
    "min_by_key",
    "mul_add",
    "ne",
    "next_power_of_two",
    "nth",
    "ok",
    "ok_or",
    "or",
    "or_else",
    "overflowing_add",
    "overflowing_mul",
    "overflowing_sub",
    "partial_cmp",
    "partition",
    "partition_point",
    "position",
    "pow",
    "powf",
    "powi",
    "product",
    "recip",
    "reduce",
    "rem_euclid",
    "repeat",
    "rev",
    "reverse_bits",
    "round",
    "rposition",
    "saturating_add",
    "saturating_mul",
    "saturating_sub",
    "scan",
    "signum",
    "sin",
    "sin_cos",
    "sinh",
    "skip",
    "skip_while",
    "split_at",
    "split_first",
    "split_last",
    "sqrt",
    "starts_with",
    "step_by",
    "sum",
    "swap_bytes",
    "take",
    "take_while",
    "tan",
    "tanh",
    "to_bits",
    "to_degrees",
    "to_owned",
    "to_radians",
    "to_string",
    "to_vec",
    "total_cmp",
    "trailing_zeros",
    "trunc",
    "try_into",
    "unsigned_abs",
    "unwrap",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
    "unzip",
    "values",
    "windows",
    "wrapping_add",
    "wrapping_mul",
    "wrapping_neg",
    "wrapping_shl",
    "wrapping_shr",
    "wrapping_sub",
    "zip",
];

fn is_of_std(name: &proc_macro2::Ident) -> bool {
    OF_STD.iter().any(|method| name == method)
}
