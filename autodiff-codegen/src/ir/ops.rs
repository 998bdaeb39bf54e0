//! What every pass needs to know of every operation: operands, regions, effects. The only place that
//! lists the operands of each [`Op`]; passes go through here.

use super::*;
use crate::tables::HashSet;

/// What a statement may do besides defining its results.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Effects {
    /// Runs code that the compiler does not know, or leaves the function: never dropped, moved, or repeated.
    pub opaque: bool,
    /// May panic (an index, an integer overflow): never moved past an effect, never dropped from the
    /// forward sweep.
    pub panics: bool,
    /// Writes to a place.
    pub writes: bool,
}

impl Effects {
    /// Nothing at all: free to move, repeat or drop.
    pub fn is_pure(self) -> bool {
        self == Effects::default()
    }
    fn or(self, o: Effects) -> Effects {
        Effects {
            opaque: self.opaque | o.opaque,
            panics: self.panics | o.panics,
            writes: self.writes | o.writes,
        }
    }
}

/// Visits the values in a path.
macro_rules! path_walk { ($name:ident, $iter:ident, $($m:tt)?) => {
    fn $name(path: &$($m)? [Proj], f: &mut dyn FnMut(&$($m)? Value)) {
        for p in path {
            match p {
                Proj::Index(v) => f(v),
                Proj::At(vs, _) => vs.$iter().for_each(&mut *f),
                Proj::Slice(a, b) => {
                    a.$iter().for_each(&mut *f);
                    b.$iter().for_each(&mut *f);
                }
                Proj::Field(_) | Proj::Member(..) | Proj::Deref => {}
            }
        }
    }
} }
path_walk!(path_values, iter,);
path_walk!(path_values_mut, iter_mut, mut);

macro_rules! read_walk { ($name:ident, $($m:tt)?) => {
    fn $name(r: &$($m)? ReadOf, value: &mut dyn FnMut(&$($m)? Value), place: &mut dyn FnMut(&$($m)? Place)) {
        match r {
            ReadOf::Value(v) | ReadOf::ValueRef(v) => value(v),
            ReadOf::Place(p) => place(p),
            ReadOf::Tuple(ts) => for t in ts { $name(t, value, place) },
        }
    }
} }
read_walk!(walk_read,);
read_walk!(walk_read_mut, mut);

/// The places that a call is lent to write to.
fn lent<'a>(args: impl Iterator<Item = &'a Arg>) -> Vec<Place> {
    args.filter_map(|a| if let Arg::Place(p, Mode::Mut) = a { Some(*p) } else { None }).collect()
}

/// The places that the seeds of the reverse part of a call are.
fn seeds<'a>(seed: &'a Seed, along: &'a Option<AlongBack>) -> impl Iterator<Item = Place> + 'a {
    let all = std::iter::once(seed).chain(along.as_ref().map(|along| &along.seed));
    all.filter_map(|seed| if let Seed::Place(p) = seed { Some(*p) } else { None })
}

/// The places that the reverse part of a call adds to.
fn slot_places<'a>(slots: &'a [Slot], along: &'a Option<AlongBack>) -> impl Iterator<Item = Place> + 'a {
    let all = slots.iter().chain(along.iter().flat_map(|along| &along.slots));
    all.filter_map(|slot| if let Slot::Place(p) = slot { Some(*p) } else { None })
}

impl Callee {
    /// Visits what the code reads that takes the result out of its wrapper.
    fn each_read_mut(&mut self, f: &mut dyn FnMut(&mut Read)) {
        self.taken.iter_mut().for_each(|t| t.reads.iter_mut().for_each(&mut *f));
    }

    fn each_read(&self, f: &mut dyn FnMut(&Read)) {
        self.taken.iter().for_each(|t| t.reads.iter().for_each(&mut *f));
    }

    fn places_read(&self) -> Vec<Place> {
        let mut out = Vec::new();
        for r in self.taken.iter().flat_map(|t| &t.reads) {
            walk_read(&r.source, &mut |_| {}, &mut |p| out.push(*p));
        }
        out
    }
}

impl Range {
    /// Its operands.
    pub fn values(&self) -> impl Iterator<Item = Value> {
        [Some(self.lo), Some(self.hi), self.step].into_iter().flatten()
    }
    fn each(&self, f: &mut dyn FnMut(&Value)) {
        [&self.lo, &self.hi].into_iter().chain(&self.step).for_each(f);
    }
    fn each_mut(&mut self, f: &mut dyn FnMut(&mut Value)) {
        [&mut self.lo, &mut self.hi].into_iter().chain(&mut self.step).for_each(f);
    }
}

/// Visits the values that an operation itself uses: to look at, and to change. The one list of operands.
macro_rules! value_walk {
    (
        $(#[$doc:meta])* $vis:vis $name:ident: $iter:ident $path:ident $read:ident $each:ident $each_read:ident $args:ident
        $($m:tt)?
    ) => {
        impl Op {
            $(#[$doc])*
            $vis fn $name(&$($m)? self, f: &mut dyn FnMut(&$($m)? Value)) {
                let arg = |a: &$($m)? Arg, f: &mut dyn FnMut(&$($m)? Value)| match a {
                    Arg::Value(v) | Arg::ValueRef(v) => f(v),
                    Arg::Place(..) => {}
                    Arg::Opaque { reads, .. } => {
                        for r in reads {
                            $read(&$($m)? r.source, f, &mut |_| {});
                        }
                    }
                };
                match self {
                    Op::Const(_)
                    | Op::Len(_)
                    | Op::CopyPlace { .. }
                    | Op::AddPlace { .. }
                    | Op::Swap { .. }
                    | Op::Zero(_)
                    | Op::SumPlace(_)
                    | Op::DotPlaces(..)
                    | Op::Snapshot { .. }
                    | Op::Pop(_) => {}
                    Op::Append { count, .. } => count.$iter().for_each(f),
                    Op::Resize { from, to, .. } => [from, to].into_iter().for_each(f),
                    Op::Elem { args, .. } | Op::Int { args, .. } => args.$iter().for_each(f),
                    Op::Cmp { args, .. } => args.$iter().for_each(f),
                    Op::Cast(v) | Op::AssertFloat(v) => f(v),
                    Op::Trips(r) => r.$each(f),
                    Op::Load { path, .. } | Op::View { path, .. } => $path(path, f),
                    Op::Store { path, value, .. } | Op::Accum { path, value, .. } => {
                        $path(path, f);
                        f(value);
                    }
                    Op::Alloc { init, .. } => match init {
                        Init::ZerosLen(v) | Init::Restore(v) | Init::Given(v) | Init::Lent(v) | Init::Buffer(v, _) => f(v),
                        Init::Fill(v, n) => {
                            f(v);
                            n.$iter().for_each(f);
                        }
                        Init::Elems(vs) => vs.$iter().for_each(f),
                        Init::Fields { fields, .. } => fields.$iter().for_each(|(_, part)| {
                            if let Part::Value(v) = part {
                                f(v);
                            }
                        }),
                        Init::Repeat(_, n) => n.$iter().for_each(f),
                        Init::Zeros
                        | Init::ZeroLike(_)
                        | Init::Rows(_)
                        | Init::Copy(_)
                        | Init::Empty
                        | Init::Later(_)
                        | Init::None => {}
                    },
                    Op::Push { value, .. } => f(value),
                    Op::If { cond, .. } => f(cond),
                    Op::For { range, inits, .. } => {
                        range.$each(f);
                        inits.$iter().for_each(f);
                    }
                    Op::While { inits, .. } => inits.$iter().for_each(f),
                    Op::Call { callee, args, .. } => {
                        args.$iter().for_each(|a| arg(a, f));
                        callee.$each_read(&mut |r| $read(&$($m)? r.source, f, &mut |_| {}));
                    }
                    Op::CallForward { callee, args, along, .. } => {
                        let tangents = along.$iter().flat_map(Along::$args);
                        args.$iter().chain(tangents).for_each(|a| arg(a, f));
                        callee.$each_read(&mut |r| $read(&$($m)? r.source, f, &mut |_| {}));
                    }
                    Op::CallReverse { pullback, seed, args, along, .. } => {
                        f(pullback);
                        for seed in std::iter::once(seed).chain(along.$iter().map(|along| &$($m)? along.seed)) {
                            if let Seed::Value(v) = seed {
                                f(v);
                            }
                        }
                        args.$iter().for_each(|a| arg(a, f));
                    }
                    Op::CallAtOnce { callee, args, seed, .. } => {
                        args.$iter().for_each(|a| arg(a, f));
                        f(seed);
                        callee.$each_read(&mut |r| $read(&$($m)? r.source, f, &mut |_| {}));
                    }
                    Op::CallTangent { callee, args, tangents, .. } => {
                        args.$iter().for_each(|a| arg(a, f));
                        tangents.$iter().flatten().for_each(|a| arg(a, f));
                        callee.$each_read(&mut |r| $read(&$($m)? r.source, f, &mut |_| {}));
                    }
                    Op::Opaque { reads, .. } | Op::Exit { reads, .. } => {
                        for r in reads {
                            $read(&$($m)? r.source, f, &mut |_| {});
                        }
                    }
                }
            }
        }
    };
}
value_walk! {
    /// Like [`Op::each_value`].
    each_value_ref: iter path_values walk_read each each_read args
}
value_walk! {
    /// Like [`Op::each_value`], for renaming.
    pub each_value_mut: iter_mut path_values_mut walk_read_mut each_mut each_read_mut args_mut mut
}

impl Op {
    /// Opaque code of which nobody knows what it does.
    pub fn opaque(kind: OpaqueKind, reads: Vec<Read>) -> Op {
        Op::Opaque { kind, reads, again: Again::Unknown }
    }

    /// Whether this is the constant 1.0.
    pub fn is_one(&self) -> bool {
        matches!(self, Op::Const(Const::Float { value: 1.0, .. }))
    }

    /// Visits every value that the operation itself uses (not those used inside its regions; a region's
    /// yields count as inside).
    pub fn each_value(&self, f: &mut dyn FnMut(Value)) {
        self.each_value_ref(&mut |v| f(*v));
    }

    /// The values that the operation itself uses, in order.
    pub fn values(&self) -> Vec<Value> {
        let mut out = Vec::new();
        self.each_value(&mut |v| out.push(v));
        out
    }

    /// The places that the operation itself reads, as named (views are not resolved). Lengths count as reads.
    pub fn places_read(&self) -> Vec<Place> {
        let mut out = Vec::new();
        let arg = |a: &Arg, out: &mut Vec<Place>| match a {
            Arg::Place(p, _) => out.push(*p),
            Arg::Opaque { reads, .. } => {
                reads.iter().for_each(|r| walk_read(&r.source, &mut |_| {}, &mut |p| out.push(*p)))
            }
            _ => {}
        };
        match self {
            Op::Len(p) | Op::SumPlace(p) | Op::Pop(p) => out.push(*p),
            Op::DotPlaces(a, b) => out.extend([*a, *b]),
            Op::Load { place, .. } => out.push(*place),
            Op::Snapshot { place, .. } => out.push(*place),
            // An accumulation reads what it adds to; a view, its base's length.
            Op::Accum { place, .. } => out.push(*place),
            Op::View { base, .. } => out.push(*base),
            Op::CopyPlace { src, .. } => out.push(*src),
            Op::AddPlace { dst, src } => out.extend([*dst, *src]),
            Op::Push { place, .. } | Op::Resize { place, .. } => out.push(*place),
            Op::Swap { a, b } => out.extend([*a, *b]),
            Op::Append { place, src, .. } => out.extend([*place, *src]),
            Op::Alloc { init, .. } => match init {
                Init::ZeroLike(p) | Init::Copy(p) | Init::Repeat(p, _) => out.push(*p),
                Init::Rows(ps) => out.extend(ps),
                Init::Fields { fields, rest, .. } => {
                    out.extend(fields.iter().filter_map(|(_, part)| part.place()).chain(*rest));
                }
                _ => {}
            },
            Op::Call { callee, args, .. } => {
                args.iter().for_each(|a| arg(a, &mut out));
                out.extend(callee.places_read());
            }
            Op::CallForward { callee, args, along, .. } => {
                args.iter().chain(along.iter().flat_map(Along::args)).for_each(|a| arg(a, &mut out));
                out.extend(callee.places_read());
            }
            Op::CallReverse { seed, args, slots, along, .. } => {
                out.extend(seeds(seed, along));
                args.iter().for_each(|a| arg(a, &mut out));
                out.extend(slot_places(slots, along));
            }
            Op::CallAtOnce { callee, args, slots, .. } => {
                args.iter().for_each(|a| arg(a, &mut out));
                out.extend(slot_places(slots, &None));
                out.extend(callee.places_read());
            }
            Op::CallTangent { callee, args, tangents, .. } => {
                args.iter().for_each(|a| arg(a, &mut out));
                tangents.iter().flatten().for_each(|a| arg(a, &mut out));
                out.extend(callee.places_read());
            }
            Op::Opaque { reads, .. } | Op::Exit { reads, .. } => {
                reads.iter().for_each(|r| walk_read(&r.source, &mut |_| {}, &mut |p| out.push(*p)))
            }
            _ => {}
        }
        out
    }

    /// The places that opaque tokens in the operation itself read: code unknown, so what it does to them is too.
    pub fn opaque_reads(&self) -> Vec<Place> {
        let mut out = Vec::new();
        let mut reads = |reads: &[Read]| {
            reads.iter().for_each(|r| walk_read(&r.source, &mut |_| {}, &mut |p| out.push(*p)))
        };
        match self {
            Op::Opaque { reads: rs, .. } | Op::Exit { reads: rs, .. } => reads(rs),
            Op::Call { callee, args, .. }
            | Op::CallForward { callee, args, .. }
            | Op::CallReverse { callee, args, .. }
            | Op::CallAtOnce { callee, args, .. }
            | Op::CallTangent { callee, args, .. } => {
                if let Some(taken) = &callee.taken {
                    reads(&taken.reads);
                }
                for a in args {
                    if let Arg::Opaque { reads: rs, .. } = a {
                        reads(rs);
                    }
                }
            }
            _ => {}
        }
        out
    }

    /// The places that the operation itself writes to, as named (views are not resolved), not counting
    /// those that come to life with it.
    pub fn places_written(&self) -> Vec<Place> {
        match self {
            Op::Store { place, .. } | Op::Accum { place, .. } | Op::Push { place, .. } | Op::Pop(place) => {
                vec![*place]
            }
            Op::CopyPlace { dst, .. } | Op::AddPlace { dst, .. } => vec![*dst],
            Op::Swap { a, b } => vec![*a, *b],
            Op::Append { place, .. } | Op::Resize { place, .. } => vec![*place],
            Op::Zero(p) => vec![*p],
            Op::Call { args, .. } => lent(args.iter()),
            Op::CallForward { args, along, .. } => {
                lent(args.iter().chain(along.iter().flat_map(Along::args)))
            }
            Op::CallTangent { args, tangents, .. } => lent(args.iter().chain(tangents.iter().flatten())),
            Op::CallAtOnce { args, slots, .. } => {
                let mut out = lent(args.iter());
                out.extend(slot_places(slots, &None));
                out
            }
            Op::CallReverse { seed, slots, along, .. } => {
                slot_places(slots, along).chain(seeds(seed, along)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The place that comes to life with the statement.
    pub fn place_made(&self) -> Vec<Place> {
        match self {
            Op::Alloc { place, .. } | Op::View { place, .. } => vec![*place],
            Op::Call { ret, .. } => ret.iter().copied().collect(),
            Op::CallForward { ret, along, .. } => {
                ret.iter().copied().chain(along.iter().filter_map(|along| along.ret)).collect()
            }
            Op::CallTangent { ret, ret_tangent, .. } => ret.iter().chain(ret_tangent).copied().collect(),
            _ => Vec::new(),
        }
    }

    /// Renames the places that the operation mentions.
    pub fn each_place_mut(&mut self, f: &mut dyn FnMut(&mut Place)) {
        let arg = |a: &mut Arg, f: &mut dyn FnMut(&mut Place)| match a {
            Arg::Place(p, _) => f(p),
            Arg::Opaque { reads, .. } => {
                for r in reads {
                    walk_read_mut(&mut r.source, &mut |_| {}, f);
                }
            }
            _ => {}
        };
        match self {
            Op::Len(p) | Op::SumPlace(p) | Op::Pop(p) | Op::Zero(p) => f(p),
            Op::Load { place, .. }
            | Op::Store { place, .. }
            | Op::Accum { place, .. }
            | Op::Resize { place, .. }
            | Op::Snapshot { place, .. }
            | Op::Push { place, .. } => f(place),
            Op::Swap { a, b } | Op::DotPlaces(a, b) => [a, b].into_iter().for_each(f),
            Op::Append { place, src, .. } => [place, src].into_iter().for_each(f),
            Op::View { place, base, .. } => {
                f(place);
                f(base);
            }
            Op::CopyPlace { dst, src } | Op::AddPlace { dst, src } => {
                f(dst);
                f(src);
            }
            Op::Alloc { place, init } => {
                f(place);
                match init {
                    Init::ZeroLike(p) | Init::Copy(p) | Init::Repeat(p, _) => f(p),
                    Init::Rows(ps) => ps.iter_mut().for_each(f),
                    Init::Fields { fields, rest, .. } => {
                        let parts = fields.iter_mut().filter_map(|(_, part)| match part {
                            Part::Place(p) => Some(p),
                            Part::Value(_) => None,
                        });
                        parts.chain(rest).for_each(f);
                    }
                    _ => {}
                }
            }
            Op::Call { callee, args, ret } => {
                args.iter_mut().for_each(|a| arg(a, f));
                callee.each_read_mut(&mut |r| walk_read_mut(&mut r.source, &mut |_| {}, f));
                ret.iter_mut().for_each(f);
            }
            Op::CallForward { callee, args, ret, along } => {
                args.iter_mut().for_each(|a| arg(a, f));
                callee.each_read_mut(&mut |r| walk_read_mut(&mut r.source, &mut |_| {}, f));
                ret.iter_mut().for_each(&mut *f);
                if let Some(along) = along {
                    along.args_mut().for_each(|a| arg(a, f));
                    along.ret.iter_mut().for_each(&mut *f);
                }
            }
            Op::CallReverse { seed, args, slots, along, .. } => {
                let (more, back) = along.as_mut().map(|along| (&mut along.seed, &mut along.slots)).unzip();
                for seed in std::iter::once(seed).chain(more) {
                    if let Seed::Place(p) = seed {
                        f(p);
                    }
                }
                args.iter_mut().for_each(|a| arg(a, f));
                for s in slots.iter_mut().chain(back.into_iter().flatten()) {
                    if let Slot::Place(p) = s {
                        f(p);
                    }
                }
            }
            Op::CallAtOnce { callee, args, slots, .. } => {
                args.iter_mut().for_each(|a| arg(a, f));
                callee.each_read_mut(&mut |r| walk_read_mut(&mut r.source, &mut |_| {}, f));
                for s in slots {
                    if let Slot::Place(p) = s {
                        f(p);
                    }
                }
            }
            Op::CallTangent { callee, args, tangents, ret, ret_tangent } => {
                args.iter_mut().for_each(|a| arg(a, f));
                callee.each_read_mut(&mut |r| walk_read_mut(&mut r.source, &mut |_| {}, f));
                tangents.iter_mut().flatten().for_each(|a| arg(a, f));
                ret.iter_mut().for_each(&mut *f);
                ret_tangent.iter_mut().for_each(f);
            }
            Op::Opaque { reads, .. } | Op::Exit { reads, .. } => {
                for r in reads {
                    walk_read_mut(&mut r.source, &mut |_| {}, f);
                }
            }
            _ => {}
        }
    }

    /// Its regions.
    pub fn blocks(&self) -> Vec<&Block> {
        match self {
            Op::If { then, els, .. } => vec![then, els],
            Op::For { body, .. } => vec![body],
            Op::While { cond, body, .. } => vec![cond, body],
            _ => Vec::new(),
        }
    }

    /// Its regions, for changing.
    pub fn blocks_mut(&mut self) -> Vec<&mut Block> {
        match self {
            Op::If { then, els, .. } => vec![then, els],
            Op::For { body, .. } => vec![body],
            Op::While { cond, body, .. } => vec![cond, body],
            _ => Vec::new(),
        }
    }

    /// What the operation, its regions included, may do besides defining its results.
    pub fn effects(&self, func: &Func) -> Effects {
        let own = match self {
            Op::Opaque { .. }
            | Op::Exit { .. }
            | Op::Call { .. }
            | Op::CallForward { .. }
            | Op::CallAtOnce { .. }
            | Op::CallTangent { .. } => {
                Effects { opaque: true, panics: true, writes: !self.places_written().is_empty() }
            }
            // The reverse part of a call does nothing but add into its slots.
            Op::CallReverse { .. } => Effects { opaque: false, panics: false, writes: true },
            Op::Load { path, .. } | Op::View { path, .. } => {
                Effects { panics: !path.is_empty(), ..Effects::default() }
            }
            Op::Store { path, .. } | Op::Accum { path, .. } => {
                Effects { panics: !path.is_empty(), writes: true, opaque: false }
            }
            Op::CopyPlace { .. } | Op::AddPlace { .. } => {
                Effects { panics: true, writes: true, opaque: false }
            }
            Op::Zero(_)
            | Op::Push { .. }
            | Op::Pop(_)
            | Op::Swap { .. }
            | Op::Append { .. }
            | Op::Resize { .. } => Effects { writes: true, ..Effects::default() },
            Op::Int { op, args } => {
                let bool_op = args.iter().all(|a| *func.ty(*a) == Ty::Bool);
                let total = matches!(
                    op,
                    IntOp::And
                        | IntOp::Or
                        | IntOp::Xor
                        | IntOp::Not
                        | IntOp::Min
                        | IntOp::Max
                        | IntOp::SaturatingSub
                        | IntOp::WrappingSub
                        | IntOp::WrappingAdd
                        | IntOp::After
                );
                Effects { panics: !(bool_op || total), ..Effects::default() }
            }
            Op::Elem { rule, .. } => Effects { panics: rule.get().panics, ..Effects::default() },
            // `step_by(0)` panics.
            Op::For { range, .. } => Effects { panics: range.step.is_some(), ..Effects::default() },
            // A `while` may not end: as good as an effect when it comes to dropping it.
            Op::While { .. } => Effects { panics: true, ..Effects::default() },
            _ => Effects::default(),
        };
        self.blocks().iter().fold(own, |e, b| e.or(b.effects(func)))
    }

    /// A short name for tables of counts and for messages.
    pub fn kind_name(&self) -> &'static str {
        match self {
            Op::Const(_) => "const",
            Op::Elem { .. } => "elem",
            Op::Int { .. } => "int",
            Op::Cmp { .. } => "cmp",
            Op::Cast(_) => "cast",
            Op::AssertFloat(_) => "assert_float",
            Op::Len(_) => "len",
            Op::Trips(_) => "trips",
            Op::Load { .. } => "load",
            Op::Store { .. } => "store",
            Op::Accum { .. } => "accum",
            Op::Alloc { .. } => "alloc",
            Op::View { .. } => "view",
            Op::CopyPlace { .. } => "copy_place",
            Op::AddPlace { .. } => "add_place",
            Op::Swap { .. } => "swap",
            Op::Append { .. } => "append",
            Op::Resize { .. } => "resize",
            Op::Zero(_) => "zero",
            Op::SumPlace(_) => "sum_place",
            Op::DotPlaces(..) => "dot_places",
            Op::Snapshot { .. } => "snapshot",
            Op::Push { .. } => "push",
            Op::Pop(_) => "pop",
            Op::If { .. } => "if",
            Op::For { .. } => "for",
            Op::While { .. } => "while",
            Op::Call { .. } => "call",
            Op::CallForward { .. } => "call_forward",
            Op::CallReverse { .. } => "call_reverse",
            Op::CallAtOnce { .. } => "call_at_once",
            Op::CallTangent { .. } => "call_tangent",
            Op::Opaque { .. } => "opaque",
            Op::Exit { .. } => "exit",
        }
    }
}

impl Block {
    /// The effects of all statements.
    pub fn effects(&self, func: &Func) -> Effects {
        self.stmts.iter().fold(Effects::default(), |e, s| e.or(s.op.effects(func)))
    }

    /// Visits all statements, regions included, outermost first.
    pub fn each_stmt<'a>(&'a self, f: &mut dyn FnMut(&'a Stmt)) {
        for s in &self.stmts {
            f(s);
            for b in s.op.blocks() {
                b.each_stmt(f);
            }
        }
    }

    /// The same, to change them.
    pub fn each_stmt_mut(&mut self, f: &mut dyn FnMut(&mut Stmt)) {
        for s in &mut self.stmts {
            f(s);
            for b in s.op.blocks_mut() {
                b.each_stmt_mut(f);
            }
        }
    }

    /// Visits all blocks, this one first.
    pub fn each_block<'a>(&'a self, f: &mut dyn FnMut(&'a Block)) {
        f(self);
        for s in &self.stmts {
            for b in s.op.blocks() {
                b.each_block(f);
            }
        }
    }

    /// The same, to change them.
    pub fn each_block_mut(&mut self, f: &mut dyn FnMut(&mut Block)) {
        f(self);
        for s in &mut self.stmts {
            for b in s.op.blocks_mut() {
                b.each_block_mut(f);
            }
        }
    }

    /// The places that come to life in this block or its regions.
    pub fn places_made(&self) -> HashSet<Place> {
        let mut made = HashSet::default();
        self.each_stmt(&mut |s| made.extend(s.op.place_made()));
        made
    }

    /// Visits every use of a value in this block and its regions, yields included.
    pub fn each_use(&self, f: &mut dyn FnMut(Value)) {
        for s in &self.stmts {
            s.op.each_value(f);
            for b in s.op.blocks() {
                b.each_use(f);
            }
        }
        self.yields.iter().for_each(|v| f(*v));
    }

    /// Renames every use of a value in this block and its regions, yields included.
    pub fn each_use_mut(&mut self, f: &mut dyn FnMut(&mut Value)) {
        for s in &mut self.stmts {
            s.op.each_value_mut(f);
            for b in s.op.blocks_mut() {
                b.each_use_mut(f);
            }
        }
        self.yields.iter_mut().for_each(f);
    }
}
