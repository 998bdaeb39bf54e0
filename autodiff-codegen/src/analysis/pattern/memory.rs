//! What places hold, and the parts of them that paths lead to.

use super::*;

/// What a place, or a part of one, holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Data {
    /// A scalar.
    Cell(Cell),
    /// The elements of an array, slice, `Vec` or tuple, in order.
    List(Vec<Data>),
    /// Any number of anything that is not told apart.
    Any(Cell),
}

impl Data {
    /// Everything in it as one.
    pub fn summary(&self) -> Cell {
        let mut out: Option<Cell> = None;
        self.each(&mut |data| {
            if let Data::Cell(cell) | Data::Any(cell) = data {
                out = Some(out.take().map_or_else(|| cell.clone(), |o| o.join(cell)));
            }
        });
        out.unwrap_or_default()
    }

    /// All that anything in it depends on.
    pub fn all(&self) -> Set {
        self.summary().all()
    }

    /// Visits what is not a list.
    pub fn each(&self, f: &mut dyn FnMut(&Data)) {
        match self {
            Data::List(parts) => parts.iter().for_each(|part| part.each(f)),
            leaf => f(leaf),
        }
    }

    /// The same, to change it.
    pub fn each_mut(&mut self, f: &mut dyn FnMut(&mut Cell)) {
        match self {
            Data::List(parts) => parts.iter_mut().for_each(|part| part.each_mut(f)),
            Data::Cell(cell) | Data::Any(cell) => f(cell),
        }
    }

    /// Either of two.
    pub fn join(&self, other: &Data) -> Data {
        match (self, other) {
            (Data::Cell(a), Data::Cell(b)) => Data::Cell(a.join(b)),
            (Data::List(a), Data::List(b)) if a.len() == b.len() => {
                Data::List(a.iter().zip(b).map(|(a, b)| a.join(b)).collect())
            }
            // Nothing is in an empty list that could be joined.
            (Data::List(none), some) | (some, Data::List(none)) if none.is_empty() => {
                Data::Any(some.summary())
            }
            (a, b) => Data::Any(a.summary().join(&b.summary())),
        }
    }

    /// Adds to each number what is added: as sums do.
    fn add(&mut self, src: &Data) {
        match (self, src) {
            (Data::List(own), Data::List(src)) if own.len() == src.len() => {
                own.iter_mut().zip(src).for_each(|(own, src)| own.add(src));
            }
            (own, src) => {
                let on = src.all();
                own.each_mut(&mut |cell| cell.on = cell.on.union(&on));
            }
        }
    }

    /// The same shape, all zero.
    pub fn zero(&self) -> Data {
        let mut out = self.clone();
        out.each_mut(&mut |cell| *cell = Cell::default());
        out
    }

    /// How many leaves it has: what it costs to copy.
    pub fn len(&self) -> usize {
        match self {
            Data::List(parts) => parts.iter().map(Data::len).sum(),
            _ => 1,
        }
    }
}

/// What a place stands for: a part of a root.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    root: Place,
    /// The indices that lead to it.
    path: Vec<usize>,
    /// Of the list there, these elements: the first, and how many.
    window: Option<(usize, usize)>,
    /// It may be any part of what is there.
    any: bool,
}

impl Run<'_> {
    /// A root comes to life.
    pub(super) fn make(&mut self, p: Place, data: Data) {
        self.heap[p.0 as usize] = Some(Rc::new(data));
        self.bound[p.0 as usize] = Some(Bound { root: p, path: Vec::new(), window: None, any: false });
    }

    /// A place becomes a part of another one.
    pub(super) fn bind(&mut self, p: Place, bound: Bound) {
        self.bound[p.0 as usize] = Some(bound);
    }

    /// Follows a path.
    pub(super) fn project(&self, place: Place, path: &[Proj]) -> Bound {
        let root = Bound { root: place, path: Vec::new(), window: None, any: true };
        let mut bound = self.bound[place.0 as usize].clone().unwrap_or(root);
        for step in path {
            let len = match self.node(&bound) {
                Some(Data::List(parts)) if !bound.any => parts.len(),
                _ => {
                    bound.any = true;
                    break;
                }
            };
            let (start, len) = bound.window.unwrap_or((0, len));
            let index = match step {
                Proj::Index(v) => self.size(*v),
                Proj::Field(i) => Some(*i as usize),
                Proj::Slice(lo, hi) => {
                    let lo = lo.map_or(Some(0), |v| self.size(v));
                    let hi = hi.map_or(Some(len), |v| self.size(v));
                    match (lo, hi) {
                        (Some(lo), Some(hi)) if lo <= hi && hi <= len => {
                            bound.window = Some((start + lo, hi - lo));
                            continue;
                        }
                        _ => None,
                    }
                }
                Proj::At(..) | Proj::Member(..) | Proj::Deref => None,
            };
            match index.filter(|i| *i < len) {
                Some(i) => {
                    bound.path.push(start + i);
                    bound.window = None;
                }
                None => {
                    bound.any = true;
                    break;
                }
            }
        }
        bound
    }

    /// What is there, without regard to the window.
    fn node(&self, bound: &Bound) -> Option<&Data> {
        let mut data = self.heap[bound.root.0 as usize].as_deref()?;
        for i in &bound.path {
            match data {
                Data::List(parts) => data = parts.get(*i)?,
                other => return Some(other),
            }
        }
        Some(data)
    }

    fn node_mut(&mut self, bound: &Bound) -> Option<&mut Data> {
        let mut data = Rc::make_mut(self.heap[bound.root.0 as usize].as_mut()?);
        for i in &bound.path {
            match data {
                Data::List(parts) => data = parts.get_mut(*i)?,
                other => return Some(other),
            }
        }
        Some(data)
    }

    /// What is at the end of a path; one for all, if it may be anything.
    pub(super) fn read_at(&self, bound: &Bound) -> Data {
        match (self.node(bound), bound.window) {
            // No path leads out of what is there in a program that runs; anything, if one did.
            (None, _) => {
                Data::Any(self.heap[bound.root.0 as usize].as_ref().map(|d| d.summary()).unwrap_or_default())
            }
            (Some(data), _) if bound.any => Data::Any(data.summary()),
            (Some(Data::List(parts)), Some((start, n))) => match parts.get(start..start + n) {
                Some(parts) => Data::List(parts.to_vec()),
                None => Data::Any(Data::List(parts.clone()).summary()),
            },
            (Some(data), _) => data.clone(),
        }
    }

    /// What a place holds.
    pub(super) fn read(&self, p: Place) -> Data {
        self.read_at(&self.project(p, &[]))
    }

    /// How many elements a place has, if that is known.
    pub(super) fn len(&self, p: Place) -> Option<usize> {
        let bound = self.project(p, &[]);
        match self.node(&bound) {
            Some(Data::List(parts)) if !bound.any => Some(bound.window.map_or(parts.len(), |(_, n)| n)),
            _ => None,
        }
    }

    /// Whatever may be there now may be `cell` as well.
    pub(super) fn may_be(&mut self, bound: &Bound, cell: &Cell) {
        if let Some(data) = self.node_mut(bound) {
            data.each_mut(&mut |own| *own = own.join(cell));
        }
    }

    /// Overwrites what is at the end of a path.
    pub(super) fn write(&mut self, bound: &Bound, data: Data) -> Result<(), Unknown> {
        self.step(data.len() / 16)?;
        let summary = data.summary();
        let (any, window, whole) = (bound.any, bound.window, bound.path.is_empty());
        match (self.node_mut(bound), window, data) {
            (Some(Data::List(own)), Some((start, n)), Data::List(parts)) if !any && parts.len() == n => {
                if let Some(own) = own.get_mut(start..start + n) {
                    own.clone_from_slice(&parts);
                    return Ok(());
                }
            }
            (Some(own), None, data) if !any && (whole || !matches!(own, Data::Any(_))) => {
                *own = data;
                return Ok(());
            }
            _ => {}
        }
        self.may_be(bound, &summary);
        Ok(())
    }

    /// Adds to what is at the end of a path.
    pub(super) fn add(&mut self, bound: &Bound, src: &Data) -> Result<(), Unknown> {
        self.step(src.len() / 16)?;
        let (any, window) = (bound.any, bound.window);
        let Some(own) = self.node_mut(bound) else { return Ok(()) };
        let own = match (own, window, src) {
            (Data::List(own), Some((start, n)), Data::List(src)) if !any && src.len() == n => {
                if let Some(own) = own.get_mut(start..start + n) {
                    own.iter_mut().zip(src).for_each(|(own, src)| own.add(src));
                    return Ok(());
                }
                return Ok(());
            }
            (own, _, _) => own,
        };
        match any || window.is_some() {
            true => own.add(&Data::Any(src.summary())),
            false => own.add(src),
        }
        Ok(())
    }

    /// The whole list that a place is, to make it longer or shorter.
    pub(super) fn list(&mut self, p: Place) -> Option<&mut Vec<Data>> {
        let bound = self.project(p, &[]);
        if bound.any || bound.window.is_some() {
            return None;
        }
        match self.node_mut(&bound) {
            Some(Data::List(parts)) => Some(parts),
            _ => None,
        }
    }

    /// A place becomes one of which only this is known.
    pub(super) fn lose(&mut self, p: Place, cell: &Cell) {
        let bound = self.project(p, &[]);
        if let Some(data) = self.node_mut(&bound) {
            *data = Data::Any(data.summary().join(cell));
        }
    }

    /// What a place of this type holds, all of it `cell`.
    pub(super) fn shape(&self, ty: &PlaceTy, cell: &Cell) -> Data {
        match ty {
            PlaceTy::Scalar(_) | PlaceTy::Cell => Data::Cell(cell.clone()),
            PlaceTy::Array(t, n) => match self.length(n) {
                Some(n) => Data::List(vec![self.shape(t, cell); n]),
                None => Data::Any(cell.clone()),
            },
            PlaceTy::Tuple(ts) => Data::List(ts.iter().map(|t| self.shape(t, cell)).collect()),
            PlaceTy::Slice(_) | PlaceTy::Vec(_) | PlaceTy::User(_) | PlaceTy::Unknown => {
                Data::Any(cell.clone())
            }
        }
    }

    /// The length of an array, if it is known, and one that can be followed.
    pub(super) fn length(&self, n: &Len) -> Option<usize> {
        let n = match n {
            Len::Known(n) => *n,
            Len::Expr(code) => self.constant(code).and_then(|n| usize::try_from(n).ok())?,
        };
        (n as u64 <= MOST_STEPS).then_some(n)
    }

    pub(super) fn constant(&self, code: &proc_macro2::TokenStream) -> Option<i128> {
        (self.constant)(&code.to_string().replace(' ', ""))
    }
}
