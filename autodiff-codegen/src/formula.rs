//! Partial derivatives as formulas: the gradient's own program, written as expressions.

use crate::hir::BinOp;
use crate::ir::{Const, Func, Init, Name, Op, ParamKind, Place, Proj, Ret, Stmt, Value};
use crate::parse::text::one_line;
use crate::reverse::Gradient;
use crate::rules::Syntax;
use crate::tables::{HashMap, HashSet};
use std::cell::RefCell;

/// The most operations that a formula may have.
const LONGEST: usize = 24;

/// The partial derivatives of a function, and what the variables in them stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formulas {
    /// With respect to each parameter, or each element of it.
    pub derivatives: Vec<Formula>,
    /// Variables of the function that the formulas mention, in the order in which they get their values.
    pub variables: Vec<Formula>,
}

/// A formula: of what, and the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    /// `∂f/∂x`; of a function that does not return one float `d_x`, the gradient of seed · f; or a variable.
    pub of: String,
    /// What it is.
    pub text: String,
}

impl Formulas {
    /// One formula a line, the derivatives' equality signs below each other.
    pub fn lines(&self) -> Vec<String> {
        let width = self.derivatives.iter().map(|f| f.of.chars().count()).max().unwrap_or(0);
        let derivatives = self.derivatives.iter().map(|f| format!("{:<width$} = {}", f.of, f.text));
        let variables = self.variables.iter().enumerate().map(|(i, f)| {
            let word = if i == 0 { "where" } else { "     " };
            format!("{word} {} = {}", f.of, f.text)
        });
        derivatives.chain(variables).collect()
    }
}

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
    /// Values that go by a name of the user's: those that are the only ones of their name.
    own: HashMap<Value, String>,
    /// Of these, the ones that the formulas mention.
    mentioned: RefCell<HashSet<Value>>,
}

/// All of a function's. `None` if it has loops, branches or calls, or if one would be too long to read.
pub(crate) fn all(gradient: &Gradient, primal: &Func) -> Option<Formulas> {
    let program = Program::new(&gradient.func)?;
    let mut derivatives = Vec::new();
    for (i, tree) in &gradient.adjoints {
        let name = crate::names::text(&primal.params.get(*i)?.name);
        let name = match gradient.seeds.is_empty() {
            true => format!("∂{}/∂{name}", primal.name.trim_start_matches("r#")),
            false => format!("d_{name}"),
        };
        program.tree(tree, &name, &mut derivatives)?;
    }
    // What they mention, and what that mentions.
    let mut variables: Vec<(Value, Formula)> = Vec::new();
    loop {
        let known = |v: &Value| variables.iter().any(|(w, _)| w == v);
        let Some(v) = program.mentioned.borrow().iter().copied().find(|v| !known(v)) else { break };
        let text = program.operation(program.defs.get(&v)?, 0)?.0;
        variables.push((v, Formula { of: program.own.get(&v)?.clone(), text }));
    }
    let position = |v: &Value| gradient.func.body.stmts.iter().position(|s| s.results.contains(v));
    variables.sort_by_key(|(v, _)| position(v));
    let variables = variables.into_iter().map(|(_, f)| f).collect();
    Some(Formulas { derivatives, variables })
}

/// An operation of the primal program, if it is a short one.
pub(crate) fn short(primal: &Func, v: Value) -> Option<String> {
    let program = Program::around(primal);
    let stmt = program.defs.get(&v)?;
    program.operation(stmt, 0).filter(|t| t.2 <= 4).map(|t| t.0)
}

impl<'p> Program<'p> {
    /// The names and definitions in a program of any form.
    fn around(func: &'p Func) -> Program<'p> {
        let mut defs = HashMap::default();
        func.body.each_stmt(&mut |s| {
            if let [v] = s.results[..] {
                defs.insert(v, s);
            }
        });
        let mut program = Program {
            func,
            defs,
            names: HashMap::default(),
            places: HashMap::default(),
            elements: HashMap::default(),
            own: HashMap::default(),
            mentioned: RefCell::default(),
        };
        for p in &func.params {
            program.param(&p.kind, &crate::names::text(&p.name));
        }
        program.name_values();
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

    /// Gives values the user's own names. A name that several values have (`let y = y * y;`) would say two things.
    fn name_values(&mut self) {
        let named = |v: &Value| match &self.func.val(*v).name {
            Some(name @ Name::User(_)) => Some(name.stem()),
            _ => None,
        };
        let mut by_name: HashMap<String, Option<Value>> = HashMap::default();
        for name in self.names.values().chain(self.places.values()) {
            by_name.insert(name.clone(), None);
        }
        for v in self.defs.keys().filter(|v| !self.names.contains_key(v)) {
            let Some(name) = named(v) else { continue };
            by_name.entry(name).and_modify(|one| *one = None).or_insert(Some(*v));
        }
        self.own = by_name.into_iter().filter_map(|(name, v)| Some((v?, name))).collect();
    }

    fn value(&self, v: Value, depth: usize) -> Option<Text> {
        let atom = |text: String| Some(Text(text, Prec::Atom, 0));
        if let Some(name) = self.names.get(&v) {
            return atom(name.clone());
        }
        match (self.own.get(&v), self.defs.get(&v)) {
            (_, Some(stmt)) if matches!(stmt.op, Op::Const(_)) => self.operation(stmt, depth),
            (Some(name), _) => {
                self.mentioned.borrow_mut().insert(v);
                atom(name.clone())
            }
            (None, stmt) => self.operation(stmt?, depth),
        }
    }

    fn operation(&self, stmt: &Stmt, depth: usize) -> Option<Text> {
        if depth > LONGEST {
            return None;
        }
        let atom = |text: String| Some(Text(text, Prec::Atom, 0));
        let text = match &stmt.op {
            Op::Const(Const::Float { text, .. }) => return Some(number(text.trim_end_matches(".0"))),
            Op::Const(Const::Int(n)) => return Some(number(&n.to_string())),
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
                        match b.strip_prefix('−') {
                            Some(b) if *op == BinOp::Add => Text(format!("{a} − {b}"), prec, size),
                            _ => Text(format!("{a} {sign} {b}"), prec, size),
                        }
                    }
                    Syntax::Neg => {
                        Text(format!("−{}", args.next()?.at_least(Prec::Prefix)), Prec::Prefix, size)
                    }
                    Syntax::Last => return args.last(),
                    Syntax::ThereAndBack => {
                        let (a, c) = (args.next()?.at_least(Prec::Sum), args.next()?.at_least(Prec::Product));
                        Text(format!("{a} + {c} − {c}"), Prec::Sum, size)
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

fn number(text: &str) -> Text {
    match text.strip_prefix('-') {
        Some(text) => Text(format!("−{text}"), Prec::Prefix, 0),
        None => Text(text.to_string(), Prec::Atom, 0),
    }
}
