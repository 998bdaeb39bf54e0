//! Which operation of the table a method of a trait of the user's is: read off the bodies that it has for `f32` and `f64`.

use super::{FLOATS, OfFloat, OwnMethod, conditions, float_name};
use crate::ir::FloatTy;
use crate::known::Known;
use crate::rules::{Kind, RuleId, by_libm, by_method};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;

impl Known {
    /// Which operation a method is by all bodies that it may have.
    pub(super) fn meaning(&self, name: &str, sig: &syn::Signature, impls: &[OfFloat]) -> Option<OwnMethod> {
        let mut rule = None;
        let mut libraries = [None; 2];
        let mut all = Vec::new();
        for (library, float) in libraries.iter_mut().zip(FLOATS) {
            let mut whens = Vec::new();
            let mut first = true;
            for i in impls.iter().filter(|i| i.float == float) {
                for f in i.methods.iter().filter(|f| f.sig.ident.unraw() == name) {
                    let found = self.operation(f, float)?;
                    let std = RuleId::of(found.line);
                    if *rule.get_or_insert(std) != std {
                        return None;
                    }
                    *library = Some(found.library).filter(|found| first || *library == Some(*found));
                    first = false;
                    let when: Vec<TokenStream> =
                        i.when.iter().cloned().chain(conditions(&f.attrs)?).collect();
                    whens.push(when);
                }
            }
            if first {
                return None;
            }
            if whens.iter().all(|when| !when.is_empty()) {
                let each = whens.iter().map(|when| quote!(all(#(#when),*)));
                all.push(quote!(any(#(#each),*)));
            }
        }
        let rule = rule.filter(|rule| takes(sig, *rule))?;
        Some(OwnMethod { rule, libraries, when: all })
    }

    /// The operation that a body consists of, if it is one on the parameters, in their order.
    fn operation(&self, f: &syn::ImplItemFn, float: &str) -> Option<RuleId> {
        let [syn::Stmt::Expr(body, None)] = &f.block.stmts[..] else { return None };
        let parameters: Vec<String> = f.sig.inputs.iter().map(parameter_name).collect::<Option<_>>()?;
        let is = |e: &syn::Expr, name: &String| match plain(e) {
            syn::Expr::Path(p) => p.qself.is_none() && p.path.get_ident().is_some_and(|i| i.unraw() == name),
            _ => false,
        };
        let are = |args: &mut dyn Iterator<Item = &syn::Expr>| {
            let args: Vec<&syn::Expr> = args.collect();
            args.len() == parameters.len() && args.iter().zip(&parameters).all(|(e, name)| is(e, name))
        };
        match plain(body) {
            syn::Expr::MethodCall(m) if m.turbofish.is_none() => {
                let fits = are(&mut std::iter::once(&*m.receiver).chain(&m.args));
                by_method(&m.method.to_string(), parameters.len()).filter(|_| fits)
            }
            syn::Expr::Call(call) => {
                let syn::Expr::Path(path) = plain(&call.func) else { return None };
                self.function(path, parameters.len(), float).filter(|_| are(&mut call.args.iter()))
            }
            _ => None,
        }
    }

    /// The operation that a path leads to: `f64::sin`, `<f64>::sin`, `Self::sin`, `libm::sin`.
    fn function(&self, path: &syn::ExprPath, operands: usize, float: &str) -> Option<RuleId> {
        let names: Vec<String> = path.path.segments.iter().map(|s| s.ident.unraw().to_string()).collect();
        match (&path.qself, &names[..]) {
            (Some(of), [name]) if of.position == 0 => {
                by_method(name, operands).filter(|_| float_name(&of.ty).is_some_and(|f| f == float))
            }
            (None, [of, name]) if of == "Self" || of == float && !self.hides(of) => by_method(name, operands),
            (None, _) => {
                let function = by_libm(&self.libm(&path.path)?, operands)?;
                let fits = function.float == if float == "f32" { FloatTy::F32 } else { FloatTy::F64 };
                let [rule] = function.rules[..] else { return None };
                fits.then_some(rule)
            }
            _ => None,
        }
    }
}

/// Whether a signature takes what an operation does: all by value, and of the trait's own type.
fn takes(sig: &syn::Signature, rule: RuleId) -> bool {
    let line = rule.get();
    let kind = |ty: &syn::Type, kind: Kind| {
        let word = ty.to_token_stream().to_string();
        word == match kind {
            Kind::Float => "Self",
            Kind::Int => "i32",
            Kind::Bool => "bool",
        }
    };
    let inputs = sig.inputs.iter().enumerate().all(|(i, input)| match input {
        syn::FnArg::Receiver(r) => i == 0 && r.reference.is_none() && r.colon_token.is_none(),
        syn::FnArg::Typed(typed) => i > 0 && kind(&typed.ty, line.operand_kind(i)),
    });
    let output = matches!(&sig.output, syn::ReturnType::Type(_, ty) if kind(ty, line.result));
    inputs && output && sig.inputs.len() == line.arity && sig.generics.params.is_empty()
}

fn parameter_name(input: &syn::FnArg) -> Option<String> {
    match input {
        syn::FnArg::Receiver(_) => Some("self".to_string()),
        syn::FnArg::Typed(typed) => match &*typed.pat {
            syn::Pat::Ident(p) if p.by_ref.is_none() && p.subpat.is_none() => {
                Some(p.ident.unraw().to_string())
            }
            _ => None,
        },
    }
}

/// An expression without what changes nothing around it.
fn plain(e: &syn::Expr) -> &syn::Expr {
    match e {
        syn::Expr::Paren(e) => plain(&e.expr),
        syn::Expr::Group(e) => plain(&e.expr),
        e => e,
    }
}
