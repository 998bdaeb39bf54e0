//! Names in emitted code: readable, never shadowing one another, and never in the way of the user's own tokens.
//!
//! Hygiene alone would keep made-up names apart from the user's; that they differ as text too keeps a printed
//! expansion compilable, and a reader sane.

use crate::tables::{HashMap, HashSet};

use proc_macro2::{Ident, Span, TokenStream, TokenTree};

use crate::ir::*;

/// The span of emitted code: shown where the user's code stands, but not blamed on it by lints.
pub fn emitted(at: Span) -> Span {
    Span::mixed_site().located_at(at)
}

/// An operand of something that may panic, with tokens at both ends that stand at `at`: a panic is said to be where the whole
/// expression is, and rustc takes a name's place for part of it, which is that of the variable's declaration.
pub fn bounded(operand: TokenStream, at: Span) -> TokenStream {
    let mut tokens: Vec<TokenTree> = operand.clone().into_iter().collect();
    let names = [tokens.first(), tokens.last()].iter().any(|t| matches!(t, Some(TokenTree::Ident(_))));
    if names || tokens.is_empty() {
        return quote::quote_spanned!(at=> (#operand));
    }
    tokens.first_mut().into_iter().for_each(|t| t.set_span(at));
    tokens.last_mut().into_iter().for_each(|t| t.set_span(at));
    tokens.into_iter().collect()
}

/// The name of what copies of lent values are made by, in companions.
fn keeping() -> Ident {
    Ident::new("__Keeping", Span::mixed_site())
}

/// The import of it.
pub fn import_of_copies(rt: &syn::Path) -> TokenStream {
    let keeping = keeping();
    quote::quote! {
        use #rt::__rt::{KeepCopy as _, KeepReference as _, Keeping as #keeping};
    }
}

/// Whether it is among these declarations.
pub fn imports_copies(declarations: &[TokenStream]) -> bool {
    let mut found = false;
    declarations.iter().for_each(|tokens| each_ident(tokens, &mut |ident| found |= *ident == keeping()));
    found
}

/// A copy of what a reference refers to, as far as rustc can make one.
pub fn copy_of_lent(reference: &TokenStream) -> TokenStream {
    let keeping = keeping();
    quote::quote!((&#keeping(&*#reference)).__keep())
}

/// A copy of what a method is called on, or of what that refers to.
pub fn copy_of_receiver(receiver: &TokenStream) -> TokenStream {
    let keeping = keeping();
    quote::quote!((&#keeping(&#receiver)).__keep_receiver())
}

/// The same tokens as seen at another place, where rustc then reports what is wrong with them.
pub fn located_at(tokens: TokenStream, span: Span) -> TokenStream {
    let each = tokens.into_iter().map(|mut token| {
        token.set_span(token.span().located_at(span));
        match token {
            TokenTree::Group(g) => {
                let mut group = proc_macro2::Group::new(g.delimiter(), located_at(g.stream(), span));
                group.set_span(g.span());
                group.into()
            }
            other => other,
        }
    });
    each.collect()
}

/// Visits every identifier in the tokens.
pub fn each_ident(tokens: &TokenStream, f: &mut dyn FnMut(&Ident)) {
    for t in tokens.clone() {
        match t {
            TokenTree::Ident(i) => f(&i),
            TokenTree::Group(g) => each_ident(&g.stream(), f),
            _ => {}
        }
    }
}

/// The same tokens with another identifier for one.
pub fn rename(tokens: TokenStream, from: &Ident, to: &Ident) -> TokenStream {
    rename_by(tokens, &|name| (name == from).then(|| to.clone()))
}

/// The same tokens with other identifiers for some.
pub fn rename_by(tokens: TokenStream, to: &dyn Fn(&Ident) -> Option<Ident>) -> TokenStream {
    mapped(tokens, &|token| match token {
        TokenTree::Ident(i) => TokenTree::Ident(to(&i).unwrap_or(i)),
        other => other,
    })
}

/// The same tokens with others for what is no group, at any depth.
pub fn mapped(tokens: TokenStream, f: &dyn Fn(TokenTree) -> TokenTree) -> TokenStream {
    let each = |token| match token {
        TokenTree::Group(g) => {
            let mut out = proc_macro2::Group::new(g.delimiter(), mapped(g.stream(), f));
            out.set_span(g.span());
            TokenTree::Group(out)
        }
        other => f(other),
    };
    tokens.into_iter().map(each).collect()
}

/// An identifier's text, without `r#`.
pub fn text(ident: &Ident) -> String {
    let s = ident.to_string();
    s.strip_prefix("r#").map(str::to_string).unwrap_or(s)
}

/// Hands out identifiers.
#[derive(Debug, Default)]
pub struct Names {
    taken: HashSet<String>,
    /// Those handed out, in order, for giving them back: the name, its stem, its number.
    given: Vec<(String, String, usize)>,
    /// By stem, a number below which all are taken.
    next: HashMap<String, usize>,
}

impl Names {
    /// A name like `stem` that nobody has yet: itself, `stem_1`, `stem_2`…
    pub fn fresh(&mut self, stem: &str, span: Span) -> Ident {
        let stem = tidy(stem);
        let numbered = |n: usize| if n == 0 { stem.clone() } else { format!("{stem}_{n}") };
        let mut n = self.next.get(&stem).copied().unwrap_or(0);
        let mut name = numbered(n);
        while !self.taken.insert(name.clone()) {
            n += 1;
            name = numbered(n);
        }
        let ident = Ident::new(&name, emitted(span));
        self.next.insert(stem.clone(), n + 1);
        self.given.push((name, stem, n));
        ident
    }

    /// The start of a scope.
    pub fn enter(&self) -> usize {
        self.given.len()
    }

    /// The end of a scope: its names are free again. A scope never reuses a name of one around it.
    pub fn leave(&mut self, start: usize) {
        for (name, stem, n) in self.given.drain(start..) {
            self.taken.remove(&name);
            self.next.entry(stem).and_modify(|next| *next = n.min(*next));
        }
    }

    /// Takes a name out of circulation; `false` if it was already.
    pub fn reserve(&mut self, name: &str) -> bool {
        self.taken.insert(name.to_string())
    }
}

/// Turns any text into an identifier that is no keyword.
fn tidy(stem: &str) -> String {
    let mut s: String = stem.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' }).collect();
    if !s.starts_with(|c: char| c.is_alphabetic() || c == '_') || s == "_" {
        s.insert(0, 't');
    }
    if syn::parse_str::<Ident>(&s).is_err() {
        s.push('_');
    }
    s
}

/// Whether code may make something that holds on to a variable that it reads: a closure, or a reference.
pub fn may_hold(code: &TokenStream) -> bool {
    code.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => may_hold(&group.stream()),
        TokenTree::Punct(punct) => matches!(punct.as_char(), '|' | '&'),
        _ => false,
    })
}

/// What the user's tokens in a function say, as far as names go.
#[derive(Debug, Default)]
pub struct UserNames {
    /// Texts that mean something of the user's that is not a tracked variable: an item, a variable that opaque
    /// code declares, a constant.
    pub foreign: HashSet<String>,
    /// For each text, the sources that opaque code reads under it, first come first.
    pub reads: HashMap<String, Vec<(Ident, ReadOf)>>,
    /// Texts under which code reads something that it may hold on to.
    pub held: HashSet<String>,
}

impl UserNames {
    /// Collects them.
    pub fn of(func: &Func) -> UserNames {
        let mut out = UserNames::default();
        // A constant without a name brings none.
        let named = |t: &&TokenStream| {
            let start: Vec<String> = (*t).clone().into_iter().take(2).map(|t| t.to_string()).collect();
            start != ["const", "_"]
        };
        func.items.iter().filter(named).for_each(|t| out.foreign(t, &[]));
        for p in &func.params {
            out.types(&p.ty);
        }
        for p in &func.places {
            out.place_ty(&p.ty);
        }
        func.body.each_stmt(&mut |s| out.stmt(s));
        out
    }

    fn foreign(&mut self, tokens: &TokenStream, reads: &[Read]) {
        each_ident(tokens, &mut |i| {
            if !reads.iter().any(|r| r.ident == *i) {
                self.foreign.insert(text(i));
            }
        });
        for r in reads {
            self.reads.entry(text(&r.ident)).or_default().push((r.ident.clone(), r.source.clone()));
        }
    }

    fn held(&mut self, code: &TokenStream, reads: &[Read]) {
        if may_hold(code) {
            self.held.extend(reads.iter().map(|r| text(&r.ident)));
        }
    }

    fn types(&mut self, tokens: &TokenStream) {
        self.foreign(tokens, &[]);
    }

    fn place_ty(&mut self, ty: &PlaceTy) {
        if let PlaceTy::Array(_, Len::Expr(t)) = ty {
            self.types(t);
        }
        if let Some(e) = ty.elem()
            && *ty != PlaceTy::Unknown
        {
            self.place_ty(e);
        }
    }

    fn stmt(&mut self, s: &Stmt) {
        match &s.op {
            Op::Const(Const::Path(t)) => self.foreign(t, &[]),
            Op::Opaque { kind: OpaqueKind::Expr(t), reads, .. } | Op::Exit { code: t, reads } => {
                self.foreign(t, reads);
            }
            Op::Opaque { kind: OpaqueKind::Let { pattern, init, declares }, reads, .. } => {
                self.foreign(pattern, &[]);
                self.foreign(init, reads);
                self.held(init, reads);
                self.foreign.extend(declares.iter().map(text));
            }
            Op::Call { callee, args, .. }
            | Op::CallReverse { callee, args, .. }
            | Op::CallAtOnce { callee, args, .. } => self.call(callee, args),
            Op::CallForward { callee, args, along, .. } => {
                self.call(callee, args);
                along.iter().flat_map(Along::args).for_each(|a| self.arg(a));
            }
            Op::CallTangent { callee, args, tangents, .. } => {
                self.call(callee, args);
                tangents.iter().flatten().for_each(|a| self.arg(a));
            }
            _ => {}
        }
    }

    fn call(&mut self, callee: &Callee, args: &[Arg]) {
        self.foreign(&quote::ToTokens::to_token_stream(&callee.path), &[]);
        args.iter().for_each(|a| self.arg(a));
        if let Some(taken) = &callee.taken {
            self.foreign(&taken.code, &taken.reads);
        }
    }

    fn arg(&mut self, a: &Arg) {
        if let Arg::Opaque { code, reads, .. } = a {
            self.foreign(code, reads);
            self.held(code, reads);
        }
    }
}

/// Whether a path leads to an associated function, going by how types are spelled.
pub fn is_associated(path: &syn::Path) -> bool {
    let upper = |s: &syn::PathSegment| text(&s.ident).starts_with(char::is_uppercase);
    path.segments.iter().rev().nth(1).is_some_and(upper)
}
