//! A whole program: structs, functions that are called, and the function that is checked.

use super::function::{Signature, random_signature, write};
use super::rng::Rng;
use super::scope::Writer;
use super::types::{Struct, Ty};

pub struct Program {
    pub seed: u64,
    pub float: &'static str,
    /// Items. What stands between ⟪ and ⟫ is for the macro only.
    pub text: String,
    pub main: Signature,
    pub structs: Vec<Struct>,
    /// Second derivatives are asked for too.
    pub second: bool,
}

/// The program of a number.
pub fn program(seed: u64) -> Program {
    let mut rng = Rng::new(seed ^ 0x50c5);
    let float = if rng.chance(12) { "f32" } else { "f64" };
    let structs = if rng.chance(40) { some_structs(&mut rng) } else { Vec::new() };
    let second = structs.is_empty() && rng.chance(15);
    let mut text = format!("const SCALE: {float} = 1.5;\n");
    structs.iter().for_each(|s| text.push_str(&definition(s, float, &structs)));
    let mut callees: Vec<Signature> = Vec::new();
    for n in 0..rng.below(4).saturating_sub(1) {
        let signature = random_signature(&mut rng, &structs, &format!("g{n}"), true);
        let signature = if second && signature.has_outputs() { continue } else { signature };
        let w = Writer::new(Rng::new(rng.next()), float, structs.clone(), callees.clone());
        text.push_str(&write(w, &signature, if second { "(jvp, order = 2)" } else { "(jvp)" }, 15));
        callees.push(signature);
    }
    let mut main = random_signature(&mut rng, &structs, "f", false);
    let second = second && main.result == super::function::Return::Float && !main.has_outputs();
    if second {
        main.params.retain(|p| p.name != "log");
    }
    let size = [20, 40, 40, 70, 110][rng.below(5)];
    let w = Writer::new(Rng::new(rng.next()), float, structs.clone(), callees);
    text.push_str(&write(w, &main, if second { "(jvp, vjp, hvp)" } else { "(jvp, vjp)" }, size));
    Program { seed, float, text, main, structs, second }
}

fn some_structs(rng: &mut Rng) -> Vec<Struct> {
    let n = 2 + rng.below(2);
    let mut fields = vec![("u".to_string(), Ty::Float, true)];
    let copy = rng.chance(60);
    fields.push(("w".into(), if copy { Ty::array(Ty::Float, n) } else { Ty::vec(Ty::Float) }, true));
    if rng.chance(50) {
        fields.push(("t".into(), Ty::Tuple(vec![Ty::Float, Ty::Float]), true));
    }
    if rng.chance(50) {
        fields.push(("n".into(), Ty::Int, false));
    }
    if rng.chance(30) {
        fields.push(("c".into(), Ty::Float, false));
    }
    let mut out = vec![Struct { name: "Part".into(), fields, copy, operators: rng.chance(60) }];
    if rng.chance(40) {
        let fields = vec![("inner".to_string(), Ty::Struct(0), true), ("k".to_string(), Ty::Float, true)];
        out.push(Struct { name: "Whole".into(), fields, copy, operators: false });
    }
    out
}

fn definition(s: &Struct, float: &str, structs: &[Struct]) -> String {
    let name = &s.name;
    let copy = if s.copy { "Copy, " } else { "" };
    let mut out =
        format!("#[derive({copy}Clone, Debug⟪, backprop::Differentiable⟫)]\npub struct {name} {{\n");
    let (mut put, mut fill) = (String::new(), String::new());
    let (mut sum, mut product, mut less) = (String::new(), String::new(), String::new());
    for (field, ty, active) in &s.fields {
        let mark = if !active && *ty == Ty::Float { "⟪#[no_grad] ⟫" } else { "" };
        out.push_str(&format!("    {mark}pub {field}: {},\n", ty.text(float, structs)));
        if *active {
            put.push_str(&format!("self.{field}.put_flat(out); "));
            fill.push_str(&format!("self.{field}.fill_flat(from); "));
        }
        let both = |sign: &str| match ty {
            Ty::Float if *active => format!("{field}: self.{field} {sign} o.{field}, "),
            Ty::Array(_, n) => {
                let parts: Vec<String> =
                    (0..*n).map(|i| format!("self.{field}[{i}] {sign} o.{field}[{i}]")).collect();
                format!("{field}: [{}], ", parts.join(", "))
            }
            Ty::Vec(_) => format!(
                "{field}: self.{field}.iter().zip(&o.{field}).map(|(a, b)| a {sign} b).collect::<Vec<_>>(), "
            ),
            Ty::Tuple(_) => {
                format!("{field}: (self.{field}.0 {sign} o.{field}.1, self.{field}.1 {sign} o.{field}.0), ")
            }
            _ => format!("{field}: self.{field}, "),
        };
        sum.push_str(&both("+"));
        less.push_str(&both("-"));
        product.push_str(&match ty {
            Ty::Float if *active => format!("{field}: self * o.{field}, "),
            Ty::Array(..) => format!("{field}: o.{field}.map(|a| self * a), "),
            Ty::Vec(_) => format!("{field}: o.{field}.iter().map(|a| self * a).collect::<Vec<_>>(), "),
            Ty::Tuple(_) => format!("{field}: (self * o.{field}.0, o.{field}.1), "),
            _ => format!("{field}: o.{field}, "),
        });
    }
    out.push_str(&format!(
        "}}\nimpl Flat for {name} {{\n    fn put_flat(&self, out: &mut Vec<f64>) {{ {put} }}\n    fn fill_flat(&mut self, from: &mut Numbers) {{ {fill} }}\n}}\n"
    ));
    if s.operators {
        out.push_str(&format!(
            "⟪#[backprop(jvp)]⟫\nimpl std::ops::Add for {name} {{\n    type Output = {name};\n    fn add(self, o: {name}) -> {name} {{ {name} {{ {sum} }} }}\n}}\n\
             ⟪#[backprop(jvp)]⟫\nimpl std::ops::Sub for {name} {{\n    type Output = {name};\n    fn sub(self, o: {name}) -> {name} {{ {name} {{ {less} }} }}\n}}\n\
             ⟪#[backprop(jvp)]⟫\nimpl std::ops::Mul<{name}> for {float} {{\n    type Output = {name};\n    fn mul(self, o: {name}) -> {name} {{ {name} {{ {product} }} }}\n}}\n"
        ));
    }
    let head = s.fields[0].1 == Ty::Float;
    let measure = if head { "(self.u * x).sin() + self.w[1]" } else { "(self.inner.u - x).cos() * self.k" };
    let damp = match head {
        true => {
            "let mut this = self; this.u = this.u.sin(); for w in this.w.iter_mut() { *w = w.tanh(); } this"
        }
        false => "let mut this = self; this.k = this.k.sin(); this",
    };
    out.push_str(&format!(
        "⟪#[backprop(jvp)]⟫\nimpl {name} {{\n    pub fn measure(⟪#[grad] ⟫&self, x: {float}) -> {float} {{ ({measure}) * 0.5 }}\n    \
         pub fn damped(⟪#[grad] ⟫self) -> {name} {{ {damp} }}\n}}\n"
    ));
    out
}
