//! Programs that are keen on one construct, in regions of all kinds: so that none is rare anywhere.

use super::control::Carry;
use super::*;

/// What such a program has most of.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Keen {
    Zero,
    Copy,
    Sum,
    Accum,
    Load,
    Cast,
    Exit,
    Alloc,
    Rows,
    Repeated,
    Sized,
    View,
    Call,
    Effect,
    Growth,
    Exchange,
    /// Loops with steps, to the last, from behind.
    Ranges,
}

impl Keen {
    pub fn any(rng: &mut Rng) -> Keen {
        use Keen::*;
        // The last ones twice: few of them are of the kind that is rare.
        let all = [
            Zero, Copy, Sum, Accum, Load, Cast, Exit, Exit, Alloc, Rows, Rows, Repeated, Repeated, Sized,
            View, View, Call, Call, Call, Call, Effect, Effect, Growth, Exchange, Ranges, Ranges,
        ];
        all[rng.below(all.len())]
    }
}

impl Gen<'_> {
    /// A statement of such a program; says whether there is one.
    pub fn keen_stmt(&mut self, out: &mut Code, keen: Keen, nest: bool) -> bool {
        match self.rng.below(100) {
            0..35 => self.of_the_kind(out, keen),
            35..44 if nest => self.random_if(out),
            44..60 if nest => self.random_for(out),
            60..68 if nest => self.random_while(out),
            _ => return false,
        }
        true
    }

    /// A loop or two that hand at most a sum or the best from round to round, around little of one construct.
    pub fn bare_loops(&mut self, out: &mut Code) {
        self.some_stmts(out, 1);
        for _ in 0..1 + self.rng.below(2) {
            self.bare_loop(out);
        }
    }

    fn bare_loop(&mut self, out: &mut Code) {
        use Carry::*;
        let carried = [vec![], vec![], vec![Sum], vec![Sum], vec![Best], vec![Best, Same], vec![Best, Shift]];
        let carried = carried[self.rng.below(carried.len())].clone();
        self.for_loop(out, carried, |g, code| {
            if g.depth < 2 && g.rng.chance(25) {
                return g.bare_loop(code);
            }
            for _ in 0..1 + g.rng.below(2) {
                if let Some(keen) = g.keen {
                    g.of_the_kind(code, keen);
                }
            }
            let n = g.rng.below(2);
            g.some_stmts(code, n);
        });
    }

    /// `a = b` of two arrays of one shape; the second is made where there is none.
    fn copy(&mut self, out: &mut Code) {
        let fits = |g: &Self, p: &P| p.ints.is_none() && !p.dims.is_empty() && g.f.plc(p.p).ty.is_fixed();
        let all: Vec<P> = self.env.places.iter().filter(|p| fits(self, p)).cloned().collect();
        let Some(dst) =
            self.rng.pick(&all.iter().filter(|p| p.writable).cloned().collect::<Vec<_>>()).cloned()
        else {
            return;
        };
        let root = self.f.root(dst.p);
        let same: Vec<P> =
            all.into_iter().filter(|p| p.dims == dst.dims && self.f.root(p.p) != root).collect();
        let src = match self.rng.pick(&same) {
            Some(src) => src.clone(),
            None => {
                let copy = self.local(Self::array_ty(&dst.dims));
                self.effect(out, Op::Alloc { place: copy, init: Init::Copy(dst.p) });
                self.keep_place(copy, dst.dims.clone(), true)
            }
        };
        let active = self.may_be_active(&src);
        self.mark_written(dst.p, active);
        self.effect(out, Op::CopyPlace { dst: dst.p, src: src.p });
    }

    fn of_the_kind(&mut self, out: &mut Code, keen: Keen) {
        match keen {
            Keen::Zero => {
                let Some(p) = self.place(|p| p.writable && p.ints.is_none() && !p.dims.is_empty()) else {
                    return;
                };
                self.mark_written(p.p, false);
                self.effect(out, Op::Zero(p.p));
            }
            Keen::Copy if self.depth < 4 && self.rng.chance(15) => self.random_view(out),
            Keen::Copy => self.copy(out),
            Keen::Sum => {
                let Some(p) = self.place(|p| p.ints.is_none() && !p.dims.is_empty()) else { return };
                if self.f.plc(p.p).ty.scalar() != Some(&Ty::F64) {
                    return;
                }
                let v = self.push(out, Op::SumPlace(p.p), Ty::F64);
                let most = 30.0 * p.dims.iter().product::<usize>() as f64;
                self.env.floats.push(F { v, lo: -most, hi: most, active: self.may_be_active(&p) });
            }
            Keen::Accum | Keen::Load => self.random_load(out),
            Keen::Cast => self.random_cast(out),
            Keen::Exit => self.random_exit(out),
            Keen::Alloc => self.random_alloc(out),
            Keen::Rows | Keen::Repeated => {
                let made = if keen == Keen::Rows { self.rows() } else { self.repeated() };
                let Some((ty, dims, init, active)) = made else { return self.random_alloc(out) };
                let place = self.local(ty);
                self.effect(out, Op::Alloc { place, init });
                self.keep_place(place, dims, active);
            }
            Keen::Sized => {
                let n = self.elements();
                let len = self.int_const(out, n as i128);
                let place = self.local(PlaceTy::Vec(Box::new(PlaceTy::Scalar(Ty::F64))));
                self.effect(out, Op::Alloc { place, init: Init::ZerosLen(len.v) });
                self.keep_place(place, vec![n], false);
            }
            Keen::View if self.depth < 4 => {
                let rows = |p: &P| p.writable && p.ints.is_none() && p.dims.len() > 1 && !p.dims.contains(&0);
                if let Some(p) = self.place(rows).filter(|_| self.rng.chance(60)) {
                    self.store_into(out, &p);
                }
                self.random_view(out);
            }
            Keen::View => self.random_load(out),
            Keen::Call => self.random_call(out),
            Keen::Effect => self.random_effect(out),
            Keen::Growth => self.random_growth(out),
            Keen::Exchange => self.exchange_arrays(out),
            Keen::Ranges if self.depth < 4 => self.random_for(out),
            Keen::Ranges => self.random_store(out),
        }
        // What it is about is written to, so that a loop around overwrites it.
        if self.rng.chance(50) {
            self.random_store(out);
        }
    }
}
