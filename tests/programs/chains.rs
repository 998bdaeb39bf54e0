//! Iterator chains.

use super::floats::Bounded;
use super::scope::Writer;
use super::types::Ty;

/// A chain that is not ended yet.
pub struct Chain {
    pub text: String,
    pub item: Ty,
    /// Whether it knows its length and may be run backwards.
    exact: bool,
}

impl Writer {
    /// An array, slice or `Vec` of floats: its text, and what it is.
    pub fn sequence(&mut self) -> Option<(String, Ty)> {
        self.sequence_in(false).map(|(_, text, ty)| (text, ty))
    }

    /// The same with the variable that it is in. With `write`, one that may be changed.
    pub fn sequence_in(&mut self, write: bool) -> Option<(usize, String, Ty)> {
        let candidates = [
            Ty::array(Ty::Float, 2),
            Ty::array(Ty::Float, 3),
            Ty::array(Ty::Float, 4),
            Ty::vec(Ty::Float),
            Ty::Slice(Box::new(Ty::Float)),
        ];
        let start = self.rng.below(candidates.len());
        for i in 0..candidates.len() {
            let want = &candidates[(start + i) % candidates.len()];
            if let Some((at, text)) = self.place(want, write) {
                let text = match text.strip_prefix("(*").and_then(|t| t.strip_suffix(')')) {
                    Some(inner) if !inner.contains(['(', ' ']) => inner.to_string(),
                    _ => text,
                };
                return Some((at, text, want.clone()));
            }
        }
        None
    }

    /// A pattern for a value of a type; its variables are declared.
    pub fn pattern(&mut self, ty: &Ty, mutable: bool) -> String {
        match ty {
            Ty::Ref(of) if **of == Ty::Float && self.rng.chance(50) => {
                format!("&{}", self.pattern(of, false))
            }
            Ty::Tuple(parts) if self.rng.chance(85) => {
                let parts: Vec<String> = parts.iter().map(|p| self.pattern(p, mutable)).collect();
                format!("({})", parts.join(", "))
            }
            Ty::Array(of, n) if self.rng.chance(40) => {
                let parts: Vec<String> = (0..*n).map(|_| self.pattern(of, mutable)).collect();
                format!("[{}]", parts.join(", "))
            }
            Ty::Float if self.rng.chance(4) => "_".into(),
            _ => {
                let name = self.stem(ty).to_string();
                let name = self.fresh(&name);
                let mutable = mutable && self.rng.chance(50) && !matches!(ty, Ty::Ref(_) | Ty::Mut(_));
                self.declare(&name, ty.clone(), mutable);
                if mutable { format!("mut {name}") } else { name }
            }
        }
    }

    /// A new name, which says something of the type; now and then one that is taken.
    pub fn name_for(&mut self, ty: &Ty) -> String {
        let stem = self.stem(ty);
        if stem != "r" && self.rng.chance(10) {
            let same = self.readable(|v| v.name.starts_with(stem) && v.ty == *ty && v.name != "log");
            if let Some(at) = self.pick(&same) {
                return self.vars[at].name.clone();
            }
        }
        self.fresh(stem)
    }

    fn stem(&mut self, ty: &Ty) -> &'static str {
        match ty {
            Ty::Float => ["x", "y", "z"][self.rng.below(3)],
            Ty::Int => "i",
            Ty::Bool => "b",
            Ty::Ref(of) if **of == Ty::Float => "r",
            Ty::Ref(_) | Ty::Mut(_) => "w",
            Ty::Struct(_) => "s",
            Ty::Tuple(_) => "p",
            _ => "v",
        }
    }

    /// Where a chain starts.
    pub fn source(&mut self) -> Option<Chain> {
        if self.rng.chance(20) {
            let (a, b) = (self.rng.below(2), 2 + self.rng.below(3));
            let text = if self.rng.chance(50) { format!("({a}..{b})") } else { format!("({a}..={})", b - 1) };
            return Some(Chain { text, item: Ty::Int, exact: true });
        }
        let (_, text, _) = self.sequence_in(false)?;
        let by_ref = Ty::Float.by_ref();
        let (text, item) = match self.rng.below(10) {
            0..3 => (format!("{text}.iter()"), by_ref),
            3 => (format!("{text}.iter().copied()"), Ty::Float),
            4 => (format!("{text}.iter().enumerate()"), Ty::Tuple(vec![Ty::Int, by_ref])),
            5 | 6 => match self.sequence() {
                Some((other, _)) => {
                    let other =
                        if self.rng.chance(50) { format!("&{other}[..]") } else { format!("{other}.iter()") };
                    (format!("{text}.iter().zip({other})"), Ty::Tuple(vec![by_ref.clone(), by_ref]))
                }
                None => (format!("{text}.iter()"), by_ref),
            },
            7 => (format!("{text}.windows(2)"), Ty::slice(Ty::Float)),
            8 => (format!("{text}.chunks_exact(2)"), Ty::slice(Ty::Float)),
            _ => (format!("{text}.iter().cloned()"), Ty::Float),
        };
        Some(Chain { text, item, exact: true })
    }

    /// Goes on with adaptors.
    pub fn adapted(&mut self, mut chain: Chain) -> Chain {
        for _ in 0..self.rng.below(3) {
            let text = chain.text.clone();
            chain.text = match self.rng.below(7) {
                0 if chain.exact => format!("{text}.rev()"),
                1 if chain.item != Ty::slice(Ty::Float) => format!("{text}.skip({})", self.rng.below(2)),
                2 => {
                    chain.exact = false;
                    format!("{text}.take({})", 1 + self.rng.below(3))
                }
                3 => {
                    chain.exact = false;
                    format!("{text}.step_by({})", 1 + self.rng.below(2))
                }
                4 | 5 if matches!(&chain.item, Ty::Float) || chain.item == Ty::Float.by_ref() => {
                    chain.exact = false;
                    let amps = if chain.item == Ty::Float { "&" } else { "&&" };
                    let (name, c) = (self.fresh("q"), self.number().0);
                    let way = ["filter", "take_while", "skip_while"][self.rng.below(3)];
                    let sign = ["<", ">"][self.rng.below(2)];
                    format!("{text}.{way}(|{amps}{name}| {name} {sign} {c})")
                }
                6 if chain.item == Ty::Float || chain.item == Ty::Float.by_ref() => {
                    self.notes += 1;
                    format!("{text}.inspect(|_| note({}))", self.notes)
                }
                _ => text,
            };
        }
        chain
    }

    /// A closure of one parameter of a type, whose body is a float within ±2.
    pub fn mapping(&mut self, item: &Ty, depth: usize) -> String {
        let known = self.vars.len();
        self.inside_closure(|w| {
            let pattern = w.pattern(item, false);
            let body = w.tame(depth);
            w.vars.truncate(known);
            format!("|{pattern}| {}", bare(&body))
        })
    }

    pub fn inside_closure<R>(&mut self, write: impl FnOnce(&mut Writer) -> R) -> R {
        self.pure += 1;
        self.depth += 1;
        self.closures += 1;
        let result = write(self);
        self.pure -= 1;
        self.depth -= 1;
        self.closures -= 1;
        result
    }

    /// A chain of floats.
    pub fn floats_chain(&mut self, depth: usize) -> Option<Chain> {
        let chain = self.source()?;
        let mut chain = self.adapted(chain);
        if chain.item == Ty::Float && self.rng.chance(50) {
            return Some(chain);
        }
        let item = std::mem::replace(&mut chain.item, Ty::Float);
        let known = self.vars.len();
        let text = chain.text.clone();
        chain.text = match self.rng.below(9) {
            0 => {
                chain.exact = false;
                let map = self.mapping(&item, depth);
                let (pattern, body) = map.split_once("| ").unwrap_or(("|_", "0.5"));
                format!(
                    "{text}.filter_map({pattern}| {{ let out = {body}; if out > -0.5 {{ Some(out) }} else {{ None }} }})"
                )
            }
            1 => {
                chain.exact = false;
                let body = self.inside_closure(|w| {
                    w.declare("state", Ty::Float.by_mut(), false);
                    let pattern = w.pattern(&item, false);
                    let e = w.tame(depth);
                    format!("|state, {pattern}| {{ *state = *state * 0.5 + {}; Some(*state) }}", in_sum(&e))
                });
                self.vars.truncate(known);
                format!("{text}.scan({}, {body})", self.leaf().0)
            }
            2 => {
                chain.exact = false;
                let body = self.inside_closure(|w| {
                    let pattern = w.pattern(&item, false);
                    let (a, b) = (w.tame(depth), w.tame(0));
                    format!("|{pattern}| [{}, {}]", bare(&a), bare(&b))
                });
                format!("{text}.flat_map({body})")
            }
            3 => {
                chain.exact = false;
                let map = self.mapping(&item, depth);
                let (pattern, body) = map.split_once("| ").unwrap_or(("|_", "0.5"));
                format!("{text}.map_while({pattern}| {{ let out = {body}; (out < 0.9).then_some(out) }})")
            }
            _ => format!("{text}.map({})", self.mapping(&item, depth)),
        };
        self.vars.truncate(known);
        if self.rng.chance(20) {
            chain = self.adapted(chain);
        }
        Some(chain)
    }

    /// A chain that ends in one float.
    pub fn chain_value(&mut self, depth: usize) -> Bounded {
        let Some(chain) = self.floats_chain(depth) else { return self.leaf() };
        let (text, float) = (chain.text, self.float);
        match self.rng.below(11) {
            0..4 => (format!("{text}.sum::<{float}>()"), 30.0),
            4 => {
                let first = self.leaf().0;
                let body = self.inside_closure(|w| {
                    let known = w.vars.len();
                    w.declare("so_far", Ty::Float, false);
                    w.declare("item", Ty::Float, false);
                    let e = w.tame(depth);
                    w.vars.truncate(known);
                    e
                });
                (format!("{text}.fold({first}, |so_far, item| so_far * 0.5 + {})", in_sum(&body)), 6.0)
            }
            5 => (format!("{text}.fold({}, {float}::max)", self.number().0), 2.0),
            6 => (format!("{text}.max_by(|a, b| a.total_cmp(b)).unwrap_or({})", self.number().0), 2.0),
            7 => (format!("{text}.reduce(|a, b| a * 0.5 + b).unwrap_or({})", self.number().0), 4.0),
            8 => (format!("{text}.last().unwrap_or({})", self.number().0), 2.0),
            9 => (format!("{text}.map(|q| 1.0 + q * 0.1).product::<{float}>()"), 50.0),
            _ => (format!("{text}.next().unwrap_or({})", self.number().0), 2.0),
        }
    }
}

/// Without parentheses around all of it.
pub fn bare(text: &str) -> &str {
    let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) else { return text };
    let mut open = 0;
    for c in inner.chars() {
        match c {
            '(' | '[' | '{' => open += 1,
            ')' | ',' if open == 0 => return text,
            ')' | ']' | '}' => open -= 1,
            _ => {}
        }
    }
    inner
}

/// As an operand.
pub fn in_sum(text: &str) -> String {
    text.to_string()
}
