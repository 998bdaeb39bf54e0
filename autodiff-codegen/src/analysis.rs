//! Facts about a program that the differentiating passes rest on. None of them changes the program.

pub mod activity;
pub mod conventions;
pub mod cover;
pub mod defs;
pub mod integers;
pub mod once;
pub mod pattern;
pub mod stability;

pub use activity::Activity;
pub use conventions::{branches, conventions, has_borders};
pub use cover::covers;
pub use defs::{Def, Defs, RegionId, RegionKind, UseSite};
pub use integers::Integers;
pub use once::{calls, only_reads, runs_once};
pub use stability::Stability;
