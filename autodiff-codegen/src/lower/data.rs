//! Methods of arrays, slices and `Vec`s that change or take apart what they are called on: one table.

use super::facts::{Facts, element};
use super::shape::Shape;
use crate::hir::{Expr, ExprKind};
use crate::ir::PlaceTy;

/// What a method does with an array, slice or `Vec`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Data {
    /// `v.push(x)`
    Push,
    /// `v.extend_from_slice(&w)`
    ExtendFromSlice,
    /// `v.clone_from(&w)`
    CloneFrom,
    /// `v.extend(w)`, of what hands out the elements of an array, slice or `Vec`.
    Extend,
    /// `v.append(&mut w)`
    Append,
    /// `v.truncate(n)`
    Truncate,
    /// `v.clear()`
    Clear,
    /// `v.resize(n, x)`
    Resize,
    /// `v.insert(i, x)`
    Insert,
    /// `v.retain(f)`, which is a chain as well.
    Retain,
    /// `v.remove(i)`
    Remove,
    /// `v.swap_remove(i)`
    SwapRemove,
    /// `v.split_off(i)`
    SplitOff,
    /// `v.drain(a..b)`, which is a chain as well.
    Drain,
    /// `v.dedup()`
    Dedup,
    /// `v.dedup_by(f)`, `v.dedup_by_key(f)`
    DedupBy(bool),
    /// `v.extend_from_within(a..b)`
    ExtendFromWithin,
    /// `v.resize_with(n, f)`
    ResizeWith,
    /// `v.reserve(n)`, `v.shrink_to_fit()`: nothing that shows.
    Capacity,
    /// `a.fill(x)`
    Fill,
    /// `a.fill_with(f)`
    FillWith,
    /// `a.copy_within(a..b, i)`
    CopyWithin,
    /// `a.copy_from_slice(&b)`, `a.clone_from_slice(&b)`
    CopyFrom,
    /// `a.swap(i, j)`
    Swap,
    /// `a.swap_with_slice(&mut b)`
    SwapWith,
    /// `a.reverse()`
    Reverse,
    /// `a.rotate_left(k)`
    RotateLeft,
    /// `a.rotate_right(k)`
    RotateRight,
    /// `a.sort_by(|x, y| …)` and its kin
    Sort(Sorting),
    /// `a.select_nth_unstable_by(k, |x, y| …)`
    Select,
    /// `a.split_at(k)`, `a.split_at_mut(k)`
    SplitAt(bool),
    /// `a.as_mut_slice()`
    AsMutSlice,
    /// `[&a[..], &b[..]].concat()`, `rows.concat()`
    Concat,
    /// `a.repeat(n)`
    Repeat,
}

/// How a sort finds the order.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Sorting {
    /// `sort_by`
    By,
    /// `sort_unstable_by`
    UnstablyBy,
    /// `sort_by_key`
    ByKey,
    /// `sort_unstable_by_key`
    UnstablyByKey,
    /// `sort_by_cached_key`
    ByCachedKey,
}

impl Sorting {
    /// The method's name.
    pub fn name(self) -> &'static str {
        match self {
            Sorting::By => "sort_by",
            Sorting::UnstablyBy => "sort_unstable_by",
            Sorting::ByKey => "sort_by_key",
            Sorting::UnstablyByKey => "sort_unstable_by_key",
            Sorting::ByCachedKey => "sort_by_cached_key",
        }
    }

    /// Whether the function that it gets says a key of one element, and not how two compare.
    pub fn by_key(self) -> bool {
        !matches!(self, Sorting::By | Sorting::UnstablyBy)
    }
}

/// Name, number of arguments, whether only `Vec`s have it, what it is.
const TABLE: &[(&str, usize, bool, Data)] = &[
    ("push", 1, true, Data::Push),
    ("extend_from_slice", 1, true, Data::ExtendFromSlice),
    ("clone_from", 1, true, Data::CloneFrom),
    ("extend", 1, true, Data::Extend),
    ("append", 1, true, Data::Append),
    ("truncate", 1, true, Data::Truncate),
    ("clear", 0, true, Data::Clear),
    ("resize", 2, true, Data::Resize),
    ("insert", 2, true, Data::Insert),
    ("retain", 1, true, Data::Retain),
    ("remove", 1, true, Data::Remove),
    ("swap_remove", 1, true, Data::SwapRemove),
    ("split_off", 1, true, Data::SplitOff),
    ("drain", 1, true, Data::Drain),
    ("dedup", 0, true, Data::Dedup),
    ("dedup_by", 1, true, Data::DedupBy(false)),
    ("dedup_by_key", 1, true, Data::DedupBy(true)),
    ("extend_from_within", 1, true, Data::ExtendFromWithin),
    ("resize_with", 2, true, Data::ResizeWith),
    ("reserve", 1, true, Data::Capacity),
    ("reserve_exact", 1, true, Data::Capacity),
    ("shrink_to_fit", 0, true, Data::Capacity),
    ("fill", 1, false, Data::Fill),
    ("fill_with", 1, false, Data::FillWith),
    ("copy_within", 2, false, Data::CopyWithin),
    ("copy_from_slice", 1, false, Data::CopyFrom),
    ("clone_from_slice", 1, false, Data::CopyFrom),
    ("swap", 2, false, Data::Swap),
    ("swap_with_slice", 1, false, Data::SwapWith),
    ("reverse", 0, false, Data::Reverse),
    ("rotate_left", 1, false, Data::RotateLeft),
    ("rotate_right", 1, false, Data::RotateRight),
    ("sort_by", 1, false, Data::Sort(Sorting::By)),
    ("sort_unstable_by", 1, false, Data::Sort(Sorting::UnstablyBy)),
    ("sort_by_key", 1, false, Data::Sort(Sorting::ByKey)),
    ("sort_unstable_by_key", 1, false, Data::Sort(Sorting::UnstablyByKey)),
    ("sort_by_cached_key", 1, false, Data::Sort(Sorting::ByCachedKey)),
    ("select_nth_unstable_by", 2, false, Data::Select),
    ("split_at", 1, false, Data::SplitAt(false)),
    ("split_at_mut", 1, false, Data::SplitAt(true)),
    ("as_mut_slice", 0, false, Data::AsMutSlice),
    ("as_mut", 0, false, Data::AsMutSlice),
    ("concat", 0, false, Data::Concat),
    ("repeat", 1, false, Data::Repeat),
];

/// Classifies a method by its name, its arguments, and the shape that it is called on.
pub fn classify(facts: &Facts, recv: &Expr, name: &str, args: &[Expr]) -> Option<Data> {
    let (_, _, only_vec, data) = TABLE.iter().find(|(n, k, ..)| *n == name && *k == args.len())?;
    if let (Data::Concat, ExprKind::Array(es)) = (data, &recv.kind) {
        let part = |e: &Expr| element(&facts.shape(e)).is_known();
        return (!es.is_empty() && es.iter().all(part)).then_some(Data::Concat);
    }
    let Shape::Place(ty) = facts.shape(recv).strip().clone() else { return None };
    // A struct of the user's may have a method of any name: only what has elements is `std`'s.
    ty.elem()?;
    let vec = matches!(ty, PlaceTy::Vec(_));
    let rows = ty.elem().is_some_and(|t| t.elem().is_some());
    let sized = !matches!(data, Data::AsMutSlice) || name == "as_mut_slice" || !vec;
    let fits = (vec || !only_vec) && sized && (*data != Data::Concat || rows);
    match data {
        Data::Extend => {
            let from = args.first()?;
            let known = elements_of(facts, from).is_some() || super::chain::classify(facts, from).is_some();
            (fits && known).then_some(*data)
        }
        Data::Drain | Data::ExtendFromWithin | Data::CopyWithin => {
            let range = matches!(args.first()?.kind, ExprKind::Range { .. });
            (fits && range).then_some(*data)
        }
        // What moves elements about by numbers, or asks a closure about two of them.
        Data::Dedup | Data::DedupBy(_) | Data::Select => {
            let numbers = matches!(ty.elem(), Some(PlaceTy::Scalar(_)));
            (fits && numbers).then_some(*data)
        }
        _ => fits.then_some(*data),
    }
}

/// The array, slice or `Vec` whose elements an argument hands out in order: `&w`, `w.iter().copied()`.
pub fn elements_of<'a>(facts: &Facts, e: &'a Expr) -> Option<&'a Expr> {
    match &e.kind {
        ExprKind::Method { recv, name, args, .. }
            if args.is_empty() && ["iter", "into_iter", "copied", "cloned"].iter().any(|n| name == n) =>
        {
            elements_of(facts, recv)
        }
        _ => element(&facts.shape(e)).is_known().then_some(e),
    }
}

/// Whether an expression makes an empty `Vec`: `Vec::new()`, `Vec::with_capacity(n)`, `vec![]`.
pub fn is_new_vec(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Vec(es) => es.is_empty(),
        ExprKind::Call { path, qself: false, args } => {
            let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
            match &names[..] {
                [.., ty, name] if ty == "Vec" => {
                    (name == "new" && args.is_empty()) || (name == "with_capacity" && args.len() == 1)
                }
                _ => false,
            }
        }
        _ => false,
    }
}

impl Data {
    /// Whether it changes what it is called on.
    pub fn writes(self) -> bool {
        !matches!(self, Data::SplitAt(_) | Data::AsMutSlice | Data::Concat | Data::Repeat)
    }

    /// Whether it changes a length.
    pub fn resizes(self) -> bool {
        use Data::*;
        matches!(
            self,
            Push | ExtendFromSlice
                | CloneFrom
                | Extend
                | Append
                | Truncate
                | Clear
                | Resize
                | Insert
                | Retain
                | Remove
                | SwapRemove
                | SplitOff
                | Drain
                | Dedup
                | DedupBy(_)
                | ExtendFromWithin
                | ResizeWith
        )
    }

    /// The shape of the result.
    pub fn shape(self, facts: &Facts, recv: &Expr) -> Shape {
        let of = facts.shape(recv);
        let slice = |m: bool| match element(&of).elem_place() {
            Some(t) => Shape::Ref(m, Box::new(Shape::Place(PlaceTy::Slice(Box::new(t))))),
            None => Shape::Unknown,
        };
        match self {
            Data::SplitAt(m) => Shape::Tuple(vec![slice(m), slice(m)]),
            Data::AsMutSlice => slice(true),
            Data::Remove | Data::SwapRemove => element(&of),
            Data::SplitOff | Data::Repeat => match element(&of).elem_place() {
                Some(t) => Shape::Place(PlaceTy::Vec(Box::new(t))),
                None => Shape::Unknown,
            },
            Data::Select => {
                Shape::Tuple(vec![slice(true), Shape::Ref(true, Box::new(element(&of))), slice(true)])
            }
            Data::Drain => Shape::Unknown,
            Data::Concat => {
                let parts = match &recv.kind {
                    ExprKind::Array(es) => es.first().map_or(Shape::Unknown, |e| element(&facts.shape(e))),
                    _ => element(&element(&of)),
                };
                parts.elem_place().map_or(Shape::Unknown, |t| Shape::Place(PlaceTy::Vec(Box::new(t))))
            }
            _ => Shape::Unit,
        }
    }
}

/// What `unwrap`, `expect` or `unwrap_or` takes out of the `Option` that a method of a slice gives.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Pick {
    /// `first()`, `first_mut()`
    First,
    /// `last()`, `last_mut()`
    Last,
    /// `get(i)`, `get_mut(i)`
    Get,
    /// `pop()`
    Pop,
    /// `split_first()`, `split_first_mut()`
    SplitFirst,
    /// `split_last()`, `split_last_mut()`
    SplitLast,
}

/// `place.first().copied()` and its kin, under an `unwrap`.
#[derive(Clone, Copy, Debug)]
pub struct Picked<'a> {
    /// What is taken.
    pub pick: Pick,
    /// Out of what.
    pub place: &'a Expr,
    /// The index of `get`.
    pub index: Option<&'a Expr>,
    /// Whether the element may be written to.
    pub mutable: bool,
    /// `.copied()`, `.cloned()`
    pub owned: bool,
}

/// Looks at the receiver of an `unwrap`.
pub fn picked<'a>(facts: &Facts, e: &'a Expr) -> Option<Picked<'a>> {
    let ExprKind::Method { recv, name, args, .. } = &e.kind else { return None };
    let of = |pick, mutable| Picked { pick, place: recv, index: args.first(), mutable, owned: false };
    let found = match (name.to_string().as_str(), args.len()) {
        ("copied" | "cloned", 0) => {
            let inner = picked(facts, recv)?;
            let plain =
                !inner.mutable && !inner.owned && matches!(inner.pick, Pick::First | Pick::Last | Pick::Get);
            return plain.then_some(Picked { owned: true, ..inner });
        }
        ("first", 0) => of(Pick::First, false),
        ("first_mut", 0) => of(Pick::First, true),
        ("last", 0) => of(Pick::Last, false),
        ("last_mut", 0) => of(Pick::Last, true),
        ("get", 1) => of(Pick::Get, false),
        ("get_mut", 1) => of(Pick::Get, true),
        ("split_first", 0) => of(Pick::SplitFirst, false),
        ("split_last", 0) => of(Pick::SplitLast, false),
        ("split_first_mut", 0) => of(Pick::SplitFirst, true),
        ("split_last_mut", 0) => of(Pick::SplitLast, true),
        ("pop", 0) => Picked { owned: true, ..of(Pick::Pop, true) },
        _ => return None,
    };
    let shape = facts.shape(found.place);
    let Shape::Place(ty) = shape.strip() else { return None };
    let by_index = found.index.is_none_or(|i| {
        !matches!(i.kind, ExprKind::Range { .. }) && matches!(facts.shape(i).strip(), Shape::Int(_))
    });
    let vec = matches!(ty, PlaceTy::Vec(_)) || found.pick != Pick::Pop;
    (element(&shape).is_known() && by_index && vec).then_some(found)
}

impl Picked<'_> {
    /// Whether it is a number, by value or by shared reference.
    pub fn is_number(&self, facts: &Facts) -> bool {
        let one = matches!(self.pick, Pick::First | Pick::Last | Pick::Get) && !self.mutable;
        one && element(&facts.shape(self.place)).scalar().is_some()
    }

    /// The shape of what comes out.
    pub fn shape(&self, facts: &Facts) -> Shape {
        let elem = element(&facts.shape(self.place));
        let part = |s: Shape| Shape::Ref(self.mutable, Box::new(s));
        match self.pick {
            Pick::SplitFirst | Pick::SplitLast => match elem.elem_place() {
                Some(t) => Shape::Tuple(vec![part(elem), part(Shape::Place(PlaceTy::Slice(Box::new(t))))]),
                None => Shape::Unknown,
            },
            _ if self.owned => elem,
            _ => part(elem),
        }
    }
}
