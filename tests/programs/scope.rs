//! What is in scope, and what may be done with it at this point.

use super::rng::Rng;
use super::types::{Struct, Ty};

/// A variable.
#[derive(Clone, Debug)]
pub struct Var {
    pub name: String,
    pub ty: Ty,
    pub mutable: bool,
    /// By how many it is borrowed: nobody writes then.
    pub frozen: usize,
    /// By how many it is borrowed mutably, or captured, or moved out of: nobody may name it then.
    pub hidden: usize,
    /// In how many loops and closures it was declared.
    pub depth: usize,
    /// An integer is below this.
    pub below: Option<usize>,
}

/// Writes a function.
pub struct Writer {
    pub rng: Rng,
    pub float: &'static str,
    pub structs: Vec<Struct>,
    pub callees: Vec<super::function::Signature>,
    pub vars: Vec<Var>,
    pub lines: Vec<String>,
    names: usize,
    /// What is left to be written.
    pub fuel: isize,
    /// How many loops and closures there are around.
    pub depth: usize,
    /// The loops around: their labels, and what `break` of them needs to give.
    pub loops: Vec<(Option<String>, bool)>,
    /// Where no statement may stand that changes something: in a closure, beside a borrow.
    pub pure: usize,
    pub closures: usize,
    /// What is returned, and by `return` too.
    pub result: super::function::Return,
    pub notes: usize,
}

impl Writer {
    pub fn fresh(&mut self, stem: &str) -> String {
        self.names += 1;
        format!("{stem}{}", self.names)
    }

    pub fn new(
        rng: Rng,
        float: &'static str,
        structs: Vec<Struct>,
        callees: Vec<super::function::Signature>,
    ) -> Writer {
        Writer {
            rng,
            float,
            structs,
            callees,
            vars: Vec::new(),
            lines: Vec::new(),
            names: 0,
            fuel: 0,
            depth: 0,
            loops: Vec::new(),
            pure: 0,
            closures: 0,
            result: super::function::Return::Float,
            notes: 0,
        }
    }

    pub fn line(&mut self, text: impl Into<String>) {
        self.lines.push(text.into());
    }

    pub fn declare(&mut self, name: &str, ty: Ty, mutable: bool) -> usize {
        let depth = self.depth;
        self.vars.push(Var { name: name.into(), ty, mutable, frozen: 0, hidden: 0, depth, below: None });
        self.vars.len() - 1
    }

    pub fn type_text(&self, ty: &Ty) -> String {
        ty.text(self.float, &self.structs)
    }

    fn shadowed(&self, at: usize) -> bool {
        self.vars[at + 1..].iter().any(|v| v.name == self.vars[at].name)
    }

    /// The variables that may be read.
    pub fn readable(&self, fits: impl Fn(&Var) -> bool) -> Vec<usize> {
        (0..self.vars.len())
            .filter(|&i| self.vars[i].hidden == 0 && fits(&self.vars[i]) && !self.shadowed(i))
            .collect()
    }

    /// The variables that may be written to, in whole or behind their reference.
    pub fn writable(&self, fits: impl Fn(&Var) -> bool) -> Vec<usize> {
        let may = |v: &Var| {
            (v.mutable || matches!(v.ty, Ty::Mut(_))) && v.frozen == 0 && !matches!(v.ty, Ty::Ref(_))
        };
        self.readable(|v| may(v) && fits(v))
    }

    pub fn pick(&mut self, of: &[usize]) -> Option<usize> {
        self.rng.pick(of).copied()
    }

    /// A place of a type: the variable that it is in, and its text. With `write`, one that may be assigned to.
    pub fn place(&mut self, want: &Ty, write: bool) -> Option<(usize, String)> {
        let structs = self.structs.clone();
        let can = |v: &Var| reaches(&v.ty, want, write, &structs) && !(write && v.ty == *want && !v.mutable);
        let found = if write { self.writable(can) } else { self.readable(can) };
        let at = self.pick(&found)?;
        let (name, ty) = (self.vars[at].name.clone(), self.vars[at].ty.clone());
        let text = self.descend(name, &ty, want, write)?;
        Some((at, text))
    }

    /// From a place to a random part of it that has the type.
    pub fn descend(&mut self, text: String, ty: &Ty, want: &Ty, write: bool) -> Option<String> {
        if ty == want {
            return Some(text);
        }
        let structs = self.structs.clone();
        match ty {
            Ty::Ref(of) | Ty::Mut(of) if **of == *want => Some(format!("(*{text})")),
            Ty::Ref(of) | Ty::Mut(of) => self.descend(text, of, want, write),
            Ty::Array(of, _) | Ty::Vec(of) | Ty::Slice(of) => {
                let i = self.index(&text, ty, write);
                self.descend(format!("{text}[{i}]"), of, want, write)
            }
            Ty::Tuple(parts) => {
                let fits: Vec<usize> =
                    (0..parts.len()).filter(|&i| reaches(&parts[i], want, write, &structs)).collect();
                let i = self.pick(&fits)?;
                self.descend(format!("{text}.{i}"), &parts[i], want, write)
            }
            Ty::Struct(n) => {
                let fields = &structs[*n].fields;
                let fits: Vec<usize> = (0..fields.len())
                    .filter(|&i| {
                        (fields[i].2 || *want == Ty::Int) && reaches(&fields[i].1, want, write, &structs)
                    })
                    .collect();
                let i = self.pick(&fits)?;
                self.descend(format!("{text}.{}", fields[i].0), &fields[i].1, want, write)
            }
            _ => None,
        }
    }

    /// An index within the bounds of what the text names.
    pub fn index(&mut self, text: &str, ty: &Ty, write: bool) -> String {
        let fixed = match ty.behind() {
            Ty::Array(_, n) => Some(*n),
            _ => None,
        };
        let n = fixed.unwrap_or(2);
        let ints = self.readable(|v| v.ty == Ty::Int);
        if let Some(at) = self.pick(&ints)
            && self.rng.chance(60)
        {
            let (name, below) = (self.vars[at].name.clone(), self.vars[at].below);
            if below.is_some_and(|b| b <= n) {
                return if self.rng.chance(25) { format!("{} - {name}", n - 1) } else { name };
            }
            let shift = self.rng.below(3);
            let sum = if shift == 0 { name } else { format!("({name} + {shift})") };
            return match fixed {
                Some(n) => format!("{sum} % {n}"),
                // rustc finds some places of this kind borrowed twice.
                None if write => format!("{sum} % 2"),
                None => format!("{sum} % {text}.len()"),
            };
        }
        match fixed {
            None if !write && self.rng.chance(20) => format!("{text}.len() - 1"),
            _ => self.rng.below(n).to_string(),
        }
    }

    /// Writes a block's statements: variables end with it. Its lines are returned.
    pub fn scoped<R>(&mut self, write: impl FnOnce(&mut Writer) -> R) -> (R, Vec<String>) {
        let (outer, known) = (std::mem::take(&mut self.lines), self.vars.len());
        let result = write(self);
        self.vars.truncate(known);
        (result, std::mem::replace(&mut self.lines, outer))
    }

    /// Appends a block's lines.
    pub fn block(&mut self, head: &str, lines: Vec<String>, tail: &str) {
        self.line(format!("{head} {{"));
        self.lines.extend(lines);
        self.line(format!("}}{tail}"));
    }
}

/// Whether a part of the type is reached (for writing: not through shared references).
fn reaches(ty: &Ty, want: &Ty, write: bool, structs: &[Struct]) -> bool {
    if ty == want {
        return true;
    }
    match ty {
        Ty::Ref(_) if write => false,
        Ty::Float | Ty::Int | Ty::Bool => false,
        Ty::Array(of, _) | Ty::Vec(of) | Ty::Slice(of) | Ty::Ref(of) | Ty::Mut(of) => {
            reaches(of, want, write, structs)
        }
        Ty::Tuple(parts) => parts.iter().any(|p| reaches(p, want, write, structs)),
        Ty::Struct(n) => structs[*n]
            .fields
            .iter()
            .any(|f| (f.2 || *want == Ty::Int) && reaches(&f.1, want, write, structs)),
    }
}
