//! Operations of three operands.

use super::{Apply, Three, along};
use crate::function::{Active, ActiveRef, again};
use crate::operator::{ByRef, ByValue};
use crate::{Differentiable, Function3, Pullback3, TangentFunction3};

/// Operations of three operands, each by value or by reference; what comes by value is kept.
macro_rules! three {
    ($(($pa:ident $ma:ident $oa:ty, $aa:ty, $pb:ident $mb:ident $ob:ty, $ab:ty, $pc:ident $mc:ident $oc:ty, $ac:ty)
        |$a:ident, $b:ident, $c:ident| $of:expr, |$ra:ident, $rb:ident, $rc:ident| $again:expr;)*) => {$(
        impl<O, A, B, C> Function3<$pa<A>, $pb<B>, $pc<C>, O::Y> for Apply<O, ($ma, $mb, $mc), (A, B, C)>
        where
            O: Three<A, B, C> + 'static,
            A: Differentiable + 'static,
            B: Differentiable + 'static,
            C: Differentiable + 'static,
        {
            #[inline]
            fn __value(&self, $a: $oa, $b: $ob, $c: $oc) -> O::Y {
                let (a, b, c) = $of;
                O::value(a, b, c)
            }
            #[inline]
            fn __forward(
                &self,
                $a: $oa,
                $b: $ob,
                $c: $oc,
            ) -> (O::Y, impl Pullback3<$pa<A>, $pb<B>, $pc<C>, O::Y> + use<O, A, B, C>) {
                let y = {
                    let (a, b, c) = $of;
                    O::value(a, b, c)
                };
                let pull = move |dy: &O::Y,
                                 $ra: $aa,
                                 $rb: $ab,
                                 $rc: $ac,
                                 da: Option<&mut A>,
                                 db: Option<&mut B>,
                                 dc: Option<&mut C>| {
                    O::pull($again, dy, (da, db, dc));
                };
                (y, pull)
            }
        }
        impl<O, A, B, C> TangentFunction3<$pa<A>, $pb<B>, $pc<C>, O::Y> for Apply<O, ($ma, $mb, $mc), (A, B, C)>
        where
            O: Three<A, B, C> + 'static,
            A: Differentiable + 'static,
            B: Differentiable + 'static,
            C: Differentiable + 'static,
        {
            #[inline]
            fn __tangent(
                &self,
                $a: $oa,
                $b: $ob,
                $c: $oc,
                ta: Option<&A>,
                tb: Option<&B>,
                tc: Option<&C>,
            ) -> (O::Y, O::Y) {
                let (a, b, c) = $of;
                let t = (&along(a, ta), &along(b, tb), &along(c, tc));
                (O::value(a, b, c), O::push((a, b, c), t))
            }
        }
    )*};
}
three! {
    (Active ByValue A, (), Active ByValue B, (), Active ByValue C, ())
        |a, b, c| (&a, &b, &c), |_ra, _rb, _rc| (&a, &b, &c);
    (ActiveRef ByRef &A, Option<&A>, Active ByValue B, (), Active ByValue C, ())
        |a, b, c| (a, &b, &c), |ra, _rb, _rc| (again(ra), &b, &c);
    (ActiveRef ByRef &A, Option<&A>, ActiveRef ByRef &B, Option<&B>, Active ByValue C, ())
        |a, b, c| (a, b, &c), |ra, rb, _rc| (again(ra), again(rb), &c);
    (Active ByValue A, (), ActiveRef ByRef &B, Option<&B>, Active ByValue C, ())
        |a, b, c| (&a, b, &c), |_ra, rb, _rc| (&a, again(rb), &c);
    (ActiveRef ByRef &A, Option<&A>, ActiveRef ByRef &B, Option<&B>, ActiveRef ByRef &C, Option<&C>)
        |a, b, c| (a, b, c), |ra, rb, rc| (again(ra), again(rb), again(rc));
}
