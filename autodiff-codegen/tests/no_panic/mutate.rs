//! Tokens with faults in them.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

/// A small generator of numbers, the same in every run.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }
}

/// A token out of nowhere, at a place in the text.
fn any_token(random: &mut Random, at: Span) -> TokenTree {
    let mut token = new_token(random);
    token.set_span(at);
    token
}

fn new_token(random: &mut Random) -> TokenTree {
    let words = [
        "x", "a", "fn", "let", "if", "for", "in", "return", "self", "f64", "mut", "_", "match", "r#type",
        "async",
    ];
    let puncts = ['+', '-', '*', '=', '.', ',', ';', ':', '&', '|', '<', '>', '#', '!', '?', '\'', '$', '@'];
    let delimiters = [Delimiter::Brace, Delimiter::Bracket, Delimiter::Parenthesis, Delimiter::None];
    match random.below(4) {
        0 => match words[random.below(words.len())] {
            "r#type" => Ident::new_raw("type", Span::call_site()).into(),
            word => Ident::new(word, Span::call_site()).into(),
        },
        1 => {
            let spacing = if random.below(2) == 0 { Spacing::Alone } else { Spacing::Joint };
            Punct::new(puncts[random.below(puncts.len())], spacing).into()
        }
        2 => match random.below(4) {
            0 => Literal::f64_unsuffixed(1.5).into(),
            1 => Literal::u128_suffixed(u128::MAX).into(),
            2 => Literal::string("{x:1$} {r#fn} {self:a.b$} {{{fn}").into(),
            _ => Literal::character('\'').into(),
        },
        _ => Group::new(delimiters[random.below(4)], TokenStream::new()).into(),
    }
}

/// The same tokens with some of them dropped, doubled, swapped, replaced, cut off or wrapped.
pub fn mutate(tokens: TokenStream, random: &mut Random, often: usize) -> TokenStream {
    let mut list: Vec<TokenTree> = Vec::new();
    for token in tokens {
        let at = token.span();
        let token = match token {
            TokenTree::Group(group) => {
                let delimiter = if random.below(often) == 0 { Delimiter::None } else { group.delimiter() };
                let mut mutated = Group::new(delimiter, mutate(group.stream(), random, often));
                mutated.set_span(at);
                mutated.into()
            }
            other => other,
        };
        match random.below(often * 6) {
            0 => {}
            1 => list.extend([token.clone(), token]),
            2 => list.push(any_token(random, at)),
            3 => list.extend([any_token(random, at), token]),
            4 => {
                let swapped = list.pop();
                list.push(token);
                list.extend(swapped);
            }
            5 => return list.into_iter().collect(),
            _ => list.push(token),
        }
    }
    list.into_iter().collect()
}
