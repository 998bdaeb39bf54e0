//! Chains over constants whose closures bring in what is active, and over integers of copied code.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn polynomial(t: $F) -> $F {
            let taken = [0.5, -0.75, 2.0].iter().copied().reduce(|sum, c| sum * t + c).unwrap();
            let ranged = (0..5).map(|i| i as $F).reduce(|sum, c| sum * t + c).unwrap_or(1.0);
            let v = vec![0.25, -1.5, 3.0];
            let looked = match v.iter().copied().reduce(|sum, c| sum * t + c) {
                Some(value) => value * value,
                None => t,
            };
            let greatest = v.into_iter().reduce(|sum: $F, c: $F| sum.max(c * t)).unwrap();
            taken * greatest + ranged + looked
        }
        case!($F $mode: polynomial(by t: 0.5..1.5));

        /// The closure changes what it reads.
        #[backprop $options]
        pub fn with_state(t: $F) -> $F {
            let (mut power, mut sum) = (1.0, 0.0);
            let r = (0..4)
                .map(|i| i as $F)
                .reduce(|acc, c| {
                    power *= t;
                    sum += c * power;
                    acc * power + c
                })
                .unwrap();
            let scanned: $F = [1.0, 2.0, 3.0].iter().scan(1.0, |acc, &c| { *acc *= t; Some(c * *acc) }).sum();
            r + sum * scanned
        }
        case!($F $mode: with_state(by t: 0.5..1.5));

        /// The counts live in copied code, and are seen as references to references.
        #[backprop $options]
        pub fn of_groups(x: &[$F], numbers: &[u8]) -> $F {
            let mut sums = [0.0; 3];
            let mut counts = [0usize; 3];
            for (x, k) in x.iter().zip(numbers) {
                sums[(*k % 3) as usize] += x;
                counts[(*k % 3) as usize] += 1;
            }
            let mut sorted = numbers.to_vec();
            sorted.sort();
            sorted.dedup();
            let means = sums.iter().zip(counts.iter()).filter(|(_, n)| **n > 0).map(|(s, n)| s / *n as $F);
            means.map(|m| m * m).sum::<$F>()
                + sorted.iter().zip(x).filter(|(k, _)| **k > 1).map(|(k, x)| x * <$F>::from(*k)).sum::<$F>()
                + x.iter().zip(sorted.iter()).filter(|&(_, k)| *k > 1).map(|(x, &k)| x * x / k as $F).sum::<$F>()
        }
        case!($F $mode: of_groups(slice x: -2.0..2.0 => vec![0.0; 5]; &[3, 1, 7, 3, 4]));
    };
}

instances!(functions);
