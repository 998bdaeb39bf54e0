//! Blocks and statements.

use super::scopes::Parser;
use super::text::one_line;
use crate::hir::{Block, Expr, ExprKind, PatKind, Stmt, StmtKind};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::spanned::Spanned;

impl Parser<'_> {
    /// A block in a scope of its own.
    pub fn block(&mut self, block: &syn::Block) -> Block {
        self.scoped(|parser| parser.block_here(block, false))
    }

    /// A block whose scope the caller has opened. `outermost` is the function's body.
    pub fn block_here(&mut self, block: &syn::Block, outermost: bool) -> Block {
        self.items_of(block, outermost);
        let (last, rest) = match block.stmts.split_last() {
            Some((last, rest)) => (Some(last), rest),
            None => (None, &[][..]),
        };
        let mut stmts: Vec<Stmt> = Vec::new();
        rest.iter().for_each(|stmt| self.statement(stmt, &mut stmts));
        let tail = match last {
            Some(syn::Stmt::Expr(expr, None)) => Some(Box::new(self.expr(expr))),
            Some(syn::Stmt::Macro(mac)) if mac.semi_token.is_none() => {
                Some(Box::new(self.statement_macro(mac)))
            }
            Some(stmt) => {
                self.statement(stmt, &mut stmts);
                None
            }
            None => None,
        };
        Block { stmts, tail, span: block.brace_token.span.join() }
    }

    /// A statement; items have been dealt with before.
    fn statement(&mut self, stmt: &syn::Stmt, out: &mut Vec<Stmt>) {
        let kind = match stmt {
            syn::Stmt::Item(_) => return,
            syn::Stmt::Local(local) => match &local.init {
                Some(syn::LocalInit { expr, diverge: Some((_, els)), .. }) => {
                    return out.extend(self.let_else(local, expr, els));
                }
                _ => self.local(local),
            },
            syn::Stmt::Expr(expr, _) => StmtKind::Expr(match self.with_cells(expr, false) {
                Some(block) => self.expr(&block),
                None => self.expr(expr),
            }),
            syn::Stmt::Macro(mac) => StmtKind::Expr(match self.statement_of_macro(&mac.mac) {
                Some(statement) => statement,
                None => self.statement_macro(mac),
            }),
        };
        let tokens = stmt.to_token_stream();
        out.push(Stmt { kind, text: one_line(&tokens).into(), span: stmt.span(), tokens });
    }

    /// `let`: the initialiser is read before the pattern binds.
    fn local(&mut self, local: &syn::Local) -> StmtKind {
        let init = local.init.as_ref().map(|init| {
            let value = match self.with_cells(&init.expr, true) {
                Some(block) => self.expr(&block),
                None => self.expr(&init.expr),
            };
            self.matched(&init.expr, &local.pat);
            value
        });
        let head = local.pat.to_token_stream();
        let (inner, declared) = match &local.pat {
            syn::Pat::Type(typed) => (&*typed.pat, Some(&*typed.ty)),
            pat => (pat, None),
        };
        let pat = self.pattern(inner, declared);
        if let (PatKind::Var(var), Some(Expr { kind: ExprKind::Closure(closure), .. })) = (&pat.kind, &init) {
            self.closures.insert(*var, closure.assigned().into());
        }
        init.iter().for_each(|init| self.note_numbers(&pat, init));
        let ty = declared.map(|ty| self.types.classify(ty));
        StmtKind::Let { pat, ty, head, init }
    }

    /// A macro that stands as a statement.
    fn statement_macro(&mut self, stmt: &syn::StmtMacro) -> Expr {
        let mac = &stmt.mac;
        let tokens: TokenStream = quote!(#mac);
        let mark = self.mark();
        let kind = self.macro_expr(mac, true);
        self.finish(mark, kind, tokens)
    }
}
