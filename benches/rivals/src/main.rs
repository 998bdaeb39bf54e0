//! Gradients by `backprop` beside those of other crates, and beside central differences: `cargo run --release` prints a table,
//! as Markdown, and draws it. `cargo run --release -- gradbench TIMES.json` draws what `benches/gradbench/compare.py` measured.

mod annotated;
mod chart;
mod contestants;
mod crates;
mod problems;
mod real;
mod symbolic;
mod table;
mod time;
mod triangle;
mod with_burn;
mod with_candle;

use clap::{Parser, Subcommand};
use std::error::Error;
use std::path::PathBuf;

/// Gradients by `backprop` beside those of other crates.
#[derive(Parser)]
struct Given {
    #[command(subcommand)]
    what: Option<What>,
    /// Where the picture goes.
    #[arg(long, default_value = "target/rivals.svg", global = true)]
    picture: PathBuf,
}

#[derive(Subcommand)]
enum What {
    /// Draws what `benches/gradbench/compare.py --json TIMES` measured, beside what was written by hand.
    Gradbench {
        /// The file.
        times: PathBuf,
        /// The ratio that is aimed at.
        #[arg(long, default_value_t = 1.0)]
        target: f64,
    },
}

fn main() -> Result<(), Box<dyn Error>> {
    let given = Given::parse();
    match given.what {
        Some(What::Gradbench { times, target }) => chart::gradbench(&times, target, &given.picture),
        None => {
            let measured: Vec<_> = contestants::all()?.into_iter().map(time::measure).collect();
            print!("{}", table::markdown(&measured));
            chart::rivals(&measured, &given.picture)
        }
    }
}
