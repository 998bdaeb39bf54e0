//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::target::Target;

/// What cargo runs.
#[derive(Debug, Parser)]
#[command(name = "cargo", bin_name = "cargo")]
pub enum Cargo {
    /// Shows what `#[backprop]` makes of a function
    Backprop(Args),
}

const EXAMPLES: &str = "\
A function is named as FILE::FN, where FN is a path in the file:
  src/lib.rs::loss                a function
  src/lib.rs::model::loss         one in the module `model`
  src/lib.rs::Network::forward    a method
It need not have the attribute: then it is treated as with a plain `#[backprop]`.

Examples:
  cargo backprop expand src/lib.rs::loss | less -R
  cargo backprop explain src/lib.rs::loss
  cargo backprop graph src/lib.rs::loss -o loss.svg";

/// Shows what `#[backprop]` makes of a function
///
/// Reads a source file and runs the compiler behind the attribute on it. Nothing is built.
#[derive(Debug, Parser)]
#[command(name = "cargo-backprop", bin_name = "cargo backprop", version, after_help = EXAMPLES)]
pub struct Args {
    /// What to show
    #[command(subcommand)]
    pub command: Command,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Color,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum Color {
    /// In a terminal
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    /// From now on.
    pub fn write_global(self) {
        match self {
            Color::Auto => {}
            Color::Always => anstream::ColorChoice::Always.write_global(),
            Color::Never => anstream::ColorChoice::Never.write_global(),
        }
    }
}

/// What to show.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The code of the companions, each source statement as a comment above its code
    ///
    /// Without FN, the companions of all functions in the file that have the attribute.
    Expand {
        /// The function: FILE::FN, or FILE for all with the attribute
        #[arg(value_name = "FILE[::FN]")]
        target: Target,
    },
    /// The computation graph, without numbers: a picture, or text
    ///
    /// The numbers depend on the arguments: `#[backprop(graph)]` writes a function `NAME_graph` that finds them.
    Graph {
        /// The function
        #[arg(value_name = "FILE::FN")]
        target: Target,
        /// Where to write it; without it, text for Markdown pages (Mermaid) is printed
        #[arg(short, long, value_name = "PATH")]
        output: Option<PathBuf>,
        /// In which form; without it, what the name of the output ends in decides
        #[arg(short, long, value_enum)]
        format: Option<Format>,
    },
    /// What is active and why, what is saved, what it costs, and the partial derivatives as formulas
    ///
    /// Without FN, of all functions in the file that have the attribute.
    Explain {
        /// The function: FILE::FN, or FILE for all with the attribute
        #[arg(value_name = "FILE[::FN]")]
        target: Target,
    },
    /// A script with which a shell completes this command's arguments
    ///
    /// For bash: cargo backprop completions bash > ~/.local/share/bash-completion/completions/cargo-backprop
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// A form of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A picture for light and dark pages
    Svg,
    /// For Graphviz
    Dot,
    /// For Markdown pages
    Mermaid,
}
