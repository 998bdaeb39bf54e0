//! Calls for something else than floats: a condition or an index, beside what is written through `&mut`. Only functions that
//! return floats have a derivative, and what the function returns is seen where it is used.

use crate::ir::{Func, Op, Place, Proj, Ty, Value};
use crate::tables::HashMap;
use proc_macro2::Span;

/// A call whose result can be no float: what it calls, and where.
pub(super) fn find(func: &Func) -> Option<(String, Span)> {
    let mut called: HashMap<Value, (String, Span)> = HashMap::default();
    let mut places: HashMap<Place, (String, Span)> = HashMap::default();
    let mut found = None;
    func.body.each_stmt(&mut |s| {
        let call = match &s.op {
            Op::Call { callee, ret, .. } if callee.operator.is_none() => {
                let call = (callee.name.clone(), s.origin.span);
                places.extend(ret.map(|p| (p, call.clone())));
                call
            }
            Op::Load { place, path, .. } if path.is_empty() && places.contains_key(place) => {
                places[place].clone()
            }
            Op::AssertFloat(v) if called.contains_key(v) => called[v].clone(),
            _ => return,
        };
        let [r] = s.results[..] else { return };
        match func.ty(r) {
            Ty::Bool | Ty::Int(_) => found = found.take().or(Some(call)),
            _ => drop(called.insert(r, call)),
        }
    });
    if found.is_some() || called.is_empty() {
        return found;
    }
    func.body.each_stmt(&mut |s| {
        let mut other = |v: &Value| {
            if let Some(call) = called.get(v).filter(|_| found.is_none()) {
                found = Some(call.clone());
            }
        };
        match &s.op {
            Op::If { cond, .. } => other(cond),
            Op::While { cond, .. } => cond.yields.iter().for_each(other),
            Op::Int { args, .. } => args.iter().for_each(other),
            Op::Cmp { args: [a, b], .. } => match (func.ty(*a).is_float(), func.ty(*b).is_float()) {
                (true, false) => other(a),
                (false, true) => other(b),
                _ => {}
            },
            Op::For { range, .. } => range.values().for_each(|v| other(&v)),
            Op::Load { path, .. }
            | Op::Store { path, .. }
            | Op::Accum { path, .. }
            | Op::View { path, .. } => {
                path.iter().for_each(|proj| match proj {
                    Proj::Index(v) => other(v),
                    Proj::Slice(a, b) => a.iter().chain(b).for_each(&mut other),
                    _ => {}
                });
            }
            _ => {}
        }
    });
    found
}
