//! A function that one companion passes to another: the handle, and the function that the user's code passes.

use super::*;
use crate::item::check_named_item;

/// A handle beside the function that goes by the same name. The bounds on the function are those of the place where it
/// is passed, so that rustc finds out what it is generic over.
#[derive(Clone, Copy, Debug)]
pub struct Passed<H, I> {
    /// The handle.
    pub handle: H,
    /// The function.
    pub item: I,
}

impl<H, I> Passed<H, I> {
    /// Checks that the two belong together.
    #[inline(always)]
    #[track_caller]
    fn check(&self) {
        let handle = core::any::type_name::<H>();
        check_named_item::<H, I>(&self.item, handle.rsplit("::").next().unwrap_or(handle));
    }
}

macro_rules! passed {
    ($($name:ident $tangent:ident $pullback:ident [$($a:ident $x:ident $d:ident)*];)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($a: Argument,)* Y, S: ?Sized, H, I> $name<$($a,)* Y, S> for Passed<H, I>
        where
            H: $name<$($a,)* Y, S>,
            I: Fn($($a::Of<'_>),*) -> Y,
        {
            #[inline(always)]
            fn __value(&self $(, $x: $a::Of<'_>)*) -> Y {
                (self.item)($($x),*)
            }
            #[inline(always)]
            fn __forward(&self $(, $x: $a::Of<'_>)*) -> (Y, impl $pullback<$($a,)* S> + use<$($a,)* Y, S, H, I>) {
                self.check();
                self.handle.__forward($($x),*)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($a: Argument,)* Y, S: ?Sized, H, I> $tangent<$($a,)* Y, S> for Passed<H, I>
        where
            H: $tangent<$($a,)* Y, S>,
            I: Fn($($a::Of<'_>),*) -> Y,
        {
            #[inline(always)]
            fn __tangent(&self $(, $x: $a::Of<'_>)* $(, $d: $a::Direction<'_>)*) -> (Y, Y) {
                self.check();
                self.handle.__tangent($($x,)* $($d),*)
            }
        }
    )*};
}

passed! {
    Function1 TangentFunction1 Pullback1 [A a da];
    Function2 TangentFunction2 Pullback2 [A a da B b db];
    Function3 TangentFunction3 Pullback3 [A a da B b db C c dc];
    Function4 TangentFunction4 Pullback4 [A a da B b db C c dc D d dd];
    Function5 TangentFunction5 Pullback5 [A a da B b db C c dc D d dd E e de];
    Function6 TangentFunction6 Pullback6 [A a da B b db C c dc D d dd E e de G g dg];
}
