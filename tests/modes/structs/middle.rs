//! Structs in the middle of everything: references, closures, folds, shadowing, options, nests, `Vec`s.

use super::vectors::{A, B, V3};
use super::*;

#[backprop(jvp)]
fn doubled(#[grad] a: V3, #[grad] b: V3, k: f64) -> f64 {
    let mut v = a;
    v += v;
    v *= v.norm();
    v.dot(&b) * k
}

#[backprop(jvp)]
fn through_ref(#[grad] a: V3, #[grad] b: V3, k: f64) -> f64 {
    let mut v = a;
    {
        let w = &mut v;
        *w = *w * 2.0;
        w.x += k;
    }
    let y = &mut v.y;
    *y *= b.x;
    v.dot(&b)
}

#[backprop(jvp)]
fn closure(#[grad] a: V3, #[grad] b: V3, k: f64) -> f64 {
    let f = |t: f64| a * t + b;
    let g = |v: V3| v.x * k;
    g(f(k)) + f(2.0).y
}

#[backprop(jvp)]
fn fold(#[grad] a: V3, #[grad] b: V3, k: f64) -> f64 {
    let vs = [a, b, a + b];
    let s = vs.iter().fold(a, |acc, v| acc + *v * k);
    let t: f64 = vs.iter().zip(&vs[1..]).map(|(p, q)| p.dot(q)).sum();
    s * b + t
}

#[backprop(jvp)]
fn shadow(#[grad] a: V3, #[grad] b: V3, k: f64) -> f64 {
    let a = a * k;
    let a = {
        let b = a + b;
        b * 2.0
    };
    let V3 { x, .. } = a;
    x * b.y
}

#[backprop(jvp)]
fn tuple_of(#[grad] a: V3, #[grad] b: V3, k: f64) -> f64 {
    let (p, q) = (a * k, b);
    let (q, p) = (p, q + p);
    p * q + (a, b).0.z
}

#[backprop(jvp)]
fn early(#[grad] a: V3, #[grad] b: V3, k: f64) -> f64 {
    if k > 10.0 {
        return a.x;
    }
    let c = match k {
        k if k > 0.5 => a + b,
        _ => b,
    };
    let mut n = 0;
    let d = loop {
        n += 1;
        if n > 2 {
            break c * k;
        }
    };
    d * a
}

#[backprop(jvp)]
fn option(#[grad] a: V3, #[grad] b: V3, k: f64) -> f64 {
    let o = if k > 0.0 { Some(a * k) } else { None };
    let v = o.unwrap_or(b);
    v * b
}

#[backprop(jvp)]
fn nested(#[grad] a: V3, #[grad] b: V3, k: f64) -> f64 {
    let mut m = [[a, b], [b, a]];
    m[0][1] += a;
    m[1][0].x = k;
    let mut s = 0.0;
    for r in &m {
        for v in r {
            s += v.norm();
        }
    }
    s * m[0][1].y
}

#[backprop(jvp)]
fn mem(#[grad] a: V3, #[grad] b: V3, k: f64) -> f64 {
    let (mut p, mut q) = (a * k, b);
    std::mem::swap(&mut p, &mut q);
    let old = std::mem::replace(&mut p, a);
    old * q + p * b
}

#[backprop(jvp)]
fn vecs(#[grad] a: V3, #[grad] b: V3, k: f64) -> f64 {
    let mut v = Vec::new();
    v.push(a * k);
    v.push(b);
    let c = v[0] + v[1];
    v.push(c);
    v.swap(0, 2);
    let last = v.pop().unwrap();
    last * v[0] + v.len() as f64 * v[1].z
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

tests!(doubled through_ref closure fold shadow tuple_of early option nested mem vecs);
