//! The proof that a path leads to a function of the crate `libm`, which generated code asks rustc for.

/// A function that is `F`: each function has a type of its own.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: this function is not the one of the crate `libm`",
    label = "something else has the name here",
    note = "why: by its path the function was taken for the crate's, whose derivative is known",
    note = "instead: another name for the module or the import; or `::libm::…`, if the crate is meant"
)]
#[doc(hidden)]
pub trait OfLibm<F> {}

impl<F> OfLibm<F> for F {}

/// Compiles if both are the same function.
pub fn of_libm<F, G: OfLibm<F>>(_libm: F, _named: G) {}
