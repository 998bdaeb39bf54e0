//! Dead code: what nobody needs goes, statement by statement, result by result, carried value by carried value.
//!
//! Needed is, from the ends backwards: the body's yields; what opaque code and calls see; what may panic in the
//! primal; what is written to parameters and results; and whatever those depend on. A place counts as a whole,
//! its views included: as soon as anybody needs something of it, all writes to it are needed.
//!
//! A panic of the primal is never dropped. Derived code has none of its own: what repeats a load, reads or writes
//! an adjoint, a tangent or a saved value, or stands after the [mark](super::SWEEP_MARK) of the reverse sweep.

mod index;
mod mark;
mod sweep;

pub(super) use index::Index;
pub(super) use mark::holds_derived;

use crate::ir::*;

/// Runs the pass.
pub(super) fn run(func: &mut Func) -> bool {
    let live = mark::Live::of(func);
    let mut body = std::mem::take(&mut func.body);
    let changed = sweep::Sweep::new(&live).run(&mut body);
    func.body = body;
    changed
}
