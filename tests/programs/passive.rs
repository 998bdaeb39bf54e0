//! Integers, conditions and effects: what has no derivative.

use super::scope::Writer;
use super::types::Ty;

impl Writer {
    /// An integer.
    pub fn int(&mut self, depth: usize) -> String {
        let chosen = if depth == 0 { self.rng.below(3) } else { self.rng.below(9) };
        match chosen {
            0 => self.rng.below(5).to_string() + "_usize",
            1..3 => match self.place(&Ty::Int, false) {
                Some((_, text)) => text,
                None => "3_usize".into(),
            },
            3 => format!("({} + {})", self.int(depth - 1), self.int(depth - 1)),
            4 => format!("({} * 2 + 1)", self.int(depth - 1)),
            5 => match self.sequence() {
                Some((text, _)) => format!("{text}.len()"),
                None => "2_usize".into(),
            },
            6 => format!("(({}.abs() * 3.0) as usize)", self.leaf().0),
            7 => format!("({} / 2)", self.int(depth - 1)),
            8 => format!("({}).min(7)", self.int(depth - 1)),
            _ => format!("({} % 4)", self.int(depth - 1)),
        }
    }

    /// A condition.
    pub fn condition(&mut self, depth: usize) -> String {
        let chosen = if depth == 0 { self.rng.below(5) } else { self.rng.below(12) };
        match chosen {
            0..3 => {
                let (a, sign) = (self.leaf().0, ["<", ">", "<=", ">="][self.rng.below(4)]);
                let b = if self.rng.chance(50) { self.number().0 } else { self.leaf().0 };
                format!("{a} {sign} {b}")
            }
            3 => format!("{} % 2 == {}", self.int(0), self.rng.below(2)),
            4 => format!("{} > {}", self.int(1), self.rng.below(4)),
            5 => format!("{} && {}", self.condition(0), self.condition(0)),
            6 => format!("({} || {})", self.condition(0), self.condition(0)),
            7 => format!("!({})", self.condition(0)),
            8 => format!("matches!({}, 0 | 2..=3)", self.int(1)),
            9 => match self.sequence() {
                Some((text, _)) => {
                    let name = self.fresh("q");
                    let way = ["any", "all"][self.rng.below(2)];
                    format!("{text}.iter().{way}(|{name}| *{name} > {})", self.number().0)
                }
                None => "true".into(),
            },
            10 => format!("({}).is_finite()", self.leaf().0),
            _ => format!("(-1.0..=1.0).contains(&{})", self.leaf().0),
        }
    }

    /// Something that is seen from outside.
    pub fn effect(&mut self) -> String {
        self.notes += 1;
        let n = self.notes;
        match self.rng.below(5) {
            0 => format!("note({n});"),
            1 => format!("note({n} + {} as u64);", self.int(1)),
            2 => format!("record(backprop::stop_gradient({}));", self.leaf().0),
            3 => format!("if {} {{ note({n}); }}", self.condition(1)),
            _ => match self.vars.iter().any(|v| v.name == "log") && self.closures == 0 {
                true => format!("log.push({n});"),
                false => format!("note({n});"),
            },
        }
    }
}
