//! What is done to arrays, slices and `Vec`s as a whole; borrows and closures.

use super::chains::{bare, in_sum};
use super::flow::mentions;
use super::scope::Writer;
use super::types::Ty;

impl Writer {
    pub fn memory(&mut self) {
        let Some((at, text, ty)) = self.sequence_in(true) else { return self.binding_of_vec() };
        // What is written is not read in the same call.
        self.vars[at].hidden += 1;
        match ty {
            // Only a `Vec` of the function's own changes its length.
            Ty::Vec(_) if self.vars[at].name == text && self.vars[at].ty == ty && self.rng.chance(70) => {
                self.vec_operation(at, &text)
            }
            _ => self.slice_operation(at, &text),
        }
        self.vars[at].hidden = self.vars[at].hidden.saturating_sub(1);
    }

    fn binding_of_vec(&mut self) {
        let ty = Ty::vec(Ty::Float);
        let (name, value, text) = (self.fresh("v"), self.value(&ty, 2), self.type_text(&ty));
        self.line(format!("let mut {name}: {text} = {};", bare(&value)));
        self.declare(&name, ty, true);
    }

    fn vec_operation(&mut self, _at: usize, text: &str) {
        let x = self.tame(2);
        let x = bare(&x).to_string();
        let n = self.rng.below(3);
        match self.rng.below(14) {
            0..4 => self.line(format!("{text}.push({x});")),
            4 => {
                let name = self.fresh("x");
                self.line(format!(
                    "let {name} = if {text}.len() > 2 {{ {text}.pop().unwrap() }} else {{ {x} }};"
                ));
                self.declare(&name, Ty::Float, true);
            }
            5 => self.line(format!("{text}.insert({n}, {x});")),
            6 => {
                let name = self.fresh("x");
                self.line(format!("{text}.push({x});"));
                let way = ["remove", "swap_remove"][self.rng.below(2)];
                self.line(format!("let {name} = {text}.{way}({n});"));
                self.declare(&name, Ty::Float, false);
            }
            7 => self.line(format!("{text}.truncate({});", 2 + n)),
            8 => self.line(format!("{text}.resize({}, {x});", 2 + n)),
            9 => {
                let source = self.value(&Ty::slice(Ty::Float), 0);
                self.line(format!("{text}.extend_from_slice({source});"));
            }
            10 => {
                if let Some((source, _)) = self.sequence() {
                    let map = self.mapping(&Ty::Float.by_ref(), 1);
                    self.line(format!("{text}.extend({source}.iter().map({map}));"));
                }
            }
            11 => {
                let other = self.value(&Ty::vec(Ty::Float), 1);
                let name = self.fresh("v");
                let float = self.float;
                self.line(format!("let mut {name}: Vec<{float}> = {};", bare(&other)));
                self.line(format!("{text}.append(&mut {name});"));
            }
            12 => {
                self.line(format!("{text}.clear();"));
                self.line(format!("{text}.push({x});"));
                let y = self.tame(1);
                self.line(format!("{text}.push({});", bare(&y)));
            }
            _ => {
                let n = 3 + self.rng.below(3);
                self.line(format!("while {text}.len() < {n} {{"));
                self.line(format!("let k = {text}.len();"));
                self.line(format!("{text}.push(({text}[k - 1] + {x}).sin() * 0.5);"));
                self.line("}");
            }
        }
    }

    fn slice_operation(&mut self, at: usize, text: &str) {
        let n = self.rng.below(3);
        match self.rng.below(10) {
            0 => {
                let x = self.tame(1);
                self.line(format!("{text}.fill({});", bare(&x)));
            }
            1 => self.line(format!("{text}.swap({}, 1);", n / 2)),
            2 => self.line(format!("{text}.reverse();")),
            3 => {
                let way = ["rotate_left", "rotate_right"][self.rng.below(2)];
                self.line(format!("{text}.{way}({n});"));
            }
            4 => self.line(format!("{text}.sort_by(|a, b| a.total_cmp(b));")),
            5 => {
                let source = self.value(&Ty::array(Ty::Float, 2), 1);
                self.line(format!("{text}[..2].copy_from_slice(&{source});"));
            }
            6 => {
                // Two halves, changed by turns.
                let (a, b) = (self.fresh("w"), self.fresh("w"));
                self.line(format!("let ({a}, {b}) = {text}.split_at_mut(1);"));
                let (x, y) = (self.tame(1), self.tame(1));
                self.line(format!("{a}[0] = {} + {b}[0] * 0.25;", in_sum(&self.halved(&x))));
                self.line(format!("{b}[0] = {a}[0] * ({y}).cos();"));
            }
            7 => {
                let map = self.mapping(&Ty::Float, 1);
                let (pattern, body) = map.split_once("| ").unwrap_or(("|q", "0.5"));
                self.line(format!(
                    "{text}.iter_mut().for_each(|e| {{ let f = {pattern}| {body}; *e = f(*e); }});"
                ));
            }
            8 => {
                let (name, x) = (self.fresh("e"), self.tame(1));
                let head = ["last_mut()", "first_mut()", "get_mut(1)"][self.rng.below(3)];
                self.line(format!("if let Some({name}) = {text}.{head} {{ *{name} = {}; }}", bare(&x)));
            }
            _ => {
                // A part of it, by a reference of its own.
                let name = self.fresh("w");
                self.line(format!("let {name} = &mut {text}[1..];"));
                let ((), lines) = self.scoped(|w| {
                    w.declare(&name, Ty::Mut(Box::new(Ty::array(Ty::Float, 1))), false);
                    let n = 1 + w.rng.below(2);
                    w.simple_statements(n);
                });
                self.lines.extend(lines);
                let _ = at;
            }
        }
    }

    fn halved(&self, x: &str) -> String {
        format!("{x} * 0.5")
    }

    /// Statements that leave no variables behind.
    fn simple_statements(&mut self, n: usize) {
        for _ in 0..n {
            match self.rng.below(3) {
                0 => self.branch(),
                _ => self.assignment(),
            }
        }
    }

    /// `let r = &mut v;` and statements while it lives.
    pub fn borrow(&mut self) {
        let types = [
            Ty::array(Ty::Float, 2),
            Ty::array(Ty::Float, 3),
            Ty::vec(Ty::Float),
            Ty::array(Ty::array(Ty::Float, 2), 2),
            Ty::Tuple(vec![Ty::Float, Ty::Float]),
            Ty::Struct(0),
        ];
        let ty = types[self.rng.below(types.len())].clone();
        let write = self.rng.chance(60) && !matches!(ty, Ty::Tuple(_));
        let Some((at, text)) = self.place(&ty, write) else { return self.assignment() };
        let (name, n) = (self.fresh("w"), 1 + self.rng.below(3));
        match write {
            true => {
                self.line(format!("let {name} = &mut {};", bare(&text)));
                self.vars[at].hidden += 1;
                let ((), lines) = self.scoped(|w| {
                    w.declare(&name, ty.by_mut(), false);
                    w.assignment();
                    w.statements(n);
                });
                self.block("", lines, "");
                self.vars[at].hidden -= 1;
            }
            false => {
                // A reference that may become another's.
                let other = self.place(&ty, false);
                let choice = match &other {
                    Some((_, other)) if self.rng.chance(60) => {
                        format!("if {} {{ &{} }} else {{ &{} }}", self.condition(1), bare(&text), bare(other))
                    }
                    _ => format!("&{}", bare(&text)),
                };
                self.line(format!("let {name} = {choice};"));
                let read: Vec<usize> =
                    (0..self.vars.len()).filter(|&i| mentions(&choice, &self.vars[i].name)).collect();
                read.iter().for_each(|&i| self.vars[i].frozen += 1);
                let ((), lines) = self.scoped(|w| {
                    w.declare(&name, ty.by_ref(), false);
                    w.statements(n);
                });
                self.block("", lines, "");
                read.iter().for_each(|&i| self.vars[i].frozen -= 1);
            }
        }
    }

    /// A closure with a name, and statements while it lives. What it changes is not named meanwhile.
    pub fn closure(&mut self) {
        if self.closures > 0 {
            return self.assignment();
        }
        let (name, n) = (self.fresh("fun"), 1 + self.rng.below(3));
        let changed = if self.rng.chance(40) { self.place(&Ty::Float, true) } else { None };
        let param = self.fresh("x");
        let body = self.inside_closure(|w| {
            let known = w.vars.len();
            w.declare(&param, Ty::Float, false);
            let body = w.tame(2);
            w.vars.truncate(known);
            body
        });
        let float = self.float;
        let (text, mutable) = match &changed {
            Some((_, place)) => {
                let place = bare(place);
                let text = format!(
                    "|{param}: {float}| {{ {place} = {place} * 0.5 + {param}.sin(); {} }}",
                    bare(&body)
                );
                (text, "mut ")
            }
            None => match self.rng.below(3) {
                0 => (
                    format!(
                        "|{param}: {float}| -> {float} {{ if {param} > 1.5 {{ return 0.5; }} {} }}",
                        bare(&body)
                    ),
                    "",
                ),
                _ => (format!("|{param}: {float}| {}", bare(&body)), ""),
            },
        };
        let read: Vec<usize> =
            (0..self.vars.len()).filter(|&i| mentions(&text, &self.vars[i].name)).collect();
        read.iter().for_each(|&i| self.vars[i].frozen += 1);
        if let Some((at, _)) = &changed {
            self.vars[*at].hidden += 1;
        }
        let ((), lines) = self.scoped(|w| {
            w.line(format!("let {mutable}{name} = {text};"));
            let at = w.declare(&name, Ty::Bool, false);
            // A closure that changes something is called here only: not in other closures.
            if changed.is_some() {
                w.vars[at].hidden = 1;
                let (x, to) = (w.tame(1), w.fresh("x"));
                w.line(format!("let {to} = {name}({});", bare(&x)));
                w.declare(&to, Ty::Float, false);
                let x = w.tame(1);
                w.line(format!("let {to} = {to} * 0.5 + {name}({});", bare(&x)));
                if let Some((_, to)) = w.place(&Ty::Float, true) {
                    w.line(format!("{} = {name}(0.5) * 0.5;", bare(&to)));
                }
            } else {
                w.statements(n);
            }
        });
        self.block("", lines, "");
        read.iter().for_each(|&i| self.vars[i].frozen -= 1);
        if let Some((at, _)) = &changed {
            self.vars[*at].hidden -= 1;
        }
    }
}
