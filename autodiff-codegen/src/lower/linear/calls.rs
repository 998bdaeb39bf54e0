//! Methods and functions of the types of linear algebra.

use super::types::{self, Arguments};
use crate::diagnostics::Kind;
use crate::functions::{Formal, Function};
use crate::hir::{Expr, ExprKind, Type};
use crate::ir::{Arg, Callee, Mode, Operator, Taken, Ty};
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
        let Some(ty) =
            self.facts.linear_method_with(recv, &name.to_string(), args).filter(|_| args.len() < 2)
        else {
            return self.refuse(Kind::UnknownMethod, e, &[&name.to_string()]);
        };
        // Of what may have no inverse, only the inverse itself is taken.
        let unwrapped = taken.as_ref().is_some_and(|t| t.code.to_string().replace(' ', "") == ".unwrap()");
        if (name == "try_inverse") != unwrapped || taken.is_some() != unwrapped {
            return self.refuse(Kind::UnknownMethod, e, &[&name.to_string()]);
        }
        if e.escapes {
            return self.refuse(Kind::Escape, e, &[]);
        }
        let this = self.linear_receiver(recv);
        let args = args.iter().map(|a| self.operator_operand(a)).collect::<Vec<_>>();
        let mut operands = vec![this?];
        operands.extend(args.into_iter().collect::<Res<Vec<_>>>()?);
        Ok(self.operation(Operator::Method(name.clone()), operands, Some(&ty)))
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
        Ok((Arg::Opaque { code: quote::quote!(&#tokens), reads, again: true }, Mode::Ref, true))
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
        let gathered = match types::arguments(&of, &name.to_string(), args.len()) {
            Some(how) if args.len() <= MOST || how == Arguments::Gathered => how == Arguments::Gathered,
            _ => return self.refuse(Kind::LinearFunction, e, &[&name.to_string()]),
        };
        if e.escapes {
            return self.refuse(Kind::Escape, e, &[]);
        }
        let operands = match gathered {
            true => match self.array(args, None, false)? {
                Val::Place(p) => vec![(Arg::Place(p, Mode::Value), Mode::Value, true)],
                _ => return Ok(Val::Never),
            },
            false if name == "from_vec" => {
                let loc = self.loc(&args[0])?;
                let view = self.view(loc);
                let slice = self.as_slice(view);
                vec![(Arg::Place(slice, Mode::Ref), Mode::Ref, true)]
            }
            false => {
                let args = args.iter().map(|a| self.operator_operand(a)).collect::<Vec<_>>();
                args.into_iter().collect::<Res<Vec<_>>>()?
            }
        };
        if taken.is_some() {
            return self.refuse(Kind::LinearFunction, e, &[&name.to_string()]);
        }
        let operator = Operator::Function(ty.0.clone(), name.clone(), gathered || name == "from_vec");
        Ok(self.operation(operator, operands, Some(&Type::User(ty))))
    }

    /// A call of what an operation's handle is found for.
    pub(in crate::lower) fn operation(
        &mut self,
        operator: Operator,
        operands: Vec<Operand>,
        ty: Option<&Type>,
    ) -> Val {
        if self.dead {
            return Val::Never;
        }
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
            Operator::Method(name) | Operator::Function(_, name, _) => name.to_string(),
        };
        let stem = proc_macro2::Ident::new(&name, proc_macro2::Span::mixed_site());
        let callee = Callee {
            function: Some(Rc::new(function)),
            operator: Some(operator),
            ..Callee::new(stem.into())
        };
        self.emit_call(callee, operands.into_iter().map(|(arg, ..)| arg).collect(), ty)
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
