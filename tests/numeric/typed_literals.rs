//! Literals of a type of their own, as passive locals: the value and the gradient are those of that type, whatever type
//! rustc would give the bare digits.

use backprop::backprop;

/// Each function's gradient at 1 is its value there, as all of them are linear in `x`.
macro_rules! linear {
    ($($(#[$meta:meta])* fn $name:ident($x:ident: f64 $(, $p:ident: $t:ty = $v:expr)*) $body:block)*) => {
        $(
            $(#[$meta])*
            #[backprop(jvp)]
            fn $name($x: f64 $(, $p: $t)*) -> f64 $body
        )*
        pastey::paste! {
            #[test]
            fn have_their_own_type() {
                $(
                    let expected = $name(1.0 $(, $v)*);
                    assert_eq!([<$name _grad>](1.0 $(, $v)*), (expected, expected), stringify!($name));
                    assert_eq!([<$name _jvp>](1.0 $(, $v)*, 1.0), (expected, expected), stringify!($name));
                )*
            }
        }
    };
}

fn takes(n: u64) -> f64 {
    n as f64
}

fn takes_any<T: Into<f64>>(n: T) -> f64 {
    n.into()
}

fn takes_single(x: f32) -> f64 {
    x.into()
}

linear! {
    fn wide(x: f64) { let k: i64 = 3_000_000_000; x * k as f64 }
    fn square(x: f64) { let n: u64 = 100_000; x * (n * n) as f64 }
    fn widened(x: f64) { let n: u32 = 100_000; let area = n as u64 * n as u64; x * area as f64 }
    fn random(x: f64, r: u64 = u64::MAX - 5) { x * ((r >> 11) as f64 / (1u64 << 53) as f64) }
    fn seed(x: f64) { let seed: u64 = 0x9E37_79B9_7F4A_7C15; x * (seed >> 11) as f64 }
    fn narrow(x: f64) { let a: u8 = 200; x * (a << 1) as f64 }
    fn shifted(x: f64, by: u32 = 3) { let a: u8 = 200; x * (a << by) as f64 }
    fn single(x: f64) { let k: f32 = 0.1; x * k as f64 }
    fn root(x: f64) { let k = 0.1_f32; x * k.sqrt() as f64 }
    fn of_block(x: f64) { let k: f32 = { 0.7 }; x * k as f64 }
    fn third(x: f64) { let third: f32 = 1.0 / 3.0; x * third as f64 }
    fn parts(x: f64) { let (a, b): (u8, i64) = (255, 4_000_000_000); x * b as f64 + (a as i8) as f64 * x }
    fn inferred(x: f64) { let n = 5_000_000_000; let y = takes(n); x * y + (n / 1000) as f64 * x }
    fn inferred_single(x: f64) { let k = 0.1; let y = takes_single(k); x * y + x * k as f64 }
    fn generic(x: f64) { let k: f32 = 0.1; let n: u8 = 7; x * takes_any(k) + x * takes_any(n) }
    fn power(x: f64, n: u32 = 12) { let base: u64 = 10; let p = base.pow(n); x * p as f64 }
    fn zeros(x: f64) { let a: u32 = 0; x * a.count_zeros() as f64 }
    fn negative(x: f64) { let a: i32 = -1; let b = a as u32; x * b as f64 }
    fn truncated(x: f64) { let a: i32 = 300; let b = a as u8; x * b as f64 }
    fn rounded(x: f64) { let k: f64 = 0.1; x * (k as f32) as f64 }
    fn chosen(x: f64, c: bool = true) { let k: i64 = if c { 3_000_000_000 } else { 1 }; x * k as f64 }
    fn chosen_single(x: f64, c: bool = true) { let k: f32 = if c { 0.1 } else { 0.3 }; x * k as f64 }
    fn looked_up(x: f64, n: usize = 1) { let p: [f64; 2] = [0.3, 0.6]; x * [2.0, p[n % 2], 1.5][n % 3].sqrt() }
    fn table(x: f64, n: usize = 1) { let p: [f32; 2] = [0.3, 0.1]; x * p[n % 2] as f64 }
    fn of_typed_table(x: f64, n: usize = 1) { let p = [1u64 << 40, 3_000_000_000]; x * p[n % 2] as f64 }
    fn carried(x: f64) {
        let dt: f32 = 0.1;
        let mut k: u64 = 3_000_000_000;
        let mut t = 0.0;
        for _ in 0..3 {
            t += dt as f64 * x;
            k *= 2;
        }
        t + k as f64 * x
    }
    fn captured(x: f64) { let k: u64 = 3_000_000_000; let f = |a: f64| a * k as f64; f(x) }
    fn compared(x: f64, m: u64 = 9) { let k: u64 = 3_000_000_000; if k * 4 > m + 3_000_000_000 { x * 2.0 } else { x } }
    fn counted(x: f64) { let n: u64 = 3_000_000_002; let mut s = 0.0; for i in 3_000_000_000..n { s += x * i as f64; } s }
    fn matched(x: f64) { let n: u64 = 3_000_000_002; match n { 3_000_000_002 => x * n as f64, _ => x } }
    fn printed(x: f64) { let n: u64 = 3_000_000_002; let text = format!("{n}"); x * text.len() as f64 }
}
