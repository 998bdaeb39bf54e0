//! Statements.

use super::shape::Shape;
use super::types::Node;
use super::{Lower, Res, Val};
use crate::diagnostics::Kind;
use crate::hir::{Expr, ExprKind, Pat, PatKind, Stmt, StmtKind, Type};
use crate::ir::{FloatTy, Origin, PlaceKind, PlaceTy, Ty};
use quote::quote;

impl<'a> Lower<'a, '_> {
    /// One statement, with its own origin.
    pub(super) fn stmt(&mut self, s: &'a Stmt) -> Res<()> {
        let outer = self.enter(s);
        let held = self.held.len();
        let done = match &s.kind {
            StmtKind::Let { pat, ty, head, init } => {
                let done = match init {
                    Some(init) => {
                        self.keep_digits(pat).and_then(|()| self.let_init(s, (pat, ty.as_ref(), head), init))
                    }
                    None => self.let_later(pat, head),
                };
                if done.is_err() {
                    self.poison(pat);
                }
                done
            }
            StmtKind::Expr(e) => self.discard(e),
        };
        // What is matched with patterns is used in the arms, which come later.
        if !matches!(&s.kind, StmtKind::Expr(e) if matches!(e.kind, ExprKind::Choose(_))) {
            self.release(held);
        }
        self.origin = outer;
        self.reasoned(done, s.span)
    }

    /// A refusal always says why: where whoever refused had nothing to say, the statement is to blame.
    pub(super) fn reasoned<T>(&mut self, done: Res<T>, span: proc_macro2::Span) -> Res<T> {
        match done {
            Err(_) if !self.refused => {
                self.refuse_at(Kind::NotDifferentiated, span, &["something in this statement"])
            }
            done => done,
        }
    }

    /// Makes a statement the origin of what follows; gives back the origin before.
    pub(super) fn enter(&mut self, s: &Stmt) -> Origin {
        let origin = Origin { span: s.span, text: Some(s.text.clone()) };
        std::mem::replace(&mut self.origin, origin)
    }

    fn let_init(
        &mut self,
        s: &'a Stmt,
        (pat, ty, head): (&'a Pat, Option<&'a Type>, &proc_macro2::TokenStream),
        init: &'a Expr,
    ) -> Res<()> {
        if self.facts.let_is_copied(s) {
            return self.let_copied(pat, head, init);
        }
        if let crate::hir::PatKind::Var(v) = &pat.kind
            && self.facts.holds_option(*v)
        {
            return self.let_option(*v, init);
        }
        if let crate::hir::PatKind::Var(v) = &pat.kind
            && self.facts.is_given(*v)
            && self.facts.is_copied(init)
        {
            // A type with holes says what the code alone may not.
            if ty.is_some_and(|ty| self.spelled(ty).is_none()) {
                return self.let_copied(pat, head, init);
            }
            let val = self.start_given(*v, ty, init)?;
            return self.bind_let(pat, val);
        }
        if let (PatKind::Tuple(ps), ExprKind::Tuple(es)) = (&pat.kind, &init.kind)
            && ps.len() == es.len()
            && es.iter().any(super::data::is_new_vec)
        {
            return self.let_vecs(ps, es);
        }
        let (shape, _) = self.facts.let_fact(s);
        if let (true, Some(place)) = (super::data::is_new_vec(init), shape.place()) {
            let val = self.new_vec(init, place)?;
            return self.bind(pat, val);
        }
        if let Some(scalar) = shape.scalar()
            && !self.facts.shape(init).is_known()
            && self.ends_flow(init, &scalar)
        {
            let v = self.typed(init, scalar)?;
            return self.bind(pat, Val::Scalar(v));
        }
        if let crate::hir::PatKind::Var(v) = &pat.kind
            && self.facts.iterators.contains_key(v)
            && self.facts.is_tainted(*v)
        {
            let val = self.bound_iterator(*v, init)?;
            return self.bind(pat, val);
        }
        let told = match ty {
            None => self.told_by_pattern(pat, init),
            Some(Type::Vec(_)) if super::shape::place_ty(ty.unwrap_or(&Type::Unit)).is_none() => {
                shape.to_type()
            }
            Some(_) => None,
        };
        let val = self.expr(init, told.as_ref().or(ty))?;
        let val = self.settled(val, ty, init)?;
        if let (PatKind::Var(v), Val::Tuple(parts)) = (&pat.kind, &val)
            && self.is_passive_option(*v)
            && let [Val::Scalar(_), Val::Scalar(_)] = parts[..]
        {
            return self.passive_option(*v, head, val);
        }
        self.bind_let(pat, val)
    }

    /// Whether a variable is an `Option` of something passive, which copied code reads.
    pub(super) fn is_passive_option(&self, v: crate::hir::Var) -> bool {
        !self.facts.is_tainted(v) && matches!(self.facts.var(v), Shape::Option(_))
    }

    /// `let o = c.then(|| { s *= 2.0; 3 });`: what is followed for what it does besides, and is an `Option` of copied code.
    fn passive_option(&mut self, v: crate::hir::Var, head: &proc_macro2::TokenStream, val: Val) -> Res<()> {
        let ident = self.f.vars[v.0 as usize].ident.clone();
        let reads = self.read_of(&ident, &val).into_iter().collect();
        let code = quote!({
            let (value, present) = #ident;
            present.then_some(value)
        });
        self.opaque_declaration(head.clone(), code, vec![ident], reads);
        self.declare(v);
        Ok(())
    }

    /// The type of what several calls bring, where a pattern says that it is a tuple.
    fn told_by_pattern(&self, pat: &Pat, init: &Expr) -> Option<Type> {
        let (shape, tainted) = self.facts.fact(init);
        let open = matches!(shape, Shape::Unknown | Shape::Float(FloatTy::Unknown)) && tainted;
        let branches = matches!(
            init.kind,
            ExprKind::If(..) | ExprKind::Block(_) | ExprKind::Loop { .. } | ExprKind::Labelled(..)
        );
        match pat.kind {
            PatKind::Tuple(_) if open && branches => self.type_of_pattern(pat),
            _ => None,
        }
    }

    fn type_of_pattern(&self, pat: &Pat) -> Option<Type> {
        match &pat.kind {
            PatKind::Tuple(ps) => {
                let parts = ps.iter().map(|p| self.type_of_pattern(p));
                Some(Type::Tuple(parts.collect::<Option<_>>()?))
            }
            PatKind::Var(v) => match self.facts.var(*v) {
                Shape::Unknown => Some(Type::Float(FloatTy::Unknown)),
                shape => shape.to_type(),
            },
            _ => None,
        }
    }

    /// `let (mut a, mut b) = (Vec::new(), Vec::new());`
    fn let_vecs(&mut self, ps: &'a [Pat], es: &'a [Expr]) -> Res<()> {
        let mut vals = Vec::new();
        for (p, e) in ps.iter().zip(es) {
            let ty = match &p.kind {
                PatKind::Var(v) if super::data::is_new_vec(e) => self.facts.var(*v).place(),
                _ => None,
            };
            let val = match ty {
                Some(ty) => self.new_vec(e, ty)?,
                None => self.expr(e, None)?,
            };
            vals.push(self.owned(val, e)?);
        }
        ps.iter().zip(vals).try_for_each(|(p, val)| self.bind(p, val))
    }

    /// What a `let` with a declared type binds: a call's result is of that type.
    pub(super) fn settled(&mut self, val: Val, ty: Option<&Type>, init: &'a Expr) -> Res<Val> {
        // A part of a call's result too: rustc sees to it that it is.
        if let (Val::Place(p), Some(declared @ PlaceTy::Array(..))) =
            (&val, ty.and_then(super::shape::place_ty))
        {
            let info = &mut self.func.places[p.0 as usize];
            if info.ty == PlaceTy::Unknown && matches!(info.kind, PlaceKind::View { .. }) {
                info.ty = declared;
            }
        }
        let Some(scalar) = ty.map(Shape::of).and_then(|s| s.scalar()) else {
            ty.iter().for_each(|ty| self.agrees(&val, ty));
            return Ok(val);
        };
        if val == Val::Never {
            return Ok(val);
        }
        let v = self.scalar_of(val, init)?;
        self.know(v, &scalar);
        Ok(Val::Scalar(v))
    }

    /// Takes over what a type says of the numbers in a value: no code may be left that says it to rustc.
    pub(super) fn agrees(&mut self, val: &Val, ty: &Type) {
        match (val, ty) {
            (_, Type::Ref(_, ty)) => self.agrees(val, ty),
            (Val::Tuple(vals) | Val::TupleRef(vals), Type::Tuple(types)) if vals.len() == types.len() => {
                vals.iter().zip(types).for_each(|(val, ty)| self.agrees(val, ty));
            }
            (Val::Scalar(v) | Val::ScalarRef(v), Type::Other(ty)) if ty.to_string() != "_" => {
                self.told.push((Node::Value(*v), ty.clone()));
            }
            (Val::Scalar(v) | Val::ScalarRef(v), ty) if *self.ty(*v) != Ty::Opaque => {
                let known = Shape::of(ty).scalar();
                known.iter().for_each(|ty| self.know(*v, ty));
            }
            (Val::Place(p) | Val::PlaceRef(p, _), ty) if element_name(ty).is_some() => {
                self.told.extend(element_name(ty).map(|ty| (Node::Place(*p), ty.clone())));
            }
            (Val::Place(p) | Val::PlaceRef(p, _), ty) => {
                let known = super::shape::place_ty(ty).and_then(|ty| ty.scalar().cloned());
                known.iter().for_each(|ty| self.types.know(&self.func, Node::Place(*p), ty));
            }
            _ => {}
        }
    }

    fn let_copied(&mut self, pat: &'a Pat, head: &proc_macro2::TokenStream, init: &'a Expr) -> Res<()> {
        let reads = self.copied_reads(init)?;
        let mut moved = Vec::new();
        super::walk::bound(pat, &mut |v| {
            if !self.facts.is_opaque(v) && (self.facts.is_asserted(v) || self.facts.is_given(v)) {
                moved.push(self.f.vars[v.0 as usize].ident.to_string());
            }
        });
        let head = &super::given::without_mut(head, &moved);
        self.opaque_let(head, init.tokens.clone(), pat, reads);
        self.declare_opaque(pat)
    }

    /// `let x;`
    fn let_later(&mut self, pat: &'a Pat, head: &proc_macro2::TokenStream) -> Res<()> {
        let mut vars = Vec::new();
        super::walk::bound(pat, &mut |v| vars.push(v));
        if vars.iter().any(|v| self.facts.is_opaque(*v)) {
            self.opaque_let(head, quote!(), pat, Vec::new());
            self.unset.extend(&vars);
            return self.declare_opaque(pat);
        }
        for v in vars {
            // What several ways of the program will bring needs one place from the beginning.
            let ty = self.facts.var(v).place().filter(|ty| ty.is_fixed() || super::slot::is_made_before(ty));
            let val = match ty {
                Some(ty @ (PlaceTy::Array(..) | PlaceTy::Vec(_) | PlaceTy::User(_)))
                    if self.facts.is_tainted(v) =>
                {
                    let place = self.empty_place(ty);
                    self.name_place(place, self.user_name(v));
                    self.changing.insert(place);
                    Val::Place(place)
                }
                _ if self.facts.holds_option(v) => self.option_later(v).unwrap_or(Val::Uninit),
                _ => match self.facts.var(v) {
                    Shape::Ref(false, inner) if self.facts.is_tainted(v) => match *inner {
                        Shape::Place(ty) => Val::PlaceRef(self.own_reference(ty), false),
                        _ => Val::Uninit,
                    },
                    _ => Val::Uninit,
                },
            };
            self.env[v.0 as usize] = Some(val);
        }
        Ok(())
    }

    /// An expression for its effect.
    pub(super) fn discard(&mut self, e: &'a Expr) -> Res<()> {
        if self.facts.is_copied(e) && self.facts.set_behind(e).is_none() {
            return self.copy_effect(e);
        }
        match &e.kind {
            ExprKind::If(c, then, els) => self.branch_unit(c, then, els.as_deref()),
            ExprKind::Block(b) if self.is_scope(b) => self.unit_scope(e, b),
            ExprKind::Block(b) => self.unit_block(b),
            ExprKind::Method { recv, name, args, .. }
                if name == "pop" && args.is_empty() && super::data::picked(&self.facts, e).is_some() =>
            {
                self.pop_and_drop(recv, e)
            }
            ExprKind::Call { .. } => self.call(e, Some(&Type::Unit)).map(drop),
            _ if self.facts.taken(e).is_some() => self.expr(e, Some(&Type::Unit)).map(drop),
            ExprKind::Method { .. } => self.expr(e, Some(&Type::Unit)).map(drop),
            _ => self.expr(e, None).map(drop),
        }
    }
}

/// The type of the elements by its name, if nothing is known of it.
fn element_name(ty: &Type) -> Option<&proc_macro2::TokenStream> {
    let (Type::Array(ty, _) | Type::Slice(ty) | Type::Vec(ty)) = ty else { return None };
    match &**ty {
        Type::Other(name) if name.to_string() != "_" => Some(name),
        ty => element_name(ty),
    }
}
