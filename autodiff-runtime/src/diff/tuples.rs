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
tuples!(A 0);
tuples!(A 0, B 1);
tuples!(A 0, B 1, C 2);
tuples!(A 0, B 1, C 2, D 3);
tuples!(A 0, B 1, C 2, D 3, E 4);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);
