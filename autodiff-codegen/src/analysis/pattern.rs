//! Which results of a program depend on which elements of a parameter: the sparsity pattern of a Jacobian or Hessian.
//!
//! A tangent program is linear in its tangents, so that its Jacobian's row has entries at most where the tangent of that
//! result depends on a tangent that goes in. So the program is run once, while it is compiled, with sets of elements in the
//! place of floats. Integers and conditions are computed as far as they are known; what is not known counts as anything:
//! both arms of an `if`, all elements of an array, any number of rounds. So a pattern may be too large and never too
//! small.

mod memory;
mod set;
mod steps;

use std::rc::Rc;

use crate::ir::interpret::Scalar;
use crate::ir::*;
use memory::{Bound, Data};
pub use set::Set;

/// More statements than this are not run: a build should not wait for it.
const MOST_STEPS: u64 = 400_000;

/// Why a pattern could not be found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unknown {
    /// It would take too many steps.
    TooLarge,
    /// How many results there are is not known.
    Length,
}

/// What is known of a value.
#[derive(Clone, Debug, Default, PartialEq)]
struct Cell {
    /// The elements that it depends on.
    on: Set,
    known: Known,
}

/// A value that does not depend on floats.
#[derive(Clone, Debug, Default, PartialEq)]
enum Known {
    /// An integer or a `bool`.
    Scalar(Scalar),
    /// What a snapshot holds.
    Snapshot(Rc<Data>),
    #[default]
    No,
}

impl Cell {
    fn of(on: Set) -> Cell {
        Cell { on, known: Known::No }
    }

    fn scalar(known: Scalar) -> Cell {
        Cell { on: Set::default(), known: Known::Scalar(known) }
    }

    /// Either of two.
    fn join(&self, other: &Cell) -> Cell {
        match self.known == other.known {
            true => Cell { on: self.on.union(&other.on), known: self.known.clone() },
            false => Cell::of(self.all().union(&other.all())),
        }
    }

    /// All that it may depend on.
    fn all(&self) -> Set {
        match &self.known {
            Known::Snapshot(data) => self.on.union(&data.all()),
            _ => self.on.clone(),
        }
    }
}

/// The state of a run.
struct Run<'f> {
    func: &'f Func,
    /// What paths to constants and lengths stand for, as far as known.
    constant: &'f dyn Fn(&str) -> Option<i128>,
    /// By SSA value. Values that are defined in a region are read there, so that ways which meet need no copies of these.
    values: Vec<Cell>,
    /// What roots hold, by their number.
    heap: Vec<Option<Rc<Data>>>,
    /// What places stand for.
    bound: Vec<Option<Bound>>,
    steps: u64,
}

/// One round of a loop: from what it carries to what it hands on.
type Round<'r, S> = &'r mut dyn FnMut(&mut S, Vec<Cell>) -> Result<Vec<Cell>, Unknown>;

/// The elements of `seeded` that each result of `outputs` depends on, and then each element of what `lent` leaves in its
/// parameters. `constant` says what a path to a constant stands for, without spaces.
///
/// # Errors
///
/// If the program takes too long, or its results are not counted by then.
pub fn pattern(
    func: &Func,
    seeded: usize,
    (outputs, lent): (&Ret, Option<usize>),
    constant: &dyn Fn(&str) -> Option<i128>,
) -> Result<Vec<Set>, Unknown> {
    let mut run = Run {
        func,
        constant,
        values: vec![Cell::default(); func.values.len()],
        heap: vec![None; func.places.len()],
        bound: vec![None; func.places.len()],
        steps: 0,
    };
    for (i, p) in func.params.iter().enumerate() {
        run.parameter(&p.kind, (i == seeded).then_some(&mut 0));
    }
    run.block(&func.body)?;
    let mut out = Vec::new();
    run.results(outputs, &mut out)?;
    if let Some(ParamKind::Place(p, _)) = lent.map(|i| &func.params[i].kind) {
        run.elements(*p, &mut out)?;
    }
    Ok(out)
}

impl Run<'_> {
    /// A parameter comes in. `number`: its elements are the ones that are asked about.
    fn parameter(&mut self, kind: &ParamKind, mut number: Option<&mut u32>) {
        match kind {
            ParamKind::Scalar(v, _) => {
                let on = number.map_or_else(Set::default, |_| Set::one(0));
                self.values[v.0 as usize] = Cell::of(on);
            }
            ParamKind::Place(p, _) => {
                let mut data = self.shape(&self.func.plc(*p).ty, &Cell::default());
                if let Some(number) = &mut number {
                    data.each_mut(&mut |cell| {
                        *cell = Cell::of(Set::one(**number));
                        **number += 1;
                    });
                }
                self.make(*p, data);
            }
            ParamKind::Tuple(ks, _) => ks.iter().for_each(|k| self.parameter(k, number.as_deref_mut())),
            ParamKind::Opaque => {}
        }
    }

    fn results(&self, ret: &Ret, out: &mut Vec<Set>) -> Result<(), Unknown> {
        match ret {
            Ret::Unit => Ok(()),
            Ret::Scalar(i) => {
                let v = self.func.body.yields.get(*i).ok_or(Unknown::Length)?;
                out.push(self.get(*v).on.clone());
                Ok(())
            }
            Ret::Place(p) => self.elements(*p, out),
            Ret::Tuple(ts) => ts.iter().try_for_each(|t| self.results(t, out)),
        }
    }

    /// The elements of a place, in order.
    fn elements(&self, p: Place, out: &mut Vec<Set>) -> Result<(), Unknown> {
        let mut counted = true;
        self.read(p).each(&mut |data| match data {
            Data::Cell(cell) => out.push(cell.all()),
            _ => counted = false,
        });
        if counted { Ok(()) } else { Err(Unknown::Length) }
    }

    fn get(&self, v: Value) -> &Cell {
        &self.values[v.0 as usize]
    }

    fn set(&mut self, v: Value, cell: Cell) {
        self.values[v.0 as usize] = cell;
    }

    fn int(&self, v: Value) -> Option<i128> {
        match &self.get(v).known {
            Known::Scalar(Scalar::Int(i)) => Some(*i),
            _ => None,
        }
    }

    fn size(&self, v: Value) -> Option<usize> {
        self.int(v).and_then(|n| usize::try_from(n).ok())
    }

    fn bool(&self, v: Value) -> Option<bool> {
        match &self.get(v).known {
            Known::Scalar(Scalar::Bool(b)) => Some(*b),
            _ => None,
        }
    }

    fn cells(&self, vs: &[Value]) -> Vec<Cell> {
        vs.iter().map(|v| self.get(*v).clone()).collect()
    }

    fn pass(&mut self, cells: Vec<Cell>, to: &[Value]) {
        to.iter().zip(cells).for_each(|(v, cell)| self.set(*v, cell));
    }

    /// Counts what it costs.
    fn step(&mut self, n: usize) -> Result<(), Unknown> {
        self.steps += n as u64;
        if self.steps > MOST_STEPS { Err(Unknown::TooLarge) } else { Ok(()) }
    }

    fn block(&mut self, block: &Block) -> Result<(), Unknown> {
        for stmt in &block.stmts {
            self.step(1)?;
            match &stmt.op {
                Op::If { cond, then, els } => self.run_if(stmt, (*cond, then, els))?,
                Op::For { range, inits, body } => self.run_for(stmt, (range, inits, body))?,
                Op::While { inits, cond, body } => self.run_while(stmt, (inits, cond, body))?,
                _ => self.statement(stmt)?,
            }
        }
        Ok(())
    }

    fn run_if(&mut self, stmt: &Stmt, (cond, then, els): (Value, &Block, &Block)) -> Result<(), Unknown> {
        // What leaves the function leaves nothing behind.
        let known = match (self.bool(cond), then.diverges, els.diverges) {
            (Some(way), _, _) => Some(way),
            (None, true, false) => Some(false),
            (None, false, true) => Some(true),
            _ => None,
        };
        if let Some(way) = known {
            let arm = if way { then } else { els };
            self.block(arm)?;
            let cells = self.cells(&arm.yields);
            self.pass(cells, &stmt.results);
            return Ok(());
        }
        self.step(self.heap.len() / 32)?;
        let before = self.heap.clone();
        self.block(then)?;
        let cells = self.cells(&then.yields);
        let after = std::mem::replace(&mut self.heap, before);
        self.block(els)?;
        self.join_heap(&after);
        let joined = cells.iter().zip(&els.yields).map(|(cell, v)| cell.join(self.get(*v)));
        let joined = joined.collect();
        self.pass(joined, &stmt.results);
        Ok(())
    }

    fn run_for(
        &mut self,
        stmt: &Stmt,
        (range, inits, body): (&Range, &[Value], &Block),
    ) -> Result<(), Unknown> {
        let carried = self.cells(inits);
        let Some((lo, step, trips)) = self.trips(range) else {
            return self.any_rounds(stmt, carried, &mut |run, carried| {
                run.set(body.params[0], Cell::default());
                run.pass(carried, &body.params[1..]);
                run.block(body)?;
                Ok(run.cells(&body.yields))
            });
        };
        let mut carried = carried;
        for n in 0..trips {
            self.step(1)?;
            let n = if range.rev { trips - 1 - n } else { n };
            self.set(body.params[0], Cell::scalar(Scalar::Int(lo + n * step)));
            self.pass(carried, &body.params[1..]);
            self.block(body)?;
            carried = self.cells(&body.yields);
        }
        self.pass(carried, &stmt.results);
        Ok(())
    }

    /// First value, step, and number of values of a range.
    fn trips(&self, r: &Range) -> Option<(i128, i128, i128)> {
        let (lo, hi) = (self.int(r.lo)?, self.int(r.hi)?);
        let step = r.step.map_or(Some(1), |s| self.int(s)).filter(|s| *s > 0)?;
        let len = (hi - lo + i128::from(r.inclusive)).max(0);
        Some((lo, step, (len + step - 1) / step))
    }

    fn run_while(
        &mut self,
        stmt: &Stmt,
        (inits, cond, body): (&[Value], &Block, &Block),
    ) -> Result<(), Unknown> {
        let mut carried = self.cells(inits);
        loop {
            self.step(1)?;
            // Asked of a state that is put back: what the condition does is done below, whichever way it is decided.
            let before = self.heap.clone();
            self.pass(carried.clone(), &cond.params);
            self.block(cond)?;
            match self.bool(cond.yields[0]) {
                Some(false) => break,
                Some(true) => {
                    self.pass(carried, &body.params);
                    self.block(body)?;
                    carried = self.cells(&body.yields);
                }
                None => {
                    self.heap = before;
                    return self.any_rounds(stmt, carried, &mut |run, carried| {
                        run.pass(carried.clone(), &cond.params);
                        run.block(cond)?;
                        let after = run.heap.clone();
                        run.pass(carried, &body.params);
                        run.block(body)?;
                        // It may end with what the condition left.
                        run.join_heap(&after);
                        Ok(run.cells(&body.yields))
                    });
                }
            }
        }
        self.pass(carried, &stmt.results);
        Ok(())
    }

    /// Runs rounds until another one adds nothing: then the state stands for any number of them.
    fn any_rounds(
        &mut self,
        stmt: &Stmt,
        mut carried: Vec<Cell>,
        round: Round<'_, Self>,
    ) -> Result<(), Unknown> {
        loop {
            self.step(1)?;
            let before = self.heap.clone();
            let next = round(self, carried.clone())?;
            self.join_heap(&before);
            let joined: Vec<Cell> = carried.iter().zip(&next).map(|(a, b)| a.join(b)).collect();
            if joined == carried && self.heap_is(&before) {
                break;
            }
            carried = joined;
        }
        self.pass(carried, &stmt.results);
        Ok(())
    }

    /// Takes what another way has left into account.
    fn join_heap(&mut self, other: &[Option<Rc<Data>>]) {
        for (own, other) in self.heap.iter_mut().zip(other) {
            match (&mut *own, other) {
                (Some(a), Some(b)) if !Rc::ptr_eq(a, b) => {
                    let joined = a.join(b);
                    *a = Rc::new(joined);
                }
                (None, Some(b)) => *own = Some(b.clone()),
                _ => {}
            }
        }
    }

    /// Whether the roots hold just what they held.
    fn heap_is(&self, before: &[Option<Rc<Data>>]) -> bool {
        self.heap.iter().zip(before).all(|(a, b)| match (a, b) {
            (Some(a), Some(b)) => Rc::ptr_eq(a, b) || a == b,
            (None, None) => true,
            // It came to life in the round, and is gone.
            _ => false,
        })
    }
}
