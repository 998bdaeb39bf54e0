//! Compiles a batch of programs with rustc, runs it, and says of each program how it went.

use super::program::Program;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How a program ended.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// At so many points, of so many comparisons; so many points panicked.
    Checked {
        points: usize,
        compared: usize,
        panics: usize,
    },
    /// No Rust: the generator's own fault.
    Invalid(String),
    /// The macro refused it.
    Refused(String),
    /// What the macro made is no Rust, or the macro panicked.
    BadCode(String),
    Wrong(String),
}

/// The directory of the built crates.
fn deps() -> PathBuf {
    let exe = std::env::current_exe().expect("the test has a path");
    exe.parent().expect("in a directory").to_path_buf()
}

/// The newest library of a name: that of this build, or made of the same sources.
fn library(name: &str) -> Option<PathBuf> {
    let start = format!("lib{name}-");
    let files = std::fs::read_dir(deps()).ok()?.flatten();
    let fits = |p: &PathBuf| {
        let file = p.file_name().and_then(|f| f.to_str()).unwrap_or("");
        file.starts_with(&start) && file.ends_with(".rlib")
    };
    files.map(|f| f.path()).filter(fits).max_by_key(|p| p.metadata().and_then(|m| m.modified()).ok())
}

fn rustc(source: &Path, out: &Path, flags: &[&str]) -> std::process::Output {
    let mut command = Command::new(std::env::var("RUSTC").unwrap_or("rustc".into()));
    command.args([
        "--edition=2024",
        "--crate-type=bin",
        "--crate-name=batch",
        "--error-format=json",
        "--cap-lints=allow",
    ]);
    command.args(flags).arg("-o").arg(out).arg("-L").arg(format!("dependency={}", deps().display()));
    if let Some(path) = library("backprop") {
        command.arg("--extern").arg(format!("backprop={}", path.display()));
    }
    command.arg(source).stdin(Stdio::null()).output().expect("rustc runs")
}

/// An error of rustc: its message, its code, and the program that it is in.
struct Error {
    message: String,
    /// The line that it is about, and which part.
    text: String,
    code: bool,
    /// The lines of the batch that it points to, and the programs whose files it points into.
    lines: Vec<usize>,
    files: Vec<u64>,
}

/// The errors in rustc's output. Just enough of JSON: one object a line, whose strings are escaped.
fn errors(output: &str) -> Vec<Error> {
    let mut out = Vec::new();
    for line in output.lines() {
        if !line.contains("\"level\":\"error\"") {
            continue;
        }
        let after = |key: &str, from: &str| from.find(key).map(|at| from[at + key.len()..].to_string());
        // The outermost message comes first or last, according to rustc's version; the code stands beside it.
        let message = after("\"message\":\"", line).unwrap_or_default();
        let message = message.split("\",\"").next().unwrap_or("").to_string();
        if message.starts_with("aborting due to") {
            continue;
        }
        let code = !line.contains("\"code\":null,\"level\":\"error\"");
        // Spans in this file; one inside of a macro's output has the place where the macro was called.
        let (mut lines, mut files) = (Vec::new(), Vec::new());
        for span in line.match_indices("\"line_start\":") {
            let digits: String = line[span.0 + 13..].chars().take_while(char::is_ascii_digit).collect();
            let before = line[..span.0].rfind("\"file_name\":\"").map(|i| &line[i + 13..]);
            let file = before.and_then(|b| b.split('"').next()).unwrap_or("");
            match file.rsplit_once("made/p") {
                Some((_, name)) => files.extend(name.trim_end_matches(".rs").parse::<u64>()),
                None if file.ends_with("batch.rs") => lines.extend(digits.parse::<usize>()),
                None => {}
            }
        }
        let text = after("\"text\":[{\"text\":\"", line).unwrap_or_default();
        let digits = |key: &str| {
            let text: String = after(key, &text)?.chars().take_while(char::is_ascii_digit).collect();
            text.parse::<usize>().ok()
        };
        let (from, to) = (digits("highlight_start\":").unwrap_or(1), digits("highlight_end\":").unwrap_or(1));
        let text: String = text.split("\",\"highlight_start").next().unwrap_or("").chars().collect();
        let part: String = text.chars().skip(from.max(1) - 1).take(to.saturating_sub(from)).collect();
        out.push(Error { message, text: format!("{part} IN {text}"), code, lines, files });
    }
    out
}

/// The text of a batch, and the line in which each program starts.
fn text(programs: &[&Program], made: bool) -> (String, Vec<usize>) {
    let mut out = include_str!("prelude.rs").to_string();
    let mut starts = Vec::new();
    for p in programs {
        starts.push(out.lines().count() + 1);
        out.push_str(&p.module(made));
    }
    let (mut cases, mut modules) = (String::new(), String::new());
    for p in programs.iter().filter(|_| made) {
        cases.push_str(&p.case());
        modules.push_str(&format!("pub mod p{};\n", p.seed));
    }
    out.push_str(&format!("mod made {{\n{modules}}}\nfn cases() -> Vec<Case> {{ vec![{cases}] }}\n"));
    (out, starts)
}

/// Compiles those programs that can be, and notes how the others ended.
fn compile<'p>(
    programs: &[&'p Program],
    dir: &Path,
    made: bool,
    flags: &[&str],
    ends: &mut BTreeMap<u64, End>,
) -> Vec<&'p Program> {
    let mut left: Vec<&Program> = programs.to_vec();
    for _ in 0..12 {
        let (source, starts) = text(&left, made);
        let path = dir.join("batch.rs");
        std::fs::write(&path, source).expect("a writable directory");
        let out = rustc(&path, &dir.join("batch"), flags);
        if out.status.success() {
            return left;
        }
        let output = String::from_utf8_lossy(&out.stderr).into_owned();
        let mut of: BTreeMap<usize, Vec<Error>> = BTreeMap::new();
        for e in errors(&output) {
            let named = e.files.iter().find_map(|seed| left.iter().position(|p| p.seed == *seed));
            let at = named.map(|i| i + 1);
            let at =
                at.or_else(|| e.lines.iter().map(|n| starts.partition_point(|s| s <= n)).find(|at| *at > 0));
            let at = at.unwrap_or_else(|| panic!("outside of the programs: {}\n{output}", e.message));
            of.entry(at - 1).or_default().push(e);
        }
        assert!(!of.is_empty(), "rustc fails:\n{output}");
        for (i, errors) in &of {
            // A refusal has no code, and others may follow from it.
            let refusal = |e: &&Error| !e.code || e.message.starts_with("#[backprop]");
            let e = errors.iter().find(refusal).unwrap_or(&errors[0]);
            let end = match () {
                _ if !made => End::Invalid(format!("{} AT {}", e.message, e.text)),
                _ if !refusal(&e) || e.message.contains("panicked") => {
                    End::BadCode(format!("{} AT {}", e.message, e.text))
                }
                _ => End::Refused(format!("{} AT {}", e.message, e.text)),
            };
            ends.insert(left[*i].seed, end);
        }
        let failed: BTreeSet<u64> = of.keys().map(|i| left[*i].seed).collect();
        left.retain(|p| !failed.contains(&p.seed));
        if left.is_empty() {
            break;
        }
    }
    left
}

/// Runs what was compiled: its lines.
fn run(dir: &Path) -> Result<String, String> {
    let to = dir.join("out");
    let file = std::fs::File::create(&to).map_err(|e| e.to_string())?;
    let mut child = Command::new(dir.join("batch"))
        .stdout(file)
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| e.to_string())?;
    let start = Instant::now();
    let status = loop {
        match child.try_wait().map_err(|e| e.to_string())? {
            Some(status) => break status.to_string(),
            None if start.elapsed() > Duration::from_secs(120) => {
                let _ = child.kill();
                break "runs for ever".into();
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let text = std::fs::read_to_string(&to).map_err(|e| e.to_string())?;
    if text.ends_with("end\n") { Ok(text) } else { Err(format!("{status}\n{text}")) }
}

/// Builds and runs programs, without optimisation and, if `both` is asked for, with it.
pub fn check(programs: &[Program], dir: &Path, both: bool) -> BTreeMap<u64, End> {
    std::fs::create_dir_all(dir.join("made")).expect("a writable directory");
    for p in programs {
        std::fs::write(dir.join(format!("made/p{}.rs", p.seed)), p.made()).expect("a writable directory");
    }
    let mut ends = BTreeMap::new();
    let all: Vec<&Program> = programs.iter().collect();
    let valid = compile(&all, dir, false, &["--emit=metadata"], &mut ends);
    let mut left = compile(&valid, dir, true, &["-Copt-level=0", "-Cdebuginfo=0"], &mut ends);
    let mut bits: BTreeMap<String, String> = BTreeMap::new();
    for optimised in [false, true] {
        if optimised && !both {
            break;
        }
        if optimised && !left.is_empty() {
            let flags = ["-Copt-level=2", "-Coverflow-checks=on", "-Cdebug-assertions=on", "-Cdebuginfo=0"];
            left = compile(&left, dir, true, &flags, &mut ends);
        }
        if left.is_empty() {
            continue;
        }
        let lines = run(dir).unwrap_or_else(|text| {
            let last =
                text.lines().rev().find_map(|l| l.strip_prefix("start p")).and_then(|n| n.parse().ok());
            let why = text.lines().next().unwrap_or("").to_string();
            ends.insert(last.unwrap_or(left[0].seed), End::Wrong(format!("crash: {why}")));
            text
        });
        for line in lines.lines() {
            let Some((kind, rest)) = line.split_once(" p") else { continue };
            let (seed, rest) = rest.split_once(' ').unwrap_or((rest, ""));
            let Ok(seed) = seed.parse::<u64>() else { continue };
            match kind {
                "counts" => {
                    let n: Vec<usize> = rest.split(' ').flat_map(str::parse).collect();
                    let [points, compared, panics] = n[..] else { continue };
                    ends.entry(seed).or_insert(End::Checked { points, compared, panics });
                }
                "wrong" if !matches!(ends.get(&seed), Some(End::Wrong(_))) => {
                    let when = if optimised { "optimised: " } else { "" };
                    ends.insert(seed, End::Wrong(format!("{when}{rest}")));
                }
                "bits" if !optimised => {
                    bits.insert(seed.to_string(), rest.to_string());
                }
                "bits" => {
                    let debug = bits.get(&seed.to_string()).map(String::as_str).unwrap_or("");
                    if !close(debug, rest) && !matches!(ends.get(&seed), Some(End::Wrong(_))) {
                        ends.insert(seed, End::Wrong("optimised: other numbers than in debug builds".into()));
                    }
                }
                _ => {}
            }
        }
    }
    ends
}

/// The same numbers, up to what rustc's optimiser does to functions of constants.
fn close(a: &str, b: &str) -> bool {
    let number = |w: &str| u64::from_str_radix(w, 16).map(f64::from_bits).unwrap_or(f64::NAN);
    let near = |(a, b): (&str, &str)| {
        let (x, y) = (number(a), number(b));
        a == b || (x.is_nan() && y.is_nan()) || (x - y).abs() <= 1e-9 * (x.abs() + y.abs() + 1.0)
    };
    a.split(' ').count() == b.split(' ').count() && a.split(' ').zip(b.split(' ')).all(near)
}
