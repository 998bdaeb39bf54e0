//! Operations as their rules: value, pull and push. Their handles are what calls of them go through.

use crate::function::{Active, ActiveMut, ActiveRef, again};
use crate::operator::operators::{AddAssign, DivAssign, MulAssign, SubAssign};
use crate::operator::{BinaryOperator, ByMut, ByRef, ByValue, UnaryOperator, operators};
use crate::{Differentiable, Function1, Function2, Pullback1, Pullback2, TangentFunction1, TangentFunction2};
use core::marker::PhantomData;

mod three;
mod with;

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
    /// The value where the operands are consumed or not: how an array is laid out in memory may hang on it, and on that
    /// the order of later sums.
    #[inline]
    fn value_by(a: &A, b: &B, _consumed: (bool, bool)) -> Self::Y {
        Self::value(a, b)
    }
    /// Panics where `a ∘= b` does, although `a ∘ b` doesn't.
    #[inline]
    fn check_assignment(_: &A, _: &B) {}
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

/// An operation of one operand and of something that has no derivative: an index, an axis.
pub trait With<A: ?Sized, C> {
    /// The result.
    type Y;
    /// The value.
    fn value(a: &A, c: &C) -> Self::Y;
    /// Adds the derivative of the operand, from that of the result.
    fn pull(a: &A, c: &C, dy: &Self::Y, da: &mut A);
    /// The derivative of the result along `t`.
    fn push(a: &A, c: &C, t: &A) -> Self::Y;
}

/// An operation whose value is an `Option`.
pub trait Maybe<A: ?Sized, B: ?Sized = ()> {
    /// Whether there is a value.
    fn is_there(a: &A, b: &B) -> bool;
}

/// Whether there is a value of the operation `O`.
#[inline(always)]
pub fn is_there<O: Maybe<A, B>, A: ?Sized, B: ?Sized>(a: &A, b: &B) -> bool {
    O::is_there(a, b)
}

/// A value of its own, of what passive code has: of a view, what is seen.
#[diagnostic::on_unimplemented(
    message = "#[backprop]: a constant of the type `{Self}` meets an active value",
    label = "derivatives flow through what is done with this constant",
    note = "why: what operations of this type have for derivatives is not known",
    note = "instead: a vector or matrix made of it before; of a factorisation, the inverse, or the factorisation of a \
            matrix that is marked `#[grad]`"
)]
pub trait Owned {
    /// Its type.
    type Own;
    /// The value.
    fn own(&self) -> Self::Own;
}

impl<T: Owned + ?Sized> Owned for &T {
    type Own = T::Own;
    #[inline]
    fn own(&self) -> T::Own {
        (**self).own()
    }
}

/// See [`Owned`].
#[inline]
pub fn owned<T: Owned + ?Sized>(x: &T) -> T::Own {
    x.own()
}

/// The handle of an operation `O` on operands `A`, which are passed as `P` says.
#[derive(Debug)]
pub struct Apply<O, P, A: ?Sized>(PhantomData<(O, P)>, PhantomData<A>);

impl<O, P, A: ?Sized> Apply<O, P, A> {
    const NEW: Self = Apply(PhantomData, PhantomData);
}

/// A type of linear algebra, or a number beside one. What is implemented for these alone is in nobody's way: a struct of the
/// user's, with whatever operators, is none of them.
pub trait Operand {}

impl Operand for f32 {}
impl Operand for f64 {}
impl<A: Operand> Operand for [A] {}
impl<A: Operand, const N: usize> Operand for [A; N] {}
#[cfg(feature = "alloc")]
impl<A: Operand> Operand for alloc::vec::Vec<A> {}

#[diagnostic::do_not_recommend]
impl<O: One<A>, P, A: Operand + ?Sized> UnaryOperator<O, P> for A {
    type Handle = Apply<O, P, A>;
    const HANDLE: Apply<O, P, A> = Apply::NEW;
}

#[diagnostic::do_not_recommend]
impl<O: Two<A, B>, P, Q, A: Operand, B> BinaryOperator<O, P, Q, B> for A {
    type Handle = Apply<O, (P, Q), (A, B)>;
    const HANDLE: Apply<O, (P, Q), (A, B)> = Apply::NEW;
}

/// The handle of an operation of three operands.
#[inline(always)]
pub fn ternary<O: Three<A, B, C>, P, Q, R, A, B, C>(_: &A, _: &B, _: &C) -> Apply<O, (P, Q, R), (A, B, C)> {
    Apply::NEW
}

/// The handle of an operation with something that has no derivative.
#[inline(always)]
pub fn with<O: With<A, C>, P, Q, A: ?Sized, C>(_: &A, _: &C) -> Apply<O, P, (Const<C>, PhantomData<A>)> {
    Apply::NEW
}

/// What has no derivative.
#[derive(Debug)]
pub struct Const<C>(PhantomData<C>);

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
                <operators::$sign as Two<A, B>>::check_assignment(a, b);
                <operators::$sign as Two<A, B>>::value_by(a, b, (true, false))
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
                O::value_by(two!(@of a $($ka)?), two!(@of b $($kb)?), (two!(@is $($ka)?), two!(@is $($kb)?)))
            }
            #[inline]
            fn __forward(&self, a: $oa, b: $ob) -> (O::Y, impl Pullback2<$pa<A>, $pb<B>, O::Y> + use<O, A, B>) {
                let y = O::value_by(two!(@of a $($ka)?), two!(@of b $($kb)?), (two!(@is $($ka)?), two!(@is $($kb)?)));
                (y, two!(@pull a b O A B ($($ka)?) ($($kb)?)))
            }
        }
        impl<O: Two<A, B> + 'static, A: Differentiable + 'static, B: Differentiable + 'static>
            TangentFunction2<$pa<A>, $pb<B>, O::Y> for Apply<O, ($ma, $mb), (A, B)>
        {
            #[inline]
            fn __tangent(&self, a: $oa, b: $ob, ta: Option<&A>, tb: Option<&B>) -> (O::Y, O::Y) {
                let (a, b) = (two!(@of a $($ka)?), two!(@of b $($kb)?));
                let y = O::value_by(a, b, (two!(@is $($ka)?), two!(@is $($kb)?)));
                (y, O::push(a, b, &along(a, ta), &along(b, tb)))
            }
        }
    )*};
    (@is own) => { true };
    (@is) => { false };
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
