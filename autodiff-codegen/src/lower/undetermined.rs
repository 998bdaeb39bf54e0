//! Literals whose type only rustc finds, by code that companions may leave out: what a constant out of sight, an alias or
//! code that is not looked into makes of them.
//!
//! A comparison whose result nobody reads is dropped, and with it goes what made an `f32` of a literal; the reverse part has
//! literals of its own. So these are written once, at the start, as code that stays: beside what says their type, and each
//! beside the first of those that have the same one. From there on they are variables.

use super::types::{Node, Types};
use crate::ir::{
    Arg, Const, Func, IntOp, Op, OpaqueKind, Origin, ParamKind, Place, PlaceKind, Read, ReadOf, Stmt, Ty,
    Value,
};
use crate::tables::{HashMap, HashSet};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use std::collections::BTreeMap;

/// Things of one type that is not known.
#[derive(Default)]
struct Class {
    literals: Vec<Value>,
    /// A constant of this type.
    constant: Option<TokenStream>,
    /// The type by a name that says nothing here.
    ty: Option<TokenStream>,
    /// Code that stays says something of it.
    read: bool,
    /// What such code makes.
    made: Vec<Value>,
    /// What comes from outside of the function is of this type.
    fixed: bool,
    /// Something is done with it that gives other numbers in other types.
    matters: bool,
}

/// All of them.
struct Classes<'t> {
    types: &'t mut Types,
    found: BTreeMap<usize, Class>,
    /// Constants of which nothing is known.
    constants: HashMap<Value, TokenStream>,
    /// What code that is not looked into gives.
    opaque: HashSet<Value>,
}

/// Writes down once what only rustc finds the type of. `told` are the names of types that something is declared with.
pub fn settle(func: &mut Func, types: &mut Types, told: &[(Node, TokenStream)], ident: Ident) {
    let mut classes =
        Classes { types, found: BTreeMap::new(), constants: HashMap::default(), opaque: HashSet::default() };
    classes.collect(func);
    for (node, ty) in told {
        if let Some(class) = classes.of(func, *node) {
            class.ty = Some(ty.clone());
        }
    }
    let open = |class: &Class| {
        let said = class.read || class.constant.is_some() || class.ty.is_some() || !class.made.is_empty();
        said && class.matters && !class.fixed
    };
    let mut first = Vec::new();
    for class in classes.found.into_values().filter(open) {
        let mut before = None;
        for v in &class.literals {
            let Some(stmt) = take(&mut func.body.stmts, *v) else { continue };
            first.push(written_once(stmt, &class, before, &ident));
            before.get_or_insert(*v);
        }
        for (v, other) in class.made.iter().flat_map(|v| before.map(|other| (*v, other))) {
            put_behind(&mut func.body.stmts, v, &|s| witness(s, [v, other], &ident));
        }
    }
    func.body.stmts.splice(0..0, first);
}

impl Classes<'_> {
    /// The class of something, if its type is not known.
    fn of(&mut self, func: &Func, node: Node) -> Option<&mut Class> {
        let root = self.types.undetermined(func, node)?;
        Some(self.found.entry(root).or_default())
    }

    fn collect(&mut self, func: &Func) {
        for (i, place) in func.places.iter().enumerate() {
            if matches!(place.kind, PlaceKind::Param | PlaceKind::CallResult) {
                self.fix(func, Node::Place(Place(i as u32)));
            }
        }
        func.params.iter().for_each(|p| self.parameter(func, &p.kind));
        func.body.each_stmt(&mut |s| match (&s.op, &s.results[..]) {
            (Op::Const(Const::Float { .. } | Const::Int(_)), [v]) => {
                self.of(func, Node::Value(*v)).into_iter().for_each(|class| class.literals.push(*v));
            }
            (Op::Const(Const::Path(path)), [v]) => {
                self.constants.insert(*v, path.clone());
                let class = self.of(func, Node::Value(*v));
                class.into_iter().for_each(|class| class.constant = Some(path.clone()));
            }
            (Op::Int { op, .. }, [v]) if !is_plain(*op) => self.matters(func, *v),
            (Op::Elem { .. }, [v]) => self.matters(func, *v),
            (Op::Cast(v), _) if func.ty(*v).is_float() => self.matters(func, *v),
            (Op::Cmp { args: [a, b], .. }, _) => {
                let floats = [a, b].into_iter().filter(|v| func.ty(**v).is_float());
                floats.for_each(|v| self.matters(func, *v));
                self.beside(func, *a, *b);
                self.beside(func, *b, *a);
            }
            (Op::Call { args, .. }, results) => {
                results.iter().for_each(|v| self.fix(func, Node::Value(*v)));
                for arg in args {
                    if let Arg::Opaque { reads, .. } = arg {
                        reads.iter().for_each(|read| self.read(func, &read.source));
                    }
                }
            }
            (Op::AssertFloat(of), [v]) => {
                let (path, made) = (self.constants.get(of).cloned(), self.opaque.contains(of));
                if let Some(class) = self.of(func, Node::Value(*v)) {
                    match path {
                        Some(path) => class.constant = Some(path),
                        None if made => class.made.push(*v),
                        None => class.fixed = true,
                    }
                }
            }
            (Op::Opaque { reads, .. } | Op::Exit { reads, .. }, results) => {
                self.opaque.extend(results);
                reads.iter().for_each(|read| self.read(func, &read.source));
            }
            _ => {}
        });
    }

    fn fix(&mut self, func: &Func, node: Node) {
        self.of(func, node).into_iter().for_each(|class| class.fixed = true);
    }

    fn matters(&mut self, func: &Func, v: Value) {
        self.of(func, Node::Value(v)).into_iter().for_each(|class| class.matters = true);
    }

    fn parameter(&mut self, func: &Func, kind: &ParamKind) {
        match kind {
            ParamKind::Scalar(v, _) => self.fix(func, Node::Value(*v)),
            ParamKind::Tuple(kinds, _) => kinds.iter().for_each(|kind| self.parameter(func, kind)),
            ParamKind::Place(..) | ParamKind::Opaque => {}
        }
    }

    /// Something is compared with what may be a constant of which nothing is known.
    fn beside(&mut self, func: &Func, a: Value, b: Value) {
        if let (Ty::Opaque, Some(path)) = (func.ty(b), self.constants.get(&b).cloned()) {
            let class = self.of(func, Node::Value(a));
            class.into_iter().for_each(|class| class.constant = Some(path.clone()));
        }
    }

    fn read(&mut self, func: &Func, source: &ReadOf) {
        let node = match source {
            ReadOf::Value(v) | ReadOf::ValueRef(v) => Node::Value(*v),
            ReadOf::Place(p) => Node::Place(*p),
            ReadOf::Tuple(parts) => return parts.iter().for_each(|part| self.read(func, part)),
        };
        self.of(func, node).into_iter().for_each(|class| class.read = true);
    }
}

/// Whether an operation gives the same number in every type that holds it.
fn is_plain(op: IntOp) -> bool {
    matches!(
        op,
        IntOp::Add
            | IntOp::Sub
            | IntOp::Mul
            | IntOp::Div
            | IntOp::Rem
            | IntOp::And
            | IntOp::Or
            | IntOp::Xor
            | IntOp::Neg
            | IntOp::Min
            | IntOp::Max
            | IntOp::After
            | IntOp::Shr
    )
}

/// Takes the statement that makes a value out of a block.
fn take(stmts: &mut Vec<Stmt>, v: Value) -> Option<Stmt> {
    if let Some(i) = stmts.iter().position(|s| s.results == [v]) {
        return Some(stmts.remove(i));
    }
    stmts.iter_mut().flat_map(|s| s.op.blocks_mut()).find_map(|block| take(&mut block.stmts, v))
}

/// Puts a statement behind the one that makes a value.
fn put_behind(stmts: &mut Vec<Stmt>, v: Value, made: &dyn Fn(&Stmt) -> Stmt) {
    if let Some(i) = stmts.iter().position(|s| s.results == [v]) {
        return stmts.insert(i + 1, made(&stmts[i]));
    }
    for block in stmts.iter_mut().flat_map(|s| s.op.blocks_mut()) {
        put_behind(&mut block.stmts, v, made);
    }
}

/// Code that says to rustc that two numbers are of one type.
fn witness(at: &Stmt, pair: [Value; 2], ident: &Ident) -> Stmt {
    let idents = ["", "_"].map(|end| quote::format_ident!("{ident}{end}", span = ident.span()));
    let reads =
        idents.iter().zip(pair).map(|(ident, v)| Read { ident: ident.clone(), source: ReadOf::Value(v) });
    let kind = OpaqueKind::Let { pattern: quote!(_), init: quote!([#(#idents),*]), declares: Vec::new() };
    let origin = Origin { text: None, ..at.origin.clone() };
    Stmt { op: Op::opaque(kind, reads.collect()), results: Vec::new(), origin }
}

/// A literal as code: beside one of its type, or what says its type.
fn written_once(stmt: Stmt, class: &Class, before: Option<Value>, ident: &Ident) -> Stmt {
    let literal = match &stmt.op {
        Op::Const(Const::Float { text, .. }) => text.parse().unwrap_or_default(),
        Op::Const(Const::Int(n)) => {
            let digits = Literal::u128_unsuffixed(n.unsigned_abs());
            let minus = (*n < 0).then(|| quote!(-));
            quote!(#minus #digits)
        }
        _ => TokenStream::new(),
    };
    let code = match (before, &class.constant, &class.ty) {
        (Some(_), ..) => quote!([#literal, #ident][0]),
        (None, Some(path), _) => quote!([#literal, #path][0]),
        (None, None, Some(ty)) => quote!({ let #ident: #ty = #literal; #ident }),
        (None, None, None) => literal,
    };
    let read = |v| Read { ident: ident.clone(), source: ReadOf::Value(v) };
    let reads = before.into_iter().map(read).collect();
    let origin = Origin { text: None, ..stmt.origin };
    Stmt { op: Op::opaque(OpaqueKind::Expr(code), reads), origin, ..stmt }
}
