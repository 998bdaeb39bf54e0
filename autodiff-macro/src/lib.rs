//! The proc-macro shell: tokens in, [`autodiff_codegen::expand`], tokens out.

use proc_macro::TokenStream;

/// Differentiates the function that it stands on: see the crate `backprop`.
///
/// # Calls of annotated functions
///
/// Beside a function `f` stands a hidden type `f`, its handle, through which other annotated functions call its
/// derivative. It comes along wherever the function is imported: `use m::f;` is enough.
///
/// A module of the same name takes that name away where both meet, as in
///
/// ```text
/// mod erf;            // fn erf and fn erfc, both annotated
/// pub use erf::erf;
/// ```
///
/// The handle of a function in a module of its own name therefore stays inside, and its parts stand in the module
/// once more: `erf(x)`, `erf::erf(x)` and `erf::erfc(x)` are called as ever wherever the *module* `erf` is visible
/// beside the function. From where it is not, such as another module that imports `special::erf` out of a private
/// `mod erf`, the call is reported as one without a derivative. Two ways out: make the module as visible as the
/// function (`pub(crate) mod erf;`), or give it another name (`#[path = "erf.rs"] mod error_function;`).
///
/// # What is seen of the surroundings
///
/// The attribute looks up the items of the module that the function stands in, and of those of the crate that are
/// imported there, in their files: what type aliases stand for (`type Vec3 = [f64; 3];`), what functions return,
/// the types of constants and fields. What it can't find (made by a macro, or in another crate) is a name to it, whose
/// meaning is left to rustc; an alias that is used as floats only in calls then has to be written out, or marked.
#[proc_macro_attribute]
pub fn backprop(attribute: TokenStream, item: TokenStream) -> TokenStream {
    autodiff_codegen::expand(attribute.into(), item.into()).into()
}
