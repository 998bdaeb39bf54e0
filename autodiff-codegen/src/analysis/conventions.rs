//! Where a convention decides what a derivative is: operations at their special points, and branches.

use super::Activity;
use crate::ir::{Const, Func, Op, Origin, Value};
use crate::rules::RuleId;
use crate::tables::{HashMap, HashSet};

/// The operations that derivatives go through which have special points, each once, with what holds there. Points that
/// a constant operand rules out are left out.
pub fn conventions(primal: &Func, activity: &Activity) -> Vec<(RuleId, Vec<String>)> {
    let mut out: Vec<(RuleId, Vec<String>)> = Vec::new();
    let mut constants: HashMap<Value, f64> = HashMap::default();
    primal.body.each_stmt(&mut |s| match (&s.op, s.results.first()) {
        (Op::Const(c), Some(v)) => {
            let number = match c {
                Const::Float { text, .. } => text.parse().ok(),
                Const::Int(n) => Some(*n as f64),
                _ => None,
            };
            constants.extend(number.map(|number| (*v, number)));
        }
        (Op::Elem { rule, args }, Some(v)) if rule.get().has_conventions() && activity.varied(*v) => {
            let known: Vec<Option<f64>> = args.iter().map(|a| constants.get(a).copied()).collect();
            let holds = rule.get().conventions_where(&known);
            match out.iter_mut().find(|(other, _)| other == rule) {
                Some((_, all)) => {
                    let more: Vec<String> = holds.into_iter().filter(|h| !all.contains(h)).collect();
                    all.extend(more);
                }
                None => out.push((*rule, holds)),
            }
        }
        _ => {}
    });
    out.retain(|(_, holds)| !holds.is_empty());
    out
}

/// The branches that active values pass through, which are differentiated as they ran.
pub fn branches<'p>(primal: &'p Func, activity: &Activity) -> Vec<&'p Origin> {
    let mut out = Vec::new();
    primal.body.each_stmt(&mut |s| {
        if matches!(s.op, Op::If { .. }) && s.results.iter().any(|v| activity.value(*v)) {
            out.push(&s.origin);
        }
    });
    out
}

/// Whether an active value decides which arm of such a branch runs, so that there is a border in the parameters.
pub fn has_borders(primal: &Func, activity: &Activity) -> bool {
    let mut decided: HashSet<Value> = HashSet::default();
    let mut found = false;
    primal.body.each_stmt(&mut |s| {
        let active = |v: &Value| activity.varied(*v) || decided.contains(v);
        if let Op::If { cond, .. } = &s.op {
            found |= active(cond) && s.results.iter().any(|v| activity.value(*v));
        }
        let reads_place = s.op.opaque_reads().iter().any(|p| activity.place_varied(primal, *p));
        if reads_place || s.op.values().iter().any(active) {
            decided.extend(s.results.iter().copied());
        }
    });
    found
}
