//! Puts every function below some folders through the compiler, whatever it is: no panic, no long wait, and output
//! that parses. `cargo run --release -p autodiff-codegen --example sweep -- ~/.cargo/registry/src`

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The longest that one function may take.
const LIMIT: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let folders: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    if folders.is_empty() {
        eprintln!("usage: sweep FOLDER…");
        return ExitCode::FAILURE;
    }
    let mut files = Vec::new();
    folders.iter().for_each(|folder| sources(folder, &mut files));
    files.sort();
    // What a panic says is shown with the function that caused it.
    std::panic::set_hook(Box::new(|_| {}));
    let (next, total) = (AtomicUsize::new(0), Mutex::new(Tally::default()));
    let now = Mutex::new(BTreeMap::new());
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for worker in 0..workers {
            let (next, total, now, files) = (&next, &total, &now, &files);
            let work = move || {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let mut tally = Tally::default();
                    tally.file(file, &|name| {
                        lock(now).insert(worker, (name.to_string(), Instant::now()));
                    });
                    lock(total).add(tally);
                }
                lock(now).remove(&worker);
            };
            // The stack of a thread of rustc's.
            let stack = std::thread::Builder::new().stack_size(8 << 20);
            stack.spawn_scoped(scope, work).expect("a thread");
        }
        watch(&next, files.len(), &now);
    });
    let total = total.into_inner().expect("no worker panics");
    total.show(files.len());
    if total.bad.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().expect("no worker panics")
}

/// Says how far it is, and what takes long, until all files are handed out and done.
fn watch(next: &AtomicUsize, files: usize, now: &Mutex<BTreeMap<usize, (String, Instant)>>) {
    loop {
        std::thread::sleep(Duration::from_millis(500));
        let done = next.load(Ordering::Relaxed).min(files);
        eprint!("\r{done} of {files} files ");
        for (name, since) in lock(now).values() {
            if since.elapsed() > 10 * LIMIT {
                eprintln!("\n{:.0?} in {name}", since.elapsed());
            }
        }
        if done == files && lock(now).is_empty() {
            eprintln!();
            return;
        }
    }
}

/// The Rust files below a folder.
fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            out.push(path);
        }
    }
}

/// What came of the functions.
#[derive(Default)]
struct Tally {
    functions: usize,
    accepted: usize,
    slowest: Option<(Duration, String)>,
    bad: Vec<String>,
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.functions += other.functions;
        self.accepted += other.accepted;
        self.bad.extend(other.bad);
        self.slowest = self.slowest.take().max(other.slowest);
    }

    fn file(&mut self, path: &Path, begin: &dyn Fn(&str)) {
        let Ok(text) = std::fs::read_to_string(path) else { return };
        // Some files are tests of compilers, and no Rust.
        let Ok(file) = syn::parse_file(&text) else { return };
        self.items(&file.items, path, begin);
    }

    fn items(&mut self, items: &[syn::Item], path: &Path, begin: &dyn Fn(&str)) {
        for item in items {
            match item {
                syn::Item::Fn(f) => self.function(&f.sig.ident, f.to_token_stream(), path, begin),
                syn::Item::Impl(block) => self.methods(block, path, begin),
                syn::Item::Mod(syn::ItemMod { content: Some((_, items)), .. }) => {
                    self.items(items, path, begin)
                }
                _ => {}
            }
        }
    }

    /// Each method in a block of its own, without the trait.
    fn methods(&mut self, block: &syn::ItemImpl, path: &Path, begin: &dyn Fn(&str)) {
        // There is no `impl !`.
        if matches!(*block.self_ty, syn::Type::Never(_)) {
            return;
        }
        for item in &block.items {
            let syn::ImplItem::Fn(f) = item else { continue };
            let (generics, of, whose) = (&block.generics, &block.self_ty, &block.generics.where_clause);
            let alone = quote!(impl #generics #of #whose { #f });
            self.function(&f.sig.ident, alone, path, begin);
        }
    }

    fn function(&mut self, ident: &syn::Ident, item: TokenStream, path: &Path, begin: &dyn Fn(&str)) {
        let name = format!("{}:{}: {ident}", path.display(), ident.span().start().line);
        begin(&name);
        let start = Instant::now();
        let out = catch_unwind(AssertUnwindSafe(|| autodiff_codegen::expand(TokenStream::new(), item)));
        let took = start.elapsed();
        self.functions += 1;
        match out.map(|out| (out.to_string(), syn::parse2::<syn::File>(out))) {
            Err(_) => self.bad.push(format!("{name}: panic")),
            Ok((_, Err(e))) => self.bad.push(format!("{name}: does not parse: {e}")),
            Ok((text, Ok(_))) => self.accepted += usize::from(has_companions(&text)),
        }
        if took > LIMIT {
            self.bad.push(format!("{name}: {took:.1?}"));
        }
        self.slowest = self.slowest.take().max(Some((took, name)));
    }

    fn show(&self, files: usize) {
        println!("{} functions in {files} files, {} with companions", self.functions, self.accepted);
        if let Some((took, name)) = &self.slowest {
            println!("slowest: {took:.1?}, {name}");
        }
        self.bad.iter().for_each(|what| println!("bad: {what}"));
        println!("{} bad", self.bad.len());
    }
}

/// Whether a function got companions that compute something.
fn has_companions(text: &str) -> bool {
    let made = ["_grad (", "_vjp (", "_grad <", "_vjp <"].iter().any(|name| text.contains(name));
    made && !text.contains("compile_error")
}
