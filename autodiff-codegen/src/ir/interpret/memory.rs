//! What the operations on places do.

use super::heap::{Bound, Cell, Part, out_of_range};
use super::*;

impl Frame {
    pub(super) fn bound(&self, p: Place) -> Result<&Bound, Trap> {
        let slot = self.places.get(p.0 as usize).and_then(Option::as_ref);
        slot.ok_or_else(|| invalid(format!("@{} is used before it is made", p.0)))
    }

    pub(super) fn part(&self, p: Place) -> Result<&Part, Trap> {
        match self.bound(p)? {
            Bound::Part(p) => Ok(p),
            Bound::Tuple(_) => Err(invalid(format!("@{} is a tuple", p.0))),
        }
    }

    pub(super) fn bind(&mut self, p: Place, bound: Bound) {
        if let Some(slot) = self.places.get_mut(p.0 as usize) {
            *slot = Some(bound);
        }
    }

    /// Follows a path.
    fn project(&self, place: Place, path: &[Proj]) -> Result<Bound, Trap> {
        let mut cur = self.bound(place)?.clone();
        for step in path {
            cur = match (cur, step) {
                (Bound::Tuple(ts), Proj::Field(i)) => {
                    ts.into_iter().nth(*i as usize).ok_or_else(|| invalid("no such field"))?
                }
                // A tuple of numbers lies in memory like an array.
                (Bound::Part(p), Proj::Field(i)) => Bound::Part(index(p, i128::from(*i))?),
                (Bound::Part(p), Proj::Index(i)) => Bound::Part(index(p, self.int(*i)?)?),
                (Bound::Part(p), Proj::Slice(lo, hi)) => {
                    let lo = lo.map_or(Ok(0), |v| self.int(v))?;
                    let hi = hi.map(|v| self.int(v)).transpose()?;
                    Bound::Part(slice(p, lo, hi)?)
                }
                _ => return Err(invalid("a path that doesn't fit its place")),
            };
        }
        Ok(cur)
    }

    fn element(&self, place: Place, path: &[Proj]) -> Result<Part, Trap> {
        match self.project(place, path)? {
            Bound::Part(p) => Ok(p),
            Bound::Tuple(_) => Err(invalid("a path ends at a tuple")),
        }
    }
}

fn index(mut p: Part, i: i128) -> Result<Part, Trap> {
    if p.dims.is_empty() {
        return Err(invalid("an index into a scalar"));
    }
    let n = p.dims.remove(0);
    let at = usize::try_from(i).ok().filter(|i| *i < n).ok_or_else(|| out_of_range(i, n))?;
    p.offset += at * p.len();
    Ok(p)
}

fn slice(mut p: Part, lo: i128, hi: Option<i128>) -> Result<Part, Trap> {
    let Some(&n) = p.dims.first() else { return Err(invalid("a slice of a scalar")) };
    let hi = hi.unwrap_or(n as i128);
    let end = usize::try_from(hi).ok().filter(|h| *h <= n).ok_or_else(|| out_of_range(hi, n))?;
    let start = usize::try_from(lo).ok().filter(|l| *l <= end).ok_or_else(|| out_of_range(lo, end))?;
    p.offset += start * p.dims[1..].iter().product::<usize>();
    p.dims[0] = end - start;
    Ok(p)
}

/// The lengths of the arrays within a type, from the outside in.
fn lengths(ty: &PlaceTy, out: &mut Vec<usize>) -> Result<(), Trap> {
    match ty {
        PlaceTy::Array(t, Len::Known(n)) => {
            out.push(*n);
            lengths(t, out)
        }
        PlaceTy::Array(_, Len::Expr(e)) => Err(invalid(format!("length {e} is not known"))),
        PlaceTy::Slice(_) | PlaceTy::Vec(_) => Err(invalid(format!("the length of {ty} is not known"))),
        PlaceTy::Tuple(ts) if ts.iter().all(|t| matches!(t, PlaceTy::Scalar(t) if t.is_float())) => {
            out.push(ts.len());
            Ok(())
        }
        PlaceTy::Tuple(_) => Err(invalid(format!("tuples with arrays or integers in them: {ty}"))),
        PlaceTy::Scalar(_) | PlaceTy::Cell | PlaceTy::User(_) | PlaceTy::Unknown => Ok(()),
    }
}

fn zero_of(ty: &Ty) -> Scalar {
    match ty {
        Ty::Float(FloatTy::Lanes(_)) => Scalar::Lanes([0.0; LANES]),
        Ty::Float(_) => Scalar::Float(0.0),
        Ty::Int(_) => Scalar::Int(0),
        Ty::Bool => Scalar::Bool(false),
        Ty::Opaque | Ty::Pullback | Ty::Snapshot => Scalar::None,
    }
}

impl<'p> Interp<'p> {
    pub(super) fn memory(&mut self, func: &'p Func, fr: &mut Frame, stmt: &Stmt) -> Result<(), Trap> {
        match &stmt.op {
            Op::Load { place, path, again } => {
                return self.load(func, fr, stmt, (*place, path, again.is_some()));
            }
            Op::Store { place, path, value } => {
                let at = fr.element(*place, path)?;
                self.heap.one(&at)?;
                self.heap.set(&at, vec![fr.get(*value)?.clone()])?;
            }
            Op::Accum { place, path, value } => {
                let at = fr.element(*place, path)?;
                let sum = self.sum(&self.heap.one(&at)?.0, fr.get(*value)?, func.ty(*value))?;
                self.heap.set(&at, vec![sum])?;
            }
            Op::Alloc { place, init } => {
                let bound = self.init(func, fr, *place, init)?;
                fr.bind(*place, bound);
            }
            Op::View { place, base, path } => {
                let bound = fr.project(*base, path)?;
                fr.bind(*place, bound);
            }
            Op::CopyPlace { dst, src } => {
                let (d, s) = (fr.part(*dst)?.clone(), fr.part(*src)?.clone());
                self.heap.set_copy(&d, &s)?;
            }
            Op::AddPlace { dst, src } => {
                let (d, s) = (fr.bound(*dst)?.clone(), fr.bound(*src)?.clone());
                self.add(func, *dst, &d, &s)?;
            }
            Op::Zero(p) => {
                let part = fr.part(*p)?.clone();
                let zeros = self.heap.values(&part)?.iter().map(heap::zero).collect();
                self.heap.set(&part, zeros)?;
            }
            Op::Swap { a, b } => self.swap(func, fr, *a, *b)?,
            Op::Append { place, src, count } => {
                let row = fr.part(*src)?.clone();
                let values = self.heap.values(&row)?;
                let (n, dims) = match count {
                    Some(_) => (row.dims[0], &row.dims[1..]),
                    None => (1, &row.dims[..]),
                };
                self.grow(fr, *place, n, dims, values)?;
            }
            Op::Resize { place, to, .. } => {
                let to = usize::try_from(fr.int(*to)?).map_err(|_| invalid("a negative length"))?;
                self.resize(func, fr, *place, to)?;
            }
            _ => return self.measure(func, fr, stmt),
        }
        Ok(())
    }

    fn swap(&mut self, func: &Func, fr: &mut Frame, a: Place, b: Place) -> Result<(), Trap> {
        let (x, y) = (fr.part(a)?.clone(), fr.part(b)?.clone());
        if x.len() != y.len() {
            let whole = [a, b].iter().all(|p| func.plc(*p).kind == PlaceKind::Local);
            if !whole {
                return Err(invalid("two parts of different lengths are swapped"));
            }
            fr.bind(a, Bound::Part(y));
            fr.bind(b, Bound::Part(x));
            return Ok(());
        }
        let (one, other) =
            (self.heap.copy(&Bound::Part(x.clone()))?, self.heap.copy(&Bound::Part(y.clone()))?);
        let (Bound::Part(one), Bound::Part(other)) = (one, other) else { return Ok(()) };
        self.heap.set_copy(&x, &other)?;
        self.heap.set_copy(&y, &one)
    }

    /// Appends `n` elements of these lengths to a root.
    fn grow(
        &mut self,
        fr: &mut Frame,
        place: Place,
        n: usize,
        dims: &[usize],
        values: Vec<Scalar>,
    ) -> Result<(), Trap> {
        let version = self.heap.write();
        let Some(Some(Bound::Part(p))) = fr.places.get_mut(place.0 as usize) else {
            return Err(invalid("something is appended to no `Vec`"));
        };
        if p.offset != 0 || p.len() != self.heap.objects[p.object].len() {
            return Err(invalid("a part of something grows"));
        }
        let before = p.dims.first().copied().unwrap_or(0);
        if before > 0 && p.dims[1..] != *dims {
            return Err(invalid("rows of different lengths"));
        }
        p.dims = std::iter::once(before + n).chain(dims.iter().copied()).collect();
        self.heap.objects[p.object].extend(values.into_iter().map(|value| Cell { value, version }));
        Ok(())
    }

    fn resize(&mut self, func: &Func, fr: &mut Frame, place: Place, to: usize) -> Result<(), Trap> {
        let ty = func.plc(place).ty.clone();
        let mut rest = fr.part(place)?.dims.get(1..).unwrap_or_default().to_vec();
        let before = fr.part(place)?.dims.first().copied().unwrap_or(0);
        if rest.is_empty() {
            ty.elem().map_or(Ok(()), |t| lengths(t, &mut rest))?;
        }
        if to > before {
            let n = (to - before) * rest.iter().product::<usize>();
            let zero = ty.scalar().map_or(Scalar::None, zero_of);
            return self.grow(fr, place, to - before, &rest, vec![zero; n]);
        }
        self.grow(fr, place, 0, &rest, Vec::new())?;
        if let Some(Some(Bound::Part(p))) = fr.places.get_mut(place.0 as usize) {
            p.dims[0] = to;
            let n = p.len();
            self.heap.objects[p.object].truncate(n);
        }
        Ok(())
    }

    /// Lengths, sums, and growing buffers.
    fn measure(&mut self, func: &'p Func, fr: &mut Frame, stmt: &Stmt) -> Result<(), Trap> {
        match &stmt.op {
            Op::Len(p) => {
                let n = fr.part(*p)?.dims.first().copied().ok_or_else(|| invalid("length of a scalar"))?;
                fr.set(stmt.results[0], Scalar::Int(n as i128));
            }
            Op::SumPlace(p) => {
                let ty = func.ty(stmt.results[0]);
                // Where std's starts.
                let start = if ty.is_lanes() { Scalar::Lanes([-0.0; LANES]) } else { Scalar::Float(-0.0) };
                let values = self.heap.values(fr.part(*p)?)?;
                let sum = values.iter().try_fold(start, |sum, x| self.sum(&sum, x, ty))?;
                fr.set(stmt.results[0], sum);
            }
            Op::DotPlaces(a, b) => {
                let ty = func.ty(stmt.results[0]);
                let (a, b) = (self.heap.values(fr.part(*a)?)?, self.heap.values(fr.part(*b)?)?);
                if a.len() != b.len() {
                    return Err(invalid("a scalar product of rows of two lengths"));
                }
                let mut sum = Scalar::Float(0.0);
                for (x, y) in a.iter().zip(&b) {
                    let product = Scalar::Float(self.round(x.float()? * y.float()?, ty));
                    sum = self.sum(&sum, &product, ty)?;
                }
                fr.set(stmt.results[0], sum);
            }
            Op::Snapshot { place, zero } => {
                let data = self.heap.data(fr.bound(*place)?)?;
                let data = if *zero { heap::zero_data(&data) } else { data };
                fr.set(stmt.results[0], Scalar::Snapshot(Rc::new(data)));
            }
            Op::Push { place, value } => {
                let value = fr.get(*value)?.clone();
                let version = self.heap.write();
                let Some(Some(Bound::Part(p))) = fr.places.get_mut(place.0 as usize) else {
                    return Err(invalid("a push to no buffer"));
                };
                if p.offset != 0 || p.len() != self.heap.objects[p.object].len() {
                    return Err(invalid("a part of something grows"));
                }
                p.dims = vec![p.len() + 1];
                self.heap.objects[p.object].push(Cell { value, version });
            }
            Op::Pop(place) => {
                let Some(Some(Bound::Part(p))) = fr.places.get_mut(place.0 as usize) else {
                    return Err(invalid("a pop off no buffer"));
                };
                let last = self.heap.objects[p.object].pop();
                let last = last.ok_or_else(|| invalid("a pop off an empty buffer"))?;
                p.dims = vec![p.len() - 1];
                fr.set(stmt.results[0], last.value);
            }
            op => return Err(invalid(format!("{} is no memory operation", op.kind_name()))),
        }
        Ok(())
    }

    fn load(
        &mut self,
        func: &'p Func,
        fr: &mut Frame,
        stmt: &Stmt,
        (place, path, again): (Place, &[Proj], bool),
    ) -> Result<(), Trap> {
        let at = fr.element(place, path)?;
        let (value, version) = self.heap.one(&at)?;
        let result = stmt.results[0];
        if let Bound::Part(root) = fr.bound(func.root(place))? {
            let cell = at.offset.wrapping_sub(root.offset);
            let plan = fr.plan.clone();
            if again {
                fr.records
                    .check(&plan, result, cell, version)
                    .map_err(|why| Trap::Stale(format!("{}: the cell {why}", func.show_stmt(stmt))))?;
            }
            fr.records.loaded(&plan, result, cell, version);
        }
        fr.set(result, value);
        Ok(())
    }

    fn init(&mut self, func: &Func, fr: &Frame, place: Place, init: &Init) -> Result<Bound, Trap> {
        let ty = &func.plc(place).ty;
        let size = |v: Value| -> Result<usize, Trap> {
            usize::try_from(fr.int(v)?).map_err(|_| Trap::Panic("a negative length".into()))
        };
        let elem = ty.scalar().map_or(Scalar::None, zero_of);
        let mut dims = Vec::new();
        match init {
            Init::Zeros | Init::None => lengths(ty, &mut dims)?,
            Init::ZerosLen(n) | Init::Fill(_, Some(n)) => {
                dims.push(size(*n)?);
                ty.elem().map_or(Ok(()), |t| lengths(t, &mut dims))?;
            }
            Init::Fill(_, None) => lengths(ty, &mut dims)?,
            Init::Empty | Init::Buffer(..) => dims.push(0),
            Init::Elems(vs) => {
                let values = fr.get_all(vs)?;
                return Ok(self.heap.make(vec![vs.len()], values));
            }
            Init::Rows(ps) => {
                let mut values = Vec::new();
                dims.push(ps.len());
                for (i, p) in ps.iter().enumerate() {
                    let part = fr.part(*p)?;
                    if i > 0 && dims[1..] != part.dims[..] {
                        return Err(invalid("rows of different lengths"));
                    }
                    dims.truncate(1);
                    dims.extend(&part.dims);
                    values.extend(self.heap.values(part)?);
                }
                return Ok(self.heap.make(dims, values));
            }
            Init::Repeat(p, n) => {
                let row = fr.part(*p)?.clone();
                let n = match (n, ty) {
                    (Some(n), _) => size(*n)?,
                    (None, PlaceTy::Array(_, Len::Known(n))) => *n,
                    _ => return Err(invalid("a length that is not known")),
                };
                let values = self.heap.values(&row)?;
                let all = std::iter::repeat_n(values, n).flatten().collect();
                return Ok(self.heap.make(std::iter::once(n).chain(row.dims).collect(), all));
            }
            Init::Copy(p) => return self.heap.copy(fr.bound(*p)?),
            Init::Later(_) | Init::Fields { .. } => return Err(invalid("a struct of the user's")),
            Init::Given(_) | Init::Lent(_) => {
                return Err(invalid("memory that only rustc knows the size of"));
            }
            Init::Restore(v) => {
                let Scalar::Snapshot(data) = fr.get(*v)? else { return Err(invalid("no snapshot")) };
                return Ok(self.heap.make_data(data));
            }
            Init::ZeroLike(p) => {
                let zeros = heap::zero_data(&self.heap.data(fr.bound(*p)?)?);
                let zeros = if matches!(elem, Scalar::Lanes(_)) { heap::in_lanes(&zeros) } else { zeros };
                return Ok(self.heap.make_data(&zeros));
            }
        }
        let value = if let Init::Fill(v, _) = init { fr.get(*v)?.clone() } else { elem };
        let n = dims.iter().product();
        Ok(self.heap.make(dims, vec![value; n]))
    }

    /// The sum of two floats, or of lanes.
    fn sum(&self, a: &Scalar, b: &Scalar, ty: &Ty) -> Result<Scalar, Trap> {
        let one = |a: &Scalar, b: &Scalar| Ok(Scalar::Float(self.round(a.float()? + b.float()?, ty)));
        match (a, b) {
            (Scalar::Lanes(_), Scalar::Lanes(_)) => Scalar::lanes(|lane| one(&a.lane(lane), &b.lane(lane))),
            _ => one(a, b),
        }
    }

    /// `dst += src`
    pub(super) fn add(&mut self, func: &Func, place: Place, dst: &Bound, src: &Bound) -> Result<(), Trap> {
        match (dst, src) {
            (Bound::Part(d), Bound::Part(s)) => {
                let ty = func.plc(place).ty.scalar().cloned().unwrap_or(Ty::Float(FloatTy::Unknown));
                let (a, b) = (self.heap.values(d)?, self.heap.values(s)?);
                if a.len() != b.len() {
                    return Err(Trap::Panic(format!("{} elements onto {}", b.len(), a.len())));
                }
                let sums = a.iter().zip(&b).map(|(a, b)| match a {
                    Scalar::Float(_) | Scalar::Lanes(_) => self.sum(a, b, &ty),
                    a => Ok(a.clone()),
                });
                let sums = sums.collect::<Result<_, Trap>>()?;
                self.heap.set(d, sums)
            }
            (Bound::Tuple(ds), Bound::Tuple(ss)) if ds.len() == ss.len() => {
                ds.iter().zip(ss).try_for_each(|(d, s)| self.add(func, place, d, s))
            }
            _ => Err(invalid("two shapes are added")),
        }
    }

    /// Binds a parameter to data of its own.
    pub(super) fn bind_data(
        &mut self,
        func: &Func,
        fr: &mut Frame,
        kind: &ParamKind,
        data: &Data,
    ) -> Result<(), Trap> {
        match (kind, data) {
            (ParamKind::Scalar(v, _), Data::Scalar(Scalar::Float(x))) => {
                fr.set(*v, Scalar::Float(self.round(*x, func.ty(*v))));
            }
            (ParamKind::Scalar(v, _), Data::Scalar(Scalar::Lanes(xs))) => {
                fr.set(*v, Scalar::Lanes(xs.map(|x| self.round(x, func.ty(*v)))));
            }
            (ParamKind::Scalar(v, _), Data::Scalar(s)) => fr.set(*v, s.clone()),
            (ParamKind::Place(p, _), data) => {
                let bound = self.heap.make_data(data);
                fr.bind(*p, bound);
            }
            (ParamKind::Tuple(ks, _), Data::Tuple(ds)) if ks.len() == ds.len() => {
                ks.iter().zip(ds).try_for_each(|(k, d)| self.bind_data(func, fr, k, d))?;
            }
            (ParamKind::Opaque, _) => {}
            _ => return Err(invalid(format!("{data:?} for {kind:?}"))),
        }
        Ok(())
    }

    pub(super) fn param_data(&self, fr: &Frame, kind: &ParamKind) -> Result<Data, Trap> {
        match kind {
            ParamKind::Scalar(v, _) => Ok(Data::Scalar(fr.get(*v)?.clone())),
            ParamKind::Place(p, _) => self.heap.data(fr.bound(*p)?),
            ParamKind::Tuple(ks, _) => {
                ks.iter().map(|k| self.param_data(fr, k)).collect::<Result<_, _>>().map(Data::Tuple)
            }
            ParamKind::Opaque => Ok(Data::Unit),
        }
    }

    pub(super) fn ret_data(&self, func: &Func, fr: &Frame, ret: &Ret) -> Result<Data, Trap> {
        match ret {
            Ret::Unit => Ok(Data::Unit),
            Ret::Scalar(i) => {
                let v = func.body.yields.get(*i).ok_or_else(|| invalid("no such yield"))?;
                Ok(Data::Scalar(fr.get(*v)?.clone()))
            }
            Ret::Place(p) => self.heap.data(fr.bound(*p)?),
            Ret::Tuple(ts) => {
                ts.iter().map(|t| self.ret_data(func, fr, t)).collect::<Result<_, _>>().map(Data::Tuple)
            }
        }
    }
}
