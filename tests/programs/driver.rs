//! The functions around a program through which it is checked: flat numbers in, flat numbers out.

use super::function::{Param, Return};
use super::program::Program;
use super::types::Ty;

/// The program without what is for the macro, or with it.
fn items(text: &str, made: bool) -> String {
    let mut out = String::new();
    for (i, part) in text.split('⟪').enumerate() {
        let (marked, rest) = if i == 0 { ("", part) } else { part.split_once('⟫').unwrap_or(("", part)) };
        if made {
            out.push_str(marked);
        }
        out.push_str(rest);
    }
    out
}

impl Program {
    fn is_output(&self, p: &Param) -> bool {
        let float = matches!(
            &self.main.result,
            Return::Float | Return::Option(Ty::Float) | Return::Result(Ty::Float)
        );
        p.active && matches!(p.ty, Ty::Mut(_)) && !float
    }

    /// Whether derivatives with respect to it are asked for.
    fn is_input(&self, p: &Param) -> bool {
        p.active && (!matches!(p.ty, Ty::Mut(_)) || self.is_output(p))
    }

    fn shape(&self, ty: &Ty, module: &str, float: &str) -> String {
        let s = |ty: &Ty| self.shape(ty, module, float);
        match ty {
            Ty::Float => format!("0.75{float}"),
            Ty::Int => "2usize".into(),
            Ty::Bool => "false".into(),
            Ty::Array(of, n) => format!("[{}; {n}]", s(of)),
            Ty::Vec(of) | Ty::Slice(of) => format!("vec![{}; 3]", s(of)),
            Ty::Tuple(parts) => format!("({})", parts.iter().map(s).collect::<Vec<_>>().join(", ")),
            Ty::Struct(n) => {
                let def = &self.structs[*n];
                let fields: Vec<String> =
                    def.fields.iter().map(|f| format!("{}: {}", f.0, s(&f.1))).collect();
                format!("{module}::{} {{ {} }}", def.name, fields.join(", "))
            }
            Ty::Ref(of) | Ty::Mut(of) => s(of),
        }
    }

    fn inputs(&self) -> String {
        let parts: Vec<String> = self
            .main
            .params
            .iter()
            .filter(|p| self.is_input(p))
            .map(|p| format!("flat(&{}).len()", self.start(p, "plain", self.float)))
            .collect();
        parts.join(" + ")
    }

    fn start(&self, p: &Param, module: &str, float: &str) -> String {
        if p.name == "log" { "Vec::<u32>::new()".into() } else { self.shape(&p.ty, module, float) }
    }

    /// `let`s of the arguments.
    fn arguments(&self, module: &str, float: &str) -> String {
        let mut out = "let mut it = Numbers(x.iter()); ".to_string();
        for p in &self.main.params {
            let shape = self.start(p, module, float);
            match self.is_input(p) {
                true => out.push_str(&format!("let mut {} = filled({shape}, &mut it); ", p.name)),
                false => out.push_str(&format!("let mut {} = {shape}; ", p.name)),
            }
        }
        out
    }

    fn passed(&self, clone: bool) -> String {
        let pass = |p: &Param| {
            let n = if clone { format!("{}.clone()", p.name) } else { p.name.clone() };
            match &p.ty {
                Ty::Ref(of) if matches!(**of, Ty::Slice(_)) => format!("&{n}[..], "),
                Ty::Ref(_) => format!("&{n}, "),
                Ty::Mut(of) if matches!(**of, Ty::Slice(_)) => format!("&mut {n}[..], "),
                Ty::Mut(_) => format!("&mut {n}, "),
                _ => format!("{}.clone(), ", p.name),
            }
        };
        self.main.params.iter().map(pass).collect()
    }

    /// Takes the wrapper off what is in `r`.
    fn opened(&self) -> &'static str {
        match self.main.result {
            Return::Option(_) => "let Some(r) = r else { out.tag = 1; out.rest = rest; return out }; ",
            Return::Result(_) => "let Ok(r) = r else { out.tag = 1; out.rest = rest; return out }; ",
            _ => "",
        }
    }

    /// Puts what is left in `&mut` parameters into `rest`, and outputs into `left`.
    fn left(&self) -> String {
        let mut out =
            "let (mut rest, mut left): (Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new()); ".to_string();
        for p in &self.main.params {
            if matches!(p.ty, Ty::Mut(_)) {
                let to = if self.is_output(p) { "left" } else { "rest" };
                out.push_str(&format!("{}.put_flat(&mut {to}); ", p.name));
            }
        }
        out
    }

    fn seed(&self) -> String {
        let ty = match &self.main.result {
            Return::Float => &Ty::Float,
            Return::Unit => return String::new(),
            Return::Value(ty) | Return::Option(ty) | Return::Result(ty) => ty,
        };
        let dynamic = ty.holds(&Ty::vec(Ty::Float), &self.structs) || format!("{ty:?}").contains("Vec");
        let fixed = self.shape(ty, "made", self.float);
        let shape = match (dynamic, &self.main.result) {
            (false, _) => fixed,
            (true, Return::Value(_)) => format!("again(|| made::f({}))", self.passed(true)),
            (true, Return::Option(_)) => {
                format!("again(|| made::f({})).unwrap_or({fixed})", self.passed(true))
            }
            (true, _) => format!("again(|| made::f({})).unwrap_or({fixed})", self.passed(true)),
        };
        format!("let seed = filled({shape}, &mut from); ")
    }

    /// Puts a gradient, which stands in `g`, into a list, parameter by parameter.
    fn gradient(&self, to: &str) -> String {
        let active: Vec<&Param> = self.main.params.iter().filter(|p| self.is_input(p)).collect();
        let bare = active.iter().filter(|p| !self.is_output(p)).count() == 1;
        let (mut out, mut at) = (String::new(), 0);
        for p in active {
            if self.is_output(p) {
                out.push_str(&format!("d_{}.put_flat(&mut {to}); ", p.name));
            } else {
                out.push_str(&if bare {
                    format!("g.put_flat(&mut {to}); ")
                } else {
                    format!("g.{at}.put_flat(&mut {to}); ")
                });
                at += 1;
            }
        }
        out
    }

    fn tangents(&self) -> (String, String) {
        let (mut lets, mut args) = (String::new(), String::new());
        for p in self.main.params.iter().filter(|p| self.is_input(p)) {
            let n = &p.name;
            lets.push_str(&format!("let mut t_{n} = filled({n}.clone(), &mut from); "));
            args.push_str(&match &p.ty {
                Ty::Ref(of) if matches!(**of, Ty::Slice(_)) => format!("&t_{n}[..], "),
                Ty::Ref(of) if matches!(**of, Ty::Struct(_)) => format!("&t_{n}, "),
                Ty::Mut(of) if matches!(**of, Ty::Slice(_)) => format!("&mut t_{n}[..], "),
                Ty::Mut(_) => format!("&mut t_{n}, "),
                _ => format!("t_{n}, "),
            });
        }
        (lets, args)
    }

    fn plain(&self, name: &str, module: &str, float: &str) -> String {
        format!(
            "pub fn {name}(x: &[f64]) -> Out {{ {}let r = {module}::f({}); let mut out = Out::default(); {}{}out.floats = flat(&r); out.floats.extend(left); out.rest = rest; out }}\n",
            self.arguments(module, float),
            self.passed(false),
            self.left(),
            self.opened(),
        )
    }

    /// A module with the program as the macro sees it. It stands in a file of its own: the macro looks around in it.
    pub fn made(&self) -> String {
        let items = items(&self.text, true);
        format!("use crate::*;\nuse backprop::backprop;\n{items}")
    }

    /// A module with the program as it stands, and what checks it.
    pub fn module(&self, made: bool) -> String {
        let mut out = format!("pub mod p{} {{\nuse super::*;\n", self.seed);
        let plain = items(&self.text, false);
        out.push_str(&format!("pub mod plain {{ use super::super::*;\n{plain}}}\n"));
        out.push_str(&self.plain("by_plain", "plain", self.float));
        let single = self.float == "f32";
        if single {
            out.push_str(&format!(
                "pub mod twin {{ use super::super::*;\n{}}}\n",
                plain.replace("f32", "f64")
            ));
            out.push_str(&self.plain("by_twin", "twin", "f64"));
        }
        if made {
            out.push_str(&format!("use crate::made::p{} as made;\n", self.seed));
            let (lets, args, left, opened) =
                (self.arguments("made", self.float), self.passed(false), self.left(), self.opened());
            let mut buffers = String::new();
            let mut lent = String::new();
            for p in self.main.params.iter().filter(|p| self.is_output(p)) {
                let n = &p.name;
                buffers.push_str(&format!("let mut d_{n} = filled({n}.clone(), &mut from); "));
                let slice = matches!(p.ty.behind(), Ty::Slice(_));
                lent.push_str(&if slice { format!("&mut d_{n}[..], ") } else { format!("&mut d_{n}, ") });
            }
            let seeding = if self.main.result == Return::Unit { "" } else { "seed, " };
            out.push_str(&format!(
                "pub fn back(x: &[f64], seed: &[f64]) -> Out {{ {lets}let mut from = Numbers(seed.iter()); {}{buffers}let r = made::f_vjp({args}{seeding}{lent}); let mut out = Out::default(); {left}{opened}let (r, g) = r; out.floats = flat(&r); out.floats.extend(left); out.rest = rest; {}out }}\n",
                self.seed(),
                self.gradient("out.derivative"),
            ));
            let (tangents, passed) = self.tangents();
            let came_out: String = self
                .main
                .params
                .iter()
                .filter(|p| self.is_output(p))
                .map(|p| format!("t_{}.put_flat(&mut out.derivative); ", p.name))
                .collect();
            out.push_str(&format!(
                "pub fn along(x: &[f64], t: &[f64]) -> Out {{ {lets}let mut from = Numbers(t.iter()); {tangents}let r = made::f_jvp({args}{passed}); let mut out = Out::default(); {left}{opened}let (r, t) = r; out.floats = flat(&r); out.floats.extend(left); out.rest = rest; t.put_flat(&mut out.derivative); {came_out}out }}\n"
            ));
            if self.second {
                out.push_str(&format!(
                    "pub fn second(x: &[f64], t: &[f64]) -> Out {{ {lets}let mut from = Numbers(t.iter()); {tangents}let (r, g, h) = made::f_hvp({args}{passed}); let mut out = Out::default(); {left}out.floats = flat(&r); out.rest = rest; {}let g = h; {}out }}\n",
                    self.gradient("out.more"),
                    self.gradient("out.derivative"),
                ));
            }
        }
        out.push_str("}\n");
        out
    }

    /// The entry in the list of cases.
    pub fn case(&self) -> String {
        let p = format!("p{}", self.seed);
        let single = self.float == "f32";
        let second = if self.second { format!("Some({p}::second)") } else { "None".into() };
        format!(
            "Case {{ name: {p:?}, single: {single}, inputs: {{ use {p}::plain; {} }}, plain: {p}::by_plain, twin: {p}::{}, back: {p}::back, along: {p}::along, second: {second} }},\n",
            self.inputs(),
            if single { "by_twin" } else { "by_plain" },
        )
    }
}
