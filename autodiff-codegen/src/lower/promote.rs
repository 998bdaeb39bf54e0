//! A call's result of unknown type that is read as a float is one: it becomes an SSA value.

use super::call::is_whole_load;
use crate::ir::{Arg, Block, FloatTy, Func, Mode, Op, Place, PlaceKind, PlaceTy, ReadOf, Ret, Ty, Value};
use crate::tables::HashMap;

/// Turns all such results into values. The assertions that they are floats stay.
pub fn promote(func: &mut Func) {
    let mut uses: HashMap<Place, Uses> = HashMap::default();
    count(func, &func.body, &mut uses);
    returned(&func.ret, &mut |p| uses.entry(p).or_default().other = true);
    let mut places: Vec<Place> =
        uses.into_iter().filter(|(_, u)| u.loads > 0 && !u.other).map(|(p, _)| p).collect();
    places.sort();
    let mut values: HashMap<Place, Value> = HashMap::default();
    for p in places {
        let info = func.plc(p).clone();
        values.insert(p, func.value(Ty::Float(FloatTy::Unknown), info.name, &info.origin));
    }
    let mut renamed = HashMap::default();
    let mut body = std::mem::take(&mut func.body);
    rewrite(&mut body, &values, &mut renamed);
    body.each_use_mut(&mut |v| {
        if let Some(to) = renamed.get(v) {
            *v = *to;
        }
    });
    func.body = body;
}

/// How a place is used.
#[derive(Default)]
struct Uses {
    /// Reads of the whole, which have to be of a float.
    loads: usize,
    /// Anything that only a place can be used for.
    other: bool,
}

fn count(func: &Func, block: &Block, uses: &mut HashMap<Place, Uses>) {
    block.each_stmt(&mut |s| {
        for p in s.op.places_read().into_iter().chain(s.op.places_written()) {
            let info = func.plc(p);
            if info.kind != PlaceKind::CallResult || info.ty != PlaceTy::Unknown {
                continue;
            }
            let u = uses.entry(p).or_default();
            match &s.op {
                op if is_whole_load(op, p) => u.loads += 1,
                Op::Call { args, .. } => {
                    u.other |= args.iter().any(|a| matches!(a, Arg::Place(q, Mode::Mut) if *q == p))
                }
                Op::Opaque { .. } | Op::Exit { .. } => {}
                _ => u.other = true,
            }
        }
    });
}

fn returned(ret: &Ret, f: &mut dyn FnMut(Place)) {
    match ret {
        Ret::Place(p) => f(*p),
        Ret::Tuple(rs) => rs.iter().for_each(|r| returned(r, f)),
        Ret::Unit | Ret::Scalar(_) => {}
    }
}

fn rewrite(block: &mut Block, values: &HashMap<Place, Value>, renamed: &mut HashMap<Value, Value>) {
    block.stmts.retain_mut(|s| {
        if let Op::Load { place, path, .. } = &s.op
            && let (Some(v), true, Some(result)) = (values.get(place), path.is_empty(), s.results.first())
        {
            renamed.insert(*result, *v);
            return false;
        }
        if let Op::Call { callee, args, ret } = &mut s.op {
            args.iter_mut().for_each(|a| rewrite_arg(a, values));
            let reads = callee.taken.iter_mut().flat_map(|t| &mut t.reads);
            reads.for_each(|r| rewrite_read(&mut r.source, values));
            if let Some(v) = ret.and_then(|p| values.get(&p)) {
                *ret = None;
                s.results.push(*v);
            }
        }
        if let Op::Opaque { reads, .. } | Op::Exit { reads, .. } = &mut s.op {
            reads.iter_mut().for_each(|r| rewrite_read(&mut r.source, values));
        }
        s.op.blocks_mut().into_iter().for_each(|b| rewrite(b, values, renamed));
        true
    });
}

fn rewrite_arg(arg: &mut Arg, values: &HashMap<Place, Value>) {
    match arg {
        Arg::Place(p, mode) => match (values.get(p), mode) {
            (Some(v), Mode::Value) => *arg = Arg::Value(*v),
            (Some(v), _) => *arg = Arg::ValueRef(*v),
            (None, _) => {}
        },
        Arg::Opaque { reads, .. } => reads.iter_mut().for_each(|r| rewrite_read(&mut r.source, values)),
        Arg::Value(_) | Arg::ValueRef(_) => {}
    }
}

fn rewrite_read(read: &mut ReadOf, values: &HashMap<Place, Value>) {
    match read {
        ReadOf::Place(p) => {
            if let Some(v) = values.get(p) {
                *read = ReadOf::Value(*v);
            }
        }
        ReadOf::Tuple(rs) => rs.iter_mut().for_each(|r| rewrite_read(r, values)),
        ReadOf::Value(_) | ReadOf::ValueRef(_) => {}
    }
}
