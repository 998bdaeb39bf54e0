//! The derivative program's parameters and results.

use proc_macro2::{Ident, Span, TokenStream};

use super::*;

impl Reverse<'_> {
    /// Adds seeds and buffers to the parameters.
    pub(super) fn signature(&mut self) {
        self.seed_of_yield = vec![None; self.primal.body.yields.len()];
        let ret = self.primal.ret.clone();
        let scalar = matches!(ret, Ret::Scalar(_));
        if !(scalar && self.opts.seed == SeedKind::One) && ret != Ret::Unit {
            let kind = self.seed_kind(&ret);
            let seed = self.add_param("seed", kind);
            self.seeds.push(seed);
        }
        let params = self.primal.params.clone();
        for p in &params {
            self.buffer_for(&p.kind, p.active, &p.name);
        }
        let early = self.early_yields();
        self.yield_adjoints.insert(RegionId::ROOT, early);
    }

    fn early_yields(&self) -> Vec<Option<EarlyYield>> {
        let one = self.opts.seed == SeedKind::One && matches!(self.primal.ret, Ret::Scalar(_));
        let early = |seed: &Option<Value>| match seed {
            Some(v) => EarlyYield::Value(*v),
            None if one => EarlyYield::One,
            None => EarlyYield::Zero,
        };
        self.seed_of_yield.iter().map(|s| Some(early(s))).collect()
    }

    fn add_param(&mut self, name: &str, kind: ParamKind) -> usize {
        self.out.params.push(Param {
            name: Ident::new(&name.replace("r#", ""), Span::mixed_site()),
            ty: TokenStream::new(),
            kind,
            active: false,
        });
        self.out.params.len() - 1
    }

    /// A seed parameter of the shape of a result.
    fn seed_kind(&mut self, ret: &Ret) -> ParamKind {
        match ret {
            Ret::Unit => ParamKind::Tuple(Vec::new(), Mode::Value),
            Ret::Scalar(i) => {
                let ty = self.primal.ty(self.primal.body.yields[*i]).clone();
                let v = self.out.value(ty, Some(Name::Temp("seed".into())), &Origin::default());
                self.seed_of_yield[*i] = Some(v);
                ParamKind::Scalar(v, Mode::Value)
            }
            Ret::Place(p) => {
                let info = self.primal.plc(*p).clone();
                let name = info.name.clone().map(|n| Name::Adjoint(Box::new(n)));
                let d = self.out.place(info.ty, PlaceKind::Param, name, &info.origin);
                self.out.places[d.0 as usize].mutable = true;
                // A local that is returned has the seed itself as its adjoint; parameters, views, and what is
                // returned twice have an adjoint besides.
                if info.kind == PlaceKind::Local && !self.dplaces.contains_key(p) {
                    self.dplaces.insert(*p, d);
                } else {
                    self.seed_adds.push((*p, d));
                }
                ParamKind::Place(d, Mode::Value)
            }
            Ret::Tuple(rs) => {
                let kinds = rs.iter().map(|r| self.seed_kind(r)).collect();
                ParamKind::Tuple(kinds, Mode::Value)
            }
        }
    }

    /// The buffer of one parameter: run-time sized ones where buffers are given, and `&mut` ones whose
    /// adjoint goes in and out.
    fn buffer_for(&mut self, kind: &ParamKind, active: bool, name: &Ident) {
        match kind {
            ParamKind::Place(p, mode) => {
                let ty = self.primal.plc(*p).ty.derivative();
                if !active || !ty.may_be_active() {
                    return;
                }
                let in_out = *mode == Mode::Mut && self.opts.seed == SeedKind::Param;
                let given = self.opts.buffers == Buffers::Accumulate
                    || matches!(self.opts.buffers, Buffers::Overwrite | Buffers::Add)
                        && !ty.is_fixed()
                        && (ty.scalar().is_some() || ty.has_user_type());
                if *mode == Mode::Mut && !in_out || *mode != Mode::Mut && !given {
                    return;
                }
                let ty = match ty {
                    PlaceTy::Vec(t) => PlaceTy::Slice(t),
                    other => other,
                };
                let info = self.primal.plc(*p);
                let dname = info.name.clone().map(|n| Name::Adjoint(Box::new(n)));
                let d = self.out.place(ty, PlaceKind::Param, dname, &info.origin.clone());
                self.out.places[d.0 as usize].mutable = true;
                if self.primal.plc(*p).mutable
                    && *mode == Mode::Value
                    && matches!(self.opts.buffers, Buffers::Accumulate | Buffers::Add)
                {
                    // The adjoint of a parameter that the function overwrites is overwritten too: it needs a
                    // place of its own, or what the buffer held before would be lost.
                    self.late_adds.insert(*p, d);
                } else {
                    self.dplaces.insert(*p, d);
                }
                let i = self.add_param(&format!("d_{name}"), ParamKind::Place(d, Mode::Mut));
                self.buffers.push(i);
                if self.opts.buffers == Buffers::Overwrite && !in_out {
                    let mut code = Vec::new();
                    self.out.effect(&mut code, Op::Zero(d), &Origin::default());
                    self.eager.entry(*p).or_default().extend(code);
                }
            }
            // The parts of a tuple have no buffers of their own: only a whole parameter can be given one.
            ParamKind::Tuple(..) | ParamKind::Scalar(..) | ParamKind::Opaque => {}
        }
    }

    /// Starts the reverse sweep: the adjoints of the body's yields.
    pub(super) fn seed_body(&mut self, rev: &mut Vec<Stmt>) {
        let origin = Origin::default();
        let early = self.yield_adjoints.get(&RegionId::ROOT).cloned().unwrap_or_default();
        for (y, e) in self.primal.body.yields.clone().into_iter().zip(early) {
            if !self.act.value(y) {
                continue;
            }
            match e {
                Some(EarlyYield::One) => {
                    let ty = self.primal.ty(y).clone();
                    let one = self.out.float(rev, 1.0, ty, &origin);
                    self.add_adjoint(rev, y, one, &origin);
                }
                Some(EarlyYield::Value(v)) => self.add_adjoint(rev, y, v, &origin),
                Some(EarlyYield::Zero) | None => {}
            }
        }
        for (p, src) in std::mem::take(&mut self.seed_adds) {
            if self.act.place(self.primal, p) {
                let dst = self.adjoint_place(p);
                self.out.effect(rev, Op::AddPlace { dst, src }, &origin);
            }
        }
    }

    /// The adjoints of the parameters, at the end of the walk: code for the reverse sweep's end, the yields to
    /// add to the body's, and the trees over them.
    pub(super) fn finish_adjoints(&mut self) -> Adjoints {
        let mut a = Adjoints::default();
        let params = self.primal.params.clone();
        for (i, p) in params.iter().enumerate().filter(|(_, p)| p.active) {
            if let Some(tree) = self.adjoint_tree(&p.kind, &mut a) {
                a.trees.push((i, tree));
            }
        }
        a
    }

    fn adjoint_tree(&mut self, kind: &ParamKind, a: &mut Adjoints) -> Option<Ret> {
        let origin = Origin::default();
        match kind {
            ParamKind::Scalar(v, _) if self.primal.ty(*v).is_float() => {
                let d = match self.adj.get(v) {
                    Some(d) => *d,
                    None => self.zero_of(&mut a.code, *v, &origin),
                };
                a.yields.push(d);
                Some(Ret::Scalar(self.primal.body.yields.len() + a.yields.len() - 1))
            }
            ParamKind::Scalar(..) | ParamKind::Opaque => None,
            ParamKind::Place(p, mode) => {
                if !self.primal.plc(*p).ty.may_be_active() {
                    return None;
                }
                if *mode == Mode::Mut && self.opts.seed == SeedKind::One {
                    return None;
                }
                let src = self.adjoint_root_late(*p, a);
                let Some(dst) = self.late_adds.get(p).copied() else { return Some(Ret::Place(src)) };
                self.out.effect(&mut a.code, Op::AddPlace { dst, src }, &origin);
                Some(Ret::Place(dst))
            }
            ParamKind::Tuple(ks, _) => {
                let parts: Vec<Ret> =
                    ks.iter().map(|k| self.adjoint_tree(k, a).unwrap_or(Ret::Unit)).collect();
                Some(Ret::Tuple(parts))
            }
        }
    }

    /// The adjoint place of a parameter; made here if the walk never needed it (an unused parameter).
    fn adjoint_root_late(&mut self, p: Place, a: &mut Adjoints) -> Place {
        if let Some(d) = self.dplaces.get(&p) {
            return *d;
        }
        let (d, stmt) = self.make_adjoint_place(p);
        a.code.push(stmt);
        d
    }

    /// Puts the program together.
    pub(super) fn assemble(mut self, rev: Vec<Stmt>, a: Adjoints) -> Result<Gradient, Unsupported> {
        let mut stmts = Vec::new();
        for p in &self.primal.params.clone() {
            self.eager_for_param(&p.kind, &mut stmts);
        }
        let body = self.sweep_block(&self.primal.body);
        stmts.extend(body.stmts);
        let split = stmts.len();
        stmts.extend(rev);
        stmts.extend(a.code);
        let mut yields = body.yields;
        yields.extend(a.yields);
        self.out.body = Block { params: Vec::new(), stmts, yields, diverges: false };
        if let Some(e) = self.failed {
            return Err(e);
        }
        Ok(Gradient {
            func: self.out,
            split,
            apart: !self.opts.fuse,
            adjoints: a.trees,
            seeds: self.seeds,
            buffers: self.buffers,
            checkpointed: self.checkpointed,
            decisions: self.decisions,
        })
    }

    fn eager_for_param(&mut self, kind: &ParamKind, out: &mut Vec<Stmt>) {
        match kind {
            ParamKind::Place(p, _) => out.extend(self.eager.remove(p).unwrap_or_default()),
            ParamKind::Tuple(ks, _) => ks.iter().for_each(|k| self.eager_for_param(k, out)),
            _ => {}
        }
    }
}

/// The end of a derivative program.
#[derive(Default)]
pub(super) struct Adjoints {
    pub(super) code: Vec<Stmt>,
    pub(super) yields: Vec<Value>,
    pub(super) trees: Vec<(usize, Ret)>,
}
