//! What is written into nodes.

use crate::hir::BinOp;
use crate::ir::*;
use crate::parse::text::one_line;
use crate::rules::{Kind, RuleId, Syntax};
use quote::ToTokens;
use std::collections::HashMap;

/// The longest label; what is longer is cut.
const LONGEST: usize = 28;
/// The same of heads.
const HEAD: usize = 48;

/// The constants of a program, by the values that they are.
pub struct Labels<'p> {
    func: &'p Func,
    consts: HashMap<Value, &'p Const>,
}

impl<'p> Labels<'p> {
    pub fn new(func: &'p Func) -> Labels<'p> {
        let mut consts = HashMap::new();
        func.body.each_stmt(&mut |s| {
            if let (Op::Const(c), [v]) = (&s.op, &s.results[..]) {
                consts.insert(*v, c);
            }
        });
        Labels { func, consts }
    }

    /// `×`, `sin`, `powi 3`: an operation, with those of its operands that no derivative belongs to.
    pub fn operation(&self, rule: RuleId, args: &[Value]) -> String {
        let name = match rule.syntax() {
            Syntax::Binary(op) => sign(*op).to_string(),
            Syntax::Neg => "−".to_string(),
            Syntax::Method(name) | Syntax::Function(name) => name.clone(),
            Syntax::ThereAndBack => "round".to_string(),
            Syntax::Last => "bits".to_string(),
        };
        let line = rule.get();
        let numbers = args.iter().enumerate().filter(|(i, _)| line.operand_kind(*i) != Kind::Float);
        let numbers: Vec<String> = numbers.map(|(_, v)| self.number(*v)).collect();
        [name].into_iter().chain(numbers).collect::<Vec<_>>().join(" ")
    }

    /// What stands for an integer: its digits, its name, or dots.
    fn number(&self, v: Value) -> String {
        match self.consts.get(&v) {
            Some(c) => constant(c),
            None => self.value(v).unwrap_or_else(|| "…".to_string()),
        }
    }

    /// The name of a value.
    pub fn value(&self, v: Value) -> Option<String> {
        self.func.val(v).name.as_ref().map(Name::stem)
    }

    /// The name of a place.
    pub fn place(&self, p: Place) -> String {
        match &self.func.plc(p).name {
            Some(name) => name.stem(),
            None => match self.func.plc(p).kind {
                PlaceKind::View { base } => self.place(base),
                _ => "array".to_string(),
            },
        }
    }

    /// `x[i].y`
    pub fn element(&self, place: Place, path: &[Proj]) -> String {
        let mut out = self.place(place);
        for step in path {
            match step {
                Proj::Index(v) => out.push_str(&format!("[{}]", self.number(*v))),
                Proj::At(vs, _) => {
                    let all: Vec<String> = vs.iter().map(|v| self.number(*v)).collect();
                    out.push_str(&format!("[{}]", all.join(", ")));
                }
                Proj::Slice(lo, hi) => {
                    let end = |v: &Option<Value>| v.map_or_else(String::new, |v| self.number(v));
                    out.push_str(&format!("[{}..{}]", end(lo), end(hi)));
                }
                Proj::Field(n) => out.push_str(&format!(".{n}")),
                Proj::Member(member, _) => {
                    out.push_str(&format!(".{}", member.name.to_token_stream()));
                }
                Proj::Deref => {}
            }
        }
        cut(&out)
    }

    /// The operation on memory, or the call, that a statement is.
    pub fn statement(&self, op: &Op) -> String {
        match op {
            Op::Load { place, path, .. } => self.element(*place, path),
            Op::Store { place, path, .. } => format!("{} =", self.element(*place, path)),
            Op::Accum { place, path, .. } => format!("{} +=", self.element(*place, path)),
            Op::Alloc { place, .. } => self.place(*place),
            Op::CopyPlace { dst, .. } => format!("{} =", self.place(*dst)),
            Op::AddPlace { dst, .. } => format!("{} +=", self.place(*dst)),
            Op::Zero(p) => format!("{} = 0", self.place(*p)),
            Op::SumPlace(p) => format!("sum of {}", self.place(*p)),
            Op::DotPlaces(a, b) => format!("{} · {}", self.place(*a), self.place(*b)),
            Op::Swap { a, b } => format!("swap {}, {}", self.place(*a), self.place(*b)),
            Op::Append { place, .. } | Op::Push { place, .. } => format!("push to {}", self.place(*place)),
            Op::Pop(p) => format!("pop {}", self.place(*p)),
            Op::Resize { place, .. } => format!("resize {}", self.place(*place)),
            Op::Call { callee, .. } => match &callee.operator {
                Some(Operator::Sign(name)) => (*name).to_string(),
                _ => callee.name.clone(),
            },
            other => other.kind_name().to_string(),
        }
    }

    /// What passive code is.
    pub fn passive(&self, stmt: &Stmt) -> String {
        let name = stmt.results.first().and_then(|v| self.value(*v));
        match (&stmt.op, name) {
            (_, Some(name)) => name,
            (Op::Cast(v), None) => self.value(*v).unwrap_or_else(|| "integer".to_string()),
            (Op::Opaque { kind: OpaqueKind::Expr(code), .. }, None) => cut(&one_line(code)),
            _ => "constant".to_string(),
        }
    }
}

/// A constant as it is written.
pub fn constant(c: &Const) -> String {
    match c {
        Const::Float { text, .. } => text.clone(),
        Const::Int(n) => n.to_string(),
        Const::Bool(b) => b.to_string(),
        Const::Path(path) => cut(&one_line(path)),
    }
}

/// The head of a branch, in a statement: `if x > 0.0`. Of one that the compiler made, there is none.
pub fn arm(statement: Option<&str>) -> String {
    let text = statement.unwrap_or_default();
    match text.find("if ").filter(|at| *at == 0 || text[..*at].ends_with(' ')) {
        Some(at) => head(&text[at..]),
        None if text.starts_with("match ") => head(text),
        None => "if …".to_string(),
    }
}

/// The head of a loop. One that an iterator makes has none.
pub fn repeated(statement: Option<&str>) -> String {
    let text = statement.unwrap_or_default();
    let known = ["for ", "while ", "loop ", "'"].iter().any(|word| text.starts_with(word));
    if known { head(text) } else { "iterator".to_string() }
}

/// What comes before a block.
pub fn head(text: &str) -> String {
    cut_at(HEAD, text.split('{').next().unwrap_or(text).trim())
}

fn sign(op: BinOp) -> &'static str {
    match op {
        BinOp::Add => "+",
        BinOp::Sub => "−",
        BinOp::Mul => "×",
        BinOp::Div => "/",
        _ => "%",
    }
}

fn cut(text: &str) -> String {
    cut_at(LONGEST, text)
}

fn cut_at(length: usize, text: &str) -> String {
    match text.char_indices().nth(length) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_string(),
    }
}
