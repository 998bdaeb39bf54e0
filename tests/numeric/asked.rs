//! What slices are asked about: where an element belongs, whether there is one, whether they are sorted. The answer is no float.
//! And which of several pairs is the greatest.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        /// Linear interpolation, as it is mostly written.
        #[backprop $options]
        pub fn interpolated(ys: &[$F], x: $F, #[no_grad] xs: &[$F]) -> $F {
            let i = xs.partition_point(|&v| v < x).clamp(1, xs.len() - 1);
            let t = (x - xs[i - 1]) / (xs[i] - xs[i - 1]);
            ys[i - 1] + (ys[i] - ys[i - 1]) * t
        }
        case!($F $mode: interpolated(slice ys: -2.0..2.0 => vec![0.0; 4], by x: -1.0..4.0; &[0.0, 1.0, 2.5, 3.0]));

        /// The places are active themselves, and change before and after they are searched.
        #[backprop $options]
        pub fn searched(xs: &[$F], ys: &[$F; 4], x: $F) -> $F {
            let mut places: Vec<$F> = xs.iter().scan(0.0, |at, step| { *at += step; Some(*at) }).collect();
            let mut total = 0.0;
            for k in 0..3 {
                let i = match places.binary_search_by(|v| v.partial_cmp(&x).unwrap()) {
                    Ok(i) => return ys[i] * x,
                    Err(0) => {
                        places[0] = x * 0.5;
                        continue;
                    }
                    Err(i) => i.min(places.len() - 1),
                };
                total += ys[i] * (places[i] - x) + k as $F * places[i - 1];
                places[i] *= 1.5;
                if places.is_sorted() && !places.starts_with(&[x]) {
                    total += places[0];
                }
            }
            total
        }
        case!($F $mode: searched(slice xs: 0.5..1.0 => vec![0.0; 4], to ys: -2.0..2.0 => [0.0; 4], by x: 0.1..3.0));

        #[backprop $options]
        pub fn contained(xs: &[$F], x: $F) -> $F {
            let rows: Vec<[$F; 2]> = xs.iter().map(|v| [v * x, *v]).collect();
            let least = rows.partition_point(|row| row[0] * row[1] < 0.0);
            let mut asked = 0;
            let below = xs.partition_point(|v| { asked += 1; *v < x });
            if xs.contains(&x) { x } else { x * x * (least + below) as $F + asked as $F * x }
        }
        case!($F $mode: contained(slice xs: -2.0..2.0 => vec![0.0; 5], by x: 0.5..1.5));
        case!($F $mode: none_to_ask(by x: 0.5..1.5));

        #[backprop $options]
        pub fn none_to_ask(x: $F) -> $F {
            contained(&[], x) * x + x
        }

        #[backprop $options]
        pub fn best_pairs(x: &[$F], y: &[$F]) -> $F {
            let (i, greatest) = x.iter().enumerate().max_by(|a, b| a.1.partial_cmp(b.1).unwrap()).unwrap();
            let (least, j) = y.iter().copied().zip(0..).min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((0.5, 7));
            let mut total = greatest * y[i] + least * j as $F;
            for k in 0..2 {
                let pairs = x[k..].iter().zip(&y[k..]);
                let (a, b) = pairs.max_by(|p, q| (p.0 * p.1).partial_cmp(&(q.0 * q.1)).unwrap()).unwrap();
                total += a * total - b;
                let (a, b) = x.iter().zip(y.iter()).nth(k).unwrap();
                total *= 1.5 + a * b;
            }
            // There is none: what stands for it is taken.
            let (n, v) = x[..0].iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((2, total));
            total * v * n as $F
        }
        case!($F $mode: best_pairs(slice x: -1.0..1.0 => vec![0.0; 4], slice y: -1.0..1.0 => vec![0.0; 4]));
    };
}
instances!(functions);
