//! Calls of other random functions.

use super::*;

impl Gen<'_> {
    pub fn random_call(&mut self, out: &mut Code) {
        let Some(target) = self.rng.pick(self.targets).cloned() else {
            self.random_elem(out);
            return;
        };
        let mut args = Vec::new();
        let mut borrowed: Vec<(Place, bool)> = Vec::new();
        for input in &target.params {
            let Some(arg) = self.argument(out, input, &mut borrowed) else { return };
            args.push(arg);
        }
        for a in &args {
            if let Arg::Place(p, Mode::Mut) = a {
                self.mark_written(*p, true);
            }
        }
        let callee = Callee { path: syn::Path::from(ident(&target.name)), name: target.name.clone() };
        if target.ret.is_empty() {
            let v = self.push(out, Op::Call { callee, args, ret: None }, Ty::F64);
            self.env.floats.push(F { v, lo: -100.0, hi: 100.0, active: true });
            return;
        }
        let name = self.name("r");
        let ty = Self::array_ty(&target.ret);
        let ret = self.f.place(ty, PlaceKind::CallResult, Some(name), &Origin::default());
        self.effect(out, Op::Call { callee, args, ret: Some(ret) });
        self.keep_place(ret, target.ret, true);
    }

    fn argument(&mut self, out: &mut Code, input: &Input, borrowed: &mut Vec<(Place, bool)>) -> Option<Arg> {
        if let (false, Some((lo, hi))) = (input.is_place(), input.ints) {
            let fit: Vec<I> = self.env.ints.iter().copied().filter(|i| i.lo >= lo && i.hi <= hi).collect();
            let i = match self.rng.pick(&fit) {
                Some(i) => *i,
                None => self.int_const(out, hi),
            };
            return Some(Arg::Value(i.v));
        }
        if !input.is_place() {
            let x = if input.active { self.float(out) } else { self.passive_float(out) };
            let x = self.within(out, x, -2.0, 2.0);
            return Some(if input.mode == Mode::Ref { Arg::ValueRef(x.v) } else { Arg::Value(x.v) });
        }
        let f = &self.f;
        let exclusive = input.mode == Mode::Mut;
        let fit: Vec<P> = self
            .env
            .places
            .iter()
            .filter(|p| p.dims == input.dims && p.ints == input.ints)
            .filter(|p| !exclusive || p.writable)
            .filter(|p| input.active || !self.may_be_active(p))
            .filter(|p| borrowed.iter().all(|(r, m)| *r != f.root(p.p) || !(exclusive || *m)))
            .filter(|p| input.mode != Mode::Value || f.plc(p.p).ty.is_fixed())
            .cloned()
            .collect();
        let p = match self.rng.pick(&fit) {
            Some(p) => p.p,
            None if input.ints.is_some() => return None,
            None => self.fresh_argument(out, input),
        };
        borrowed.push((self.f.root(p), exclusive));
        Some(Arg::Place(p, input.mode))
    }

    /// An array made for a call.
    fn fresh_argument(&mut self, out: &mut Code, input: &Input) -> Place {
        let place = self.local(Self::array_ty(&input.dims));
        let x = if input.active { self.float(out) } else { self.passive_float(out) };
        let x = self.within(out, x, -2.0, 2.0);
        let init = if let [n] = input.dims[..] { Init::Elems(vec![x.v; n]) } else { Init::Zeros };
        self.effect(out, Op::Alloc { place, init });
        // Passive arrays stay out of sight, so that they stay passive.
        if input.active {
            self.keep_place(place, input.dims.clone(), x.active);
        }
        place
    }
}
