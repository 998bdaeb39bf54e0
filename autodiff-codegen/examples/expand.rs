//! Prints what `#[backprop]` makes of the functions of a file: `cargo run -p autodiff-codegen --example expand FILE`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: expand FILE");
        return ExitCode::FAILURE;
    };
    let text = std::fs::read_to_string(&path).map_err(|e| e.to_string());
    match text.and_then(|text| autodiff_codegen::render::file(&text).map_err(|e| e.to_string())) {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(e) => {
            eprintln!("{path}: {e}");
            ExitCode::FAILURE
        }
    }
}
