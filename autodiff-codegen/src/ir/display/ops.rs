//! The operations without regions.

use super::*;
use crate::rules::Library;

impl Printer<'_> {
    /// The operation, without its results.
    pub(super) fn op(&self, op: &Op) -> String {
        let v = |v: &Value| self.v(*v);
        let p = |p: &Place| self.p(*p);
        match op {
            Op::Const(c) => constant(c),
            Op::Elem { rule, args } => {
                let library = if rule.library == Library::Libm { "libm." } else { "" };
                format!("{library}{} {}", rule.get().name, self.vs(args))
            }
            Op::Int { op, args } => format!("int.{} {}", snake(&format!("{op:?}")), self.vs(args)),
            Op::Cmp { op, args } => format!("cmp.{} {}", snake(&format!("{op:?}")), self.vs(args)),
            Op::Cast(a) => format!("cast {}", v(a)),
            Op::AssertFloat(a) => format!("assert_float {}", v(a)),
            Op::Len(a) => format!("len {}", p(a)),
            Op::Trips(r) => format!("trips {}", self.range(r)),
            Op::Load { place, path, again } => {
                let again = again.map_or_else(String::new, |o| format!(" again {}", self.v(o)));
                format!("load {}{}{again}", p(place), self.path(path))
            }
            Op::Store { place, path, value } => {
                format!("store {}{} = {}", p(place), self.path(path), v(value))
            }
            Op::Accum { place, path, value } => {
                format!("accum {}{} += {}", p(place), self.path(path), v(value))
            }
            Op::Alloc { init, .. } => format!("alloc {}", self.init(init)),
            Op::View { base, path, .. } => format!("view {}{}", p(base), self.path(path)),
            Op::CopyPlace { dst, src } => format!("copy {} = {}", p(dst), p(src)),
            Op::AddPlace { dst, src } => format!("add {} += {}", p(dst), p(src)),
            Op::Zero(a) => format!("zero {}", p(a)),
            Op::SumPlace(a) => format!("sum {}", p(a)),
            Op::DotPlaces(a, b) => format!("dot {}, {}", p(a), p(b)),
            Op::Swap { a, b } => format!("swap {}, {}", p(a), p(b)),
            Op::Append { place, src, count: None } => format!("append {}, {}", p(place), p(src)),
            Op::Append { place, src, count: Some(n) } => {
                format!("append {}, {} x {}", p(place), v(n), p(src))
            }
            Op::Resize { place, from, to } => format!("resize {}, {} -> {}", p(place), v(from), v(to)),
            Op::Snapshot { place, zero } => {
                format!("snapshot {}{}", if *zero { "zero_like " } else { "" }, p(place))
            }
            Op::Push { place, value } => format!("push {}, {}", p(place), v(value)),
            Op::Pop(a) => format!("pop {}", p(a)),
            Op::Opaque { kind, reads, .. } => self.opaque(kind, reads),
            Op::Exit { code, reads } => format!("exit `{code}`{}", self.reads(reads)),
            Op::Call { .. }
            | Op::CallForward { .. }
            | Op::CallReverse { .. }
            | Op::CallAtOnce { .. }
            | Op::CallTangent { .. } => self.call(op),
            Op::If { .. } | Op::For { .. } | Op::While { .. } => op.kind_name().into(),
        }
    }

    fn call(&self, op: &Op) -> String {
        match op {
            Op::Call { callee, args, .. } => format!("call {}({})", callee.name, self.args(args)),
            Op::CallForward { callee, args, along, .. } => {
                let along = along.as_ref().map(|along| self.tangents(&along.tangents)).unwrap_or_default();
                format!("call_forward {}({}){along}", callee.name, self.args(args))
            }
            Op::CallReverse { callee, pullback, seed, args, slots, along } => {
                let back = |seed, slots| format!(" seed {} slots ({})", self.seed(seed), self.slots(slots));
                let along = along.as_ref().map(|along| back(&along.seed, &along.slots)).unwrap_or_default();
                format!(
                    "call_reverse {}({}) pullback {}{}{along}",
                    callee.name,
                    self.args(args),
                    self.v(*pullback),
                    back(seed, slots)
                )
            }
            Op::CallAtOnce { callee, args, seed, slots } => format!(
                "call_at_once {}({}) seed {} slots ({})",
                callee.name,
                self.args(args),
                self.v(*seed),
                self.slots(slots)
            ),
            Op::CallTangent { callee, args, tangents, .. } => {
                format!("call_tangent {}({}){}", callee.name, self.args(args), self.tangents(tangents))
            }
            _ => String::new(),
        }
    }

    fn seed(&self, seed: &Seed) -> String {
        match seed {
            Seed::Value(v) => self.v(*v),
            Seed::Place(p) => self.p(*p),
            Seed::Unit => "()".into(),
        }
    }

    fn slots(&self, slots: &[Slot]) -> String {
        let slot = |slot: &Slot| match slot {
            Slot::Off => "off".into(),
            Slot::Lent => "lent".into(),
            Slot::Scalar => "scalar".into(),
            Slot::Place(p) => self.p(*p),
        };
        slots.iter().map(slot).collect::<Vec<_>>().join(", ")
    }

    fn tangents(&self, tangents: &[Option<Arg>]) -> String {
        let tangent = |t: &Option<Arg>| t.as_ref().map_or_else(|| "zero".into(), |a| self.arg(a));
        format!(" tangents ({})", tangents.iter().map(tangent).collect::<Vec<_>>().join(", "))
    }

    fn args(&self, args: &[Arg]) -> String {
        args.iter().map(|a| self.arg(a)).collect::<Vec<_>>().join(", ")
    }

    fn arg(&self, arg: &Arg) -> String {
        match arg {
            Arg::Value(v) => self.v(*v),
            Arg::ValueRef(v) => format!("&{}", self.v(*v)),
            Arg::Place(p, m) => format!("{m}{}", self.p(*p)),
            Arg::Opaque { code, reads, again, lent } => {
                let again = if *again { " again" } else { "" };
                let lent = if *lent { " lent" } else { "" };
                format!("`{code}`{}{again}{lent}", self.reads(reads))
            }
        }
    }

    fn path(&self, path: &[Proj]) -> String {
        path.iter()
            .map(|p| match p {
                Proj::Index(v) => format!("[{}]", self.v(*v)),
                Proj::At(vs, _) => format!("[({})]", self.vs(vs)),
                Proj::Slice(a, b) => {
                    let end = |e: &Option<Value>| e.map_or_else(String::new, |v| self.v(v));
                    format!("[{}..{}]", end(a), end(b))
                }
                Proj::Field(i) => format!(".{i}"),
                Proj::Member(m, _) => format!(".{}", member(&m.name)),
                Proj::Deref => ".*".to_string(),
            })
            .collect()
    }

    fn init(&self, init: &Init) -> String {
        match init {
            Init::Zeros => "zeros".into(),
            Init::ZerosLen(n) => format!("zeros {}", self.v(*n)),
            Init::ZeroLike(p) => format!("zero_like {}", self.p(*p)),
            Init::Fill(v, None) => format!("fill {}", self.v(*v)),
            Init::Fill(v, Some(n)) => format!("fill {}, {}", self.v(*v), self.v(*n)),
            Init::Elems(vs) => format!("[{}]", self.vs(vs)),
            Init::Fields { fields, rest, .. } => {
                let fields = fields.iter().map(|(name, part)| match part {
                    Part::Value(v) => format!("{}: {}", member(&name.name), self.v(*v)),
                    Part::Place(p) => format!("{}: {}", member(&name.name), self.p(*p)),
                });
                let rest = rest.map(|p| format!("..{}", self.p(p)));
                format!("{{ {} }}", fields.chain(rest).collect::<Vec<_>>().join(", "))
            }
            Init::Rows(ps) => {
                format!("[{}]", ps.iter().map(|p| self.p(*p)).collect::<Vec<_>>().join(", "))
            }
            Init::Repeat(p, n) => {
                let n = n.map_or(String::new(), |n| format!(" x {}", self.v(n)));
                format!("repeat {}{n}", self.p(*p))
            }
            Init::Copy(p) => format!("copy {}", self.p(*p)),
            Init::Empty => "empty".into(),
            Init::Buffer(n, each) => format!("buffer {} x {each}", self.v(*n)),
            Init::Later(_) => "later".into(),
            Init::None => "none".into(),
            Init::Restore(v) => format!("restore {}", self.v(*v)),
            Init::Given(v) => format!("given {}", self.v(*v)),
            Init::Lent(v) => format!("lent {}", self.v(*v)),
        }
    }

    fn opaque(&self, kind: &OpaqueKind, reads: &[Read]) -> String {
        match kind {
            OpaqueKind::Expr(code) => format!("opaque `{code}`{}", self.reads(reads)),
            OpaqueKind::Let { pattern, init, .. } if init.is_empty() => {
                format!("opaque `let {pattern}`{}", self.reads(reads))
            }
            OpaqueKind::Let { pattern, init, .. } => {
                format!("opaque `let {pattern} = {init}`{}", self.reads(reads))
            }
        }
    }

    fn reads(&self, reads: &[Read]) -> String {
        if reads.is_empty() {
            return String::new();
        }
        let items: Vec<String> =
            reads.iter().map(|r| format!("{} = {}", r.ident, self.read(&r.source))).collect();
        format!(" reads ({})", items.join(", "))
    }

    fn read(&self, source: &ReadOf) -> String {
        match source {
            ReadOf::Value(v) => self.v(*v),
            ReadOf::ValueRef(v) => format!("&{}", self.v(*v)),
            ReadOf::Place(p) => self.p(*p),
            ReadOf::Tuple(ts) => {
                format!("({})", ts.iter().map(|t| self.read(t)).collect::<Vec<_>>().join(", "))
            }
        }
    }
}

fn constant(c: &Const) -> String {
    match c {
        Const::Float { text, .. } => format!("const {text}"),
        Const::Int(i) => format!("const {i}"),
        Const::Bool(b) => format!("const {b}"),
        Const::Path(p) => format!("const {p}"),
    }
}

/// `SaturatingSub` → `saturating_sub`.
fn snake(camel: &str) -> String {
    let mut out = String::new();
    for c in camel.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// A field's name.
fn member(name: &syn::Member) -> String {
    match name {
        syn::Member::Named(name) => name.to_string(),
        syn::Member::Unnamed(i) => i.index.to_string(),
    }
}
