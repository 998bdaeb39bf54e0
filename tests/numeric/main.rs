//! Values and gradients of annotated functions, through rustc: each construct of the language in a small
//! function, differentiated in `f64` and `f32`, with simplification and without, backward and forward.

// The functions are written in all the ways in which people write them.
#![allow(clippy::all, deprecated, for_loops_over_fallibles)]

// Not all of it is used in each of the tests that share it.
#[allow(dead_code, unused_imports, unused_macros)]
#[macro_use]
mod case;

mod arrays;
mod asked;
mod at_once;
mod bits;
mod branches;
mod calls;
mod chains;
mod chosen;
mod circles;
mod closures;
mod configurations;
mod constant_chains;
mod counted;
mod cursors;
mod elements;
mod exchange;
mod followed_chains;
mod found;
mod functions;
mod gathered;
mod generic_constants;
mod growing;
mod held_names;
mod inside;
mod items;
mod iterations;
mod jumps;
mod kept;
mod known_rows;
mod lent_numbers;
mod lent_parts;
mod lent_temporaries;
mod loops;
mod matching;
mod methods;
mod mixed;
mod mixed_elements;
mod modules;
mod moved_elements;
mod nested;
mod optional;
mod optional_changes;
mod optional_forms;
mod orders;
mod outputs;
mod own_float_traits;
mod own_floats;
mod pairs;
mod panics;
mod parted;
mod passed;
mod passed_closures;
mod passed_names;
mod passive;
mod receivers;
mod references;
mod results;
mod rounded;
mod scalars;
mod scopes;
mod scratch;
mod shortened_rows;
mod slices;
mod state;
mod sums;
mod surroundings;
mod taken_out;
mod tuple_arguments;
mod tuples;
mod typed_literals;
mod undetermined;
mod unseen;
mod unseen_results;
mod user_macros;
mod winners;
mod written_out;
