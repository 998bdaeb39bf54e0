//! Which types fit which: exact where both are known.

use super::*;

/// Whether a value of type `a` may stand where `b` is expected. What only rustc knows fits all of its kind.
pub(super) fn fits(a: &Ty, b: &Ty) -> bool {
    match (a, b) {
        (Ty::Float(FloatTy::Unknown), Ty::Float(_)) | (Ty::Float(_), Ty::Float(FloatTy::Unknown)) => true,
        // What a cell holds.
        (Ty::Snapshot, Ty::Pullback) => true,
        (Ty::Int(None), Ty::Int(_)) | (Ty::Int(_), Ty::Int(None)) => true,
        _ => a == b,
    }
}

/// Whether two places have the same shape, as far as known: an array, slice or `Vec` may stand for each other
/// (their lengths are checked where the program runs), two arrays only at the same length.
pub(super) fn same_shape(a: &PlaceTy, b: &PlaceTy) -> bool {
    use PlaceTy::*;
    match (a, b) {
        (Unknown, _) | (_, Unknown) => true,
        (Scalar(a), Scalar(b)) => fits(a, b),
        (Cell, Cell) => true,
        // Of one type, however it is written: rustc says so.
        (User(_), User(_)) => true,
        (Tuple(a), Tuple(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_shape(a, b)),
        (Array(a, Len::Known(n)), Array(b, Len::Known(m))) => n == m && same_shape(a, b),
        (Array(a, _) | Slice(a) | Vec(a), Array(b, _) | Slice(b) | Vec(b)) => same_shape(a, b),
        _ => false,
    }
}

/// The type at the bottom of a cell or scalar, as an SSA value has it; `None` for unknown places.
fn scalar(ty: &PlaceTy) -> Result<Option<&Ty>, ()> {
    match ty {
        PlaceTy::Scalar(t) => Ok(Some(t)),
        PlaceTy::Cell => Ok(Some(&Ty::Pullback)),
        PlaceTy::Unknown => Ok(None),
        _ => Err(()),
    }
}

impl Checker<'_> {
    /// The type that a path leads to.
    pub(super) fn project(&self, place: Place, path: &[Proj]) -> Result<PlaceTy, String> {
        let mut ty = self.func.plc(place).ty.clone();
        for step in path {
            ty = match step {
                Proj::Index(i) => {
                    self.int(*i, "an index")?;
                    // What `Index` gives, rustc knows.
                    let user = matches!(ty, PlaceTy::User(_)).then_some(PlaceTy::Unknown);
                    let elem = ty.elem().cloned().or(user);
                    elem.ok_or_else(|| format!("{} is indexed deeper than its type {ty}", self.p(place)))?
                }
                Proj::At(vs, _) => {
                    for i in vs {
                        self.int(*i, "an index")?;
                    }
                    let user = matches!(ty, PlaceTy::User(_));
                    ensure!(user, "a tuple is an index of {}, of type {ty}", self.p(place));
                    PlaceTy::Unknown
                }
                Proj::Slice(a, b) => {
                    for end in [a, b].into_iter().flatten() {
                        self.int(*end, "the end of a slice")?;
                    }
                    match ty.elem() {
                        Some(PlaceTy::Unknown) => PlaceTy::Unknown,
                        Some(elem) => PlaceTy::Slice(Box::new(elem.clone())),
                        None => return Err(format!("{} of type {ty} is sliced", self.p(place))),
                    }
                }
                Proj::Field(i) if matches!(ty, PlaceTy::Tuple(_)) => match &ty {
                    PlaceTy::Tuple(ts) => {
                        let part = ts.get(*i as usize).cloned();
                        part.ok_or_else(|| format!("{} has no field {i}: it is {ty}", self.p(place)))?
                    }
                    _ => PlaceTy::Unknown,
                },
                Proj::Deref => ty,
                Proj::Member(_, part) => {
                    let user = matches!(ty, PlaceTy::User(_) | PlaceTy::Unknown);
                    ensure!(user, "a member of {}, of type {ty}", self.p(place));
                    part.clone()
                }
                Proj::Field(_) => {
                    ensure!(ty == PlaceTy::Unknown, "a field of {}, of type {ty}", self.p(place));
                    PlaceTy::Unknown
                }
            };
        }
        Ok(ty)
    }

    /// Checks that the path leads to a scalar of the value's type.
    pub(super) fn element(&self, place: Place, path: &[Proj], value: Value) -> Check {
        let ty = self.project(place, path)?;
        let Ok(found) = scalar(&ty) else {
            return Err(format!("the path into {} ends at {ty}, which is not a scalar", self.p(place)));
        };
        let is = self.ty(value);
        ensure!(
            found.is_none_or(|t| fits(is, t)),
            "{} is {is}, but the element of {} is {ty}",
            self.v(value),
            self.p(place)
        );
        Ok(())
    }

    pub(super) fn int(&self, v: Value, what: &str) -> Check {
        ensure!(self.ty(v).is_int(), "{what} must be an integer, but {} is {}", self.v(v), self.ty(v));
        Ok(())
    }

    pub(super) fn float(&self, v: Value, what: &str) -> Check {
        ensure!(self.ty(v).is_float(), "{what} must be a float, but {} is {}", self.v(v), self.ty(v));
        Ok(())
    }

    pub(super) fn bool(&self, v: Value, what: &str) -> Check {
        ensure!(*self.ty(v) == Ty::Bool, "{what} must be a bool, but {} is {}", self.v(v), self.ty(v));
        Ok(())
    }

    /// Checks that two values have types that fit.
    pub(super) fn same(&self, a: Value, b: Value, what: &str) -> Check {
        let (ta, tb) = (self.ty(a), self.ty(b));
        ensure!(fits(ta, tb), "{what}: {} is {ta}, but {} is {tb}", self.v(a), self.v(b));
        Ok(())
    }

    /// Checks that two lists of values correspond in number and types.
    pub(super) fn same_all(&self, a: &[Value], b: &[Value], what: &str) -> Check {
        ensure!(a.len() == b.len(), "{what}: {} values, but {}", a.len(), b.len());
        a.iter().zip(b).try_for_each(|(a, b)| self.same(*a, *b, what))
    }
}
