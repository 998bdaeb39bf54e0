//! Faults that are planted to see whether the oracle finds them.

use autodiff_codegen::analysis::pattern::Set;

use super::*;

/// Where a fault is planted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Stage {
    /// In each gradient, as reverse mode makes it.
    Gradient,
    /// Only in those whose sweeps are fused.
    Fused,
    /// Only in those whose calls make value and gradient at once.
    AtOnce,
    /// Only in those with checkpoints.
    Checkpoint,
    /// In gradients that have been simplified.
    Simplified,
    /// In those, after the last pass.
    Windows,
    /// In the simplified primal.
    Primal,
    /// In the tangent program.
    Tangent,
    /// In the tangent of the gradient.
    Second,
    /// In the gradient of the gradient.
    Twice,
    /// In the gradients of functions that are called.
    Callee,
    /// In their tangent programs.
    CalleeTangent,
    /// In the gradients of their values and tangents.
    CalleeSecond,
    /// In sparsity patterns.
    Pattern,
}

/// A change to a program: the program, where its reverse sweep starts, and what it is the derivative of.
pub type Change<'a> = &'a dyn Fn(&mut Func, &mut usize, &Func);

/// A change to derivative programs, to see whether it is found.
#[derive(Clone, Copy)]
pub enum Fault<'a> {
    Program(Stage, Change<'a>),
    Pattern(&'a dyn Fn(&mut Vec<Set>)),
}

impl Fault<'_> {
    pub fn stage(&self) -> Stage {
        match self {
            Fault::Program(stage, _) => *stage,
            Fault::Pattern(_) => Stage::Pattern,
        }
    }
}

impl Stage {
    /// Whether this variant of the gradient has anything to do with it.
    pub(super) fn concerns(self, v: &Variant) -> bool {
        match self {
            Stage::Gradient => true,
            Stage::Fused => v.options.fuse && !v.options.checkpoint,
            Stage::AtOnce => v.options.fuse && v.options.at_once && !v.options.checkpoint,
            Stage::Checkpoint => v.options.checkpoint,
            Stage::Simplified | Stage::Windows => v.simplify,
            // One of them, to compare tangents with.
            _ => v.options.buffers == Buffers::Own && !v.options.fuse && !v.options.checkpoint && !v.simplify,
        }
    }

    /// Whether second derivatives have anything to do with it.
    pub(super) fn is_of_second_order(self) -> bool {
        matches!(self, Stage::Second | Stage::Twice | Stage::CalleeSecond | Stage::Pattern)
    }
}

/// Plants the fault, if it is of this stage.
pub(super) fn plant(
    fault: Option<Fault<'_>>,
    stage: Stage,
    func: &mut Func,
    split: &mut usize,
    primal: &Func,
) {
    if let Some(Fault::Program(own, change)) = fault
        && own == stage
    {
        change(func, split, primal);
    }
}

pub(super) fn plant_in_gradient(fault: Option<Fault<'_>>, stage: Stage, g: &mut Gradient, primal: &Func) {
    plant(fault, stage, &mut g.func, &mut g.split, primal);
}

pub(super) fn plant_in_tangent(fault: Option<Fault<'_>>, stage: Stage, t: &mut Tangent, primal: &Func) {
    plant(fault, stage, &mut t.func, &mut 0, primal);
}
