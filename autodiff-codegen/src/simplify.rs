//! Making programs smaller without changing what IEEE arithmetic distinguishes: one pass a file, one list.
//!
//! What no pass does: `x - x → 0`, `x / x → 1`, `0 * x → 0`, `x + 0.0 → x` on a value that the primal result
//! depends on (for `x = -0.0` the sum is +0), evaluate a function of the maths library at compile time, or
//! reassociate. Opaque code and panics of the primal are never dropped, moved or repeated.
//!
//! Code that only gradients depend on (`simplify/signs.rs` tells it apart) has one freedom more: the sign of a zero
//! gradient is unspecified, so there `0.0 + x` is `x`.

mod accumulators;
mod algebra;
mod cse;
mod dce;
mod dots;
mod elements;
mod first_writes;
mod fold;
mod hoist;
mod in_turn;
mod invariant;
mod last_writes;
mod lengths;
mod merge;
mod one_stack;
mod pairs;
mod parts;
mod quotients;
mod regions;
mod shared_rows;
mod signs;
mod stacks;
mod steady;
mod sums;
mod views;
mod walk;
mod windows;

use crate::forward::Tangent;
use crate::ir::*;
use crate::reverse::Gradient;
use proc_macro2::{Ident, Span};
use quote::ToTokens;

/// A pass; says whether it changed anything.
pub type Pass = fn(&mut Func) -> bool;

/// All passes, in the order in which they run.
pub const PASSES: &[(&str, Pass)] = &[
    ("fold", fold::run),
    ("algebra", algebra::run),
    ("regions", regions::run),
    ("views", views::run),
    ("stacks", stacks::run),
    ("cse", cse::run),
    ("merge", merge::run),
    ("last_writes", last_writes::run),
    ("dce", dce::run),
    ("one_stack", one_stack::run),
    ("hoist", hoist::run),
];

/// Rounds after which a program is taken as it is. Real programs need two or three.
const ROUNDS: usize = 12;

/// Runs all passes until nothing changes any more.
///
/// For a derivative program use [`gradient`] or [`tangent`]: they know what it returns beside its value.
pub fn simplify(func: &mut Func) {
    // How many passes in a row had nothing to do: once all had, so would all that follow.
    let mut idle = 0;
    for (_, pass) in PASSES.iter().cycle().take(ROUNDS * PASSES.len()) {
        idle = if pass(func) { 0 } else { idle + 1 };
        if idle == PASSES.len() {
            break;
        }
    }
}

/// What differentiation does better with: parts of what never changes are what it was made of, lengths are numbers where they are
/// known ones, and what is the same in each round of a loop is read before the loop.
pub fn prepare(func: &mut Func) {
    parts::run(func);
    lengths::run(func);
    steady::run(func);
}

/// Simplifies a reverse-mode program; the place of its reverse sweep is kept up to date.
pub fn gradient(g: &mut Gradient) {
    on_gradient(g, simplify);
}

/// Lets the loops of a reverse-mode program sum adjoints in registers instead of in memory (see
/// `simplify/accumulators.rs`). Not a simplification: gradients may change in their last bits.
pub fn accumulators(g: &mut Gradient) {
    let text = sweep_mark(g);
    g.split = marked(&mut g.func, g.split, text, &[], accumulators::run);
}

/// Lets a simplified reverse-mode program multiply by the function's own reciprocals instead of dividing by what they are of
/// (see `simplify/quotients.rs`). Not a simplification: gradients may change in their last bits.
pub fn quotients(g: &mut Gradient) {
    on_gradient(g, quotients_and_rest);
}

/// [`quotients`] for a forward-mode program.
pub fn quotients_along(t: &mut Tangent) {
    on_tangent(t, quotients_and_rest);
}

fn quotients_and_rest(func: &mut Func) {
    if quotients::run(func) {
        simplify(func);
    }
}

/// Loops of no more rounds keep the sums of adjoints that they carry as they are: they are done before anything else has begun.
pub const FEW: i128 = 16;

/// As many operations in each of [`FEW`] rounds, and a processor has begun what comes after them before they are over.
const LITTLE: i128 = 8;

/// Gives the loops of a reverse-mode program the form in which they run best: what would be added to zeros is put there
/// (`simplify/first_writes.rs`), saved rows are kept where gradients will be (`simplify/shared_rows.rs`), the innermost loops
/// see what they run over as slices of just their length (`simplify/windows.rs`), and operations do not wait for each other
/// (`simplify/pairs.rs`, `simplify/dots.rs`, `simplify/in_turn.rs`). Gradients may change in their last bits. To be run last: the other passes know
/// sums better than writes, and indices better than slices.
pub fn windows(g: &mut Gradient) {
    windows_beyond(g, Some(FEW));
}

/// The same with another number of rounds in the place of [`FEW`]; with none, all sums stay in their order.
pub fn windows_beyond(g: &mut Gradient, few: Option<i128>) {
    let owner = |(i, tree): &(usize, Ret)| match (&g.func.params[*i].kind, tree) {
        (ParamKind::Place(x, _), Ret::Place(d)) => Some((*d, *x)),
        _ => None,
    };
    let owners = g.adjoints.iter().filter_map(owner).collect();
    on_gradient(g, |func| windows_and_indices(func, &owners, few));
}

/// The slices' ends are computed for each anew: what is the same is computed once.
fn windows_and_indices(func: &mut Func, owners: &first_writes::Owners, few: Option<i128>) {
    first_writes::run(func, owners);
    shared_rows::run(func, owners);
    pairs::run(func, few.unwrap_or(FEW) * LITTLE);
    windows::run(func);
    if let Some(few) = few {
        dots::run(func, few);
        in_turn::run(func, few);
    }
    fold::run(func);
    algebra::run(func);
    cse::run(func);
    dce::run(func);
}

/// [`windows`] for the tangent of a reverse-mode program.
pub fn windows_along(t: &mut Tangent) {
    on_tangent(t, |func| windows_and_indices(func, &Default::default(), Some(FEW)));
}

/// Simplifies a forward-mode program.
pub fn tangent(t: &mut Tangent) {
    on_tangent(t, simplify);
}

/// What marks the start of the reverse sweep while passes run: opaque code, which no pass moves or drops.
const SWEEP_MARK: &str = "__reverse_sweep";
/// The same in a program whose sweeps are run apart: nothing may move from the reverse to the forward sweep.
const BARRIER_MARK: &str = "__reverse_sweep_apart";
/// What reads the places that are returned, while passes run.
const RETURNED_MARK: &str = "__returned";

fn mark(text: &str, reads: &[Place]) -> Stmt {
    let ident = Ident::new(text, Span::call_site());
    let read = |p: &Place| Read { ident: ident.clone(), source: ReadOf::Place(*p) };
    let reads = reads.iter().map(read).collect();
    let kind = OpaqueKind::Expr(ident.to_token_stream());
    Stmt { op: Op::opaque(kind, reads), results: Vec::new(), origin: Origin::default() }
}

fn is_mark(op: &Op, text: &str) -> bool {
    matches!(op, Op::Opaque { kind: OpaqueKind::Expr(code), .. } if code.to_string() == text)
}

fn is_sweep_mark(op: &Op) -> bool {
    is_mark(op, SWEEP_MARK) || is_barrier(op)
}

fn is_barrier(op: &Op) -> bool {
    is_mark(op, BARRIER_MARK)
}

fn sweep_mark(g: &Gradient) -> &'static str {
    if g.apart { BARRIER_MARK } else { SWEEP_MARK }
}

/// Works on a reverse-mode program that returns its adjoints, and keeps the place of its reverse sweep up to date.
fn on_gradient(g: &mut Gradient, work: impl FnOnce(&mut Func)) {
    let kept: Vec<Place> = g.adjoints.iter().flat_map(|(_, r)| r.places()).collect();
    let text = sweep_mark(g);
    g.split = marked(&mut g.func, g.split, text, &kept, work);
}

/// Works on a forward-mode program that returns its tangents.
fn on_tangent(t: &mut Tangent, work: impl FnOnce(&mut Func)) {
    let kept = t.ret_tangent.places();
    let end = t.func.body.stmts.len();
    marked(&mut t.func, end, SWEEP_MARK, &kept, work);
}

/// Works on a program between marks, and returns where the statement of index `split` is now.
fn marked(func: &mut Func, split: usize, text: &str, kept: &[Place], work: impl FnOnce(&mut Func)) -> usize {
    if !func.body.diverges {
        func.body.stmts.push(mark(RETURNED_MARK, kept));
    }
    let split = split.min(func.body.stmts.len());
    func.body.stmts.insert(split, mark(text, &[]));
    work(func);
    func.body.stmts.retain(|s| !is_mark(&s.op, RETURNED_MARK));
    let split = func.body.stmts.iter().position(|s| is_sweep_mark(&s.op));
    func.body.stmts.retain(|s| !is_sweep_mark(&s.op));
    split.unwrap_or(func.body.stmts.len())
}
