//! Passive code that is copied verbatim.

use super::shape::Shape;
use super::{Lower, Refused, Res, Val};
use crate::analysis::Activity;
use crate::diagnostics::Kind;
use crate::hir::{Expr, ExprKind, Pat, Type, Var};
use crate::ir::{self, Again, FloatTy, Op, OpaqueKind, Read, ReadOf, Ty, Value};
use proc_macro2::{Ident, TokenStream};
use quote::quote_spanned;

/// The code of the number that copied code is a reference to, and its type.
fn number_behind(e: &Expr, shape: &Shape) -> Option<(TokenStream, Ty)> {
    let (mut shape, mut stars) = (shape, TokenStream::new());
    let span = crate::names::emitted(e.span);
    while let Shape::Ref(_, of) = shape {
        shape = of;
        stars.extend(quote_spanned!(span=> *));
    }
    // What is only assumed to be a float may be anything.
    let ty = shape.scalar().filter(|ty| !stars.is_empty() && *ty != Ty::Float(FloatTy::Unknown))?;
    let tokens = &e.tokens;
    Some(match e.kind {
        ExprKind::Var(_) | ExprKind::Method { .. } => (quote_spanned!(span=> #stars #tokens), ty),
        _ => (quote_spanned!(span=> #stars (#tokens)), ty),
    })
}

impl<'a> Lower<'a, '_> {
    /// A copied expression: typed as its tokens or its context say, opaque otherwise.
    pub(super) fn copy_value(&mut self, e: &'a Expr, hint: Option<&Type>) -> Res<Val> {
        let shape = self.facts.shape(e);
        match &shape {
            Shape::Never | Shape::Unit => {
                self.copy_effect(e)?;
                return Ok(if self.dead { Val::Never } else { Val::Unit });
            }
            _ => {}
        }
        if super::convert::generic_constant(self.f, e).is_some() {
            let v = self.copy_typed(e, Ty::Opaque)?;
            let ty = shape.scalar().unwrap_or(Ty::Opaque);
            return Ok(Val::Scalar(self.push(Op::AssertFloat(v), ty)));
        }
        if let Some(val) = self.given(e, hint) {
            return val;
        }
        if let Some((code, ty)) = number_behind(e, &shape) {
            return self.copy_code(e, code, ty).map(Val::ScalarRef);
        }
        // A float that is only assumed to be one is asserted where it is used.
        let assumed = Ty::Float(FloatTy::Unknown);
        let hinted = hint.map(Shape::of).and_then(|s| s.scalar()).filter(|t| *t != assumed);
        let ty = shape.scalar().filter(|t| *t != assumed).or(hinted);
        self.copy_typed(e, ty.unwrap_or(Ty::Opaque)).map(Val::Scalar)
    }

    /// A copied expression of a known type.
    pub(super) fn copy_typed(&mut self, e: &'a Expr, ty: Ty) -> Res<Value> {
        self.copy_code(e, e.tokens.clone(), ty)
    }

    /// The same with code made of the expression.
    fn copy_code(&mut self, e: &'a Expr, code: TokenStream, ty: Ty) -> Res<Value> {
        let reads = self.copied_reads(e)?;
        // Which way is taken, and which number counts, has no derivative.
        if !matches!(ty, Ty::Bool | Ty::Int(_)) {
            self.presume_passive(e);
        }
        Ok(self.push(Op::opaque(OpaqueKind::Expr(code), reads), ty))
    }

    /// Notes what is read of variables that nothing active is known to flow into, to look at once more in the end.
    fn presume_passive(&mut self, e: &'a Expr) {
        for (ident, v) in &e.reads {
            if !self.facts.is_tainted(*v)
                && let Some(val) = self.env.get(v.0 as usize).cloned().flatten()
            {
                let read = self.read_of(ident, &val);
                self.passive.extend(read);
            }
        }
    }

    /// A copied expression whose value, if any, is dropped.
    pub(super) fn copy_effect(&mut self, e: &'a Expr) -> Res<()> {
        let reads = self.copied_reads(e)?;
        if self.facts.shape(e) == Shape::Never {
            self.effect(Op::Exit { code: e.tokens.clone(), reads });
            self.dead = true;
        } else {
            self.effect(Op::opaque(OpaqueKind::Expr(e.tokens.clone()), reads));
        }
        Ok(())
    }

    /// What copied code reads; refused if it would leave a construct that is not copied with it.
    pub(super) fn copied_reads(&mut self, e: &'a Expr) -> Res<Vec<Read>> {
        if e.escapes {
            let mut harmless = None;
            super::walk::each(e, &mut |e| {
                if matches!(e.kind, ExprKind::Unknown("a macro")) && never_jumps(&e.tokens) {
                    harmless.get_or_insert(e);
                }
            });
            return match harmless {
                Some(e) => self.refuse(Kind::MacroInside, e, &[]),
                None => self.refuse(Kind::Escape, e, &[]),
            };
        }
        if let Some(place) = self.facts.noted_down(e) {
            return self.refuse(Kind::NotedDown, e, &[&place]);
        }
        self.reads(&e.reads)
    }

    /// What identifiers in opaque code stand for here. Variables of opaque code stand for themselves.
    pub(super) fn reads(&mut self, idents: &[(Ident, Var)]) -> Res<Vec<Read>> {
        let mut out: Vec<Read> = Vec::new();
        let mut seen: Vec<(String, Var)> = Vec::new();
        for (ident, v) in idents {
            let key = (ident.to_string(), *v);
            if seen.contains(&key) {
                continue;
            }
            match self.env.get(v.0 as usize).cloned().flatten() {
                Some(Val::Poison) => return Err(Refused),
                Some(Val::Opaque) => self.still_visible(ident, *v)?,
                Some(Val::Closure(_) | Val::Iter(_)) => {
                    return self.refuse_at(Kind::LookedIntoClosure, ident.span(), &[&ident.to_string()]);
                }
                Some(Val::Tuple(_)) if self.is_passive_option(*v) => {
                    let what = format!("the `Option` `{ident}` in code that is not looked into,");
                    return self.refuse_at(Kind::NotDifferentiated, ident.span(), &[&what]);
                }
                Some(_) if self.facts.holds_option(*v) => {
                    let what = format!("the `Option` `{ident}` in code that is not looked into,");
                    return self.refuse_at(Kind::NotDifferentiated, ident.span(), &[&what]);
                }
                Some(val) => out.extend(self.read_of(ident, &val)),
                None => {}
            }
            seen.push(key);
        }
        Ok(out)
    }

    /// An identifier that stands for a value.
    pub(super) fn read_of(&mut self, ident: &Ident, val: &Val) -> Option<Read> {
        Some(Read { ident: ident.clone(), source: source(val)? })
    }

    /// Opaque code in an inner block declares its variables in the surrounding one; a variable that is
    /// hidden by that could not be read any more.
    fn still_visible(&mut self, ident: &Ident, v: Var) -> Res<()> {
        let name = ident.to_string();
        match self.declared.get(&name) {
            Some(latest) if *latest != v => self.refuse_at(Kind::HiddenVariable, ident.span(), &[&name]),
            _ => Ok(()),
        }
    }

    /// `let PATTERN = INIT;`, copied.
    pub(super) fn opaque_let(&mut self, head: &TokenStream, init: TokenStream, pat: &Pat, reads: Vec<Read>) {
        self.repeatable_let(head, init, pat, reads, Again::Unknown);
    }

    /// The same, where it is known what running it once more would change.
    pub(super) fn repeatable_let(
        &mut self,
        head: &TokenStream,
        init: TokenStream,
        pat: &Pat,
        reads: Vec<Read>,
        again: Again,
    ) {
        let mut declares = Vec::new();
        super::walk::bound(pat, &mut |v| declares.push(self.f.vars[v.0 as usize].ident.clone()));
        self.repeatable_declaration(head.clone(), init, declares, reads, again);
    }

    /// The same, from its parts.
    pub(super) fn opaque_declaration(
        &mut self,
        pattern: TokenStream,
        init: TokenStream,
        declares: Vec<Ident>,
        reads: Vec<Read>,
    ) {
        self.repeatable_declaration(pattern, init, declares, reads, Again::Unknown);
    }

    /// The same, where it is known what running it once more would change.
    pub(super) fn repeatable_declaration(
        &mut self,
        pattern: TokenStream,
        init: TokenStream,
        declares: Vec<Ident>,
        reads: Vec<Read>,
        again: Again,
    ) {
        self.effect(Op::Opaque { kind: OpaqueKind::Let { pattern, init, declares }, reads, again });
    }

    /// A variable lives in opaque code from here on.
    pub(super) fn declare(&mut self, v: Var) {
        self.env[v.0 as usize] = Some(Val::Opaque);
        self.declared.insert(self.f.vars[v.0 as usize].ident.to_string(), v);
    }

    /// The variables of an opaque pattern: read verbatim, or as floats if they are used as such.
    pub(super) fn declare_opaque(&mut self, pat: &Pat) -> Res<()> {
        let mut vars = Vec::new();
        super::walk::bound(pat, &mut |v| vars.push(v));
        vars.into_iter().try_for_each(|v| self.declare_opaque_variable(v))
    }

    /// A variable of copied code that active values are written to; of a parameter, there is more to be said.
    pub(super) fn refuse_changed<T>(&mut self, v: Var, kind: Kind) -> Res<T> {
        let ident = &self.f.vars[v.0 as usize].ident;
        let mut parameter = false;
        for param in self.f.params.iter().filter(|param| !param.active) {
            super::walk::bound(&param.pat, &mut |bound| parameter |= bound == v);
        }
        let kind = if parameter { Kind::ConstantParameter } else { kind };
        self.refuse_at(kind, ident.span(), &[&ident.to_string()])
    }

    /// One of them.
    pub(super) fn declare_opaque_variable(&mut self, v: Var) -> Res<()> {
        self.declare(v);
        let ident = self.f.vars[v.0 as usize].ident.clone();
        if self.facts.is_opaque(v) && self.facts.is_tainted(v) {
            self.env[v.0 as usize] = Some(Val::Poison);
            return self.refuse_changed(v, Kind::ChangedOutOfSight);
        }
        if self.facts.is_given(v) {
            let val = self.variable_given(v, &ident)?;
            return self.bind_var(v, val);
        }
        if self.facts.is_tainted(v) && !self.facts.is_asserted(v) {
            self.env[v.0 as usize] = Some(Val::Poison);
            return self.refuse_changed(v, Kind::UnknownStart);
        }
        if self.facts.is_asserted(v) && !self.facts.is_opaque(v) {
            let kind = OpaqueKind::Expr(quote::quote!(#ident));
            let x = self.push(Op::opaque(kind, Vec::new()), Ty::Opaque);
            let x = self.push(Op::AssertFloat(x), Ty::Float(FloatTy::Unknown));
            self.bind_var(v, Val::Scalar(x))?;
        }
        Ok(())
    }
}

/// Whether a macro is in sight, and has nothing in it that jumps.
fn never_jumps(tokens: &TokenStream) -> bool {
    let Ok(mac) = syn::parse2::<syn::Macro>(tokens.clone()) else { return false };
    let Some(name) = mac.path.segments.last() else { return false };
    let definitions = crate::surroundings::macro_definitions(&name.ident);
    let mut jumps = definitions.is_empty();
    for tokens in definitions.iter().chain([&mac.tokens]) {
        let word = |i: &Ident| ["return", "break", "continue"].iter().any(|jump| i == jump);
        crate::names::each_ident(tokens, &mut |i| jumps |= word(i));
        jumps |= tokens.to_string().contains('?');
    }
    !jumps
}

fn source(val: &Val) -> Option<ReadOf> {
    Some(match val {
        Val::Scalar(v) => ReadOf::Value(*v),
        Val::ScalarRef(v) => ReadOf::ValueRef(*v),
        Val::Place(p) | Val::PlaceRef(p, _) => ReadOf::Place(*p),
        Val::Tuple(vals) | Val::TupleRef(vals) => {
            ReadOf::Tuple(vals.iter().map(source).collect::<Option<Vec<_>>>()?)
        }
        _ => return None,
    })
}

/// The first of these reads that is active after all. What flows where is found twice, in the source before anything is lowered,
/// and in the program that comes of it; what the former overlooks must not cost a derivative.
pub(super) fn active<'r>(func: &ir::Func, reads: &'r [Read]) -> Option<&'r Read> {
    if reads.is_empty() {
        return None;
    }
    let activity = Activity::new(func, true);
    reads.iter().find(|read| is_active(func, &activity, &read.source))
}

fn is_active(func: &ir::Func, activity: &Activity, source: &ReadOf) -> bool {
    match source {
        ReadOf::Value(v) | ReadOf::ValueRef(v) => activity.varied(*v),
        ReadOf::Place(p) => activity.place_varied(func, *p),
        ReadOf::Tuple(parts) => parts.iter().any(|part| is_active(func, activity, part)),
    }
}
