//! Values of any type, and calls.

use super::chains::bare;
use super::floats::Bounded;
use super::function::{Param, Return, Signature};
use super::scope::Writer;
use super::types::Ty;

impl Writer {
    /// An expression of a type; its floats are within ±2.
    pub fn value(&mut self, ty: &Ty, depth: usize) -> String {
        self.fuel -= 1;
        match ty {
            Ty::Float => self.tame(depth),
            Ty::Int => self.int(depth.min(1)),
            Ty::Bool => self.condition(depth.min(1)),
            Ty::Array(of, n) => self.array(ty, of, *n, depth),
            Ty::Vec(of) => self.vec(ty, of, depth),
            Ty::Tuple(parts) => {
                if ty.is_copy(&self.structs)
                    && self.rng.chance(25)
                    && let Some((_, text)) = self.place(ty, false)
                {
                    return text;
                }
                if depth > 1 && self.rng.chance(20) {
                    let c = self.condition(1);
                    return format!(
                        "if {c} {{ {} }} else {{ {} }}",
                        self.value(ty, depth - 1),
                        self.value(ty, depth - 1)
                    );
                }
                let parts: Vec<String> =
                    parts.iter().map(|p| bare(&self.value(p, depth.saturating_sub(1))).to_string()).collect();
                format!("({})", parts.join(", "))
            }
            Ty::Struct(n) => self.struct_value(ty, *n, depth),
            Ty::Ref(of) => match &**of {
                Ty::Slice(row) if **row != Ty::Float => match self.place(of, false) {
                    Some((_, text)) => format!("&{text}"),
                    None => format!("&[{}]", self.value(row, 0)),
                },
                Ty::Slice(_) => match self.sequence_in(false) {
                    Some((at, text, _))
                        if matches!(self.vars[at].ty, Ty::Ref(_)) && self.vars[at].name == text =>
                    {
                        text
                    }
                    Some((_, text, Ty::Array(..) | Ty::Vec(_))) if text.contains(['.', '[']) => {
                        format!("&{text}")
                    }
                    Some((_, text, _)) => format!("&{text}[..]"),
                    None => "&[0.5, 1.5]".into(),
                },
                of => match self.place(of, false) {
                    Some((_, text)) => format!("&{text}"),
                    None => format!("&{}", self.value(of, 0)),
                },
            },
            Ty::Slice(_) | Ty::Mut(_) => unreachable!("made by the call"),
        }
    }

    fn array(&mut self, ty: &Ty, of: &Ty, n: usize, depth: usize) -> String {
        let copy = of.is_copy(&self.structs);
        if self.rng.chance(if depth == 0 { 70 } else { 25 })
            && let Some((_, text)) = self.place(ty, false)
        {
            return match copy && self.rng.chance(70) {
                true => text,
                false if of == &Ty::Float && depth > 0 && self.rng.chance(50) => {
                    let map = self.mapping(of, depth - 1);
                    format!("{text}.map({map})")
                }
                false => format!("{text}.clone()"),
            };
        }
        let below = depth.saturating_sub(1);
        match self.rng.below(5) {
            0 if copy => format!("[{}; {n}]", bare(&self.value(of, below))),
            1 if self.rng.chance(50) => {
                let name = self.fresh("i");
                let known = self.vars.len();
                let body = self.inside_closure(|w| {
                    let at = w.declare(&name, Ty::Int, false);
                    w.vars[at].below = Some(n);
                    w.value(of, below)
                });
                self.vars.truncate(known);
                {
                    let of = self.type_text(of);
                    format!("std::array::from_fn::<{of}, {n}, _>(|{name}| {})", bare(&body))
                }
            }
            2 if of == &Ty::Float => match self.callee(|s| s.result == Return::Value(ty.clone())) {
                Some(g) => self.call(&g),
                None => self.elements("[", of, n, below),
            },
            _ => self.elements("[", of, n, below),
        }
    }

    fn elements(&mut self, open: &str, of: &Ty, n: usize, depth: usize) -> String {
        let parts: Vec<String> = (0..n).map(|_| bare(&self.value(of, depth)).to_string()).collect();
        format!("{open}{}]", parts.join(", "))
    }

    fn vec(&mut self, ty: &Ty, of: &Ty, depth: usize) -> String {
        if of == &Ty::Float {
            match self.rng.below(6) {
                0 => {
                    if let Some((text, _)) = self.sequence() {
                        return format!("{text}.to_vec()");
                    }
                }
                1 => {
                    if let Some((at, text)) = self.place(ty, false) {
                        let moved = self.vars[at].name == text
                            && self.vars[at].ty == *ty
                            && self.vars[at].depth == self.depth
                            && self.vars[at].frozen == 0
                            && self.pure == 0
                            && self.rng.chance(30);
                        if moved {
                            self.vars[at].hidden += 1;
                            return text;
                        }
                        return format!("{text}.clone()");
                    }
                }
                2 | 3 if depth > 0 => {
                    if let Some(text) = self.collected(depth - 1) {
                        return text;
                    }
                }
                _ => {}
            }
        }
        let n = 2 + self.rng.below(3);
        let below = depth.saturating_sub(1);
        match self.rng.below(3) {
            0 => format!("vec![{}; {n}]", bare(&self.value(of, below))),
            _ => self.elements("vec![", of, n, below),
        }
    }

    /// A chain of a known length of two at least, collected.
    fn collected(&mut self, depth: usize) -> Option<String> {
        let (text, _) = self.sequence()?;
        let by_ref = Ty::Float.by_ref();
        let (mut text, item) = match self.rng.below(5) {
            0 => (format!("{text}.iter().enumerate()"), Ty::Tuple(vec![Ty::Int, by_ref])),
            1 => ("(0..3)".to_string(), Ty::Int),
            2 => {
                let (other, _) = self.sequence()?;
                (format!("{text}.iter().zip({other}.iter())"), Ty::Tuple(vec![by_ref.clone(), by_ref]))
            }
            3 => (format!("{text}.iter().chain({}.iter())", self.sequence()?.0), by_ref),
            _ => (format!("{text}.iter()"), by_ref),
        };
        if self.rng.chance(20) {
            text.push_str(".rev()");
        }
        let map = self.mapping(&item, depth);
        let float = self.float;
        let name = match self.rng.below(3) {
            0 => format!("Vec<{float}>"),
            _ => "Vec<_>".into(),
        };
        Some(format!("{text}.map({map}).collect::<{name}>()"))
    }

    fn struct_value(&mut self, ty: &Ty, n: usize, depth: usize) -> String {
        let def = self.structs[n].clone();
        let there =
            self.place(ty, false).map(|(_, text)| if def.copy { text } else { format!("{text}.clone()") });
        match self.rng.below(7) {
            0 | 1 => {
                if let Some(text) = there {
                    return text;
                }
            }
            2 if def.operators && depth > 0 => {
                let sign = ["+", "-"][self.rng.below(2)];
                let (a, b) = (self.value(ty, depth - 1), self.value(ty, depth - 1));
                let (name, of) = (self.fresh("s"), &def.name);
                return format!("{{ let {name}: {of} = ({a}) {sign} ({b}); {name}.damped() }}");
            }
            3 if def.operators && depth > 0 => {
                let (name, of) = (self.fresh("s"), def.name.clone());
                let (x, s) = (self.leaf().0, self.value(ty, depth - 1));
                return format!("{{ let {name}: {of} = {x} * ({s}); {name}.damped() }}");
            }
            4 => {
                if let Some(g) = self.callee(|s| s.result == Return::Value(ty.clone())) {
                    return self.call(&g);
                }
            }
            5 => {
                let (name, of, _) = &def.fields[0];
                if let Some(there) = there {
                    return format!(
                        "{} {{ {name}: {}, ..{there} }}",
                        def.name,
                        bare(&self.value(of, depth.min(1)))
                    );
                }
            }
            _ => {}
        }
        let fields: Vec<String> = def
            .fields
            .iter()
            .map(|(name, of, active)| match active {
                true => format!("{name}: {}", bare(&self.value(of, depth.min(1)))),
                false => format!("{name}: {}", if *of == Ty::Int { "2" } else { "0.5" }),
            })
            .collect();
        format!("{} {{ {} }}", def.name, fields.join(", "))
    }

    pub fn callee(&mut self, fits: impl Fn(&Signature) -> bool) -> Option<Signature> {
        let fits: Vec<usize> = (0..self.callees.len()).filter(|&i| fits(&self.callees[i])).collect();
        self.pick(&fits).map(|i| self.callees[i].clone())
    }

    /// A call, with arguments made up. What it is lent mutably is not named a second time.
    pub fn call(&mut self, g: &Signature) -> String {
        let (mut hidden, mut frozen) = (Vec::new(), Vec::new());
        let mut args = vec![String::new(); g.params.len()];
        for (i, p) in g.params.iter().enumerate() {
            if let Ty::Mut(of) = &p.ty {
                let place = match &**of {
                    Ty::Slice(_) => {
                        self.sequence_in(true).map(|(at, text, _)| (at, format!("&mut {text}[..]")))
                    }
                    _ => self.place(of, true).map(|(at, text)| (at, format!("&mut {text}"))),
                };
                args[i] = match place {
                    Some((at, text)) if self.pure == 0 && lent(&text, of) => {
                        self.vars[at].hidden += 1;
                        hidden.push(at);
                        text
                    }
                    _ if **of == Ty::Float => "&mut [0.5][0]".into(),
                    _ => match &**of {
                        Ty::Slice(_) => "&mut [0.5, -0.5]".into(),
                        of => format!("&mut {}", self.value(of, 0)),
                    },
                };
            }
        }
        self.pure += 1;
        for (i, p) in g.params.iter().enumerate() {
            if !args[i].is_empty() {
                continue;
            }
            args[i] = self.argument(p);
            if matches!(p.ty, Ty::Vec(_)) {
                frozen.push(i);
            }
        }
        self.pure -= 1;
        hidden.into_iter().for_each(|at| self.vars[at].hidden -= 1);
        format!("{}({})", g.name, args.join(", "))
    }

    fn argument(&mut self, p: &Param) -> String {
        match (&p.ty, p.active) {
            (ty @ Ty::Ref(_), true) => self.value(ty, 1),
            (Ty::Float, false) => self.number().0,
            (Ty::Ref(_), false) => "&[0.5, 1.5, -0.5]".into(),
            (ty, _) => bare(&self.value(ty, 1)).to_string(),
        }
    }

    /// A float that a function or method or closure returns.
    pub fn call_value(&mut self, depth: usize) -> Bounded {
        let closures = self.readable(|v| v.ty == Ty::Bool && v.name.starts_with("fun"));
        if let Some(at) = self.pick(&closures)
            && self.rng.chance(50)
        {
            let name = self.vars[at].name.clone();
            let x = self.tame(depth);
            return (format!("{name}({})", bare(&x)), 2.0);
        }
        if self.rng.chance(25) {
            let n = self.structs.len();
            let ty = Ty::Struct(self.rng.below(n.max(1)));
            if n > 0
                && let Some((_, text)) = self.place(&ty, false)
            {
                self.pure += 1;
                let x = self.tame(depth);
                self.pure -= 1;
                return (format!("{text}.measure({})", bare(&x)), 2.0);
            }
        }
        let fails = matches!(self.result, Return::Option(_));
        let Some(g) = self.callee(|s| s.result != Return::Unit) else { return self.leaf() };
        let call = self.call(&g);
        let (text, ty) = match &g.result {
            Return::Float => return (call, 2.0),
            Return::Option(ty) => {
                let other = self.value(ty, 0);
                match self.rng.below(3) {
                    0 | 1 if fails && self.closures == 0 => (format!("{call}?"), ty.clone()),
                    _ => (format!("{call}.unwrap_or({other})"), ty.clone()),
                }
            }
            Return::Value(ty) => (call, ty.clone()),
            Return::Result(_) | Return::Unit => return self.leaf(),
        };
        match self.descend(text, &ty, &Ty::Float, false) {
            Some(text) if !text.contains(".len()") => (text, 2.0),
            _ => self.leaf(),
        }
    }
}

/// Whether what is there can be lent: a variable that is one float can't, its derivative would be nowhere.
fn lent(text: &str, of: &Ty) -> bool {
    *of != Ty::Float || text.contains(['[', '.', '*'])
}
