//! What the statements without regions do.

use super::*;

impl Run<'_> {
    pub(super) fn statement(&mut self, stmt: &Stmt) -> Result<(), Unknown> {
        match &stmt.op {
            Op::Const(_)
            | Op::Elem { .. }
            | Op::Int { .. }
            | Op::Cmp { .. }
            | Op::Cast(_)
            | Op::AssertFloat(_)
            | Op::Len(_)
            | Op::Trips(_) => {
                let cell = self.scalar(stmt);
                self.pass(vec![cell], &stmt.results);
            }
            Op::Alloc { place, init } => {
                let data = self.init(*place, init);
                self.step(data.len() / 16)?;
                self.make(*place, data);
            }
            Op::View { place, base, path } => {
                let bound = self.project(*base, path);
                self.bind(*place, bound);
            }
            Op::Call { .. }
            | Op::CallForward { .. }
            | Op::CallReverse { .. }
            | Op::CallAtOnce { .. }
            | Op::CallTangent { .. } => {
                self.call(stmt);
            }
            Op::Opaque { .. } | Op::Exit { .. } => self.unseen(stmt),
            _ => self.memory(stmt)?,
        }
        Ok(())
    }

    /// What a scalar operation gives.
    fn scalar(&self, stmt: &Stmt) -> Cell {
        let ty = stmt.results.first().map(|v| self.func.ty(*v));
        let known = |scalar: Option<Scalar>| scalar.map_or_else(Cell::default, Cell::scalar);
        let int = |n: Option<usize>| known(n.map(|n| Scalar::Int(n as i128)));
        match &stmt.op {
            Op::Const(Const::Int(i)) => Cell::scalar(Scalar::Int(*i)),
            Op::Const(Const::Bool(b)) => Cell::scalar(Scalar::Bool(*b)),
            Op::Const(Const::Path(path)) if ty.is_some_and(Ty::is_int) => {
                known(self.constant(path).map(Scalar::Int))
            }
            Op::Len(p) => int(self.len(*p)),
            Op::Trips(range) => known(self.trips(range).map(|(_, _, trips)| Scalar::Int(trips))),
            op => match (self.known_scalar(op), ty) {
                (Some(scalar), Some(ty)) => known(scalar.of_integers(ty)),
                (_, Some(Ty::Float(_))) => {
                    let sets = op.values().into_iter().map(|v| self.get(v).on.clone());
                    Cell::of(sets.fold(Set::default(), |all, set| all.union(&set)))
                }
                _ => Cell::default(),
            },
        }
    }

    /// An operation on integers and booleans that are all known.
    fn known_scalar<'a>(&self, op: &'a Op) -> Option<Integers<'a>> {
        let scalar = |v: &Value| match &self.get(*v).known {
            Known::Scalar(scalar) => Some(scalar.clone()),
            _ => None,
        };
        let args = match op {
            Op::Int { args, .. } => args.iter().map(scalar).collect::<Option<Vec<_>>>()?,
            Op::Cmp { args, .. } => args.iter().map(scalar).collect::<Option<Vec<_>>>()?,
            Op::Cast(v) => vec![scalar(v)?],
            _ => return None,
        };
        Some(Integers { op, args })
    }

    fn init(&self, place: Place, init: &Init) -> Data {
        let ty = &self.func.plc(place).ty;
        let several = |element: Data, n: Option<usize>| match n.filter(|n| *n as u64 <= MOST_STEPS) {
            Some(n) => Data::List(vec![element; n]),
            None => Data::Any(element.summary()),
        };
        let element = |cell: &Cell| match ty.elem() {
            Some(ty) => self.shape(ty, cell),
            None => Data::Any(cell.clone()),
        };
        let zero = Cell::default();
        match init {
            Init::Zeros | Init::None | Init::Later(_) => self.shape(ty, &zero),
            Init::ZerosLen(n) => several(element(&zero), self.size(*n)),
            Init::Fill(v, None) => self.shape(ty, self.get(*v)),
            Init::Fill(v, Some(n)) => several(element(self.get(*v)), self.size(*n)),
            Init::Empty | Init::Buffer(..) => Data::List(Vec::new()),
            Init::Elems(vs) => Data::List(self.cells(vs).into_iter().map(Data::Cell).collect()),
            Init::Rows(ps) => Data::List(ps.iter().map(|p| self.read(*p)).collect()),
            Init::Repeat(p, n) => {
                let n = match (n, ty) {
                    (Some(n), _) => self.size(*n),
                    (None, PlaceTy::Array(_, n)) => self.length(n),
                    _ => None,
                };
                several(self.read(*p), n)
            }
            Init::Copy(p) => self.read(*p),
            Init::ZeroLike(p) => self.read(*p).zero(),
            Init::Restore(v) => match &self.get(*v).known {
                Known::Snapshot(data) => (**data).clone(),
                _ => Data::Any(self.get(*v).clone()),
            },
            Init::Given(v) | Init::Lent(v) => Data::Any(self.get(*v).clone()),
            Init::Fields { fields, rest, .. } => {
                let parts = fields.iter().map(|(_, part)| match part {
                    Part::Value(v) => self.get(*v).all(),
                    Part::Place(p) => self.read(*p).all(),
                });
                let rest = rest.iter().map(|p| self.read(*p).all());
                Data::Any(Cell::of(parts.chain(rest).fold(Set::default(), |all, set| all.union(&set))))
            }
        }
    }

    fn memory(&mut self, stmt: &Stmt) -> Result<(), Unknown> {
        match &stmt.op {
            Op::Load { place, path, .. } => {
                let cell = match self.read_at(&self.project(*place, path)) {
                    Data::Cell(cell) => cell,
                    other => Cell { known: Known::No, ..other.summary() },
                };
                self.pass(vec![cell], &stmt.results);
            }
            Op::Store { place, path, value } => {
                let (bound, cell) = (self.project(*place, path), self.get(*value).clone());
                self.write(&bound, Data::Cell(cell))?;
            }
            Op::Accum { place, path, value } => {
                let (bound, cell) = (self.project(*place, path), self.get(*value).clone());
                self.add(&bound, &Data::Cell(cell))?;
            }
            Op::CopyPlace { dst, src } => {
                let (bound, data) = (self.project(*dst, &[]), self.read(*src));
                self.write(&bound, data)?;
            }
            Op::AddPlace { dst, src } => {
                let (bound, data) = (self.project(*dst, &[]), self.read(*src));
                self.add(&bound, &data)?;
            }
            Op::Zero(p) => {
                let bound = self.project(*p, &[]);
                let zero = self.read_at(&bound).zero();
                // Where it is not known what becomes zero, all stays as it may have been.
                if !matches!(zero, Data::Any(_)) {
                    self.write(&bound, zero)?;
                }
            }
            Op::SumPlace(p) => {
                let all = Cell::of(self.read(*p).all());
                self.pass(vec![all], &stmt.results);
            }
            Op::DotPlaces(a, b) => {
                let all = [a, b].map(|p| Cell::of(self.read(*p).all()));
                self.pass(all.into(), &stmt.results);
            }
            Op::Swap { a, b } => {
                let (x, y) = (self.project(*a, &[]), self.project(*b, &[]));
                let (one, other) = (self.read_at(&x), self.read_at(&y));
                self.write(&x, other)?;
                self.write(&y, one)?;
            }
            Op::Snapshot { place, zero } => {
                let data = self.read(*place);
                let data = if *zero { data.zero() } else { data };
                let cell = Cell { on: Set::default(), known: Known::Snapshot(Rc::new(data)) };
                self.pass(vec![cell], &stmt.results);
            }
            _ => self.grow(stmt),
        }
        Ok(())
    }

    /// `Vec`s that change their length, and buffers.
    fn grow(&mut self, stmt: &Stmt) {
        match &stmt.op {
            Op::Append { place, src, count } => {
                let data = self.read(*src);
                let all = data.summary();
                match (self.list(*place), count, data) {
                    (Some(own), None, data) => own.push(data),
                    (Some(own), Some(_), Data::List(parts)) => own.extend(parts),
                    _ => self.lose(*place, &all),
                }
            }
            Op::Resize { place, to, .. } => {
                let to = self.size(*to).filter(|n| *n as u64 <= MOST_STEPS);
                let ty = self.func.plc(*place).ty.elem().cloned().unwrap_or(PlaceTy::Unknown);
                let element = self.shape(&ty, &Cell::default());
                match (self.list(*place), to) {
                    (Some(own), Some(to)) => own.resize(to, element),
                    _ => self.lose(*place, &Cell::default()),
                }
            }
            Op::Push { place, value } => {
                let cell = self.get(*value).clone();
                match self.list(*place) {
                    Some(own) => own.push(Data::Cell(cell)),
                    None => self.lose(*place, &cell),
                }
            }
            Op::Pop(place) => {
                let whole = self.read(*place).summary();
                let last = self.list(*place).and_then(Vec::pop);
                let cell = match last {
                    Some(Data::Cell(cell)) => cell,
                    Some(data) => data.summary(),
                    None => whole,
                };
                self.pass(vec![cell], &stmt.results);
            }
            op => debug_assert!(false, "{} is no memory operation", op.kind_name()),
        }
    }

    /// A call: all that comes out may depend on all that goes in.
    fn call(&mut self, stmt: &Stmt) {
        let values = stmt.op.values().into_iter().map(|v| self.get(v).all());
        let places = stmt.op.places_read().into_iter().map(|p| self.read(p).all());
        let on = values.chain(places).fold(Set::default(), |all, set| all.union(&set));
        let cell = Cell::of(on);
        for p in stmt.op.places_written() {
            let bound = self.project(p, &[]);
            // A `Vec` may be of another length afterwards.
            let ty = &self.func.plc(p).ty;
            match ty.is_fixed() || matches!(ty, PlaceTy::Slice(_)) {
                true => self.may_be(&bound, &cell),
                false => self.lose(p, &cell),
            }
        }
        for p in stmt.op.place_made() {
            let data = self.shape(&self.func.plc(p).ty, &cell);
            self.make(p, data);
        }
        let cells = vec![cell; stmt.results.len()];
        self.pass(cells, &stmt.results);
    }

    /// Code that is not looked into: no active value flows into it, and what it does to others is not known.
    fn unseen(&mut self, stmt: &Stmt) {
        for p in stmt.op.opaque_reads() {
            let bound = self.project(p, &[]);
            self.may_be(&bound, &Cell::default());
            if !self.func.plc(p).ty.is_fixed() && self.func.plc(p).mutable {
                self.lose(p, &Cell::default());
            }
        }
        let values = stmt.op.values().into_iter().map(|v| self.get(v).all());
        let on = values.fold(Set::default(), |all, set| all.union(&set));
        self.pass(vec![Cell::of(on); stmt.results.len()], &stmt.results);
    }
}

/// An operation on scalars that are known.
struct Integers<'a> {
    op: &'a Op,
    args: Vec<Scalar>,
}

impl Integers<'_> {
    /// Its result, unless it panics or goes by floats.
    fn of_integers(&self, ty: &Ty) -> Option<Scalar> {
        crate::ir::interpret::of_integers(self.op, &self.args, ty)
    }
}
