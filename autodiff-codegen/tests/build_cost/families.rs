//! Functions of any size, of a few kinds.

use std::fmt::Write;

/// A kind of function, and the sizes that it is tried at: the last is the largest that people are told of.
pub struct Family {
    pub name: &'static str,
    pub sizes: [usize; 4],
    /// How much more a function twice the size may cost.
    pub most: f64,
    /// The function of a size.
    pub source: fn(usize) -> String,
}

/// What stands in a region is looked at once for some of the regions around it, too.
const NESTED: f64 = 2.75;

pub const FAMILIES: &[Family] = &[
    Family { name: "dependent lets", sizes: [125, 250, 500, 1000], most: 2.3, source: lets },
    Family { name: "statements", sizes: [250, 500, 1000, 2000], most: 2.3, source: statements },
    Family { name: "a sum of many terms", sizes: [25, 50, 100, 200], most: 2.3, source: sum },
    Family { name: "nested blocks", sizes: [6, 12, 25, 50], most: NESTED, source: blocks },
    Family { name: "nested branches", sizes: [6, 12, 25, 50], most: NESTED, source: branches },
    Family { name: "loops in a row", sizes: [24, 48, 96, 192], most: 2.3, source: loops },
    Family { name: "calls", sizes: [25, 50, 100, 200], most: 2.3, source: calls },
];

fn function(params: &str, body: &str) -> String {
    format!("fn f({params}) -> f64 {{\n{body}}}\n")
}

fn lets(n: usize) -> String {
    let mut body = String::from("let v0 = x;\n");
    for i in 1..=n {
        let before = i - 1;
        let _ = match i % 3 {
            0 => writeln!(body, "let v{i} = v{before}.sin() + x;"),
            1 => writeln!(body, "let v{i} = v{before} * x;"),
            _ => writeln!(body, "let v{i} = (v{before} + 0.5) / 2.0;"),
        };
    }
    let _ = writeln!(body, "v{n}");
    function("x: f64", &body)
}

/// Of variables and of memory.
fn statements(n: usize) -> String {
    let mut body = String::from("let mut s = x;\nlet mut t = 1.0;\nlet mut a = [0.0; 8];\n");
    for i in 0..n {
        let (k, l) = (i % 8, (i + 3) % 8);
        let _ = match i % 4 {
            0 => writeln!(body, "s += b[{k}] * t;"),
            1 => writeln!(body, "a[{k}] = s.cos();"),
            2 => writeln!(body, "t = a[{l}] + x;"),
            _ => writeln!(body, "a[{l}] += t * b[{k}];"),
        };
    }
    body.push_str("s + t + a[0] + a[5]\n");
    function("x: f64, b: &[f64; 8]", &body)
}

fn sum(n: usize) -> String {
    let terms: Vec<String> = (0..n).map(|i| format!("x.powi({}) * b[{i}].sin()", i % 7 + 1)).collect();
    function("x: f64, b: &[f64]", &format!("{}\n", terms.join("\n + ")))
}

fn blocks(n: usize) -> String {
    let mut inner = format!("v{n} * x");
    for i in (1..=n).rev() {
        inner = format!("{{ let v{i} = v{}.sin(); let w = {inner}; w * v{i} + x }}", i - 1);
    }
    function("x: f64", &format!("let v0 = x;\nlet y = {inner};\ny + x\n"))
}

fn branches(n: usize) -> String {
    let mut inner = String::from("s = s * x;");
    for i in (0..n).rev() {
        inner = format!("if s < {i}.5 {{ s += x.sin(); {inner} }} else {{ s = s * 0.5; }}");
    }
    function("x: f64", &format!("let mut s = x;\n{inner}\ns\n"))
}

fn loops(n: usize) -> String {
    let mut body = String::from("let mut s = x;\n");
    for i in 0..n {
        let _ = match i % 2 {
            0 => writeln!(body, "for i in 0..b.len() {{ s += b[i] * s.sin(); }}"),
            _ => writeln!(body, "let y{i}: f64 = b.iter().map(|v| v * x).sum();\ns += y{i};"),
        };
    }
    body.push_str("s\n");
    function("x: f64, b: &[f64]", &body)
}

fn calls(n: usize) -> String {
    let mut body = String::from("let mut s = x;\n");
    for i in 0..n {
        let _ = writeln!(body, "s = g{}(s, b);", i % 3);
    }
    body.push_str("s\n");
    function("x: f64, b: &[f64]", &body)
}
