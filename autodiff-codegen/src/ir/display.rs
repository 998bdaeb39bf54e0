//! The textual form of a program: one statement a line, regions indented, for stage tests and for reading.
//!
//! Values are `%index` or `%name.index`, places `@index` or `@name.index`; indices are those of the arenas,
//! so that a value keeps its name from one pass to the next.

use std::fmt::{self, Display, Formatter, Write};

use super::*;

mod ops;

impl Display for Func {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut p = Printer { func: self, out: String::new(), depth: 0 };
        p.func();
        f.write_str(&p.out)
    }
}

impl Func {
    /// How a value is printed: `%x.3`.
    pub fn show(&self, v: Value) -> String {
        let name = self.values.get(v.0 as usize).and_then(|i| i.name.as_ref());
        named('%', v.0, name)
    }

    /// How a place is printed: `@a.1`.
    pub fn show_place(&self, p: Place) -> String {
        let name = self.places.get(p.0 as usize).and_then(|i| i.name.as_ref());
        named('@', p.0, name)
    }

    /// A statement on one line (of one with regions, only the head).
    pub fn show_stmt(&self, stmt: &Stmt) -> String {
        let mut p = Printer { func: self, out: String::new(), depth: 0 };
        p.stmt(stmt);
        p.out.lines().next().unwrap_or_default().trim_end_matches(" {").to_string()
    }
}

fn named(sigil: char, index: u32, name: Option<&Name>) -> String {
    match name {
        Some(n) => format!("{sigil}{}.{index}", n.stem()),
        None => format!("{sigil}{index}"),
    }
}

impl Display for Ty {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Ty::Float(FloatTy::F32) => "f32",
            Ty::Float(FloatTy::F64) => "f64",
            Ty::Float(FloatTy::Generic(t)) => t,
            Ty::Float(FloatTy::Unknown) => "float",
            Ty::Float(FloatTy::Lanes(t)) => return write!(f, "lanes of {}", Ty::Float((**t).clone())),
            Ty::Int(Some(t)) => t,
            Ty::Int(None) => "int",
            Ty::Bool => "bool",
            Ty::Opaque => "?",
            Ty::Pullback => "pullback",
            Ty::Snapshot => "snapshot",
        })
    }
}

impl Display for Len {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Len::Known(n) => write!(f, "{n}"),
            Len::Expr(e) => write!(f, "{e}"),
        }
    }
}

impl Display for PlaceTy {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            PlaceTy::Scalar(t) => write!(f, "{t}"),
            PlaceTy::Array(t, n) => write!(f, "[{t}; {n}]"),
            PlaceTy::Slice(t) => write!(f, "[{t}]"),
            PlaceTy::Vec(t) => write!(f, "Vec<{t}>"),
            PlaceTy::Tuple(ts) => {
                let parts: Vec<String> = ts.iter().map(PlaceTy::to_string).collect();
                write!(f, "({})", parts.join(", "))
            }
            PlaceTy::Cell => f.write_str("cell"),
            PlaceTy::User(t) => write!(f, "{}", t.0),
            PlaceTy::Unknown => f.write_str("?"),
        }
    }
}

impl Display for Mode {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Mode::Value => "",
            Mode::Ref => "&",
            Mode::Mut => "&mut ",
        })
    }
}

/// Writes one function.
struct Printer<'a> {
    func: &'a Func,
    out: String,
    depth: usize,
}

impl Printer<'_> {
    fn v(&self, v: Value) -> String {
        self.func.show(v)
    }

    fn p(&self, p: Place) -> String {
        self.func.show_place(p)
    }

    fn vs(&self, vs: &[Value]) -> String {
        vs.iter().map(|v| self.v(*v)).collect::<Vec<_>>().join(", ")
    }

    fn ty(&self, v: Value) -> String {
        self.func.values.get(v.0 as usize).map_or_else(|| "!".into(), |i| i.ty.to_string())
    }

    fn place_ty(&self, p: Place) -> String {
        self.func.places.get(p.0 as usize).map_or_else(|| "!".into(), |i| i.ty.to_string())
    }

    fn line(&mut self, text: &str) {
        for _ in 0..self.depth {
            self.out.push_str("  ");
        }
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn func(&mut self) {
        let params: Vec<String> = self
            .func
            .params
            .iter()
            .map(|p| {
                let passive = if p.active { "" } else { "passive " };
                format!("{passive}{}: {}", p.name, self.param(&p.kind))
            })
            .collect();
        let ret = match &self.func.ret {
            Ret::Unit => String::new(),
            ret => format!(" -> {}", self.ret(ret)),
        };
        self.line(&format!("fn {}({}){ret} {{", self.func.name, params.join(", ")));
        for item in &self.func.items {
            self.depth += 1;
            self.line(&format!("item {item}"));
            self.depth -= 1;
        }
        self.block(&self.func.body);
        self.line("}");
    }

    fn param(&self, kind: &ParamKind) -> String {
        match kind {
            ParamKind::Scalar(v, m) => format!("{} {m}{}", self.v(*v), self.ty(*v)),
            ParamKind::Place(p, m) => {
                let mutable = self.func.places.get(p.0 as usize).is_some_and(|i| i.mutable);
                let word = if mutable && *m == Mode::Value { "mut " } else { "" };
                format!("{} {word}{m}{}", self.p(*p), self.place_ty(*p))
            }
            ParamKind::Tuple(ts, m) => {
                format!("{m}({})", ts.iter().map(|t| self.param(t)).collect::<Vec<_>>().join(", "))
            }
            ParamKind::Opaque => "opaque".into(),
        }
    }

    fn ret(&self, ret: &Ret) -> String {
        match ret {
            Ret::Unit => "()".into(),
            Ret::Scalar(i) => {
                self.func.body.yields.get(*i).map_or_else(|| format!("yield {i}"), |v| self.ty(*v))
            }
            Ret::Place(p) => self.p(*p),
            Ret::Tuple(ts) => format!("({})", ts.iter().map(|t| self.ret(t)).collect::<Vec<_>>().join(", ")),
        }
    }

    /// The statements and yields of a block, one level deeper.
    fn block(&mut self, block: &Block) {
        self.depth += 1;
        for s in &block.stmts {
            self.stmt(s);
        }
        if !block.yields.is_empty() {
            let yields = self.vs(&block.yields);
            self.line(&format!("yield {yields}"));
        }
        if block.diverges {
            self.line("unreachable");
        }
        self.depth -= 1;
    }

    /// `%a, %b = ` and, behind the operation, ` : f64, f64`.
    fn stmt(&mut self, stmt: &Stmt) {
        let mut head = String::new();
        let made = stmt.op.place_made();
        let results = stmt.results.iter().map(|v| self.v(*v)).chain(made.iter().map(|p| self.p(*p)));
        let results = results.collect::<Vec<_>>().join(", ");
        if !results.is_empty() {
            let _ = write!(head, "{results} = ");
        }
        if stmt.op.blocks().is_empty() {
            let types: Vec<String> = stmt
                .results
                .iter()
                .map(|v| self.ty(*v))
                .chain(made.iter().map(|p| self.place_ty(*p)))
                .collect();
            head.push_str(&self.op(&stmt.op));
            if !types.is_empty() {
                let _ = write!(head, " : {}", types.join(", "));
            }
            self.line(&head);
        } else {
            self.regions(&head, &stmt.op);
        }
    }

    fn regions(&mut self, head: &str, op: &Op) {
        match op {
            Op::If { cond, then, els } => {
                self.line(&format!("{head}if {} {{", self.v(*cond)));
                self.block(then);
                if !els.stmts.is_empty() || !els.yields.is_empty() || els.diverges {
                    self.line("} else {");
                    self.block(els);
                }
            }
            Op::For { range, inits, body } => {
                let (iv, carried) = match body.params.split_first() {
                    Some((iv, rest)) => (format!("{}: {}", self.v(*iv), self.ty(*iv)), rest),
                    None => ("!".into(), &[][..]),
                };
                let range = self.range(range);
                self.line(&format!("{head}for {iv} in {range}{} {{", self.carried(carried, inits)));
                self.block(body);
            }
            Op::While { inits, cond, body } => {
                self.line(&format!("{head}while{} {{", self.carried(&cond.params, inits)));
                self.block(cond);
                let params = if body.params.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", self.vs(&body.params))
                };
                self.line(&format!("}} do{params} {{"));
                self.block(body);
            }
            _ => {}
        }
        self.line("}");
    }

    fn carried(&self, params: &[Value], inits: &[Value]) -> String {
        if params.is_empty() && inits.is_empty() {
            return String::new();
        }
        let n = params.len().max(inits.len());
        let show = |v: Option<&Value>| v.map_or_else(|| "!".into(), |v| self.v(*v));
        let pairs: Vec<String> = (0..n)
            .map(|i| {
                let ty = params.get(i).map_or_else(String::new, |v| format!(": {}", self.ty(*v)));
                format!("{}{ty} = {}", show(params.get(i)), show(inits.get(i)))
            })
            .collect();
        format!(" ({})", pairs.join(", "))
    }

    fn range(&self, r: &Range) -> String {
        let mut out = format!("{}{}{}", self.v(r.lo), if r.inclusive { "..=" } else { ".." }, self.v(r.hi));
        if let Some(s) = r.step {
            let _ = write!(out, " step {}", self.v(s));
        }
        if r.rev {
            out.push_str(" rev");
        }
        out
    }
}
