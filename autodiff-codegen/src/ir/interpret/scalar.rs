//! Scalars, and the operations on them.

use super::*;

/// What an SSA value or a cell of a place holds.
#[derive(Clone, Debug)]
pub enum Scalar {
    /// A float, of either width.
    Float(f64),
    /// A float for each direction.
    Lanes([f64; LANES]),
    /// An integer of any width.
    Int(i128),
    /// A `bool`.
    Bool(bool),
    /// What the forward part of a call left for its reverse part.
    Pullback(Rc<call::Saved>),
    /// An aggregate that is kept.
    Snapshot(Rc<Data>),
    /// An empty cell.
    None,
}

/// Equal to the bit, so that NaNs and signs of zero count.
impl PartialEq for Scalar {
    fn eq(&self, other: &Scalar) -> bool {
        match (self, other) {
            (Scalar::Float(a), Scalar::Float(b)) => a.to_bits() == b.to_bits(),
            (Scalar::Lanes(a), Scalar::Lanes(b)) => a.map(f64::to_bits) == b.map(f64::to_bits),
            (Scalar::Int(a), Scalar::Int(b)) => a == b,
            (Scalar::Bool(a), Scalar::Bool(b)) => a == b,
            (Scalar::None, Scalar::None) => true,
            _ => false,
        }
    }
}

impl Scalar {
    pub(super) fn float(&self) -> Result<f64, Trap> {
        if let Scalar::Float(x) = self { Ok(*x) } else { Err(invalid(format!("{self:?} is no float"))) }
    }

    /// The floats in it: one, or one for each lane.
    pub(super) fn floats(&self) -> &[f64] {
        match self {
            Scalar::Float(x) => std::slice::from_ref(x),
            Scalar::Lanes(xs) => xs,
            _ => &[],
        }
    }

    /// What one direction has of it.
    pub(super) fn lane(&self, lane: usize) -> Scalar {
        match self {
            Scalar::Lanes(xs) => Scalar::Float(xs[lane]),
            other => other.clone(),
        }
    }

    /// Lanes, each by itself.
    pub(super) fn lanes(of: impl Fn(usize) -> Result<Scalar, Trap>) -> Result<Scalar, Trap> {
        let mut out = [0.0; LANES];
        for (lane, x) in out.iter_mut().enumerate() {
            *x = of(lane)?.float()?;
        }
        Ok(Scalar::Lanes(out))
    }

    pub(super) fn int(&self) -> Result<i128, Trap> {
        if let Scalar::Int(i) = self { Ok(*i) } else { Err(invalid(format!("{self:?} is no integer"))) }
    }

    pub(super) fn bool(&self) -> Result<bool, Trap> {
        if let Scalar::Bool(b) = self { Ok(*b) } else { Err(invalid(format!("{self:?} is no bool"))) }
    }
}

/// Width in bits, and whether signed. Integers of unknown type count as `i64`.
fn width(ty: &Ty) -> (u32, bool) {
    let Ty::Int(Some(name)) = ty else { return (64, true) };
    let bits = name[1..].parse().unwrap_or(64);
    (bits, name.starts_with('i'))
}

fn bounds(ty: &Ty) -> (i128, i128) {
    match width(ty) {
        (128, _) => (i128::MIN, i128::MAX),
        (n, true) => (-(1 << (n - 1)), (1 << (n - 1)) - 1),
        (n, false) => (0, (1 << n) - 1),
    }
}

fn wrap(x: i128, ty: &Ty) -> i128 {
    let (lo, hi) = bounds(ty);
    let (n, _) = width(ty);
    if n == 128 || (lo..=hi).contains(&x) { x } else { (x - lo).rem_euclid(1 << n) + lo }
}

/// `+`, `-` and so on with the checks of a debug build.
fn arithmetic(op: IntOp, a: i128, b: i128, ty: &Ty) -> Result<i128, Trap> {
    let (lo, hi) = bounds(ty);
    let shift = || {
        let (n, _) = width(ty);
        if (0..i128::from(n)).contains(&b) { Ok(b) } else { Err(Trap::Panic("shift overflows".into())) }
    };
    if matches!(op, IntOp::Div | IntOp::Rem) && b == 0 {
        return Err(Trap::Panic("division by zero".into()));
    }
    let wide = match op {
        IntOp::Add => a.checked_add(b),
        IntOp::Sub => a.checked_sub(b),
        IntOp::Mul => a.checked_mul(b),
        IntOp::Div => a.checked_div(b),
        IntOp::Rem => a.checked_rem(b),
        IntOp::Neg => a.checked_neg(),
        IntOp::And => Some(a & b),
        IntOp::Or => Some(a | b),
        IntOp::Xor => Some(a ^ b),
        IntOp::Not => Some(wrap(!a, ty)),
        IntOp::Shl => Some(wrap(a.wrapping_shl(shift()? as u32), ty)),
        IntOp::Shr => Some(a >> shift()?),
        IntOp::Min => Some(a.min(b)),
        IntOp::Max => Some(a.max(b)),
        IntOp::SaturatingSub => Some(a.saturating_sub(b).clamp(lo, hi)),
        IntOp::WrappingSub => Some(wrap(a.wrapping_sub(b), ty)),
        IntOp::WrappingAdd | IntOp::After => Some(wrap(a.wrapping_add(b), ty)),
    };
    wide.filter(|x| (lo..=hi).contains(x)).ok_or_else(|| Trap::Panic(format!("{op:?} overflows")))
}

fn logic(op: IntOp, a: bool, b: bool) -> Result<bool, Trap> {
    match op {
        IntOp::And => Ok(a & b),
        IntOp::Or => Ok(a | b),
        IntOp::Xor => Ok(a ^ b),
        IntOp::Not => Ok(!a),
        _ => Err(invalid(format!("{op:?} on booleans"))),
    }
}

fn compare<T: PartialOrd>(op: CmpOp, a: &T, b: &T) -> bool {
    match op {
        CmpOp::Eq => a == b,
        CmpOp::Ne => a != b,
        CmpOp::Lt => a < b,
        CmpOp::Le => a <= b,
        CmpOp::Gt => a > b,
        CmpOp::Ge => a >= b,
    }
}

/// The result of an operation on integers and booleans alone; `None` if it has a float or panics.
pub fn of_integers(op: &Op, args: &[Scalar], ty: &Ty) -> Option<Scalar> {
    match (op, args) {
        (Op::Int { op, .. }, args) => integer(*op, args.first()?, args.last()?, ty).ok(),
        (Op::Cmp { op, .. }, [Scalar::Bool(a), Scalar::Bool(b)]) => Some(Scalar::Bool(compare(*op, a, b))),
        (Op::Cmp { op, .. }, [Scalar::Int(a), Scalar::Int(b)]) => Some(Scalar::Bool(compare(*op, a, b))),
        (Op::Cast(_), [Scalar::Int(i)]) if ty.is_int() => Some(Scalar::Int(wrap(*i, ty))),
        (Op::Cast(_), [Scalar::Bool(b)]) if ty.is_int() => Some(Scalar::Int(i128::from(*b))),
        _ => None,
    }
}

fn integer(op: IntOp, a: &Scalar, b: &Scalar, ty: &Ty) -> Result<Scalar, Trap> {
    match (a, b) {
        (Scalar::Bool(a), Scalar::Bool(b)) => Ok(Scalar::Bool(logic(op, *a, *b)?)),
        (a, b) => Ok(Scalar::Int(arithmetic(op, a.int()?, b.int()?, ty)?)),
    }
}

impl Interp<'_> {
    /// Whether values of this type are `f32`s.
    fn is_single(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Float(FloatTy::F32) => true,
            Ty::Float(FloatTy::Generic(_) | FloatTy::Unknown) => self.single,
            Ty::Float(FloatTy::Lanes(f)) => self.is_single(&Ty::Float((**f).clone())),
            _ => false,
        }
    }

    /// The value as its type can hold it.
    pub(super) fn round(&self, x: f64, ty: &Ty) -> f64 {
        if self.is_single(ty) { f64::from(x as f32) } else { x }
    }

    pub(super) fn scalar(&self, func: &Func, fr: &Frame, op: &Op, result: Value) -> Result<Scalar, Trap> {
        let ty = func.ty(result);
        match op {
            Op::Const(c) => self.constant(c, ty),
            Op::Elem { rule, args } => self.elem(func, fr, *rule, args, result),
            Op::Int { op, args } => {
                let a = fr.get(args[0])?;
                let b = args.get(1).map_or(Ok(a), |b| fr.get(*b))?;
                integer(*op, a, b, ty)
            }
            Op::Cmp { op, args: [a, b] } => Ok(Scalar::Bool(match (fr.get(*a)?, fr.get(*b)?) {
                (Scalar::Bool(a), Scalar::Bool(b)) => compare(*op, a, b),
                (Scalar::Int(a), Scalar::Int(b)) => compare(*op, a, b),
                (a, b) => compare(*op, &a.float()?, &b.float()?),
            })),
            Op::Cast(a) => self.cast(fr.get(*a)?, ty),
            Op::AssertFloat(a) if ty.is_lanes() => Ok(fr.get(*a)?.clone()),
            Op::AssertFloat(a) => Ok(Scalar::Float(fr.float(*a)?)),
            Op::Trips(r) => {
                // Never panics: a step of zero counts as no round at all.
                Ok(Scalar::Int(fr.trips(r).map_or(0, |(_, _, n)| n)))
            }
            _ => Err(invalid(format!("{} is no scalar operation", op.kind_name()))),
        }
    }

    fn elem(
        &self,
        func: &Func,
        fr: &Frame,
        rule: RuleId,
        args: &[Value],
        result: Value,
    ) -> Result<Scalar, Trap> {
        let operands = args.iter().map(|a| fr.get(*a)).collect::<Result<Vec<_>, _>>()?;
        let single = args.iter().chain([&result]).any(|v| self.is_single(func.ty(*v)));
        let ty = func.ty(result);
        if ty.is_lanes() {
            return Scalar::lanes(|lane| {
                let operands: Vec<Scalar> = operands.iter().map(|s| s.lane(lane)).collect();
                one(rule, &operands.iter().collect::<Vec<_>>(), single, &ty.lane())
            });
        }
        let result = one(rule, &operands, single, ty)?;
        let finite = |s: &Scalar| s.float().map_or(true, f64::is_finite);
        if result.float().is_ok_and(f64::is_infinite) && operands.iter().all(|s| finite(s)) {
            self.overflowed.set(true);
        }
        Ok(result)
    }

    fn constant(&self, c: &Const, ty: &Ty) -> Result<Scalar, Trap> {
        if ty.is_lanes() {
            let x = self.constant(c, &ty.lane())?;
            return Scalar::lanes(|_| Ok(x.clone()));
        }
        match c {
            Const::Float { value, .. } => Ok(Scalar::Float(self.round(*value, ty))),
            Const::Int(i) => Ok(Scalar::Int(*i)),
            Const::Bool(b) => Ok(Scalar::Bool(*b)),
            Const::Path(p) => {
                let text = p.to_string().replace(' ', "");
                let found = self.program.consts.get(&text).cloned().or_else(|| known(&text));
                match found.ok_or_else(|| invalid(format!("constant {text} is not known")))? {
                    Scalar::Float(x) => Ok(Scalar::Float(self.round(x, ty))),
                    other => Ok(other),
                }
            }
        }
    }

    fn cast(&self, a: &Scalar, ty: &Ty) -> Result<Scalar, Trap> {
        if ty.is_lanes() {
            return Scalar::lanes(|lane| self.cast(&a.lane(lane), &ty.lane()));
        }
        let (lo, hi) = bounds(ty);
        match (a, ty) {
            (Scalar::Float(x), Ty::Int(_)) => Ok(Scalar::Int((*x as i128).clamp(lo, hi))),
            (Scalar::Float(x), _) => Ok(Scalar::Float(self.round(*x, ty))),
            (Scalar::Int(i), Ty::Int(_)) => Ok(Scalar::Int(wrap(*i, ty))),
            (Scalar::Int(i), _) if self.is_single(ty) => Ok(Scalar::Float(f64::from(*i as f32))),
            (Scalar::Int(i), _) => Ok(Scalar::Float(*i as f64)),
            (Scalar::Bool(b), Ty::Int(_)) => Ok(Scalar::Int(i128::from(*b))),
            _ => Err(invalid(format!("cast of {a:?} to {ty}"))),
        }
    }
}

/// An operation of the rule table.
fn one(rule: RuleId, operands: &[&Scalar], single: bool, ty: &Ty) -> Result<Scalar, Trap> {
    let rule = rule.get();
    let number = |s: &&Scalar| match s {
        Scalar::Int(i) => Ok(*i as f64),
        s => s.float(),
    };
    let xs: Vec<f64> = operands.iter().map(number).collect::<Result<_, Trap>>()?;
    // The only operation that panics.
    if rule.panics && xs.len() == 3 && xs[1].partial_cmp(&xs[2]).is_none_or(std::cmp::Ordering::is_gt) {
        return Err(Trap::Panic(format!("{} between crossed bounds", rule.name)));
    }
    let y = if single {
        let xs: Vec<f32> = xs.iter().map(|x| *x as f32).collect();
        f64::from((rule.eval32)(&xs))
    } else {
        (rule.eval)(&xs)
    };
    Ok(if *ty == Ty::Bool { Scalar::Bool(y != 0.0) } else { Scalar::Float(y) })
}

/// The constants of `std` by their last segment.
fn known(path: &str) -> Option<Scalar> {
    use std::f64::consts::*;
    if path == "true" {
        return Some(Scalar::Bool(true));
    }
    Some(Scalar::Float(match path.rsplit("::").next()? {
        "PI" => PI,
        "TAU" => TAU,
        "E" => E,
        "SQRT_2" => SQRT_2,
        "LN_2" => LN_2,
        "LN_10" => LN_10,
        "FRAC_PI_2" => FRAC_PI_2,
        "FRAC_1_SQRT_2" => FRAC_1_SQRT_2,
        "EPSILON" => f64::EPSILON,
        "INFINITY" => f64::INFINITY,
        "NEG_INFINITY" => f64::NEG_INFINITY,
        "NAN" => f64::NAN,
        "MAX" => f64::MAX,
        "MIN" => f64::MIN,
        _ => return None,
    }))
}
