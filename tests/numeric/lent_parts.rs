//! Runs of elements that are lent to be changed: `chunks_mut`, `chunks_exact_mut`, `rchunks_mut`.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        /// The last run may be shorter.
        #[backprop $options]
        pub fn scaled_runs(x: &[$F], y: $F) -> $F {
            let mut a = x.to_vec();
            for c in a.chunks_mut(4) {
                let n = c.len() as $F;
                for v in c.iter_mut() {
                    *v = *v * y + n;
                }
                c[0] *= c[1];
            }
            a.iter().sum()
        }
        case!($F $mode: scaled_runs(slice x: -2.0..2.0 => vec![0.0; 6], by y: -2.0..2.0));

        /// What is left over of exact runs stays as it is.
        #[backprop $options]
        pub fn pairs(x: &[$F], y: $F) -> $F {
            let mut a = x.to_vec();
            for (i, c) in a.chunks_exact_mut(2).enumerate() {
                let (s, t) = (c[0], c[1]);
                c[0] = s * t + i as $F;
                c[1] = s / y;
            }
            for c in a.chunks_exact_mut(2) {
                if let [p, q] = c {
                    let t = *p;
                    *p = t * *q;
                    *q = t + y;
                }
            }
            a.iter().map(|v| v * v).sum()
        }
        case!($F $mode: pairs(slice x: -2.0..2.0 => vec![0.0; 7], by y: 0.5..2.0));

        /// One layer of a network, row by row.
        #[backprop $options]
        pub fn beside_others(x: &[$F], w: &[$F]) -> $F {
            let mut a = vec![1.0; 6];
            for (c, d) in a.chunks_exact_mut(2).zip(x.chunks_exact(2)) {
                for (o, (i, k)) in c.iter_mut().zip(d.iter().zip(w)) {
                    *o += i * k * i;
                }
            }
            a.iter().map(|v| v * v).sum()
        }
        case!($F $mode: beside_others(slice x: -2.0..2.0 => vec![0.0; 6], slice w: -2.0..2.0 => vec![0.0; 2]));

        /// Each run has the sum one.
        #[backprop $options]
        pub fn normalised(x: &[$F], y: $F) -> $F {
            let mut a = x.to_vec();
            a.chunks_mut(3).for_each(|c| {
                let s: $F = c.iter().sum();
                c.iter_mut().for_each(|v| *v /= s * y);
            });
            a.iter().map(|v| v * v).sum()
        }
        case!($F $mode: normalised(slice x: 0.5..2.0 => vec![0.0; 6], by y: 0.5..2.0));

        #[backprop $options]
        pub fn moved_about(x: &[$F], y: $F) -> $F {
            let mut a = x.to_vec();
            for c in a.chunks_exact_mut(2) {
                c.swap(0, 1);
                c[0] *= y;
            }
            for (k, c) in a.chunks_mut(4).enumerate().skip(1) {
                c.reverse();
                c[k] *= 2.0;
            }
            for c in a.chunks_mut(3) {
                let (l, r) = c.split_at_mut(1);
                l[0] += r[0] * r[1];
            }
            a.iter().enumerate().map(|(i, v)| v * i as $F * v).sum()
        }
        case!($F $mode: moved_about(slice x: -2.0..2.0 => vec![0.0; 6], by y: -2.0..2.0));

        /// The fast Walsh–Hadamard transform.
        #[backprop $options]
        pub fn butterflies(x: &[$F]) -> $F {
            let mut a = x.to_vec();
            let mut h = 1;
            while h < a.len() {
                for c in a.chunks_exact_mut(2 * h) {
                    let (lo, hi) = c.split_at_mut(h);
                    for (u, v) in lo.iter_mut().zip(hi.iter_mut()) {
                        let (p, q) = (*u, *v);
                        *u = p + q;
                        *v = p - q;
                    }
                }
                h *= 2;
            }
            a.iter().enumerate().map(|(i, v)| v * v * (i + 1) as $F).sum()
        }
        case!($F $mode: butterflies(slice x: -2.0..2.0 => vec![0.0; 8]));

        /// From the other end, which leaves the short run at the beginning.
        #[backprop $options]
        pub fn from_the_end(x: &[$F], y: $F) -> $F {
            let mut a = x.to_vec();
            for c in a.rchunks_mut(4) {
                c[0] *= y;
                let n = c.len();
                c[n - 1] += c[0];
            }
            for c in a.chunks_exact_mut(4).rev() {
                c[3] *= c[2];
            }
            a.rchunks(4).map(|c| c[0] * c[1]).sum()
        }
        case!($F $mode: from_the_end(slice x: -2.0..2.0 => vec![0.0; 6], by y: -2.0..2.0));

        /// What is passive until something active is written into one of its runs.
        #[backprop $options]
        pub fn into_zeros(x: &[$F], y: $F) -> $F {
            let mut out = [0.0; 6];
            for (row, v) in out.chunks_mut(2).zip(x) {
                row.fill(v * y);
                row[1] += 1.0;
            }
            out.iter().zip(out.iter().skip(1)).map(|(a, b)| a * b).sum()
        }
        case!($F $mode: into_zeros(slice x: -2.0..2.0 => vec![0.0; 3], by y: -2.0..2.0));

        /// Of an output.
        #[backprop $options]
        pub fn filled(x: &[$F], out: &mut [$F]) {
            for (c, v) in out.chunks_exact_mut(2).zip(x) {
                c[0] = v * v;
                c[1] *= c[0];
            }
        }

        #[backprop $options]
        pub fn out_of_it(x: &[$F]) -> $F {
            let mut out = vec![3.0; 2 * x.len()];
            filled(x, &mut out);
            out.iter().map(|v| v * v).sum()
        }
        case!($F $mode: out_of_it(slice x: -2.0..2.0 => vec![0.0; 3]));
    };
}
instances!(functions);
