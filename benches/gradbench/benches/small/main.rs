//! Gradients of small functions beside the same written by hand: how many instructions a call of each takes, as Callgrind
//! counts them. `cargo bench -p backprop-gradbench --bench small` prints the table, as Markdown; it needs Valgrind.

// Loops over indices are what people write, and what the benchmark is about.
#![allow(clippy::needless_range_loop)]

mod by_hand;
mod functions;
// What is counted here is not timed.
#[allow(dead_code)]
#[path = "../../../shared/mod.rs"]
mod shared;

use std::env;
use std::error::Error;
use std::hint::black_box;
use std::process::Command;

/// Numbers in a row.
trait Flat {
    fn flat(&self) -> Vec<f64>;
}

impl Flat for f64 {
    fn flat(&self) -> Vec<f64> {
        vec![*self]
    }
}

impl<T: Flat, const N: usize> Flat for [T; N] {
    fn flat(&self) -> Vec<f64> {
        self.iter().flat_map(T::flat).collect()
    }
}

impl<T: Flat> Flat for Vec<T> {
    fn flat(&self) -> Vec<f64> {
        self.iter().flat_map(T::flat).collect()
    }
}

macro_rules! tuples {
    ($(($($T:ident $i:tt)*))*) => { $(
        impl<$($T: Flat),*> Flat for ($($T,)*) {
            fn flat(&self) -> Vec<f64> {
                [$(self.$i.flat()),*].concat()
            }
        }
    )* }
}
tuples! { (A 0 B 1) (A 0 B 1 C 2 D 3 E 4) }

/// A function: its name, and what calls the two gradients a number of times.
struct Case {
    name: &'static str,
    generated: fn(usize),
    by_hand: fn(usize),
}

/// Calls a function with these arguments, which it cannot know, and does not become a part of the loop.
macro_rules! calls {
    ($f:path, ($($x:ident: $T:ty = $e:expr),*)) => {
        |times| {
            $( let $x: $T = $e; )*
            let f = black_box($f as fn($($T),*) -> _);
            for _ in 0..times {
                black_box(f($(black_box($x)),*));
            }
        }
    };
}

/// A case, after both gradients have turned out to be the same.
macro_rules! case {
    ($name:literal, $grad:ident, $by_hand:ident, ($($x:ident: $T:ty = $e:expr),* $(,)?)) => {{
        $( let $x: $T = $e; )*
        shared::assert_close(&functions::$grad($($x),*).flat(), &by_hand::$by_hand($($x),*).flat());
        Case {
            name: $name,
            generated: calls!(functions::$grad, ($($x: $T = $e),*)),
            by_hand: calls!(by_hand::$by_hand, ($($x: $T = $e),*)),
        }
    }};
}

/// Numbers without an order, between -1 and 1.
fn numbers<const N: usize>(seed: f64) -> [f64; N] {
    std::array::from_fn(|i| (seed + 12.9898 * i as f64).sin())
}

fn cases() -> Vec<Case> {
    vec![
        case!("Rosenbrock, n = 2", rosenbrock_grad, rosenbrock, (x: &[f64] = &numbers::<2>(1.0))),
        case!("Rosenbrock, n = 100", rosenbrock_grad, rosenbrock, (x: &[f64] = &numbers::<100>(1.0))),
        case!("Black–Scholes", black_scholes_grad, black_scholes,
            (spot: f64 = 100.0, strike: f64 = 95.0, volatility: f64 = 0.2, years: f64 = 0.5, rate: f64 = 0.03)),
        case!("arm of two links", arm_grad, arm,
            (angles: [f64; 2] = [0.3, 0.8], links: [f64; 2] = [1.0, 0.7], target: [f64; 2] = [0.5, 1.1])),
        case!("logistic loss, 16 weights", logistic_grad, logistic,
            (weights: &[f64] = &numbers::<16>(1.0), bias: f64 = 0.1, row: &[f64] = &numbers::<16>(2.0), label: f64 = -1.0)),
        case!("inner product, n = 16", dot_grad, dot, (a: &[f64] = &numbers::<16>(1.0), b: &[f64] = &numbers::<16>(2.0))),
        case!("cross-entropy, 10 scores", cross_entropy_grad, cross_entropy, (scores: &[f64] = &numbers::<10>(1.0), right: usize = 3)),
        case!("dense layer, 8 to 4", dense_grad, dense, (
            weights: &[[f64; 8]; 4] = &[numbers(1.0), numbers(2.0), numbers(3.0), numbers(4.0)],
            bias: &[f64; 4] = &numbers(5.0),
            x: &[f64; 8] = &numbers(6.0),
            y: &[f64; 4] = &numbers(7.0),
        )),
        case!("Horner, 8 coefficients", horner_grad, horner, (coefficients: &[f64] = &numbers::<8>(1.0), x: f64 = 0.7)),
        case!("distance", distance_grad, distance, (a: &[f64; 3] = &numbers(1.0), b: &[f64; 3] = &numbers(2.0))),
        case!("normal density, 16 numbers", density_grad, density,
            (mean: f64 = 0.1, log_deviation: f64 = -0.3, data: &[f64] = &numbers::<16>(1.0))),
        case!("logistic map, 16 steps", recurrence_grad, recurrence, (start: f64 = 0.4, rate: f64 = 3.7, steps: usize = 16)),
    ]
}

/// How many instructions a run of this program is that does as it is told.
fn instructions(case: usize, which: &str, times: usize) -> Result<u64, Box<dyn Error>> {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(env::current_exe()?);
    let output = valgrind.args([case.to_string(), which.to_string(), times.to_string()]).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let count =
        said.lines().find_map(|line| line.split_once("Collected :")).ok_or_else(|| said.to_string())?;
    Ok(count.1.trim().parse()?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let cases = cases();
    let given: Vec<String> = env::args().skip(1).filter(|a| a != "--bench").collect();
    // What it says to itself, under Valgrind.
    if let [case, which, times] = &given[..] {
        let case = &cases[case.parse::<usize>()?];
        let calls = if which == "generated" { case.generated } else { case.by_hand };
        calls(times.parse()?);
        return Ok(());
    }
    println!("| gradient | by hand | generated | generated / by hand |\n|---|--:|--:|--:|");
    for (i, case) in cases.iter().enumerate() {
        // What a run takes without the calls is the same for all numbers of them.
        let one = |which| {
            Ok::<_, Box<dyn Error>>(
                (instructions(i, which, 300)? - instructions(i, which, 100)?) as f64 / 200.0,
            )
        };
        let (by_hand, generated) = (one("by hand")?, one("generated")?);
        println!("| {} | {by_hand:.0} | {generated:.0} | {:.2} |", case.name, generated / by_hand);
    }
    Ok(())
}
