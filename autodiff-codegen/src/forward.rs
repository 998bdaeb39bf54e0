//! Forward mode: a program that computes a value becomes one that computes the value and its tangent.
//!
//! Each statement is followed by its tangent statement, so control flow stays what it is; loops carry the
//! tangents of what they carry. A value without a tangent has a structural zero, for which no code exists.

use crate::tables::{HashMap, HashSet};

use proc_macro2::{Ident, Span, TokenStream};

use crate::analysis::Activity;
use crate::ir::*;
use crate::reverse::Unsupported;

mod calls;

/// A tangent program.
#[derive(Clone, Debug)]
pub struct Tangent {
    /// Parameters: the primal's, then one tangent per active parameter. Its `ret` is the primal's.
    pub func: Func,
    /// The active parameters (their indices), each with the index of its tangent's parameter.
    pub tangents: Vec<(usize, usize)>,
    /// The tangent of the result, over the body's yields and places.
    pub ret_tangent: Ret,
}

impl Tangent {
    /// Drops what the body yields and no result mentions, so that what it is computed from can go.
    pub fn forget_unread(&mut self) {
        let yields = std::mem::take(&mut self.func.body.yields);
        let mut kept = Vec::new();
        for ret in [&mut self.func.ret, &mut self.ret_tangent] {
            renumber(ret, &mut |i| {
                kept.extend(yields.get(i));
                kept.len() - 1
            });
        }
        self.func.body.yields = kept;
    }
}

/// Gives each scalar of a result another number.
fn renumber(ret: &mut Ret, number: &mut dyn FnMut(usize) -> usize) {
    match ret {
        Ret::Scalar(i) => *i = number(*i),
        Ret::Tuple(parts) => parts.iter_mut().for_each(|r| renumber(r, number)),
        Ret::Place(_) | Ret::Unit => {}
    }
}

/// Differentiates `primal` in forward mode.
///
/// # Errors
///
/// If the program holds something that forward mode can't do: only programs that are derivatives themselves do.
pub fn forward(primal: &Func) -> Result<Tangent, Unsupported> {
    run(primal, Tangents::Lent)
}

/// The same for [`LANES`] directions at once: each tangent has a lane for each of them, and what the tangents share, the
/// function's own values and the partial derivatives, is computed once.
///
/// # Errors
///
/// As those of [`forward`]; and what can't be told apart by lanes: calls, whose tangents are of one direction, structs of the
/// user's and floats of types that only rustc knows, and operations whose tangent depends on whether another one is zero.
pub fn forward_lanes(primal: &Func) -> Result<Tangent, Unsupported> {
    run(primal, Tangents::Lanes)
}

/// The same with tangents that the program owns, and one parameter for each of the primal's: that of a passive one is
/// opaque.
///
/// # Errors
///
/// As those of [`forward`]; and tangents of what is lent by `&mut` can't be owned.
pub fn forward_owned(primal: &Func) -> Result<Tangent, Unsupported> {
    run(primal, Tangents::Owned)
}

/// How tangents come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tangents {
    /// As the parameters do.
    Lent,
    /// Owned by the program.
    Owned,
    /// As the parameters do, each in lanes.
    Lanes,
}

fn run(primal: &Func, tangents: Tangents) -> Result<Tangent, Unsupported> {
    let owned = tangents == Tangents::Owned;
    let mut out = primal.clone();
    out.body = Block::default();
    let mut f = Forward {
        primal,
        act: Activity::new(primal, true),
        out,
        tan: HashMap::default(),
        tplaces: HashMap::default(),
        owned,
        lanes: tangents == Tangents::Lanes,
        ones: ones(primal),
        dual: HashSet::default(),
        dual_places: HashSet::default(),
        failed: None,
    };
    let mut tangents = Vec::new();
    for (i, p) in primal.params.iter().enumerate().filter(|(_, p)| p.active || owned) {
        let lent =
            |k: &ParamKind| matches!(k, ParamKind::Place(_, Mode::Mut) | ParamKind::Scalar(_, Mode::Mut));
        if owned && lent(&p.kind) {
            f.unsupported(&Origin { span: p.name.span(), text: None }, "an argument that is lent by `&mut`");
        }
        let kind = if p.active { f.param(&p.kind) } else { ParamKind::Opaque };
        f.out.params.push(Param {
            name: Ident::new(&format!("t_{}", p.name).replace("r#", ""), Span::mixed_site()),
            ty: TokenStream::new(),
            kind,
            active: false,
        });
        if p.active {
            tangents.push((i, f.out.params.len() - 1));
        }
    }
    let mut stmts = Vec::new();
    for p in &primal.params {
        f.passive_params(&p.kind, &mut stmts);
    }
    let mut body = f.block(&primal.body);
    stmts.append(&mut body.stmts);
    body.stmts = stmts;
    let mut ret_tangent = Ret::Unit;
    if !body.diverges {
        ret_tangent = f.ret(&primal.ret, &mut body);
    }
    f.out.body = body;
    match f.failed {
        Some(why) => Err(why),
        None => Ok(Tangent { func: f.out, tangents, ret_tangent }),
    }
}

/// The constants of a program that are 1.
fn ones(primal: &Func) -> HashSet<Value> {
    let mut ones = HashSet::default();
    primal.body.each_stmt(&mut |s| {
        if s.op.is_one() {
            ones.extend(&s.results);
        }
    });
    ones
}

struct Forward<'f> {
    primal: &'f Func,
    act: Activity,
    out: Func,
    tan: HashMap<Value, Value>,
    tplaces: HashMap<Place, Place>,
    /// Tangents are owned.
    owned: bool,
    /// Tangents are lanes.
    lanes: bool,
    /// The constants that are 1.
    ones: HashSet<Value>,
    /// The pullbacks of calls with tangents.
    dual: HashSet<Value>,
    /// Where such are kept.
    dual_places: HashSet<Place>,
    failed: Option<Unsupported>,
}

impl Forward<'_> {
    fn unsupported(&mut self, origin: &Origin, what: &'static str) {
        if self.failed.is_none() {
            self.failed = Some(Unsupported { origin: origin.clone(), what });
        }
    }

    fn new_value(&mut self, v: Value) -> Value {
        let info = self.primal.val(v).clone();
        let name = info.name.map(|n| Name::Tangent(Box::new(n)));
        let ty = self.tangent_ty(v);
        self.out.value(ty, name, &info.origin)
    }

    /// The type of a value's tangent.
    fn tangent_ty(&mut self, v: Value) -> Ty {
        let info = self.primal.val(v);
        match &info.ty {
            Ty::Float(f) if self.lanes && *f != FloatTy::Unknown => {
                Ty::Float(FloatTy::Lanes(Box::new(f.clone())))
            }
            ty @ (Ty::Float(_) | Ty::Opaque) if self.lanes => {
                let (ty, origin) = (ty.clone(), info.origin.clone());
                self.unsupported(&origin, "lanes of floats that only rustc knows");
                ty
            }
            ty => ty.clone(),
        }
    }

    fn new_place(&mut self, p: Place, kind: PlaceKind) -> Place {
        let info = self.primal.plc(p).clone();
        let name = info.name.map(|n| Name::Tangent(Box::new(n)));
        let ty = info.ty.derivative();
        let ty = if self.lanes { ty.in_lanes() } else { Some(ty) };
        if ty.is_none() {
            self.unsupported(&info.origin, "lanes of what only rustc knows");
        }
        let t = self.out.place(ty.unwrap_or(info.ty), kind, name, &info.origin);
        self.out.places[t.0 as usize].mutable = info.mutable;
        self.tplaces.insert(p, t);
        t
    }

    /// Tangents of fixed size come by value, also those of references.
    fn mode(&self, mode: Mode, fixed: bool) -> Mode {
        if mode == Mode::Ref && (fixed || self.owned) { Mode::Value } else { mode }
    }

    fn param(&mut self, kind: &ParamKind) -> ParamKind {
        match kind {
            ParamKind::Scalar(v, mode) if self.primal.ty(*v).is_float() => {
                let t = self.new_value(*v);
                self.tan.insert(*v, t);
                ParamKind::Scalar(t, self.mode(*mode, true))
            }
            ParamKind::Place(p, mode) if self.primal.plc(*p).ty.may_be_active() => {
                // What is behind a mere name comes as the type of its derivative, an owned one.
                let fixed = self.primal.plc(*p).ty.is_fixed() || self.primal.plc(*p).ty == PlaceTy::Unknown;
                let t = self.new_place(*p, PlaceKind::Param);
                if self.owned {
                    let info = &mut self.out.places[t.0 as usize];
                    info.ty = info.ty.to_owned_type();
                }
                ParamKind::Place(t, self.mode(*mode, fixed))
            }
            ParamKind::Tuple(ks, mode) => {
                ParamKind::Tuple(ks.iter().map(|k| self.param(k)).collect(), self.mode(*mode, true))
            }
            _ => ParamKind::Opaque,
        }
    }

    /// Gives `&mut` parameters that are not active, but that active values are written to, a tangent of
    /// their own, zero at first.
    fn passive_params(&mut self, kind: &ParamKind, out: &mut Vec<Stmt>) {
        match kind {
            ParamKind::Place(p, _) if self.varied_place(*p) && !self.tplaces.contains_key(p) => {
                let t = self.tangent_place(*p, out);
                self.tplaces.insert(*p, t);
            }
            ParamKind::Tuple(ks, _) => ks.iter().for_each(|k| self.passive_params(k, out)),
            _ => {}
        }
    }

    /// The tangent of a result; adds yields to the body.
    fn ret(&mut self, ret: &Ret, body: &mut Block) -> Ret {
        match ret {
            Ret::Unit => Ret::Unit,
            Ret::Scalar(i) => {
                let v = self.primal.body.yields[*i];
                if !self.primal.ty(v).is_float() {
                    return Ret::Unit;
                }
                let t = self.tangent_or_zero(v, &mut body.stmts);
                body.yields.push(t);
                Ret::Scalar(body.yields.len() - 1)
            }
            Ret::Place(p) => Ret::Place(self.tangent_place(*p, &mut body.stmts)),
            Ret::Tuple(rs) => Ret::Tuple(rs.iter().map(|r| self.ret(r, body)).collect()),
        }
    }

    fn tangent_or_zero(&mut self, v: Value, out: &mut Vec<Stmt>) -> Value {
        match self.tan.get(&v) {
            Some(t) => *t,
            None => {
                let info = self.primal.val(v).clone();
                if !info.ty.is_float() {
                    self.unsupported(&info.origin, "a copy without a tangent");
                }
                let ty = self.tangent_ty(v);
                self.out.float(out, 0.0, ty, &info.origin)
            }
        }
    }

    /// The tangent of a place; a zero one is made if it has none.
    fn tangent_place(&mut self, p: Place, out: &mut Vec<Stmt>) -> Place {
        if let Some(t) = self.tplaces.get(&p) {
            return *t;
        }
        let t = self.new_place(p, PlaceKind::Local);
        self.tplaces.remove(&p);
        if let PlaceTy::Slice(elem) = self.out.plc(t).ty.clone() {
            self.out.places[t.0 as usize].ty = PlaceTy::Vec(elem);
        }
        self.out.places[t.0 as usize].mutable = true;
        let init = self.zero_init(p);
        let origin = self.primal.plc(p).origin.clone();
        self.out.effect(out, Op::Alloc { place: t, init }, &origin);
        t
    }

    fn zero_init(&self, p: Place) -> Init {
        let ty = &self.primal.plc(p).ty;
        if ty.is_fixed() && ty.may_be_active() { Init::Zeros } else { Init::ZeroLike(p) }
    }

    fn block(&mut self, block: &Block) -> Block {
        let mut stmts = Vec::new();
        for st in &block.stmts {
            self.stmt(st, &mut stmts);
        }
        Block { params: block.params.clone(), stmts, yields: block.yields.clone(), diverges: block.diverges }
    }

    fn varied_place(&self, p: Place) -> bool {
        self.act.place_varied(self.primal, p)
    }

    fn stmt(&mut self, st: &Stmt, out: &mut Vec<Stmt>) {
        if self.failed.is_some() {
            return;
        }
        let o = &st.origin;
        match &st.op {
            Op::If { .. } | Op::For { .. } | Op::While { .. } => return self.region_stmt(st, out),
            Op::Call { callee, args, ret } => return self.call(st, callee, args, *ret, out),
            Op::CallForward { callee, args, ret, along: None } => {
                return self.call_forward(st, (callee, args), *ret, out);
            }
            Op::CallReverse { callee, pullback, seed, args, slots, along: None } => {
                return self.call_reverse(st, (callee, *pullback), seed, (args, slots), out);
            }
            Op::CallAtOnce { .. } => {
                return self.unsupported(&st.origin, "a call that hands out its gradient at once");
            }
            Op::DotPlaces(..) => return self.unsupported(&st.origin, "a scalar product of adjoints"),
            Op::CallForward { .. } | Op::CallReverse { .. } | Op::CallTangent { .. } => {
                return self.unsupported(&st.origin, "a call with tangents");
            }
            // What was in the place before is needed for nothing: order does not matter for the rest.
            _ => out.push(st.clone()),
        }
        self.keep_dual(st);
        match &st.op {
            Op::Elem { rule, args } => self.elem(st, *rule, args, out),
            Op::Cast(v) | Op::AssertFloat(v) => {
                let r = st.results[0];
                if let Some(t) = self.tan.get(v).copied().filter(|_| self.primal.ty(r).is_float()) {
                    if self.lanes && matches!(st.op, Op::AssertFloat(_)) {
                        // Lanes are of floats that are known.
                        self.tan.insert(r, t);
                        return;
                    }
                    let op = if matches!(st.op, Op::Cast(_)) { Op::Cast(t) } else { Op::AssertFloat(t) };
                    self.define(r, op, out, o);
                }
            }
            Op::Load { place, path, .. } if self.varied_place(*place) => {
                let r = st.results[0];
                let path = derivative_path(path).filter(|_| {
                    self.primal.ty(r).is_float() || matches!(self.primal.ty(r), Ty::Opaque | Ty::Snapshot)
                });
                if let Some(path) = path {
                    let place = self.tplaces[place];
                    self.define(r, Op::Load { place, path, again: None }, out, o);
                }
            }
            Op::SumPlace(p) if self.varied_place(*p) => {
                let op = Op::SumPlace(self.tplaces[p]);
                self.define(st.results[0], op, out, o);
            }
            Op::Snapshot { place, zero: false } if self.varied_place(*place) => {
                let op = Op::Snapshot { place: self.tplaces[place], zero: false };
                self.define(st.results[0], op, out, o);
            }
            Op::Pop(p) if self.varied_place(*p) => {
                let op = Op::Pop(self.tplaces[p]);
                self.define(st.results[0], op, out, o);
            }
            Op::Store { value, .. } if self.primal.ty(*value).is_constant() => {}
            Op::Store { place, path, value } if self.varied_place(*place) => {
                if let Some(path) = derivative_path(path) {
                    let value = self.tangent_or_zero(*value, out);
                    let place = self.tplaces[place];
                    self.out.effect(out, Op::Store { place, path, value }, o);
                }
            }
            Op::Push { place, value } if self.varied_place(*place) => {
                let value = self.tangent_or_zero(*value, out);
                let place = self.tplaces[place];
                self.out.effect(out, Op::Push { place, value }, o);
            }
            Op::Accum { place, path, value } if self.varied_place(*place) => {
                if let (Some(value), Some(path)) = (self.tan.get(value).copied(), derivative_path(path)) {
                    let place = self.tplaces[place];
                    self.out.effect(out, Op::Accum { place, path, value }, o);
                }
            }
            Op::View { place, base, path } if self.varied_place(*base) => {
                let tbase = self.tplaces[base];
                let t = self.new_place(*place, PlaceKind::View { base: tbase });
                let path = derivative_path(path).unwrap_or_else(|| path.clone());
                self.out.effect(out, Op::View { place: t, base: tbase, path }, o);
            }
            Op::Alloc { place, init } if self.varied_place(*place) => self.alloc(st, *place, init, out),
            Op::CopyPlace { dst, src } if self.varied_place(*dst) => {
                let src = self.tangent_place(*src, out);
                let dst = self.tplaces[dst];
                self.out.effect(out, Op::CopyPlace { dst, src }, o);
            }
            Op::Swap { a, b } if self.varied_place(*a) => {
                let (a, b) = (self.tplaces[a], self.tplaces[b]);
                self.out.effect(out, Op::Swap { a, b }, o);
            }
            Op::Append { place, src, count } if self.varied_place(*place) => {
                let src = self.tangent_place(*src, out);
                let place = self.tplaces[place];
                self.out.effect(out, Op::Append { place, src, count: *count }, o);
            }
            Op::Resize { place, from, to } if self.varied_place(*place) => {
                let place = self.tplaces[place];
                self.out.effect(out, Op::Resize { place, from: *from, to: *to }, o);
            }
            Op::AddPlace { dst, src } if self.varied_place(*src) => {
                let (dst, src) = (self.tplaces[dst], self.tplaces[src]);
                self.out.effect(out, Op::AddPlace { dst, src }, o);
            }
            Op::Zero(p) if self.varied_place(*p) => {
                let t = self.tplaces[p];
                self.out.effect(out, Op::Zero(t), o);
            }
            _ => {}
        }
    }

    /// Defines the tangent of `v`.
    fn define(&mut self, v: Value, op: Op, out: &mut Vec<Stmt>, origin: &Origin) {
        let t = self.new_value(v);
        out.push(Stmt { op, results: vec![t], origin: origin.clone() });
        self.tan.insert(v, t);
    }

    fn elem(&mut self, st: &Stmt, rule: crate::rules::RuleId, args: &[Value], out: &mut Vec<Stmt>) {
        let r = st.results[0];
        if !self.primal.ty(r).is_float() {
            return;
        }
        let (rule, args) = crate::rules::as_derived(rule, args, &|v| self.ones.contains(&v));
        let mut sum: Option<Value> = None;
        let several = args.iter().filter(|a| self.tan.contains_key(a)).count() > 1;
        let times = if several { crate::rules::beside_others } else { crate::rules::contribution };
        if self.lanes && several && rule.get().guarded {
            return self.unsupported(&st.origin, "an operation that asks each direction");
        }
        for (i, a) in args.iter().enumerate() {
            let Some(t) = self.tan.get(a).copied() else { continue };
            let mut get = |_: &mut Func, _: &mut Vec<Stmt>, n: usize| args.get(n).copied().unwrap_or(r);
            let c = times(&mut self.out, out, rule, i, &mut get, t, &st.origin);
            sum = match (sum, c) {
                (s, None) => s,
                (None, c) => c,
                (Some(s), Some(c)) => {
                    let ty = self.tangent_ty(r);
                    let op = Op::Elem { rule: crate::rules::ADD, args: vec![s, c] };
                    Some(self.out.push(out, op, ty, None, &st.origin))
                }
            };
        }
        if let Some(t) = sum {
            self.tan.insert(r, t);
        }
    }

    fn alloc(&mut self, st: &Stmt, place: Place, init: &Init, out: &mut Vec<Stmt>) {
        let init = match init {
            Init::Fill(v, n) => match self.tan.get(v) {
                Some(t) => Init::Fill(*t, *n),
                None => self.zero_init(place),
            },
            Init::Elems(vs) => Init::Elems(vs.iter().map(|v| self.tangent_or_zero(*v, out)).collect()),
            Init::Rows(ps) => Init::Rows(ps.iter().map(|p| self.tangent_place(*p, out)).collect()),
            Init::Repeat(p, n) => Init::Repeat(self.tangent_place(*p, out), *n),
            Init::Copy(p) => Init::Copy(self.tangent_place(*p, out)),
            Init::ZerosLen(n) => Init::ZerosLen(*n),
            Init::ZeroLike(p) => Init::ZeroLike(*p),
            Init::Zeros => Init::Zeros,
            Init::Empty => Init::Empty,
            Init::Buffer(n, each) => Init::Buffer(*n, *each),
            Init::None => Init::None,
            Init::Later(typed) => Init::Later(*typed),
            Init::Fields { fields, rest, .. } => return self.fields(st, place, (fields, *rest), out),
            Init::Given(_) | Init::Lent(_) => self.zero_init(place),
            Init::Restore(v) => match self.tan.get(v) {
                Some(t) => Init::Restore(*t),
                None => self.zero_init(place),
            },
        };
        let t = self.new_place(place, PlaceKind::Local);
        self.out.effect(out, Op::Alloc { place: t, init }, &st.origin);
    }

    /// The tangent of a struct: of the rest that it is made from, or zero, and then field by field.
    fn fields(
        &mut self,
        st: &Stmt,
        place: Place,
        (fields, rest): (&[(Member, Part)], Option<Place>),
        out: &mut Vec<Stmt>,
    ) {
        let o = &st.origin;
        let rest = rest.filter(|p| self.tplaces.contains_key(p));
        let init = match rest {
            Some(p) => Init::Copy(self.tplaces[&p]),
            None => Init::ZeroLike(place),
        };
        let t = self.new_place(place, PlaceKind::Local);
        self.out.places[t.0 as usize].mutable = true;
        self.out.effect(out, Op::Alloc { place: t, init }, o);
        for (name, part) in fields.iter().filter(|(name, _)| name.flow != Flow::Constant) {
            match part {
                Part::Value(v) => {
                    let ty = self.primal.ty(*v).clone();
                    if ty.is_float() && (rest.is_some() || self.tan.contains_key(v)) {
                        let value = self.tangent_or_zero(*v, out);
                        let path = vec![Proj::Member(name.of_derivative(), PlaceTy::Scalar(ty))];
                        self.out.effect(out, Op::Store { place: t, path, value }, o);
                    }
                }
                Part::Place(p) => {
                    let src = self.tplaces.get(p).copied();
                    let ty = self.primal.plc(*p).ty.clone();
                    if src.is_none() && (rest.is_none() || !ty.may_be_active()) {
                        continue;
                    }
                    let dst = self.out.place(ty.clone(), PlaceKind::View { base: t }, None, o);
                    self.out.places[dst.0 as usize].mutable = true;
                    let path = vec![Proj::Member(name.of_derivative(), ty)];
                    self.out.effect(out, Op::View { place: dst, base: t, path }, o);
                    self.set_field(dst, src, (rest, place, name), out, o);
                }
            }
        }
    }

    /// Sets the tangent of a field. In the tangent of where the rest came from, it may have other lengths.
    fn set_field(
        &mut self,
        dst: Place,
        src: Option<Place>,
        (rest, whole, name): (Option<Place>, Place, &Member),
        out: &mut Vec<Stmt>,
        o: &Origin,
    ) {
        let ty = self.out.plc(dst).ty.clone();
        if ty.is_fixed() || rest.is_none() {
            let op = src.map_or(Op::Zero(dst), |src| Op::CopyPlace { dst, src });
            return self.out.effect(out, op, o);
        }
        let init = match src {
            Some(src) => Init::Copy(src),
            None => {
                let like = self.out.place(ty.clone(), PlaceKind::View { base: whole }, None, o);
                let path = vec![Proj::Member(name.clone(), ty.clone())];
                self.out.effect(out, Op::View { place: like, base: whole, path }, o);
                Init::ZeroLike(like)
            }
        };
        let new = self.out.place(ty, PlaceKind::Local, None, o);
        self.out.places[new.0 as usize].mutable = true;
        self.out.effect(out, Op::Alloc { place: new, init }, o);
        self.out.effect(out, Op::Swap { a: dst, b: new }, o);
    }

    /// The tangents of what a region hands on, for the positions in `which`.
    fn carry(&mut self, vs: &[Value], which: &[usize], out: &mut Vec<Stmt>) -> Vec<Value> {
        which.iter().map(|k| self.tangent_or_zero(vs[*k], out)).collect()
    }

    /// New tangents for `vs`, at the positions in `which`.
    fn fresh(&mut self, vs: &[Value], which: &[usize]) -> Vec<Value> {
        which
            .iter()
            .map(|k| {
                let t = self.new_value(vs[*k]);
                self.tan.insert(vs[*k], t);
                t
            })
            .collect()
    }

    fn region_stmt(&mut self, st: &Stmt, out: &mut Vec<Stmt>) {
        let varied = |s: &Self, vs: &[Value]| -> Vec<usize> {
            (0..vs.len()).filter(|k| s.act.varied(vs[*k])).collect()
        };
        let which = varied(self, &st.results);
        let (op, extra) = match &st.op {
            Op::If { cond, then, els } => {
                let mut arms = [then, els].map(|b| self.block(b));
                for (arm, b) in arms.iter_mut().zip([then, els]) {
                    if !b.diverges {
                        let ts = self.carry(&b.yields, &which, &mut arm.stmts);
                        arm.yields.extend(ts);
                    }
                }
                let [then, els] = arms;
                (Op::If { cond: *cond, then, els }, which)
            }
            Op::For { range, inits, body } => {
                let which = varied(self, &body.params[1..]);
                let mut new_inits = inits.clone();
                new_inits.extend(self.carry(inits, &which, out));
                let params = self.fresh(&body.params[1..], &which);
                let mut b = self.block(body);
                b.params.extend(params);
                let ts = self.carry(&body.yields, &which, &mut b.stmts);
                b.yields.extend(ts);
                (Op::For { range: range.clone(), inits: new_inits, body: b }, which)
            }
            Op::While { inits, cond, body } => {
                let which = varied(self, &body.params);
                let mut new_inits = inits.clone();
                new_inits.extend(self.carry(inits, &which, out));
                let params = self.fresh(&cond.params, &which);
                let mut c = self.block(cond);
                c.params.extend(params);
                let params = self.fresh(&body.params, &which);
                let mut b = self.block(body);
                b.params.extend(params);
                let ts = self.carry(&body.yields, &which, &mut b.stmts);
                b.yields.extend(ts);
                (Op::While { inits: new_inits, cond: c, body: b }, which)
            }
            other => (other.clone(), Vec::new()),
        };
        let mut results = st.results.clone();
        results.extend(self.fresh(&st.results, &extra));
        out.push(Stmt { op, results, origin: st.origin.clone() });
    }
}
