//! Chains that are taken apart (`partition`, `unzip` of what a filter leaves), gone round in (`cycle`), and searched
//! (`find`, `find_map`).

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn parts(x: &[$F], t: $F) -> $F {
            let (left, right): (Vec<$F>, Vec<$F>) = x.iter().partition(|&&x| x < t);
            let spread = |v: &[$F]| {
                if v.is_empty() {
                    return 0.0;
                }
                let m = v.iter().sum::<$F>() / v.len() as $F;
                v.iter().map(|x| (x - m) * (x - m)).sum::<$F>()
            };
            let mut asked = 0;
            let (high, low): (Vec<_>, Vec<_>) = x.iter().map(|x| x * t).filter(|v| *v > -0.5).partition(|v| {
                asked += 1;
                *v > 0.25
            });
            spread(&left) + 2.0 * spread(&right) + high.iter().map(|v| v.sin()).sum::<$F>()
                - low.iter().product::<$F>() + asked as $F * t
        }
        case!($F $mode: parts(slice x: -1.0..1.0 => vec![0.0; 5], by t: -0.5..1.5));

        #[backprop $options]
        pub fn pairs(x: &[($F, $F)]) -> $F {
            let (up, down): (Vec<($F, $F)>, Vec<($F, $F)>) = x.iter().copied().partition(|p| p.0 > p.1);
            let (a, b): (Vec<$F>, Vec<$F>) = x.iter().filter(|p| p.0 > 0.0).map(|p| (p.0 * p.0, p.1.sin())).unzip();
            up.iter().map(|(a, b)| a * b).sum::<$F>() + down.iter().map(|(a, b)| a - b * b).sum::<$F>()
                + a.iter().zip(&b).map(|(p, q)| p * q).sum::<$F>()
        }
        case!($F $mode: pairs(slice x: -1.0..1.0 => vec![(0.0, 0.0); 4]));

        /// The constants go one way or the other, which has no derivative.
        #[backprop $options]
        pub fn of_constants(t: $F, #[no_grad] data: &[$F]) -> $F {
            let (above, below): (Vec<$F>, Vec<$F>) = data.iter().partition(|x| **x > t * 3.0);
            above.iter().sum::<$F>() * t - below.len() as $F * t * t
        }
        case!($F $mode: of_constants(by t: 0.25..1.25; &[0.5, 1.0, 2.5, 4.0]));

        #[backprop $options]
        pub fn rounds(x: &[($F, $F)], w: &[$F], k: $F) -> $F {
            let area = x.iter().zip(x.iter().cycle().skip(1)).map(|((a, b), (c, d))| a * d - c * b).sum::<$F>();
            let weighted = x.iter().zip(w.iter().cycle()).map(|(x, w)| x.0 * w * w).sum::<$F>();
            let signs = [1.0, -1.0].iter().map(|s| s * k).cycle();
            let alternating = w.iter().cycle().take(7).zip(signs).map(|(w, s)| w * s).sum::<$F>();
            let mut sum = 0.0;
            for (i, w) in w.iter().cycle().enumerate() {
                if i > 6 {
                    break;
                }
                sum += w * w * i as $F;
            }
            let nothing: [$F; 0] = [];
            let none = w.iter().zip(nothing.iter().cycle()).map(|(a, b)| a * b).sum::<$F>();
            area * alternating + weighted * sum + none
        }
        case!($F $mode: rounds(
            slice x: -1.0..1.0 => vec![(0.0, 0.0); 4], slice w: -1.0..1.0 => vec![0.0; 3], by k: 0.5..1.5));

        #[backprop $options]
        pub fn searched(x: &[$F], y: &[$F], t: $F) -> $F {
            let lent = x.iter().find(|&&x| x > t).map_or(t * 2.0, |x| x * t);
            let own = x.iter().copied().find(|x| *x < t).unwrap_or(t) * t;
            let numbered = match x.iter().enumerate().find(|(_, x)| **x > t) {
                Some((i, x)) => x * y[i],
                None => y[0],
            };
            let (a, b) = x.iter().zip(y).find(|(x, _)| **x > t).unwrap_or((&x[0], &y[1]));
            let mapped = x.iter().find_map(|v| if *v > t { Some(v * v * t) } else { None }).unwrap_or(1.0);
            let constant = [1.0, 2.0].iter().find_map(|c| (*c > 1.5).then(|| c * t)).unwrap();
            if let Some(v) = x.iter().map(|x| x * t).find(|v| *v > 0.125) {
                return v * lent + own * numbered;
            }
            a * b + mapped * constant
        }
        case!($F $mode: searched(
            slice x: -1.0..1.0 => vec![0.0; 4], slice y: -1.0..1.0 => vec![0.0; 4], by t: -0.5..0.75));

        /// Rows of constants are copied code's.
        #[backprop $options]
        pub fn interpolated(t: $F, #[no_grad] knots: &[($F, $F)]) -> $F {
            let next = knots.iter().find(|k| k.0 > t).unwrap();
            let around = knots.windows(2).find(|w| w[0].0 <= t && t < w[1].0).unwrap();
            next.1 * t + (t - around[0].0) * around[1].1
        }
        case!($F $mode: interpolated(by t: 0.0..2.5; &[(0.0, 1.0), (0.5, 2.0), (1.5, 0.5), (3.0, 1.0)]));
    };
}

instances!(functions);
