//! Methods and functions of the types of linear algebra.

use super::types::{self, Arguments};
use crate::diagnostics::Kind;
use crate::functions::{Formal, Function};
use crate::hir::{Expr, ExprKind, Type};
use crate::ir::{Arg, Callee, Init, Len, Mode, Op, Operator, PlaceTy, Taken, Ty};
use crate::lower::place::Loc;
use crate::lower::shape::Shape;
use crate::lower::{Lower, Res, Val};
use std::rc::Rc;

/// Operands are taken two at a time; of functions, up to three.
const MOST: usize = 3;

/// An operand, how it is passed, and whether it may have a derivative.
pub(in crate::lower) type Operand = (Arg, Mode, bool);

impl<'a> Lower<'a, '_> {
    /// `a.dot(b)`
    pub(in crate::lower) fn linear_method(
        &mut self,
        e: &'a Expr,
        recv: &'a Expr,
        (name, args): (&syn::Ident, &'a [Expr]),
        taken: Option<Taken>,
    ) -> Res<Val> {
        let text = name.to_string();
        let Some((of, method)) = self.facts.linear_call(recv, &text, args).filter(|_| args.len() < MOST)
        else {
            return self.refuse_linear(e, recv, &text);
        };
        // The user's own tokens take the value out of an `Option`.
        if method.fallible != taken.is_some() {
            return self.refuse_linear(e, recv, &text);
        }
        if e.escapes {
            return self.refuse(Kind::Escape, e, &[]);
        }
        let (constant, by_rule, fallible) = (method.constant, method.by_rule, method.fallible);
        let ty = self.facts.linear_out(&of, method.out);
        let this = self.linear_receiver(recv);
        let mut operands = vec![this?];
        if constant && !args.is_empty() {
            operands.push(self.constant_operand(args)?);
        } else {
            let args = args.iter().map(|a| self.operator_operand(a)).collect::<Vec<_>>();
            operands.extend(args.into_iter().collect::<Res<Vec<_>>>()?);
        }
        let operator = Operator::Method { name: name.clone(), by_rule, fallible };
        Ok(self.linear_operation(operator, operands, ty.as_ref(), taken))
    }

    /// A method without a rule.
    fn refuse_linear(&mut self, e: &'a Expr, recv: &'a Expr, name: &str) -> Res<Val> {
        let of = crate::lower::facts::Facts::user_type(&self.facts.shape(recv)).cloned();
        let of = of.and_then(|of| self.facts.linear(&of)).and_then(|of| of.written());
        let of = of.map_or(String::new(), |(name, arguments)| {
            let arguments: Vec<String> = arguments.iter().map(|a| a.to_string()).collect();
            if arguments.is_empty() { name } else { format!("{name}<{}>", arguments.join(", ")) }
        });
        self.refuse(Kind::LinearMethod, e, &[name, &of])
    }

    /// Arguments without derivatives: an index, an axis.
    fn constant_operand(&mut self, args: &'a [Expr]) -> Res<Operand> {
        let [a] = args else { return Err(crate::lower::Refused) };
        let value = match self.facts.shape(a) {
            Shape::Int(_) if !self.facts.is_copied(a) => self.scalar(a, None)?,
            Shape::Int(Some(ty)) => self.copy_typed(a, Ty::Int(Some(ty)))?,
            _ => self.copy_typed(a, Ty::Opaque)?,
        };
        Ok((Arg::Value(value), Mode::Value, false))
    }

    /// What a method is called on is lent to it.
    fn linear_receiver(&mut self, recv: &'a Expr) -> Res<Operand> {
        if !self.facts.is_copied(recv) {
            let val = self.expr(recv, None)?;
            if matches!(val, Val::Never) {
                return Ok((Arg::Value(self.value(Ty::Opaque, None)), Mode::Value, true));
            }
            let place = self.whole(val, recv)?.place;
            return Ok((Arg::Place(place, Mode::Ref), Mode::Ref, true));
        }
        if let Some(operand) = self.owned_operand(recv)? {
            return Ok(operand);
        }
        let shape = self.facts.shape(recv);
        let by_reference = shape.is_reference() || matches!(recv.kind, ExprKind::Ref(..));
        let plain = matches!(recv.kind, ExprKind::Var(_) | ExprKind::Path(_) | ExprKind::Field(..));
        if by_reference || !plain {
            return self.operator_operand(recv);
        }
        if !crate::lower::callee::is_fixed(self.f, recv) {
            return Ok((Arg::Value(self.copy_typed(recv, Ty::Opaque)?), Mode::Value, true));
        }
        let (tokens, reads) = (&recv.tokens, self.copied_reads(recv)?);
        Ok((Arg::passive(quote::quote!(&#tokens), reads, true), Mode::Ref, true))
    }

    /// Vectors as one array of them.
    fn gathered_places(&mut self, args: &'a [Expr]) -> Res<Operand> {
        let places = args.iter().map(|a| self.linear_place(a)).collect::<Vec<_>>();
        let places = places.into_iter().collect::<Res<Vec<_>>>()?;
        let elem = self.func.plc(places[0]).ty.clone();
        let array = self.fresh(PlaceTy::Array(Box::new(elem), Len::Known(places.len())));
        self.effect(Op::Alloc { place: array, init: Init::Rows(places) });
        Ok((Arg::Place(array, Mode::Value), Mode::Value, true))
    }

    /// An operand of a function: of what is lent to it by copied code, and can't be lent again, there is a copy.
    fn linear_operand(&mut self, a: &'a Expr) -> Res<Operand> {
        if let (true, ExprKind::Ref(false, _), None) =
            (self.facts.is_copied(a), &a.kind, self.facts.linear_of(a))
            && !crate::lower::callee::is_shared_reference(self.f, a)
        {
            return Ok((Arg::ValueRef(self.owned_copy(a)?), Mode::Ref, true));
        }
        self.operator_operand(a)
    }

    /// An operand that copied code has, unless it is there again, as it is, in the reverse part: a copy of it, which may be
    /// of what it is a view of.
    pub(in crate::lower) fn owned_operand(&mut self, a: &'a Expr) -> Res<Option<Operand>> {
        if !self.facts.is_copied(a) || self.facts.linear_of(a).is_none() || self.is_lent_whole(a) {
            return Ok(None);
        }
        let by_reference = self.facts.shape(a).is_reference() || matches!(a.kind, ExprKind::Ref(..));
        let mode = if by_reference { Mode::Ref } else { Mode::Value };
        let place = self.linear_place(a)?;
        Ok(Some((Arg::Place(place, mode), mode, true)))
    }

    /// Whether something is behind a shared reference that is a parameter, and no view.
    fn is_lent_whole(&self, a: &Expr) -> bool {
        let declared = crate::lower::walk::root(a).and_then(|v| self.f.vars[v.0 as usize].ty.as_ref());
        let Some(ty) = declared else { return false };
        let mut view = false;
        crate::names::each_ident(&quote::ToTokens::to_token_stream(ty), &mut |i| {
            view |= i.to_string().contains("View");
        });
        !view && crate::lower::callee::is_shared_reference(self.f, a)
    }

    /// `Vector3::new(x, y, z)`; `None` if it is a function of another type.
    pub(in crate::lower) fn linear_function(
        &mut self,
        e: &'a Expr,
        path: &syn::Path,
        args: &'a [Expr],
        taken: Option<Taken>,
    ) -> Option<Res<Val>> {
        self.facts.linear_owner(path)?;
        Some(self.linear_made(e, path, args, taken))
    }

    fn linear_made(
        &mut self,
        e: &'a Expr,
        path: &syn::Path,
        args: &'a [Expr],
        taken: Option<Taken>,
    ) -> Res<Val> {
        let name = path.segments.last().map(|s| s.ident.clone());
        let (Some(name), Some(of), Some(Type::User(ty))) =
            (name, self.facts.linear_owner(path), self.facts.linear_function(path, args))
        else {
            let name = path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
            return self.refuse(Kind::LinearFunction, e, &[&name]);
        };
        let how = match types::arguments(&of, &name.to_string(), args.len()) {
            Some(how) if args.len() <= MOST || how == Arguments::Gathered => how,
            _ => return self.refuse(Kind::LinearFunction, e, &[&name.to_string()]),
        };
        if e.escapes {
            return self.refuse(Kind::Escape, e, &[]);
        }
        let operands = match how {
            Arguments::Gathered if args.iter().all(|a| self.facts.linear_of(a).is_some()) => {
                vec![self.gathered_places(args)?]
            }
            Arguments::Gathered => match self.array(args, None, false)? {
                Val::Place(p) => vec![(Arg::Place(p, Mode::Value), Mode::Value, true)],
                _ => return Ok(Val::Never),
            },
            Arguments::Listed => {
                let loc = self.loc(&args[0])?;
                let view = self.view(loc);
                let slice = self.as_slice(view);
                vec![(Arg::Place(slice, Mode::Ref), Mode::Ref, true)]
            }
            Arguments::Shaped => {
                let shape = self.constant_operand(&args[..1])?;
                vec![self.operator_operand(&args[1])?, shape]
            }
            Arguments::Apart => {
                let args = args.iter().map(|a| self.linear_operand(a)).collect::<Vec<_>>();
                args.into_iter().collect::<Res<Vec<_>>>()?
            }
        };
        if taken.is_some() {
            return self.refuse(Kind::LinearFunction, e, &[&name.to_string()]);
        }
        let operator = Operator::Function(ty.0.clone(), name.clone(), how != Arguments::Apart);
        Ok(self.operation(operator, operands, Some(&Type::User(ty))))
    }

    /// A call of what an operation's handle is found for.
    pub(in crate::lower) fn operation(
        &mut self,
        operator: Operator,
        operands: Vec<Operand>,
        ty: Option<&Type>,
    ) -> Val {
        self.linear_operation(operator, operands, ty, None)
    }

    /// The same, with what takes the value out of an `Option`.
    fn linear_operation(
        &mut self,
        operator: Operator,
        operands: Vec<Operand>,
        ty: Option<&Type>,
        taken: Option<Taken>,
    ) -> Val {
        if self.dead {
            return Val::Never;
        }
        // What is in an `Option` that is looked into is a part of what the call gives.
        let apart = taken.as_ref().is_some_and(|taken| taken.ending.is_apart());
        let ty = ty.filter(|_| !apart);
        let unit: syn::Type = syn::parse_quote!(());
        let formal = |(_, mode, active): &Operand| Formal {
            mode: *mode,
            active: *active,
            ty: Type::Unit,
            tokens: unit.clone(),
        };
        let function = Function {
            args: operands.iter().map(formal).collect(),
            ret: Type::Unit,
            output: syn::ReturnType::Default,
            taken: unit.clone(),
        };
        let name = match &operator {
            Operator::Sign(name) => name.to_lowercase(),
            Operator::Method { name, .. } | Operator::Function(_, name, _) => name.to_string(),
        };
        let stem = proc_macro2::Ident::new(&name, proc_macro2::Span::mixed_site());
        let callee = Callee {
            function: Some(Rc::new(function)),
            operator: Some(operator),
            taken,
            ..Callee::new(stem.into())
        };
        self.emit_call(callee, operands.into_iter().map(|(arg, ..)| arg).collect(), ty)
    }

    /// The numbers of a rotation, which are read from its matrix; of anything else, what it is.
    pub(in crate::lower) fn numbers_behind(&mut self, loc: Loc) -> Loc {
        let PlaceTy::User(of) = &loc.ty else { return loc };
        let Some(ty) = self.facts.linear_numbers(of) else { return loc };
        let place = self.view(loc.clone());
        let name = quote::format_ident!("coordinates", span = proc_macro2::Span::mixed_site());
        let operator = Operator::Method { name, by_rule: true, fallible: false };
        let operand = (Arg::Place(place, Mode::Ref), Mode::Ref, true);
        match self.operation(operator, vec![operand], Some(&ty)).place() {
            Some(place) => Loc { place, path: Vec::new(), ty: self.func.plc(place).ty.clone() },
            None => loc,
        }
    }

    /// `q.w`: a number of a quaternion; anything else as it was.
    pub(in crate::lower) fn number_behind(&mut self, whole: Loc, member: &syn::Member) -> Result<Loc, Loc> {
        let PlaceTy::User(of) = &whole.ty else { return Err(whole) };
        if self.facts.linear_numbers(of).is_none() {
            return Err(whole);
        }
        let field = match crate::known::member_name(member).as_str() {
            "i" | "re" => "x",
            "j" | "im" => "y",
            "k" => "z",
            "w" => "w",
            _ => return Ok(self.numbers_behind(whole)),
        };
        let numbers = self.numbers_behind(whole);
        let member = syn::Member::Named(proc_macro2::Ident::new(field, proc_macro2::Span::mixed_site()));
        Ok(self.member_of(numbers, &member))
    }

    /// Whether an index is a tuple, or an array of two: `m[(i, j)]`, `a[[i, j]]`.
    pub(in crate::lower) fn tuple_index(
        &mut self,
        i: &'a Expr,
    ) -> Res<Option<(Vec<crate::ir::Value>, bool)>> {
        let (parts, array) = match &i.kind {
            ExprKind::Tuple(parts) => (parts, false),
            ExprKind::Array(parts) => (parts, true),
            _ => return Ok(None),
        };
        let parts = parts.iter().map(|p| self.typed(p, Ty::usize())).collect::<Res<Vec<_>>>()?;
        Ok(Some((parts, array)))
    }
}
