//! Chains over constants whose closures bring in what is active, and over integers of copied code.

use backprop::backprop;

pub struct Table {
    weights: Vec<f64>,
}

struct Row {
    i: i32,
    j: i32,
    n: f64,
}

const ROWS: [Row; 3] = [Row { i: 1, j: 2, n: 0.5 }, Row { i: 2, j: 0, n: 1.5 }, Row { i: 0, j: 3, n: -0.25 }];

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        const TABLE: [$F; 2] = [0.5, 2.0];

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

        /// The closure reads nothing active but what it is handed: that begins with something active.
        #[backprop $options]
        pub fn from_active(t: $F, s: &[$F], table: &Table) -> $F {
            let horner = TABLE.iter().fold(t, |acc, c| acc * c + 1.5);
            let zipped = TABLE.into_iter().zip(&table.weights).fold(t * t, |a, (b, w)| a.sin() * b - *w as $F);
            let each: $F = s.iter().map(|v| TABLE.iter().fold(*v, |a, b| a * b)).sum();
            let greatest = table.weights.iter().fold(t, |a, w| a.max(*w as $F * a));
            let lent = (&TABLE[1..]).iter().enumerate().fold(s[0], |a, (i, b)| a * b + i as $F);
            horner * zipped + each * greatest + lent
        }
        case!($F $mode: from_active(by t: 0.5..1.5, slice s: 0.5..2.0 => vec![0.0; 3]; &Table { weights: vec![0.5, 1.25] }));

        /// The state of a `scan` is a constant, and what is made of it is none.
        #[backprop $options]
        pub fn decaying(t: $F, s: &[$F]) -> $F {
            let ema = s.iter().scan(1.0, |weight, _| {
                *weight = *weight * 0.5 + *weight * *weight * 0.125;
                Some(*weight)
            });
            let sum = ema.fold(s[1], |so_far, weight| so_far * weight + t);
            let first = s
                .iter()
                .skip_while(|v| **v < 0.0)
                .scan(2.0, |n, v| {
                    *n *= 0.75;
                    Some(v * *n)
                })
                .fold(t, |a, b| a * b);
            sum * first
        }
        case!($F $mode: decaying(by t: 0.5..1.5, slice s: 0.5..2.0 => vec![0.0; 3]));

        /// Rows with names, taken apart.
        #[backprop $options]
        pub fn named_rows(t: $F, s: $F) -> $F {
            let sum: $F = ROWS.iter().map(|Row { i, j, n }| *n as $F * t.powi(*i) * s.powi(*j)).sum();
            let mut rest = 0.0;
            for Row { i, n, .. } in ROWS.iter() {
                rest += *n as $F * s.powi(*i);
            }
            sum * rest
        }
        case!($F $mode: named_rows(by t: 0.5..1.5, by s: 0.5..1.5));

        /// What is handed out is not asked for.
        #[backprop $options]
        pub fn passed_over(t: $F, table: &Table, text: &str) -> $F {
            let mut product = t;
            std::collections::BTreeSet::from([2, 1, 3]).iter().for_each(|_| product = product * t);
            let sum: $F = table.weights.iter().map(|_| t * t).sum();
            let pairs: $F = text.lines().zip(table.weights.iter()).map(|(_, _)| t.sin()).sum();
            let numbered: $F = text.chars().enumerate().map(|(i, _)| t * i as $F).sum();
            let squared = TABLE.iter().fold(t, |a, _| a * a);
            let taken = text.chars().skip(1).take(3).filter(|_| t > 0.0).map(|_| t).fold(1.0, |a, b| a * b);
            let mut rounds = 0.0;
            for _ in text.split(' ') {
                rounds += t;
            }
            for c in text.to_uppercase().trim().chars() {
                rounds += t * u32::from(c) as $F;
            }
            let words = text.lines().map(|line| line.len()).collect::<Vec<_>>();
            rounds = words.iter().map(|n| n * 2).collect::<Vec<_>>().iter().fold(rounds, |r, n| r + t * *n as $F);
            for (_, k) in text.char_indices().zip(1..) {
                rounds += t * k as $F;
            }
            product + sum * pairs + numbered * squared + taken * rounds
        }
        case!($F $mode: passed_over(by t: 0.5..1.5; &Table { weights: vec![0.5, 1.25] }, "a b\nc d"));

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
