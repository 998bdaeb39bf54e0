//! Lowering: from the HIR to the IR.
//!
//! First `facts` finds out what may be active (`flow`) and what lives in copied code only (`opacity`). Then every statement is lowered in order: what is active
//! must be understood and is refused otherwise, at the smallest span; what is passive is lowered if it is
//! understood and copied verbatim if not (`copied`).
//!
//! Local scalars become SSA values, aggregates become places, tuples are taken apart. Early returns are
//! normalised into nested `if`s (`early`).

use crate::diagnostics::{Errors, Kind};
use crate::hir::{self, Expr, PatKind, Type, Var};
use crate::ir::{self, Func, Mode, Name, Op, Origin, ParamKind, Place, PlaceKind, Ty, Value};
use crate::tables::{HashMap, HashSet};
use quote::ToTokens;

pub mod alias;
mod arith;
mod array;
mod assign;
mod binding;
mod bits;
mod branch;
mod call;
mod callee;
mod chain;
mod chain_flow;
mod closure;
mod collect;
mod consume;
mod consumer;
mod convert;
mod copied;
mod cursor;
mod data;
mod defaults;
mod drive;
mod each;
mod early;
mod evaluate;
mod exchange;
mod exits;
mod expr;
mod facts;
mod fallible;
mod find;
mod float_traits;
mod flow;
mod function;
mod gathered;
mod generic;
mod given;
mod grow;
mod harmless;
mod heads;
mod items;
mod iter;
mod jump_loops;
mod jumps;
mod lent;
mod libm;
mod linear;
mod loops;
mod matching;
mod merged;
mod method;
mod numbered;
mod opacity;
mod opaque;
mod opaque_items;
mod operands;
mod operator;
mod options;
mod other_results;
mod own_methods;
mod pattern;
mod pick;
mod place;
mod produced;
mod promote;
mod receiver;
mod returns;
mod rounded;
mod rounds;
pub(crate) mod scopes;
mod shape;
mod slot;
mod states;
mod stmt;
mod stop;
mod tabulate;
mod types;
mod undetermined;
mod user;
mod walk;

pub(crate) use bits::puts_together;
pub(crate) use facts::is_arithmetic;
pub(crate) use walk::bound;

use facts::Facts;
use types::{Node, Types};

/// Whether a path is that of a function of `std::mem` that is followed.
pub fn is_of_mem(path: &syn::Path) -> bool {
    callee::mem(path).is_some()
}

/// Lowers a function. `None` if something was refused.
pub fn lower(f: &hir::Fn, errors: &mut Errors) -> Option<Func> {
    let mut lowering = Lower::new(f, errors);
    lowering.refused = bits::check(&lowering.facts, lowering.errors);
    lowering.params();
    lowering.check_stops();
    lowering.check_libm_paths();
    let done = lowering.function();
    let done = lowering.reasoned(done, f.sig.ident.span());
    lowering.check_names();
    let mut proofs = lowering.facts.proofs_of_constants();
    proofs.extend(lowering.facts.proofs_of_indices());
    proofs.extend(lowering.proofs_of_methods());
    proofs.extend(f.of_std.iter().cloned());
    lowering.func.before.extend(proofs);
    let refused = lowering.refused;
    let literal = lowering.made_up("literal");
    let Lower { mut func, mut types, open, told, passive, .. } = lowering;
    if done.is_err() || refused {
        return None;
    }
    function::settle(&mut func, f);
    merged::settle(&mut func, &mut types);
    for v in open {
        // What nothing says the type of is an `i32`.
        types.know(&func, Node::Value(v), &Ty::Int(Some("i32".into())));
    }
    if let Some(ty) = only_float(f) {
        types.otherwise(&func, &ty);
    }
    undetermined::settle(&mut func, &mut types, &told, literal);
    types.resolve(&mut func);
    promote::promote(&mut func);
    rounded::find(&mut func);
    if let Some(read) = opaque::active(&func, &passive) {
        let what = format!("the derivative of `{}` would be lost in copied code", read.ident);
        errors.internal(read.ident.span(), &what);
        return None;
    }
    if let Some((name, span)) = other_results::find(&func) {
        errors.refuse(Kind::OtherResult, span, &[&name]);
        return None;
    }
    let of_floats = float_traits::proofs(f, &func);
    func.before.extend(of_floats);
    Some(func)
}

/// The one float type that a generic function speaks of, if that is a type parameter.
fn only_float(f: &hir::Fn) -> Option<Ty> {
    let [name] = &f.float_params[..] else { return None };
    let mut primitive = false;
    let mut look = |i: &proc_macro2::Ident| primitive |= i == "f32" || i == "f64";
    crate::names::each_ident(&f.sig.to_token_stream(), &mut look);
    f.body.each_ident(&mut look);
    (!primitive).then(|| Ty::Float(ir::FloatTy::Generic(name.clone())))
}

/// Something was refused, and said so.
#[derive(Clone, Copy, Debug)]
struct Refused;

pub(crate) use walk::assigned;

type Res<T> = Result<T, Refused>;

/// What an expression gives, and what a variable stands for.
#[derive(Clone, PartialEq, Debug)]
enum Val {
    /// `()`
    Unit,
    /// `!`
    Never,
    /// A scalar, or an opaque value.
    Scalar(Value),
    /// A shared reference to one.
    ScalarRef(Value),
    /// An aggregate, or a value of unknown type.
    Place(Place),
    /// A reference to one; whether it is mutable.
    PlaceRef(Place, bool),
    /// A tuple of these.
    Tuple(Vec<Val>),
    /// A shared reference to a tuple of these.
    TupleRef(Vec<Val>),
    /// A closure that is looked into, by number.
    Closure(usize),
    /// An iterator that a variable is bound to, by number.
    Iter(usize),
    /// The next item of an iterator that only rustc knows: a variable of opaque code, by number.
    Next(usize),
    /// A part of a place that may be there, by number.
    Part(usize),
    /// A variable of opaque code.
    Opaque,
    /// A variable that is not initialised yet.
    Uninit,
    /// A variable whose definition was refused: using it is not another error.
    Poison,
}

/// The state of a lowering.
struct Lower<'a, 'e> {
    f: &'a hir::Fn,
    facts: Facts<'a>,
    errors: &'e mut Errors,
    refused: bool,
    func: Func,
    types: Types,
    /// What each variable stands for here; `None` out of scope.
    env: Vec<Option<Val>>,
    /// Integers that come after one whose type may never be said.
    open: Vec<Value>,
    /// Numbers that are declared with a type of which nothing is known.
    told: Vec<(Node, proc_macro2::TokenStream)>,
    /// The compiler's own variables, by what they are called.
    states: HashMap<Var, &'static str>,
    /// Places of variables that are declared mutable: not to be shared with other variables.
    changing: HashSet<Place>,
    /// Copies that stand for shared references which become other ones.
    referring: HashSet<Place>,
    /// The variable of opaque code that each name means here.
    declared: HashMap<String, Var>,
    /// The chains that `for` loops with jumps run over.
    pipes: Vec<drive::Piped<'a>>,
    /// The iterators that variables are bound to.
    bound_iterators: Vec<drive::Iter<'a>>,
    /// The integers that are constants.
    integers: HashMap<Value, i128>,
    /// Those that are asked for one item after the other.
    cursors: HashMap<crate::hir::Var, drive::Iter<'a>>,
    /// The iterators of opaque code.
    iterators: Vec<opaque_items::Source>,
    /// What they are lent by, of the statements at hand.
    held: Vec<opaque_items::Held>,
    /// The closures that values stand for.
    closures: Vec<closure::Bound<'a>>,
    /// The block being filled.
    out: Vec<ir::Stmt>,
    /// How many blocks there are around it.
    depth: usize,
    /// The block being filled has come to an exit.
    dead: bool,
    origin: Origin,
    /// Where the result goes.
    result: returns::Plan,
    matching: matching::Matching,
    /// What the region at hand hands out, and how it may be left.
    frame: exits::Frame,
    /// The loops and labelled blocks around, innermost last.
    enclosing: Vec<exits::Enclosing>,
    /// How many of them there have been.
    goals: usize,
    /// Operands that have been evaluated before the expression that they belong to.
    operands: HashMap<*const Expr, Val>,
    /// What is left of a call's `Option` or `Result` without a value, by whether it has one.
    rests: HashMap<Value, Place>,
    /// Variables of opaque code that are declared without a value.
    unset: HashSet<Var>,
    /// The floats whose bits are bound to variables.
    digits: HashMap<Var, Value>,
    /// What copied code reads of variables that nothing active is known to flow into.
    passive: Vec<ir::Read>,
    /// The blocks that are regions of their own, since their end can be noticed.
    scopes: HashSet<*const hir::Block>,
}

impl<'a, 'e> Lower<'a, 'e> {
    fn new(f: &'a hir::Fn, errors: &'e mut Errors) -> Self {
        let mut func = Func::new(f.sig.ident.to_string());
        func.items = f.items.clone();
        func.own_methods = float_traits::own_methods(f);
        let facts = Facts::of(f);
        let scopes = scopes::find(&facts);
        Lower {
            f,
            facts,
            errors,
            refused: false,
            func,
            types: Types::default(),
            env: vec![None; f.vars.len()],
            open: Vec::new(),
            told: Vec::new(),
            states: HashMap::default(),
            changing: HashSet::default(),
            referring: HashSet::default(),
            declared: HashMap::default(),
            pipes: Vec::new(),
            bound_iterators: Vec::new(),
            integers: HashMap::default(),
            cursors: HashMap::default(),
            iterators: Vec::new(),
            held: Vec::new(),
            closures: Vec::new(),
            out: Vec::new(),
            depth: 0,
            dead: false,
            origin: Origin { span: f.sig.ident.span(), text: None },
            result: returns::Plan::Unit,
            matching: matching::Matching::default(),
            frame: exits::Frame::function(),
            enclosing: Vec::new(),
            goals: 0,
            operands: HashMap::default(),
            rests: HashMap::default(),
            unset: HashSet::default(),
            digits: HashMap::default(),
            passive: Vec::new(),
            scopes,
        }
    }

    // Errors.

    /// Refuses an expression, unless that only follows from something that was refused before.
    fn refuse<T>(&mut self, kind: Kind, at: &Expr, args: &[&str]) -> Res<T> {
        self.refuse_part(kind, at, &at.tokens, args)
    }

    /// A part of an expression.
    fn refuse_part<T>(
        &mut self,
        kind: Kind,
        e: &Expr,
        at: &proc_macro2::TokenStream,
        args: &[&str],
    ) -> Res<T> {
        let poisoned = |v: &Var| matches!(self.env.get(v.0 as usize), Some(Some(Val::Poison)));
        if !self.refused || !e.reads.iter().any(|(_, v)| poisoned(v)) {
            self.errors.refuse_tokens(kind, at, args);
            self.refused = true;
        }
        Err(Refused)
    }

    fn refuse_at<T>(&mut self, kind: Kind, span: proc_macro2::Span, args: &[&str]) -> Res<T> {
        self.errors.refuse(kind, span, args);
        self.refused = true;
        Err(Refused)
    }

    // Statements of the IR.

    fn push(&mut self, op: Op, ty: Ty) -> Value {
        let v = self.value(ty, None);
        self.emit(op, vec![v]);
        v
    }

    fn effect(&mut self, op: Op) {
        self.emit(op, Vec::new());
    }

    /// Appends a statement, unless it is never reached.
    fn emit(&mut self, op: Op, results: Vec<Value>) {
        if let (Op::Const(ir::Const::Int(n)), [v]) = (&op, &results[..]) {
            self.integers.insert(*v, *n);
        }
        if !self.dead {
            self.out.push(ir::Stmt { op, results, origin: self.origin.clone() });
        }
    }

    fn int(&mut self, value: i128, ty: Ty) -> Value {
        self.push(Op::Const(ir::Const::Int(value)), ty)
    }

    fn value(&mut self, ty: Ty, name: Option<Name>) -> Value {
        self.func.value(ty, name, &self.origin)
    }

    fn ty(&self, v: Value) -> &Ty {
        self.func.ty(v)
    }

    /// The type of a value, as far as unification has found it.
    fn found(&mut self, v: Value) -> Ty {
        self.types.get(&self.func, Node::Value(v)).unwrap_or(Ty::Opaque)
    }

    fn same(&mut self, a: Value, b: Value) {
        if *self.ty(a) != Ty::Opaque && *self.ty(b) != Ty::Opaque {
            self.types.unify(&self.func, Node::Value(a), Node::Value(b));
        }
    }

    fn same_elem(&mut self, p: Place, v: Value) {
        self.types.unify(&self.func, Node::Place(p), Node::Value(v));
    }

    fn know(&mut self, v: Value, ty: &Ty) {
        self.types.know(&self.func, Node::Value(v), ty);
    }

    /// Fills another block, and gives it back with what `f` gave.
    fn region<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> (Vec<ir::Stmt>, bool, T) {
        let out = std::mem::take(&mut self.out);
        let dead = std::mem::replace(&mut self.dead, false);
        let declared = self.declared.clone();
        self.depth += 1;
        let held = self.held.len();
        let result = f(self);
        self.held.truncate(held);
        self.depth -= 1;
        self.declared = declared;
        (std::mem::replace(&mut self.out, out), std::mem::replace(&mut self.dead, dead), result)
    }

    fn user_name(&self, v: Var) -> Name {
        match (self.f.vars.get(v.0 as usize), self.states.get(&v)) {
            (Some(info), _) => Name::User(info.ident.clone()),
            (None, stem) => Name::Temp(stem.copied().unwrap_or("t").to_string()),
        }
    }

    fn is_mutable(&self, v: Var) -> bool {
        self.f.vars[v.0 as usize].mutable
    }

    // Parameters.

    fn params(&mut self) {
        let f = self.f;
        let mut bound = Vec::new();
        for p in &f.params {
            self.origin = Origin { span: p.span, text: None };
            let kind = self.param(p);
            let val = param_val(&kind);
            self.func.params.push(ir::Param {
                name: p.name.clone(),
                ty: p.ty_tokens.clone(),
                kind,
                active: p.active,
            });
            bound.push(val);
        }
        for (p, val) in f.params.iter().zip(bound) {
            self.origin = Origin { span: p.span, text: None };
            // A refusal is on record; the rest of the function is still worth looking at.
            let _ = self.bind_param(p, val);
            self.own_parameter(p);
        }
    }

    fn param(&mut self, p: &hir::Param) -> ParamKind {
        let opaque = matches!(p.pat.kind, PatKind::Var(v) if self.facts.is_opaque(v))
            || !copied::is_simple(&p.pat)
            || (!p.active && self.binds_opaque(&p.pat));
        let name = match &p.pat.kind {
            PatKind::Var(v) => self.user_name(*v),
            _ => Name::User(p.name.clone()),
        };
        match opaque {
            true => ParamKind::Opaque,
            false if p.active && p.alias.is_some() => {
                let mode = if matches!(p.ty, Type::Ref(..)) { Mode::Ref } else { Mode::Value };
                let origin = self.origin.clone();
                let kind = PlaceKind::Param;
                ParamKind::Place(self.func.place(ir::PlaceTy::Unknown, kind, Some(name), &origin), mode)
            }
            false => self.param_kind(&p.ty, Mode::Value, Some(name)).unwrap_or(ParamKind::Opaque),
        }
    }

    fn binds_opaque(&self, p: &hir::Pat) -> bool {
        let mut found = false;
        walk::bound(p, &mut |v| found |= self.facts.is_opaque(v));
        found
    }

    fn param_kind(&mut self, t: &Type, mode: Mode, name: Option<Name>) -> Option<ParamKind> {
        let origin = self.origin.clone();
        let scalar = shape::Shape::of(t).scalar();
        match (t, scalar) {
            (_, Some(ty)) if mode != Mode::Mut => {
                Some(ParamKind::Scalar(self.func.value(ty, name, &origin), mode))
            }
            (Type::Ref(m, inner), _) if mode == Mode::Value => {
                self.param_kind(inner, if *m { Mode::Mut } else { Mode::Ref }, name)
            }
            (Type::Tuple(ts), _) if mode != Mode::Mut => {
                let mut parts = Vec::new();
                for (i, t) in ts.iter().enumerate() {
                    let part = name.as_ref().map(|n| Name::Temp(format!("{}_{i}", n.stem())));
                    parts.push(self.param_kind(t, Mode::Value, part)?);
                }
                Some(ParamKind::Tuple(parts, mode))
            }
            _ => {
                let ty = shape::place_ty(t)?;
                let p = self.func.place(ty, PlaceKind::Param, name, &origin);
                self.func.places[p.0 as usize].mutable = mode == Mode::Mut;
                if mode == Mode::Mut {
                    self.changing.insert(p);
                }
                Some(ParamKind::Place(p, mode))
            }
        }
    }

    fn bind_param(&mut self, p: &'a hir::Param, val: Option<Val>) -> Res<()> {
        match val {
            Some(val) => self.bind(&p.pat, val),
            None => self.bind_opaque_param(p),
        }
    }

    /// A parameter that opaque code reads under its own name; its pattern is opaque code too.
    fn bind_opaque_param(&mut self, p: &hir::Param) -> Res<()> {
        // A handle is called without a change.
        let plain = p.name == "self"
            || p.function.is_some()
            || matches!(p.pat.kind, PatKind::Var(v) if !self.is_mutable(v));
        if !plain {
            let name = &p.name;
            self.opaque_let(&p.pat.tokens, quote::quote!(#name), &p.pat, Vec::new());
        }
        self.declare_opaque(&p.pat)
    }
}

/// What a parameter's pattern is bound to; `None` if opaque code reads it by name.
fn param_val(kind: &ParamKind) -> Option<Val> {
    Some(match kind {
        ParamKind::Scalar(v, Mode::Value) => Val::Scalar(*v),
        ParamKind::Scalar(v, _) => Val::ScalarRef(*v),
        ParamKind::Place(p, Mode::Value) => Val::Place(*p),
        ParamKind::Place(p, mode) => Val::PlaceRef(*p, *mode == Mode::Mut),
        ParamKind::Tuple(ks, mode) => {
            let vals = ks.iter().map(param_val).collect::<Option<Vec<_>>>()?;
            if *mode == Mode::Value { Val::Tuple(vals) } else { Val::TupleRef(vals) }
        }
        ParamKind::Opaque => return None,
    })
}
