//! `cargo backprop`: shows what `#[backprop]` makes of a function.
//!
//! It runs the compiler behind the attribute as a library, on a file: nothing is built, and the function need not have the
//! attribute yet.

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

mod args;
mod colour;
mod expand;
mod explain;
mod graph;
mod report;
mod target;

use args::{Args, Cargo, Command};
use target::File;

fn main() -> ExitCode {
    // As a subcommand, cargo hands its name over once more.
    let as_subcommand = std::env::args_os().nth(1).is_some_and(|first| first == "backprop");
    let args = match as_subcommand {
        true => {
            let Cargo::Backprop(args) = Cargo::parse();
            args
        }
        false => Args::parse(),
    };
    if let Command::Completions { shell } = args.command {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Args::command(), "cargo-backprop", &mut script);
        return print(&String::from_utf8_lossy(&script));
    }
    args.color.write_global();
    match run(&args.command) {
        Ok(text) => print(&text),
        Err(message) => {
            anstream::eprintln!("{}", message.trim_end());
            ExitCode::FAILURE
        }
    }
}

/// What is to be printed, or what went wrong.
fn run(command: &Command) -> Result<String, String> {
    match command {
        Command::Expand { target } => expand::run(&File::read(target)?, target),
        Command::Explain { target } => explain::run(&File::read(target)?, target),
        Command::Graph { target, output, format } => {
            graph::run(&File::read(target)?, target, output.as_deref(), *format)
        }
        Command::Completions { .. } => Ok(String::new()),
    }
}

/// Whoever reads the output may have seen enough of it.
fn print(text: &str) -> ExitCode {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: the output can't be written: {error}");
            ExitCode::FAILURE
        }
    }
}
