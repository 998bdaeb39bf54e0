//! Functions: what they take, what they return, and their text.

use super::chains::bare;
use super::rng::Rng;
use super::scope::Writer;
use super::types::{Struct, Ty};

/// What a function returns.
#[derive(Clone, Debug, PartialEq)]
pub enum Return {
    Float,
    Unit,
    Value(Ty),
    Option(Ty),
    Result(Ty),
}

#[derive(Clone, Debug)]
pub struct Param {
    pub name: String,
    pub ty: Ty,
    pub active: bool,
}

#[derive(Clone, Debug)]
pub struct Signature {
    pub name: String,
    pub params: Vec<Param>,
    pub result: Return,
}

impl Return {
    pub fn text(&self, float: &str, structs: &[Struct]) -> String {
        match self {
            Return::Float => format!(" -> {float}"),
            Return::Unit => String::new(),
            Return::Value(ty) => format!(" -> {}", ty.text(float, structs)),
            Return::Option(ty) => format!(" -> Option<{}>", ty.text(float, structs)),
            Return::Result(ty) => format!(" -> Result<{}, u8>", ty.text(float, structs)),
        }
    }
}

impl Signature {
    pub fn has_outputs(&self) -> bool {
        self.params.iter().any(|p| p.active && matches!(p.ty, Ty::Mut(_)))
    }
}

/// A type that a variable may have.
pub fn random_type(rng: &mut Rng, structs: &[Struct], depth: usize) -> Ty {
    let n = 2 + rng.below(3);
    match rng.below(12) {
        0..3 => Ty::array(Ty::Float, n),
        3..6 => Ty::vec(Ty::Float),
        6 | 7 if depth > 0 => {
            let parts = 2 + rng.below(2);
            Ty::Tuple(
                (0..parts)
                    .map(|_| if rng.chance(60) { Ty::Float } else { random_type(rng, structs, depth - 1) })
                    .collect(),
            )
        }
        8 => Ty::array(Ty::array(Ty::Float, n), 2),
        9 if depth > 0 => Ty::vec(if rng.chance(50) { Ty::vec(Ty::Float) } else { Ty::array(Ty::Float, 2) }),
        10 | 11 if !structs.is_empty() => Ty::Struct(rng.below(structs.len())),
        _ => Ty::Float,
    }
}

fn random_param(rng: &mut Rng, structs: &[Struct], i: usize) -> Param {
    let n = 2 + rng.below(3);
    let (ty, active) = match rng.below(22) {
        0..4 => (Ty::Float, true),
        4 => (Ty::Float.by_ref(), true),
        5 => (Ty::array(Ty::Float, n), true),
        6 | 7 => (Ty::array(Ty::Float, n).by_ref(), true),
        8..11 => (Ty::slice(Ty::Float), true),
        11 => (Ty::vec(Ty::Float), true),
        12 => (Ty::Tuple(vec![Ty::Float, Ty::Float]), true),
        13 => (Ty::array(Ty::array(Ty::Float, 2), 2 + rng.below(2)).by_ref(), true),
        14 => (Ty::slice(Ty::array(Ty::Float, 2)), true),
        15 if !structs.is_empty() => (Ty::Struct(rng.below(structs.len())).by_ref(), true),
        16 if !structs.is_empty() => (Ty::Struct(rng.below(structs.len())), true),
        17 => (Ty::Slice(Box::new(Ty::Float)).by_mut(), true),
        18 => (if rng.chance(50) { Ty::array(Ty::Float, n).by_mut() } else { Ty::Float.by_mut() }, true),
        19 => (Ty::Int, false),
        20 => (Ty::slice(Ty::Float), false),
        21 => (Ty::Float, false),
        _ => (Ty::Float, true),
    };
    Param { name: format!("a{i}"), ty, active }
}

/// A signature with an active parameter.
pub fn random_signature(rng: &mut Rng, structs: &[Struct], name: &str, callee: bool) -> Signature {
    let n = 1 + rng.below(if callee { 3 } else { 4 });
    let mut params: Vec<Param> = (0..n).map(|i| random_param(rng, structs, i)).collect();
    if !params.iter().any(|p| p.active && !matches!(p.ty, Ty::Mut(_))) {
        params.push(Param { name: format!("a{n}"), ty: Ty::Float, active: true });
    }
    let ty = random_type(rng, structs, 1);
    let result = match rng.below(14) {
        0..7 => Return::Float,
        7..10 => Return::Value(ty),
        10 | 11 => Return::Option(if rng.chance(60) { Ty::Float } else { ty }),
        12 if !callee => Return::Result(if rng.chance(60) { Ty::Float } else { ty }),
        13 if params.iter().any(|p| matches!(p.ty, Ty::Mut(_))) => Return::Unit,
        _ => Return::Float,
    };
    if !callee && rng.chance(20) {
        params.push(Param { name: "log".into(), ty: Ty::vec(Ty::Int).by_mut(), active: false });
    }
    Signature {
        name: name.into(),
        params,
        result: if result == Return::Value(Ty::Float) { Return::Float } else { result },
    }
}

/// The text of a function. What stands between ⟪ and ⟫ is for the macro only.
pub fn write(mut w: Writer, signature: &Signature, options: &str, size: isize) -> String {
    let mut params = Vec::new();
    for p in &signature.params {
        let float = p.ty.behind().holds(&Ty::Float, &w.structs);
        let own = matches!(p.ty.behind(), Ty::Struct(_));
        let mark = match (p.active, own) {
            (true, true) => "⟪#[grad] ⟫",
            (false, _) if float || p.name == "log" => "⟪#[no_grad] ⟫",
            _ => "",
        };
        let by_value = !matches!(p.ty, Ty::Ref(_) | Ty::Mut(_));
        let mutable = by_value && w.rng.chance(30);
        let text = match p.name == "log" {
            true => "&mut Vec<u32>".to_string(),
            false => w.type_text(&p.ty),
        };
        params.push(format!("{mark}{}{}: {text}", if mutable { "mut " } else { "" }, p.name));
        let at = w.declare(&p.name, p.ty.clone(), mutable);
        w.vars[at].frozen = usize::from(!p.active);
        w.vars[at].hidden = usize::from(p.name == "log");
    }
    w.result = signature.result.clone();
    w.fuel = size;
    w.statements(3 + size as usize / 20);
    w.fuel = w.fuel.max(6);
    let tail = w.result_value(2);
    let mut out = format!(
        "⟪#[backprop{options}]⟫\npub fn {}({}){} {{\n",
        signature.name,
        params.join(", "),
        signature.result.text(w.float, &w.structs)
    );
    w.lines.iter().for_each(|l| out.push_str(&format!("{l}\n")));
    if !tail.is_empty() {
        out.push_str(&format!("{}\n", bare(&tail)));
    }
    out.push_str("}\n");
    out
}

impl Writer {
    /// What the function returns, as its last expression or after `return`.
    pub fn result_value(&mut self, depth: usize) -> String {
        match self.result.clone() {
            Return::Float => self.tame(depth),
            Return::Unit => String::new(),
            Return::Value(ty) => self.value(&ty, depth),
            Return::Option(ty) => format!("Some({})", bare(&self.value(&ty, depth))),
            Return::Result(ty) => format!("Ok({})", bare(&self.value(&ty, depth))),
        }
    }
}
