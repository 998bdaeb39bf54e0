//! Statements: variables, assignments, what stands in blocks.

use super::chains::bare;
use super::function::{Return, random_type};
use super::scope::Writer;
use super::types::Ty;

impl Writer {
    pub fn statements(&mut self, n: usize) {
        for _ in 0..n {
            if self.fuel <= 0 {
                break;
            }
            self.statement();
        }
    }

    pub fn statement(&mut self) {
        self.fuel -= 2;
        match self.rng.below(100) {
            0..22 => self.binding(),
            22..40 => self.assignment(),
            40..50 => self.branch(),
            50..63 => self.loop_statement(),
            63..73 => self.memory(),
            73..78 => self.borrow(),
            78..84 => self.closure(),
            84..88 => {
                let text = self.effect();
                self.line(text);
            }
            88..92 => self.exchange(),
            92..95 => self.leave(),
            95..97 => self.output_call(),
            97..98 => {
                let (a, b) = (self.leaf().0, self.rng.below(4));
                match b {
                    0 => self.line(format!("assert!({a} < 100.0, \"too large\");")),
                    1 => self.line(format!("debug_assert!({a}.is_finite());")),
                    2 => self.line(format!("if {a} > 1.9 {{ panic!(\"out of range: {{}}\", {b}); }}")),
                    _ => self.line(format!("if {a}.is_nan() {{ unreachable!(); }}")),
                }
            }
            _ => self.destructured(),
        }
    }

    /// One that stands in an operand: it changes something and leaves nothing borrowed.
    pub fn small_statement(&mut self) {
        match self.rng.below(4) {
            0 => {
                let (name, x) = (self.fresh("u"), self.tame(1));
                self.line(format!("let {name} = {};", bare(&x)));
                self.declare(&name, Ty::Float, false);
            }
            1 => {
                let text = self.effect();
                self.line(text);
            }
            _ => self.assignment(),
        }
    }

    fn binding(&mut self) {
        let ty = match self.rng.below(10) {
            0..4 => Ty::Float,
            4 => Ty::Int,
            _ => random_type(&mut self.rng, &self.structs, 1),
        };
        if self.rng.chance(8) && ty == Ty::Float {
            return self.later();
        }
        let value = match ty == Ty::Int && self.rng.chance(40) {
            true => format!("draw() % {}", 2 + self.rng.below(3)),
            false => self.value(&ty, 3),
        };
        let (name, mutable) = (self.name_for(&ty), self.rng.chance(60));
        let name = if self.vars.iter().any(|v| v.name == name && (v.frozen > 0 || v.hidden > 0)) {
            self.fresh("n")
        } else {
            name
        };
        let literal = !value.contains(|c: char| c.is_ascii_lowercase());
        let typed =
            match literal || self.rng.chance(25) || value.contains("vec![") || value.contains("from_fn") {
                true => format!(": {}", self.type_text(&ty)),
                false => String::new(),
            };
        self.line(format!("let {}{name}{typed} = {};", if mutable { "mut " } else { "" }, bare(&value)));
        self.declare(&name, ty, mutable);
    }

    /// `let x; if … { x = …; } else { x = …; }`
    fn later(&mut self) {
        let (name, c) = (self.fresh("x"), self.condition(1));
        let ((), a) = self.scoped(|w| {
            w.statements(1);
            let x = w.tame(1);
            w.line(format!("{name} = {};", bare(&x)));
        });
        let ((), b) = self.scoped(|w| {
            let x = w.tame(1);
            w.line(format!("{name} = {};", bare(&x)));
        });
        let float = self.float;
        self.line(format!("let {name}: {float};"));
        self.block(&format!("if {c}"), a, " else {");
        self.lines.extend(b);
        self.line("}");
        self.declare(&name, Ty::Float, false);
    }

    /// `let (a, [b, mut c]) = …;`
    fn destructured(&mut self) {
        let n = 2 + self.rng.below(2);
        let inner = Ty::array(Ty::Float, n);
        let ty = match self.rng.below(3) {
            0 => Ty::Tuple(vec![Ty::Float, inner]),
            1 => Ty::Tuple(vec![Ty::Float, Ty::Tuple(vec![Ty::Float, Ty::Float])]),
            _ => inner,
        };
        let value = self.value(&ty, 2);
        if self.rng.chance(30)
            && let (Some((_, a)), Some((_, b))) = (self.place(&Ty::Float, true), self.place(&Ty::Float, true))
        {
            let (x, y) = (self.tame(1), self.tame(1));
            return self.line(format!("({a}, {b}) = ({}, {});", bare(&x), bare(&y)));
        }
        let pattern = self.pattern(&ty, true);
        let text = self.type_text(&ty);
        self.line(format!("let {pattern}: {text} = {};", bare(&value)));
    }

    pub fn assignment(&mut self) {
        let Some((at, place)) = self.place(&Ty::Float, true) else {
            let text = self.effect();
            return self.line(text);
        };
        if self.rng.chance(10) && self.pure == 0 {
            let ty = self.vars[at].ty.clone();
            if self.vars[at].mutable && !matches!(ty, Ty::Ref(_) | Ty::Mut(_)) {
                let (name, value) = (self.vars[at].name.clone(), self.value(&ty, 2));
                if self.vars[at].hidden == 0 {
                    return self.line(format!("{name} = {};", bare(&value)));
                }
                self.vars[at].hidden = 0;
                return self.line(format!("{name} = {};", bare(&value)));
            }
        }
        let x = self.tame(3);
        let x = bare(&x);
        let place = bare(&place);
        // rustc finds that a compound assignment borrows such a place twice.
        let twice = place.contains(".len()");
        match if twice { 0 } else { self.rng.below(7) } {
            0..3 => self.line(format!("{place} = {x};")),
            3 => {
                self.line(format!("{place} += {x};"));
                self.damped(place);
            }
            4 => {
                self.line(format!("{place} -= {x};"));
                self.damped(place);
            }
            5 => self.line(format!("{place} *= ({x}).sin();")),
            _ => self.line(format!("{place} /= 1.5 + ({x}).cos().abs();")),
        }
    }

    fn damped(&mut self, place: &str) {
        match self.rng.below(3) {
            0 => self.line(format!("{place} *= 0.5;")),
            1 => self.line(format!("{place} = ({place}).sin();")),
            _ => self.line(format!("{place} = {place} * 0.5;")),
        }
    }

    /// Two places exchanged, or one taken out.
    fn exchange(&mut self) {
        let ty = random_type(&mut self.rng, &self.structs, 1);
        let Some((at, a)) = self.place(&ty, true) else { return self.assignment() };
        self.vars[at].hidden += 1;
        let other = self.place(&ty, true);
        self.vars[at].hidden -= 1;
        let a = bare(&a).to_string();
        match self.rng.below(4) {
            0 | 1 if other.is_some() => {
                let b = other.map(|o| o.1).unwrap_or_default();
                self.line(format!("std::mem::swap(&mut {a}, &mut {});", bare(&b)));
            }
            2 if matches!(ty, Ty::Vec(_)) => {
                let name = self.fresh("v");
                let value = self.value(&ty, 1);
                if self.vars[at].hidden > 0 {
                    self.vars[at].hidden = 0;
                }
                let text = self.type_text(&ty);
                self.line(format!("let {name}: {text} = std::mem::take(&mut {a});"));
                // What was taken may be asked for its elements only where the new value doesn't.
                self.line(format!(
                    "{a} = {};",
                    bare(&value)
                        .replace(&format!("{a}."), &format!("{name}."))
                        .replace(&format!("{a}["), &format!("{name}["))
                ));
                self.declare(&name, ty, false);
            }
            _ => {
                self.vars[at].hidden += 1;
                let value = self.value(&ty, 1);
                self.vars[at].hidden -= 1;
                let name = self.name_for(&ty);
                let name = if self.vars.iter().any(|v| v.name == name) { self.fresh("n") } else { name };
                self.line(format!("let mut {name} = std::mem::replace(&mut {a}, {});", bare(&value)));
                self.declare(&name, ty, true);
            }
        }
    }

    /// `return`, `break`, `continue`, `?`.
    fn leave(&mut self) {
        if self.pure > 0 {
            return;
        }
        let c = self.condition(1);
        let ((), lines) = self.scoped(|w| {
            if w.rng.chance(20) {
                let text = w.effect();
                w.line(text);
            }
            match w.loops.last().cloned() {
                Some((label, value)) if w.rng.chance(75) => {
                    let (label, value) = match w.loops.first().cloned() {
                        Some((Some(l), v)) if w.rng.chance(50) => (Some(l), v),
                        _ => (label, value),
                    };
                    let label = label.map(|l| format!(" '{l}")).unwrap_or_default();
                    if w.rng.chance(50) && !value {
                        w.line(format!("continue{label};"));
                    } else if value {
                        let x = w.tame(1);
                        w.line(format!("break{label} {};", bare(&x)));
                    } else {
                        w.line(format!("break{label};"));
                    }
                }
                _ => {
                    let failing = w.rng.chance(40);
                    let text = match &w.result {
                        Return::Option(_) if failing => "None".into(),
                        Return::Result(_) if failing => "Err(3)".into(),
                        _ => w.result_value(1),
                    };
                    w.line(format!("return {};", bare(&text)).replace(" ;", ";"));
                }
            }
        });
        self.block(&format!("if {c}"), lines, "");
    }

    /// A call for the sake of what it writes.
    fn output_call(&mut self) {
        let Some(g) = self.callee(|s| s.params.iter().any(|p| matches!(p.ty, Ty::Mut(_)))) else {
            return self.binding();
        };
        let call = self.call(&g);
        match &g.result {
            Return::Unit => self.line(format!("{call};")),
            Return::Float => {
                let name = self.fresh("x");
                self.line(format!("let {name} = {call};"));
                self.declare(&name, Ty::Float, false);
            }
            Return::Value(ty) => {
                let name = self.name_for(ty);
                let name = if self.vars.iter().any(|v| v.name == name) { self.fresh("n") } else { name };
                self.line(format!("let mut {name} = {call};"));
                self.declare(&name, ty.clone(), true);
            }
            Return::Option(ty) => {
                let name = self.fresh("n");
                let other = self.value(ty, 0);
                self.line(format!(
                    "let {name} = match {call} {{ Some(got) => got, None => {} }};",
                    bare(&other)
                ));
                self.declare(&name, ty.clone(), false);
            }
            Return::Result(_) => {}
        }
    }
}
