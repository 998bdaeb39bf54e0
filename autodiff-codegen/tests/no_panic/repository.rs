//! The functions of this repository's own tests, as they are being typed: with tokens dropped, doubled, swapped and cut off.
//!
//! Whatever comes, the function itself is still there, every error points into its text, and no expansion hangs.
//!
//! * `MUTATIONS`: how many times each function is changed (a part of them once, otherwise).
//! * `MUTATIONS_FIRST`: the number of the first change.

use crate::mutate::{Random, mutate};
use autodiff_codegen::expand;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;
use syn::visit::{self, Visit};

/// How long one function may take, on the slowest of machines.
const LONGEST: Duration = Duration::from_secs(120);

fn number(name: &str) -> Option<usize> {
    std::env::var(name).ok()?.parse().ok()
}

/// Annotated functions, with the arguments of the attribute.
#[derive(Default)]
struct Functions(Vec<(TokenStream, TokenStream)>);

impl Functions {
    fn note(&mut self, attrs: &[syn::Attribute], item: &dyn ToTokens) {
        let Some(attr) = attrs.iter().find(|a| a.path().is_ident("backprop")) else { return };
        let arguments = match &attr.meta {
            syn::Meta::List(list) => list.tokens.clone(),
            _ => TokenStream::new(),
        };
        self.0.push((arguments, without(item.to_token_stream(), &["backprop"])));
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, f: &'ast syn::ItemFn) {
        self.note(&f.attrs, f);
        visit::visit_item_fn(self, f);
    }

    fn visit_impl_item_fn(&mut self, f: &'ast syn::ImplItemFn) {
        self.note(&f.attrs, f);
    }
}

/// Tokens without the attributes of these names.
fn without(tokens: TokenStream, names: &[&str]) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    for token in tokens {
        let is_hash = matches!(out.last(), Some(TokenTree::Punct(p)) if p.as_char() == '#');
        match token {
            TokenTree::Group(g) if g.delimiter() == Delimiter::Bracket && is_hash && is_named(&g, names) => {
                out.pop();
            }
            TokenTree::Group(g) => {
                let mut inner = proc_macro2::Group::new(g.delimiter(), without(g.stream(), names));
                inner.set_span(g.span());
                out.push(inner.into());
            }
            other => out.push(other),
        }
    }
    out.into_iter().collect()
}

fn is_named(attribute: &proc_macro2::Group, names: &[&str]) -> bool {
    matches!(attribute.stream().into_iter().next(), Some(TokenTree::Ident(i)) if names.iter().any(|n| i == n))
}

fn rust_files(dir: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            rust_files(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

fn functions() -> Vec<(TokenStream, TokenStream)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    ["tests", "examples", "benches"].iter().for_each(|dir| rust_files(&root.join(dir), &mut files));
    let mut found = Functions::default();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        if let Ok(tree) = syn::parse_file(&text) {
            found.visit_file(&tree);
        }
    }
    found.0
}

/// What is wrong with an expansion.
fn fault(arguments: &TokenStream, item: &TokenStream) -> Option<String> {
    let out = expand(arguments.clone(), item.clone());
    let text = |t: TokenStream| without(t, &["grad", "no_grad"]).to_string();
    let is_function = syn::parse2::<syn::ItemFn>(item.clone()).is_ok();
    if is_function && !out.to_string().starts_with(&text(item.clone())) {
        return Some("the function itself is not there".into());
    }
    let mut outside = None;
    errors_outside(out, &mut outside);
    outside.map(|message| format!("an error that points nowhere: {message}"))
}

/// Looks for errors that are at no place in the text.
fn errors_outside(tokens: TokenStream, found: &mut Option<String>) {
    let mut at = None;
    for token in tokens {
        match &token {
            TokenTree::Ident(i) if i == "compile_error" => {
                at = Some(i.span().source_text().is_some_and(|t| !t.is_empty()));
            }
            TokenTree::Group(g) => {
                if at.take() == Some(false) {
                    *found = Some(g.to_string());
                }
                errors_outside(g.stream(), found);
            }
            _ => {}
        }
    }
}

#[test]
fn functions_as_they_are_typed() {
    let rounds = number("MUTATIONS");
    let first = number("MUTATIONS_FIRST").unwrap_or(0);
    // Unless asked for more, each run takes the same part of them.
    let every = if rounds.is_some() { 1 } else { 3 };
    let (tell, told) = channel();
    let work = move || {
        let functions = functions();
        assert!(functions.len() > 300, "where are the functions? {}", functions.len());
        let mut faults = Vec::new();
        for (n, (arguments, item)) in functions.iter().enumerate() {
            for round in (first..first + rounds.unwrap_or(1)).filter(|r| (n + r) % every == 0) {
                let mut random = Random(0x5bd1_e995 ^ (n as u64) << 20 ^ (round as u64 + 1) << 44 | 1);
                let often = [8, 40, 200][round % 3];
                let changed = mutate(item.clone(), &mut random, often);
                let _ = tell.send(Some(changed.to_string()));
                faults.extend(fault(arguments, &changed).map(|f| format!("{f}\n{changed}")));
            }
        }
        let _ = tell.send(None);
        faults
    };
    let thread = std::thread::Builder::new().stack_size(8 << 20).spawn(work).expect("a thread");
    let mut last = None;
    loop {
        match told.recv_timeout(LONGEST) {
            Ok(None) | Err(RecvTimeoutError::Disconnected) => break,
            Ok(now) => last = now,
            Err(RecvTimeoutError::Timeout) => panic!("this hangs: {}", last.unwrap_or_default()),
        }
    }
    match thread.join() {
        Ok(faults) => {
            assert!(faults.is_empty(), "{} faults, of which the first: {}", faults.len(), faults[0])
        }
        Err(_) => panic!("this panics: {}", last.unwrap_or_default()),
    }
}
