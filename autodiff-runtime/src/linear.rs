//! Types of linear algebra, of the crates `glam`, `nalgebra` and `ndarray`, each behind a feature of its name.
//!
//! A parameter of such a type is marked `#[grad]`, as one of a struct of the user's is. In the body, its fields and
//! elements (`v.x`, `v[i]`, `m[(i, j)]`), and what is listed here, have derivatives; any other operation on an active
//! value is a compile error. A gradient is of the type itself: that of a rotation is the derivative with respect to
//! each number that it is stored as, as if all were independent, and no rotation.
//!
//! | | types | operations |
//! |---|---|---|
//! | `glam` | `Vec2` to `Vec4`, `Mat2` to `Mat4`, `Quat`, and `DVec2` … | `+ - * /` and their assignments, `-v`; `dot`, `cross`, `length`, `length_squared`, `distance`, `distance_squared`, `normalize`, `element_sum`, `perp`, `perp_dot`, `extend`, `truncate`; `transpose`, `determinant`, `inverse`, `mul_vec2` …; `conjugate`; `new`, `splat`, `from_array`, `from_cols`, `from_diagonal`, `from_cols_array`, `from_angle`, `from_rotation_x` …, `from_xyzw`, `from_axis_angle`, `from_scaled_axis` |
//! | `nalgebra` | `SMatrix`, `SVector`, `DMatrix`, `DVector`, `Vector3` …, `Rotation2`, `Rotation3`, `UnitQuaternion` | `+ - * /`, `-v`, `+= -=`, `*=` and `/=` of numbers, by value and by reference; `dot`, `cross`, `norm`, `norm_squared`, `magnitude`, `magnitude_squared`, `normalize`, `metric_distance`, `component_mul`, `component_div`, `scale`, `sum`, `trace`, `transpose`, `determinant`, `try_inverse`; `inverse`, `to_rotation_matrix`, `transform_vector`; `new`, `from_row_slice`, `from_column_slice`, `from_diagonal`, `repeat`, `from_element`, `from_scaled_axis`, `from_euler_angles` |
//! | `ndarray` | `Array1`, `Array2` | `+ - * /` and their assignments of arrays of one shape and numbers, `-a`; `dot`, `sum`; `from_vec` |
//!
//! Types are found by their names: those that are imported from one of the crates (`use nalgebra as na;` included).

// The operations are called as the crates call them, and there are as many impls as pairs of types.
#![allow(non_camel_case_types, clippy::op_ref)]

#[cfg(feature = "glam")]
pub mod glam;
#[cfg(feature = "nalgebra")]
pub mod nalgebra;
#[cfg(feature = "ndarray")]
pub mod ndarray;

use crate::function::{Active, ActiveMut, ActiveRef, again};
use crate::operator::operators::{AddAssign, DivAssign, MulAssign, SubAssign};
use crate::operator::{BinaryOperator, ByMut, ByRef, ByValue, UnaryOperator, operators};
use crate::{Differentiable, Function1, Function2, Function3, Pullback1, Pullback2, Pullback3};
use crate::{TangentFunction1, TangentFunction2, TangentFunction3};
use core::marker::PhantomData;

/// The methods that have derivatives.
pub mod methods {
    macro_rules! methods {
        ($($name:ident)*) => {$(
            #[doc = concat!("`a.", stringify!($name), "(…)`")]
            #[derive(Clone, Copy, Debug)]
            pub struct $name;
        )*};
    }
    methods! {
        dot cross length length_squared distance distance_squared normalize element_sum perp perp_dot extend truncate
        transpose determinant inverse mul_vec2 mul_vec3 mul_vec4 mul_quat conjugate norm norm_squared magnitude
        magnitude_squared metric_distance component_mul component_div scale sum trace try_inverse to_rotation_matrix
        transform_vector transform_point
    }
}

/// The functions of types that have derivatives.
pub mod functions {
    macro_rules! functions {
        ($($name:ident)*) => {$(
            #[doc = concat!("`Type::", stringify!($name), "(…)`")]
            #[derive(Clone, Copy, Debug)]
            pub struct $name<T>(core::marker::PhantomData<T>);
        )*};
    }
    functions! {
        new splat from_array from_cols from_diagonal from_cols_array from_cols_array_2d from_angle from_rotation_x
        from_rotation_y from_rotation_z from_xyzw from_axis_angle from_scaled_axis from_row_slice from_column_slice
        repeat from_element from_euler_angles from from_vec
    }
}

/// An operation of one operand.
pub trait One<A: ?Sized> {
    /// The result.
    type Y;
    /// The value.
    fn value(a: &A) -> Self::Y;
    /// Adds the derivative of the operand, from that of the result.
    fn pull(a: &A, dy: &Self::Y, da: &mut A);
    /// The derivative of the result along `t`.
    fn push(a: &A, t: &A) -> Self::Y;
}

/// An operation of two operands.
pub trait Two<A, B> {
    /// The result.
    type Y;
    /// The value.
    fn value(a: &A, b: &B) -> Self::Y;
    /// Adds the derivatives of the operands that have places for them.
    fn pull(a: &A, b: &B, dy: &Self::Y, da: Option<&mut A>, db: Option<&mut B>);
    /// The derivative of the result along both.
    fn push(a: &A, b: &B, ta: &A, tb: &B) -> Self::Y;
}

/// An operation of three operands.
pub trait Three<A, B, C> {
    /// The result.
    type Y;
    /// The value.
    fn value(a: &A, b: &B, c: &C) -> Self::Y;
    /// Adds the derivatives of the operands that have places for them.
    fn pull(abc: (&A, &B, &C), dy: &Self::Y, d: (Option<&mut A>, Option<&mut B>, Option<&mut C>));
    /// The derivative of the result along all.
    fn push(abc: (&A, &B, &C), t: (&A, &B, &C)) -> Self::Y;
}

/// The handle of an operation `O` on operands `A`, which are passed as `P` says.
#[derive(Debug)]
pub struct Apply<O, P, A: ?Sized>(PhantomData<(O, P)>, PhantomData<A>);

impl<O, P, A: ?Sized> Apply<O, P, A> {
    const NEW: Self = Apply(PhantomData, PhantomData);
}

#[diagnostic::do_not_recommend]
impl<O: One<A>, P, A: ?Sized> UnaryOperator<O, P> for A {
    type Handle = Apply<O, P, A>;
    const HANDLE: Apply<O, P, A> = Apply::NEW;
}

#[diagnostic::do_not_recommend]
impl<O: Two<A, B>, P, Q, A, B> BinaryOperator<O, P, Q, B> for A {
    type Handle = Apply<O, (P, Q), (A, B)>;
    const HANDLE: Apply<O, (P, Q), (A, B)> = Apply::NEW;
}

/// The handle of an operation of three operands.
#[inline(always)]
pub fn ternary<O: Three<A, B, C>, P, Q, R, A, B, C>(_: &A, _: &B, _: &C) -> Apply<O, (P, Q, R), (A, B, C)> {
    Apply::NEW
}

/// `a += b` is `a = a + b`.
pub trait Assigns {
    /// The operator.
    type Sign;
}

macro_rules! assigns {
    ($($name:ident $sign:ident)*) => {$(
        impl Assigns for $name {
            type Sign = operators::$sign;
        }
        impl<A, B> Two<A, B> for $name
        where
            operators::$sign: Two<A, B, Y = A>,
        {
            type Y = A;
            #[inline]
            fn value(a: &A, b: &B) -> A {
                <operators::$sign as Two<A, B>>::value(a, b)
            }
            #[inline]
            fn pull(a: &A, b: &B, dy: &A, da: Option<&mut A>, db: Option<&mut B>) {
                <operators::$sign as Two<A, B>>::pull(a, b, dy, da, db)
            }
            #[inline]
            fn push(a: &A, b: &B, ta: &A, tb: &B) -> A {
                <operators::$sign as Two<A, B>>::push(a, b, ta, tb)
            }
        }
    )*};
}
assigns!(AddAssign Add SubAssign Sub MulAssign Mul DivAssign Div);

impl<O: One<A> + 'static, A: Differentiable + 'static> Function1<Active<A>, O::Y> for Apply<O, ByValue, A> {
    #[inline]
    fn __value(&self, a: A) -> O::Y {
        O::value(&a)
    }
    #[inline]
    fn __forward(&self, a: A) -> (O::Y, impl Pullback1<Active<A>, O::Y> + use<O, A>) {
        let y = O::value(&a);
        (y, move |dy: &O::Y, _: (), da: Option<&mut A>| {
            if let Some(da) = da {
                O::pull(&a, dy, da);
            }
        })
    }
}

impl<O: One<A> + 'static, A: Differentiable + 'static> TangentFunction1<Active<A>, O::Y>
    for Apply<O, ByValue, A>
{
    #[inline]
    fn __tangent(&self, a: A, t: Option<&A>) -> (O::Y, O::Y) {
        let y = O::value(&a);
        (y, O::push(&a, &along(&a, t)))
    }
}

impl<O: One<A> + 'static, A: ?Sized + 'static> Function1<ActiveRef<A>, O::Y> for Apply<O, ByRef, A> {
    #[inline]
    fn __value(&self, a: &A) -> O::Y {
        O::value(a)
    }
    #[inline]
    fn __forward(&self, a: &A) -> (O::Y, impl Pullback1<ActiveRef<A>, O::Y> + use<O, A>) {
        (O::value(a), |dy: &O::Y, a: Option<&A>, da: Option<&mut A>| {
            if let Some(da) = da {
                O::pull(again(a), dy, da);
            }
        })
    }
}

impl<O, A: ?Sized + 'static> TangentFunction1<ActiveRef<A>, O::Y> for Apply<O, ByRef, A>
where
    O: One<A, Y: Differentiable> + 'static,
{
    #[inline]
    fn __tangent(&self, a: &A, t: Option<&A>) -> (O::Y, O::Y) {
        let y = O::value(a);
        let along = match t {
            Some(t) => O::push(a, t),
            None => crate::zero_like(&y),
        };
        (y, along)
    }
}

/// A tangent; zero, where there is none.
#[inline]
fn along<A: Differentiable>(a: &A, t: Option<&A>) -> A {
    let mut own = crate::zero_like(a);
    if let Some(t) = t {
        crate::add_to(&mut own, t);
    }
    own
}

/// Operations of two operands, each by value or by reference; what comes by value is kept.
macro_rules! two {
    ($(($pa:ident $ma:ident $oa:ty, $pb:ident $mb:ident $ob:ty) keeps ($($ka:ident)?) ($($kb:ident)?))*) => {$(
        impl<O: Two<A, B> + 'static, A: Differentiable + 'static, B: Differentiable + 'static>
            Function2<$pa<A>, $pb<B>, O::Y> for Apply<O, ($ma, $mb), (A, B)>
        {
            #[inline]
            fn __value(&self, a: $oa, b: $ob) -> O::Y {
                O::value(two!(@of a $($ka)?), two!(@of b $($kb)?))
            }
            #[inline]
            fn __forward(&self, a: $oa, b: $ob) -> (O::Y, impl Pullback2<$pa<A>, $pb<B>, O::Y> + use<O, A, B>) {
                let y = O::value(two!(@of a $($ka)?), two!(@of b $($kb)?));
                (y, two!(@pull a b O A B ($($ka)?) ($($kb)?)))
            }
        }
        impl<O: Two<A, B> + 'static, A: Differentiable + 'static, B: Differentiable + 'static>
            TangentFunction2<$pa<A>, $pb<B>, O::Y> for Apply<O, ($ma, $mb), (A, B)>
        {
            #[inline]
            fn __tangent(&self, a: $oa, b: $ob, ta: Option<&A>, tb: Option<&B>) -> (O::Y, O::Y) {
                let (a, b) = (two!(@of a $($ka)?), two!(@of b $($kb)?));
                (O::value(a, b), O::push(a, b, &along(a, ta), &along(b, tb)))
            }
        }
    )*};
    (@of $x:ident own) => { &$x };
    (@of $x:ident) => { $x };
    (@pull $a:ident $b:ident $o:ident $A:ident $B:ident (own) (own)) => {
        move |dy: &$o::Y, _: (), _: (), da: Option<&mut $A>, db: Option<&mut $B>| $o::pull(&$a, &$b, dy, da, db)
    };
    (@pull $a:ident $b:ident $o:ident $A:ident $B:ident (own) ()) => {
        move |dy: &$o::Y, _: (), b: Option<&$B>, da: Option<&mut $A>, db: Option<&mut $B>| {
            $o::pull(&$a, again(b), dy, da, db)
        }
    };
    (@pull $a:ident $b:ident $o:ident $A:ident $B:ident () (own)) => {
        move |dy: &$o::Y, a: Option<&$A>, _: (), da: Option<&mut $A>, db: Option<&mut $B>| {
            $o::pull(again(a), &$b, dy, da, db)
        }
    };
    (@pull $a:ident $b:ident $o:ident $A:ident $B:ident () ()) => {
        |dy: &$o::Y, a: Option<&$A>, b: Option<&$B>, da: Option<&mut $A>, db: Option<&mut $B>| {
            $o::pull(again(a), again(b), dy, da, db)
        }
    };
}
two! {
    (Active ByValue A, Active ByValue B) keeps (own) (own)
    (Active ByValue A, ActiveRef ByRef &B) keeps (own) ()
    (ActiveRef ByRef &A, Active ByValue B) keeps () (own)
    (ActiveRef ByRef &A, ActiveRef ByRef &B) keeps () ()
}

/// The derivative behind an assignment becomes that before it.
#[inline]
fn pull_assignment<O: Two<A, B, Y = A>, A: Differentiable + Clone, B>(
    a: &A,
    b: &B,
    d: Option<&mut A>,
    db: Option<&mut B>,
) {
    if let Some(d) = d {
        let dy = d.clone();
        crate::clear(d);
        O::pull(a, b, &dy, Some(d), db);
    }
}

macro_rules! assignments {
    ($($pb:ident $mb:ident $ob:ty, $of:expr, $again:ty;)*) => {$(
        impl<O, A, B> Function2<ActiveMut<A>, $pb<B>, ()> for Apply<O, (ByMut, $mb), (A, B)>
        where
            O: Assigns + Two<A, B, Y = A> + 'static,
            A: Differentiable + Clone + 'static,
            B: Differentiable + Clone + 'static,
        {
            #[inline]
            fn __value(&self, a: &mut A, b: $ob) {
                *a = O::value(a, $of(&b));
            }
            #[inline]
            fn __forward(&self, a: &mut A, b: $ob) -> ((), impl Pullback2<ActiveMut<A>, $pb<B>, ()> + use<O, A, B>) {
                let y = O::value(a, $of(&b));
                let a = core::mem::replace(a, y);
                let b = $of(&b).clone();
                ((), move |_: &(), _: (), _: $again, d: Option<&mut A>, db: Option<&mut B>| {
                    pull_assignment::<O, A, B>(&a, &b, d, db);
                })
            }
        }
        impl<O, A, B> TangentFunction2<ActiveMut<A>, $pb<B>, ()> for Apply<O, (ByMut, $mb), (A, B)>
        where
            O: Assigns + Two<A, B, Y = A> + 'static,
            A: Differentiable + Clone + 'static,
            B: Differentiable + Clone + 'static,
        {
            #[inline]
            fn __tangent(&self, a: &mut A, b: $ob, ta: Option<&mut A>, tb: Option<&B>) -> ((), ()) {
                if let Some(ta) = ta {
                    *ta = O::push(a, $of(&b), ta, &along($of(&b), tb));
                }
                *a = O::value(a, $of(&b));
                ((), ())
            }
        }
    )*};
}
assignments! {
    Active ByValue B, core::convert::identity::<&B>, ();
    ActiveRef ByRef &B, behind::<B>, Option<&B>;
}

#[inline(always)]
fn behind<'b, B>(b: &&'b B) -> &'b B {
    b
}

impl<O, A, B, C> Function3<Active<A>, Active<B>, Active<C>, O::Y>
    for Apply<O, (ByValue, ByValue, ByValue), (A, B, C)>
where
    O: Three<A, B, C> + 'static,
    A: Differentiable + 'static,
    B: Differentiable + 'static,
    C: Differentiable + 'static,
{
    #[inline]
    fn __value(&self, a: A, b: B, c: C) -> O::Y {
        O::value(&a, &b, &c)
    }
    #[inline]
    fn __forward(
        &self,
        a: A,
        b: B,
        c: C,
    ) -> (O::Y, impl Pullback3<Active<A>, Active<B>, Active<C>, O::Y> + use<O, A, B, C>) {
        let y = O::value(&a, &b, &c);
        let pull = move |dy: &O::Y,
                         _: (),
                         _: (),
                         _: (),
                         da: Option<&mut A>,
                         db: Option<&mut B>,
                         dc: Option<&mut C>| {
            O::pull((&a, &b, &c), dy, (da, db, dc));
        };
        (y, pull)
    }
}

impl<O, A, B, C> TangentFunction3<Active<A>, Active<B>, Active<C>, O::Y>
    for Apply<O, (ByValue, ByValue, ByValue), (A, B, C)>
where
    O: Three<A, B, C> + 'static,
    A: Differentiable + 'static,
    B: Differentiable + 'static,
    C: Differentiable + 'static,
{
    #[inline]
    fn __tangent(&self, a: A, b: B, c: C, ta: Option<&A>, tb: Option<&B>, tc: Option<&C>) -> (O::Y, O::Y) {
        let t = (&along(&a, ta), &along(&b, tb), &along(&c, tc));
        let y = O::value(&a, &b, &c);
        (y, O::push((&a, &b, &c), t))
    }
}

/// `One`, `Two` and `Three` of given types: the value, what is added to each operand's derivative, and the tangent.
#[cfg(any(feature = "glam", feature = "nalgebra", feature = "ndarray"))]
macro_rules! rule {
    ($(@[$($g:tt)*])? $op:ty: ($a:ident: $A:ty) -> $Y:ty $(where [$($w:tt)*])?
        = $value:expr; |$dy:ident| $da:expr; |$ta:ident| $t:expr) => {
        impl $(<$($g)*>)? $crate::linear::One<$A> for $op $(where $($w)*)? {
            type Y = $Y;
            #[inline]
            fn value($a: &$A) -> $Y { $value }
            #[inline]
            #[allow(unused_variables)]
            fn pull($a: &$A, $dy: &$Y, d: &mut $A) { $crate::add_to(d, &$da); }
            #[inline]
            #[allow(unused_variables)]
            fn push($a: &$A, $ta: &$A) -> $Y { $t }
        }
    };
    ($(@[$($g:tt)*])? $op:ty: ($a:ident: $A:ty, $b:ident: $B:ty) -> $Y:ty $(where [$($w:tt)*])?
        = $value:expr; |$dy:ident| $da:expr, $db:expr; |$ta:ident, $tb:ident| $t:expr) => {
        impl $(<$($g)*>)? $crate::linear::Two<$A, $B> for $op $(where $($w)*)? {
            type Y = $Y;
            #[inline]
            fn value($a: &$A, $b: &$B) -> $Y { $value }
            #[inline]
            #[allow(unused_variables)]
            fn pull($a: &$A, $b: &$B, $dy: &$Y, d_a: Option<&mut $A>, d_b: Option<&mut $B>) {
                if let Some(d) = d_a { $crate::add_to(d, &$da); }
                if let Some(d) = d_b { $crate::add_to(d, &$db); }
            }
            #[inline]
            #[allow(unused_variables)]
            fn push($a: &$A, $b: &$B, $ta: &$A, $tb: &$B) -> $Y { $t }
        }
    };
}
#[cfg(any(feature = "glam", feature = "nalgebra", feature = "ndarray"))]
use rule;
