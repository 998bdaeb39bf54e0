//! Runs a program, so that derivatives can be tested by the million without rustc.
//!
//! Floats compute exactly as the generated code would. Whatever would panic there is a [`Trap`] here, and so is
//! what no well-formed program may do: a use before its definition, or a repeated load that sees another
//! version of a place than the load that it repeats (every cell knows which write it holds).
//!
//! Opaque code is stood in for: it is appended to a log with what it reads, and what it returns is a number
//! that depends on its tokens, its reads and its position in the log. Two programs have the same effects if
//! their logs are equal.

use crate::tables::HashMap;
use std::cell::Cell;
use std::rc::Rc;

use super::*;
use crate::forward::Tangent;
use crate::reverse::Gradient;

mod call;
mod heap;
mod memory;
mod opaque;
mod plan;
mod scalar;

pub use call::Saved;
pub use heap::Data;
pub use opaque::Effect;
pub use scalar::{Scalar, of_integers};

use heap::{Bound, Heap};
use plan::{Plan, Records};

/// Why a run ended early.
#[derive(Clone, Debug, PartialEq)]
pub enum Trap {
    /// Where the generated code would panic: an index, an overflow, a length, a division by zero.
    Panic(String),
    /// An [`Op::Exit`] was reached: its tokens.
    Exit(String),
    /// A load saw another version of a place than the load that it repeats.
    Stale(String),
    /// Too many statements.
    Fuel,
    /// The program is not well formed, or uses what only rustc knows.
    Invalid(String),
}

/// A function and its derivatives, for calls to run.
#[derive(Debug)]
pub struct Callee {
    /// The function.
    pub primal: Func,
    /// Its forward and reverse parts.
    pub reverse: Option<Gradient>,
    /// Its tangent program.
    pub forward: Option<Tangent>,
    /// The forward and reverse parts of value and tangent together ([`crate::second::along`]).
    pub second: Option<Gradient>,
}

/// The functions that calls refer to, by the last segment of their paths, and the constants.
#[derive(Debug, Default)]
pub struct Program {
    /// What calls run.
    pub callees: HashMap<String, Callee>,
    /// Values of paths to constants, by their text.
    pub consts: HashMap<String, Scalar>,
}

/// The state of a run.
pub struct Interp<'p> {
    program: &'p Program,
    heap: Heap,
    plans: HashMap<*const Func, Rc<Plan>>,
    /// What the opaque code did so far.
    pub log: Vec<Effect>,
    /// How many more statements may run.
    pub fuel: u64,
    /// Floats of unknown width are `f32`.
    pub single: bool,
    /// Whether an operation on finite numbers has given an infinite one: a pole, or more than a float can hold.
    pub overflowed: Cell<bool>,
}

/// A function's environment: what its values and places stand for.
#[derive(Clone, Debug)]
struct Frame {
    values: Vec<Option<Scalar>>,
    places: Vec<Option<Bound>>,
    records: Records,
    plan: Rc<Plan>,
    /// Objects of lower number belong to callers.
    base: usize,
}

/// A finished run: results can be read off it.
#[derive(Debug)]
pub struct Run<'p> {
    func: &'p Func,
    frame: Frame,
}

impl Run<'_> {
    /// What a tree over the function's yields and places stands for.
    pub fn data(&self, interp: &Interp<'_>, ret: &Ret) -> Result<Data, Trap> {
        interp.ret_data(self.func, &self.frame, ret)
    }

    /// What is left in a parameter.
    pub fn param(&self, interp: &Interp<'_>, index: usize) -> Result<Data, Trap> {
        let kind =
            self.func.params.get(index).map(|p| &p.kind).ok_or_else(|| invalid("no such parameter"))?;
        interp.param_data(&self.frame, kind)
    }
}

fn invalid(what: impl Into<String>) -> Trap {
    Trap::Invalid(what.into())
}

impl<'p> Interp<'p> {
    /// A fresh state.
    pub fn new(program: &'p Program) -> Self {
        Interp {
            program,
            heap: Heap::default(),
            plans: HashMap::default(),
            log: Vec::new(),
            fuel: 1_000_000,
            single: false,
            overflowed: Cell::new(false),
        }
    }

    /// Runs a function on one argument per parameter.
    pub fn run(&mut self, func: &'p Func, args: &[Data]) -> Result<Run<'p>, Trap> {
        if args.len() != func.params.len() {
            return Err(invalid(format!("{} parameters, {} arguments", func.params.len(), args.len())));
        }
        let mut frame = self.frame(func);
        for (p, a) in func.params.iter().zip(args) {
            self.bind_data(func, &mut frame, &p.kind, a)?;
        }
        self.block(func, &mut frame, &func.body)?;
        Ok(Run { func, frame })
    }

    /// The result of a function, and nothing else.
    pub fn call(&mut self, func: &'p Func, args: &[Data]) -> Result<Data, Trap> {
        let run = self.run(func, args)?;
        run.data(self, &func.ret)
    }

    fn frame(&mut self, func: &'p Func) -> Frame {
        let plan = self.plans.entry(func).or_insert_with(|| Rc::new(Plan::new(func))).clone();
        Frame {
            values: vec![None; func.values.len()],
            places: vec![None; func.places.len()],
            records: Records::new(&plan),
            plan,
            base: self.heap.len(),
        }
    }

    fn block(&mut self, func: &'p Func, fr: &mut Frame, block: &'p Block) -> Result<(), Trap> {
        self.stmts(func, fr, &block.stmts)
    }

    fn stmts(&mut self, func: &'p Func, fr: &mut Frame, stmts: &'p [Stmt]) -> Result<(), Trap> {
        for stmt in stmts {
            self.fuel = self.fuel.checked_sub(1).ok_or(Trap::Fuel)?;
            self.stmt(func, fr, stmt).map_err(|t| match t {
                Trap::Invalid(why) if !why.contains(" at: ") => {
                    Trap::Invalid(format!("{why} at: {}", func.show_stmt(stmt)))
                }
                t => t,
            })?;
        }
        Ok(())
    }

    fn stmt(&mut self, func: &'p Func, fr: &mut Frame, stmt: &'p Stmt) -> Result<(), Trap> {
        match &stmt.op {
            Op::If { cond, then, els } => {
                let arm = if fr.bool(*cond)? { then } else { els };
                self.block(func, fr, arm)?;
                fr.pass(&arm.yields, &stmt.results)
            }
            Op::For { range, inits, body } => self.run_for(func, fr, stmt, (range, inits, body)),
            Op::While { inits, cond, body } => self.run_while(func, fr, stmt, (inits, cond, body)),
            Op::Call { .. }
            | Op::CallForward { .. }
            | Op::CallReverse { .. }
            | Op::CallAtOnce { .. }
            | Op::CallTangent { .. } => self.run_call(func, fr, stmt),
            Op::Opaque { kind, reads, .. } => self.run_opaque(func, fr, stmt, kind, reads),
            Op::Exit { code, reads } => {
                self.effect(fr, &code.to_string(), reads)?;
                Err(Trap::Exit(code.to_string()))
            }
            Op::Const(_)
            | Op::Elem { .. }
            | Op::Int { .. }
            | Op::Cmp { .. }
            | Op::Cast(_)
            | Op::AssertFloat(_)
            | Op::Trips(_) => {
                let r = stmt.results[0];
                let value = self.scalar(func, fr, &stmt.op, r)?;
                fr.set(r, value);
                Ok(())
            }
            _ => self.memory(func, fr, stmt),
        }
    }

    fn run_for(
        &mut self,
        func: &'p Func,
        fr: &mut Frame,
        stmt: &'p Stmt,
        (range, inits, body): (&Range, &[Value], &'p Block),
    ) -> Result<(), Trap> {
        let (lo, step, trips) = fr.trips(range)?;
        let plan = fr.plan.clone();
        let mut carried = fr.get_all(inits)?;
        for n in 0..trips {
            self.fuel = self.fuel.checked_sub(1).ok_or(Trap::Fuel)?;
            fr.records.start_round(&plan, stmt);
            let n = if range.rev { trips - 1 - n } else { n };
            fr.set(body.params[0], Scalar::Int(lo + n * step));
            fr.set_all(&body.params[1..], carried)?;
            self.block(func, fr, body)?;
            carried = fr.get_all(&body.yields)?;
        }
        fr.set_all(&stmt.results, carried)
    }

    fn run_while(
        &mut self,
        func: &'p Func,
        fr: &mut Frame,
        stmt: &'p Stmt,
        (inits, cond, body): (&[Value], &'p Block, &'p Block),
    ) -> Result<(), Trap> {
        let plan = fr.plan.clone();
        let mut carried = fr.get_all(inits)?;
        loop {
            self.fuel = self.fuel.checked_sub(1).ok_or(Trap::Fuel)?;
            fr.records.start_round(&plan, stmt);
            fr.set_all(&cond.params, carried.clone())?;
            self.block(func, fr, cond)?;
            if !fr.bool(cond.yields[0])? {
                return fr.set_all(&stmt.results, carried);
            }
            fr.set_all(&body.params, carried)?;
            self.block(func, fr, body)?;
            carried = fr.get_all(&body.yields)?;
        }
    }
}

impl Frame {
    fn get(&self, v: Value) -> Result<&Scalar, Trap> {
        let slot = self.values.get(v.0 as usize).and_then(Option::as_ref);
        slot.ok_or_else(|| invalid(format!("%{} is used before its definition", v.0)))
    }

    fn set(&mut self, v: Value, s: Scalar) {
        if let Some(slot) = self.values.get_mut(v.0 as usize) {
            *slot = Some(s);
        }
    }

    fn get_all(&self, vs: &[Value]) -> Result<Vec<Scalar>, Trap> {
        vs.iter().map(|v| self.get(*v).cloned()).collect()
    }

    fn set_all(&mut self, vs: &[Value], values: Vec<Scalar>) -> Result<(), Trap> {
        if vs.len() != values.len() {
            return Err(invalid(format!("{} values for {} results", values.len(), vs.len())));
        }
        vs.iter().zip(values).for_each(|(v, s)| self.set(*v, s));
        Ok(())
    }

    fn pass(&mut self, from: &[Value], to: &[Value]) -> Result<(), Trap> {
        let values = self.get_all(from)?;
        self.set_all(to, values)
    }

    fn bool(&self, v: Value) -> Result<bool, Trap> {
        self.get(v)?.bool()
    }

    fn int(&self, v: Value) -> Result<i128, Trap> {
        self.get(v)?.int()
    }

    fn float(&self, v: Value) -> Result<f64, Trap> {
        self.get(v)?.float()
    }

    /// First value, step, and number of values of a range.
    fn trips(&self, r: &Range) -> Result<(i128, i128, i128), Trap> {
        let (lo, hi) = (self.int(r.lo)?, self.int(r.hi)?);
        let step = r.step.map_or(Ok(1), |s| self.int(s))?;
        if step == 0 {
            return Err(Trap::Panic("step of zero".into()));
        }
        let len = (hi - lo + i128::from(r.inclusive)).max(0);
        Ok((lo, step, (len + step - 1) / step))
    }
}
