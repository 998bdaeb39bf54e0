//! Operations with something that has no derivative.

use super::{Apply, Const, With, along};
use crate::function::{Active, ActiveRef, Constant, again};
use crate::operator::{ByRef, ByValue};
use crate::{Differentiable, Function2, Off, Pullback2, TangentFunction2};
use core::marker::PhantomData;

/// An operation with something that has no derivative, on what comes by value or by reference.
macro_rules! with {
    ($($pa:ident $ma:ident $oa:ty, keeps ($($ka:ident)?);)*) => {$(
        impl<O: With<A, C> + 'static, A: Differentiable + 'static, C: 'static> Function2<$pa<A>, Constant<C>, O::Y>
            for Apply<O, $ma, (Const<C>, PhantomData<A>)>
        {
            #[inline]
            fn __value(&self, a: $oa, c: C) -> O::Y {
                O::value(with!(@of a $($ka)?), &c)
            }
            #[inline]
            fn __forward(&self, a: $oa, c: C) -> (O::Y, impl Pullback2<$pa<A>, Constant<C>, O::Y> + use<O, A, C>) {
                let y = O::value(with!(@of a $($ka)?), &c);
                (y, with!(@pull a c O A ($($ka)?)))
            }
        }
        impl<O: With<A, C> + 'static, A: Differentiable + 'static, C: 'static>
            TangentFunction2<$pa<A>, Constant<C>, O::Y> for Apply<O, $ma, (Const<C>, PhantomData<A>)>
        {
            #[inline]
            fn __tangent(&self, a: $oa, c: C, ta: Option<&A>, _: Off) -> (O::Y, O::Y) {
                let a = with!(@of a $($ka)?);
                (O::value(a, &c), O::push(a, &c, &along(a, ta)))
            }
        }
    )*};
    (@of $x:ident own) => { &$x };
    (@of $x:ident) => { $x };
    (@pull $a:ident $c:ident $o:ident $A:ident (own)) => {
        move |dy: &$o::Y, _: (), _: (), da: Option<&mut $A>, _: Off| {
            if let Some(da) = da { $o::pull(&$a, &$c, dy, da); }
        }
    };
    (@pull $a:ident $c:ident $o:ident $A:ident ()) => {
        move |dy: &$o::Y, a: Option<&$A>, _: (), da: Option<&mut $A>, _: Off| {
            if let Some(da) = da { $o::pull(again(a), &$c, dy, da); }
        }
    };
}
with! {
    Active ByValue A, keeps (own);
    ActiveRef ByRef &A, keeps ();
}
