//! Whatever tokens it is given, the compiler answers with tokens.

mod half_typed;
mod mutate;
mod repository;

use autodiff_codegen::expand;
use mutate::{Random, mutate};
use proc_macro2::TokenStream;
use std::str::FromStr;

/// Attributes and functions that use as much of the language as possible.
const SEEDS: &[(&str, &str)] = &[
    ("", "fn f(x: f64) -> f64 { x.sin() * 2.0 + x.powi(3) }"),
    ("jvp, vjp", "pub fn f<const N: usize>(a: &[f64; N], b: &mut [f64], #[no_grad] n: usize) -> f64 {
        let mut acc = 0.0;
        'rows: for i in (0..n).rev() { if a[i] < 0.0 { continue 'rows; } acc += a[i] * b[i]; b[i] = acc; }
        while acc > 1e3 { acc /= 2.0; }
        return acc;
    }"),
    ("wrt(a, b), name = \"g\", crate = crate::ad", "fn f<T: Float>(a: T, b: [[T; 3]; 2], c: (T, f32)) -> T where T: Copy {
        let [p, q] = [a, b[0][1]] else { return c.0 };
        let s = if p > q { -p } else if let Some(r) = g(q) { r } else { match q { X if X > p => X, _ => q } };
        let f = |z: T| -> T { z * s };
        f(s)?
    }"),
    ("", "fn f(#[grad] m: &Model, [x, y]: [f64; 2]) -> Result<f64, E> {
        #![allow(x)] use a::{b as c, d::*}; const K: f64 = 1.0; static mut S: u8 = 0; macro_rules! m { ($x:expr) => { $x + x } }
        assert!(x > y, \"{x} {y:?} {:w$}\", 1, w = 2); let v = vec![x; 3]; write!(out, \"{0}\", v[0]);
        let z = unsafe { *m.p }; loop { break 'a z as f64; } async { x.await }; P { x, ..y } ; mine!(return x)
    }"),
    ("order = 2, hvp", "async unsafe extern \"C\" fn f64(self: &Self, x: impl Fn(f64) -> f64, ...) -> impl Trait { Self::g(..x, ..=3, &mut y[1..]) }"),
    ("vjp, jvp", "fn f(r#type: f64, r#fn: &[f64], (a, [b, _]): (f64, [f64; 2]), r#struct: &mut [f64]) -> (f64, Vec<f64>) {
        let mut r#loop = r#type * r#fn[0] + a.max(b); let mut out = vec![0.0; r#fn.len()];
        for (r#for, v) in r#fn.iter().enumerate() { if *v > 0.0 { out[r#for] = v.ln() * r#loop; } else { r#loop += v; } r#struct[0] += r#loop; }
        if r#loop < 0.0 { return (r#loop, vec![0.0; 3]); } let (p, q) = g(r#loop, &out, r#struct); (p * q, out)
    }"),
    ("", "fn f(x: &[[f64; 3]], n: usize, #[no_grad] w: [f32; 2]) -> [f64; 2] {
        let mut m = [[0.0; 3]; 2]; let k = 3 * n + 1; assert!(k > 2, \"{k}\"); let row = x[0];
        for i in 0..2 { for j in (0..3).rev() { m[i][j] = row[j] * x[n][j].powi(i as i32) + w[i] as f64; } }
        let mut s = 0.0; while s < 10.0 { s += m[1][2].abs() + 1.0; } let h = helper(s, &m, &x[1..n]); [h, s]
    }"),
    ("", "fn f<T: Float + Copy>(x: T, xs: &[T]) -> T { let two = T::from(2.0).unwrap(); let y = if x > T::one() { x.sqrt() } else { two * x };
        let mut acc = T::zero(); for &v in xs { acc = acc + v.mul_add(y, two); } acc / lit::<T>(0.5) }"),
    ("", "struct S<T> { x: T }"),
    ("", "impl S { fn f(&self) -> f64 { self.x } }"),
    ("jvp", "impl<'a, T: Float, const N: usize> S<'a, T, N> { const K: f64 = 2.0; #[backprop(associated, wrt(x))] pub fn f(x: f64) -> f64 { Self::g(x) * Self::K }
        fn g(&self, x: f64, y: &[T; N]) -> T { self.h(x); Self::g(self, x, y) * self.w[0] } fn h(mut self: Box<Self>, x: f64) -> Self { self } }"),
    ("crate = x", "pub mod m { #![allow(x)] use super::*; type R = f64; type V<T> = (T, [R; 3]); type X = X; const N: usize = 3; struct P<T> { x: V<T>, y: R }
        fn f(x: R, p: &P<f64>) -> R { #[cfg(a)] let x = x; #[cfg(not(a))] { return g(x); } p.x.0 * x * p.y } fn g(x: R) -> R { h(x) } fn h(x: R) -> R { y!(x) }
        impl<T> P<T> { fn f(&self, x: T) -> T { x } } mod inner { use super::{R, N as M}; fn f(x: R) -> R { super::f(x) * M as R } } }"),
    ("wrt(a), name = \"b\"", "impl Loss for S { fn f(&self) -> f64 { self.x } }"),
    ("jvp", "impl<'a, T: Float> Mul<&'a V<T>> for V<T> { type Output = Self; fn mul(self, o: &'a V<T>) -> Self::Output { Self { x: self.x * o.x, ..self } } }"),
    ("", "impl Index<usize> for V { type Output = f64; fn index(&self, i: usize) -> &Self::Output { match i { 0 => &self.x, _ => panic!() } } }"),
    ("jvp", "impl V { fn f(#[grad] &mut self, #[grad] o: &[P<f64>; 2], k: f64) -> Option<V> {
        let mut p = P { x: k, row: vec![k], ..o[0].clone() }; let P { x, ref row, .. } = o[1]; let W(a, b) = W(x, self.v); p.v += -a * 2.0 - b / k;
        V { x: self.x, y: _ } = p.v; self.v[1] = p.row[0]; if p == o[1] { return None; } for q in o.iter() { p = q.scale(k)?; } Some(p.v + o[0].v.dot(&b)) } }"),
    ("", "fn f(x: f64) -> f64;"),
    ("=, 3 wrt(", "fn f("),
    ("", ""),
];

#[test]
fn mutated_functions() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for (attribute, item) in SEEDS {
        let (Ok(attribute), Ok(item)) = (TokenStream::from_str(attribute), TokenStream::from_str(item))
        else {
            continue;
        };
        for round in 0..400 {
            let often = [4, 15, 60][round % 3];
            let attribute =
                if round % 4 == 0 { mutate(attribute.clone(), &mut random, 2) } else { attribute.clone() };
            let _ = expand(attribute, mutate(item.clone(), &mut random, often)).to_string();
        }
    }
}

#[test]
fn truncated_functions() {
    for (attribute, item) in SEEDS {
        let attribute = TokenStream::from_str(attribute).unwrap_or_default();
        for end in item.char_indices().map(|(i, _)| i) {
            let mut text = item[..end].to_string();
            // Close what is open, so that there are tokens at all.
            let mut open = Vec::new();
            for c in item[..end].chars() {
                match c {
                    '(' => open.push(')'),
                    '[' => open.push(']'),
                    '{' => open.push('}'),
                    ')' | ']' | '}' => drop(open.pop()),
                    _ => {}
                }
            }
            text.extend(open.iter().rev());
            if let Ok(tokens) = TokenStream::from_str(&text) {
                let _ = expand(attribute.clone(), tokens).to_string();
            }
        }
    }
}

#[test]
fn a_half_typed_body_still_has_companions() {
    let item =
        TokenStream::from_str("fn f(x: f64, #[no_grad] n: usize) -> f64 { let y = x. ; y }").expect("tokens");
    let out = expand(TokenStream::new(), item).to_string();
    assert!(out.contains("fn f_grad") && out.contains("compile_error") && !out.contains("no_grad"), "{out}");
}

/// Output that parses, for what has to be written in another way where it is moved to.
#[test]
fn moved_expressions_and_patterns() {
    let functions = [
        // A struct literal can't stand in front of a `{`.
        "fn f(x: f64) -> Result<f64, E> { P { x }.value() }",
        "fn f(x: f64) -> Result<f64, E> { if x > 0.0 { P { x, ..*self }.value(x)[0].y } else { Ok(x) } }",
        // Nor can alternatives after a `let`.
        "fn f(x: f64, k: K) -> f64 { match k { K::A | K::B => x * x } }",
        "fn f(x: f64, k: K) -> f64 { match k { | K::A(n) => x * n } }",
        "fn f(x: f64, k: &[K]) -> f64 { let mut s = x; for K::A(n) | K::B(n) in k { s *= x; } s }",
        "fn f(x: f64, k: &[K]) -> f64 { k.iter().map(|(K::A(n) | K::B(n))| x * n).sum::<f64>() }",
    ];
    for text in functions {
        let out = expand(TokenStream::new(), TokenStream::from_str(text).expect("tokens"));
        let shown = out.to_string();
        assert!(syn::parse2::<syn::File>(out).is_ok(), "{text}\n{shown}");
    }
}

/// Half of the stack that rustc runs macros on is enough. (That of a test's thread is smaller still, and the spans
/// here, which know their place in the text, are larger than those of a macro.)
#[test]
fn deep_nesting() {
    let run = || {
        let depth = 100;
        let text = format!("fn f(x: f64) -> f64 {{ {}x{} }}", "(1.0 + ".repeat(depth), ")".repeat(depth));
        let item = TokenStream::from_str(&text).expect("tokens");
        let _ = expand(TokenStream::new(), item).to_string();
    };
    let thread = std::thread::Builder::new().stack_size(4 << 20).spawn(run).expect("a thread");
    thread.join().expect("no panic");
}

#[test]
fn mutated_structs_are_derived_or_refused() {
    let seeds = [
        "#[derive(Clone)] #[differentiable(crate = x)] pub struct S<'a, T: Float, const N: usize> where T: Copy {
            /// Weights.
            pub w: Vec<[T; N]>, #[no_grad] b: &'a str, #[grad] c: (f64, Inner<T>), d: PhantomData<T>, e: Option<Box<dyn Fn(T)>> }",
        "struct P(pub f64, #[no_grad] f32, [usize; 3]);",
        "enum E { A(f64), B { x: f64 } }",
        "union U { x: f64, y: u64 }",
        "struct Unit;",
    ];
    let mut random = Random(0x5eed_0123_4567_89ab);
    for seed in seeds {
        let item = TokenStream::from_str(seed).expect("tokens");
        let _ = autodiff_codegen::differentiable(item.clone()).to_string();
        for often in [40, 12, 5] {
            for _ in 0..400 {
                let _ =
                    autodiff_codegen::differentiable(mutate(item.clone(), &mut random, often)).to_string();
            }
        }
    }
}
