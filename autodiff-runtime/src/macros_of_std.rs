//! The macros of `std` whose names stand for them. Beside these, what a module has of the same name is ambiguous if it is not the
//! same: that is how rustc checks it.

#[cfg(feature = "alloc")]
pub use alone::*;
pub use core::{
    assert, assert_eq, assert_ne, debug_assert, debug_assert_eq, debug_assert_ne, format_args, matches, todo,
    unimplemented, unreachable, write, writeln,
};
#[cfg(feature = "std")]
pub use std::{eprint, eprintln, format, print, println};

/// `vec` and `panic` are modules, too, of which nothing is asked: modules that only this one sees go before them.
#[cfg(feature = "alloc")]
#[allow(hidden_glob_reexports)]
mod alone {
    pub use both::*;

    mod both {
        pub use alloc::vec;
        #[cfg(feature = "std")]
        pub use std::panic;
    }

    #[cfg(feature = "std")]
    mod panic {}
    mod vec {}
}

/// Has rustc check that macros are `std`'s.
#[doc(hidden)]
#[macro_export]
macro_rules! __macros_of_std {
    ($($name:ident),*) => {{
        use self::*;
        use $crate::macros_of_std::*;
        $( use $name as _; )*
    }};
}
