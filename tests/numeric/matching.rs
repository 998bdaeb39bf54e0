//! `match`, `if let`, `while let`, `let … else`, chains and `matches!`, on what is passive and what is active;
//! patterns of all kinds. Branches on active values meet where they change.

use backprop::backprop;
use std::cell::Cell;
use std::cmp::Ordering;

const LIMIT: usize = 3;
const HALF: usize = 1;

#[derive(Clone, Copy)]
pub enum Kind {
    Linear,
    Power(i32),
    Scaled { by: u8, twice: bool },
}
use Kind::Linear;

/// Something that can't be copied.
pub struct Config {
    pub gains: Vec<f32>,
    pub name: String,
}

impl Config {
    fn of(name: &str) -> Config {
        Config { gains: vec![0.5, 1.5], name: name.to_string() }
    }
}

/// A user's enum with floats in it.
pub enum Form {
    Circle(f64),
    Box { w: f64, h: f64 },
    Many(Vec<f64>),
    Nothing,
}

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        // Passive scrutinees that are known.

        #[backprop $options]
        pub fn integers(x: $F, n: usize) -> $F {
            match n {
                0 => 1.0,
                1 => x,
                2 | 3 => x * x,
                4..=7 => x.sin(),
                8.. if x > 100.0 => 0.0,
                k => x * k as $F,
            }
        }
        case!($F $mode: integers(by x: 0.5..2.0; 9));

        #[backprop $options]
        pub fn every_integer(x: $F, lo: i32, hi: i32) -> $F {
            let mut sum = x;
            for i in lo..hi {
                sum += match i {
                    i32::MIN..=-2 => x * x,
                    -1 => x.sin(),
                    0 | 1 if x > -3.0 => x * 0.5,
                    0 => 0.0,
                    k @ (2 | 3) => x.powi(k),
                    _ => sum * x,
                };
            }
            sum
        }
        case!($F $mode: every_integer(by x: 0.5..1.0; -4, 6));

        #[backprop $options]
        pub fn constants(x: $F, n: usize) -> $F {
            let mut p = 1.0;
            for k in 0..n {
                match k {
                    LIMIT => p *= x,
                    HALF => p += x * 0.5,
                    usize::MAX => return 0.0,
                    _ => p *= 1.0 + x / (k as $F + 1.0),
                }
            }
            p
        }
        case!($F $mode: constants(by x: 0.5..1.0; 6));

        #[backprop $options]
        pub fn booleans(x: $F, y: $F, flag: bool) -> $F {
            let a = match flag {
                true => x * y,
                false => x,
            };
            let b = match (x > 0.0, y > 0.0) {
                (true, true) => x * y,
                (false, false) => x * y * 2.0,
                _ => x * y * 3.0,
            };
            a + b
        }
        case!($F $mode: booleans(by x: -2.0..2.0, by y: -2.0..2.0; true));

        #[backprop $options]
        pub fn remainders(x: &[$F]) -> $F {
            let mut s = 0.0;
            for (i, v) in x.iter().enumerate() {
                s = match i % 3 {
                    0 => s + v * v,
                    1 => s * v,
                    _ => s - v,
                };
            }
            s
        }
        case!($F $mode: remainders(slice x: 0.5..1.5 => vec![0.0; 7]));

        #[backprop $options]
        pub fn nested(x: $F, y: $F, n: usize) -> $F {
            let mut total = 0.0;
            for i in 0..n {
                for j in 0..n {
                    total += match (i, j) {
                        (0, 0) => x,
                        (0, k) | (k, 0) if k > 1 => y * k as $F,
                        (i, j) if i == j => match i {
                            1 => x * y,
                            _ => match y > 0.0 {
                                true => x * y * y,
                                false => -x * y * y * 0.0,
                            },
                        },
                        _ => x * x,
                    };
                }
            }
            total * 2.0
        }
        case!($F $mode: nested(by x: -2.0..2.0, by y: 0.5..2.0; 4));

        // Passive scrutinees that are not looked into.

        #[backprop $options]
        pub fn option(x: $F, k: Option<usize>) -> $F {
            match k {
                Some(0) => x.cos(),
                Some(k) if k > 10 => x * k as $F,
                Some(k) => x.powi(k as i32),
                None => -x,
            }
        }
        case!($F $mode: option(by x: 0.5..2.0; Some(3)));

        #[backprop $options]
        pub fn no_option(x: $F, k: Option<usize>) -> $F {
            1.0 + match k {
                Some(_) => x,
                None => -x * x,
            } * 2.0
        }
        case!($F $mode: no_option(by x: 0.5..2.0; None));

        #[backprop $options]
        pub fn kinds(x: $F, kinds: &[Kind]) -> $F {
            let mut y = x;
            for kind in kinds {
                y = match *kind {
                    Linear => 0.5 * y + x,
                    Kind::Power(n) if n < 0 => y,
                    Kind::Power(n) => y.powi(n) * 0.3,
                    Kind::Scaled { by, twice: true } => y * (2 * by) as $F,
                    Kind::Scaled { by: 0, .. } => x,
                    Kind::Scaled { by, .. } => y / by as $F + x.sin(),
                };
            }
            y
        }
        case!($F $mode: kinds(by x: 0.5..1.0; &[
            Linear, Kind::Power(2), Kind::Scaled { by: 3, twice: false }, Kind::Power(-1), Linear,
            Kind::Scaled { by: 1, twice: true }, Kind::Power(3), Kind::Scaled { by: 0, twice: false }, Linear,
        ]));

        #[backprop $options]
        pub fn texts(x: $F, name: &str, c: char) -> $F {
            let a = match name {
                "sin" => x.sin(),
                "cos" | "cosine" => x.cos(),
                _ => x,
            };
            match c {
                'a'..='f' => a * 2.0,
                '0' => 0.0,
                c if c.is_uppercase() => a * a,
                _ => a,
            }
        }
        case!($F $mode: texts(by x: 0.5..2.0; "cosine", 'Q'));

        #[backprop $options]
        pub fn references(x: &[$F], k: &Option<(usize, usize)>) -> $F {
            match k {
                Some((i, j)) => x[*i] * x[*j],
                None => x[0],
            }
        }
        case!($F $mode: references(slice x: 0.5..2.0 => vec![0.0; 3]; &Some((1, 2))));

        #[backprop $options]
        pub fn active_guard(x: $F, y: $F, n: Option<usize>) -> $F {
            match n {
                Some(k) if x * y > 0.0 => x * y * k as $F,
                Some(k) if x > y + 100.0 => k as $F,
                Some(k) => -x * y * k as $F,
                None => 0.0,
            }
        }
        case!($F $mode: active_guard(by x: -2.0..2.0, by y: -2.0..2.0; Some(3)));

        #[backprop $options]
        pub fn arms_assign(x: $F, flags: &[Option<u8>]) -> $F {
            let mut a = x;
            let mut b = 1.0;
            let mut v = [x, 0.0, x * x];
            for flag in flags {
                match flag {
                    Some(0) => a *= x,
                    Some(k) if *k > 2 => {
                        let t = a;
                        a = b + 0.5;
                        b = t * 0.5;
                        v[(*k - 3) as usize] += a * b;
                    }
                    Some(_) => {}
                    None => b += a,
                }
            }
            a + b * v[0] - v[1] * v[2]
        }
        case!($F $mode: arms_assign(by x: 0.5..1.0; &[Some(0), None, Some(3), Some(5), Some(1), Some(4), None]));

        #[backprop $options]
        pub fn values_of_all_forms(x: $F, y: $F, n: Option<usize>) -> $F {
            let (a, (b, k)) = match n {
                Some(n) => (x * y, (y, n)),
                None => (y, (x, 1)),
            };
            let p = match n {
                Some(1) => [x, y, 1.0],
                Some(_) => [a * b, b, a],
                _ => [y; 3],
            };
            p[0] * p[1] + p[2] * k as $F
        }
        case!($F $mode: values_of_all_forms(by x: -2.0..2.0, by y: -2.0..2.0; Some(2)));

        #[backprop $options]
        pub fn whole_numbers_from_arms(x: $F, k: Option<usize>) -> $F {
            let n = match k {
                Some(k) => k + 1,
                None => 0,
            };
            let scale = match n {
                0 => 1.0,
                1..=3 => 2.5,
                _ => -1.0,
            };
            let mut y = scale * x;
            for _ in 0..n {
                y = y * x + scale;
            }
            y
        }
        case!($F $mode: whole_numbers_from_arms(by x: 0.5..1.0; Some(2)));

        // Active scrutinees.

        #[backprop $options]
        pub fn pieces(x: $F) -> $F {
            match x {
                v if v < -1.0 => -2.0 * v - 1.0,
                -1.0..1.0 => x * x,
                v if v < 1.5 => 2.0 * v - 1.0,
                v => v + 0.5,
            }
        }
        case!($F $mode: pieces(by x: -2.0..2.0));

        #[backprop $options]
        pub fn pieces_in_a_loop(x: $F, y: $F, n: usize) -> $F {
            let mut z = x;
            for i in 0..n {
                z = match z * y {
                    t if t > 1.0 => t - 1.0 + 0.3,
                    t if i % 2 == 0 => 0.3 * t,
                    t => 0.3 * t * t,
                } + x * 0.1;
            }
            z
        }
        case!($F $mode: pieces_in_a_loop(by x: 0.1..0.9, by y: 0.1..0.9; 5));

        #[backprop $options]
        pub fn pairs(a: $F, n: u8) -> $F {
            match (a, n) {
                (v, 0) => v,
                (v, 1 | 2) if v > 0.0 => v * v,
                (v, 1 | 2) => v * v * 2.0,
                (v, k) => v * k as $F,
            }
        }
        case!($F $mode: pairs(by a: -2.0..2.0; 2));

        #[backprop $options]
        pub fn pair_with_a_kind(a: $F, kind: Kind) -> $F {
            match (kind, a * 2.0) {
                (Kind::Power(n), v) if v > 0.0 => v.powi(n),
                (Kind::Power(n), v) => v.powi(n) * 0.5,
                (Linear, v) => v,
                (_, v) => v * v,
            }
        }
        case!($F $mode: pair_with_a_kind(by a: -2.0..2.0; Kind::Power(2)));

        #[backprop $options]
        pub fn arrays(p: [$F; 3], q: &[$F; 2]) -> $F {
            let a = match p {
                [x, _, 0.0] => x,
                [x, y, z] if x > y => (x - y) * z,
                [x, y, z] => (y - x) * z * 2.0,
            };
            let b = match q {
                &[u, v] if u > 0.0 => u * v,
                [u, v] => u * v * 2.0,
            };
            a * b
        }
        case!($F $mode: arrays(by p: 0.5..2.0 => [0.0; 3], to q: -2.0..2.0 => [0.0; 2]));

        #[backprop $options]
        pub fn slices(x: &[$F]) -> $F {
            match x {
                [] => 0.0,
                [only] => *only,
                [a, b] => a * b,
                [first, middle @ .., last] => {
                    let mut s = first * last;
                    for m in middle {
                        s += m * m;
                    }
                    s * match middle {
                        [m] => *m,
                        [.., m] => m * 2.0,
                        _ => 0.0,
                    }
                }
            }
        }
        case!($F $mode: slices(slice x: 0.5..2.0 => vec![0.0; 5]));

        #[backprop $options]
        pub fn order(a: $F, b: $F) -> $F {
            let m = match a.partial_cmp(&b) {
                Some(Ordering::Less) => (b - a) * a,
                Some(Ordering::Greater) => (a - b) * b,
                Some(Ordering::Equal) | None => 0.0,
            };
            let n = match a.total_cmp(&b) {
                Ordering::Less => b - a,
                _ => (a - b) * 2.0,
            };
            m * n
        }
        case!($F $mode: order(by a: -2.0..2.0, by b: -2.0..2.0));

        #[backprop $options]
        pub fn rounded(x: $F) -> $F {
            match x.floor() as i64 {
                0 => x,
                n @ 1..=2 => x * n as $F - n as $F + 1.0,
                n if n < 0 => x,
                _ => 3.0 * x - 4.0,
            }
        }
        case!($F $mode: rounded(by x: -0.9..0.9));

        #[backprop $options]
        pub fn alternatives(p: [$F; 2], q: &[$F], k: usize) -> $F {
            let a = match p {
                [x, 0.0] | [0.0, x] => x,
                [x, y] => x * y,
            };
            let b = match q {
                [x] | [x, _] | [_, _, x, ..] if *x > -10.0 => x * x,
                _ => 0.0,
            };
            let c = match (p[0] * 2.0, k) {
                (v, 0 | 1) => v,
                (_, 2..=3) => a,
                (v, k) => v * k as $F,
            };
            a * b + c
        }
        case!($F $mode: alternatives(by p: 0.5..2.0 => [0.0; 2], slice q: 0.5..2.0 => vec![0.0; 4]; 2));

        #[backprop $options]
        pub fn many_arms(x: $F, codes: &[u8]) -> $F {
            let mut y = x;
            for code in codes {
                y = match code {
                    0 => y + x,
                    1 => y * x,
                    2 => y - x,
                    3 => y / x,
                    4 => y.sin(),
                    5 => y.cos(),
                    6 => y.exp() * 0.1,
                    7 => (y * y + 1.0).ln(),
                    8 if x > 100.0 => 0.0,
                    8 => y * 2.0,
                    9 => y * y * 0.1,
                    10 => -y,
                    b'0'..=b'9' => y + (code - b'0') as $F * x,
                    b'x' => x,
                    b'q' => return y * y,
                    b'!' => continue,
                    b'.' => break,
                    n @ 200.. => y * *n as $F * 0.01,
                    n => y + *n as $F,
                };
            }
            y * x
        }
        case!($F $mode: many_arms(by x: 0.5..1.5; &[0, 1, 2, 3, 4, 5, 7, 6, 8, 9, 10, b'!', b'7', b'x', 201, 50, 4, b'.', 1]));

        #[backprop $options]
        pub fn many_active_arms(x: $F, n: i32) -> $F {
            let table = match n {
                0 => 1.0, 1 => 1.0, 2 => 2.0, 3 => 6.0, 4 => 24.0, 5 => 120.0, 6 => 720.0, 7 => 5040.0,
                8 => 40320.0, 9 => 1.5, 10 => 2.5, 11 => 3.5, 12 => 4.5, 13 => 5.5, 14 => 6.5, 15 => 7.5,
                16 => 8.5, _ => 0.0,
            };
            let y = match (x * x, n) {
                (v, 0) => v, (v, 1) => v * 2.0, (v, 2) => v * 3.0, (v, 3) => v * 4.0, (v, 4) => v * 5.0,
                (v, 5) if v > 10.0 => 0.0, (v, 5) => v.sqrt(), (v, 6) => v * 7.0, (v, 7) => v * 8.0,
                (v, 8) => v * 9.0, (v, 9) => v * 10.0, (v, 10) => v * 11.0, (v, 11) => v * 12.0,
                (v, 12) => v * 13.0, (v, 13) => v * 14.0, (v, 14) => v * 15.0, (v, 15) => v * 16.0,
                (v, k) => v * k as $F,
            };
            y * table
        }
        case!($F $mode: many_active_arms(by x: 0.5..1.5; 5));

        #[backprop $options]
        pub fn changed_in_place(x: &[$F], n: usize) -> $F {
            let mut a = [x[0], x[1], x[2]];
            if let [first, .., last] = &mut a[..] {
                *first += *last * x[1];
                *last *= 2.0;
            }
            match &mut a {
                [_, m, _] if n > 2 => *m *= x[0],
                [m, ..] => *m = 0.0,
            }
            let [p, q, _] = &mut a;
            *p += *q;
            *q = *p * 0.5;
            a[0] * a[1] + a[2]
        }
        case!($F $mode: changed_in_place(slice x: 0.5..1.5 => vec![0.0; 4]; 3));

        #[backprop $options]
        pub fn broken_off_with_a_value(x: $F, ks: &[Option<u8>]) -> $F {
            let mut i = 0;
            let mut y = x;
            let z = loop {
                y += match ks[i] {
                    Some(0) => break y * x,
                    Some(k @ 1..=3) => x * k as $F,
                    Some(_) => {
                        i += 2;
                        continue;
                    }
                    None => 0.5,
                };
                i += 1;
            };
            z * y
        }
        case!($F $mode: broken_off_with_a_value(by x: 0.5..1.5; &[Some(1), None, Some(9), Some(0), Some(2), Some(0)]));

        // `if let`, chains, `matches!`.

        #[backprop $options]
        pub fn if_let(x: $F, k: Option<usize>, name: &Result<u8, String>) -> $F {
            let a = if let Some(k) = k { x * k as $F } else { x };
            let b = if let Ok(n @ 1..=9) = name {
                a * *n as $F
            } else if let Err(text) = name {
                a + text.len() as $F * x * x
            } else {
                a * a
            };
            if let Some(4) = k {
                return b * x;
            }
            b
        }
        case!($F $mode: if_let(by x: 0.5..2.0; Some(3), &Err("no".to_string())));

        #[backprop $options]
        pub fn chains(x: $F, p: &[$F; 2], k: Option<usize>, flag: bool) -> $F {
            let mut y = x;
            if flag && let Some(k) = k && k > 1 {
                y *= k as $F;
            }
            if let Some(k) = k && x > -100.0 && let Some(j) = k.checked_sub(2) {
                y += x * (k + j) as $F;
            } else {
                y -= 1.0;
            }
            if x > -100.0 && let [a, b] = p && a * b > -100.0 {
                y + a * b * x
            } else {
                y
            }
        }
        case!($F $mode: chains(by x: 0.5..2.0, to p: 0.5..1.5 => [0.0; 2]; Some(4), true));

        #[backprop $options]
        pub fn matched(x: $F, k: Option<usize>) -> $F {
            let mut y = if matches!(k, Some(1..=4)) { x * x } else { x };
            if matches!(x, 0.0..=1.0) {
                y *= x;
            }
            if !matches!((x, k), (v, Some(n)) if v > 0.0 && n > 100) {
                y += x.sin();
            }
            y
        }
        case!($F $mode: matched(by x: 1.2..2.0; Some(3)));

        #[backprop $options]
        pub fn let_else(x: &[$F], k: Option<usize>) -> $F {
            let [a, b, rest @ ..] = x else { return 0.0 };
            let Some(k) = k else { panic!("nothing") };
            let Some(c) = k.checked_sub(100) else {
                return a * b * rest[k];
            };
            a * c as $F
        }
        case!($F $mode: let_else(slice x: 0.5..2.0 => vec![0.0; 5]; Some(1)));

        #[backprop $options]
        pub fn let_else_in_a_loop(x: $F, ks: &[Option<i32>]) -> $F {
            let mut y = 1.0;
            for k in ks {
                let Some(k) = *k else { continue };
                let 0..=5 = k else { break };
                y = y * 0.5 + x.powi(k);
            }
            y * x
        }
        case!($F $mode: let_else_in_a_loop(by x: 0.5..1.5; &[Some(1), None, Some(3), Some(2), Some(9), Some(1)]));

        #[backprop $options]
        pub fn owned(x: $F, config: Option<Config>, other: Result<Config, String>) -> $F {
            let c = match config {
                Some(c) => c,
                None => return 0.0,
            };
            let d = match other {
                Ok(d) if d.gains.is_empty() => return x,
                Ok(d) => d,
                Err(name) => Config::of(&name),
            };
            let Config { gains, name } = d;
            x * c.gains[0] as $F + x * x * (c.gains[1] + gains[0]) as $F * name.len() as $F
        }
        case!($F $mode: owned(by x: 0.5..1.5; Some(Config::of("c")), Err("four".to_string())));

        #[backprop $options]
        pub fn temporaries(x: $F, n: usize, text: &str) -> $F {
            let a = match text.trim().to_string().as_str() {
                "one" => x,
                t if t.len() > n => x * x,
                _ => 0.0,
            };
            let b = match (0..n).map(|k| k * k).collect::<Vec<_>>()[..] {
                [] | [_] => x,
                [_, b, ..] if b > 3 => 0.0,
                [.., b] => a * b as $F,
            };
            b + if let Some(k) = Some(n).filter(|k| *k > 2).as_ref().copied() { a * k as $F } else { x }
        }
        case!($F $mode: temporaries(by x: 0.5..1.5; 4, " three  "));

        // Parts of arrays, slices and `Vec`s that may be there.

        #[backprop $options]
        pub fn ends(x: &[$F], k: usize) -> $F {
            let mut s = match x.first() {
                Some(v) if *v > 100.0 => 0.0,
                Some(&v) => v * v,
                None => return 1.0,
            };
            if let Some(v) = x.last() && s > -100.0 {
                s *= *v;
            }
            for i in 0..x.len() {
                s += if let Some(next) = x.get(i + k).copied() { x[i] * next } else { x[i] };
            }
            let Some((first, rest)) = x.split_first() else { return 0.0 };
            match rest.split_last() {
                Some((last, [])) => s * last,
                Some((last, middle)) => s * last * first + middle[0],
                None => s * first,
            }
        }
        case!($F $mode: ends(slice x: 0.5..1.5 => vec![0.0; 5]; 2));

        #[backprop $options]
        pub fn ends_changed(x: &[$F], n: usize) -> $F {
            let mut v = x.to_vec();
            let mut a = [1.0; 3];
            if let Some(first) = v.first_mut() {
                *first *= *first;
            }
            match v.last_mut() {
                Some(last) if n > 1 => *last = x[0] * x[1],
                Some(last) => *last = 1.0,
                None => {}
            }
            for i in 0..n {
                if let Some(e) = a.get_mut(i) {
                    *e += v[0] * x[i];
                }
            }
            a[0] * a[1] + a[2] * v[0] * v[v.len() - 1]
        }
        case!($F $mode: ends_changed(slice x: 0.5..1.5 => vec![0.0; 4]; 4));

        #[backprop $options]
        pub fn picked(x: &[$F], n: usize) -> $F {
            let best = (0..x.len()).max_by(|&i, &j| x[i].partial_cmp(&x[j]).unwrap_or(Ordering::Equal));
            let far = (0..n).find(|k| x[*k] > 100.0);
            match (best, far) {
                (Some(b), None) => x[b] * x[b] + x[0],
                _ => 0.0,
            }
        }
        case!($F $mode: picked(slice x: 0.5..1.5 => vec![0.0; 5]; 3));

        // Loops.

        #[backprop $options]
        pub fn stack(x: $F, n: usize) -> $F {
            let mut stack = vec![n];
            let mut y = x;
            while let Some(k) = stack.pop() {
                if k > 1 {
                    stack.push(k - 2);
                    stack.push(k / 2);
                }
                y = y * 0.9 + x * k as $F * 0.1;
            }
            y
        }
        case!($F $mode: stack(by x: 0.5..1.5; 6));

        #[backprop $options]
        pub fn iterator(x: &[$F]) -> $F {
            let mut y = 1.0;
            let mut numbers = 0..x.len();
            while let Some(i) = numbers.next() {
                if i == 1 {
                    continue;
                }
                match numbers.next_back() {
                    Some(j) => y += x[i] * x[j],
                    None => break,
                }
                y *= x[i];
            }
            y
        }
        case!($F $mode: iterator(slice x: 0.5..1.5 => vec![0.0; 7]));

        #[backprop $options]
        pub fn state_machine(x: $F, steps: &[u8]) -> $F {
            let mut y = x;
            let mut i = 0;
            'outer: loop {
                match steps.get(i) {
                    None => break,
                    Some(0) => y *= x,
                    Some(1) => {
                        i += 2;
                        continue;
                    }
                    Some(k @ 2..=4) => {
                        for j in 0..*k {
                            match j {
                                1 => continue,
                                3 => {
                                    i += 1;
                                    continue 'outer;
                                }
                                _ => y += x * j as $F,
                            }
                        }
                    }
                    Some(9) => return y * y,
                    _ => break 'outer,
                }
                i += 1;
            }
            y + x
        }
        case!($F $mode: state_machine(by x: 0.5..1.2; &[0, 3, 1, 7, 4, 0, 2, 9, 0]));

        // Patterns elsewhere.

        #[backprop $options]
        pub fn patterns([x, .., y]: [$F; 4], (u, k, ..): ($F, $F, $F), p: &[[$F; 2]; 2]) -> $F {
            let [a, rest @ ..] = [x * y, x, y];
            let [.., b] = rest;
            let [[c, _], [_, d]] = p;
            let (e, .., g) = (a, 3, b, c * d);
            let h @ [i, _] = [e * u, g];
            let (ref m, n) = (h[1], i);
            m * n + k * rest[0]
        }
        case!($F $mode: patterns(by p: 0.5..1.5 => [0.0; 4], by t: 0.5..1.5 => (0.0, 0.0, 0.0), to q: 0.5..1.5 => [[0.0; 2]; 2]));

        case!($F $mode: vjp patterns_of_rows(to p: 0.5..1.5 => [[0.0; 2]; 2], to q: 0.5..1.5 => [[0.0; 2]; 3]));

        #[backprop $options]
        pub fn patterns_of_rows(p: &[[$F; 2]; 2], q: &[[$F; 2]; 3]) -> [$F; 2] {
            let mut s = 0.0;
            for [a, b] in q.iter() {
                s += a * b;
            }
            let [first, tail @ ..] = q;
            let [x, y] = *first;
            match (p, tail) {
                ([[u, _], [_, v]], [.., [w, _]]) => [u * v * w + s, x * y * w],
            }
        }

        #[backprop $options]
        pub fn one_arm(x: $F, y: $F, k: (usize, Option<usize>)) -> $F {
            let a = match (x * y, x) {
                (p, q) => p * q,
            };
            match k {
                (i, j) => a * i as $F + j.unwrap_or(3) as $F * y,
            }
        }
        case!($F $mode: one_arm(by x: -2.0..2.0, by y: -2.0..2.0; (2, None)));

        #[backprop $options]
        pub fn in_closures(x: $F, n: usize) -> $F {
            let f = |t: $F, k: usize| match k {
                0 => t * x,
                k if t > -100.0 => t + k as $F * x * x,
                _ => 0.0,
            };
            let mut y = 0.5;
            for k in 0..n {
                y = f(y, k) + f(x, k + 1) * 0.1;
            }
            y
        }
        case!($F $mode: in_closures(by x: 0.5..1.5; 4));

        #[backprop $options]
        pub fn guards_bind_and_assign(x: $F, n: usize) -> $F {
            let mut tried = 0.0;
            let mut y = x;
            for i in 0..n {
                y += match i {
                    k if { tried += x; k > 2 } => tried,
                    1 if { tried *= 0.5; false } => 0.0,
                    _ => tried * y,
                };
            }
            y * tried
        }
        case!($F $mode: guards_bind_and_assign(by x: 0.1..0.5; 5));
    };
}
instances!(functions);

#[test]
fn slices_of_any_length() {
    let x = [2.0, 3.0, 4.0, 5.0];
    assert_eq!(double::slices_grad(&x[..0]), (0.0, vec![]));
    assert_eq!(double::slices_grad(&x[..1]), (2.0, vec![1.0]));
    assert_eq!(double::slices_grad(&x[..2]), (6.0, vec![3.0, 2.0]));
    assert_eq!(double::slices_grad(&x[..3]), (51.0, vec![12.0, 8.0 + 27.0, 6.0]));
    assert_eq!(double::let_else_grad(&x[..1], None), (0.0, vec![0.0]));
}

#[test]
fn alternatives_bind_what_matched() {
    assert_eq!(double::alternatives_grad([0.0, 3.0], &[2.0], 2), (15.0, ([0.0, 5.0], vec![12.0])));
    assert_eq!(double::alternatives_grad([3.0, 0.0], &[1.0, 2.0], 5), (33.0, ([11.0, 0.0], vec![6.0, 0.0])));
}

#[test]
fn literals_compare_as_numbers_do() {
    assert_eq!(double::pieces_grad(f64::NAN).1, 1.0);
    assert_eq!(double::pieces_grad(-1.0), (1.0, -2.0));
    assert_eq!(double::arrays_grad([2.0, 5.0, -0.0], &[1.0, 3.0]).0, 6.0);
}

#[test]
fn a_missing_part_is_the_users_panic() {
    let message = std::panic::catch_unwind(|| double::let_else_grad(&[1.0, 2.0, 3.0], None));
    assert_eq!(message.unwrap_err().downcast_ref::<&str>(), Some(&"nothing"));
}

/// Who looks at what, and how often.
#[backprop]
fn effects(x: f64, log: &Cell<u32>, k: Option<u32>) -> f64 {
    let note = |d: u32, value: bool| {
        log.set(log.get() * 10 + d);
        value
    };
    let a = match (note(1, true), k) {
        (true, Some(n)) if note(2, n > 5) => x,
        (true, Some(n)) if note(3, n > 1) => x * x,
        (_, None) if note(4, false) => 0.0,
        _ => x * 3.0,
    };
    match x {
        v if note(5, v > 5.0) => a,
        v if note(6, v > 1.0) => a * v,
        _ if note(7, true) => a,
        _ => 0.0,
    }
}

#[test]
fn guards_run_once_and_in_order() {
    for (x, k, wanted, value, slope) in [
        (2.0, Some(9), 1256, 4.0, 4.0),
        (2.0, Some(3), 12356, 8.0, 12.0),
        (0.5, Some(0), 123567, 1.5, 3.0),
        (6.0, None, 145, 18.0, 3.0),
    ] {
        let log = Cell::new(0);
        assert_eq!(effects_grad(x, &log, k), (value, slope));
        assert_eq!(log.get(), wanted);
        let log = Cell::new(0);
        assert_eq!(effects(x, &log, k), value);
        assert_eq!(log.get(), wanted);
    }
}

#[backprop]
fn area(scale: f64, form: &Form) -> f64 {
    match form {
        Form::Circle(r) if *r > 100.0 => 0.0,
        Form::Circle(r) => scale * scale * r * r * 3.0,
        Form::Box { w, h } => (scale * w) * (scale * h),
        Form::Many(parts) => {
            let mut total = scale;
            for p in parts {
                total *= p;
            }
            total
        }
        Form::Nothing => 0.0,
    }
}

#[backprop]
fn total_area(scale: f64, forms: &[Form]) -> f64 {
    let mut total = 0.0;
    for form in forms {
        total += match form {
            Form::Nothing => continue,
            Form::Many(parts) if parts.len() > 5 => scale * parts[0],
            other => area(scale, other),
        };
    }
    total
}

#[test]
fn floats_in_the_users_enums() {
    assert_eq!(area_grad(2.0, &Form::Circle(3.0)), (108.0, 108.0));
    assert_eq!(area_grad(2.0, &Form::Box { w: 3.0, h: 0.5 }), (6.0, 6.0));
    assert_eq!(area_grad(2.0, &Form::Many(vec![3.0, 0.5])), (3.0, 1.5));
    assert_eq!(area_grad(2.0, &Form::Nothing), (0.0, 0.0));
    let forms = [Form::Circle(1.0), Form::Nothing, Form::Many(vec![3.0, 2.0]), Form::Box { w: 2.0, h: 2.0 }];
    assert_eq!(total_area_grad(2.0, &forms), (12.0 + 12.0 + 16.0, 12.0 + 6.0 + 16.0));
}

/// Names that look like variables, and are constants.
mod named {
    #![allow(non_upper_case_globals)]
    use backprop::backprop;

    const lowest: u8 = 0;

    #[backprop]
    pub fn by_code(x: f64, k: Option<u8>) -> f64 {
        match k {
            Some(lowest) => x,
            Some(k) => x * k as f64,
            None => x * x,
        }
    }
}

#[test]
fn constants_in_small_letters() {
    assert_eq!(named::by_code_grad(3.0, Some(0)), (3.0, 1.0));
    assert_eq!(named::by_code_grad(3.0, Some(4)), (12.0, 4.0));
}
