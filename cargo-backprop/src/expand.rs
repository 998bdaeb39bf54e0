//! `expand`: the code of the companions.

use autodiff_codegen::{inspect, render};

use crate::colour;
use crate::report;
use crate::target::{File, Function, Target};

/// The companions of one function, or of all with the attribute.
pub fn run(file: &File, target: &Target) -> Result<String, String> {
    let each: Result<Vec<String>, String> =
        file.functions(target)?.into_iter().map(|function| one(file, function)).collect();
    Ok(colour::rust(&each?.join("\n")))
}

fn one(file: &File, function: &Function) -> Result<String, String> {
    let options = function.options(file)?;
    let tokens = inspect::companions(&function.item, &options)
        .map_err(|refusals| report::refusals(file, &refusals))?;
    let method = inspect::is_associated(&options, &function.item);
    let items =
        render::companions(function.item.clone(), tokens, method).map_err(|error| error.to_string())?;
    // What is for rustc alone comes last.
    let (shown, hidden): (Vec<String>, Vec<String>) =
        items.into_iter().partition(|item| !item.starts_with("#[doc(hidden)]"));
    Ok(shown.into_iter().chain(hidden).collect::<Vec<_>>().join("\n"))
}
