//! Answers GradBench's messages until there are no more.

use std::io::{self, BufRead, Write};

use backprop_gradbench::protocol;

fn main() -> io::Result<()> {
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        if !line.trim_ascii().is_empty() {
            writeln!(output, "{}", protocol::answer(&line))?;
            output.flush()?;
        }
        line.clear();
    }
    Ok(())
}
