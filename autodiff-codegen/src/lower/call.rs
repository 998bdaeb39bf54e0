//! Calls of other functions that an active value flows into.

use super::callee::{self, Named};
use super::place::Loc;
use super::shape::{Shape, elem_ty};
use super::{Lower, Refused, Res, Val, walk};
use crate::diagnostics::Kind;
use crate::hir::{Expr, ExprKind, StmtKind, Type, Var};
use crate::ir::{self, Arg, Callee, FloatTy, Mode, Op, PlaceKind, PlaceTy, Taken, Ty};
use crate::known::Lent;
use crate::surroundings::Unannotated;

impl<'a> Lower<'a, '_> {
    /// What the callee's name says of a call without a derivative of its own.
    pub(super) fn call(&mut self, e: &'a Expr, hint: Option<&Type>) -> Res<Val> {
        let ExprKind::Call { path, qself, args } = &e.kind else { return Err(Refused) };
        if let Some(tabulated) = super::tabulate::classify(&self.facts, e) {
            return self.tabulate(&tabulated, e, hint);
        }
        match self.facts.named(e) {
            Some(Named::Float(ty, name)) => {
                let val = match crate::rules::by_method(&name, args.len()) {
                    Some(rule) => self.rule(rule, &args.iter().collect::<Vec<_>>(), Some(&ty))?,
                    None => self.sin_cos(&args[0])?,
                };
                self.float_path(&val, &ty);
                Ok(val)
            }
            Some(Named::Libm(function)) => {
                let hint = Type::Float(function.float.clone());
                let operands = args.iter().map(|a| self.operand(a, false, Some(&hint)));
                let operands = operands.collect::<Res<Vec<_>>>()?;
                Ok(self.libm(&function, path, operands))
            }
            Some(Named::From(_)) if args.len() == 1 => self.cast(e, &args[0]),
            Some(Named::Mem(name)) => {
                self.check_mem(path, name);
                self.mem(name, args)
            }
            // What isn't copied as it stands jumps, or changes something active.
            Some(Named::Stop) if e.escapes => self.refuse(Kind::Escape, e, &[]),
            Some(Named::Stop) => {
                self.refuse(Kind::NotDifferentiated, e, &["an assignment inside of `stop_gradient(…)`"])
            }
            Some(Named::Constructor) => {
                if let Some(ty) = self.facts.constructed(path) {
                    return self.tuple_struct(ty, path, args);
                }
                let name = path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
                self.refuse(Kind::Constructor, e, &[&name])
            }
            _ if *qself => self.refuse(Kind::QualifiedCall, e, &[]),
            named => self.user_call((e, path), args, named == Some(Named::Recursive), hint, None),
        }
    }

    /// Asks rustc whether a path means the function of `std::mem`: each function has a type of its own. What `std` means may be
    /// the user's choice as well, where nobody sees it.
    fn check_mem(&mut self, path: &syn::Path, name: &str) {
        let name = proc_macro2::Ident::new(name, proc_macro2::Span::mixed_site());
        let mut plain = path.clone();
        plain.segments.iter_mut().for_each(|s| s.arguments = syn::PathArguments::None);
        let check = quote::quote! {
            const _: fn() = || {
                fn same<T>(_: T, _: T) {}
                same(::core::mem::#name::<u8>, #plain::<u8>);
            };
        };
        let text = check.to_string();
        if !self.func.items.iter().any(|i| i.to_string() == text) {
            self.func.items.push(check);
        }
    }

    /// `f64::max(a, b)`: the operation is on `f64`s.
    pub(super) fn float_path(&mut self, val: &Val, ty: &FloatTy) {
        let vals = if let Val::Tuple(vals) = val { &vals[..] } else { std::slice::from_ref(val) };
        for val in vals {
            match val {
                Val::Scalar(v) if self.ty(*v).is_float() => self.know(*v, &Ty::Float(ty.clone())),
                _ => {}
            }
        }
    }

    /// A call that has to be of an annotated function; rustc says so if it isn't. A call as a statement of
    /// its own asks for `()`.
    pub(super) fn user_call(
        &mut self,
        (e, path): (&'a Expr, &syn::Path),
        args: &'a [Expr],
        recursive: bool,
        hint: Option<&Type>,
        taken: Option<Taken>,
    ) -> Res<Val> {
        if let Some(why) = self.facts.left_out(path).map(str::to_string) {
            let name = path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
            return self.refuse(Kind::LeftOut, e, &[&name, &why]);
        }
        // Of what counts or decides, something else is said.
        let counts = matches!(self.facts.result_of(path, args), Some(Type::Bool | Type::Int(_)));
        let underivable = self.f.types.known.is_underivable(path) && !counts;
        if underivable || self.is_plain_item(path) {
            // The attribute alone would not help.
            let closure = |a: &&'a Expr| {
                is_closure(a) || matches!(a.kind, ExprKind::Var(v) if self.facts.closures.contains_key(&v))
            };
            if let Some(a) = args.iter().find(closure).filter(|_| self.f.types.known.taker(path).is_some()) {
                return self.refuse(Kind::ActiveClosure, a, &[]);
            }
            let name = path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
            return self.refuse(Kind::NotAnnotated, e, &[&name]);
        }
        if let Some(name) = self.unread_method(path, args.len()) {
            return self.refuse_part(Kind::UnreadMethod, e, &quote::quote!(#path), &[&name]);
        }
        if let Some(name) = self.of_std(path) {
            return self.refuse(Kind::StdFunction, e, &[&name]);
        }
        if let Some(name) = self.of_trait(path) {
            return self.refuse_part(Kind::TraitMethod, e, &quote::quote!(#path), &[&name]);
        }
        if e.escapes {
            return self.refuse(Kind::Escape, e, &[]);
        }
        // rustc says it as well, once for the function and once for each companion.
        if let Some(arity) = self.f.types.known.arity(path).filter(|arity| *arity != args.len()) {
            let takes = format!("{arity} argument{}", if arity == 1 { "" } else { "s" });
            let name = path.get_ident().map(crate::names::text).unwrap_or_default();
            let given = args.len().to_string();
            return self.refuse(Kind::ArgumentCount, e, &[&name, &takes, &given]);
        }
        if let Some(made) = self.linear_function(e, path, args, taken.clone()) {
            return made;
        }
        let harmless = match path.segments.last() {
            Some(last) if !recursive => self.harmless(e, &last.ident, Some(path))?,
            _ => false,
        };
        let known = self.facts.result_of(path, args);
        let lent = self.f.types.known.lent(path, self.f.self_ty.as_ref());
        let mut args = self.args(args, lent.as_deref())?;
        if self.dead {
            return Ok(Val::Never);
        }
        Self::lend_for_reading(&mut args, lent.as_deref());
        let slices = lent.iter().flatten().map(|lent| *lent == Lent::Slice).collect();
        let own = self.f.types.known.is_own_function(path);
        let of_module = self.f.types.known.module_of_its_name(path);
        let typed = hint.is_some() && known.is_none() && !recursive && taken.is_none();
        let callee = Callee { taken, own, of_module, typed, slices, harmless, ..Callee::new(path.clone()) };
        let ty = if recursive { Some(&self.f.ret) } else { known.as_ref().or(hint) };
        Ok(self.emit_call(callee, args, ty))
    }

    /// A path that leads into `std`, or to a type of it that values are put into.
    fn of_std(&self, path: &syn::Path) -> Option<String> {
        let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        let root = matches!(names.first()?.as_str(), "std" | "core" | "alloc");
        let holds = ["Box", "Rc", "Arc", "RefCell", "Mutex", "RwLock"];
        let [.., of, _] = &names[..] else { return None };
        let known = root || names.len() == 2 && holds.contains(&of.as_str());
        let own = self.f.types.known.shadows(&names[0]);
        (known && !own).then(|| crate::parse::text::one_line(&quote::quote!(#path)))
    }

    /// The function that a path names, if it is one of a trait of the user's: `Shape::area(s, x)`.
    fn of_trait(&self, path: &syn::Path) -> Option<String> {
        let [of, .., name] = &path.segments.iter().collect::<Vec<_>>()[..] else { return None };
        let of_trait = path.segments.len() == 2 && self.f.types.known.shadows(&of.ident.to_string());
        of_trait.then(|| name.ident.to_string())
    }

    /// The method of a trait of the user's that a path leads to, if it is not seen which operation it is: `T::sin`.
    fn unread_method(&self, path: &syn::Path, operands: usize) -> Option<String> {
        let [of, name] = &path.segments.iter().collect::<Vec<_>>()[..] else { return None };
        let (float, name) = (FloatTy::Generic(of.ident.to_string()), name.ident.to_string());
        self.f.types.own_method(&float, &name, operands).is_some_and(|rule| rule.is_none()).then_some(name)
    }

    /// Whether a path names a function of the body's own that has no companions. An annotated one of its name may stand around it.
    fn is_plain_item(&self, path: &syn::Path) -> bool {
        let Some(name) = path.get_ident() else { return false };
        if self.f.inside.iter().any(|(inside, _)| name == inside) {
            return false;
        }
        self.f.items.iter().any(|item| match syn::parse2(item.clone()) {
            Ok(syn::Item::Fn(f)) => f.sig.ident == *name && !f.attrs.iter().any(crate::known::is_backprop),
            _ => false,
        })
    }

    pub(super) fn emit_call(&mut self, callee: Callee, mut args: Vec<Arg>, ty: Option<&Type>) -> Val {
        let back = self.lend_apart(&mut args);
        let val = self.plain_call(callee, args, ty);
        back.into_iter().for_each(|(part, copy)| self.copy_into(part, copy));
        val
    }

    fn plain_call(&mut self, callee: Callee, args: Vec<Arg>, ty: Option<&Type>) -> Val {
        let scalar = ty.map(Shape::of).and_then(|s| s.scalar());
        if let Some(ty) = scalar {
            let v = self.push(Op::Call { callee, args, ret: None }, ty.clone());
            let assumed = ty == Ty::Float(FloatTy::Unknown);
            return Val::Scalar(if assumed { self.push(Op::AssertFloat(v), ty) } else { v });
        }
        if let Some(Type::Unit) = ty {
            self.effect(Op::Call { callee, args, ret: None });
            return Val::Unit;
        }
        let ty = ty.and_then(elem_ty).filter(|t| !matches!(t, PlaceTy::Slice(_))).unwrap_or(PlaceTy::Unknown);
        let origin = self.origin.clone();
        let place = self.func.place(ty.clone(), PlaceKind::CallResult, None, &origin);
        self.effect(Op::Call { callee, args, ret: Some(place) });
        match ty {
            // A tuple is taken apart.
            PlaceTy::Tuple(_) => self.load(Loc { place, path: Vec::new(), ty }).unwrap_or(Val::Poison),
            _ => Val::Place(place),
        }
    }

    /// Whether a function without the attribute surely keeps nothing of what it is given. Refused if it is known to.
    pub(super) fn harmless(&mut self, e: &Expr, name: &syn::Ident, path: Option<&syn::Path>) -> Res<bool> {
        match crate::surroundings::unannotated(name) {
            Unannotated::Notes(place) => self.refuse(Kind::NotedDown, e, &[&place]),
            Unannotated::Harmless => Ok(true),
            // `Cell::set(c, x)`
            Unannotated::Unknown => match path.filter(|path| crate::notes::is_of_cell(path)) {
                Some(path) => {
                    self.refuse(Kind::NotedDown, e, &[&crate::parse::text::one_line(&quote::quote!(#path))])
                }
                None => Ok(false),
            },
        }
    }

    /// The arguments of a call, which are lent as the callee says, if it is in sight.
    pub(super) fn args(&mut self, args: &'a [Expr], lent: Option<&[Lent]>) -> Res<Vec<Arg>> {
        let lent = |i: usize| lent.and_then(|lent| lent.get(i).copied()).unwrap_or(Lent::No);
        let args: Vec<Res<Arg>> = args
            .iter()
            .enumerate()
            .map(|(i, a)| {
                if let Some(function) = self.handle(a) {
                    return function;
                }
                if lent(i) == Lent::Function && is_closure(a) {
                    return self.refuse(Kind::ActiveClosure, a, &[]);
                }
                let arg = self.plain_arg(a, args, lent(i))?;
                match arg {
                    Arg::Opaque { again, lent: false, .. }
                        if !self.dead && Self::is_lent(a, lent(i).is_reference()) =>
                    {
                        if again && !self.is_of_inner_block(a) {
                            return Ok(arg);
                        }
                        self.name_copies();
                        // Where the two sweeps are one, what can be named again is; else the reverse pass asks for a copy.
                        if again { Ok(arg) } else { self.copy_of_lent(a) }
                    }
                    _ => Ok(arg),
                }
            })
            .collect();
        args.into_iter().collect()
    }

    /// An argument that may be lent.
    pub(super) fn arg(&mut self, a: &'a Expr, all: &'a [Expr], lent: Lent) -> Res<Arg> {
        self.handle(a).unwrap_or_else(|| self.plain_arg(a, all, lent))
    }

    /// An argument that is no function.
    fn plain_arg(&mut self, a: &'a Expr, all: &'a [Expr], lent: Lent) -> Res<Arg> {
        if self.facts.is_copied(a) || matches!(&a.kind, ExprKind::Path(path) if path.is_ident("None")) {
            return self.passive_arg(a, all, lent);
        }
        let val = self.expr(a, None)?;
        Ok(match self.kept_beside(val, all.iter()) {
            Val::Scalar(v) => Arg::Value(v),
            Val::ScalarRef(v) => Arg::ValueRef(v),
            Val::Place(p) => Arg::Place(p, Mode::Value),
            Val::PlaceRef(p, false) => Arg::Place(p, Mode::Ref),
            Val::PlaceRef(p, true) => {
                self.written(p);
                Arg::Place(p, Mode::Mut)
            }
            Val::Tuple(vals) if self.facts.tainted(a) => Arg::Place(self.gathered(vals, a)?, Mode::Value),
            Val::TupleRef(vals) if self.facts.tainted(a) => Arg::Place(self.gathered(vals, a)?, Mode::Ref),
            Val::Closure(_) => return self.refuse(Kind::ActiveClosure, a, &[]),
            Val::Never => Arg::passive(a.tokens.clone(), Vec::new(), false),
            _ => {
                let reads = self.copied_reads(a)?;
                Arg::passive(a.tokens.clone(), reads, false)
            }
        })
    }

    /// A passive argument that is copied. If other arguments run code as well, it is evaluated on its own,
    /// so that their order stays.
    fn passive_arg(&mut self, a: &'a Expr, all: &'a [Expr], lent: Lent) -> Res<Arg> {
        if let Some(ty) = self.facts.shape(a).scalar() {
            return self.copy_typed(a, ty).map(Arg::Value);
        }
        // What is made for the call alone stays until the reverse part, which reads it again.
        if let Some(made) = made_for(a) {
            return self.kept_for_call(made);
        }
        if let Some((made, part)) = part_of_made(a) {
            let mut reads = self.copied_reads(part)?;
            let ident = self.made_up("lent");
            let source = match self.kept_for_call(made)? {
                Arg::Place(place, _) => ir::ReadOf::Place(place),
                Arg::ValueRef(v) => ir::ReadOf::ValueRef(v),
                _ => return Err(Refused),
            };
            let part = &part.tokens;
            reads.push(ir::Read { ident: ident.clone(), source });
            return Ok(Arg::passive(quote::quote!(&#ident[#part]), reads, true));
        }
        let alone = all.iter().filter(|a| runs_code(a)).count() < 2;
        let changes = a.reads.iter().any(|(_, v)| self.changes_what_it_refers_to(*v));
        let again = callee::is_shared_reference(self.f, a) && !changes;
        // A reference that a function hands out, to what the call only reads. A method's may be into what is made for it.
        if lent.is_reference() && !again && matches!(a.kind, ExprKind::Call { .. }) {
            return self.reference_again(a);
        }
        if runs_code(a) && !alone {
            return self.copy_typed(a, Ty::Opaque).map(Arg::Value);
        }
        if let ExprKind::Ref(false, place) = &a.kind
            && walk::root(place).is_some_and(|v| !again || !self.stays(v))
            && let Some(copy) = self.lent_copy(a, place)?
        {
            return Ok(Arg::Place(copy, Mode::Ref));
        }
        // An item of an iterator, say: the reverse part reads a copy of it.
        if !again && self.facts.shape(a).is_reference() && self.facts.linear_of(a).is_some() {
            return Ok(Arg::Place(self.linear_place(a)?, Mode::Ref));
        }
        let reads = self.copied_reads(a)?;
        let lent = self.facts.lends_mutably(a);
        Ok(Arg::Opaque { code: a.tokens.clone(), reads, again, lent })
    }

    /// What is made for a call alone, as long as its reverse part may want it. In loops and branches it has to be moved away
    /// until then.
    fn kept_for_call(&mut self, made: &'a Expr) -> Res<Arg> {
        let value = self.copy_typed(made, Ty::Opaque)?;
        let shape = self.facts.shape(made).strip().clone();
        let copied = matches!(shape, Shape::Place(PlaceTy::Array(..))) && shape.is_known();
        if self.depth == 0 || copied {
            return Ok(Arg::ValueRef(value));
        }
        let held = match shape.to_type().filter(|ty| matches!(ty, Type::Vec(_))) {
            Some(ty) => self.kept_given(value, &ty)?,
            None => self.only_given(value),
        };
        held.place().map(|place| Arg::Place(place, Mode::Ref)).ok_or(Refused)
    }

    /// A reference that code hands out, once: the reverse part gets the same one again.
    fn reference_again(&mut self, a: &'a Expr) -> Res<Arg> {
        let value = self.copy_typed(a, Ty::Opaque)?;
        let ident = self.made_up("lent");
        let read = ir::Read { ident: ident.clone(), source: ir::ReadOf::Value(value) };
        Ok(Arg::passive(quote::quote!(&*#ident), vec![read], true))
    }

    /// Whether a variable is a `&mut`, so that what is reached through it may be something else by the time of the
    /// reverse pass, although the variable itself can't change.
    fn changes_what_it_refers_to(&self, v: Var) -> bool {
        let declared = self.f.vars[v.0 as usize].ty.as_ref();
        let lent = self.f.body.stmts.iter().any(|s| match &s.kind {
            StmtKind::Let { pat, init: Some(init), .. } => {
                let mut binds = false;
                walk::bound(pat, &mut |bound| binds |= bound == v);
                binds && matches!(init.kind, ExprKind::Ref(true, _))
            }
            _ => false,
        });
        lent || matches!(declared, Some(syn::Type::Reference(r)) if r.mutability.is_some())
            || walk::block_assigned(&self.f.body).contains(&v)
    }
}

/// Whether evaluating an expression may have effects. Making a closure has none, whatever its body does.
fn runs_code(e: &Expr) -> bool {
    let mut found = matches!(
        e.kind,
        ExprKind::Call { .. }
            | ExprKind::CallVar(..)
            | ExprKind::CallClosure(..)
            | ExprKind::CallNow(..)
            | ExprKind::Method { .. }
            | ExprKind::Macro(_)
            | ExprKind::Block(_)
    ) || matches!(e.kind, ExprKind::Unknown(what) if what != "a closure");
    if !matches!(e.kind, ExprKind::Closure(_)) {
        walk::children(e, &mut |c| found = found || runs_code(c));
    }
    found
}

/// What is made for a call alone, of an argument that is a reference to it: `&[0.5, 1.5]`, `xs.to_vec().as_slice()`.
fn made_for(a: &Expr) -> Option<&Expr> {
    let made = match &a.kind {
        ExprKind::Ref(false, made) => made,
        ExprKind::Method { recv, name, args, .. } if args.is_empty() && name == "as_slice" => recv,
        _ => return None,
    };
    is_made_here(made).then_some(made)
}

/// The same of a part of what is made: `&weights(n)[k..]`, with its index.
fn part_of_made(a: &Expr) -> Option<(&Expr, &Expr)> {
    let ExprKind::Ref(false, part) = &a.kind else { return None };
    let ExprKind::Index(made, index) = &part.kind else { return None };
    (is_made_here(made) && !runs_code(index)).then_some((made, index))
}

/// Whether an expression makes a value of its own, rather than naming a place. Of methods those that make copies: what
/// others return may be a guard, which must not live longer than the user's statement.
fn is_made_here(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Call { .. } | ExprKind::CallClosure(..) | ExprKind::CallNow(..) => true,
        ExprKind::Array(_) | ExprKind::Repeat(..) | ExprKind::Vec(_) | ExprKind::VecRepeat(..) => true,
        ExprKind::Tuple(_) | ExprKind::Struct { .. } | ExprKind::Binary(..) => true,
        ExprKind::Block(b) => b.tail.as_ref().is_none_or(|e| is_made_here(e)),
        ExprKind::If(_, then, Some(els)) => {
            then.tail.as_ref().is_none_or(|e| is_made_here(e)) && is_made_here(els)
        }
        ExprKind::Method { name, .. } => {
            matches!(name.to_string().as_str(), "clone" | "to_vec" | "to_owned" | "map" | "collect")
        }
        _ => false,
    }
}

/// Whether a call's result is looked at as a whole only.
pub(super) fn is_whole_load(op: &Op, place: ir::Place) -> bool {
    matches!(op, Op::Load { place: p, path, .. } if *p == place && path.is_empty())
}

/// Whether an argument is a closure, or a reference to one.
fn is_closure(a: &Expr) -> bool {
    match &a.kind {
        ExprKind::Closure(_) => true,
        ExprKind::Ref(_, inner) => is_closure(inner),
        _ => false,
    }
}
