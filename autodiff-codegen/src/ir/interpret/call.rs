//! Calls: of the function itself, of its forward and reverse parts, of its tangent program.
//!
//! A pullback is the callee's environment at the end of its forward part. The reverse part goes on in a copy
//! of it, so that a pullback can be run twice. Reference arguments come again; that they hold what they held
//! before is checked, to the bit.

use super::*;

/// What a pullback holds.
#[derive(Debug)]
pub struct Saved {
    name: String,
    frame: Frame,
}

impl<'p> Interp<'p> {
    pub(super) fn run_call(&mut self, func: &'p Func, fr: &mut Frame, stmt: &'p Stmt) -> Result<(), Trap> {
        match &stmt.op {
            Op::Call { callee, args, ret } => {
                let target = &self.callee(&callee.name)?.primal;
                let mut inner = self.frame(target);
                self.bind_args(fr, target, &mut inner, args)?;
                self.stmts(target, &mut inner, &target.body.stmts)?;
                self.hand_out(target, &inner, &target.ret, fr, *ret, stmt.results.first())
            }
            Op::CallForward { .. } => self.call_forward(fr, stmt),
            Op::CallReverse { .. } => self.call_reverse(func, fr, stmt),
            Op::CallAtOnce { .. } => self.call_at_once(func, fr, stmt),
            Op::CallTangent { .. } => self.call_tangent(fr, stmt),
            op => Err(invalid(format!("{} is no call", op.kind_name()))),
        }
    }

    fn callee(&self, name: &str) -> Result<&'p Callee, Trap> {
        self.program.callees.get(name).ok_or_else(|| invalid(format!("no function {name}")))
    }

    /// The two halves of a function, or of its value and tangent.
    fn gradient(&self, name: &str, along: bool) -> Result<&'p Gradient, Trap> {
        let callee = self.callee(name)?;
        let found = if along { callee.second.as_ref() } else { callee.reverse.as_ref() };
        found.ok_or_else(|| invalid(format!("no derivative of {name}")))
    }

    fn bind_args(
        &mut self,
        fr: &Frame,
        target: &'p Func,
        inner: &mut Frame,
        args: &[Arg],
    ) -> Result<(), Trap> {
        if args.len() > target.params.len() {
            return Err(invalid(format!("{} arguments of {}", args.len(), target.name)));
        }
        for (param, arg) in target.params.iter().zip(args) {
            self.bind_arg(fr, target, inner, &param.kind, arg)?;
        }
        Ok(())
    }

    fn bind_arg(
        &mut self,
        fr: &Frame,
        target: &Func,
        inner: &mut Frame,
        kind: &ParamKind,
        arg: &Arg,
    ) -> Result<(), Trap> {
        match (arg, kind) {
            (Arg::Value(v) | Arg::ValueRef(v), ParamKind::Scalar(p, _)) => {
                inner.set(*p, fr.get(*v)?.clone());
                Ok(())
            }
            (Arg::Place(a, Mode::Value), kind) => {
                let copy = self.heap.copy(fr.bound(*a)?)?;
                self.bind_bound(inner, kind, copy)
            }
            (Arg::Place(a, _), kind) => self.bind_bound(inner, kind, fr.bound(*a)?.clone()),
            (Arg::Opaque { code, reads, .. }, ParamKind::Scalar(p, _)) => {
                let value = self.opaque_arg(fr, code, reads, target.ty(*p))?;
                inner.set(*p, value);
                Ok(())
            }
            (Arg::Opaque { code, reads, .. }, _) => self.effect(fr, &code.to_string(), reads).map(drop),
            _ => Err(invalid(format!("{arg:?} for {kind:?}"))),
        }
    }

    fn bind_bound(&mut self, inner: &mut Frame, kind: &ParamKind, bound: Bound) -> Result<(), Trap> {
        match (kind, bound) {
            (ParamKind::Place(p, _), bound) => {
                inner.bind(*p, bound);
                Ok(())
            }
            (ParamKind::Scalar(v, _), bound) => match self.heap.data(&bound)? {
                Data::Scalar(s) => {
                    inner.set(*v, s);
                    Ok(())
                }
                data => Err(invalid(format!("{data:?} for a scalar"))),
            },
            (ParamKind::Tuple(ks, _), Bound::Tuple(bs)) if ks.len() == bs.len() => {
                ks.iter().zip(bs).try_for_each(|(k, b)| self.bind_bound(inner, k, b))
            }
            _ => Err(invalid("a tuple for something else")),
        }
    }

    /// The callee's result goes to a place or to a value of the caller.
    fn hand_out(
        &mut self,
        target: &Func,
        inner: &Frame,
        tree: &Ret,
        fr: &mut Frame,
        place: Option<Place>,
        value: Option<&Value>,
    ) -> Result<(), Trap> {
        match (place, value, tree) {
            (Some(p), _, tree) => {
                let bound = self.collect(target, inner, tree)?;
                fr.bind(p, bound);
                Ok(())
            }
            (None, Some(v), tree) => match self.ret_data(target, inner, tree)? {
                Data::Scalar(s) => {
                    fr.set(*v, s);
                    Ok(())
                }
                data => Err(invalid(format!("{data:?} as a scalar"))),
            },
            (None, None, _) => Ok(()),
        }
    }

    /// A result as the caller's own; it counts as the callee's writes.
    fn collect(&mut self, target: &Func, inner: &Frame, tree: &Ret) -> Result<Bound, Trap> {
        match tree {
            Ret::Place(p) => self.heap.copy(inner.bound(*p)?),
            Ret::Tuple(ts) => {
                ts.iter().map(|t| self.collect(target, inner, t)).collect::<Result<_, _>>().map(Bound::Tuple)
            }
            tree => {
                let data = self.ret_data(target, inner, tree)?;
                Ok(self.heap.make_data(&data))
            }
        }
    }

    fn call_forward(&mut self, fr: &mut Frame, stmt: &'p Stmt) -> Result<(), Trap> {
        let Op::CallForward { callee, args, ret, along } = &stmt.op else {
            return Err(invalid("no forward part"));
        };
        let g = self.gradient(&callee.name, along.is_some())?;
        let mut inner = self.frame(&g.func);
        self.bind_args(fr, &g.func, &mut inner, args)?;
        if let Some(along) = along {
            self.bind_tangents(fr, &g.func, &mut inner, &along.tangents)?;
        }
        self.stmts(&g.func, &mut inner, &g.func.body.stmts[..g.split])?;
        let Some((pullback, values)) = stmt.results.split_last() else {
            return Err(invalid("no result for the pullback"));
        };
        match (along, &g.func.ret) {
            (None, tree) => self.hand_out(&g.func, &inner, tree, fr, *ret, values.first())?,
            (Some(along), Ret::Tuple(trees)) if trees.len() == 2 => {
                let (own, more) =
                    if ret.is_some() { (None, values.first()) } else { (values.first(), values.get(1)) };
                self.hand_out(&g.func, &inner, &trees[0], fr, *ret, own)?;
                self.hand_out(&g.func, &inner, &trees[1], fr, along.ret, more)?;
            }
            (Some(_), _) => return Err(invalid("value and tangent are not two things")),
        }
        self.keep_references(&g.func, &mut inner)?;
        fr.set(*pullback, Scalar::Pullback(Rc::new(Saved { name: callee.name.clone(), frame: inner })));
        Ok(())
    }

    /// Owned tangents: the second half of the parameters.
    fn bind_tangents(
        &mut self,
        fr: &Frame,
        target: &'p Func,
        inner: &mut Frame,
        tangents: &[Option<Arg>],
    ) -> Result<(), Trap> {
        let n = tangents.len();
        for (i, tangent) in tangents.iter().enumerate() {
            let (own, kind) = (&target.params[i].kind, &target.params[n + i].kind);
            match (tangent, kind) {
                (None, ParamKind::Opaque) => {}
                (Some(_), ParamKind::Opaque) => {
                    return Err(invalid(format!(
                        "the tangent of argument {i} of {} is dropped",
                        target.name
                    )));
                }
                (Some(Arg::Place(p, _)), kind) => {
                    self.bind_arg(fr, target, inner, kind, &Arg::Place(*p, Mode::Value))?;
                }
                (Some(arg), kind) => self.bind_arg(fr, target, inner, kind, arg)?,
                (None, kind) => {
                    let zeros = heap::zero_data(&self.param_data(inner, own)?);
                    self.bind_data(target, inner, kind, &zeros)?;
                }
            }
        }
        Ok(())
    }

    /// Binds the reference parameters of a saved environment to copies, so that what they held is known.
    fn keep_references(&mut self, target: &Func, inner: &mut Frame) -> Result<(), Trap> {
        for param in &target.params {
            let ParamKind::Place(p, mode) = param.kind else { continue };
            let Some(Some(Bound::Part(old))) = inner.places.get(p.0 as usize).cloned() else { continue };
            if mode == Mode::Mut {
                // The reverse part gets no second look at what is mutated.
                inner.places[p.0 as usize] = None;
            } else if mode == Mode::Ref {
                let Bound::Part(new) = self.heap.copy(&Bound::Part(old.clone()))? else { continue };
                inner.rebase(target, p, &old, &new);
            }
        }
        Ok(())
    }

    fn call_reverse(&mut self, func: &'p Func, fr: &mut Frame, stmt: &'p Stmt) -> Result<(), Trap> {
        let Op::CallReverse { callee, pullback, seed, args, slots, along } = &stmt.op else {
            return Err(invalid("no reverse part"));
        };
        let Scalar::Pullback(saved) = fr.get(*pullback)?.clone() else {
            return Err(invalid("the pullback is something else"));
        };
        if saved.name != callee.name {
            return Err(invalid(format!("a pullback of {} for {}", saved.name, callee.name)));
        }
        let g = self.gradient(&callee.name, along.is_some())?;
        let mut inner = saved.frame.clone();
        self.own_copies(&mut inner);
        self.check_again(fr, &g.func, &inner, args)?;
        self.bind_seeds(fr, g, &mut inner, (seed, along))?;
        let more = along.as_ref().map(|along| &along.slots[..]).unwrap_or_default();
        let slots: Vec<Slot> = slots.iter().chain(more).cloned().collect();
        let args: Vec<Arg> = args.iter().chain(args).take(slots.len()).cloned().collect();
        self.bind_buffers(fr, g, &mut inner, &args, &slots)?;
        self.stmts(&g.func, &mut inner, &g.func.body.stmts[g.split..])?;
        let results = self.hand_back(func, fr, (callee, g), &inner, &slots)?;
        fr.set_all(&stmt.results, results)
    }

    /// One half right after the other.
    fn call_at_once(&mut self, func: &'p Func, fr: &mut Frame, stmt: &'p Stmt) -> Result<(), Trap> {
        let Op::CallAtOnce { callee, args, seed, slots } = &stmt.op else {
            return Err(invalid("no call with its gradient"));
        };
        let g = self.gradient(&callee.name, false)?;
        let mut inner = self.frame(&g.func);
        self.bind_args(fr, &g.func, &mut inner, args)?;
        let (forward, reverse) = g.func.body.stmts.split_at(g.split);
        self.stmts(&g.func, &mut inner, forward)?;
        self.hand_out(&g.func, &inner, &g.func.ret, fr, None, stmt.results.first())?;
        self.bind_seeds(fr, g, &mut inner, (&Seed::Value(*seed), &None))?;
        self.bind_buffers(fr, g, &mut inner, args, slots)?;
        self.stmts(&g.func, &mut inner, reverse)?;
        let results = self.hand_back(func, fr, (callee, g), &inner, slots)?;
        fr.set_all(&stmt.results[1..], results)
    }

    /// What the reverse part leaves: the adjoints of scalars, in order; those of places are added where they belong.
    fn hand_back(
        &mut self,
        func: &'p Func,
        fr: &Frame,
        (callee, g): (&crate::ir::Callee, &'p Gradient),
        inner: &Frame,
        slots: &[Slot],
    ) -> Result<Vec<Scalar>, Trap> {
        let mut results = Vec::new();
        for (i, slot) in slots.iter().enumerate() {
            let adjoint = g.adjoints.iter().find(|(n, _)| *n == i).map(|(_, tree)| tree);
            match (slot, adjoint) {
                (Slot::Off, _) | (Slot::Lent, None) => {}
                (Slot::Lent, Some(_)) => return Err(invalid(format!("{} has an adjoint {i}", callee.name))),
                (_, None) => return Err(invalid(format!("{} has no adjoint {i}", callee.name))),
                (Slot::Scalar, Some(tree)) => match self.ret_data(&g.func, inner, tree)? {
                    Data::Scalar(s) => results.push(s),
                    data => return Err(invalid(format!("the adjoint {data:?} is no scalar"))),
                },
                (Slot::Place(_), Some(Ret::Place(d))) if is_buffer(g, *d) => {}
                (Slot::Place(p), Some(tree)) => {
                    let from = self.collect(&g.func, inner, tree)?;
                    let to = fr.bound(*p)?.clone();
                    self.add(func, *p, &to, &from)?;
                }
            }
        }
        Ok(results)
    }

    /// The reverse part may write to what the forward part made.
    fn own_copies(&mut self, inner: &mut Frame) {
        let mut copies = HashMap::default();
        let base = inner.base;
        for bound in inner.places.iter_mut().flatten() {
            self.own_copy(bound, base, &mut copies);
        }
    }

    fn own_copy(&mut self, bound: &mut Bound, base: usize, copies: &mut HashMap<usize, usize>) {
        match bound {
            Bound::Part(p) if p.object >= base => {
                p.object = *copies.entry(p.object).or_insert_with(|| self.heap.copy_object(p.object));
            }
            Bound::Part(_) => {}
            Bound::Tuple(ts) => ts.iter_mut().for_each(|t| self.own_copy(t, base, copies)),
        }
    }

    /// Reference arguments must hold what they held in the forward part.
    fn check_again(&self, fr: &Frame, target: &Func, inner: &Frame, args: &[Arg]) -> Result<(), Trap> {
        for (param, arg) in target.params.iter().zip(args) {
            let same = match (arg, &param.kind) {
                (Arg::Place(a, Mode::Ref), ParamKind::Place(p, Mode::Ref)) => {
                    self.heap.data(fr.bound(*a)?)? == self.heap.data(inner.bound(*p)?)?
                }
                (Arg::ValueRef(a), ParamKind::Scalar(p, _)) => fr.get(*a)? == inner.get(*p)?,
                _ => true,
            };
            if !same {
                return Err(Trap::Stale(format!(
                    "argument {} of {} changed between its forward and its reverse part",
                    param.name, target.name
                )));
            }
        }
        Ok(())
    }

    fn bind_seeds(
        &mut self,
        fr: &Frame,
        g: &'p Gradient,
        inner: &mut Frame,
        (seed, along): (&Seed, &Option<AlongBack>),
    ) -> Result<(), Trap> {
        let Some(param) = g.seeds.first() else { return Ok(()) };
        match (along, &g.func.params[*param].kind) {
            (None, kind) => self.bind_seed(fr, kind, inner, seed),
            (Some(along), ParamKind::Tuple(kinds, _)) if kinds.len() == 2 => {
                self.bind_seed(fr, &kinds[0], inner, seed)?;
                self.bind_seed(fr, &kinds[1], inner, &along.seed)
            }
            (Some(_), kind) => Err(invalid(format!("two seeds for {kind:?}"))),
        }
    }

    fn bind_seed(
        &mut self,
        fr: &Frame,
        kind: &ParamKind,
        inner: &mut Frame,
        seed: &Seed,
    ) -> Result<(), Trap> {
        match seed {
            Seed::Value(v) => match kind {
                ParamKind::Scalar(p, _) => {
                    inner.set(*p, fr.get(*v)?.clone());
                    Ok(())
                }
                kind => Err(invalid(format!("a scalar seed for {kind:?}"))),
            },
            Seed::Place(p) => {
                let copy = self.heap.copy(fr.bound(*p)?)?;
                self.bind_bound(inner, kind, copy)
            }
            Seed::Unit => match kind {
                ParamKind::Scalar(p, _) => {
                    inner.set(*p, Scalar::Float(0.0));
                    Ok(())
                }
                _ => Err(invalid("a missing seed")),
            },
        }
    }

    /// Buffers of the reverse part are the caller's slots; zeros where none is wanted.
    fn bind_buffers(
        &mut self,
        fr: &Frame,
        g: &'p Gradient,
        inner: &mut Frame,
        args: &[Arg],
        slots: &[Slot],
    ) -> Result<(), Trap> {
        for (i, tree) in &g.adjoints {
            let Ret::Place(d) = tree else { continue };
            if !is_buffer(g, *d) {
                continue;
            }
            let bound = match (slots.get(*i), args.get(*i)) {
                (Some(Slot::Place(p)), _) => fr.bound(*p)?.clone(),
                (_, Some(Arg::Place(a, _))) => {
                    let zeros = heap::zero_data(&self.heap.data(fr.bound(*a)?)?);
                    self.heap.make_data(&zeros)
                }
                _ => return Err(invalid("a buffer without an argument")),
            };
            inner.bind(*d, bound);
        }
        Ok(())
    }

    fn call_tangent(&mut self, fr: &mut Frame, stmt: &'p Stmt) -> Result<(), Trap> {
        let Op::CallTangent { callee, args, tangents, ret, ret_tangent } = &stmt.op else {
            return Err(invalid("no tangent call"));
        };
        let found = self.callee(&callee.name)?.forward.as_ref();
        let t = found.ok_or_else(|| invalid(format!("no tangent program of {}", callee.name)))?;
        let mut inner = self.frame(&t.func);
        self.bind_args(fr, &t.func, &mut inner, args)?;
        for (i, tangent) in tangents.iter().enumerate() {
            if tangent.is_some() && !t.tangents.iter().any(|(primal, _)| *primal == i) {
                return Err(invalid(format!("the tangent of argument {i} of {} is dropped", callee.name)));
            }
        }
        for (primal, own) in &t.tangents {
            let kind = &t.func.params[*own].kind;
            match tangents.get(*primal).and_then(Option::as_ref) {
                Some(arg) => self.bind_arg(fr, &t.func, &mut inner, kind, arg)?,
                None => {
                    let zeros = heap::zero_data(&self.param_data(&inner, &t.func.params[*primal].kind)?);
                    self.bind_data(&t.func, &mut inner, kind, &zeros)?;
                }
            }
        }
        self.stmts(&t.func, &mut inner, &t.func.body.stmts)?;
        let (value, tangent) = match (&stmt.results[..], ret) {
            ([t], Some(_)) => (None, Some(t)),
            ([v, t, ..], _) => (Some(v), Some(t)),
            ([v], None) => (Some(v), None),
            ([], _) => (None, None),
        };
        self.hand_out(&t.func, &inner, &t.func.ret, fr, *ret, value)?;
        self.hand_out(&t.func, &inner, &t.ret_tangent, fr, *ret_tangent, tangent)
    }
}

fn is_buffer(g: &Gradient, d: Place) -> bool {
    g.buffers.iter().any(|b| matches!(g.func.params[*b].kind, ParamKind::Place(p, _) if p == d))
}

impl Frame {
    /// Moves a place and all its views from one part of the heap to another.
    fn rebase(&mut self, func: &Func, root: Place, old: &heap::Part, new: &heap::Part) {
        for (i, slot) in self.places.iter_mut().enumerate() {
            if func.root(Place(i as u32)) != root {
                continue;
            }
            if let Some(Bound::Part(p)) = slot
                && p.object == old.object
            {
                p.object = new.object;
                p.offset = p.offset - old.offset + new.offset;
            }
        }
    }
}
