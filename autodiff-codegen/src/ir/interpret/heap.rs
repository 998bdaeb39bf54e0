//! Objects on a heap, and the parts of them that places are bound to.

use super::*;

/// An argument or a result.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// `()`
    Unit,
    /// A scalar.
    Scalar(Scalar),
    /// An array, row-major: its lengths, and its elements.
    Array(Vec<usize>, Vec<Scalar>),
    /// A tuple.
    Tuple(Vec<Data>),
}

impl Data {
    /// A float.
    pub fn float(x: f64) -> Data {
        Data::Scalar(Scalar::Float(x))
    }

    /// An array of floats.
    pub fn floats(dims: &[usize], xs: &[f64]) -> Data {
        Data::Array(dims.to_vec(), xs.iter().map(|x| Scalar::Float(*x)).collect())
    }

    /// Several pieces of data of one shape, one for each direction, as one in lanes. Directions that there are none for
    /// are zero.
    pub fn join(lanes: &[Data]) -> Option<Data> {
        let first = lanes.first()?;
        let scalars = |of: &[&Scalar]| {
            let mut out = [0.0; LANES];
            for (x, s) in out.iter_mut().zip(of) {
                *x = s.float().ok()?;
            }
            Some(Scalar::Lanes(out))
        };
        Some(match first {
            Data::Unit => Data::Unit,
            Data::Scalar(_) => {
                let of = lanes.iter().map(|d| if let Data::Scalar(s) = d { Some(s) } else { None });
                Data::Scalar(scalars(&of.collect::<Option<Vec<_>>>()?)?)
            }
            Data::Array(dims, xs) => {
                let at = |i: usize| {
                    let of = lanes.iter().map(|d| if let Data::Array(_, xs) = d { xs.get(i) } else { None });
                    scalars(&of.collect::<Option<Vec<_>>>()?)
                };
                Data::Array(dims.clone(), (0..xs.len()).map(at).collect::<Option<_>>()?)
            }
            Data::Tuple(ts) => {
                let at = |i: usize| {
                    let of =
                        lanes.iter().map(|d| if let Data::Tuple(ts) = d { ts.get(i).cloned() } else { None });
                    Data::join(&of.collect::<Option<Vec<_>>>()?)
                };
                Data::Tuple((0..ts.len()).map(at).collect::<Option<_>>()?)
            }
        })
    }

    /// What one direction has of what is in lanes.
    pub fn lane(&self, lane: usize) -> Data {
        match self {
            Data::Unit => Data::Unit,
            Data::Scalar(s) => Data::Scalar(s.lane(lane)),
            Data::Array(dims, xs) => Data::Array(dims.clone(), xs.iter().map(|x| x.lane(lane)).collect()),
            Data::Tuple(ts) => Data::Tuple(ts.iter().map(|t| t.lane(lane)).collect()),
        }
    }

    /// All floats in it, in order.
    pub fn to_floats(&self) -> Vec<f64> {
        match self {
            Data::Unit => Vec::new(),
            Data::Scalar(s) => s.floats().to_vec(),
            Data::Array(_, xs) => xs.iter().flat_map(Scalar::floats).copied().collect(),
            Data::Tuple(ts) => ts.iter().flat_map(Data::to_floats).collect(),
        }
    }
}

/// A scalar and the write that put it there.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub value: Scalar,
    pub version: u64,
}

/// All objects; they live as long as the run.
#[derive(Debug, Default)]
pub(super) struct Heap {
    pub(super) objects: Vec<Vec<Cell>>,
    writes: u64,
}

/// Part of an object: contiguous, row-major.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub object: usize,
    pub offset: usize,
    pub dims: Vec<usize>,
}

/// What a place stands for: part of an object, or, if its type is unknown, a tuple.
#[derive(Clone, Debug)]
pub(super) enum Bound {
    Part(Part),
    Tuple(Vec<Bound>),
}

impl Part {
    pub(super) fn len(&self) -> usize {
        self.dims.iter().product()
    }
}

pub(super) fn out_of_range(i: i128, n: usize) -> Trap {
    Trap::Panic(format!("index {i} out of range for length {n}"))
}

impl Heap {
    pub(super) fn len(&self) -> usize {
        self.objects.len()
    }

    pub(super) fn write(&mut self) -> u64 {
        self.writes += 1;
        self.writes
    }

    /// A new object.
    pub(super) fn make(&mut self, dims: Vec<usize>, values: Vec<Scalar>) -> Bound {
        let version = self.write();
        self.objects.push(values.into_iter().map(|value| Cell { value, version }).collect());
        Bound::Part(Part { object: self.objects.len() - 1, offset: 0, dims })
    }

    pub(super) fn make_data(&mut self, data: &Data) -> Bound {
        match data {
            Data::Unit => Bound::Tuple(Vec::new()),
            Data::Scalar(s) => self.make(Vec::new(), vec![s.clone()]),
            Data::Array(dims, xs) => self.make(dims.clone(), xs.clone()),
            Data::Tuple(ts) => Bound::Tuple(ts.iter().map(|t| self.make_data(t)).collect()),
        }
    }

    pub(super) fn data(&self, bound: &Bound) -> Result<Data, Trap> {
        match bound {
            Bound::Part(p) => {
                let mut values: Vec<Scalar> = self.cells(p)?.iter().map(|c| c.value.clone()).collect();
                match (p.dims.is_empty(), values.pop()) {
                    (true, Some(only)) => Ok(Data::Scalar(only)),
                    (_, last) => {
                        values.extend(last);
                        Ok(Data::Array(p.dims.clone(), values))
                    }
                }
            }
            Bound::Tuple(ts) => ts.iter().map(|t| self.data(t)).collect::<Result<_, _>>().map(Data::Tuple),
        }
    }

    /// A copy, which counts as the same writes.
    pub(super) fn copy(&mut self, bound: &Bound) -> Result<Bound, Trap> {
        match bound {
            Bound::Part(p) => {
                let cells = self.cells(p)?.to_vec();
                self.objects.push(cells);
                Ok(Bound::Part(Part { object: self.objects.len() - 1, offset: 0, dims: p.dims.clone() }))
            }
            Bound::Tuple(ts) => ts.iter().map(|t| self.copy(t)).collect::<Result<_, _>>().map(Bound::Tuple),
        }
    }

    /// A copy of a whole object: its number.
    pub(super) fn copy_object(&mut self, object: usize) -> usize {
        let cells = self.objects[object].clone();
        self.objects.push(cells);
        self.objects.len() - 1
    }

    fn cells(&self, p: &Part) -> Result<&[Cell], Trap> {
        let object = self.objects.get(p.object).ok_or_else(|| invalid("no such object"))?;
        object.get(p.offset..p.offset + p.len()).ok_or_else(|| invalid("a view outlives its buffer"))
    }

    fn cells_mut(&mut self, p: &Part) -> Result<&mut [Cell], Trap> {
        let object = self.objects.get_mut(p.object).ok_or_else(|| invalid("no such object"))?;
        object.get_mut(p.offset..p.offset + p.len()).ok_or_else(|| invalid("a view outlives its buffer"))
    }

    /// The values in a part.
    pub(super) fn values(&self, p: &Part) -> Result<Vec<Scalar>, Trap> {
        Ok(self.cells(p)?.iter().map(|c| c.value.clone()).collect())
    }

    /// The one value in a part, and its version.
    pub(super) fn one(&self, p: &Part) -> Result<(Scalar, u64), Trap> {
        match self.cells(p)? {
            [c] if p.dims.is_empty() => Ok((c.value.clone(), c.version)),
            _ => Err(invalid("a path ends at an aggregate")),
        }
    }

    /// Overwrites a part.
    pub(super) fn set(&mut self, p: &Part, values: Vec<Scalar>) -> Result<(), Trap> {
        let version = self.write();
        let cells = self.cells_mut(p)?;
        if cells.len() != values.len() {
            return Err(Trap::Panic(format!("{} elements into {}", values.len(), cells.len())));
        }
        for (c, value) in cells.iter_mut().zip(values) {
            *c = Cell { value, version };
        }
        Ok(())
    }

    /// Overwrites a part by a copy, which counts as the same writes.
    pub(super) fn set_copy(&mut self, dst: &Part, src: &Part) -> Result<(), Trap> {
        if dst.len() != src.len() {
            return Err(Trap::Panic(format!("{} elements into {}", src.len(), dst.len())));
        }
        let cells = self.cells(src)?.to_vec();
        self.cells_mut(dst)?.clone_from_slice(&cells);
        Ok(())
    }
}

/// What `zero_like` makes of a scalar.
pub(super) fn zero(s: &Scalar) -> Scalar {
    match s {
        Scalar::Float(_) => Scalar::Float(0.0),
        Scalar::Lanes(_) => Scalar::Lanes([0.0; LANES]),
        Scalar::Int(_) => Scalar::Int(0),
        Scalar::Bool(_) => Scalar::Bool(false),
        Scalar::Pullback(_) | Scalar::Snapshot(_) | Scalar::None => Scalar::None,
    }
}

/// Zeros as zeros in lanes.
pub(super) fn in_lanes(zeros: &Data) -> Data {
    let scalar = |s: &Scalar| match s {
        Scalar::Float(_) => Scalar::Lanes([0.0; LANES]),
        other => other.clone(),
    };
    match zeros {
        Data::Unit => Data::Unit,
        Data::Scalar(s) => Data::Scalar(scalar(s)),
        Data::Array(dims, xs) => Data::Array(dims.clone(), xs.iter().map(scalar).collect()),
        Data::Tuple(ts) => Data::Tuple(ts.iter().map(in_lanes).collect()),
    }
}

/// Zeros of the same shape.
pub(super) fn zero_data(data: &Data) -> Data {
    match data {
        Data::Unit => Data::Unit,
        Data::Scalar(s) => Data::Scalar(zero(s)),
        Data::Array(dims, xs) => Data::Array(dims.clone(), xs.iter().map(zero).collect()),
        Data::Tuple(ts) => Data::Tuple(ts.iter().map(zero_data).collect()),
    }
}
