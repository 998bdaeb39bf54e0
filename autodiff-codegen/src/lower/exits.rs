//! Where control goes at the end of a region, and what the region hands out.
//!
//! A region (the arms of an `if` taken together, a loop's body, the function) may be left in several ways: by
//! coming to its end, by `return`, by the `break` or `continue` of a loop around it. Its [`Frame`] lists the
//! ways that its code takes. What it yields is always of one form: a code for the way taken, if there are
//! several; for each way the scalars that are handed out on it (dummies, where another way was taken); and the
//! variables that it assigns to.

use super::slot::Slot;
use super::{Lower, Refused, Res, Val, jumps};
use crate::diagnostics::Kind;
use crate::hir::{Expr, ExprKind, Var};
use crate::ir::{CmpOp, Const, Op, Ty, Value};
use proc_macro2::Ident;

/// The yields of a block; nothing, if its end is never reached.
pub(super) type Yields = Option<Vec<Value>>;

/// A way out of a region.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Exit {
    /// It comes to its end.
    End,
    /// `return`
    Return,
    /// `break`, of a loop or labelled block.
    Break(Goal),
    /// `continue`
    Continue(Goal),
}

/// A loop or labelled block around what is being lowered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Goal(usize);

/// What is known of it.
pub(super) struct Enclosing {
    goal: Goal,
    label: Option<Ident>,
    /// A loop, which jumps without a label mean as well.
    is_loop: bool,
    /// What its `break`s hand out.
    value: Slot,
}

/// What a way out hands out.
#[derive(Clone)]
pub(super) enum Gives {
    /// The function's result.
    Result,
    /// A value of this form.
    Value(Slot),
}

/// A region's ways out, and what it hands out.
#[derive(Clone)]
pub(super) struct Frame {
    /// The ways out, by their codes.
    exits: Vec<Exit>,
    /// Jumps that come to the same as the region's end.
    ends: Vec<Exit>,
    /// What is handed out at the end.
    value: Gives,
    /// The variables from outside that are handed out, with a template for each.
    vars: Vec<(Var, Val)>,
    /// The variables from outside that are assigned to in place only.
    fixed: Vec<(Var, Val)>,
}

/// What has come out of a region.
pub(super) struct Joined {
    /// Which way was taken; a `bool` that says whether it was the first, if there are two.
    code: Option<Value>,
    /// The ways that lead further out, with their codes and what they carry.
    pub(super) ways: Vec<(usize, Exit, Vec<Value>)>,
    /// The value, if what follows is reached.
    pub(super) value: Option<Val>,
}

impl Frame {
    /// The whole function.
    pub(super) fn function() -> Frame {
        Frame {
            exits: vec![Exit::End],
            ends: vec![Exit::Return],
            value: Gives::Result,
            vars: Vec::new(),
            fixed: Vec::new(),
        }
    }

    /// How many scalars its variables take.
    pub(super) fn scalars_of_variables(&self) -> usize {
        let mut scalars = Vec::new();
        for (_, val) in &self.vars {
            val.leaves(&mut scalars);
        }
        scalars.len()
    }

    /// How many ways out there are.
    pub(super) fn ways(&self) -> usize {
        self.exits.len()
    }
}

impl Joined {
    /// What has come out of a loop, if this is what has come out of its last round: its own `break` leads to
    /// what follows, and so does its end, if it `ends`.
    pub(super) fn after(mut self, own: Exit, slot: &Slot, ends: bool) -> Joined {
        let own = self.ways.iter().position(|(_, exit, _)| *exit == own);
        let broken = own.map(|own| slot.filled(&mut self.ways.remove(own).2.into_iter()));
        self.value = if ends { self.value } else { broken };
        self
    }

    /// What never ends.
    pub(super) fn never() -> Joined {
        Joined { code: None, ways: Vec::new(), value: None }
    }
}

impl<'a> Lower<'a, '_> {
    /// A frame for a region that assigns to these variables, with the jumps that lead out of it, and with
    /// `more` ways out.
    pub(super) fn frame_of(
        &mut self,
        jumps: Vec<&'a Expr>,
        more: Vec<Exit>,
        ends: Vec<Exit>,
        value: Slot,
        assigned: Vec<Var>,
    ) -> Res<Frame> {
        let mut exits = vec![Exit::End];
        exits.extend(more);
        for jump in jumps {
            let exit = self.exit_of(jump)?;
            if !ends.contains(&exit) && !exits.contains(&exit) {
                exits.push(exit);
            }
        }
        self.initialise(&assigned)?;
        let (mut vars, mut fixed) = (Vec::new(), Vec::new());
        for v in assigned {
            match self.env.get(v.0 as usize).cloned().flatten() {
                Some(val) if val.is_made_of_scalars() => vars.push((v, val)),
                Some(Val::Opaque) if exits.len() > 1 && self.unset.contains(&v) => {
                    let ident = self.f.vars[v.0 as usize].ident.clone();
                    return self.refuse_at(Kind::SetOnTheWay, ident.span(), &[&ident.to_string()]);
                }
                Some(val) => fixed.push((v, val)),
                None => {}
            }
        }
        Ok(Frame { exits, ends, value: Gives::Value(value), vars, fixed })
    }

    /// Variables that are assigned to in a region before they are read: in what it hands out, they need some
    /// value on all ways.
    fn initialise(&mut self, vars: &[Var]) -> Res<()> {
        for v in vars {
            if self.env.get(v.0 as usize) != Some(&Some(Val::Uninit)) {
                continue;
            }
            let slot = self.slot_of_variable(*v);
            if let Some(slot) = slot {
                let mut scalars = Vec::new();
                self.slot_dummies(&slot, &mut scalars)?;
                let val = slot.filled(&mut scalars.into_iter());
                if let Some(p) = val.place() {
                    self.changing.insert(p);
                }
                if let Val::PlaceRef(p, false) = val {
                    self.referring.insert(p);
                }
                self.env[v.0 as usize] = Some(val);
            }
        }
        Ok(())
    }

    // Loops and labelled blocks.

    /// Enters a loop or labelled block.
    pub(super) fn enclose(&mut self, label: Option<&Ident>, is_loop: bool, value: Slot) -> Goal {
        let goal = Goal(self.goals);
        self.goals += 1;
        self.enclosing.push(Enclosing { goal, label: label.cloned(), is_loop, value });
        goal
    }

    /// The way out that a jump takes.
    fn exit_of(&mut self, jump: &'a Expr) -> Res<Exit> {
        match &jump.kind {
            ExprKind::Return(_) => Ok(Exit::Return),
            ExprKind::Break(label, _) => Ok(Exit::Break(self.goal(jump, label.as_ref())?)),
            ExprKind::Continue(label) => Ok(Exit::Continue(self.goal(jump, label.as_ref())?)),
            _ => Err(Refused),
        }
    }

    /// What a `break` or `continue` means.
    pub(super) fn goal(&mut self, jump: &'a Expr, label: Option<&Ident>) -> Res<Goal> {
        let found = self.enclosing.iter().rev().find(|e| match (label, &e.label) {
            (None, _) => e.is_loop,
            (Some(label), Some(own)) => jumps::same(own, label),
            (Some(_), None) => false,
        });
        match found {
            Some(e) => Ok(e.goal),
            None => self.refuse(Kind::ReturnInside, jump, &[]),
        }
    }

    /// What a way out hands out.
    pub(super) fn gives(&self, exit: Exit) -> Gives {
        match exit {
            Exit::End => self.frame.value.clone(),
            Exit::Return => Gives::Result,
            Exit::Continue(_) => Gives::Value(Slot::Unit),
            Exit::Break(goal) => {
                let found = self.enclosing.iter().rev().find(|e| e.goal == goal);
                Gives::Value(found.map_or(Slot::Unit, |e| e.value.clone()))
            }
        }
    }

    // Leaving.

    /// Leaves the region at hand with a value: its yields.
    pub(super) fn leave(&mut self, exit: Exit, val: Val, e: Option<&'a Expr>) -> Res<Yields> {
        if self.dead || val == Val::Never {
            return Ok(None);
        }
        let mut scalars = Vec::new();
        let result = matches!(self.gives(exit), Gives::Result);
        if result && e.is_none() && val == Val::Unit && !matches!(self.result, super::returns::Plan::Unit) {
            // No value where there has to be one: rustc refuses the function itself, if no `cfg` leaves it out.
            self.never();
            return Ok(None);
        }
        match self.gives(exit) {
            Gives::Result => scalars = self.delivered(val, e)?,
            Gives::Value(slot) => self.put(&slot, val, e, &mut scalars)?,
        }
        self.leave_with(exit, scalars).map(Some)
    }

    /// The same with the scalars that are carried on this way.
    pub(super) fn leave_with(&mut self, exit: Exit, scalars: Vec<Value>) -> Res<Vec<Value>> {
        let frame = self.frame.clone();
        let exit = if frame.ends.contains(&exit) { Exit::End } else { exit };
        let Some(code) = frame.exits.iter().position(|e| *e == exit) else {
            self.errors.internal(self.origin.span, "a jump that was not foreseen");
            return Err(Refused);
        };
        let mut yields = Vec::new();
        match frame.exits.len() {
            1 => {}
            2 => yields.push(self.push(Op::Const(Const::Bool(code == 0)), Ty::Bool)),
            _ => yields.push(self.int(code as i128, Ty::usize())),
        }
        let mut scalars = Some(scalars);
        for (k, exit) in frame.exits.iter().enumerate() {
            match scalars.take_if(|_| k == code) {
                Some(scalars) => yields.extend(scalars),
                None => self.nothing(*exit, &mut yields)?,
            }
        }
        yields.extend(self.variables_of(&frame)?);
        Ok(yields)
    }

    /// What a frame's variables are now.
    pub(super) fn variables_of(&mut self, frame: &Frame) -> Res<Vec<Value>> {
        for (v, val) in &frame.fixed {
            match self.env.get(v.0 as usize) {
                Some(Some(now)) if now == val => {}
                Some(Some(Val::Poison)) => return Err(Refused),
                _ => return self.refuse_at(Kind::Reassigned, self.origin.span, &[]),
            }
        }
        let mut scalars = Vec::new();
        for (v, template) in &frame.vars {
            self.current(*v, template, &mut scalars)?;
        }
        Ok(scalars)
    }

    /// What a way that was not taken hands out: never looked at.
    fn nothing(&mut self, exit: Exit, out: &mut Vec<Value>) -> Res<()> {
        match self.gives(exit) {
            Gives::Result => {
                let plan = self.result.clone();
                self.dummies(&plan, out);
                Ok(())
            }
            Gives::Value(slot) => self.slot_dummies(&slot, out),
        }
    }

    /// The scalars that a variable consists of now.
    fn current(&mut self, v: Var, template: &Val, out: &mut Vec<Value>) -> Res<()> {
        let (mut expected, before) = (Vec::new(), out.len());
        template.leaves(&mut expected);
        match self.env.get(v.0 as usize).cloned().flatten() {
            Some(Val::Poison) | None => return Err(Refused),
            Some(val) if !val.same_memory(template) => {
                return self.refuse_at(Kind::Reassigned, self.origin.span, &[]);
            }
            Some(val) => val.leaves(out),
        };
        if out.len() - before != expected.len() {
            return self.refuse_at(Kind::Reassigned, self.origin.span, &[]);
        }
        Ok(())
    }

    // Arriving.

    /// Runs a region in a frame of its own.
    pub(super) fn framed<T>(&mut self, frame: Frame, f: impl FnOnce(&mut Self) -> T) -> (Frame, T) {
        let outer = std::mem::replace(&mut self.frame, frame);
        let result = f(self);
        (std::mem::replace(&mut self.frame, outer), result)
    }

    /// Takes what a region has yielded apart, and gives its variables their new values.
    pub(super) fn received(&mut self, frame: &Frame, yields: Vec<Value>) -> Joined {
        let mut values = yields.into_iter();
        let code = if frame.exits.len() > 1 { values.next() } else { None };
        let mut joined = Joined { code, ways: Vec::new(), value: None };
        for (k, exit) in frame.exits.iter().enumerate() {
            match (exit, &frame.value) {
                (Exit::End, Gives::Value(slot)) => joined.value = Some(slot.filled(&mut values)),
                (Exit::End, Gives::Result) => {}
                (exit, _) => {
                    let scalars = match self.gives(*exit) {
                        Gives::Result => self.result.scalars(),
                        Gives::Value(slot) => slot.scalars(),
                    };
                    joined.ways.push((k, *exit, values.by_ref().take(scalars).collect()));
                }
            }
        }
        for (v, template) in &frame.vars {
            let val = template.rebuilt(&mut values);
            if let Some(x) = val.scalar() {
                self.name_value(x, self.user_name(*v));
            }
            self.env[v.0 as usize] = Some(val);
        }
        joined
    }

    /// The code says that the region has come to its end (or the loop's body: that it goes on).
    pub(super) fn at_end(&mut self, code: Value) -> Value {
        match *self.ty(code) == Ty::Bool {
            true => code,
            false => self.is_way(code, 0),
        }
    }

    fn is_way(&mut self, code: Value, k: usize) -> Value {
        let k = self.int(k as i128, Ty::usize());
        self.push(Op::Cmp { op: CmpOp::Eq, args: [code, k] }, Ty::Bool)
    }

    /// What comes after a region: `on`, if its end was reached, and otherwise the way further out.
    pub(super) fn dispatch(
        &mut self,
        joined: Joined,
        on: &mut dyn FnMut(&mut Self, Val) -> Res<Yields>,
    ) -> Res<Yields> {
        self.dispatch_from(&joined, 0, on)
    }

    fn dispatch_from(
        &mut self,
        joined: &Joined,
        from: usize,
        on: &mut dyn FnMut(&mut Self, Val) -> Res<Yields>,
    ) -> Res<Yields> {
        let last = from + 1 == joined.ways.len();
        let (code, (k, exit, scalars)) = match (joined.ways.get(from), joined.code, &joined.value) {
            (None, _, Some(val)) => return on(self, val.clone()),
            (None, _, None) => {
                self.never();
                return Ok(None);
            }
            (Some((_, exit, scalars)), _, None) if last => {
                return self.leave_with(*exit, scalars.clone()).map(Some);
            }
            (Some((_, exit, scalars)), None, _) => {
                return self.leave_with(*exit, scalars.clone()).map(Some);
            }
            (Some(way), Some(code), _) => (code, way),
        };
        let away = |s: &mut Self| s.leave_with(*exit, scalars.clone()).map(Some);
        if *self.ty(code) == Ty::Bool {
            return self.either(code, |s| s.dispatch_from(joined, from + 1, on), away);
        }
        let cond = self.is_way(code, *k);
        self.either(cond, away, |s| s.dispatch_from(joined, from + 1, on))
    }

    /// Code that control never comes to.
    pub(super) fn never(&mut self) {
        if !self.dead {
            self.effect(Op::Exit { code: quote::quote!(::core::unreachable!()), reads: Vec::new() });
            self.dead = true;
        }
    }
}
