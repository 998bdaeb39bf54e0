//! The reverse sweep, statement by statement from last to first.

use super::*;

impl<'f> Reverse<'f> {
    /// Appends to `out` the adjoint code of a block.
    pub(super) fn region(&mut self, block: &'f Block, out: &mut Vec<Stmt>) {
        let outer = std::mem::take(&mut self.late);
        for st in block.stmts.iter().rev() {
            let mut code = Vec::new();
            self.stmt(block, st, &mut code);
            out.append(&mut self.late);
            out.append(&mut code);
        }
        self.late = outer;
    }

    fn stmt(&mut self, block: &'f Block, st: &'f Stmt, out: &mut Vec<Stmt>) {
        match &st.op {
            Op::Elem { rule, args } => self.elem(st, *rule, args, out),
            Op::Cast(v) => {
                if let Some(adj) = self.adjoint_of_result(st)
                    && self.act.value(*v)
                {
                    let ty = self.primal.ty(*v).clone();
                    let c = self.out.push(out, Op::Cast(adj), ty, None, &st.origin);
                    self.add_adjoint(out, *v, c, &st.origin);
                }
            }
            Op::AssertFloat(v) => {
                if let Some(adj) = self.adjoint_of_result(st)
                    && self.act.value(*v)
                {
                    self.add_adjoint(out, *v, adj, &st.origin);
                }
            }
            Op::Load { place, path, .. } => {
                if let Some(adj) = self.adjoint_of_result(st)
                    && self.act.place(self.primal, *place)
                {
                    let Some(path) = derivative_path(path) else { return };
                    let path = self.primal_path(&path);
                    let place = self.adjoint_place(*place);
                    self.out.effect(out, Op::Accum { place, path, value: adj }, &st.origin);
                }
            }
            Op::Store { place, path, value } => self.store(st, *place, path, *value, true, out),
            Op::Accum { place, path, value } => self.store(st, *place, path, *value, false, out),
            Op::Alloc { place, init } => self.alloc(st, *place, init, out),
            Op::CopyPlace { dst, src } => self.copy_place(st, *dst, *src, true, out),
            Op::AddPlace { dst, src } => self.copy_place(st, *dst, *src, false, out),
            Op::Swap { .. } | Op::Append { .. } | Op::Resize { .. } => self.moved(st, out),
            Op::Zero(p) if self.act.place(self.primal, *p) => {
                let d = self.adjoint_place(*p);
                self.out.effect(out, Op::Zero(d), &st.origin);
            }
            Op::If { .. } | Op::For { .. } if self.try_fuse(block, st, out) => {}
            Op::For { .. } if self.try_checkpoint(block, st, out) => {}
            Op::For { .. } if self.try_winner(st, out) => {}
            Op::If { cond, then, els } => self.branch(st, *cond, then, els, out),
            Op::For { range, inits, body } => self.for_loop(st, range, inits, body, out),
            Op::While { inits, cond, body } => {
                if self.writes_active(cond) {
                    self.unsupported(&st.origin, "an assignment in a `while` condition");
                }
                self.while_loop(st, inits, body, out)
            }
            Op::Call { callee, args, ret: None } if self.try_at_once(block, st, callee, args, out) => {}
            Op::Call { callee, args, ret } => self.call(st, callee, args, (*ret, None), out),
            Op::CallTangent { callee, args, tangents, ret, ret_tangent } => {
                self.call(st, callee, args, (*ret, Some((tangents, *ret_tangent))), out);
            }
            Op::DotPlaces(..) => self.unsupported(&st.origin, "a scalar product of adjoints"),
            Op::SumPlace(p) => {
                if let Some(adj) = self.adjoint_of_result(st)
                    && self.act.place(self.primal, *p)
                {
                    let d = self.adjoint_place(*p);
                    self.add_everywhere(d, adj, &st.origin, out);
                }
            }
            Op::Push { place, value } if self.act.place(self.primal, *place) => {
                let d = self.adjoint_place(*place);
                let (ty, name) = (self.primal.ty(*value).clone(), self.adjoint_name(*value));
                let t = self.out.push(out, Op::Pop(d), ty, name, &st.origin);
                if self.act.value(*value) {
                    self.add_adjoint(out, *value, t, &st.origin);
                }
            }
            Op::Pop(place) if self.act.place(self.primal, *place) => {
                let r = st.results[0];
                let value = match self.adj.get(&r) {
                    Some(adj) => *adj,
                    None => self.zero_of(out, r, &st.origin),
                };
                let d = self.adjoint_place(*place);
                self.out.effect(out, Op::Push { place: d, value }, &st.origin);
            }
            Op::CallForward { .. } => self.forward_part(st, out),
            Op::CallReverse { .. } => self.reverse_part(st, out),
            // These are made by reverse mode itself, for what the program would have to be followed back in time.
            Op::Snapshot { place, zero: false } if self.act.place(self.primal, *place) => {
                self.unsupported(&st.origin, "a copy that is kept for a reverse sweep");
            }
            // Nothing flows through constants, integers, comparisons, lengths, views or opaque code.
            _ => {}
        }
    }

    /// Whether a block writes to an active place.
    pub(super) fn writes_active(&self, block: &Block) -> bool {
        let mut writes = false;
        block.each_stmt(&mut |s| {
            writes |= s.op.places_written().iter().any(|p| self.act.place(self.primal, *p));
        });
        writes
    }

    /// The complete adjoint of a statement's only result, if it is active and anything has used it.
    pub(super) fn adjoint_of_result(&mut self, st: &Stmt) -> Option<Value> {
        let r = *st.results.first()?;
        if self.act.value(r) { self.adj.get(&r).copied() } else { None }
    }

    fn elem(&mut self, st: &'f Stmt, rule: crate::rules::RuleId, args: &[Value], out: &mut Vec<Stmt>) {
        let Some(adj) = self.adjoint_of_result(st) else { return };
        let is_one = |v: Value| match self.defs.def(v) {
            Some(crate::analysis::Def::Stmt { stmt, .. }) => stmt.op.is_one(),
            _ => false,
        };
        let (rule, args) = crate::rules::as_derived(rule, args, &is_one);
        for (i, a) in args.iter().enumerate() {
            if !self.act.value(*a) {
                continue;
            }
            let c = match self.asked_ahead(st, rule, i, args) {
                Some(known) => crate::rules::with_asked(&mut self.out, out, rule, i, known, adj, &st.origin),
                None => {
                    let names = crate::rules::partial_names(rule, i);
                    let operands: Vec<(usize, Value)> = names
                        .iter()
                        .map(|n| (*n, self.primal(args.get(*n).copied().unwrap_or(st.results[0]))))
                        .collect();
                    let mut get = |_: &mut Func, _: &mut Vec<Stmt>, n: usize| {
                        operands.iter().find(|(m, _)| *m == n).map_or(adj, |(_, v)| *v)
                    };
                    crate::rules::contribution(&mut self.out, out, rule, i, &mut get, adj, &st.origin)
                }
            };
            if let Some(c) = c {
                self.add_adjoint(out, *a, c, &st.origin);
            }
        }
    }

    /// `place[path] = value` overwrites, `place[path] += value` does not.
    fn store(
        &mut self,
        st: &Stmt,
        place: Place,
        path: &[Proj],
        value: Value,
        overwrites: bool,
        out: &mut Vec<Stmt>,
    ) {
        let Some(path) = derivative_path(path).filter(|_| self.act.place(self.primal, place)) else { return };
        if self.primal.ty(value).is_constant() {
            return;
        }
        let path = self.primal_path(&path);
        let d = self.adjoint_place(place);
        let ty = self.primal.ty(value).clone();
        let name = self.adjoint_name(value);
        let load = Op::Load { place: d, path: path.clone(), again: None };
        let t = self.out.push(out, load, ty.clone(), name, &st.origin);
        if overwrites {
            let zero = self.out.float(out, 0.0, ty, &st.origin);
            self.out.effect(out, Op::Store { place: d, path, value: zero }, &st.origin);
        }
        if self.act.value(value) {
            self.add_adjoint(out, value, t, &st.origin);
        }
    }

    fn alloc(&mut self, st: &Stmt, place: Place, init: &Init, out: &mut Vec<Stmt>) {
        if !self.act.place(self.primal, place) {
            return;
        }
        let o = &st.origin;
        match init {
            Init::Fill(v, _) if self.act.value(*v) => {
                let d = self.adjoint_place(place);
                let ty = self.primal.ty(*v).clone();
                let s = self.out.push(out, Op::SumPlace(d), ty, None, o);
                self.add_adjoint(out, *v, s, o);
            }
            Init::Elems(vs) => {
                let d = self.adjoint_place(place);
                for (i, v) in vs.iter().enumerate().filter(|(_, v)| self.act.value(**v)).collect::<Vec<_>>() {
                    let i = self.out.int(out, i as i128, Ty::usize(), o);
                    let load = Op::Load { place: d, path: vec![Proj::Index(i)], again: None };
                    let (ty, name) = (self.primal.ty(*v).clone(), self.adjoint_name(*v));
                    let t = self.out.push(out, load, ty, name, o);
                    self.add_adjoint(out, *v, t, o);
                }
            }
            Init::Rows(ps) => {
                let d = self.adjoint_place(place);
                for (i, p) in ps.iter().enumerate() {
                    if !self.act.place(self.primal, *p) {
                        continue;
                    }
                    let i = self.out.int(out, i as i128, Ty::usize(), o);
                    let ty = self.primal.plc(*p).ty.derivative();
                    let row = self.out.place(ty, PlaceKind::View { base: d }, None, o);
                    self.out.effect(out, Op::View { place: row, base: d, path: vec![Proj::Index(i)] }, o);
                    let dst = self.adjoint_place(*p);
                    self.out.effect(out, Op::AddPlace { dst, src: row }, o);
                }
            }
            Init::Fields { fields, rest, .. } => self.fields(place, fields, *rest, o, out),
            Init::Repeat(row, _) if self.act.place(self.primal, *row) => {
                self.repeated(place, *row, o, out);
            }
            Init::Copy(src) if self.act.place(self.primal, *src) => {
                let d = self.adjoint_place(place);
                let dst = self.adjoint_place(*src);
                self.out.effect(out, Op::AddPlace { dst, src: d }, o);
            }
            _ => {}
        }
    }

    /// The adjoint of a struct goes to what its fields were made of, and what is left of it to where the rest came from.
    fn fields(
        &mut self,
        place: Place,
        fields: &[(Member, Part)],
        rest: Option<Place>,
        o: &Origin,
        out: &mut Vec<Stmt>,
    ) {
        let rest = rest.filter(|p| self.act.place(self.primal, *p));
        let d = self.adjoint_place(place);
        for (member, part) in fields.iter().filter(|(member, _)| member.flow != Flow::Constant) {
            let member = member.of_derivative();
            match part {
                Part::Value(v) => {
                    let ty = self.primal.ty(*v).clone();
                    let path = vec![Proj::Member(member.clone(), PlaceTy::Scalar(ty.clone()))];
                    if self.act.value(*v) {
                        let load = Op::Load { place: d, path: path.clone(), again: None };
                        let name = self.adjoint_name(*v);
                        let t = self.out.push(out, load, ty.clone(), name, o);
                        self.add_adjoint(out, *v, t, o);
                    }
                    if rest.is_some() && ty.is_float() {
                        let value = self.out.float(out, 0.0, ty, o);
                        self.out.effect(out, Op::Store { place: d, path, value }, o);
                    }
                }
                Part::Place(p) => {
                    let ty = self.primal.plc(*p).ty.clone();
                    let active = self.act.place(self.primal, *p);
                    if !active && (rest.is_none() || !ty.may_be_active()) {
                        continue;
                    }
                    let src = self.out.place(ty.clone(), PlaceKind::View { base: d }, None, o);
                    self.out.places[src.0 as usize].mutable = true;
                    let path = vec![Proj::Member(member.clone(), ty)];
                    self.out.effect(out, Op::View { place: src, base: d, path }, o);
                    if active {
                        let dst = self.adjoint_place(*p);
                        self.out.effect(out, Op::AddPlace { dst, src }, o);
                    }
                    if let Some(rest) = rest {
                        self.cleared_like(src, (rest, &member), o, out);
                    }
                }
            }
        }
        if let Some(p) = rest {
            let dst = self.adjoint_place(p);
            self.out.effect(out, Op::AddPlace { dst, src: d }, o);
        }
    }

    /// Clears a field of an adjoint, which gets the lengths that it has in the struct where the rest came from.
    fn cleared_like(
        &mut self,
        field: Place,
        (rest, member): (Place, &Member),
        o: &Origin,
        out: &mut Vec<Stmt>,
    ) {
        let ty = self.out.plc(field).ty.clone();
        if ty.is_fixed() {
            return self.out.effect(out, Op::Zero(field), o);
        }
        let base = self.adjoint_place(rest);
        let like = self.out.place(ty.clone(), PlaceKind::View { base }, None, o);
        let path = vec![Proj::Member(member.clone(), ty.clone())];
        self.out.effect(out, Op::View { place: like, base, path }, o);
        let zeros = self.out.place(ty, PlaceKind::Local, None, o);
        self.out.places[zeros.0 as usize].mutable = true;
        self.out.effect(out, Op::Alloc { place: zeros, init: Init::ZeroLike(like) }, o);
        self.out.effect(out, Op::Swap { a: field, b: zeros }, o);
    }

    fn copy_place(&mut self, st: &Stmt, dst: Place, src: Place, overwrites: bool, out: &mut Vec<Stmt>) {
        if !self.act.place(self.primal, dst) {
            return;
        }
        let d = self.adjoint_place(dst);
        if self.act.place(self.primal, src) {
            let s = self.adjoint_place(src);
            self.out.effect(out, Op::AddPlace { dst: s, src: d }, &st.origin);
        }
        if overwrites {
            self.out.effect(out, Op::Zero(d), &st.origin);
        }
    }

    /// Adds `adj` to every element of `d`.
    fn add_everywhere(&mut self, d: Place, adj: Value, origin: &Origin, out: &mut Vec<Stmt>) {
        let ty = self.out.plc(d).ty.clone();
        let Some(elem) = ty.elem().cloned() else {
            return self.out.effect(out, Op::Accum { place: d, path: Vec::new(), value: adj }, origin);
        };
        let lo = self.out.int(out, 0, Ty::usize(), origin);
        let hi = self.out.push(out, Op::Len(d), Ty::usize(), None, origin);
        let i = self.out.value(Ty::usize(), Some(Name::Temp("i".into())), origin);
        let mut stmts = Vec::new();
        let path = vec![Proj::Index(i)];
        if matches!(elem, PlaceTy::Scalar(_)) {
            self.out.effect(&mut stmts, Op::Accum { place: d, path, value: adj }, origin);
        } else {
            let row = self.out.place(elem, PlaceKind::View { base: d }, None, origin);
            self.out.places[row.0 as usize].mutable = true;
            self.out.effect(&mut stmts, Op::View { place: row, base: d, path }, origin);
            self.add_everywhere(row, adj, origin, &mut stmts);
        }
        let range = Range { lo, hi, inclusive: false, step: None, rev: false };
        let body = Block { params: vec![i], stmts, ..Block::default() };
        self.out.effect(out, Op::For { range, inits: Vec::new(), body }, origin);
    }
}
