//! `first()`, `last()`, `get(i)` and their like on arrays, slices and `Vec`s, as what is matched: a part of the
//! place, if there is one.

use super::super::facts::{Facts, element};
use super::super::place::Loc;
use super::super::shape::Shape;
use super::super::{Lower, Refused, Res, Val, walk};
use crate::hir::{Expr, ExprKind, Pat, PatKind, Type, Var};
use crate::ir::{CmpOp, IntOp, Op, Place, PlaceTy, Proj, Ty, Value};

/// A call that gives a part of a place, if there is one.
pub(in super::super) struct Parted<'e> {
    /// The place.
    recv: &'e Expr,
    which: Which<'e>,
    mutable: bool,
    /// `.copied()`, `.cloned()`
    by_value: bool,
}

/// Which part.
#[derive(Clone, Copy)]
enum Which<'e> {
    First,
    Last,
    At(&'e Expr),
    SplitFirst,
    SplitLast,
}

/// A part that may be there, evaluated.
#[derive(Clone)]
pub(super) struct Part {
    place: Place,
    /// The index of the element.
    index: Value,
    present: Value,
    mutable: bool,
    by_value: bool,
    /// Where what is left of the place begins and ends, if it is handed out as well.
    left: Option<(Option<Value>, Option<Value>)>,
}

impl Facts<'_> {
    /// The part of a place that a call asks for.
    pub(in super::super) fn parted<'e>(&self, e: &'e Expr) -> Option<Parted<'e>> {
        let ExprKind::Method { recv, name, args, .. } = &e.kind else { return None };
        let name = name.to_string();
        if let ("copied" | "cloned", []) = (name.as_str(), &args[..]) {
            let inner = self.parted(recv).filter(|p| !p.mutable && !p.is_split())?;
            return Some(Parted { by_value: true, ..inner });
        }
        let integer = |e: &Expr| matches!(self.shape(e).strip(), Shape::Int(_));
        let (which, mutable) = match (name.as_str(), &args[..]) {
            ("first", []) => (Which::First, false),
            ("first_mut", []) => (Which::First, true),
            ("last", []) => (Which::Last, false),
            ("last_mut", []) => (Which::Last, true),
            ("get", [i]) if integer(i) => (Which::At(i), false),
            ("get_mut", [i]) if integer(i) => (Which::At(i), true),
            ("split_first", []) => (Which::SplitFirst, false),
            ("split_last", []) => (Which::SplitLast, false),
            ("split_first_mut", []) => (Which::SplitFirst, true),
            ("split_last_mut", []) => (Which::SplitLast, true),
            _ => return None,
        };
        let places = |t: &Shape| matches!(t, Shape::Place(_));
        let known = places(self.shape(recv).strip()) && element(&self.shape(recv)).is_known();
        known.then_some(Parted { recv, which, mutable, by_value: false })
    }

    /// Whether a pattern can be matched with a part by comparisons.
    pub(super) fn fits_part(&self, p: &Pat, part: &Parted, fits: &dyn Fn(&Pat, &Shape) -> bool) -> bool {
        match &p.kind {
            PatKind::Wild => true,
            PatKind::Variant(path, ps) => match &ps[..] {
                [p] if is_some(path) => fits(p, &self.payload_of(part)),
                _ => false,
            },
            _ => is_none(p),
        }
    }

    /// Whether the place of a part is at hand.
    pub(super) fn part_is_at_hand(&self, part: &Parted) -> bool {
        self.tainted(part.recv) || self.is_structured(part.recv)
    }

    fn payload_of(&self, part: &Parted) -> Shape {
        let elem = element(&self.shape(part.recv));
        let slice = elem.place().map_or(Shape::Unknown, |t| Shape::Place(PlaceTy::Slice(Box::new(t))));
        let reference = |s: Shape| Shape::Ref(part.mutable, Box::new(s));
        match part.which {
            _ if part.by_value => elem,
            Which::SplitFirst | Which::SplitLast => Shape::Tuple(vec![reference(elem), reference(slice)]),
            _ => reference(elem),
        }
    }

    /// Binds a pattern to a part; what is written through it is written to the place.
    pub(in super::super) fn bind_part(&mut self, p: &Pat, part: &Parted) {
        let PatKind::Variant(path, ps) = &p.kind else { return };
        let ([inner], true) = (&ps[..], is_some(path)) else { return };
        let shape = self.payload_of(part);
        let tainted = self.tainted(part.recv) && shape.may_carry();
        self.bind(inner, &shape, tainted);
        let Some(root) = walk::root(part.recv).filter(|_| part.mutable) else { return };
        let mut vars: Vec<Var> = Vec::new();
        walk::bound(inner, &mut |v| vars.push(v));
        for v in vars {
            if !self.aliases.contains(&(v, root)) {
                self.aliases.push((v, root));
                self.changed = true;
            }
        }
    }
}

impl Parted<'_> {
    fn is_split(&self) -> bool {
        matches!(self.which, Which::SplitFirst | Which::SplitLast)
    }
}

fn is_some(path: &syn::Path) -> bool {
    super::super::options::variant(path) == Some("Some")
}

fn is_none(p: &Pat) -> bool {
    let PatKind::Const(e) = &p.kind else { return false };
    matches!(&e.kind, ExprKind::Path(path) if super::super::options::variant(path) == Some("None"))
}

impl<'a> Lower<'a, '_> {
    /// What is matched, evaluated.
    pub(super) fn part_or_value(&mut self, e: &'a Expr, ty: Option<&Type>) -> Res<Val> {
        let Some(part) = self.facts.parted(e).filter(|p| self.facts.part_is_at_hand(p)) else {
            return self.expr(e, ty);
        };
        let loc = self.loc(part.recv)?;
        let place = self.view(loc);
        let place = if part.mutable { place } else { self.kept_place(place) };
        let len = self.push(Op::Len(place), Ty::usize());
        let zero = self.int(0, Ty::usize());
        let last = |s: &mut Self| {
            let one = s.int(1, Ty::usize());
            s.int_op(IntOp::WrappingSub, vec![len, one])
        };
        let index = match part.which {
            Which::First | Which::SplitFirst => zero,
            Which::Last | Which::SplitLast => last(self),
            Which::At(i) => self.typed(i, Ty::usize())?,
        };
        let args = if let Which::At(_) = part.which { [index, len] } else { [zero, len] };
        let present = self.push(Op::Cmp { op: CmpOp::Lt, args }, Ty::Bool);
        let left = match part.which {
            Which::SplitFirst => Some((Some(self.int(1, Ty::usize())), None)),
            Which::SplitLast => Some((None, Some(index))),
            _ => None,
        };
        let Parted { mutable, by_value, .. } = part;
        self.matching.parts.push(Part { place, index, present, mutable, by_value, left });
        Ok(Val::Part(self.matching.parts.len() - 1))
    }

    /// Whether an arm's pattern matches a part.
    pub(super) fn matches_part(&mut self, p: &'a Pat, id: usize) -> Res<Option<Value>> {
        let present = self.matching.parts.get(id).ok_or(Refused)?.present;
        match &p.kind {
            PatKind::Variant(_, ps) => match ps.first().filter(|inner| self.may_fail(inner)) {
                Some(inner) => self.both(Some(present), true, |s| {
                    let val = s.present_part(id)?;
                    s.matches(inner, &val)
                }),
                None => Ok(Some(present)),
            },
            _ => Ok(Some(self.push(Op::Int { op: IntOp::Not, args: vec![present] }, Ty::Bool))),
        }
    }

    /// A part that is there.
    pub(in super::super) fn present_part(&mut self, id: usize) -> Res<Val> {
        let part = self.matching.parts.get(id).cloned().ok_or(Refused)?;
        let Some(elem) = self.func.plc(part.place).ty.elem().cloned() else { return Err(Refused) };
        let loc = Loc { place: part.place, path: vec![Proj::Index(part.index)], ty: elem.clone() };
        let val = match (part.mutable, part.by_value) {
            (true, _) => {
                let place = self.new_view(loc);
                self.written(place);
                Val::PlaceRef(place, true)
            }
            (false, true) => self.load(loc)?,
            (false, false) => self.load(loc)?.by_reference(),
        };
        let Some((lo, hi)) = part.left else { return Ok(val) };
        let path = vec![Proj::Slice(lo, hi)];
        let left = self.new_view(Loc { place: part.place, path, ty: PlaceTy::Slice(Box::new(elem)) });
        if part.mutable {
            self.written(left);
        }
        Ok(Val::Tuple(vec![val, Val::PlaceRef(left, part.mutable)]))
    }
}
