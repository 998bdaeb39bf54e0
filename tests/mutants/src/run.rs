//! Builds the broken compiler, and runs its tests once for each break.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::Fallible;
use crate::sites::Mutant;

/// The tests that were built: their names, and where they are.
pub type Tests = BTreeMap<String, PathBuf>;

/// One question to the tests.
struct Stage {
    name: &'static str,
    test: &'static str,
    args: &'static [&'static str],
    env: &'static [(&'static str, &'static str)],
    /// Whether it only compares numbers.
    numeric: bool,
}

const RANDOM: &[&str] = &["derivatives_of_random_programs"];

/// Cheap ones first: most breaks are found by a few programs.
const STAGES: [Stage; 7] = [
    Stage {
        name: "120 random programs",
        test: "random",
        args: RANDOM,
        env: &[("BACKPROP_RANDOM_PROGRAMS", "80"), ("BACKPROP_RANDOM_KEEN", "40")],
        numeric: true,
    },
    Stage { name: "the rules' table", test: "rules", args: &[], env: &[], numeric: true },
    Stage {
        name: "1,000 more",
        test: "random",
        args: RANDOM,
        env: &[("BACKPROP_RANDOM_FIRST", "1000"), ("BACKPROP_RANDOM_PROGRAMS", "1000")],
        numeric: true,
    },
    Stage {
        name: "800 loops around one construct",
        test: "random",
        args: RANDOM,
        env: &[("BACKPROP_RANDOM_FIRST", "17179869184"), ("BACKPROP_RANDOM_PROGRAMS", "800")],
        numeric: true,
    },
    Stage {
        name: "1,200 larger ones",
        test: "random",
        args: RANDOM,
        env: &[
            ("BACKPROP_RANDOM_FIRST", "8589934592"),
            ("BACKPROP_RANDOM_PROGRAMS", "600"),
            ("BACKPROP_RANDOM_KEEN", "600"),
        ],
        numeric: true,
    },
    Stage {
        name: "tests of passes, in numbers of operations",
        test: "simplify",
        args: &[],
        env: &[],
        numeric: false,
    },
    Stage {
        name: "unit tests of the compiler",
        test: "autodiff_codegen",
        args: &[],
        env: &[],
        numeric: false,
    },
];

/// Builds the tests; the numbers of breaks where rustc has errors otherwise.
pub fn build(copy: &Path, work: &Path) -> Fallible<Result<Tests, BTreeSet<usize>>> {
    let tests = ["--lib", "--test", "random", "--test", "rules", "--test", "simplify"];
    let output = Command::new("cargo")
        .args(["test", "--release", "--no-run", "--message-format", "short", "-p", "autodiff-codegen"])
        .args(tests)
        .current_dir(copy)
        .env("CARGO_TARGET_DIR", std::path::absolute(work.join("target"))?)
        .output()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() {
        let tests = text.lines().filter_map(|l| l.trim().strip_prefix("Executable ")).filter_map(executable);
        return Ok(Ok(tests.collect()));
    }
    let mut refused = BTreeSet::new();
    for line in text.lines().filter(|l| l.contains(": error")) {
        let mut parts = line.splitn(3, ':');
        let (Some(file), Some(row)) = (parts.next(), parts.next().and_then(|r| r.parse::<usize>().ok()))
        else {
            continue;
        };
        let workspace = copy.parent().unwrap_or(copy);
        let Ok(source) = std::fs::read_to_string(workspace.join(file)) else { continue };
        let around = source.lines().skip(row.saturating_sub(4)).take(7);
        for line in around {
            let ids = line
                .split("mutant::on(")
                .skip(1)
                .filter_map(|rest| rest.split(')').next()?.trim_end_matches("usize").parse().ok());
            refused.extend(ids.collect::<Vec<usize>>());
        }
    }
    if refused.is_empty() {
        eprintln!("{text}");
    }
    Ok(Err(refused))
}

/// `unittests src/lib.rs (PATH)` or `tests/NAME.rs (PATH)`.
fn executable(line: &str) -> Option<(String, PathBuf)> {
    let path = PathBuf::from(line.split_once('(')?.1.trim_end_matches(')'));
    let file = path.file_name()?.to_str()?;
    Some((file.rsplit_once('-')?.0.to_string(), path))
}

/// What became of a break.
#[derive(Debug)]
enum End {
    /// Found, by this stage.
    Killed(usize),
    /// All tests pass. So many of the cases have other programs than without it, and all of these are right.
    Survived(usize),
    /// No test gets there.
    Unreached,
}

pub struct Report<'a> {
    ends: Vec<(&'a Mutant, End)>,
}

/// Tries each of these, until the time is over.
pub fn attempt<'a>(
    tests: &Tests,
    work: &Path,
    mutants: &[&'a Mutant],
    limit: Option<Duration>,
) -> Fallible<Report<'a>> {
    let start = Instant::now();
    let reached = reached(tests, work)?;
    let bar = ProgressBar::new(mutants.len() as u64);
    bar.set_style(ProgressStyle::with_template("{bar:40} {pos}/{len} {msg} (about {eta} left)")?);
    let mut report = Report { ends: Vec::new() };
    for mutant in mutants {
        if limit.is_some_and(|l| start.elapsed() > l) {
            break;
        }
        let end = if reached.contains(&mutant.id) { fate(tests, work, mutant.id)? } else { End::Unreached };
        if !matches!(end, End::Killed(_)) {
            let line = format!("{end:?}: {} {mutant} (of {})", mutant.id, report.ends.len() + 1);
            bar.suspend(|| println!("{line}"));
        }
        report.ends.push((mutant, end));
        bar.set_message(report.line());
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(report)
}

/// Runs all stages without a break: they pass, and these are the places that they get to.
fn reached(tests: &Tests, work: &Path) -> Fallible<BTreeSet<usize>> {
    let file = std::path::absolute(work.join("reached"))?;
    let _ = std::fs::remove_file(&file);
    let _ = std::fs::remove_file(digests(work, false)?);
    for stage in &STAGES {
        let start = Instant::now();
        let env = [("MUTANTS_REACHED", file.display().to_string()), (DIGESTS, digests(work, false)?)];
        if !passes(tests, stage, &env, Duration::from_secs(1200))? {
            return Err(format!("{} fail without any break", stage.name).into());
        }
        println!("{}: {:.1} s", stage.name, start.elapsed().as_secs_f64());
    }
    Ok(std::fs::read_to_string(file)?.lines().filter_map(|l| l.parse().ok()).collect())
}

/// Where the random programs' digests go.
const DIGESTS: &str = "BACKPROP_RANDOM_DIGESTS";

/// The digests of the programs that the compiler makes as it is, and with a break.
fn digests(work: &Path, broken: bool) -> std::io::Result<String> {
    let file = work.join(if broken { "digests-broken" } else { "digests" });
    Ok(std::path::absolute(file)?.display().to_string())
}

fn fate(tests: &Tests, work: &Path, id: usize) -> Fallible<End> {
    let file = digests(work, true)?;
    let _ = std::fs::remove_file(&file);
    let env = [("MUTANT", id.to_string()), (DIGESTS, file.clone())];
    for (n, stage) in STAGES.iter().enumerate() {
        if !passes(tests, stage, &env, Duration::from_secs(240))? {
            return Ok(End::Killed(n));
        }
    }
    let lines = |path: &str| {
        std::fs::read_to_string(path).map(|t| t.lines().map(String::from).collect::<BTreeSet<_>>())
    };
    Ok(End::Survived(lines(&file)?.difference(&lines(&digests(work, false)?)?).count()))
}

/// Whether a stage passes, within its time and some memory.
fn passes(tests: &Tests, stage: &Stage, env: &[(&str, String)], limit: Duration) -> Fallible<bool> {
    let path = tests.get(stage.test).ok_or_else(|| format!("no test {}", stage.test))?;
    let mut child = Command::new("sh")
        .args(["-c", "ulimit -v 12000000; exec \"$0\" \"$@\""])
        .arg(path)
        .args(stage.args)
        .current_dir("autodiff-codegen")
        .env("BACKPROP_RANDOM_STOP", "1")
        .envs(stage.env.iter().copied())
        .envs(env.iter().map(|(k, v)| (k, v)))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        if start.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            return Ok(false);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

impl Report<'_> {
    fn count(&self, which: impl Fn(&End) -> bool) -> usize {
        self.ends.iter().filter(|(_, e)| which(e)).count()
    }

    fn line(&self) -> String {
        let killed = self.count(|e| matches!(e, End::Killed(n) if STAGES[*n].numeric));
        let other = self.count(|e| matches!(e, End::Killed(n) if !STAGES[*n].numeric));
        format!("{killed} found by numbers, {other} by other tests, {} not", self.ends.len() - killed - other)
    }

    /// Those that nothing found, a line each.
    pub fn survivors(&self) -> String {
        let mut text = String::new();
        for (mutant, end) in &self.ends {
            let how = match end {
                End::Killed(n) if STAGES[*n].numeric => continue,
                End::Killed(n) => STAGES[*n].name,
                End::Survived(0) => "changed nothing",
                End::Survived(_) => "right with other programs",
                End::Unreached => "not reached",
            };
            let _ = writeln!(text, "{how}\t{}\t{mutant}", mutant.id);
        }
        text
    }
}

impl std::fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{} tried: {}", self.ends.len(), self.line())?;
        for (n, stage) in STAGES.iter().enumerate() {
            writeln!(f, "{:6} by {}", self.count(|e| matches!(e, End::Killed(k) if *k == n)), stage.name)?;
        }
        let other = self.count(|e| matches!(e, End::Survived(1..)));
        writeln!(f, "{other:6} make other programs, which are right")?;
        writeln!(f, "{:6} change no program", self.count(|e| matches!(e, End::Survived(0))))?;
        write!(f, "{:6} stand where no test gets to", self.count(|e| matches!(e, End::Unreached)))
    }
}
