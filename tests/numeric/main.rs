//! Values and gradients of annotated functions, through rustc: each construct of the language in a small
//! function, differentiated in `f64` and `f32`, with simplification and without, backward and forward.

// The functions are written in all the ways in which people write them.
#![allow(clippy::all, deprecated, for_loops_over_fallibles)]

#[macro_use]
mod case;

mod acc;
mod arrays;
mod branches;
mod buffers;
mod by_hand;
mod calls;
mod chains;
mod checkpoint;
mod chosen;
mod circles;
mod closures;
mod configurations;
mod conventions;
mod counted;
mod cursors;
mod elements;
mod exchange;
mod foreign_options;
mod found;
mod functions;
mod gathered;
mod generic_constants;
mod given;
mod growing;
mod halves;
mod items;
mod iterations;
mod jacobian;
mod jumps;
mod kept;
mod known_rows;
mod lanes;
mod lent;
mod libm;
mod loops;
mod matching;
mod methods;
mod mixed;
mod modules;
mod nested;
mod operations;
mod ops;
mod optional;
mod optional_forms;
mod orders;
mod outputs;
mod panics;
mod passive;
mod references;
mod results;
mod rows;
mod scalars;
mod second;
mod second_calls;
mod shortened_rows;
mod slices;
mod sparse;
mod state;
mod stopped;
mod structs;
mod surroundings;
mod taken_out;
mod tuple_arguments;
mod tuples;
mod typed_literals;
mod undetermined;
mod unseen;
mod user_macros;
