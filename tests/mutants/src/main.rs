//! Mutation testing of the compiler's differentiating half: rules, `reverse`, `forward`, `simplify` and the analyses.
//!
//! A copy of the compiler is built once with every break in it, each behind a number (Untch, Offutt, Harrold, "Mutation
//! analysis using mutant schemata", ISSTA 1993): a mutant costs a run of the tests, and no build. The breaks are those of
//! the tool `cargo-mutants`: functions that return a default, exchanged operators, lost negations, lost arms of a `match`,
//! and guards that always or never hold.

mod run;
mod sites;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use sites::{Mutant, Sites};

/// Break the compiler in many ways, and see how many of them the numeric tests notice.
#[derive(Parser)]
struct Args {
    /// The compiler's crate.
    #[arg(long, default_value = "autodiff-codegen")]
    source: PathBuf,
    /// Where the broken copy is made and built.
    #[arg(long, default_value = "target/mutants")]
    work: PathBuf,
    /// Try so many, drawn at random, and not all.
    #[arg(long)]
    sample: Option<usize>,
    /// What the drawing starts with.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Try those only whose description has this in it.
    #[arg(long)]
    only: Vec<String>,
    /// Stop after so many minutes.
    #[arg(long)]
    minutes: Option<u64>,
    /// Write the survivors here.
    #[arg(long)]
    survivors: Option<PathBuf>,
    /// List the breaks, and try none.
    #[arg(long)]
    list: bool,
}

/// What is broken: each is a file of `src`, a folder, or both.
const PARTS: [&str; 5] = ["rules", "reverse", "forward", "simplify", "analysis"];

/// Where its switch goes.
const LIB: &str = "src/lib.rs";

/// How a break is switched on, in the copy. What was reached can be written to a file.
const SWITCH: &str = r#"
#[doc(hidden)]
#[allow(missing_docs)]
pub mod mutant {
    use std::io::Write;
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
    use std::sync::{LazyLock, Mutex};

    static ON: LazyLock<usize> =
        LazyLock::new(|| std::env::var("MUTANT").ok().and_then(|n| n.parse().ok()).unwrap_or(usize::MAX));
    static REACHED: LazyLock<Option<Mutex<std::fs::File>>> = LazyLock::new(|| {
        let path = std::env::var_os("MUTANTS_REACHED")?;
        std::fs::OpenOptions::new().create(true).append(true).open(path).ok().map(Mutex::new)
    });
    static SEEN: [AtomicBool; MANY] = [const { AtomicBool::new(false) }; MANY];

    pub fn on(id: usize) -> bool {
        if let Some(file) = &*REACHED
            && !SEEN[id].swap(true, Relaxed)
        {
            let _ = writeln!(file.lock().unwrap(), "{id}");
        }
        *ON == id
    }
}
"#;

fn main() -> ExitCode {
    match all(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("error: {e}");
            ExitCode::FAILURE
        }
    }
}

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

fn all(args: &Args) -> Fallible<()> {
    let copy = args.work.join("autodiff-codegen");
    let mut without = BTreeSet::new();
    let (mutants, tests) = loop {
        let mutants = instrument(&args.source, &copy, &without)?;
        if args.list {
            mutants.iter().for_each(|m| println!("{} {m}", m.id));
            return Ok(());
        }
        match run::build(&copy, &args.work)? {
            Ok(tests) => break (mutants, tests),
            // What does not type-check is no mutant.
            Err(refused) => {
                let before = without.len();
                without.extend(refused);
                eprintln!("{} of {} breaks are refused by rustc", without.len(), mutants.len());
                if without.len() == before {
                    return Err("the copy does not build, and no break is to blame".into());
                }
            }
        }
    };
    let mut chosen: Vec<&Mutant> = mutants
        .iter()
        .filter(|m| !without.contains(&m.id))
        .filter(|m| args.only.is_empty() || args.only.iter().any(|o| m.to_string().contains(o)))
        .collect();
    println!("{} breaks, {} chosen", mutants.len() - without.len(), chosen.len());
    fastrand::seed(args.seed);
    if let Some(n) = args.sample {
        fastrand::shuffle(&mut chosen);
        chosen.truncate(n);
    }
    let limit = args.minutes.map(|m| Duration::from_secs(60 * m));
    let report = run::attempt(&tests, &args.work, &chosen, limit)?;
    println!("{report}");
    if let Some(path) = &args.survivors {
        std::fs::write(path, report.survivors())?;
    }
    Ok(())
}

/// Makes the copy anew, with all breaks but those.
fn instrument(source: &Path, copy: &Path, without: &BTreeSet<usize>) -> Fallible<Vec<Mutant>> {
    let mut mutants = Vec::new();
    for path in files(source)? {
        let relative = path.strip_prefix(source)?;
        let target = copy.join(relative);
        std::fs::create_dir_all(target.parent().ok_or("a file has a folder")?)?;
        if relative == Path::new(LIB) {
            continue;
        }
        let text = std::fs::read(&path)?;
        let in_src = relative.strip_prefix("src").ok();
        let broken = in_src
            .is_some_and(|r| PARTS.iter().any(|p| r.starts_with(p) || r == Path::new(&format!("{p}.rs"))));
        let text = match in_src {
            Some(r) if broken => {
                let text = String::from_utf8(text)?;
                Sites::instrument(&r.display().to_string(), &text, &mut mutants, without)?.into_bytes()
            }
            _ => text,
        };
        write_changed(&target, &text)?;
    }
    let text = std::fs::read_to_string(source.join(LIB))?;
    write_changed(&copy.join(LIB), (text + &SWITCH.replace("MANY", &mutants.len().to_string())).as_bytes())?;
    // A workspace of its own, with the same versions and without the lints.
    let root = std::fs::read_to_string(source.join("../Cargo.toml"))?;
    let workspace = root.split("\n[package]").next().ok_or("a workspace has a package")?;
    let workspace: String = workspace
        .lines()
        .map(|l| {
            if l.starts_with("members") {
                "members = [\"autodiff-codegen\"]\n".into()
            } else {
                l.to_string() + "\n"
            }
        })
        .collect();
    let workspace = workspace.split("[workspace.lints").next().unwrap_or_default();
    let workspace = format!("{workspace}\n[workspace.lints.rust]\nwarnings = \"allow\"\n");
    let base = copy.parent().ok_or("the copy has a folder")?;
    write_changed(&base.join("Cargo.toml"), workspace.as_bytes())?;
    if !base.join("Cargo.lock").exists() {
        std::fs::copy(source.join("../Cargo.lock"), base.join("Cargo.lock"))?;
    }
    Ok(mutants)
}

/// What is the same already keeps its time, so that it is not built anew.
fn write_changed(path: &Path, text: &[u8]) -> std::io::Result<()> {
    if std::fs::read(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    std::fs::write(path, text)
}

fn files(dir: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(dir)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
    entries.sort();
    let mut all = Vec::new();
    for path in entries {
        if path.is_dir() {
            all.extend(files(&path)?);
        } else {
            all.push(path);
        }
    }
    Ok(all)
}
