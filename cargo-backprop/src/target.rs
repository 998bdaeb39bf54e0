//! FILE::FN: the file, and the functions in it.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use autodiff_codegen::diagnostics::nearest;
use autodiff_codegen::inspect;
use autodiff_codegen::options::Options;
use proc_macro2::TokenStream;
use quote::ToTokens;

use crate::report;

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub file: PathBuf,
    /// The path of a function in it.
    pub function: Option<String>,
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Target, String> {
        // A file's name may have colons in it: the function comes after the last `.rs`.
        let (file, function) = match text.rfind(".rs::") {
            Some(at) => (&text[..at + 3], Some(&text[at + 5..])),
            None => match text.split_once("::") {
                Some((file, function)) => (file, Some(function)),
                None => (text, None),
            },
        };
        if file.is_empty() || function.is_some_and(str::is_empty) {
            return Err("expected FILE::FN, say `src/lib.rs::loss`".to_string());
        }
        Ok(Target { file: PathBuf::from(file), function: function.map(str::to_string) })
    }
}

/// A source file.
pub struct File {
    pub path: PathBuf,
    pub text: String,
    functions: Vec<Function>,
}

/// A function in it.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its path in the file: `Network::forward`.
    pub path: String,
    pub line: usize,
    /// The arguments of the attribute, on it or on what it stands in.
    attribute: Option<TokenStream>,
    /// Without the attribute.
    pub item: TokenStream,
}

impl File {
    /// Reads the file of a target.
    pub fn read(target: &Target) -> Result<File, String> {
        let path = target.file.clone();
        let text = std::fs::read_to_string(&path).map_err(|error| {
            let why = match error.kind() {
                std::io::ErrorKind::NotFound => "there is no such file".to_string(),
                _ => error.to_string(),
            };
            let near = neighbour(&path).map(|near| format!("there is `{}`", near.display()));
            report::plain(&format!("`{}` can't be read: {why}", path.display()), near.as_deref())
        })?;
        let parsed = syn::parse_file(&text).map_err(|error| {
            let found = error.into_iter().map(|e| (e.to_string(), e.span()));
            found
                .map(|(what, span)| report::at(&path, &text, span.byte_range(), &what, &[]))
                .collect::<String>()
        })?;
        let mut functions = Vec::new();
        collect(&parsed.items, "", None, &mut functions);
        Ok(File { path, text, functions })
    }

    /// The function that is meant, or all that have the attribute.
    pub fn functions(&self, target: &Target) -> Result<Vec<&Function>, String> {
        let Some(wanted) = &target.function else {
            let annotated: Vec<&Function> = self.functions.iter().filter(|f| f.attribute.is_some()).collect();
            return match annotated.is_empty() {
                false => Ok(annotated),
                true => Err(report::plain(
                    &format!("no function in `{}` has the attribute `#[backprop]`", self.path.display()),
                    Some(&self.there("name a function, with or without it: FILE::FN")),
                )),
            };
        };
        let exact: Vec<&Function> = self.functions.iter().filter(|f| f.path == *wanted).collect();
        if let [one] = exact[..] {
            return Ok(vec![one]);
        }
        // Its last name is enough where there is only one of it.
        let ending = format!("::{wanted}");
        let by_name: Vec<&Function> = self.functions.iter().filter(|f| f.path.ends_with(&ending)).collect();
        let all = if exact.is_empty() { by_name } else { exact };
        match &all[..] {
            [one] => Ok(vec![*one]),
            [] => Err(self.missing(wanted)),
            several => {
                let paths: Vec<String> =
                    several.iter().map(|f| format!("`{}` in line {}", f.path, f.line)).collect();
                let what = format!("`{wanted}` could be several functions of `{}`", self.path.display());
                Err(report::plain(&what, Some(&paths.join(", "))))
            }
        }
    }

    /// The one function that is meant.
    pub fn function(&self, target: &Target) -> Result<&Function, String> {
        let found = self.functions(target)?;
        match found[..] {
            [one] => Ok(one),
            _ => Err(report::plain(
                "several functions in the file have the attribute",
                Some(&self.there("name one of them: FILE::FN")),
            )),
        }
    }

    fn missing(&self, wanted: &str) -> String {
        let last = |path: &str| path.rsplit("::").next().unwrap_or_default().to_string();
        let paths: Vec<&str> = self.functions.iter().map(|f| f.path.as_str()).collect();
        let near = nearest(wanted, paths.iter().copied()).map(str::to_string).or_else(|| {
            let names: Vec<String> = paths.iter().map(|p| last(p)).collect();
            let name = nearest(&last(wanted), names.iter().map(String::as_str))?;
            paths.iter().find(|p| last(p) == name).map(|p| (*p).to_string())
        });
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => self.there("there are"),
        };
        report::plain(&format!("no function `{wanted}` in `{}`", self.path.display()), Some(&help))
    }

    /// The functions in the file, as a sentence.
    fn there(&self, start: &str) -> String {
        let paths: Vec<String> = self.functions.iter().take(12).map(|f| format!("`{}`", f.path)).collect();
        let more = if self.functions.len() > paths.len() { ", …" } else { "" };
        match paths.is_empty() {
            true => "there are no functions in it".to_string(),
            false => format!("{start}: {}{more}", paths.join(", ")),
        }
    }
}

impl Function {
    /// Whether it has the attribute.
    pub fn is_annotated(&self) -> bool {
        self.attribute.is_some()
    }

    /// Its options.
    pub fn options(&self, file: &File) -> Result<Options, String> {
        inspect::options_in(&file.path, self.attribute.clone().unwrap_or_default(), &self.item)
            .map_err(|refusals| report::refusals(file, &refusals))
    }
}

/// The functions of a list of items, with the attribute's arguments of what is around them.
fn collect(items: &[syn::Item], around: &str, outer: Option<&TokenStream>, out: &mut Vec<Function>) {
    for item in items {
        match item {
            syn::Item::Fn(f) => {
                let mut f = f.clone();
                let own = attribute(&mut f.attrs);
                out.push(Function {
                    path: format!("{around}{}", f.sig.ident),
                    line: f.sig.ident.span().start().line,
                    attribute: own.or_else(|| outer.cloned()),
                    item: f.into_token_stream(),
                });
            }
            syn::Item::Mod(module) => {
                let own = attribute(&mut module.attrs.clone());
                let around = format!("{around}{}::", module.ident);
                if let Some((_, items)) = &module.content {
                    collect(items, &around, own.as_ref().or(outer), out);
                }
            }
            syn::Item::Impl(block) => {
                let own = attribute(&mut block.attrs.clone());
                let syn::Type::Path(of) = &*block.self_ty else { continue };
                let Some(of) = of.path.segments.last().map(|s| s.ident.to_string()) else { continue };
                for member in &block.items {
                    let syn::ImplItem::Fn(f) = member else { continue };
                    let mut f = f.clone();
                    let attribute =
                        attribute(&mut f.attrs).or_else(|| own.clone()).or_else(|| outer.cloned());
                    out.push(Function {
                        path: format!("{around}{of}::{}", f.sig.ident),
                        line: f.sig.ident.span().start().line,
                        attribute,
                        item: f.into_token_stream(),
                    });
                }
            }
            _ => {}
        }
    }
}

/// Takes our attribute out, and gives back its arguments.
fn attribute(attrs: &mut Vec<syn::Attribute>) -> Option<TokenStream> {
    let ours = |a: &syn::Attribute| a.path().segments.last().is_some_and(|s| s.ident == "backprop");
    let attribute = attrs.remove(attrs.iter().position(ours)?);
    Some(match attribute.meta {
        syn::Meta::List(list) => list.tokens,
        _ => TokenStream::new(),
    })
}

/// A file beside a missing one whose name is nearly the same.
fn neighbour(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = std::fs::read_dir(folder).ok()?;
    let names: Vec<String> = entries.filter_map(|e| e.ok()?.file_name().into_string().ok()).collect();
    nearest(name, names.iter().map(String::as_str)).map(|near| path.with_file_name(near))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read() {
        let target = |text: &str| text.parse::<Target>().map(|t| (t.file.display().to_string(), t.function));
        assert_eq!(target("src/a.rs::m::f"), Ok(("src/a.rs".into(), Some("m::f".into()))));
        assert_eq!(target("a.rs"), Ok(("a.rs".into(), None)));
        assert_eq!(target("odd::name.rs::f"), Ok(("odd::name.rs".into(), Some("f".into()))));
        assert!(target("a.rs::").is_err() && target("").is_err());
    }
}
