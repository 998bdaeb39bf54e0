//! Branches and loops.

use super::chains::bare;
use super::scope::Writer;
use super::types::Ty;

impl Writer {
    pub fn branch(&mut self) {
        let inner = 1 + self.rng.below(3);
        match self.rng.below(9) {
            0..4 => {
                let c = self.condition(2);
                let ((), a) = self.scoped(|w| w.statements(inner));
                if self.rng.chance(50) {
                    return self.block(&format!("if {c}"), a, "");
                }
                let other = self.rng.chance(30).then(|| self.condition(1));
                let ((), b) = self.scoped(|w| w.statements(inner));
                self.block(
                    &format!("if {c}"),
                    a,
                    &format!(" else {}{{", other.map(|c| format!("if {c} ")).unwrap_or_default()),
                );
                self.lines.extend(b);
                self.line("}");
            }
            4 => {
                let i = self.int(1);
                self.line(format!("match {i} % 4 {{"));
                for arm in ["0", "1 | 2", "_"] {
                    let ((), lines) = self.scoped(|w| w.statements(inner));
                    self.block(&format!("{arm} =>"), lines, "");
                }
                self.line("}");
            }
            5 => {
                let x = self.leaf().0;
                let name = self.fresh("x");
                self.line(format!("match {x} {{"));
                for guard in
                    [format!("{name} if {name} > 0.5"), format!("{name} if {name} < -0.5"), name.clone()]
                {
                    let ((), lines) = self.scoped(|w| {
                        w.declare(&name, Ty::Float, false);
                        w.statements(inner);
                    });
                    self.block(&format!("{guard} =>"), lines, "");
                }
                self.line("}");
            }
            6 => self.sliced(inner),
            7 => {
                let Some((at, text, _)) = self.sequence_in(false) else { return self.assignment() };
                let (name, i) = (self.fresh("r"), self.int(1));
                self.vars[at].frozen += 1;
                let ((), lines) = self.scoped(|w| {
                    w.declare(&name, Ty::Float.by_ref(), false);
                    w.statements(inner);
                });
                self.vars[at].frozen -= 1;
                let head = match self.rng.below(3) {
                    0 => format!("if let Some({name}) = {text}.get({i})"),
                    1 => format!("if let Some({name}) = {text}.last()"),
                    _ => format!("if let Some(({name}, _)) = {text}.split_first()"),
                };
                self.block(&head, lines, "");
            }
            _ => {
                // let … else
                if self.pure > 0 {
                    return;
                }
                let Some((_, text)) = self.sequence_in(false).map(|(at, text, _)| (at, text)) else { return };
                let (name, i) = (self.fresh("x"), self.int(1));
                let way = self.leaving();
                self.line(format!("let Some(&{name}) = {text}.get({i}) else {{ {way} }};"));
                self.declare(&name, Ty::Float, false);
            }
        }
    }

    /// Some way out of here.
    fn leaving(&mut self) -> String {
        match self.loops.last() {
            Some((_, false)) if self.rng.chance(70) => "continue;".into(),
            _ => {
                let text = self.result_value(0);
                format!("return {};", bare(&text)).replace(" ;", ";")
            }
        }
    }

    /// A slice pattern.
    fn sliced(&mut self, inner: usize) {
        let Some((at, text, _)) = self.sequence_in(false) else { return self.assignment() };
        let (a, b) = (self.fresh("r"), self.fresh("r"));
        self.vars[at].frozen += 1;
        self.line(format!("match &{text}[..] {{"));
        let heads = [format!("[{a}, {b}]"), format!("[{a}, .., {b}]"), "_".to_string()];
        for (n, head) in heads.iter().enumerate() {
            let ((), lines) = self.scoped(|w| {
                if n < 2 {
                    w.declare(&a, Ty::Float.by_ref(), false);
                    w.declare(&b, Ty::Float.by_ref(), false);
                }
                w.statements(if n < 2 { inner } else { 1 });
            });
            self.block(&format!("{head} =>"), lines, "");
        }
        self.line("}");
        self.vars[at].frozen -= 1;
    }

    pub fn loop_statement(&mut self) {
        if self.loops.len() >= 3 {
            return self.assignment();
        }
        let inner = 1 + self.rng.below(4);
        let label = (self.rng.chance(25)).then(|| self.fresh("l"));
        let head = label.as_ref().map(|l| format!("'{l}: ")).unwrap_or_default();
        match self.rng.below(10) {
            0..3 => {
                let name = if self.rng.chance(15) { "_".to_string() } else { self.fresh("i") };
                let (range, below) = self.range();
                let lines = self.body(label, false, inner, |w| {
                    if name != "_" {
                        let at = w.declare(&name, Ty::Int, false);
                        w.vars[at].below = below;
                    }
                });
                self.block(&format!("{head}for {name} in {range}"), lines, "");
            }
            3 | 4 => self.over_items(label, &head, inner),
            5 | 6 => self.over_changed(label, &head, inner),
            7 => {
                let (name, c) = (self.fresh("i"), self.condition(1));
                let n = 2 + self.rng.below(4);
                self.line(format!("let mut {name} = 0;"));
                self.declare(&name, Ty::Int, false);
                let lines = self.body(label, false, inner, |w| w.line(format!("{name} += 1;")));
                self.block(&format!("{head}while {name} < {n} && ({c})"), lines, "");
            }
            8 => {
                let (name, result) = (self.fresh("i"), self.fresh("x"));
                let n = 2 + self.rng.below(4);
                self.line(format!("let mut {name} = 0;"));
                self.declare(&name, Ty::Int, false);
                let lines = self.body(label, true, inner, |w| {
                    w.line(format!("{name} += 1;"));
                    let x = w.tame(1);
                    w.line(format!("if {name} > {n} {{ break {}; }}", bare(&x)));
                });
                self.block(&format!("let {result} = {head}loop"), lines, ";");
                self.declare(&result, Ty::Float, false);
            }
            _ => {
                let Some((at, text, Ty::Vec(_))) = self.sequence_in(true) else { return self.assignment() };
                self.vars[at].hidden += 1;
                let name = self.fresh("x");
                let lines = self.body(label, false, inner, |w| {
                    w.declare(&name, Ty::Float, false);
                });
                self.vars[at].hidden -= 1;
                self.block(&format!("{head}while let Some({name}) = {text}.pop()"), lines, "");
                self.vars[at].hidden += 1;
                let (a, b) = (self.tame(1), self.tame(1));
                self.vars[at].hidden -= 1;
                self.line(format!("{text}.push({});", bare(&a)));
                self.line(format!("{text}.push({});", bare(&b)));
            }
        }
    }

    fn body(
        &mut self,
        label: Option<String>,
        value: bool,
        n: usize,
        first: impl FnOnce(&mut Writer),
    ) -> Vec<String> {
        self.depth += 1;
        self.loops.push((label, value));
        let ((), lines) = self.scoped(|w| {
            first(w);
            w.statements(n);
            if w.lines.is_empty() {
                w.assignment();
            }
        });
        self.loops.pop();
        self.depth -= 1;
        lines
    }

    fn range(&mut self) -> (String, Option<usize>) {
        let n = 2 + self.rng.below(3);
        match self.rng.below(8) {
            0..3 => (format!("0..{n}"), Some(n)),
            3 => (format!("(0..{n}).rev()"), Some(n)),
            4 => (format!("1..={n}"), None),
            5 => (format!("(0..{}).step_by(2)", n + 2), None),
            6 => match self.sequence() {
                Some((text, Ty::Array(_, n))) => (format!("0..{text}.len()"), Some(n)),
                Some((text, _)) => (format!("0..{text}.len().min(5)"), None),
                None => (format!("0..{n}"), Some(n)),
            },
            _ => (format!("0..{} % 4", self.int(0)), Some(4)),
        }
    }

    /// A loop over what a chain gives.
    fn over_items(&mut self, label: Option<String>, head: &str, inner: usize) {
        self.pure += 1;
        let chain = self.source().map(|c| self.adapted(c));
        self.pure -= 1;
        let Some(chain) = chain else { return self.assignment() };
        // Whatever the chain reads is frozen: it may read several.
        let read: Vec<usize> =
            (0..self.vars.len()).filter(|&i| mentions(&chain.text, &self.vars[i].name)).collect();
        read.iter().for_each(|&i| self.vars[i].frozen += 1);
        let mut pattern = String::new();
        let item = chain.item.clone();
        let lines = self.body(label, false, inner, |w| pattern = w.pattern(&item, true));
        read.iter().for_each(|&i| self.vars[i].frozen -= 1);
        self.block(&format!("{head}for {pattern} in {}", chain.text), lines, "");
    }

    /// A loop that changes what it runs over.
    fn over_changed(&mut self, label: Option<String>, head: &str, inner: usize) {
        let Some((at, text, _)) = self.sequence_in(true) else { return self.assignment() };
        self.vars[at].hidden += 1;
        let name = self.fresh("w");
        let (source, pattern, counter) = match self.rng.below(4) {
            0 => (format!("{text}.iter_mut().enumerate()"), format!("(k{name}, {name})"), true),
            1 => (format!("{text}.iter_mut().rev()"), name.clone(), false),
            2 if self.sequence().is_some() => {
                let other = self.sequence().map(|s| s.0).unwrap_or_default();
                (format!("{text}.iter_mut().zip({other}.clone().iter())"), format!("({name}, _)"), false)
            }
            _ => (format!("{text}.iter_mut()"), name.clone(), false),
        };
        let lines = self.body(label, false, inner, |w| {
            w.declare(&name, Ty::Float.by_mut(), false);
            if counter {
                w.declare(&format!("k{name}"), Ty::Int, false);
            }
            let x = w.tame(2);
            w.line(format!("*{name} = {};", bare(&x)));
        });
        self.vars[at].hidden -= 1;
        self.block(&format!("{head}for {pattern} in {source}"), lines, "");
    }
}

/// Whether a name occurs in a text.
pub fn mentions(text: &str, name: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name)
        .any(|(at, _)| !text[..at].ends_with(word) && !text[at + name.len()..].starts_with(word))
}
