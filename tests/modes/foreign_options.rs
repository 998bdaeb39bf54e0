//! `Option`s and `Result`s that nothing active flows into, where active values meet what is in them.

use backprop::backprop;
use std::cell::Cell;
struct Limits {
    lim: Option<f64>,
    n: Option<usize>,
    t: Vec<f64>,
    r: Result<f32, String>,
}
impl Limits {
    fn get(&self, k: usize) -> Option<f64> {
        TICK.with(|t| t.set(t.get() + 1));
        self.t.get(k).copied()
    }
}
thread_local! { static TICK: Cell<u32> = const { Cell::new(0) } }
fn maybe(k: f64) -> Option<f64> {
    if k > 0.0 { Some(k) } else { None }
}
#[backprop(jvp)]
fn of_calls(a: f64, #[no_grad] k: f64) -> f64 {
    let m = maybe(k).unwrap_or(a);
    m * 2.0 + 3.0 * maybe(-k).unwrap_or(a * a)
}
#[backprop(jvp)]
fn of_fields(a: f64, l: &Limits) -> f64 {
    let r = [l.lim.unwrap_or(a), 0.0];
    let (lim, first) = (l.lim, l.get(0));
    let mut s = r[0] * a;
    for k in 0..3 {
        let found = l.get(k);
        s += lim.unwrap_or(a) * found.map(|v| v * s).unwrap_or(0.5) + first.map_or(a, |v| v * a);
    }
    s
}
#[backprop(jvp)]
fn of_all_kinds(x: &[f64], a: f64, l: &Limits) -> f64 {
    let mut r = vec![0.0; 4];
    r[2] = l.lim.map(|c| c * a).unwrap_or(a);
    for k in 0..4 {
        r[0] += l.get(k).unwrap_or(r[2]).max(l.t.get(3).copied().unwrap_or_else(|| a * x[k % x.len()]));
    }
    let q = (l.lim.unwrap_or(a) + l.lim.map_or(1.0, |v| v * a)) * l.t.first().map_or(a, |v| v * a);
    let w = l.n.map(|n| x[n] * a).unwrap_or(x[0]) + l.n.map_or_else(|| a.sin(), |n| x[n].powi(n as i32));
    let z = if let Some(v) = l.get(1).map(|c| c * x[0]) { v.sin() } else { a };
    let y = if l.lim.is_some_and(|v| v > a) { x[1] } else { a };
    let u = l.n.and_then(|n| if n > 0 { Some(x[n] * a) } else { None }).unwrap_or(x[1].cos());
    r[0] + q + w * z + y + u + l.get(2).zip(l.lim).map(|(p, q)| p * q * a).unwrap_or_default()
}
#[backprop(jvp)]
fn of_results(a: f32, l: &Limits) -> f32 {
    l.r.clone().map(|v| v * a).unwrap_or(a.sin()) + l.r.as_ref().map_or(a, |v| *v * a * a)
}
fn check(f: impl Fn(&[f64]) -> f64, x: &[f64], g: &[f64]) {
    for i in 0..x.len() {
        let d = |h: f64| {
            let mut p = x.to_vec();
            p[i] += h;
            let u = f(&p);
            p[i] -= 2.0 * h;
            (u - f(&p)) / (2.0 * h)
        };
        let r = (4.0 * d(5e-4) - d(1e-3)) / 3.0;
        assert!((r - g[i]).abs() < 1e-7 * (1.0 + r.abs()), "{i}: {r} {}", g[i]);
    }
}
#[test]
fn values_derivatives_and_how_often_they_are_made() {
    for k in [0.5, -0.5] {
        let (_, d) = of_calls_grad(0.7, k);
        check(|x| of_calls(x[0], k), &[0.7], &[d]);
    }
    for lim in [None, Some(0.4), Some(3.0)] {
        for n in [None, Some(0), Some(2)] {
            for t in [vec![], vec![0.3, 0.9], vec![1.0, -2.0, 3.0, 4.0]] {
                for r in [Ok(2.0), Err("no".to_string())] {
                    let l = Limits { lim, n, t: t.clone(), r };
                    let (v, d) = of_fields_grad(0.7, &l);
                    assert_eq!(v, of_fields(0.7, &l));
                    check(|x| of_fields(x[0], &l), &[0.7], &[d]);
                    let x = [0.3, -0.8, 1.3];
                    TICK.with(|t| t.set(0));
                    let v0 = of_all_kinds(&x, 0.7, &l);
                    let n0 = TICK.with(|t| t.get());
                    TICK.with(|t| t.set(0));
                    let (v, (dx, da)) = of_all_kinds_grad(&x, 0.7, &l);
                    assert_eq!(n0, TICK.with(|t| t.get()));
                    assert_eq!(v, v0);
                    check(
                        |p| of_all_kinds(&p[..3], p[3], &l),
                        &[0.3, -0.8, 1.3, 0.7],
                        &[dx[0], dx[1], dx[2], da],
                    );
                    let (_, t) = of_all_kinds_jvp(&x, 0.7, &l, &[1.0, 0.5, -0.25], 2.0);
                    assert!((t - (dx[0] + 0.5 * dx[1] - 0.25 * dx[2] + 2.0 * da)).abs() < 1e-12);
                    let (v, d) = of_results_grad(0.7, &l);
                    assert_eq!(v, of_results(0.7, &l));
                    let e = match &l.r {
                        Ok(r) => r + 2.0 * r * 0.7,
                        Err(_) => 0.7f32.cos() + 1.0,
                    };
                    assert!((d - e).abs() < 1e-5);
                }
            }
        }
    }
}
