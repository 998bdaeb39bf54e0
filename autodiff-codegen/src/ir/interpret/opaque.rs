//! Opaque code, stood in for by a log.

use std::hash::{DefaultHasher, Hash, Hasher};

use proc_macro2::TokenStream;

use super::*;

/// One run of opaque code.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// Its tokens.
    pub code: String,
    /// What it read.
    pub reads: Vec<Data>,
}

impl<'p> Interp<'p> {
    pub(super) fn run_opaque(
        &mut self,
        func: &'p Func,
        fr: &mut Frame,
        stmt: &'p Stmt,
        kind: &OpaqueKind,
        reads: &[Read],
    ) -> Result<(), Trap> {
        let code = match kind {
            OpaqueKind::Expr(code) => code.to_string(),
            OpaqueKind::Let { pattern, init, .. } => format!("let {pattern} = {init}"),
        };
        let number = self.effect(fr, &code, reads)?;
        if let [result] = stmt.results[..] {
            fr.set(result, stand_in(number, func.ty(result)));
        }
        Ok(())
    }

    /// An opaque argument, as a scalar of the type that is asked for.
    pub(super) fn opaque_arg(
        &mut self,
        fr: &Frame,
        code: &TokenStream,
        reads: &[Read],
        ty: &Ty,
    ) -> Result<Scalar, Trap> {
        let number = self.effect(fr, &code.to_string(), reads)?;
        Ok(stand_in(number, ty))
    }

    /// Logs a run of opaque code, and returns a number that depends on all about it.
    pub(super) fn effect(&mut self, fr: &Frame, code: &str, reads: &[Read]) -> Result<u64, Trap> {
        let reads = reads.iter().map(|r| self.read(fr, &r.source)).collect::<Result<Vec<_>, _>>()?;
        let mut hasher = DefaultHasher::new();
        (code, self.log.len()).hash(&mut hasher);
        for r in &reads {
            format!("{r:?}").hash(&mut hasher);
        }
        self.log.push(Effect { code: code.to_string(), reads });
        Ok(hasher.finish())
    }

    fn read(&self, fr: &Frame, source: &ReadOf) -> Result<Data, Trap> {
        match source {
            ReadOf::Value(v) | ReadOf::ValueRef(v) => Ok(Data::Scalar(fr.get(*v)?.clone())),
            ReadOf::Place(p) => self.heap.data(fr.bound(*p)?),
            ReadOf::Tuple(ts) => {
                ts.iter().map(|t| self.read(fr, t)).collect::<Result<_, _>>().map(Data::Tuple)
            }
        }
    }
}

/// A value of the type: floats within ±1, small integers.
fn stand_in(number: u64, ty: &Ty) -> Scalar {
    match ty {
        Ty::Bool => Scalar::Bool(number.is_multiple_of(2)),
        Ty::Int(_) => Scalar::Int(i128::from(number % 4)),
        Ty::Float(_) => Scalar::Float((number % 4097) as f64 / 2048.0 - 1.0),
        Ty::Opaque | Ty::Pullback | Ty::Snapshot => Scalar::None,
    }
}
