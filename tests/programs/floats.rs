//! Expressions of floats. Each comes with a bound of its size, so that what is stored stays within ±2.

use super::scope::Writer;
use super::types::Ty;

/// An expression, and how large it gets.
pub type Bounded = (String, f64);

const CONSTANTS: [&str; 8] = ["0.5", "1.0", "2.0", "0.25", "-0.75", "1.5", "0.1", "-1.25"];

impl Writer {
    /// A number, as it can stand beside floats.
    pub fn number(&mut self) -> Bounded {
        let text = CONSTANTS[self.rng.below(CONSTANTS.len())];
        (if text.starts_with('-') { format!("({text})") } else { text.into() }, 2.0)
    }

    /// A number of which methods can be called.
    fn typed_number(&mut self) -> Bounded {
        match self.rng.below(5) {
            0 => {
                let float = self.float;
                let name = ["FRAC_1_PI", "LN_2", "FRAC_PI_4", "SQRT_2"][self.rng.below(4)];
                (format!("std::{float}::consts::{name}"), 2.0)
            }
            1 => ("SCALE".into(), 2.0),
            _ => {
                let (text, float) = (CONSTANTS[self.rng.below(4)], self.float);
                (format!("{text}_{float}"), 2.0)
            }
        }
    }

    /// A float that is there already.
    pub fn leaf(&mut self) -> Bounded {
        if self.rng.chance(90)
            && let Some((_, text)) = self.place(&Ty::Float, false)
        {
            return (text, 2.0);
        }
        if self.rng.chance(30)
            && let Some((_, text)) = self.place(&Ty::Int, false)
        {
            let float = self.float;
            return (format!("({text} as {float} * 0.1).min(1.0)"), 2.0);
        }
        self.typed_number()
    }

    /// An operand of `+`, `-`, `*`: references may stand there too.
    fn operand(&mut self, depth: usize) -> Bounded {
        let (text, bound) = if self.rng.chance(15) { self.number() } else { self.float(depth) };
        if let Some(name) = text.strip_prefix("(*").and_then(|t| t.strip_suffix(')'))
            && !name.contains(['(', ' '])
            && self.rng.chance(40)
            && self.readable(|v| v.name == name && matches!(v.ty, Ty::Ref(_))).len() == 1
        {
            return (name.to_string(), bound);
        }
        (text, bound)
    }

    /// A float.
    pub fn float(&mut self, depth: usize) -> Bounded {
        self.fuel -= 1;
        if depth == 0 || self.fuel < 0 {
            return self.leaf();
        }
        match self.rng.below(100) {
            0..18 => self.leaf(),
            18..45 => self.binary(depth - 1),
            45..66 => self.method(depth - 1),
            66..72 => self.choice(depth - 1),
            72..84 => self.chain_value(depth - 1),
            84..92 => self.call_value(depth - 1),
            92..96 => self.block_value(depth - 1),
            _ => self.optional_value(depth - 1),
        }
    }

    /// A float within ±2.
    pub fn tame(&mut self, depth: usize) -> String {
        let (text, bound) = self.float(depth);
        self.within(text, bound)
    }

    pub fn within(&mut self, text: String, bound: f64) -> String {
        if bound <= 2.0 {
            return text;
        }
        match self.rng.below(6) {
            0 | 1 => format!("{text}.sin()"),
            2 => format!("{text}.tanh()"),
            3 if bound <= 16.0 => format!("({text} * {})", if bound <= 4.0 { "0.5" } else { "0.125" }),
            4 => format!("{text}.cos()"),
            5 => format!("{text}.atan()"),
            _ => format!("{text}.sin()"),
        }
    }

    fn binary(&mut self, depth: usize) -> Bounded {
        let (mut a, mut b) = (self.operand(depth), self.operand(depth));
        if !a.0.contains(|c: char| c.is_ascii_lowercase()) && !b.0.contains(|c: char| c.is_ascii_lowercase())
        {
            a = self.leaf();
        }
        if a.1 * b.1 > 100.0 {
            b = self.leaf();
        }
        match self.rng.below(10) {
            0..3 => (format!("({} + {})", a.0, b.0), a.1 + b.1),
            3..5 => (format!("({} - {})", a.0, b.0), a.1 + b.1),
            5..8 => (format!("({} * {})", a.0, b.0), a.1 * b.1),
            8 => {
                let c = self.leaf();
                (format!("({} * {} + {})", a.0, b.0, c.0), a.1 * b.1 + c.1)
            }
            _ => {
                let (b, _) = self.leaf();
                (format!("({} / (1.5 + {b} * {b}))", a.0), a.1)
            }
        }
    }

    fn method(&mut self, depth: usize) -> Bounded {
        let (x, bound) = self.float(depth);
        let small = |w: &mut Writer| if bound <= 2.0 { x.clone() } else { w.within(x.clone(), bound) };
        let float = self.float;
        match self.rng.below(36) {
            0..3 => (format!("{x}.sin()"), 1.0),
            3..5 => (format!("{x}.cos()"), 1.0),
            5..7 => (format!("{x}.tanh()"), 1.0),
            7 => (format!("{x}.atan()"), 1.6),
            8 => (format!("{}.exp()", small(self)), 7.5),
            9 => (format!("(1.0 + {x} * {x}).ln()"), 8.0),
            10 => (format!("(0.5 + {x} * {x}).sqrt()"), bound + 1.0),
            11 => (format!("{x}.abs()"), bound),
            12 => (format!("(-{x})"), bound),
            13 => (format!("{}.powi({})", small(self), 2 + self.rng.below(2)), 8.0),
            14 => {
                let y = self.leaf().0;
                (format!("(1.0 + {y} * {y}).powf({})", small(self)), 25.0)
            }
            15 | 16 => {
                let (y, other) = self.operand(depth.saturating_sub(1));
                let name = ["max", "min"][self.rng.below(2)];
                match self.rng.chance(70) {
                    true => (format!("{x}.{name}({})", unreferenced(&y)), bound.max(other)),
                    false => (format!("{float}::{name}({x}, {})", unreferenced(&y)), bound.max(other)),
                }
            }
            17 => (format!("{x}.clamp(-1.0, {})", ["1.0", "0.8", "SCALE"][self.rng.below(3)]), 1.5),
            18 => {
                let (y, z) = (self.leaf(), self.leaf());
                (format!("{x}.mul_add({}, {})", y.0, z.0), bound * y.1 + z.1)
            }
            19 => (format!("{x}.hypot(0.5)"), bound + 0.5),
            20 => {
                let y = self.leaf().0;
                (format!("{x}.atan2(1.5 + {y} * {y})"), 1.6)
            }
            21 => (format!("(1.5 + {x} * {x}).recip()"), 1.0),
            22 => (format!("{float}::sin({x})"), 1.0),
            23 => (format!("{}.exp_m1()", small(self)), 6.5),
            24 => (format!("{x}.abs().ln_1p()"), 3.0),
            25 => (format!("{}.sinh()", small(self)), 4.0),
            26 => (format!("({} * 0.4).asin()", small(self)), 1.0),
            27 => (format!("{x}.floor()"), bound + 1.0),
            28 => (format!("{x}.copysign({})", self.leaf().0), bound),
            29 => (format!("({x} % 1.25)"), 1.25),
            30 => {
                let to = self.tame(depth.saturating_sub(1));
                (format!("({x} + {to}).sin_cos().{}", self.rng.below(2)), 1.0)
            }
            31 => (format!("{x}.signum()"), 1.0),
            32 => (format!("{x}.rem_euclid(1.5)"), 1.5),
            33 => {
                // What is added is so large that only whole numbers are left beside it, in the wider twin of a program, too.
                let large = format!("(1.5 / {float}::EPSILON)");
                let forms = ["({x} + {c} - {c})", "({x} - {c} + {c})", "({c} + {x} - {c})"];
                let text = forms[self.rng.below(3)].replace("{x}", &x).replace("{c}", &large);
                (text, bound + 1.0)
            }
            // The masks are those of one width: of the other one, the program's wider twin would be another function.
            34 if float == "f64" => {
                // The sign taken away, half of it, and a number without its sign and exponent.
                let (x, bound) = self.leaf();
                let [sign, one, fraction] = ["1 << 63", "1023 << 52", "1 << 52"];
                match self.rng.below(3) {
                    0 => (format!("{float}::from_bits({x}.to_bits() & !({sign}))"), bound),
                    1 => (
                        format!("{float}::from_bits((1.5 + {x} * {x}).to_bits() - ({fraction}))"),
                        bound * bound,
                    ),
                    _ => (format!("{float}::from_bits({x}.to_bits() & (({fraction}) - 1) | ({one}))"), 2.0),
                }
            }
            _ => {
                let y = self.float(depth.saturating_sub(1));
                (format!("{x}.abs().max({}).sqrt()", unreferenced(&y.0)), bound.max(y.1) + 1.0)
            }
        }
    }

    /// `if`, `match`, a labelled block.
    fn choice(&mut self, depth: usize) -> Bounded {
        let (a, b) = (self.float(depth), self.float(depth));
        let bound = a.1.max(b.1);
        match self.rng.below(6) {
            0 | 1 => {
                let c = self.condition(1);
                (format!("(if {c} {{ {} }} else {{ {} }})", a.0, b.0), bound)
            }
            2 => {
                let i = self.int(1);
                let c = self.leaf();
                (format!("(match {i} % 3 {{ 0 => {}, 1 => {}, _ => {} }})", a.0, b.0, c.0), bound.max(c.1))
            }
            3 => {
                let (name, x) = (self.fresh("t"), self.leaf().0);
                (
                    format!(
                        "(match {x} {{ {name} if {name} > 0.5 => {} * {name}, {name} => {name} - {} }})",
                        a.0, b.0
                    ),
                    2.0 * bound.max(2.0),
                )
            }
            4 => {
                let (i, c) = (self.int(1), self.condition(1));
                (
                    format!(
                        "(match ({i} % 2, {c}) {{ (0, true) => {}, (_, false) => {}, _ => 0.5 }})",
                        a.0, b.0
                    ),
                    bound.max(2.0),
                )
            }
            _ => {
                let (label, c) = (self.fresh("out"), self.condition(1));
                (format!("('{label}: {{ if {c} {{ break '{label} {}; }} {} }})", a.0, b.0), bound)
            }
        }
    }

    /// A block with statements in it.
    fn block_value(&mut self, depth: usize) -> Bounded {
        if self.pure > 0 {
            let (name, x) = (self.fresh("u"), self.tame(depth));
            let known = self.vars.len();
            self.declare(&name, Ty::Float, false);
            let (text, bound) = self.float(depth);
            self.vars.truncate(known);
            return (format!("{{ let {name} = {x}; {text} }}"), bound).parenthesised();
        }
        let ((text, bound), lines) = self.scoped(|w| {
            w.small_statement();
            w.float(depth)
        });
        (format!("{{ {} {text} }}", lines.join(" ")), bound).parenthesised()
    }

    /// What may not be there: parts of slices and the like.
    fn optional_value(&mut self, depth: usize) -> Bounded {
        let Some((text, _)) = self.sequence() else { return self.leaf() };
        let other = self.number().0;
        let name = self.fresh("o");
        match self.rng.below(6) {
            0 => (format!("{text}.first().copied().unwrap_or({other})"), 2.0),
            1 => (format!("{text}.get({}).map_or({other}, |{name}| {name} * 0.5)", self.rng.below(4)), 2.0),
            2 => (format!("*{text}.last().unwrap()"), 2.0).parenthesised(),
            3 => {
                let i = self.int(1);
                let e = self.float(depth);
                (
                    format!("(if let Some({name}) = {text}.get({i}) {{ *{name} }} else {{ {} }})", e.0),
                    e.1.max(2.0),
                )
            }
            4 => (format!("{text}.iter().copied().reduce({}::max).unwrap()", self.float), 2.0),
            _ => (format!("{text}.iter().copied().max_by(|a, b| a.total_cmp(b)).unwrap_or({other})"), 2.0),
        }
    }
}

/// Without references in front, for arguments.
fn unreferenced(text: &str) -> String {
    let name = text.starts_with('r') && text[1..].chars().all(|c| c.is_ascii_digit());
    if name && text.len() > 1 { format!("*{text}") } else { text.into() }
}

trait Parenthesised {
    fn parenthesised(self) -> Self;
}

impl Parenthesised for Bounded {
    fn parenthesised(self) -> Self {
        (format!("({})", self.0), self.1)
    }
}
