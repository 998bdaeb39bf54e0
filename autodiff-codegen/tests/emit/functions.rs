//! Functions as users write them.

/// Each with calls to try it on: arguments that keep it away from kinks.
pub const FUNCTIONS: &[(&str, &[&str])] = &[
    ("fn product(x: f64, y: f64) -> f64 { x * y + x.sin() }", &["1.5, 0.5"]),
    (
        "fn dot(x: &[f64], y: &[f64]) -> f64 {
            let mut acc = 0.0;
            for i in 0..x.len() { acc += x[i] * y[i]; }
            acc
        }",
        &["&[1.0, 2.0, 3.0], &[0.5, 0.25, -1.0]"],
    ),
    (
        "fn norm(v: [f64; 3]) -> f64 { (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]).sqrt() }",
        &["[1.0, 2.0, 2.0]"],
    ),
    (
        "fn branches(x: f64, y: f64) -> f64 {
            let mut best = x;
            if y > best { best = y * 2.0; }
            let z = if x < 0.0 { -x } else if x < 1.0 { x * x } else { 2.0 * x - 1.0 };
            best * z
        }",
        &["0.5, 0.7", "1.5, -0.3", "-0.5, 2.0"],
    ),
    (
        "fn fibonacci(x: f64, #[no_grad] n: usize) -> f64 {
            let mut a = x;
            let mut b = 1.0;
            for _ in 0..n { let next = a + b * 0.5; a = b; b = next; }
            a * b
        }",
        &["0.5, 0", "0.5, 1", "0.5, 7"],
    ),
    (
        "fn swap_loop(x: f64, y: f64, #[no_grad] n: usize) -> f64 {
            let mut a = x;
            let mut b = y;
            let mut i = 0;
            while i < n { let t = a; a = b.sin(); b = t * 1.5; i += 1; }
            a - b
        }",
        &["0.5, 0.25, 0", "0.5, 0.25, 3"],
    ),
    (
        "fn matvec(a: &[[f64; 2]; 3], x: &[f64; 2]) -> f64 {
            let mut out = [0.0; 3];
            for i in 0..3 { for j in 0..2 { out[i] += a[i][j] * x[j]; } }
            let mut s = 0.0;
            for i in 0..3 { s += out[i].tanh() * (i as f64 + 1.0); }
            s
        }",
        &["&[[1.0, 2.0], [0.5, -0.5], [0.1, 0.2]], &[0.3, 0.4]"],
    ),
    (
        "fn shadows(x: f64) -> f64 { let x = x * 2.0; let x = x + 1.0; let y = { let x = x * x; x.ln() }; x * y }",
        &["0.75"],
    ),
    (
        "fn early(x: f64, y: f64) -> f64 {
            if x > 2.0 { return x * y; }
            let z = x.exp();
            if z < y { return z; }
            z / y
        }",
        &["3.0, 0.5", "0.1, 5.0", "1.0, 0.5"],
    ),
    (
        "fn overwritten(x: &[f64], #[no_grad] steps: usize) -> f64 {
            let mut s = [1.0, 0.5];
            for t in 0..steps {
                let k = t % x.len();
                s[0] = s[0] * x[k] + s[1];
                s[1] = s[1].sin() * x[k];
            }
            s[0] * s[1]
        }",
        &["&[0.5, 1.5], 5", "&[0.5, 1.5], 0"],
    ),
    (
        "fn passive(x: f64, #[no_grad] table: &[(f64, usize)], #[no_grad] name: &str) -> f64 {
            let weight: f64 = table.iter().map(|(w, n)| w * *n as f64).sum();
            let label = name.len();
            assert!(label > 0, \"empty\");
            x * weight + label as f64
        }",
        &["0.5, &[(0.5, 2), (1.5, 1)], \"abc\""],
    ),
    ("fn single(x: f32, y: f32) -> f32 { let k = 0.5; (x * k).exp() + y.powi(3) }", &["0.5, 0.25"]),
];
