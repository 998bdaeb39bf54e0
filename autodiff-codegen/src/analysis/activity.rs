//! Which values and places carry derivatives: *varied* (an active parameter flows in) and *useful* (they
//! flow into the result). Active is both. Flow-insensitive for places, per root.

use crate::ir::*;

/// The result: what is active.
#[derive(Debug)]
pub struct Activity {
    varied: Flags,
    useful: Flags,
}

#[derive(Clone, Debug)]
struct Flags {
    values: Vec<bool>,
    places: Vec<bool>,
    /// Views of constant fields, which nothing flows into or out of.
    constant: Vec<bool>,
    changed: bool,
}

impl Flags {
    fn new(f: &Func) -> Flags {
        let mut constant = vec![false; f.places.len()];
        f.body.each_stmt(&mut |st| {
            if let Op::View { place, base, path } = &st.op {
                constant[place.0 as usize] = constant[base.0 as usize] || derivative_path(path).is_none();
            }
        });
        let (values, places) = (vec![false; f.values.len()], vec![false; f.places.len()]);
        Flags { values, places, constant, changed: false }
    }
    fn v(&self, v: Value) -> bool {
        self.values[v.0 as usize]
    }
    fn p(&self, f: &Func, p: Place) -> bool {
        self.places[f.root(p).0 as usize] && !self.constant[p.0 as usize]
    }
    fn set_v(&mut self, f: &Func, v: Value, on: bool) {
        let slot = &mut self.values[v.0 as usize];
        if on && !*slot && matches!(f.ty(v), Ty::Float(_) | Ty::Snapshot) {
            *slot = true;
            self.changed = true;
        }
    }
    fn set_p(&mut self, f: &Func, p: Place, on: bool) {
        let root = f.root(p);
        let slot = &mut self.places[root.0 as usize];
        if on && !*slot && holds_derivatives(&f.plc(root).ty) && !self.constant[p.0 as usize] {
            *slot = true;
            self.changed = true;
        }
    }
}

/// Whether a place may hold what derivatives flow through, or a copy of such a place.
fn holds_derivatives(ty: &PlaceTy) -> bool {
    match ty {
        PlaceTy::Cell | PlaceTy::Scalar(Ty::Snapshot) => true,
        PlaceTy::Array(t, _) | PlaceTy::Vec(t) => holds_derivatives(t),
        ty => ty.may_be_active(),
    }
}

impl Activity {
    /// `mut_outputs`: whether what is left in `&mut` parameters counts as a result.
    pub fn new(f: &Func, mut_outputs: bool) -> Activity {
        let mut varied = Flags::new(f);
        for p in f.params.iter().filter(|p| p.active) {
            seed_param(f, &p.kind, &mut varied, !mut_outputs);
        }
        loop {
            varied.changed = false;
            forward_block(f, &f.body, &mut varied);
            if !varied.changed {
                break;
            }
        }
        let mut useful = Flags::new(f);
        seed_ret(f, &f.ret, &mut useful);
        if mut_outputs {
            f.params.iter().for_each(|p| seed_outputs(f, &p.kind, &mut useful));
        }
        loop {
            useful.changed = false;
            backward_block(f, &f.body, &mut useful);
            if !useful.changed {
                break;
            }
        }
        Activity { varied, useful }
    }

    /// An active parameter flows into the value, and it flows into the result.
    pub fn value(&self, v: Value) -> bool {
        self.varied(v) && self.useful.v(v)
    }

    /// The same for the place that `p` is, or is a view of.
    pub fn place(&self, f: &Func, p: Place) -> bool {
        self.place_varied(f, p) && self.useful.p(f, p)
    }

    /// An active parameter flows into the value.
    pub fn varied(&self, v: Value) -> bool {
        self.varied.v(v)
    }

    /// An active parameter flows into the place.
    pub fn place_varied(&self, f: &Func, p: Place) -> bool {
        self.varied.p(f, p)
    }
}

fn seed_param(f: &Func, k: &ParamKind, s: &mut Flags, mut_is_passive: bool) {
    match k {
        ParamKind::Scalar(v, _) => s.set_v(f, *v, true),
        ParamKind::Place(_, Mode::Mut) if mut_is_passive => {}
        ParamKind::Place(p, _) => s.set_p(f, *p, true),
        ParamKind::Tuple(ks, _) => ks.iter().for_each(|k| seed_param(f, k, s, mut_is_passive)),
        ParamKind::Opaque => {}
    }
}

fn seed_outputs(f: &Func, k: &ParamKind, s: &mut Flags) {
    match k {
        ParamKind::Place(p, Mode::Mut) => s.set_p(f, *p, true),
        ParamKind::Tuple(ks, _) => ks.iter().for_each(|k| seed_outputs(f, k, s)),
        _ => {}
    }
}

fn seed_ret(f: &Func, r: &Ret, s: &mut Flags) {
    match r {
        Ret::Unit => {}
        Ret::Scalar(i) => {
            if let Some(v) = f.body.yields.get(*i) {
                s.set_v(f, *v, true)
            }
        }
        Ret::Place(p) => s.set_p(f, *p, true),
        Ret::Tuple(rs) => rs.iter().for_each(|r| seed_ret(f, r, s)),
    }
}

/// The tangents of a call.
fn tangents(op: &Op) -> impl Iterator<Item = &Arg> {
    let along: &[Option<Arg>] = match op {
        Op::CallForward { along: Some(along), .. } => &along.tangents,
        Op::CallTangent { tangents, .. } => tangents,
        _ => &[],
    };
    along.iter().flatten()
}

/// The arguments of a call that a derivative can flow through.
fn call_args<'a>(args: impl Iterator<Item = &'a Arg>) -> (Vec<Value>, Vec<Place>) {
    let mut vs = Vec::new();
    let mut ps = Vec::new();
    for a in args {
        match a {
            Arg::Value(v) | Arg::ValueRef(v) => vs.push(*v),
            Arg::Place(p, _) => ps.push(*p),
            Arg::Opaque { .. } => {}
        }
    }
    (vs, ps)
}

fn forward_block(f: &Func, b: &Block, s: &mut Flags) {
    for st in &b.stmts {
        forward_stmt(f, st, s);
    }
}

fn forward_stmt(f: &Func, st: &Stmt, s: &mut Flags) {
    match &st.op {
        Op::Elem { args, .. } => {
            let on = args.iter().any(|a| s.v(*a));
            st.results.iter().for_each(|r| s.set_v(f, *r, on));
        }
        Op::Cast(v) | Op::AssertFloat(v) => {
            let on = s.v(*v);
            s.set_v(f, st.results[0], on);
        }
        Op::Load { path, .. } | Op::Store { path, .. } | Op::Accum { path, .. }
            if derivative_path(path).is_none() => {}
        Op::DotPlaces(a, b) => {
            let on = s.p(f, *a) || s.p(f, *b);
            s.set_v(f, st.results[0], on);
        }
        Op::Load { place, .. } | Op::SumPlace(place) | Op::Pop(place) => {
            let on = s.p(f, *place);
            s.set_v(f, st.results[0], on);
        }
        Op::Store { place, value, .. } | Op::Accum { place, value, .. } | Op::Push { place, value } => {
            let on = s.v(*value);
            s.set_p(f, *place, on);
        }
        Op::Alloc { place, init } => {
            let on = match init {
                Init::Fill(v, _) => s.v(*v),
                Init::Elems(vs) => vs.iter().any(|v| s.v(*v)),
                Init::Rows(ps) => ps.iter().any(|p| s.p(f, *p)),
                Init::Fields { fields, rest, .. } => {
                    let part = |part: &Part| match part {
                        Part::Value(v) => s.v(*v),
                        Part::Place(p) => s.p(f, *p),
                    };
                    fields.iter().any(|(_, p)| part(p)) || rest.is_some_and(|p| s.p(f, p))
                }
                Init::Copy(p) | Init::Repeat(p, _) => s.p(f, *p),
                Init::Zeros
                | Init::ZerosLen(_)
                | Init::ZeroLike(_)
                | Init::Empty
                | Init::Buffer(..)
                | Init::Later(_)
                | Init::None
                | Init::Given(_)
                | Init::Lent(_) => false,
                Init::Restore(v) => s.v(*v),
            };
            s.set_p(f, *place, on);
        }
        Op::CopyPlace { dst, src } | Op::AddPlace { dst, src } | Op::Append { place: dst, src, .. } => {
            let on = s.p(f, *src);
            s.set_p(f, *dst, on);
        }
        Op::Swap { a, b } => exchange(f, *a, *b, s),
        Op::Snapshot { place, zero } => {
            let on = s.p(f, *place) && !zero;
            s.set_v(f, st.results[0], on);
        }
        // What goes back depends on what has gone forward, and that stands with the forward part.
        Op::CallReverse { .. } => {
            st.results.iter().for_each(|r| s.set_v(f, *r, true));
            st.op.places_written().into_iter().for_each(|p| s.set_p(f, p, true));
        }
        Op::If { then, els, .. } => {
            forward_block(f, then, s);
            forward_block(f, els, s);
            for (i, r) in st.results.iter().enumerate() {
                let on = [then, els].iter().any(|b| b.yields.get(i).is_some_and(|y| s.v(*y)));
                s.set_v(f, *r, on);
            }
        }
        Op::For { inits, body, .. } => {
            carry_forward(f, inits, &body.params[1..], s);
            forward_block(f, body, s);
            carry_forward(f, &body.yields, &body.params[1..], s);
            carry_forward(f, inits, &st.results, s);
            carry_forward(f, &body.yields, &st.results, s);
        }
        Op::While { inits, cond, body } => {
            for b in [cond, body] {
                carry_forward(f, inits, &b.params, s);
                carry_forward(f, &body.yields, &b.params, s);
                forward_block(f, b, s);
            }
            carry_forward(f, inits, &st.results, s);
            carry_forward(f, &body.yields, &st.results, s);
        }
        Op::Call { args, ret, .. }
        | Op::CallForward { args, ret, .. }
        | Op::CallTangent { args, ret, .. } => {
            let (vs, ps) = call_args(args.iter().chain(tangents(&st.op)));
            let on = vs.iter().any(|v| s.v(*v)) || ps.iter().any(|p| s.p(f, *p));
            st.results.iter().for_each(|r| s.set_v(f, *r, on));
            ret.iter().copied().chain(st.op.place_made()).for_each(|p| s.set_p(f, p, on));
            st.op.places_written().into_iter().for_each(|p| s.set_p(f, p, on));
        }
        _ => {}
    }
}

fn carry_forward(f: &Func, from: &[Value], to: &[Value], s: &mut Flags) {
    for (a, b) in from.iter().zip(to) {
        let on = s.v(*a);
        s.set_v(f, *b, on);
    }
}

fn backward_block(f: &Func, b: &Block, s: &mut Flags) {
    for st in b.stmts.iter().rev() {
        backward_stmt(f, st, s);
    }
}

fn backward_stmt(f: &Func, st: &Stmt, s: &mut Flags) {
    let any_result = |s: &Flags| st.results.iter().any(|r| s.v(*r));
    match &st.op {
        Op::Elem { args, .. } if any_result(s) => {
            args.iter().for_each(|a| s.set_v(f, *a, true));
        }
        Op::Cast(v) | Op::AssertFloat(v) => {
            let on = any_result(s);
            s.set_v(f, *v, on);
        }
        Op::Load { path, .. } | Op::Store { path, .. } | Op::Accum { path, .. }
            if derivative_path(path).is_none() => {}
        Op::DotPlaces(a, b) => {
            let on = any_result(s);
            [a, b].into_iter().for_each(|p| s.set_p(f, *p, on));
        }
        Op::Load { place, .. } | Op::SumPlace(place) | Op::Pop(place) => {
            let on = any_result(s);
            s.set_p(f, *place, on);
        }
        Op::Store { place, value, .. } | Op::Accum { place, value, .. } | Op::Push { place, value } => {
            let on = s.p(f, *place);
            s.set_v(f, *value, on);
        }
        Op::Alloc { place, init } if s.p(f, *place) => match init {
            Init::Fill(v, _) => s.set_v(f, *v, true),
            Init::Elems(vs) => vs.iter().for_each(|v| s.set_v(f, *v, true)),
            Init::Rows(ps) => ps.iter().for_each(|p| s.set_p(f, *p, true)),
            Init::Fields { fields, rest, .. } => {
                for (_, part) in fields {
                    match part {
                        Part::Value(v) => s.set_v(f, *v, true),
                        Part::Place(p) => s.set_p(f, *p, true),
                    }
                }
                rest.iter().for_each(|p| s.set_p(f, *p, true));
            }
            Init::Copy(p) | Init::Repeat(p, _) => s.set_p(f, *p, true),
            Init::Restore(v) => s.set_v(f, *v, true),
            _ => {}
        },
        Op::CallReverse { seed, args, along: None, .. }
            if any_result(s) || st.op.places_written().iter().any(|p| s.p(f, *p)) =>
        {
            match seed {
                Seed::Value(v) => s.set_v(f, *v, true),
                Seed::Place(p) => s.set_p(f, *p, true),
                Seed::Unit => {}
            }
            let (vs, ps) = call_args(args.iter());
            vs.into_iter().for_each(|v| s.set_v(f, v, true));
            ps.into_iter().for_each(|p| s.set_p(f, p, true));
        }
        Op::Snapshot { place, zero } => {
            let on = any_result(s) && !zero;
            s.set_p(f, *place, on);
        }
        Op::CopyPlace { dst, src } | Op::AddPlace { dst, src } | Op::Append { place: dst, src, .. } => {
            let on = s.p(f, *dst);
            s.set_p(f, *src, on);
        }
        Op::Swap { a, b } => exchange(f, *a, *b, s),
        Op::If { then, els, .. } => {
            for b in [then, els] {
                carry_backward(f, &st.results, &b.yields, s);
                backward_block(f, b, s);
            }
        }
        Op::For { inits, body, .. } => {
            carry_backward(f, &st.results, &body.yields, s);
            carry_backward(f, &body.params[1..], &body.yields, s);
            backward_block(f, body, s);
            carry_backward(f, &body.params[1..], inits, s);
            carry_backward(f, &st.results, inits, s);
        }
        Op::While { inits, body, .. } => {
            carry_backward(f, &st.results, &body.yields, s);
            carry_backward(f, &body.params, &body.yields, s);
            backward_block(f, body, s);
            carry_backward(f, &body.params, inits, s);
            carry_backward(f, &st.results, inits, s);
        }
        Op::Call { args, ret, .. }
        | Op::CallForward { args, ret, .. }
        | Op::CallTangent { args, ret, .. } => {
            let on = any_result(s)
                || ret.iter().copied().chain(st.op.place_made()).any(|p| s.p(f, p))
                || st.op.places_written().iter().any(|p| s.p(f, *p));
            if on {
                let (vs, ps) = call_args(args.iter().chain(tangents(&st.op)));
                vs.into_iter().for_each(|v| s.set_v(f, v, true));
                ps.into_iter().for_each(|p| s.set_p(f, p, true));
            }
        }
        _ => {}
    }
}

/// What holds of one of two places holds of both.
fn exchange(f: &Func, a: Place, b: Place, s: &mut Flags) {
    let on = s.p(f, a) || s.p(f, b);
    s.set_p(f, a, on);
    s.set_p(f, b, on);
}

fn carry_backward(f: &Func, from: &[Value], to: &[Value], s: &mut Flags) {
    for (a, b) in from.iter().zip(to) {
        let on = s.v(*a);
        s.set_v(f, *b, on);
    }
}
