//! Derivatives of tuples of up to twelve elements: elementwise.

use super::{Diff, Difference, Tangent};

macro_rules! tuples {
    ($($t:ident $i:tt),+) => {
        impl<$($t: Diff),+> Diff for ($($t,)+) {
            type Tan = ($($t::Tan,)+);
            #[inline]
            fn __zero_like(&self) -> Self::Tan {
                ($(self.$i.__zero_like(),)+)
            }
        }
        impl<$($t: Tangent),+> Tangent for ($($t,)+) {
            const __ONE_ZERO: bool = true $(&& $t::__ONE_ZERO)+;

            #[inline]
            #[track_caller]
            fn __add(&mut self, v: &Self) {
                $(self.$i.__add(&v.$i);)+
            }
            #[inline]
            fn __clear(&mut self) {
                $(self.$i.__clear();)+
            }
            #[inline]
            fn __differs(&self, v: &Self) -> Option<Difference> {
                $(
                    if let Some(difference) = self.$i.__differs(&v.$i) {
                        return Some(difference.inside(stringify!($i)));
                    }
                )+
                None
            }
        }
    };
}
crate::tuples::each_tuple!(tuples);
