//! Functions as arguments: calls of function-valued parameters, and what is passed for them.
//!
//! In a companion, such a parameter is a handle. Calls that derivatives flow through go to the handle; so does what is
//! handed on to other annotated functions. Code that is copied as it stands finds a closure of the parameter's name
//! instead, which calls the function.

use super::{Lower, Refused, Res, Val};
use crate::diagnostics::Kind;
use crate::functions::{Formal, Function};
use crate::hir::{self, Expr, ExprKind, Var};
use crate::ir::{self, Arg, Callee, Func, Mode, Op, OpaqueKind};
use crate::known::Lent;
use crate::names;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use std::rc::Rc;

/// The name of a parameter's handle, where the parameter's own name is that of the closure.
fn handle_name(name: &Ident) -> Ident {
    format_ident!("__{}", names::text(name), span = name.span())
}

impl<'a> Lower<'a, '_> {
    /// `f(x)`, where `f` is a parameter.
    pub(super) fn call_function(
        &mut self,
        e: &'a Expr,
        v: Var,
        function: &Rc<Function>,
        args: &'a [Expr],
    ) -> Res<Val> {
        let name = &self.f.vars[v.0 as usize].ident;
        if e.escapes {
            return self.refuse(Kind::Escape, e, &[]);
        }
        if args.len() != function.args.len() {
            return self.refuse(Kind::LocalCall, e, &[&name.to_string()]);
        }
        let mut passed = Vec::new();
        for (a, formal) in args.iter().zip(&function.args) {
            passed.push(self.function_argument(a, formal, args));
        }
        let passed = passed.into_iter().collect::<Res<Vec<_>>>()?;
        if self.dead {
            return Ok(Val::Never);
        }
        let callee = Callee { function: Some(function.clone()), ..Callee::new(handle_name(name).into()) };
        Ok(self.emit_call(callee, passed, Some(&function.ret)))
    }

    /// An argument of such a call. The reverse part gets what was passed by reference once more.
    fn function_argument(&mut self, a: &'a Expr, formal: &Formal, all: &'a [Expr]) -> Res<Arg> {
        if !formal.active && self.facts.tainted(a) {
            let ty = crate::parse::text::one_line(&formal.passed());
            return self.refuse(Kind::ConstantArgument, a, &[&ty]);
        }
        let reference = formal.mode == Mode::Ref;
        let at_hand = self.facts.shape(a).strip().is_known() && self.facts.is_structured(a);
        let arg = if reference && (at_hand || !self.facts.is_copied(a)) {
            match self.expr(a, None)? {
                Val::ScalarRef(v) => Arg::ValueRef(v),
                // What is lent mutably to this function is lent on to be read.
                Val::PlaceRef(p, _) => Arg::Place(p, Mode::Ref),
                Val::Never => Arg::passive(a.tokens.clone(), Vec::new(), true),
                _ => return self.refuse(Kind::PassedOnce, a, &[]),
            }
        } else {
            self.arg(a, all, if reference { Lent::Shared } else { Lent::No })?
        };
        let again = match &arg {
            Arg::Opaque { again, .. } => *again,
            Arg::Value(_) | Arg::Place(_, Mode::Value) => false,
            Arg::ValueRef(_) | Arg::Place(..) => true,
        };
        if reference && !again && !self.dead {
            return self.refuse(Kind::PassedOnce, a, &[]);
        }
        if let (Arg::Value(v), Mode::Value, hir::Type::Float(ty)) = (&arg, formal.mode, &formal.ty)
            && self.ty(*v).is_float()
        {
            self.know(*v, &ir::Ty::Float(ty.clone()));
        }
        Ok(arg)
    }

    /// An argument that is a function: the path of one, or a function-valued parameter that is handed on.
    pub(super) fn handle(&mut self, a: &Expr) -> Option<Res<Arg>> {
        let code = match self.handle_of(a)? {
            Ok(code) => code,
            Err(refused) => return Some(Err(refused)),
        };
        Some(Ok(Arg::passive(code, Vec::new(), false)))
    }

    fn handle_of(&mut self, a: &Expr) -> Option<Res<TokenStream>> {
        let around = |inner: Res<TokenStream>, f: &dyn Fn(TokenStream) -> TokenStream| Some(inner.map(f));
        match &a.kind {
            ExprKind::Var(v) if matches!(self.env.get(v.0 as usize), Some(Some(Val::Closure(_)))) => {
                Some(self.refuse(Kind::ActiveClosure, a, &[]))
            }
            ExprKind::Closure(_) if !self.facts.is_copied(a) => {
                Some(self.refuse(Kind::ActiveClosure, a, &[]))
            }
            ExprKind::Var(v) => {
                self.f.function(*v)?;
                Some(Ok(handle_name(&self.f.vars[v.0 as usize].ident).to_token_stream()))
            }
            ExprKind::Ref(false, inner) => around(self.handle_of(inner)?, &|t| quote!(&#t)),
            ExprKind::Ref(true, inner) => around(self.handle_of(inner)?, &|t| quote!(&mut #t)),
            ExprKind::Deref(inner) => around(self.handle_of(inner)?, &|t| quote!(*#t)),
            ExprKind::Method { recv, name, args, .. } if name == "clone" && args.is_empty() => {
                around(self.handle_of(recv)?, &|t| quote!(#t.clone()))
            }
            ExprKind::Call { path, args, qself: false } if is_boxing(path) && args.len() == 1 => {
                around(self.handle_of(&args[0])?, &|t| quote!(#path(#t)))
            }
            ExprKind::Path(path) if self.is_function(path) => Some(self.handle_of_path(a, path)),
            _ => None,
        }
    }

    /// Whether a path looks like that of a function: constants are written in capitals.
    fn is_function(&self, path: &syn::Path) -> bool {
        let Some(last) = path.segments.last() else { return false };
        let lower = names::text(&last.ident).starts_with(|c: char| c.is_lowercase() || c == '_');
        lower && super::callee::constant(self.f, path).is_none()
    }

    fn handle_of_path(&mut self, a: &Expr, path: &syn::Path) -> Res<TokenStream> {
        let owner = path.segments.iter().rev().nth(1).map(|s| names::text(&s.ident));
        let associated = |name: &String| {
            let float = ["f32", "f64"].contains(&name.as_str());
            float || name.starts_with(|c: char| c.is_uppercase())
        };
        if owner.as_ref().is_some_and(associated) {
            let text = crate::parse::text::one_line(&a.tokens);
            return self.refuse(Kind::AssociatedFunction, a, &[&text]);
        }
        let mut plain = path.clone();
        plain.segments.iter_mut().for_each(|s| s.arguments = syn::PathArguments::None);
        let Some(last) = plain.segments.last().map(|s| s.ident.clone()) else { return Err(Refused) };
        let key = plain.to_token_stream().to_string();
        let known = self.func.passed.iter().find(|(p, _)| p.to_token_stream().to_string() == key);
        let alias = match known {
            Some((_, alias)) => alias.to_string(),
            None => {
                let n = self.func.passed.len();
                let mark = if n == 0 { String::new() } else { format!("_{n}") };
                let alias = format!("__passed_{}{mark}", names::text(&last));
                let ident = Ident::new(&alias, names::emitted(last.span()));
                self.func.passed.push((plain, ident));
                alias
            }
        };
        let alias = Ident::new(&alias, names::emitted(last.span()));
        let passed = Ident::new("__Passed", alias.span());
        Ok(quote_spanned!(alias.span()=> #passed { handle: #alias {}, item: #path }))
    }
}

/// `Box::new`
fn is_boxing(path: &syn::Path) -> bool {
    let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
    names.ends_with(&["Box".into(), "new".into()])
}

/// Gives the function-valued parameters back their names, where nothing that is copied needs them for the closure.
pub(super) fn settle(func: &mut Func, f: &hir::Fn) {
    for p in f.params.iter().filter(|p| p.function.is_some()) {
        let Some(function) = &p.function else { continue };
        let (name, handle) = (&p.name, handle_name(&p.name));
        let mut copied = false;
        func.body.each_stmt(&mut |s| copied |= opaque_code(&s.op).iter().any(|t| mentions(t, name)));
        if !copied {
            rename(&mut func.body, &handle, name);
            continue;
        }
        let closure = function.closure(&handle, names::emitted(name.span()));
        func.before.push(quote!(let #handle = #name; let #name = #closure;));
    }
}

fn mentions(tokens: &TokenStream, name: &Ident) -> bool {
    let mut found = false;
    names::each_ident(tokens, &mut |i| found |= i == name);
    found
}

/// The code in an operation that is copied as it stands.
fn opaque_code(op: &Op) -> Vec<&TokenStream> {
    let mut out = Vec::new();
    match op {
        Op::Opaque { kind: OpaqueKind::Expr(code), .. } | Op::Exit { code, .. } => out.push(code),
        Op::Opaque { kind: OpaqueKind::Let { init, .. }, .. } => out.push(init),
        Op::Call { callee, args, .. } => {
            out.extend(callee.taken.as_ref().map(|t| &t.code));
            out.extend(args.iter().filter_map(|a| match a {
                Arg::Opaque { code, .. } => Some(code),
                _ => None,
            }));
        }
        _ => {}
    }
    out
}

fn rename(block: &mut ir::Block, from: &Ident, to: &Ident) {
    for s in &mut block.stmts {
        if let Op::Call { callee, args, .. } = &mut s.op {
            if callee.function.is_some() && callee.path.is_ident(from) {
                *callee = Callee { path: to.clone().into(), name: to.to_string(), ..callee.clone() };
            }
            for a in args {
                if let Arg::Opaque { code, .. } = a
                    && mentions(code, from)
                {
                    *code = crate::names::rename(code.clone(), from, to);
                }
            }
        }
        s.op.blocks_mut().into_iter().for_each(|b| rename(b, from, to));
    }
}
