//! What tells whether two versions of the compiler make the same programs of a case, when all that is asked is right in both.

use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::sync::{LazyLock, Mutex};

use autodiff_codegen::ir::Func;

thread_local! {
    static SO_FAR: RefCell<DefaultHasher> = RefCell::new(DefaultHasher::new());
}

/// Where the digests of all cases go, if they are asked for.
static FILE: LazyLock<Option<Mutex<std::fs::File>>> = LazyLock::new(|| {
    let path = std::env::var_os("BACKPROP_RANDOM_DIGESTS")?;
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
    Some(Mutex::new(file.expect("digests can be written")))
});

/// Adds a program that is about to be checked.
pub fn add(f: &Func) {
    if FILE.is_some() {
        SO_FAR.with_borrow_mut(|h| f.to_string().hash(h));
    }
}

/// Writes down the case whose programs these were, and begins anew.
pub fn done(case: u64) {
    let Some(file) = &*FILE else { return };
    let digest = SO_FAR.replace(DefaultHasher::new()).finish();
    let mut file = file.lock().expect("nobody panics with it");
    writeln!(file, "{case} {digest}").expect("digests can be written");
}
