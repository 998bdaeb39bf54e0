//! Partial derivatives as formulas: the gradient's own program, written as expressions.

use super::{Formula, Inspection};
use crate::hir::BinOp;
use crate::ir::{Const, Func, Init, Name, Op, ParamKind, Place, Proj, Ret, Stmt, Value};
use crate::parse::text::one_line;
use crate::rules::Syntax;
use std::collections::HashMap;

/// The most operations that a formula may have.
const LONGEST: usize = 24;

/// How tightly an expression binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Prec {
    Sum,
    Product,
    Prefix,
    Atom,
}

/// An expression, and how many operations it has.
struct Text(String, Prec, usize);

impl Text {
    fn at_least(self, prec: Prec) -> String {
        if self.1 < prec { format!("({})", self.0) } else { self.0 }
    }
}

/// A straight-line program.
struct Program<'p> {
    func: &'p Func,
    defs: HashMap<Value, &'p Stmt>,
    /// What parameters are called.
    names: HashMap<Value, String>,
    places: HashMap<Place, String>,
    /// The elements of local arrays, in the end.
    elements: HashMap<Place, Vec<Vec<Value>>>,
}

/// All of a function's.
pub(super) fn all(of: &Inspection) -> Option<(Vec<Formula>, Vec<Formula>)> {
    let program = Program::new(&of.gradient.func)?;
    let mut out = Vec::new();
    for (i, tree) in &of.gradient.adjoints {
        let name = of.parameter(*i);
        program.tree(tree, &name, &mut out)?;
    }
    let mut used = Vec::new();
    let mut wanted: Vec<String> = out.iter().map(|f| f.text.clone()).collect();
    // What they mention, and what that mentions.
    while let Some(text) = wanted.pop() {
        for (v, stmt) in &program.defs {
            let Some(name) = program.own_name(*v) else { continue };
            let mentions = text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name);
            if mentions && !used.iter().any(|(_, f): &(Value, Formula)| f.of == name) {
                let text = program.operation(stmt, 0)?.0;
                wanted.push(text.clone());
                used.push((*v, Formula { of: name, text }));
            }
        }
    }
    used.sort_by_key(|(v, _)| *v);
    Some((out, used.into_iter().map(|(_, f)| f).collect()))
}

/// An operation of the primal program, if it is a short one.
pub(super) fn short(of: &Inspection, v: Value) -> Option<String> {
    let program = Program::around(&of.primal);
    let stmt = program.defs.get(&v)?;
    program.operation(stmt, 0).filter(|t| t.2 <= 4).map(|t| t.0)
}

impl<'p> Program<'p> {
    /// The names and definitions in a program of any form.
    fn around(func: &'p Func) -> Program<'p> {
        let mut defs = HashMap::new();
        func.body.each_stmt(&mut |s| {
            if let [v] = s.results[..] {
                defs.insert(v, s);
            }
        });
        let mut program =
            Program { func, defs, names: HashMap::new(), places: HashMap::new(), elements: HashMap::new() };
        for p in &func.params {
            program.param(&p.kind, &crate::names::text(&p.name));
        }
        program
    }

    /// A program without loops, branches and calls, in which arrays are only built.
    fn new(func: &'p Func) -> Option<Program<'p>> {
        let mut program = Program::around(func);
        for stmt in &func.body.stmts {
            match &stmt.op {
                Op::Const(_) | Op::Elem { .. } | Op::Int { .. } | Op::Cast(_) | Op::AssertFloat(_) => {}
                Op::Load { place, .. } => {
                    program.places.get(place)?;
                }
                Op::Alloc { place, init: Init::Zeros } => {
                    program.elements.insert(*place, Vec::new());
                }
                Op::Alloc { place, init: Init::Elems(values) } => {
                    program.elements.insert(*place, values.iter().map(|v| vec![*v]).collect());
                }
                Op::Store { place, path, value } => {
                    *program.element(*place, path)? = vec![*value];
                }
                Op::Accum { place, path, value } => program.element(*place, path)?.push(*value),
                _ => return None,
            }
        }
        Some(program)
    }

    fn element(&mut self, place: Place, path: &[Proj]) -> Option<&mut Vec<Value>> {
        let [Proj::Index(i)] = path else { return None };
        let Op::Const(Const::Int(i)) = self.defs.get(i)?.op else { return None };
        let (elements, i) = (self.elements.get_mut(&place)?, usize::try_from(i).ok()?);
        if elements.len() <= i {
            elements.resize(i + 1, Vec::new());
        }
        elements.get_mut(i)
    }

    fn param(&mut self, kind: &ParamKind, name: &str) {
        match kind {
            ParamKind::Scalar(v, _) => drop(self.names.insert(*v, name.to_string())),
            ParamKind::Place(p, _) => drop(self.places.insert(*p, name.to_string())),
            ParamKind::Tuple(parts, _) => {
                parts.iter().enumerate().for_each(|(i, part)| self.param(part, &format!("{name}.{i}")));
            }
            ParamKind::Opaque => {}
        }
    }

    fn tree(&self, tree: &Ret, name: &str, out: &mut Vec<Formula>) -> Option<()> {
        match tree {
            Ret::Unit => {}
            Ret::Scalar(i) => {
                let text = self.value(*self.func.body.yields.get(*i)?, 0)?.0;
                out.push(Formula { of: name.to_string(), text });
            }
            Ret::Tuple(parts) => {
                for (i, part) in parts.iter().enumerate() {
                    self.tree(part, &format!("{name}.{i}"), out)?;
                }
            }
            Ret::Place(p) => {
                for (i, values) in self.elements.get(p)?.iter().enumerate() {
                    let terms: Option<Vec<String>> =
                        values.iter().map(|v| Some(self.value(*v, 0)?.at_least(Prec::Sum))).collect();
                    let text = match terms?.join(" + ") {
                        none if none.is_empty() => "0".to_string(),
                        sum => sum,
                    };
                    out.push(Formula { of: format!("{name}[{i}]"), text });
                }
            }
        }
        Some(())
    }

    /// The user's own name of a value.
    fn own_name(&self, v: Value) -> Option<String> {
        match &self.func.val(v).name {
            Some(name @ Name::User(_)) => Some(name.stem()),
            _ => None,
        }
    }

    fn value(&self, v: Value, depth: usize) -> Option<Text> {
        let atom = |text: String| Some(Text(text, Prec::Atom, 0));
        if let Some(name) = self.names.get(&v) {
            return atom(name.clone());
        }
        match (self.own_name(v), self.defs.get(&v)) {
            (_, Some(stmt)) if matches!(stmt.op, Op::Const(_)) => self.operation(stmt, depth),
            (Some(name), _) => atom(name),
            (None, stmt) => self.operation(stmt?, depth),
        }
    }

    fn operation(&self, stmt: &Stmt, depth: usize) -> Option<Text> {
        if depth > LONGEST {
            return None;
        }
        let atom = |text: String| Some(Text(text, Prec::Atom, 0));
        let text = match &stmt.op {
            Op::Const(Const::Float { text, .. }) => return atom(text.trim_end_matches(".0").to_string()),
            Op::Const(Const::Int(n)) => return atom(n.to_string()),
            Op::Const(Const::Path(path)) => return atom(one_line(path)),
            Op::Cast(a) | Op::AssertFloat(a) => return self.value(*a, depth + 1),
            Op::Load { place, path, .. } => {
                let mut text = self.places.get(place)?.clone();
                for step in path {
                    match step {
                        Proj::Index(i) => text.push_str(&format!("[{}]", self.value(*i, depth + 1)?.0)),
                        Proj::Field(i) => text.push_str(&format!(".{i}")),
                        _ => return None,
                    }
                }
                return atom(text);
            }
            Op::Elem { rule, args } => {
                let args: Option<Vec<Text>> = args.iter().map(|a| self.value(*a, depth + 1)).collect();
                let args = args?;
                let size = 1 + args.iter().map(|a| a.2).sum::<usize>();
                let mut args = args.into_iter();
                match rule.syntax() {
                    Syntax::Binary(op) => {
                        let (sign, prec, right) = match op {
                            BinOp::Add => ("+", Prec::Sum, Prec::Sum),
                            BinOp::Sub => ("−", Prec::Sum, Prec::Product),
                            BinOp::Mul => ("×", Prec::Product, Prec::Product),
                            BinOp::Div => ("/", Prec::Product, Prec::Prefix),
                            _ => ("%", Prec::Product, Prec::Prefix),
                        };
                        let (a, b) = (args.next()?.at_least(prec), args.next()?.at_least(right));
                        Text(format!("{a} {sign} {b}"), prec, size)
                    }
                    Syntax::Neg => {
                        Text(format!("−{}", args.next()?.at_least(Prec::Prefix)), Prec::Prefix, size)
                    }
                    Syntax::Method(name) | Syntax::Function(name) => {
                        let all: Vec<String> = args.map(|a| a.0).collect();
                        Text(format!("{name}({})", all.join(", ")), Prec::Atom, size)
                    }
                }
            }
            _ => return None,
        };
        (text.2 <= LONGEST).then_some(text)
    }
}
