//! Code that is not looked into: what it reads, what it may change, and where it may jump to.
//!
//! The walk resolves scopes as precisely as the rest of the parser, since a variable that a closure or a
//! `match` arm binds must not be taken for one of the function's.

use super::expr::peel;
use super::scopes::{Escape, Key, Parser};
use syn::visit::{self, Visit};

impl Parser<'_> {
    /// Walks over an expression that is not looked into.
    pub fn scan(&mut self, expr: &syn::Expr) {
        Scan { parser: self }.visit_expr(expr);
    }

    /// A scrutinee is borrowed mutably if a pattern says `ref mut`.
    pub fn matched(&mut self, scrutinee: &syn::Expr, pat: &syn::Pat) {
        Scan { parser: self }.matched(scrutinee, pat);
    }
}

/// Methods that change nothing of what they are called on, of whatever type of `std` it is.
const READS_ONLY: [&str; 14] = [
    "abs",
    "as_slice",
    "clone",
    "contains",
    "first",
    "get",
    "is_empty",
    "is_finite",
    "is_nan",
    "iter",
    "last",
    "len",
    "sqrt",
    "to_vec",
];

/// The walk.
struct Scan<'p, 'e> {
    parser: &'p mut Parser<'e>,
}

impl Scan<'_, '_> {
    /// Marks the variables that are assigned to or borrowed mutably through `place`.
    fn mutates(&mut self, place: &syn::Expr) {
        match peel(place) {
            syn::Expr::Path(e) => {
                if let Some((_, var)) = self.parser.variable(e) {
                    self.parser.mark_mutated(var);
                }
            }
            syn::Expr::Index(e) => self.mutates(&e.expr),
            syn::Expr::Field(e) => self.mutates(&e.base),
            syn::Expr::Unary(e) => self.mutates(&e.expr),
            syn::Expr::MethodCall(e) => self.mutates(&e.receiver),
            syn::Expr::Reference(e) => self.mutates(&e.expr),
            syn::Expr::Try(e) => self.mutates(&e.expr),
            syn::Expr::Tuple(e) => e.elems.iter().for_each(|e| self.mutates(e)),
            syn::Expr::Array(e) => e.elems.iter().for_each(|e| self.mutates(e)),
            syn::Expr::Struct(e) => e.fields.iter().for_each(|f| self.mutates(&f.expr)),
            syn::Expr::Call(e) => e.args.iter().for_each(|e| self.mutates(e)),
            _ => {}
        }
    }

    /// Marks what a method with `&mut self` could change through `receiver`.
    fn receives(&mut self, receiver: &syn::Expr) {
        match peel(receiver) {
            syn::Expr::Path(e) => {
                let var = self.parser.variable(e).map(|(_, var)| var);
                if let Some(var) = var.filter(|&var| self.parser.is_changeable(var)) {
                    self.parser.mark_mutated(var);
                }
            }
            syn::Expr::Index(e) => self.receives(&e.expr),
            syn::Expr::Field(e) => self.receives(&e.base),
            syn::Expr::Unary(e) => self.receives(&e.expr),
            syn::Expr::Try(e) => self.receives(&e.expr),
            _ => {}
        }
    }

    /// Visits a place that is only looked at: naming it does not hand out a `&mut`.
    fn looks_at(&mut self, place: &syn::Expr) {
        match peel(place) {
            syn::Expr::Path(e) => {
                if let Some((ident, var)) = self.parser.variable(e) {
                    self.parser.read(&ident, var);
                }
            }
            other => self.visit_expr(other),
        }
    }

    /// A scrutinee is borrowed mutably if a pattern says `ref mut`.
    fn matched(&mut self, scrutinee: &syn::Expr, pat: &syn::Pat) {
        let mut found = RefMut(false);
        found.visit_pat(pat);
        if found.0 {
            self.mutates(scrutinee);
        }
    }

    /// A scope with a refutable pattern in it.
    fn in_scope(&mut self, f: impl FnOnce(&mut Scan<'_, '_>)) {
        self.parser.scoped(|parser| f(&mut Scan { parser }));
    }

    /// A loop with a scope for its pattern or condition.
    fn looped(&mut self, label: &Option<syn::Label>, f: impl FnOnce(&mut Scan<'_, '_>)) {
        let mark = self.parser.mark();
        self.in_scope(f);
        let key = label.as_ref().map(|label| Key::of(&label.name.ident));
        self.parser.close_loop(mark, key.as_ref());
    }

    /// A body that nothing leaves.
    fn function(&mut self, f: impl FnOnce(&mut Scan<'_, '_>)) {
        let mark = self.parser.mark();
        self.in_scope(f);
        self.parser.close_function(mark);
    }
}

impl<'ast> Visit<'ast> for Scan<'_, '_> {
    fn visit_expr_path(&mut self, e: &'ast syn::ExprPath) {
        if let Some((ident, var)) = self.parser.variable(e) {
            self.parser.read(&ident, var);
            // The `&mut` itself goes somewhere.
            if self.parser.is_mut_reference(var) {
                self.parser.mark_mutated(var);
            }
        }
    }

    fn visit_expr_index(&mut self, e: &'ast syn::ExprIndex) {
        self.looks_at(&e.expr);
        self.visit_expr(&e.index);
    }

    fn visit_expr_field(&mut self, e: &'ast syn::ExprField) {
        self.looks_at(&e.base);
    }

    fn visit_expr_unary(&mut self, e: &'ast syn::ExprUnary) {
        self.looks_at(&e.expr);
    }

    fn visit_expr_assign(&mut self, e: &'ast syn::ExprAssign) {
        self.mutates(&e.left);
        visit::visit_expr_assign(self, e);
    }

    fn visit_expr_binary(&mut self, e: &'ast syn::ExprBinary) {
        let reads_only = matches!(
            e.op,
            syn::BinOp::Add(_)
                | syn::BinOp::Sub(_)
                | syn::BinOp::Mul(_)
                | syn::BinOp::Div(_)
                | syn::BinOp::Rem(_)
                | syn::BinOp::And(_)
                | syn::BinOp::Or(_)
                | syn::BinOp::BitXor(_)
                | syn::BinOp::BitAnd(_)
                | syn::BinOp::BitOr(_)
                | syn::BinOp::Shl(_)
                | syn::BinOp::Shr(_)
                | syn::BinOp::Eq(_)
                | syn::BinOp::Lt(_)
                | syn::BinOp::Le(_)
                | syn::BinOp::Ne(_)
                | syn::BinOp::Ge(_)
                | syn::BinOp::Gt(_)
        );
        if !reads_only {
            self.mutates(&e.left);
        }
        visit::visit_expr_binary(self, e);
    }

    fn visit_expr_reference(&mut self, e: &'ast syn::ExprReference) {
        if e.mutability.is_some() {
            self.mutates(&e.expr);
        }
        self.looks_at(&e.expr);
    }

    fn visit_expr_raw_addr(&mut self, e: &'ast syn::ExprRawAddr) {
        self.mutates(&e.expr);
        visit::visit_expr_raw_addr(self, e);
    }

    fn visit_expr_method_call(&mut self, e: &'ast syn::ExprMethodCall) {
        if !READS_ONLY.contains(&e.method.to_string().as_str()) {
            self.receives(&e.receiver);
        }
        self.looks_at(&e.receiver);
        e.args.iter().for_each(|arg| self.visit_expr(arg));
    }

    fn visit_expr_try(&mut self, e: &'ast syn::ExprTry) {
        self.parser.fails();
        visit::visit_expr_try(self, e);
    }

    fn visit_expr_return(&mut self, e: &'ast syn::ExprReturn) {
        match e.expr.as_deref() {
            Some(value) if super::fallible::is_failure(value) => self.parser.fails(),
            _ => self.parser.escape(Escape::Return),
        }
        visit::visit_expr_return(self, e);
    }

    fn visit_expr_break(&mut self, e: &'ast syn::ExprBreak) {
        self.parser.escape(Escape::Loop(e.label.as_ref().map(|l| Key::of(&l.ident))));
        visit::visit_expr_break(self, e);
    }

    fn visit_expr_continue(&mut self, e: &'ast syn::ExprContinue) {
        self.parser.escape(Escape::Loop(e.label.as_ref().map(|l| Key::of(&l.ident))));
    }

    fn visit_expr_yield(&mut self, e: &'ast syn::ExprYield) {
        self.parser.escape(Escape::Any);
        visit::visit_expr_yield(self, e);
    }

    fn visit_expr_await(&mut self, e: &'ast syn::ExprAwait) {
        self.parser.escape(Escape::Any);
        visit::visit_expr_await(self, e);
    }

    fn visit_expr_closure(&mut self, e: &'ast syn::ExprClosure) {
        self.function(|scan| {
            for input in &e.inputs {
                scan.parser.bind_all(input, false);
            }
            scan.visit_expr(&e.body);
        });
    }

    fn visit_expr_async(&mut self, e: &'ast syn::ExprAsync) {
        self.function(|scan| scan.visit_block(&e.block));
    }

    fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {
        // It can't see any variables.
    }

    fn visit_expr_match(&mut self, e: &'ast syn::ExprMatch) {
        self.visit_expr(&e.expr);
        for arm in &e.arms {
            self.matched(&e.expr, &arm.pat);
            self.in_scope(|scan| {
                scan.parser.bind_all(&arm.pat, true);
                if let Some((_, guard)) = &arm.guard {
                    scan.visit_expr(guard);
                }
                scan.visit_expr(&arm.body);
            });
        }
    }

    fn visit_expr_let(&mut self, e: &'ast syn::ExprLet) {
        // The caller has opened the scope of the condition.
        self.visit_expr(&e.expr);
        self.matched(&e.expr, &e.pat);
        self.parser.bind_all(&e.pat, true);
    }

    fn visit_expr_if(&mut self, e: &'ast syn::ExprIf) {
        self.in_scope(|scan| {
            scan.visit_expr(&e.cond);
            scan.visit_block(&e.then_branch);
        });
        if let Some((_, els)) = &e.else_branch {
            self.visit_expr(els);
        }
    }

    fn visit_expr_while(&mut self, e: &'ast syn::ExprWhile) {
        self.looped(&e.label, |scan| {
            scan.visit_expr(&e.cond);
            scan.visit_block(&e.body);
        });
    }

    fn visit_expr_for_loop(&mut self, e: &'ast syn::ExprForLoop) {
        self.visit_expr(&e.expr);
        self.looped(&e.label, |scan| {
            scan.parser.bind_all(&e.pat, false);
            scan.visit_block(&e.body);
        });
    }

    fn visit_expr_loop(&mut self, e: &'ast syn::ExprLoop) {
        self.looped(&e.label, |scan| scan.visit_block(&e.body));
    }

    fn visit_expr_block(&mut self, e: &'ast syn::ExprBlock) {
        let mark = self.parser.mark();
        self.visit_block(&e.block);
        if let Some(label) = &e.label {
            self.parser.close_labelled_block(mark, &Key::of(&label.name.ident));
        }
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.in_scope(|scan| {
            for stmt in &block.stmts {
                scan.visit_stmt(stmt);
            }
        });
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if let Some(init) = &local.init {
            self.visit_expr(&init.expr);
            self.matched(&init.expr, &local.pat);
            if let Some((_, els)) = &init.diverge {
                self.visit_expr(els);
            }
        }
        let refutable = local.init.as_ref().is_some_and(|init| init.diverge.is_some());
        match &local.pat {
            syn::Pat::Type(typed) if !refutable => drop(self.parser.pattern(&typed.pat, Some(&typed.ty))),
            pat => drop(self.parser.bind_all(pat, refutable)),
        }
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        self.parser.macro_call(mac, false);
    }

    fn visit_expr(&mut self, e: &'ast syn::Expr) {
        match e {
            syn::Expr::Verbatim(tokens) => self.parser.scan_tokens(tokens),
            other => visit::visit_expr(self, other),
        }
    }

    fn visit_item(&mut self, item: &'ast syn::Item) {
        // An item sees none of the function's variables, and stays where it is.
        self.parser.check_static(item);
    }

    fn visit_type(&mut self, _: &'ast syn::Type) {}

    fn visit_pat(&mut self, _: &'ast syn::Pat) {}

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
}

/// Whether a pattern binds by `ref mut`.
struct RefMut(bool);

impl<'ast> Visit<'ast> for RefMut {
    fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
        self.0 |= pat.by_ref.is_some() && pat.mutability.is_some();
        visit::visit_pat_ident(self, pat);
    }
}
