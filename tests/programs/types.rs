//! The types of the generated programs' values.

/// A type. Every slice and `Vec` has two elements at least, and every float is within ±2.
#[derive(Clone, Debug, PartialEq)]
pub enum Ty {
    Float,
    Int,
    Bool,
    Array(Box<Ty>, usize),
    Vec(Box<Ty>),
    /// Behind a reference only.
    Slice(Box<Ty>),
    Tuple(Vec<Ty>),
    /// The program's own struct of this number.
    Struct(usize),
    Ref(Box<Ty>),
    Mut(Box<Ty>),
}

/// A struct of a program.
#[derive(Clone, Debug)]
pub struct Struct {
    pub name: String,
    /// Names, types, and whether derivatives flow through.
    pub fields: Vec<(String, Ty, bool)>,
    pub copy: bool,
    pub operators: bool,
}

impl Ty {
    pub fn array(of: Ty, n: usize) -> Ty {
        Ty::Array(Box::new(of), n)
    }

    pub fn vec(of: Ty) -> Ty {
        Ty::Vec(Box::new(of))
    }

    pub fn slice(of: Ty) -> Ty {
        Ty::Ref(Box::new(Ty::Slice(Box::new(of))))
    }

    pub fn by_ref(self) -> Ty {
        Ty::Ref(Box::new(self))
    }

    pub fn by_mut(self) -> Ty {
        Ty::Mut(Box::new(self))
    }

    pub fn text(&self, float: &str, structs: &[Struct]) -> String {
        let t = |ty: &Ty| ty.text(float, structs);
        match self {
            Ty::Float => float.to_string(),
            Ty::Int => "usize".into(),
            Ty::Bool => "bool".into(),
            Ty::Array(of, n) => format!("[{}; {n}]", t(of)),
            Ty::Vec(of) => format!("Vec<{}>", t(of)),
            Ty::Slice(of) => format!("[{}]", t(of)),
            Ty::Tuple(parts) => format!("({})", parts.iter().map(t).collect::<Vec<_>>().join(", ")),
            Ty::Struct(n) => structs[*n].name.clone(),
            Ty::Ref(of) => format!("&{}", t(of)),
            Ty::Mut(of) => format!("&mut {}", t(of)),
        }
    }

    pub fn is_copy(&self, structs: &[Struct]) -> bool {
        match self {
            Ty::Float | Ty::Int | Ty::Bool | Ty::Ref(_) => true,
            Ty::Array(of, _) => of.is_copy(structs),
            Ty::Tuple(parts) => parts.iter().all(|p| p.is_copy(structs)),
            Ty::Struct(n) => structs[*n].copy,
            Ty::Vec(_) | Ty::Slice(_) | Ty::Mut(_) => false,
        }
    }

    /// Whether a value of the other type is this one or a part of it.
    pub fn holds(&self, want: &Ty, structs: &[Struct]) -> bool {
        if self == want {
            return true;
        }
        match self {
            Ty::Float | Ty::Int | Ty::Bool => false,
            Ty::Array(of, _) | Ty::Vec(of) | Ty::Slice(of) | Ty::Ref(of) | Ty::Mut(of) => {
                of.holds(want, structs)
            }
            Ty::Tuple(parts) => parts.iter().any(|p| p.holds(want, structs)),
            Ty::Struct(n) => structs[*n].fields.iter().any(|f| f.1.holds(want, structs)),
        }
    }

    /// What is there behind references.
    pub fn behind(&self) -> &Ty {
        match self {
            Ty::Ref(of) | Ty::Mut(of) => of.behind(),
            other => other,
        }
    }
}
