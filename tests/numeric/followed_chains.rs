//! Chains that only their rounds can tell the items of: beside others, with states, and with what they look for.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        /// What a filter leaves, beside the elements of an array, on either side.
        #[backprop $options]
        pub fn beside_filters(x: &[$F], y: $F) -> $F {
            let w = [1.0, y, 2.0];
            let mut s = 0.0;
            for (a, b) in x.iter().filter(|v| **v > 1.0).zip(w.iter()) {
                s += a * b;
            }
            for (b, a) in w.iter().zip(x.iter().filter(|v| **v > 1.0)) {
                s += a * b * b;
            }
            for (i, (b, a)) in w.iter().zip(x.iter().skip_while(|v| **v < 1.0)).enumerate() {
                if i == 1 {
                    continue;
                }
                if s > 20.0 {
                    break;
                }
                s += a * b * b;
            }
            s + x.iter().filter(|v| **v > 0.8).zip(x.iter().skip(1)).map(|(p, q)| p * q * y).sum::<$F>()
        }
        case!($F $mode: beside_filters(slice x: 0.3..2.0 => vec![0.0; 6], by y: 0.5..1.5));

        #[backprop $options]
        pub fn beside_rows(x: &[$F], y: $F) -> $F {
            let mut rows = [[0.0; 3]; 2];
            for (v, s) in rows.iter_mut().flatten().zip(x) {
                *v = s * y;
            }
            for (v, i) in rows.iter_mut().flat_map(|r| r.iter_mut()).zip(1..) {
                *v *= *v * i as $F;
            }
            let d: $F = rows.iter().flatten().zip(x.iter().map(|v| v * v)).map(|(a, b)| a * b).sum();
            let e: $F = x.iter().zip(rows.iter().flatten()).map(|(a, b)| a * b).sum();
            let f: $F = x.iter().zip(std::iter::once(y).chain(x[..3].iter().copied())).map(|(p, q)| p * q).sum();
            d * 0.1 + e * f
        }
        case!($F $mode: beside_rows(slice x: 0.3..1.5 => vec![0.0; 6], by y: 0.5..1.5));

        #[backprop $options]
        pub fn root(x: $F) -> Option<$F> {
            if x > 0.7 { Some(x.sqrt()) } else { None }
        }

        /// Closures that give `Option`s which others made.
        #[backprop $options]
        pub fn filtered_by_others(x: &[$F], y: $F) -> $F {
            let a: $F = x.iter().filter_map(|&v| root(v)).sum();
            let b: $F = (0..9).filter_map(|i| x.get(i)).map(|v| v * y).sum();
            let c: $F = (0..9).filter_map(|i| x.get(i + 1).map(|v| v * x[0])).sum();
            let d: $F = x.iter().map_while(|&v| root(v + 0.1)).sum();
            let o = if x[0] > 1.0 { Some(x[1]) } else { None };
            let e: $F = x.iter().filter_map(|v| o.map(|k| k * v)).sum();
            let g: $F = x.iter().flat_map(|&v| if v > 1.0 { Some(v * y) } else { None }).sum();
            let k: Vec<$F> = x.iter().filter_map(|&v| root(v).map(|r| r * y)).collect();
            a + b * c + d * e + g + k.iter().map(|v| v * v).sum::<$F>()
        }
        case!($F $mode: filtered_by_others(slice x: 0.3..2.0 => vec![0.0; 6], by y: 0.5..1.5));

        /// States of several parts; what is passive throughout; and what only counts.
        #[backprop $options]
        pub fn states(x: &[$F], y: $F) -> $F {
            let a: $F = x
                .iter()
                .scan((0.0, y), |(p, q), &v| {
                    let o = v + 0.5 * *p;
                    *p = *q;
                    *q = o;
                    Some(o)
                })
                .map(|a| a * a)
                .sum();
            let b: $F = x
                .iter()
                .scan((0.0, 1.0), |s, &v| {
                    s.0 += v * y;
                    s.1 *= v;
                    Some((s.0, s.1))
                })
                .map(|(a, b)| a * b)
                .sum();
            let c: $F = x
                .iter()
                .scan([0.0, y], |s, &v| {
                    let o = v - s[0] * 0.3 + s[1] * 0.2;
                    *s = [o, s[0]];
                    Some(o)
                })
                .sum();
            let weights = [0.25, 0.25, 0.5];
            let sums = weights.iter().scan(0.0, |sum, w| {
                *sum += w;
                Some(*sum)
            });
            let d: $F = sums.zip(x).map(|(w, v)| w * v * y).sum();
            let e: $F = x
                .iter()
                .scan(1usize, |i, v| {
                    *i *= 2;
                    Some(v * *i as $F)
                })
                .sum();
            a + b + c * d + e
        }
        case!($F $mode: states(slice x: 0.3..1.5 => vec![0.0; 6], by y: 0.5..1.5));

        /// A filter from the one end, differences from the other.
        #[backprop $options]
        pub fn scanned_beside(x: &[$F], y: $F) -> $F {
            let c: Vec<$F> = x
                .iter()
                .rev()
                .scan(0.0, |acc, v| {
                    *acc = v + y * *acc;
                    Some(*acc)
                })
                .collect();
            x.iter()
                .scan(y, |before, &v| {
                    let d = v - *before;
                    *before = v;
                    Some(d)
                })
                .zip(&c)
                .map(|(p, q)| p * q)
                .sum()
        }
        case!($F $mode: scanned_beside(slice x: 0.3..2.0 => vec![0.0; 6], by y: 0.5..1.5));

        /// Newton's method, powers, and Fibonacci's numbers.
        #[backprop $options]
        pub fn successors(x: &[$F], y: $F) -> $F {
            let newton: Vec<$F> = std::iter::successors(Some(x[0]), |&g| {
                let n = 0.5 * (g + y / g);
                if (n - g).abs() > 0.01 { Some(n) } else { None }
            })
            .collect();
            let g: $F = std::iter::successors(Some(1.0), |p| Some(p * y)).zip(x).map(|(p, c)| p * c).sum();
            let h: $F = x.iter().zip(std::iter::successors(Some(1.0), |p| Some(p * y))).map(|(c, p)| p * c).sum();
            let fib = std::iter::successors(Some((y, x[1])), |&(a, b)| Some((b, a + b)))
                .map(|(a, _)| a)
                .take(5)
                .sum::<$F>();
            let mut t = 0.0;
            for s in std::iter::successors(Some(y), |s| (*s > 0.1).then(|| s * 0.5)) {
                if s < 0.2 {
                    break;
                }
                t += s * x[2];
            }
            newton.iter().sum::<$F>() + g * h + fib + t
        }
        case!($F $mode: successors(slice x: 0.5..1.5 => vec![0.0; 4], by y: 0.5..1.5));

        #[backprop $options]
        pub fn below(x: &[$F], y: $F) -> Option<$F> {
            let s = x.iter().try_fold(0.0, |a, &v| if v < 1.9 { Some(a + v * y) } else { None })?;
            Some(s * s)
        }

        #[backprop $options]
        pub fn tried(x: &[$F], y: $F) -> $F {
            let r = x.iter().try_fold(1.0, |a, v| (*v > 0.5).then(|| a * v));
            let q = match r {
                Some(v) => v * y,
                None => y,
            };
            let pair = x.iter().try_fold((y, 0.0), |(m, n), v| {
                if *v < 1.8 { Some((m * v, n + v)) } else { None }
            });
            let (m, n) = pair.unwrap_or((x[0], x[1]));
            let horner = x.iter().rfold(0.0, |a, c| a * y + c) + [1.0, 2.0].iter().rfold(x[0], |a, c| a * y + c);
            q + m * n + below(x, y).unwrap_or(y) + if let Some(v) = r { v } else { 0.0 } + horner
        }
        case!($F $mode: tried(slice x: 0.3..2.0 => vec![0.0; 6], by y: 0.5..1.5));

        /// Arrays, rows and runs that are looked for.
        #[backprop $options]
        pub fn rows_found(x: &[$F], y: $F) -> $F {
            let d = x.chunks(2).map(|c| [c[0], c[1]]).find(|c| c[0] > 1.0).unwrap_or([y, y]);
            let l = x.chunks(2).map(|c| [c[0] * y, c[1]]).last().unwrap();
            let r = x.chunks(2).map(|c| [c[0], c[1]]).reduce(|a, b| [a[0] * b[0], a[1] + b[1]]).unwrap();
            let rows = [[x[0], y], [x[1], x[2]], [y, x[3]]];
            let b = rows.iter().max_by(|a, b| a[0].total_cmp(&b[0])).unwrap();
            let (i, p) = rows.iter().enumerate().min_by(|(_, a), (_, b)| a[1].total_cmp(&b[1])).unwrap();
            let q = x.windows(2).min_by(|a, b| a[0].total_cmp(&b[0])).unwrap();
            let s = x.chunks(4).nth(1).map(|c| c.iter().sum::<$F>()).unwrap_or(0.0);
            let w = x.windows(2).find(|w| w[0] < w[1]).map(|w| w[0] * w[1]).unwrap_or(y);
            d[0] * d[1] + l[0] * b[1] + r[0] * r[1] + p[0] * i as $F + q[1] * q[0] * s + w
        }
        case!($F $mode: rows_found(slice x: 0.3..2.0 => vec![0.0; 6], by y: 0.5..1.5));

        /// Pairs in memory, by reference.
        #[backprop $options]
        pub fn pairs_found(x: &[$F], y: $F) -> $F {
            let pts: Vec<($F, $F)> = x.windows(2).map(|w| (w[0], w[1] * y)).collect();
            let (a, b) = pts.iter().find(|(a, b)| a < b).copied().unwrap_or((y, 1.0));
            let c = pts.iter().find(|p| p.0 > p.1).map(|&(a, b)| a * b).unwrap_or(y);
            let m = pts.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
            let n = pts.iter().copied().min_by(|a, b| a.1.partial_cmp(&b.1).unwrap()).unwrap();
            let l = pts.iter().last().unwrap();
            let r = pts.iter().reduce(|a, b| if a.0 < b.0 { a } else { b }).unwrap();
            let top = x.iter().copied().max_by($F::total_cmp).unwrap();
            let low = x.iter().map(|v| v * y).min_by($F::total_cmp).unwrap_or(0.0);
            a * b * y + c + m.0 * n.1 + l.0 + r.1 + top * low
        }
        case!($F $mode: pairs_found(slice x: 0.3..2.0 => vec![0.0; 6], by y: 0.5..1.5));

        /// What a fold makes grows.
        #[backprop $options]
        pub fn grown(x: &[$F], y: $F) -> $F {
            let v = x.iter().fold(vec![y], |mut all, v| {
                let last = all[all.len() - 1];
                all.push(v * last);
                all
            });
            v.iter().sum()
        }
        case!($F $mode: grown(slice x: 0.3..1.5 => vec![0.0; 5], by y: 0.5..1.5));
    };
}
instances!(functions);
