//! Cross entropies: of probabilities or of logits, with a class or with probabilities as the target.

use super::handle::{Again, Copyable, Given, Held, Kept, Pair, Way, zeros};
use super::real::Real;
use super::reduce::log_of_row;
use super::shape::{Operand, Same, Shape};
use super::walk::{check_same, row, row_mut};
use super::{Owned, RealOf};

/// What the answer should have been: the number of a class (`usize`), or a probability for each class, by reference.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no target of a cross entropy",
    label = "expected the number of a class, or a reference to a probability for each class"
)]
pub trait Labels {
    /// What is passed.
    type Of: ?Sized;
    /// A reference to it.
    fn labels(&self) -> &Self::Of;
}
impl Labels for usize {
    type Of = usize;
    #[inline(always)]
    fn labels(&self) -> &usize {
        self
    }
}
impl<S: Shape + ?Sized> Labels for &S {
    type Of = S;
    #[inline(always)]
    fn labels(&self) -> &S {
        self
    }
}

/// The answers that a cross entropy judges: a vector.
#[diagnostic::on_unimplemented(
    message = "a cross entropy judges one vector of answers at a time, and `{Self}` is none",
    label = "expected a reference to an array, a slice or a `Vec` of floats",
    note = "of a batch, sum over the rows: `for i in 0..z.len() {{ loss += softmax_cross_entropy(&z[i], &t[i]); }}`"
)]
pub trait Answers: Shape {}
// Of a batch it is not to be said that its rows are no floats, but what to do with it.
#[diagnostic::do_not_recommend]
impl<T: Real, const N: usize> Answers for [T; N] {}
#[cfg(feature = "alloc")]
#[diagnostic::do_not_recommend]
impl<T: Real> Answers for [T] {}
#[cfg(feature = "alloc")]
#[diagnostic::do_not_recommend]
impl<T: Real> Answers for alloc::vec::Vec<T> {}

/// A target for answers of the shape `A`, a vector.
#[diagnostic::on_unimplemented(
    message = "a target of the shape `{Self}` does not fit answers of the shape `{A}`",
    label = "expected the number of a class, or probabilities of the shape `{A}`"
)]
pub trait Target<A: Shape + ?Sized>: Copyable {
    /// Where derivatives with respect to it are added.
    type Adjoint: ?Sized;
    /// What is left of it for the reverse sweep.
    type Kept: Copy;
    /// See [`Target::Kept`].
    fn keep(&self) -> Self::Kept;
    /// What was kept, or passed again.
    fn again<'a>(kept: &'a Self::Kept, passed: Option<&'a Self>) -> &'a Self;
    /// Checks that it fits the answers of `function`.
    fn check(&self, function: &str, answers: &A);
    /// Calls `f` with the number and the probability of each class whose probability is not zero.
    fn each(&self, f: &mut impl FnMut(usize, A::Real));
    /// Adds derivatives with respect to the probabilities.
    fn add(d: &mut Self::Adjoint, derivative: impl Fn(usize) -> A::Real);
    /// The sum of the probabilities along a direction, each times a factor.
    fn along(t: &Self::Adjoint, factor: impl Fn(usize) -> A::Real) -> A::Real;
}

impl<A: Shape + ?Sized> Target<A> for usize {
    type Adjoint = ();
    type Kept = usize;
    #[inline(always)]
    fn keep(&self) -> usize {
        *self
    }
    #[inline(always)]
    fn again<'a>(kept: &'a usize, _: Option<&'a usize>) -> &'a usize {
        kept
    }
    #[inline(always)]
    #[track_caller]
    fn check(&self, function: &str, answers: &A) {
        let classes = row(answers).len();
        if *self >= classes {
            no_such_class(function, *self, classes);
        }
    }
    #[inline(always)]
    fn each(&self, f: &mut impl FnMut(usize, A::Real)) {
        f(*self, A::Real::ONE);
    }
    #[inline(always)]
    fn add(_: &mut (), _: impl Fn(usize) -> A::Real) {}
    #[inline(always)]
    fn along(_: &(), _: impl Fn(usize) -> A::Real) -> A::Real {
        A::Real::ZERO
    }
}

impl<A, B> Target<A> for B
where
    A: Shape + Same<B> + ?Sized,
    B: Shape<Real = A::Real> + ?Sized,
{
    type Adjoint = B::Adjoint;
    type Kept = B::Kept;
    #[inline(always)]
    fn keep(&self) -> B::Kept {
        Shape::keep(self)
    }
    #[inline(always)]
    fn again<'a>(kept: &'a B::Kept, passed: Option<&'a B>) -> &'a B {
        <B as Shape>::again(kept, passed)
    }
    #[inline(always)]
    #[track_caller]
    fn check(&self, function: &str, answers: &A) {
        check_same(function, answers, self);
    }
    #[inline(always)]
    fn each(&self, f: &mut impl FnMut(usize, A::Real)) {
        for (i, p) in row(self).iter().enumerate() {
            if *p != A::Real::ZERO {
                f(i, *p);
            }
        }
    }
    #[inline(always)]
    fn add(d: &mut B::Adjoint, derivative: impl Fn(usize) -> A::Real) {
        row_mut(d).iter_mut().enumerate().for_each(|(i, d)| *d += derivative(i));
    }
    #[inline(always)]
    fn along(t: &B::Adjoint, factor: impl Fn(usize) -> A::Real) -> A::Real {
        row(t).iter().enumerate().fold(A::Real::ZERO, |sum, (i, t)| sum + *t * factor(i))
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn no_such_class(function: &str, class: usize, classes: usize) -> ! {
    panic!("`{function}`: there is no class {class} among {classes}")
}

/// A loss of one vector of answers, with a target.
trait Loss {
    /// The loss, and what the derivatives need beside the answers.
    fn value<A: Shape + ?Sized, B: Target<A> + ?Sized>(answers: &A, target: &B) -> (A::Real, A::Real);
    /// Adds the derivative with respect to the answers, times `s`.
    fn add<A: Shape + ?Sized, B: Target<A> + ?Sized>(
        answers: &A,
        target: &B,
        by: A::Real,
        s: A::Real,
        d: &mut A::Adjoint,
    );
    /// The derivative with respect to the probability of one class.
    fn by_target<T: Real>(answer: T, by: T) -> T;
}

impl Loss for cross_entropy {
    #[inline(always)]
    fn value<A: Shape + ?Sized, B: Target<A> + ?Sized>(answers: &A, target: &B) -> (A::Real, A::Real) {
        let answers = row(answers);
        let mut sum = A::Real::ZERO;
        target.each(&mut |i, t| sum -= t * answers[i].ln());
        (sum, A::Real::ZERO)
    }
    #[inline(always)]
    fn add<A: Shape + ?Sized, B: Target<A> + ?Sized>(
        answers: &A,
        target: &B,
        _: A::Real,
        s: A::Real,
        d: &mut A::Adjoint,
    ) {
        let (answers, d) = (row(answers), row_mut(d));
        target.each(&mut |i, t| d[i] -= s * (t / answers[i]));
    }
    #[inline(always)]
    fn by_target<T: Real>(answer: T, _: T) -> T {
        -answer.ln()
    }
}

impl Loss for softmax_cross_entropy {
    #[inline(always)]
    fn value<A: Shape + ?Sized, B: Target<A> + ?Sized>(answers: &A, target: &B) -> (A::Real, A::Real) {
        let answers = row(answers);
        let log = log_of_row(answers);
        let mut sum = A::Real::ZERO;
        target.each(&mut |i, t| sum += t * (log - answers[i]));
        (sum, log)
    }
    #[inline(always)]
    fn add<A: Shape + ?Sized, B: Target<A> + ?Sized>(
        answers: &A,
        target: &B,
        log: A::Real,
        s: A::Real,
        d: &mut A::Adjoint,
    ) {
        let (answers, d) = (row(answers), row_mut(d));
        let mut total = A::Real::ZERO;
        target.each(&mut |_, t| total += t);
        d.iter_mut().zip(answers).for_each(|(d, z)| *d += s * (total * (*z - log).exp()));
        target.each(&mut |i, t| d[i] -= s * t);
    }
    #[inline(always)]
    fn by_target<T: Real>(answer: T, log: T) -> T {
        log - answer
    }
}

/// Declares a loss, with its handle and its companion.
macro_rules! losses {
    ($($(#[$doc:meta])* $name:ident($answers:ident), $grad:ident;)*) => {$(
        $(#[$doc])*
        #[inline]
        #[track_caller]
        pub fn $name<X: Operand<Shape: Answers>, L: Labels>($answers: X, target: L) -> RealOf<X>
        where
            L::Of: Target<X::Shape>,
        {
            target.labels().check(stringify!($name), $answers.shape());
            <$name as Loss>::value($answers.shape(), target.labels()).0
        }

        #[doc = concat!("The value of [`", stringify!($name), "()`] and its gradient with respect to `",
            stringify!($answers), "`; the target is a constant here.")]
        #[inline]
        #[track_caller]
        pub fn $grad<X: Operand<Shape: Answers>, L: Labels>($answers: X, target: L) -> (RealOf<X>, Owned<X>)
        where
            L::Of: Target<X::Shape>,
        {
            let (x, t) = ($answers.shape(), target.labels());
            t.check(stringify!($name), x);
            let (y, by) = <$name as Loss>::value(x, t);
            let mut d = zeros(x);
            <$name as Loss>::add(x, t, by, <RealOf<X> as Real>::ONE, <X::Shape as Shape>::adjoint(&mut d));
            (y, d)
        }

        $crate::ops::handle::handle_type!($name);

        impl $name {
            /// The forward part.
            #[doc(hidden)]
            #[inline]
            #[track_caller]
            #[allow(clippy::type_complexity)]
            pub fn __fwd<I, X: Operand<Shape: Answers>, L: Labels, W0, W1>(
                item: I,
                x: X,
                target: L,
            ) -> (RealOf<X>, Kept<Pair<X::Shape, L::Of>, KeptOf<X::Shape, W0, L::Of, W1>>)
            where
                W0: Way<X::Shape>,
                W1: Way<L::Of>,
                I: Fn(X, L) -> RealOf<X>,
                L::Of: Target<X::Shape>,
            {
                crate::check_generic_item(&item, &$name::<X, L>, stringify!($name));
                let (x, t) = (x.shape(), target.labels());
                t.check(stringify!($name), x);
                let (y, by) = <$name as Loss>::value(x, t);
                let kept = (by, <L::Of as Target<X::Shape>>::keep(t), Held::of(x), Held::of(t));
                (y, Kept(kept, core::marker::PhantomData))
            }

            /// The reverse part.
            #[doc(hidden)]
            #[inline]
            #[allow(clippy::type_complexity)]
            pub fn __rev<'s, A: Shape + ?Sized, B: Target<A> + ?Sized, R0: Again<A>, R1: Again<B>>(
                p: &Kept<Pair<A, B>, KeptOf<A, R0::Way, B, R1::Way>>,
                seed: impl Given<A::Real>,
                a0: R0,
                a1: R1,
                d0: impl crate::Slot<A::Adjoint> + 's,
                d1: impl crate::Slot<B::Adjoint> + 's,
            ) {
                let (by, kept, held_x, held_t) = &p.0;
                let (x, t) = (crate::again(held_x.get(a0)), B::again(kept, held_t.get(a1)));
                let s = *seed.given();
                if let Some(d) = d0.open() {
                    <$name as Loss>::add(x, t, *by, s, d);
                }
                if let Some(d) = d1.open() {
                    let x = row(x);
                    B::add(d, |i| s * <$name as Loss>::by_target(x[i], *by));
                }
            }

            /// The tangent part.
            #[doc(hidden)]
            #[inline]
            #[track_caller]
            pub fn __jvp<'s, X: Operand, L: Labels>(
                x: X,
                target: L,
                t0: impl crate::Direction<<X::Shape as Shape>::Adjoint> + 's,
                t1: impl crate::Direction<<L::Of as Target<X::Shape>>::Adjoint> + 's,
            ) -> (RealOf<X>, RealOf<X>)
            where
                L::Of: Target<X::Shape>,
            {
                let (x, t) = (x.shape(), target.labels());
                t.check(stringify!($name), x);
                let (y, by) = <$name as Loss>::value(x, t);
                let mut tangent = <RealOf<X> as Real>::ZERO;
                if let Some(along) = t0.along() {
                    let mut d = zeros(x);
                    <$name as Loss>::add(x, t, by, <RealOf<X> as Real>::ONE, <X::Shape as Shape>::adjoint(&mut d));
                    let products = row(&d).iter().zip(row(along));
                    tangent += products.fold(<RealOf<X> as Real>::ZERO, |sum, (d, t)| sum + *d * *t);
                }
                if let Some(along) = t1.along() {
                    let x = row(x);
                    tangent += L::Of::along(along, |i| <$name as Loss>::by_target(x[i], by));
                }
                (y, tangent)
            }
        }
    )*};
}

/// What the forward part of a loss keeps.
type KeptOf<A, W0, B, W1> = (<A as Shape>::Real, <B as Target<A>>::Kept, Held<A, W0>, Held<B, W1>);

losses! {
    /// The cross entropy `−Σ t ln p` of a vector of probabilities with a target: the number of a class, or a probability
    /// for each class. Classes whose target is 0 don't count, whatever their `p`. A batch is no vector, and a type error:
    /// whether its loss is a sum or a mean is for the caller to say.
    ///
    /// Of a softmax, [`softmax_cross_entropy()`] is faster and never infinite.
    ///
    /// # Panics
    ///
    /// If there is no such class, or if lengths that only run time knows differ.
    cross_entropy(probabilities), cross_entropy_grad;

    /// The cross entropy of `softmax(logits)`, a vector, with a target: the number of a class, or a probability for each class. Its
    /// gradient is `Σt · softmax(logits) − t`, which is `softmax(logits) − t` where the probabilities sum to 1, and is
    /// computed as that: finite at any finite logits.
    ///
    /// ```
    /// use autodiff_runtime::ops::{softmax_cross_entropy, softmax_cross_entropy_grad};
    /// assert_eq!(softmax_cross_entropy(&[1e4, -1e4], 1), 2e4);
    /// let (_, d_logits) = softmax_cross_entropy_grad(&[1e4, -1e4], &[0.0, 1.0]);
    /// assert_eq!(d_logits, [1.0, -1.0]);
    /// ```
    ///
    /// # Panics
    ///
    /// If there is no such class, or if lengths that only run time knows differ.
    softmax_cross_entropy(logits), softmax_cross_entropy_grad;
}
