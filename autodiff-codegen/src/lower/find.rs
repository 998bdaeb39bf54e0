//! The shape of every expression, and whether its value may be active.

use super::callee::{Named, constant};
use super::facts::{Facts, element, is_arithmetic};
use super::jumps;
use super::method;
use super::shape::Shape;
use crate::hir::{BinOp, Block, Expr, ExprKind, StmtKind};
use crate::ir::{FloatTy, Len, PlaceTy};

impl Facts<'_> {
    /// The shape of an expression, and whether something active flows into it (were its type to allow it).
    pub(super) fn find(&self, e: &Expr) -> (Shape, bool) {
        if let Some(fact) = self.converted(e) {
            return fact;
        }
        let taints = |es: &[Expr]| es.iter().any(|e| self.tainted(e));
        if let Some(call) = self.taken(e) {
            if let ExprKind::Method { recv, name, args, .. } = &call.kind
                && let Some(ty) = self.linear_method_with(recv, &name.to_string(), args)
            {
                return (Shape::of(&ty), true);
            }
            let recursive = self.named(call) == Some(Named::Recursive);
            let shape = if recursive { Shape::of(&self.f.ret) } else { self.wrapped_place(call) };
            return (shape, true);
        }
        if let Some(consumer) = self.unwraps_chain(e) {
            return self.consumer_fact(e, &consumer);
        }
        if let Some(fact) = self.option_fact(e) {
            return fact;
        }
        match &e.kind {
            ExprKind::Lit(lit) => (literal(lit), false),
            ExprKind::Var(v) => (self.var(*v), self.is_tainted(*v)),
            ExprKind::Path(p) => {
                if let Some(shape) = self.linear_constant(p) {
                    return (shape, false);
                }
                let scalar = constant(self.f, p).map(|t| Shape::of_scalar(&t));
                (scalar.or_else(|| self.constant_struct(p)).unwrap_or(Shape::Unknown), false)
            }
            ExprKind::Try(a, _) => (Shape::Unknown, self.tainted(a)),
            ExprKind::Neg(a) => {
                let (s, t) = self.fact(a);
                if Facts::user_type(&s).is_some() {
                    return (self.negated_shape(a), t);
                }
                (self.numeric(s, t), t)
            }
            ExprKind::Not(a) => match self.shape(a).strip() {
                s @ (Shape::Int(_) | Shape::Bool) => (s.clone(), false),
                _ => (Shape::Unknown, self.tainted(a)),
            },
            ExprKind::Deref(a) => {
                let (s, t) = self.fact(a);
                match s {
                    Shape::Ref(_, s) => (*s, t),
                    // What is known as a float was a reference to one, or the function would not compile.
                    s @ Shape::Float(_) => (s, t),
                    _ => (Shape::Unknown, t),
                }
            }
            ExprKind::Ref(m, a) => {
                let (s, t) = self.fact(a);
                (Shape::Ref(*m, Box::new(s)), t)
            }
            ExprKind::Binary(op, a, b) => self.binary(*op, a, b),
            ExprKind::Assign(..) | ExprKind::AssignOp(..) => (Shape::Unit, false),
            ExprKind::For { .. } | ExprKind::While { .. } => (Shape::Unit, false),
            ExprKind::Index(base, i) => match self.index(base, i) {
                (Shape::Unknown, false) => {
                    (self.linear_static(e).unwrap_or_else(|| self.static_scalar(e)), false)
                }
                fact => fact,
            },
            ExprKind::Struct { path, fields, rest } => {
                let tainted = fields.iter().any(|(_, e)| self.tainted(e))
                    || rest.as_ref().is_some_and(|e| self.tainted(e));
                (self.literal_shape(path, tainted), tainted)
            }
            ExprKind::Field(base, member) => {
                let (s, t) = self.fact(base);
                if let Some(of) = Facts::user_type(&s) {
                    let (shape, active) = self.member(of, member);
                    return (shape, t && active);
                }
                match field(&s, member) {
                    Shape::Unknown if !t => {
                        (self.linear_static(e).unwrap_or_else(|| self.static_scalar(e)), false)
                    }
                    found => (found, t),
                }
            }
            ExprKind::Method { recv, name, .. } if self.ends(recv, &name.to_string()).is_some() => {
                (self.ends(recv, &name.to_string()).unwrap_or(Shape::Unknown), false)
            }
            ExprKind::Method { recv, name, .. } if self.picks_integer(recv, &name.to_string()) => {
                (Shape::Unknown, false)
            }
            ExprKind::Method { recv, name, args, .. } => {
                if let Some(fact) =
                    self.chain_fact(e).or_else(|| self.tabulated(e)).or_else(|| self.mapped(e))
                {
                    return fact;
                }
                let m = method::classify(self, recv, &name.to_string(), args);
                let carries = m != method::Method::Compare && (self.tainted(recv) || taints(args));
                if m == method::Method::User {
                    if let Some((shape, flows)) = self.linear_fact(recv, &name.to_string(), args) {
                        return (shape, carries && flows);
                    }
                    let result = self.method_result(recv, &name.to_string());
                    return (result.map_or(Shape::Unknown, |t| Shape::of(&t)), carries);
                }
                (method::shape(self, recv, m), carries)
            }
            ExprKind::Call { .. } | ExprKind::Cast(..)
                if self.remade.contains_key(&std::ptr::from_ref(e)) =>
            {
                (self.remade[&std::ptr::from_ref(e)].shape(), true)
            }
            ExprKind::Call { args, .. } if self.named(e) == Some(Named::Stop) => {
                (self.shape(&args[0]), false)
            }
            ExprKind::Call { args, .. } if args.is_empty() && self.default_type(e, None).is_some() => {
                (self.default_type(e, None).map_or(Shape::Unknown, |t| Shape::of(&t)), false)
            }
            ExprKind::Call { args, .. } if args.is_empty() && self.default_struct(e).is_some() => {
                (self.default_struct(e).map_or(Shape::Unknown, |t| Shape::of(&t)), false)
            }
            ExprKind::Call { args, .. } => {
                self.tabulated(e).unwrap_or_else(|| (self.call_shape(e, args), taints(args)))
            }
            ExprKind::CallClosure(_, args, _) | ExprKind::CallNow(_, args) => match self.callee(e) {
                Some((closure, _)) => self.closure_result(closure),
                None => (Shape::Unknown, taints(args)),
            },
            ExprKind::Closure(closure) => (Shape::Unknown, self.closure_is_tainted(e, closure)),
            ExprKind::CallVar(v, args) if self.f.function(*v).is_some() => {
                let ret = self.f.function(*v).map_or(Shape::Unknown, |f| Shape::of(&f.ret));
                (ret, taints(args))
            }
            ExprKind::CallVar(v, args) => (Shape::Unknown, self.is_tainted(*v) || taints(args)),
            ExprKind::If(_, then, els) => self.branch(then, els.as_deref()),
            ExprKind::Block(b) => self.block_fact(b),
            ExprKind::Choose(_) | ExprKind::Bind(..) => (Shape::Unit, false),
            ExprKind::Taken(..) => (Shape::Bool, false),
            ExprKind::Loop { .. } => self.broken(e, None),
            ExprKind::Labelled(_, b) => self.broken(e, Some(self.block_fact(b))),
            ExprKind::Break(..) | ExprKind::Continue(_) | ExprKind::Return(_) => (Shape::Never, false),
            ExprKind::Range { lo, hi, .. } => (Shape::Unknown, lo.iter().chain(hi).any(|e| self.tainted(e))),
            ExprKind::Array(es) => (self.array(es, Len::Known(es.len())), taints(es)),
            ExprKind::Vec(es) => (vec_of(self.array(es, Len::Known(es.len()))), taints(es)),
            ExprKind::VecRepeat(a, _) => {
                (vec_of(self.array(std::slice::from_ref(a), Len::Known(1))), self.tainted(a))
            }
            ExprKind::Repeat(a, n) => (self.array(std::slice::from_ref(a), n.clone()), self.tainted(a)),
            ExprKind::Tuple(es) if es.is_empty() => (Shape::Unit, false),
            ExprKind::Tuple(es) => (Shape::Tuple(es.iter().map(|e| self.shape(e)).collect()), taints(es)),
            ExprKind::Cast(a, t) => (Shape::of(t), self.tainted(a)),
            // What they make is `()`, `bool` or text, none of which is active.
            ExprKind::Macro(name) => (macro_shape(name), false),
            ExprKind::Unknown(_) => (Shape::Unknown, self.reads_tainted(e)),
        }
    }

    /// The shape of arithmetic on one operand: what isn't known must be a float if it is active.
    fn numeric(&self, s: Shape, tainted: bool) -> Shape {
        match s.strip() {
            s @ (Shape::Float(_) | Shape::Int(_)) => s.clone(),
            Shape::Unknown if tainted => Shape::Float(FloatTy::Unknown),
            _ => Shape::Unknown,
        }
    }

    fn binary(&self, op: BinOp, a: &Expr, b: &Expr) -> (Shape, bool) {
        let ((sa, ta), (sb, tb)) = (self.fact(a), self.fact(b));
        let tainted = ta || tb;
        if self.is_user_operator(op, a, b) {
            return (self.operator_shape(op, a, b), tainted);
        }
        let path = |e: &Expr| matches!(e.kind, ExprKind::Path(_));
        let shape = match (op, sa.strip(), sb.strip()) {
            (BinOp::And | BinOp::Or | BinOp::Eq | BinOp::Ne | BinOp::Lt, ..) => Shape::Bool,
            (BinOp::Le | BinOp::Gt | BinOp::Ge, ..) => Shape::Bool,
            (BinOp::Shl | BinOp::Shr, Shape::Int(i), Shape::Int(_)) => Shape::Int(i.clone()),
            (_, Shape::Int(_), Shape::Int(_)) => sa.strip().clone().join(sb.strip().clone()),
            (BinOp::BitAnd | BinOp::BitOr | BinOp::BitXor, Shape::Bool, Shape::Bool) => Shape::Bool,
            // A constant that meets an integer in arithmetic: `i * DIM`.
            (_, Shape::Int(_), Shape::Unknown) if path(b) && !tainted => sa.strip().clone(),
            (_, Shape::Unknown, Shape::Int(_)) if path(a) && !tainted => sb.strip().clone(),
            (op, ..) if !is_arithmetic(op) => Shape::Unknown,
            (_, Shape::Float(_), Shape::Float(_)) => sa.strip().clone().join(sb.strip().clone()),
            (_, Shape::Float(_), Shape::Unknown) if tainted => sa.strip().clone(),
            (_, Shape::Unknown, Shape::Float(_)) if tainted => sb.strip().clone(),
            (_, Shape::Unknown, Shape::Unknown) if tainted => Shape::Float(FloatTy::Unknown),
            _ => Shape::Unknown,
        };
        (shape, tainted)
    }

    fn index(&self, base: &Expr, i: &Expr) -> (Shape, bool) {
        let (s, t) = self.fact(base);
        if let Some(of) = Facts::user_type(&s) {
            return (Shape::of_place(&self.indexed_place(of, i)), t);
        }
        let elem = element(&s);
        let shape = match (&i.kind, &elem) {
            (ExprKind::Range { .. }, e) if e.is_known() => {
                e.elem_place().map_or(Shape::Unknown, |t| Shape::Place(PlaceTy::Slice(Box::new(t))))
            }
            (ExprKind::Range { .. }, _) => Shape::Unknown,
            _ => elem,
        };
        (shape, t)
    }

    fn call_shape(&self, e: &Expr, args: &[Expr]) -> Shape {
        match self.named(e) {
            Some(Named::Float(ty, name)) => self.float_shape(ty, &name, args.len()),
            Some(Named::From(ty)) => Shape::Float(ty),
            Some(Named::Libm(function)) => Shape::of_libm(&function),
            Some(Named::Function) => match &e.kind {
                ExprKind::Call { path, .. } => {
                    self.result_of(path, args).map_or(Shape::Unknown, |t| Shape::of(&t))
                }
                _ => Shape::Unknown,
            },
            Some(Named::Constructor) => match &e.kind {
                ExprKind::Call { path, .. } => {
                    self.constructed(path).map_or(Shape::Unknown, |t| Shape::Place(PlaceTy::User(t)))
                }
                _ => Shape::Unknown,
            },
            Some(Named::Mem("swap")) => Shape::Unit,
            Some(Named::Mem(_)) => args.first().map_or(Shape::Unknown, |a| self.shape(a).strip().clone()),
            Some(Named::Recursive) if self.f.wrap.is_none() => Shape::of(&self.f.ret),
            _ => Shape::Unknown,
        }
    }

    fn branch(&self, then: &Block, els: Option<&Expr>) -> (Shape, bool) {
        let Some(els) = els else { return (Shape::Unit, false) };
        let ((a, ta), (b, tb)) = (self.block_fact(then), self.fact(els));
        // What follows goes into the other arm, and so does the decision of what its value is.
        let leaves = |s: &Shape, jumps: bool| *s == Shape::Never && jumps;
        if leaves(&a, jumps::in_body(then)) || leaves(&b, jumps::leaves(els)) {
            return (a.join(b), ta || tb);
        }
        either((a, ta), (b, tb))
    }

    /// What comes out of a loop or labelled block: whatever its `break`s hand out, and `end` if its end does.
    fn broken(&self, e: &Expr, end: Option<(Shape, bool)>) -> (Shape, bool) {
        let breaks = jumps::breaks(e).into_iter();
        let breaks = breaks.map(|value| value.map_or((Shape::Unit, false), |e| self.fact(e)));
        match end.into_iter().chain(breaks).reduce(either) {
            None => (Shape::Never, false),
            // The type of what only calls are known to make, where they have to agree on it: a float.
            Some((Shape::Unknown, true)) => (Shape::Float(FloatTy::Unknown), true),
            Some(fact) => fact,
        }
    }

    /// The shape of a block's value, and whether it may be active.
    pub(super) fn block_fact(&self, b: &Block) -> (Shape, bool) {
        let never = |e: &Expr| self.shape(e) == Shape::Never;
        let leaves = b.stmts.iter().any(|s| match &s.kind {
            StmtKind::Expr(e) => never(e),
            StmtKind::Let { init, .. } => init.as_ref().is_some_and(never),
        });
        match &b.tail {
            _ if leaves => (Shape::Never, false),
            Some(e) => self.fact(e),
            None => (Shape::Unit, false),
        }
    }

    fn array(&self, es: &[Expr], len: Len) -> Shape {
        let part = |e: &Expr| match self.fact(e) {
            (Shape::Unknown, true) => Shape::Float(FloatTy::Unknown),
            (s, _) => s,
        };
        let elem = es.iter().map(part).reduce(Shape::join).unwrap_or(Shape::Unknown);
        elem.elem_place().map_or(Shape::Unknown, |t| Shape::Place(PlaceTy::Array(Box::new(t), len)))
    }
}

/// What one of two ways hands out. Both are of one type, so one of known type is enough.
fn either((a, ta): (Shape, bool), (b, tb): (Shape, bool)) -> (Shape, bool) {
    let shape = match (a, b) {
        (Shape::Unknown, s) | (s, Shape::Unknown) if s.scalar().is_some() => s,
        (Shape::Unknown, s @ Shape::Place(_)) if ta => s,
        (s @ Shape::Place(_), Shape::Unknown) if tb => s,
        (Shape::Unknown, s @ Shape::Tuple(_)) if ta => s,
        (s @ Shape::Tuple(_), Shape::Unknown) if tb => s,
        (Shape::Unknown, s @ Shape::Option(_)) | (s @ Shape::Option(_), Shape::Unknown) => s,
        // The type of an active result that only calls are known to make: a float.
        (Shape::Unknown, Shape::Unknown | Shape::Never) if ta => Shape::Float(FloatTy::Unknown),
        (Shape::Unknown | Shape::Never, Shape::Unknown) if tb => Shape::Float(FloatTy::Unknown),
        (a, b) => a.join(b),
    };
    (shape, ta || tb)
}

/// The shape of a literal.
fn literal(lit: &syn::Lit) -> Shape {
    let suffix = |s: &str| (!s.is_empty()).then(|| s.to_string());
    match lit {
        syn::Lit::Float(l) => float_of(l.suffix()),
        syn::Lit::Int(l) if matches!(l.suffix(), "f32" | "f64") => float_of(l.suffix()),
        syn::Lit::Int(l) => Shape::Int(suffix(l.suffix())),
        syn::Lit::Bool(_) => Shape::Bool,
        _ => Shape::Unknown,
    }
}

fn float_of(suffix: &str) -> Shape {
    Shape::Float(match suffix {
        "f64" => FloatTy::F64,
        "f32" => FloatTy::F32,
        _ => FloatTy::Unknown,
    })
}

/// The shape of a field of a tuple.
fn field(s: &Shape, member: &syn::Member) -> Shape {
    match (s.strip(), member) {
        (Shape::Tuple(ts), syn::Member::Unnamed(i)) => {
            ts.get(i.index as usize).cloned().unwrap_or(Shape::Unknown)
        }
        _ => Shape::Unknown,
    }
}

/// The shape of a `Vec` of what an array is made of.
fn vec_of(array: Shape) -> Shape {
    match array {
        Shape::Place(PlaceTy::Array(t, _)) => Shape::Place(PlaceTy::Vec(t)),
        _ => Shape::Unknown,
    }
}

/// The shape of a call of one of `std`'s macros.
fn macro_shape(name: &str) -> Shape {
    match name {
        "panic" | "unreachable" | "todo" | "unimplemented" | "return" => Shape::Never,
        "matches" | "cfg" | crate::parse::CONDITION => Shape::Bool,
        crate::parse::STATEMENT => Shape::Unit,
        "assert" | "assert_eq" | "assert_ne" | "debug_assert" | "debug_assert_eq" | "debug_assert_ne" => {
            Shape::Unit
        }
        "print" | "println" | "eprint" | "eprintln" => Shape::Unit,
        _ => Shape::Unknown,
    }
}
