//! Closures: what is known of them before lowering, and their bodies put where they are called.

use super::callee::{Named, named};
use super::facts::Facts;
use super::shape::Shape;
use super::{Lower, Refused, Res, Val, walk};
use crate::diagnostics::Kind;
use crate::hir::{Closure, Expr, ExprKind, PatKind, Type, Var};
use crate::ir::{Arg, Callee, Ending, FloatTy, Mode, Ty, Value};
use crate::rules;

/// A closure that a variable is bound to.
pub(super) struct Bound<'a> {
    /// What it does.
    closure: &'a Closure,
    /// What a `move` closure has taken with it.
    captured: Vec<(Var, Val)>,
}

/// A function that is passed by value.
#[derive(Clone)]
pub(super) enum Function<'a> {
    /// A closure, by number.
    Closure(usize),
    /// The path of a function, and the expression that it is.
    Path(&'a syn::Path, &'a Expr),
}

/// The shape of something, and whether it may be active.
pub(super) type Fact = (Shape, bool);

impl<'a> Facts<'a> {
    /// The closure that an expression is, or that the variable is bound to.
    pub(super) fn closure<'x>(&self, e: &'x Expr) -> Option<&'x Closure>
    where
        'a: 'x,
    {
        match &e.kind {
            ExprKind::Closure(closure) => Some(closure),
            ExprKind::Var(v) => self.bound_closure(*v),
            ExprKind::Ref(_, inner) => self.closure(inner),
            _ => None,
        }
    }

    /// The closure that a variable is bound to.
    pub(super) fn bound_closure(&self, v: Var) -> Option<&'a Closure> {
        self.closures.get(&v).copied()
    }

    /// What a closure's value may be, over all its calls.
    pub(super) fn closure_result(&self, closure: &Closure) -> Fact {
        let (found, tainted) = self.fact(&closure.body);
        let shape = match closure.ret.as_ref().map(Shape::of) {
            Some(declared) if declared != Shape::Unknown => declared,
            _ => found,
        };
        (shape, tainted)
    }

    /// Whether anything active flows into a closure, or through its parameters.
    pub(super) fn closure_is_tainted(&self, e: &Expr, closure: &Closure) -> bool {
        self.reads_tainted(e) || closure.inner.clone().any(|v| self.is_tainted(Var(v)))
    }

    /// What a function gives that is passed by value: a closure, or the path of one.
    pub(super) fn applied(&self, f: &Expr, args: &[Fact]) -> Fact {
        if let Some(closure) = self.closure(f) {
            return self.closure_result(closure);
        }
        let tainted = args.iter().any(|(_, tainted)| *tainted);
        let shape = match &f.kind {
            ExprKind::Path(path) => match named(self.f, path, args.len()) {
                Named::Float(ty, name) => self.float_shape(ty, &name, args.len()),
                Named::From(ty) => Shape::Float(ty),
                Named::Libm(function) => Shape::of_libm(&function),
                Named::Recursive => Shape::of(&self.f.ret),
                _ => Shape::Unknown,
            },
            _ => Shape::Unknown,
        };
        (shape, tainted)
    }

    /// Lets arguments flow into a closure's parameters.
    pub(super) fn feed(&mut self, closure: &Closure, args: &[Fact]) {
        for (i, ((pat, ty), (shape, tainted))) in closure.params.iter().zip(args).enumerate() {
            let declared = ty.as_ref().map(Shape::of).filter(|s| *s != Shape::Unknown);
            let shape = declared.unwrap_or_else(|| shape.clone());
            let known = self.params.entry((std::ptr::from_ref(closure), i)).or_insert(Shape::Unknown);
            // A closure has one type: what one call says of it holds for all.
            let joined = known.clone().join(shape.clone());
            let shape = match (&*known, joined) {
                (Shape::Unknown, _) => shape,
                (known, Shape::Unknown) => known.clone(),
                (_, joined) => joined,
            };
            *known = shape.clone();
            self.bind(pat, &shape, *tainted);
        }
    }

    /// Lets the arguments of a call flow into a closure, and what it writes through them back.
    pub(super) fn feed_call(&mut self, closure: &Closure, args: &[Expr]) {
        let facts: Vec<Fact> = args.iter().map(|a| self.fact(a)).collect();
        self.feed(closure, &facts);
        for ((pat, _), arg) in closure.params.iter().zip(args) {
            if let (PatKind::Var(p), true, Some(a)) = (&pat.kind, self.lends_mutably(arg), walk::root(arg)) {
                self.add_alias(*p, a);
            }
        }
    }

    /// The closure that a call is of.
    pub(super) fn callee<'x>(&self, e: &'x Expr) -> Option<(&'x Closure, &'x [Expr])>
    where
        'a: 'x,
    {
        match &e.kind {
            ExprKind::CallClosure(v, args, _) => Some((self.bound_closure(*v)?, args)),
            ExprKind::CallNow(f, args) => Some((self.closure(f)?, args)),
            _ => None,
        }
    }
}

impl<'a> Lower<'a, '_> {
    /// A closure as a value: only calls of it do anything.
    pub(super) fn closure(&mut self, e: &'a Expr, closure: &'a Closure) -> Res<Val> {
        let mut captured = Vec::new();
        if closure.moves {
            let assigned = closure.assigned();
            for (_, v) in &e.reads {
                if assigned.contains(v) {
                    return self.refuse(Kind::MovedState, e, &[&self.f.vars[v.0 as usize].ident.to_string()]);
                }
                if let Some(val) = self.env[v.0 as usize].clone() {
                    captured.push((*v, self.taken(val)));
                }
            }
        }
        self.closures.push(Bound { closure, captured });
        Ok(Val::Closure(self.closures.len() - 1))
    }

    /// What a `move` closure takes: a copy of an array that may change afterwards.
    fn taken(&mut self, val: Val) -> Val {
        match val {
            Val::Place(p) if self.changing.contains(&self.func.root(p)) => Val::Place(self.copied(p)),
            Val::Tuple(vals) => Val::Tuple(vals.into_iter().map(|val| self.taken(val)).collect()),
            val => self.kept_reference(val),
        }
    }

    /// `f(args)` of a local closure.
    pub(super) fn call_closure(&mut self, v: Var, args: &'a [Expr], e: &'a Expr) -> Res<Val> {
        let name = self.f.vars[v.0 as usize].ident.to_string();
        match self.env.get(v.0 as usize).cloned().flatten() {
            Some(Val::Closure(id)) => {
                let (closure, captured) = (self.closures[id].closure, self.closures[id].captured.clone());
                self.inline(closure, &captured, args, e)
            }
            Some(Val::Poison) => Err(Refused),
            _ => self.refuse(Kind::LocalCall, e, &[&name]),
        }
    }

    /// `(|x| …)(args)`
    pub(super) fn call_now(&mut self, f: &'a Expr, args: &'a [Expr], e: &'a Expr) -> Res<Val> {
        match &f.kind {
            ExprKind::Closure(closure) => self.inline(closure, &[], args, e),
            _ => self.refuse(Kind::NotDifferentiated, e, &["a call of a computed function"]),
        }
    }

    fn inline(
        &mut self,
        closure: &'a Closure,
        captured: &[(Var, Val)],
        args: &'a [Expr],
        e: &'a Expr,
    ) -> Res<Val> {
        if args.len() != closure.params.len() {
            return self.refuse(Kind::LocalCall, e, &["closure"]);
        }
        let mut vals = Vec::new();
        for (a, (_, ty)) in args.iter().zip(&closure.params) {
            if self.facts.is_passed_verbatim(a) {
                vals.push(None);
                continue;
            }
            let val = self.expr(a, ty.as_ref())?;
            let val = self.owned(val, a)?;
            let val = self.kept_beside(val, args.iter());
            vals.push(Some(self.settled(val, ty.as_ref(), a)?));
        }
        self.within(closure, captured, |s| {
            for ((val, (pat, _)), a) in vals.into_iter().zip(&closure.params).zip(args) {
                match val {
                    Some(val) => s.bind(pat, val)?,
                    None => {
                        let reads = s.copied_reads(a)?;
                        s.opaque_let(&pat.tokens, a.tokens.clone(), pat, reads);
                        s.declare_opaque(pat)?;
                    }
                }
            }
            s.closure_body(closure, None)
        })
    }

    pub(super) fn closure_body(&mut self, closure: &'a Closure, hint: Option<&Type>) -> Res<Val> {
        let val = self.expr(&closure.body, closure.ret.as_ref().or(hint))?;
        match (&val, &closure.ret) {
            (Val::Scalar(_), Some(_)) => self.settled(val, closure.ret.as_ref(), &closure.body),
            (_, ty) => {
                ty.iter().for_each(|ty| self.agrees(&val, ty));
                Ok(val)
            }
        }
    }

    /// Runs `f` where the closure's own variables are in scope, and nowhere else.
    fn within<T>(
        &mut self,
        closure: &'a Closure,
        captured: &[(Var, Val)],
        f: impl FnOnce(&mut Self) -> Res<T>,
    ) -> Res<T> {
        let inner: Vec<Option<Val>> = closure.inner.clone().map(|v| self.env[v as usize].take()).collect();
        let outer: Vec<Option<Val>> =
            captured.iter().map(|(v, val)| self.env[v.0 as usize].replace(val.clone())).collect();
        let done = f(self);
        for ((v, _), val) in captured.iter().zip(outer) {
            self.env[v.0 as usize] = val;
        }
        for (v, val) in closure.inner.clone().zip(inner) {
            self.env[v as usize] = val;
        }
        done
    }

    /// A function that is passed by value: what a `move` closure takes, it takes now.
    pub(super) fn passed_function(&mut self, f: &'a Expr) -> Res<Function<'a>> {
        match &f.kind {
            ExprKind::Closure(closure) => match self.closure(f, closure)? {
                Val::Closure(id) => Ok(Function::Closure(id)),
                _ => Err(Refused),
            },
            ExprKind::Ref(_, inner) => self.passed_function(inner),
            ExprKind::Var(v) => match self.env.get(v.0 as usize).cloned().flatten() {
                Some(Val::Closure(id)) => Ok(Function::Closure(id)),
                Some(Val::Poison) => Err(Refused),
                _ => self.refuse(Kind::LocalCall, f, &[&self.f.vars[v.0 as usize].ident.to_string()]),
            },
            ExprKind::Path(path) => Ok(Function::Path(path, f)),
            _ => self.refuse(Kind::NotDifferentiated, f, &["this function"]),
        }
    }

    /// The variables from outside that a function assigns to.
    pub(super) fn assigned_by(&self, f: &Function<'a>) -> Vec<Var> {
        match f {
            Function::Closure(id) => self.closures[*id].closure.assigned(),
            Function::Path(..) => Vec::new(),
        }
    }

    /// A function that is passed by value, called. `at` is to blame.
    pub(super) fn apply(&mut self, f: &Function<'a>, args: Vec<Val>, at: &'a Expr) -> Res<Val> {
        self.apply_for(f, args, None, at)
    }

    /// The same, where the context asks for a type.
    pub(super) fn apply_for(
        &mut self,
        f: &Function<'a>,
        args: Vec<Val>,
        hint: Option<&Type>,
        at: &'a Expr,
    ) -> Res<Val> {
        if self.dead {
            return Ok(Val::Never);
        }
        match f {
            Function::Closure(_) => {
                let mut val = Val::Never;
                self.within_function(f, args, at, &mut |s, closure| {
                    val = s.closure_body(closure, hint)?;
                    Ok(())
                })?;
                Ok(val)
            }
            Function::Path(path, f) => self.apply_path(path, args, f),
        }
    }

    /// Runs `body` where a closure's parameters are bound to arguments.
    pub(super) fn within_function(
        &mut self,
        f: &Function<'a>,
        args: Vec<Val>,
        at: &'a Expr,
        body: &mut dyn FnMut(&mut Self, &'a Closure) -> Res<()>,
    ) -> Res<()> {
        let Function::Closure(id) = f else { return Err(Refused) };
        let (closure, captured) = (self.closures[*id].closure, self.closures[*id].captured.clone());
        if args.len() != closure.params.len() {
            return self.refuse(Kind::NotDifferentiated, at, &["this function"]);
        }
        self.within(closure, &captured, |s| {
            for (val, (pat, ty)) in args.into_iter().zip(&closure.params) {
                ty.iter().for_each(|ty| s.agrees(&val, ty));
                s.bind(pat, val)?;
            }
            body(s, closure)
        })
    }

    /// Runs `body` where a closure's parameter is bound to the error of what `present` says that it isn't there; to
    /// nothing, if it makes nothing of it.
    pub(super) fn within_error(
        &mut self,
        f: &Function<'a>,
        present: Value,
        at: &'a Expr,
        body: &mut dyn FnMut(&mut Self, &'a Closure) -> Res<()>,
    ) -> Res<()> {
        if let Some(n) = self.ignored_parameters(f) {
            return self.within_function(f, vec![Val::Unit; n], at, body);
        }
        let (Function::Closure(id), Some(rest)) = (f, self.rests.get(&present).copied()) else {
            return self.refuse(Kind::NotDifferentiated, at, &["a closure that reads the error"]);
        };
        let (closure, captured) = (self.closures[*id].closure, self.closures[*id].captured.clone());
        self.within(closure, &captured, |s| {
            for (pat, _) in &closure.params {
                s.bind_error(pat, &pat.tokens, rest);
                walk::bound(pat, &mut |v| s.declare(v));
            }
            body(s, closure)
        })
    }

    /// `.and_then(helper)`: a call whose `Option` is taken apart.
    pub(super) fn apply_path_apart(&mut self, path: &syn::Path, args: Vec<Val>, f: &'a Expr) -> Res<Val> {
        self.apply_path_through(path, args, f, &[], Ending::Apart)
    }

    /// A call by a path, and what stands behind it, the last first.
    pub(super) fn apply_path_through(
        &mut self,
        path: &syn::Path,
        args: Vec<Val>,
        f: &'a Expr,
        links: &[&'a Expr],
        ending: Ending,
    ) -> Res<Val> {
        let (Named::Function | Named::Recursive) = named(self.f, path, args.len()) else {
            return self.refuse(Kind::NotDifferentiated, f, &["this function"]);
        };
        let args = args.into_iter().map(|val| self.passed(val, f)).collect::<Res<Vec<_>>>()?;
        let taken = self.taken_by(links, ending)?;
        let callee = Callee { taken: Some(taken), ..Callee::new(path.clone()) };
        Ok(self.emit_call(callee, args, None))
    }

    /// How many parameters a function has that it makes nothing of.
    pub(super) fn ignored_parameters(&self, f: &Function<'a>) -> Option<usize> {
        let Function::Closure(id) = f else { return Some(0) };
        let closure = self.closures[*id].closure;
        let ignored = |p: &crate::hir::Pat| match p.kind {
            PatKind::Wild => true,
            PatKind::Var(v) => !closure.body.reads.iter().any(|(_, read)| *read == v),
            _ => false,
        };
        closure.params.iter().all(|(p, _)| ignored(p)).then_some(closure.params.len())
    }

    /// `.map(f64::sqrt)`, `.map(helper)`
    fn apply_path(&mut self, path: &syn::Path, args: Vec<Val>, f: &'a Expr) -> Res<Val> {
        match named(self.f, path, args.len()) {
            Named::Float(ty, name) => {
                let Some(rule) = rules::by_method(&name, args.len()) else {
                    return self.refuse(Kind::NotDifferentiated, f, &["this function"]);
                };
                let mut operands = Vec::new();
                for (i, val) in args.into_iter().enumerate() {
                    let v = self.scalar_of(val, f)?;
                    operands.push(match rule.get().operand_kind(i) {
                        rules::Kind::Float => self.asserted(v, f)?,
                        _ => v,
                    });
                }
                let val = Val::Scalar(self.elem(rule, operands));
                self.float_path(&val, &ty);
                Ok(val)
            }
            Named::Libm(function) => {
                let operands = args.into_iter().map(|val| {
                    let v = self.scalar_of(val, f)?;
                    self.asserted(v, f)
                });
                let operands = operands.collect::<Res<Vec<_>>>()?;
                Ok(self.libm(&function, path, operands))
            }
            Named::From(ty) if args.len() == 1 => {
                let val = args.into_iter().next().ok_or(Refused)?;
                let v = self.scalar_of(val, f)?;
                Ok(Val::Scalar(self.push(crate::ir::Op::Cast(v), Ty::Float(ty))))
            }
            named @ (Named::Function | Named::Recursive) => {
                let args = args.into_iter().map(|val| self.passed(val, f)).collect::<Res<Vec<_>>>()?;
                let ret = (named == Named::Recursive && self.f.wrap.is_none()).then_some(&self.f.ret);
                Ok(self.emit_call(Callee::new(path.clone()), args, ret))
            }
            _ => self.refuse(Kind::NotDifferentiated, f, &["this function"]),
        }
    }

    /// An argument of a function that is called by an iterator.
    fn passed(&mut self, val: Val, f: &'a Expr) -> Res<Arg> {
        Ok(match val {
            Val::Scalar(v) => Arg::Value(v),
            Val::ScalarRef(v) => Arg::ValueRef(v),
            Val::Place(p) => Arg::Place(p, Mode::Value),
            Val::PlaceRef(p, false) => Arg::Place(p, Mode::Ref),
            Val::PlaceRef(p, true) => {
                self.written(p);
                Arg::Place(p, Mode::Mut)
            }
            Val::Tuple(vals) => Arg::Place(self.gathered(vals, f)?, Mode::Value),
            Val::TupleRef(vals) => Arg::Place(self.gathered(vals, f)?, Mode::Ref),
            _ => return Err(Refused),
        })
    }
}

impl Facts<'_> {
    /// Whether an argument of a closure is copied as it is, since only rustc knows what it is.
    pub(super) fn is_passed_verbatim(&self, a: &Expr) -> bool {
        self.is_copied(a) && !self.shape(a).is_known()
    }

    /// The shape of an operation on floats that is called by its path.
    pub(super) fn float_shape(&self, ty: FloatTy, name: &str, args: usize) -> Shape {
        let float = Shape::Float(ty);
        match rules::by_method(name, args) {
            Some(rule) => match rule.get().result {
                rules::Kind::Float => float,
                rules::Kind::Int => Shape::Int(None),
                rules::Kind::Bool => Shape::Bool,
            },
            None => Shape::Tuple(vec![float.clone(), float]),
        }
    }
}
