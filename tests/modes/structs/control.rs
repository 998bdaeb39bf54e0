//! Structs where ways meet: branches, matches, loops, early returns, options, recursion, closures and iterator chains.

use super::vectors::{A, B, V3};
use super::*;

#[backprop(jvp)]
fn branches(#[grad] a: V3, #[grad] b: V3, k: f64) -> f64 {
    let c = if a.x > b.x { a } else { V3 { x: k, ..b } };
    let d = match k {
        k if k > 2.0 => a,
        k if k > 0.5 => b.scale(k),
        _ => V3::new(1.0, 2.0, 3.0),
    };
    let V3 { x, y: up, .. } = c;
    let e = if let V3 { x, z: 0.0..9.0, .. } = d { x * k } else { d.z };
    c.dot(&d) + x * up + e
}

#[backprop(jvp)]
fn matched(#[grad] a: V3, #[grad] b: V3, k: f64) -> f64 {
    let first = match a {
        V3 { x, .. } if x > 1.0 => x * k,
        V3 { x, y, z } => x * y - z * k,
    };
    let second = match &b {
        V3 { x, y, .. } if *y < 0.0 => x * y,
        v => v.norm() * k,
    };
    first * second
}

#[backprop(jvp)]
fn chosen(#[grad] a: V3, #[grad] b: V3, k: f64) -> V3 {
    if k > 10.0 {
        return a;
    }
    let mut v = b;
    for i in 0..5 {
        v.x += a.y * k;
        if v.x > 1.0 + i as f64 {
            return V3 { y: v.x * k, ..v };
        }
        v = v.cross(&a);
    }
    v
}

#[backprop(jvp)]
fn returned(#[grad] a: V3, #[grad] b: V3, k: f64) -> f64 {
    chosen(a, b, k).dot(&a) + chosen(b, a, 11.0).norm()
}

#[backprop(jvp)]
fn loops(#[grad] a: V3, #[grad] b: V3, k: f64) -> f64 {
    let mut v = a;
    let mut n = 0;
    let w = loop {
        v = v.scale(k).plus(b);
        n += 1;
        if n > 3 || v.norm() > 50.0 {
            break v.cross(&a);
        }
    };
    while v.x < 4.0 {
        v.x += 0.5 + b.y * b.y;
        v.y *= k;
    }
    w.dot(&v)
}

#[backprop(jvp)]
fn chains(#[grad] a: V3, #[grad] b: V3, k: f64) -> f64 {
    let list = vec![a, b, a.plus(b), b.scale(k)];
    let lengths: f64 = list.iter().map(|v| v.norm() * k).sum();
    let sum = list.iter().fold(V3::new(0.0, 0.0, 0.0), |s, v| s.plus(*v));
    let products: f64 = list.iter().zip(list.iter().skip(1)).map(|(v, w)| v.dot(w)).sum();
    let steps: f64 = list.windows(2).map(|w| (w[1].x - w[0].x) * w[0].y).sum();
    let longer: f64 = list.iter().filter(|v| v.x > 0.0).map(|v| v.x * v.z).sum();
    let turned: Vec<V3> = list.iter().map(|v| v.cross(&a)).collect();
    let best = list.iter().map(|v| v.x).fold(f64::NEG_INFINITY, f64::max);
    lengths + sum.x * products + steps * longer + turned[1].y + best
}

#[backprop(jvp)]
fn closures(#[grad] a: V3, #[grad] b: V3, k: f64) -> f64 {
    let mix = |v: V3, t: f64| V3 { x: v.x * t + k, y: v.y, z: v.z * a.x };
    let c = mix(a, k);
    let d = mix(b, c.x);
    let length = |v: &V3| v.dot(v);
    length(&c) * length(&d)
}

#[backprop(jvp, recursive)]
fn recursive(#[grad] a: V3, #[grad] b: V3, k: f64) -> f64 {
    if a.norm() < 0.3 {
        return a.dot(&b) * k;
    }
    let half = V3 { x: a.x * 0.5, y: a.y * 0.5, z: a.z * k * 0.5 };
    recursive(half, b, k) + half.x * half.z
}

#[backprop(jvp)]
fn inverse(#[grad] v: &V3, k: f64) -> Result<V3, String> {
    let n = v.norm();
    if n == 0.0 {
        return Err("nothing to divide by".to_string());
    }
    Ok(V3 { x: k / v.x, ..v.scale(1.0 / n) })
}

#[backprop(jvp)]
fn some(#[grad] v: &V3, k: f64) -> Option<V3> {
    if k < 0.0 { None } else { Some(v.scale(k)) }
}

#[backprop(jvp)]
fn tried(#[grad] a: V3, #[grad] b: V3, k: f64) -> Result<f64, String> {
    let c = inverse(&a, k)?;
    let d = some(&b, k).ok_or("negative")?;
    Ok(c.dot(&d) * c.x)
}

#[test]
fn wrapped() {
    check(
        &(A, (B, 0.8)),
        |(a, (b, k))| tried(*a, *b, *k).unwrap(),
        |(a, (b, k))| {
            let (v, (da, db, dk)) = tried_grad(*a, *b, *k).unwrap();
            (v, (da, (db, dk)))
        },
        |(a, (b, k)), (ta, (tb, tk))| tried_jvp(*a, *b, *k, *ta, *tb, *tk).unwrap(),
    );
    assert_eq!(tried_grad(zero_like(&A), B, 0.8).unwrap_err(), "nothing to divide by");
    assert_eq!(tried_grad(A, B, -0.8).unwrap_err(), "negative");
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Settings {
    pub rate: f64,
    pub weights: [f64; 2],
    #[no_grad]
    pub floor: f64,
    pub rounds: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { rate: 0.1, weights: [1.0, 2.0], floor: 0.5, rounds: 3 }
    }
}

leaves!(Settings { rate, weights });

#[backprop(jvp)]
fn defaults(#[grad] a: V3, #[grad] b: V3, k: f64) -> f64 {
    let mut s = Settings { rate: k * a.x, ..Default::default() };
    let t = Settings { weights: [b.x, k], ..Settings::default() };
    let mut u = Settings::default();
    u.rate = b.y;
    let old = s.clone();
    s.weights[1] *= t.weights[0];
    let same = s == old;
    let mut total = if same { 0.0 } else { s.rate * s.weights[1] };
    for _ in 0..s.rounds {
        total += t.weights[1] * t.rate * u.rate + s.floor;
    }
    let text = format!("{:?}", u.rounds);
    let copy = s.weights.clone();
    total * text.len() as f64 + copy[0] * copy[1]
}

macro_rules! tests {
    ($($name:ident)*) => {$(
        pastey::paste! {
            #[test]
            fn [<test_ $name>]() {
                check(
                    &(A, (B, 0.8)),
                    |(a, (b, k))| $name(*a, *b, *k),
                    |(a, (b, k))| {
                        let (v, (da, db, dk)) = [<$name _grad>](*a, *b, *k);
                        (v, (da, (db, dk)))
                    },
                    |(a, (b, k)), (ta, (tb, tk))| [<$name _jvp>](*a, *b, *k, *ta, *tb, *tk),
                );
            }
        }
    )*};
}

tests!(branches matched returned loops chains closures recursive defaults);
