//! Panics of companions are those of the functions: the same message, at the same line of the user's.

// The functions are written in all the ways in which people write them.
#![allow(clippy::needless_range_loop, clippy::useless_vec, clippy::iter_nth)]

use std::backtrace::Backtrace;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard};

use backprop::backprop;

/// What a panic said, and where.
#[derive(Clone, Debug, PartialEq)]
struct Panic {
    message: String,
    file: String,
    line: u32,
}

static LAST: Mutex<Option<Panic>> = Mutex::new(None);
static FRAMES: Mutex<String> = Mutex::new(String::new());

/// The hook is of the whole process.
fn alone() -> MutexGuard<'static, ()> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    ONE_AT_A_TIME.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// The panic of a call.
fn panic_of<T>(call: impl FnOnce() -> T) -> Option<Panic> {
    std::panic::set_hook(Box::new(|info| {
        let payload = info.payload();
        let literal = payload.downcast_ref::<&str>().map(|text| text.to_string());
        let message = literal.or_else(|| payload.downcast_ref::<String>().cloned()).expect("a text");
        let place = info.location().expect("a place");
        let panic = Panic { message, file: place.file().to_string(), line: place.line() };
        *LAST.lock().unwrap() = Some(panic);
        *FRAMES.lock().unwrap() = Backtrace::force_capture().to_string();
    }));
    let caught = catch_unwind(AssertUnwindSafe(call)).is_err();
    drop(std::panic::take_hook());
    caught.then(|| LAST.lock().unwrap().take()).flatten()
}

/// What differs between functions' panics and their companions'.
struct Differences(Vec<String>);

macro_rules! same {
    ($all:ident, $f:ident ( $($a:expr),* ) $(, $companion:ident ( $($b:expr),* ))*) => {
        let own = panic_of(|| $f($($a),*)).expect("the function panics");
        $(
            let other = panic_of(|| $companion($($b),*));
            if other.as_ref() != Some(&own) {
                $all.0.push(format!("{}: {own:?}\n    but {other:?}", stringify!($companion)));
            }
        )*
    };
}

#[backprop(jvp)]
fn of_a_slice(x: &[f64]) -> f64 {
    let a = x[0];
    a * x[1]
}

#[backprop(jvp)]
fn of_nothing_yet(x: f64, n: usize) -> f64 {
    let _ = (x, n);
    todo!("{n} more lines")
}

#[backprop]
fn of_a_call_of_it(x: f64) -> f64 {
    2.0 * of_nothing_yet(x, 3)
}

#[backprop(jvp)]
fn of_an_element(x: &[f64], i: usize) -> f64 {
    let mut sum = 0.0;
    for j in 0..4 {
        sum += x[j] * x[i * 2 + j];
    }
    sum
}

/// The last round takes more than there is.
#[backprop]
fn of_what_is_taken(x: &[f64], n: u64) -> f64 {
    let (mut left, mut sum) = (n, 0.0);
    for v in x {
        left -= left / 2 + 1;
        sum += v * left as f64;
    }
    sum
}

#[backprop]
fn of_rows(x: &[[f64; 2]], i: usize, j: usize) -> f64 {
    let y = x[i][j];

    y * y
}

#[backprop]
fn of_vecs(x: &[f64], i: usize) -> f64 {
    let mut v = vec![0.0; 2];
    v[i] = x[0];
    v[0] + v[1]
}

#[backprop]
fn of_local_arrays(x: f64, i: usize) -> f64 {
    let a = [x, x * x];
    a[i] * x
}

#[backprop]
fn of_runs(x: &[f64], from: usize, to: usize) -> f64 {
    let run = &x[from..to];
    run.iter().map(|x| x * x).sum()
}

#[backprop]
fn of_division(x: &[f64], n: usize) -> f64 {
    let y = x[0];
    let i = x.len() / n;
    y * x[i - 1]
}

#[backprop]
fn of_subtraction(x: &[f64], n: usize) -> f64 {
    let last = n - 1;
    x[last] * x[last]
}

#[backprop]
fn of_counting(x: f64, n: u8) -> f64 {
    let mut y = x;
    let mut count = n;
    while y < 10.0 {
        count += 100;
        y *= 2.0;
    }
    y * count as f64
}

#[backprop]
fn of_nothing(x: f64, names: &[&str]) -> f64 {
    let name = names.first().unwrap();
    x * name.len() as f64
}

#[backprop]
fn of_no_element(x: &[f64]) -> f64 {
    let y = x.get(5).unwrap();
    y * y
}

#[backprop]
fn of_no_first(x: &[f64]) -> f64 {
    let y = x[1..].first().expect("a first one");
    y * y
}

#[backprop(jvp)]
fn of_assert(x: f64) -> f64 {
    let y = x * x;
    assert!(y > 100.0, "{y} is too small");
    y
}

#[backprop]
fn of_assert_eq(x: &[f64], n: usize) -> f64 {
    assert_eq!(x.len(), n);
    x[0]
}

#[backprop]
fn of_choice(x: f64, n: usize) -> f64 {
    match n {
        0 => x,
        1 => x * x,
        n => panic!("no power {n}"),
    }
}

#[backprop]
fn of_unreachable(x: f64) -> f64 {
    if x > 0.0 {
        return x * x;
    }
    unreachable!("negative")
}

#[backprop]
fn of_bounds(x: f64, low: f64, high: f64) -> f64 {
    let y = x * 2.0;
    y.clamp(low, high)
}

#[backprop]
fn of_splitting(x: &[f64], n: usize) -> f64 {
    let (a, b) = x.split_at(n);
    a[0] * b[0]
}

#[backprop]
fn of_copying(x: &[f64]) -> f64 {
    let mut y = [0.0; 2];
    y.copy_from_slice(x);
    y[0] * y[1]
}

#[backprop]
fn of_swapping(x: &[f64], i: usize) -> f64 {
    let mut y = x.to_vec();
    y.swap(0, i);
    y[0] * y[1]
}

#[backprop]
fn of_removing(x: &[f64], i: usize) -> f64 {
    let mut y = x.to_vec();
    let z = y.remove(i);
    z * y[0]
}

#[backprop]
fn of_inserting(x: &[f64], i: usize) -> f64 {
    let mut y = x.to_vec();
    y.insert(i, 1.0);
    y[0] * y[0]
}

#[backprop]
fn of_chunks(x: &[f64], n: usize) -> f64 {
    let mut sum = 0.0;
    for c in x.chunks(n) {
        sum += c[0] * c[0];
    }
    sum
}

#[backprop]
fn of_closures(x: &[f64], n: usize) -> f64 {
    let at = |i: usize| {
        let y = x[i];
        y * y
    };
    (0..n).map(at).sum::<f64>() + (0..n).map(|i| x[i + 1]).sum::<f64>()
}

#[backprop]
fn of_a_callee(x: &[f64]) -> f64 {
    let y = x[0];
    y * of_a_slice(&x[0..1])
}

#[backprop]
fn of_results(x: f64) -> Option<f64> {
    let y: Option<f64> = if x > 0.0 { Some(x) } else { None };
    let z = y.unwrap();
    Some(z * z)
}

#[backprop]
fn of_outputs(x: &[f64], y: &mut [f64]) {
    for i in 0..x.len() {
        y[i] = x[i] * x[i];
    }
}

/// What surely panics is refused by rustc, unless it stands in a macro's code. Here the function asks before, and companions
/// are accepted like it.
mod known {
    use backprop::backprop;

    #[backprop]
    pub fn beyond(x: [f64; 3]) -> f64 {
        if let Some(v) = x.get(7) { *v } else { x[0] }
    }

    #[backprop]
    pub fn other(x: [f64; 3]) -> f64 {
        x.get(7).copied().unwrap_or(x[1])
    }

    #[backprop]
    pub fn of_none(x: [f64; 0], y: f64) -> f64 {
        y + x.first().copied().unwrap_or(1.0) + x.last().copied().unwrap_or(2.0)
    }

    struct Sizes {
        last: usize,
    }
    const SIZES: Sizes = Sizes { last: 9 };

    #[backprop]
    pub fn by_a_field(x: [f64; 3]) -> f64 {
        let n: usize = SIZES.last;
        match x.get(n) {
            Some(v) => v * v,
            None => x[0],
        }
    }

    #[backprop]
    pub fn less(x: f64) -> f64 {
        let n = 0u32;
        if n > 0 { x * (n - 1) as f64 } else { x * x }
    }

    #[backprop]
    pub fn runs(x: &[f64; 3]) -> f64 {
        let mut sum = x[0];
        for w in x.windows(5) {
            sum += w[4];
        }
        for c in x.chunks(4) {
            sum += c[2];
        }
        sum + x.iter().nth(4).copied().unwrap_or(x[1])
    }
}

#[test]
fn what_is_asked_before_is_no_error() {
    let x = [3.0, 4.0, 5.0];
    assert_eq!(known::beyond_grad(x), (3.0, [1.0, 0.0, 0.0]));
    assert_eq!(known::other_grad(x), (4.0, [0.0, 1.0, 0.0]));
    assert_eq!(known::of_none_grad([], 1.0), (4.0, ([], 1.0)));
    assert_eq!(known::by_a_field_grad(x), (3.0, [1.0, 0.0, 0.0]));
    assert_eq!(known::less_grad(3.0), (9.0, 6.0));
    assert_eq!(known::runs_grad(&x), (12.0, [1.0, 1.0, 1.0]));
}

#[test]
fn companions_panic_at_the_users_lines() {
    let _alone = alone();
    let mut all = Differences(Vec::new());
    let one = [1.0];
    let two = [1.0, 2.0];
    same!(
        all,
        of_a_slice(&one),
        of_a_slice_grad(&one),
        of_a_slice_grad_into(&one, &mut [0.0]),
        of_a_slice_jvp(&one, &one)
    );
    same!(all, of_nothing_yet(1.0, 7), of_nothing_yet_grad(1.0, 7), of_nothing_yet_jvp(1.0, 7, 1.0));
    same!(all, of_a_call_of_it(1.0), of_a_call_of_it_grad(1.0));
    same!(all, of_an_element(&two, 0), of_an_element_grad(&two, 0), of_an_element_jvp(&two, 0, &two));
    same!(all, of_an_element(&[1.0; 4], 1), of_an_element_grad(&[1.0; 4], 1));
    same!(all, of_rows(&[two], 1, 0), of_rows_grad(&[two], 1, 0));
    same!(all, of_rows(&[two], 0, 2), of_rows_grad(&[two], 0, 2));
    same!(all, of_vecs(&one, 2), of_vecs_grad(&one, 2));
    same!(all, of_local_arrays(1.0, 2), of_local_arrays_grad(1.0, 2));
    same!(all, of_runs(&two, 1, 5), of_runs_grad(&two, 1, 5));
    same!(all, of_runs(&two, 2, 1), of_runs_grad(&two, 2, 1));
    same!(all, of_division(&two, 0), of_division_grad(&two, 0));
    same!(all, of_division(&two, 3), of_division_grad(&two, 3));
    same!(all, of_subtraction(&two, 0), of_subtraction_grad(&two, 0));
    same!(all, of_what_is_taken(&two, 1), of_what_is_taken_grad(&two, 1));
    same!(all, of_counting(1.0, 100), of_counting_grad(1.0, 100));
    same!(all, of_nothing(1.0, &[]), of_nothing_grad(1.0, &[]));
    same!(all, of_no_element(&two), of_no_element_grad(&two));
    same!(all, of_no_first(&one), of_no_first_grad(&one));
    same!(all, of_assert(1.0), of_assert_grad(1.0), of_assert_jvp(1.0, 1.0));
    same!(all, of_assert_eq(&two, 3), of_assert_eq_grad(&two, 3));
    same!(all, of_choice(1.0, 2), of_choice_grad(1.0, 2));
    same!(all, of_unreachable(-1.0), of_unreachable_grad(-1.0));
    same!(all, of_bounds(1.0, 2.0, 1.0), of_bounds_grad(1.0, 2.0, 1.0));
    same!(all, of_splitting(&two, 3), of_splitting_grad(&two, 3));
    same!(all, of_copying(&one), of_copying_grad(&one));
    same!(all, of_swapping(&two, 2), of_swapping_grad(&two, 2));
    same!(all, of_removing(&two, 2), of_removing_grad(&two, 2));
    same!(all, of_inserting(&two, 3), of_inserting_grad(&two, 3));
    same!(all, of_chunks(&two, 0), of_chunks_grad(&two, 0));
    same!(all, of_closures(&two, 3), of_closures_grad(&two, 3));
    same!(all, of_closures(&two, 2), of_closures_grad(&two, 2));
    same!(all, of_a_callee(&two), of_a_callee_grad(&two));
    same!(all, of_results(-1.0), of_results_grad(-1.0));
    let mut out = [0.0];
    same!(all, of_outputs(&two, &mut out), of_outputs_vjp(&two, &mut out, &mut [1.0]));
    assert!(all.0.is_empty(), "{} differ:\n{}", all.0.len(), all.0.join("\n"));
}

/// Where debuggers stop, and what backtraces show, is what the table of lines says of the companion.
#[test]
fn backtraces_name_the_companion_and_the_users_line() {
    let _alone = alone();
    let place = panic_of(|| of_an_element_grad(&[1.0; 4], 1)).expect("a panic");
    let frames = FRAMES.lock().unwrap().clone();
    let mut lines = frames.lines().skip_while(|line| !line.ends_with("::of_an_element_grad"));
    assert!(lines.next().is_some(), "no frame of the companion in\n{frames}");
    let at = lines.next().unwrap_or_default();
    assert!(at.contains(&format!("panics.rs:{}:", place.line)), "{place:?}, but the frame is {at}");
}
