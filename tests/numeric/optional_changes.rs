//! Variables that hold `Option`s of active values, and methods that change them.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn taken(x: &[$F], y: $F) -> $F {
            let mut held = None;
            let mut s = 0.0;
            for v in x {
                if *v > 1.0 {
                    held = Some(v * y);
                } else if let Some(h) = held.take() {
                    s += h * v;
                }
            }
            s + held.unwrap_or(y)
        }
        case!($F $mode: taken(slice x: 0.3..2.0 => vec![0.0; 6], by y: 0.5..1.5));

        /// The trapezoidal rule, with what came before.
        #[backprop $options]
        pub fn replaced(x: &[$F], y: $F) -> $F {
            let mut before: Option<($F, $F)> = None;
            let mut s = 0.0;
            for (i, v) in x.iter().enumerate() {
                let now = (i as $F * y, *v);
                if let Some((t, w)) = before.replace(now) {
                    s += (now.0 - t) * (now.1 + w) * 0.5;
                }
            }
            while let Some((t, w)) = before.take() {
                s += t * w;
                if t > 1.0 {
                    before = Some((t * 0.5, w));
                }
            }
            s
        }
        case!($F $mode: replaced(slice x: 0.3..2.0 => vec![0.0; 6], by y: 0.5..1.5));

        /// What is taken out is no part of the variable any more.
        #[backprop $options]
        pub fn arrays(x: &[$F], y: $F) -> $F {
            let mut before: Option<[$F; 2]> = None;
            let mut s = 0.0;
            for c in x.chunks(2) {
                let p = [c[0] * y, c[1]];
                if let Some(q) = before.take() {
                    s += (p[0] - q[0]).powi(2) * q[1];
                }
                before = Some(p);
            }
            let q = before.replace([y, y]);
            s + q.map_or(0.0, |q| q[0]) * before.unwrap()[1]
        }
        case!($F $mode: arrays(slice x: 0.3..2.0 => vec![0.0; 6], by y: 0.5..1.5));

        #[backprop $options]
        pub fn by_mem(x: &[$F], y: $F) -> $F {
            let mut held: Option<$F> = None;
            let mut s = 0.0;
            for v in x {
                if *v > 1.0 {
                    let old = std::mem::replace(&mut held, Some(v * y));
                    s += old.unwrap_or(0.5);
                } else if let Some(h) = std::mem::take(&mut held) {
                    s += h * v;
                }
            }
            let last = std::mem::replace(&mut held, None);
            s + last.unwrap_or(y) + held.map_or(1.0, |h| h * 7.0)
        }
        case!($F $mode: by_mem(slice x: 0.3..2.0 => vec![0.0; 6], by y: 0.5..1.5));

        #[backprop $options]
        pub fn inserted(x: &[$F], y: $F) -> $F {
            let mut m: Option<$F> = None;
            let mut s = 0.0;
            for &v in x {
                let h = m.get_or_insert(v * y);
                s += *h * v;
                if s > 3.0 {
                    let _ = m.insert(s * y);
                } else if s > 1.5 {
                    m = None;
                }
            }
            s + *m.get_or_insert_with(|| y * 2.0)
        }
        case!($F $mode: inserted(slice x: 0.3..2.0 => vec![0.0; 6], by y: 0.5..1.5));

        /// Memory can be written to.
        #[backprop $options]
        pub fn memory_inserted(x: &[$F], y: $F) -> $F {
            let mut m: Option<Vec<$F>> = Some(vec![y]);
            for v in x {
                let w = m.get_or_insert_with(|| vec![0.0; 3]);
                w[0] += y * v;
                w.push(*v);
            }
            let mut a: Option<[$F; 2]> = None;
            for v in x {
                let w = a.get_or_insert([y, 1.0]);
                w[0] += y * v;
                w[1] *= v;
                if w[0] > 4.0 {
                    a = None;
                }
            }
            let n = m.insert(vec![x[0], m.as_ref().map_or(1.0, |v| v[0])]);
            n[1] *= y;
            m.as_ref().map_or(0.0, |v| v[1] * v[0]) + a.map_or(y, |w| w[0] * w[1])
        }
        case!($F $mode: memory_inserted(slice x: 0.3..2.0 => vec![0.0; 6], by y: 0.5..1.5));

        #[backprop $options]
        pub fn both_or_one(x: &[$F], y: $F) -> $F {
            let a = if x[0] > 1.0 { Some(x[1] * y) } else { None };
            let b = if x[2] > 1.0 { Some(x[3]) } else { None };
            let c = a.and(b).unwrap_or(y * 2.0);
            a.xor(b).map_or(x[4], |v| v * c)
                + c * a.xor(None).unwrap_or(1.0)
                + a.and(Some(x[5])).unwrap_or(y)
        }
        case!($F $mode: both_or_one(slice x: 0.3..2.0 => vec![0.0; 6], by y: 0.5..1.5));
    };
}
instances!(functions);
