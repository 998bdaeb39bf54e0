//! The arguments of function-valued parameters, as types that say how each is passed and where its derivative goes.

use crate::Off;
use core::marker::PhantomData;

/// How one argument is passed, and how its derivative comes back.
pub trait Argument {
    /// What is passed.
    type Of<'a>
    where
        Self: 'a;
    /// What is passed to the reverse part once more.
    type Again<'a>
    where
        Self: 'a;
    /// Where the reverse part adds the derivative.
    type Slot<'a>
    where
        Self: 'a;
    /// Where the tangent part finds the tangent.
    type Direction<'a>
    where
        Self: 'a;
}

/// An argument by value, with a derivative that is written to a `D`.
#[derive(Debug)]
pub struct Active<T, D: ?Sized = T>(PhantomData<T>, PhantomData<D>);

impl<T, D: ?Sized> Argument for Active<T, D> {
    type Of<'a>
        = T
    where
        Self: 'a;
    type Again<'a>
        = ()
    where
        Self: 'a;
    type Slot<'a>
        = Option<&'a mut D>
    where
        Self: 'a;
    type Direction<'a>
        = Option<&'a D>
    where
        Self: 'a;
}

/// The argument `&T`, with a derivative that is written to a `D`.
#[derive(Debug)]
pub struct ActiveRef<T: ?Sized, D: ?Sized = T>(PhantomData<T>, PhantomData<D>);

impl<T: ?Sized, D: ?Sized> Argument for ActiveRef<T, D> {
    type Of<'a>
        = &'a T
    where
        Self: 'a;
    type Again<'a>
        = Option<&'a T>
    where
        Self: 'a;
    type Slot<'a>
        = Option<&'a mut D>
    where
        Self: 'a;
    type Direction<'a>
        = Option<&'a D>
    where
        Self: 'a;
}

/// The argument `&mut T`, whose contents have derivatives before and after: a `D` holds the one, and then the other.
#[derive(Debug)]
pub struct ActiveMut<T: ?Sized, D: ?Sized = T>(PhantomData<T>, PhantomData<D>);

impl<T: ?Sized, D: ?Sized> Argument for ActiveMut<T, D> {
    type Of<'a>
        = &'a mut T
    where
        Self: 'a;
    type Again<'a>
        = ()
    where
        Self: 'a;
    type Slot<'a>
        = Option<&'a mut D>
    where
        Self: 'a;
    type Direction<'a>
        = Option<&'a mut D>
    where
        Self: 'a;
}

/// An argument by value without a derivative.
#[derive(Debug)]
pub struct Constant<T>(PhantomData<T>);

impl<T> Argument for Constant<T> {
    type Of<'a>
        = T
    where
        Self: 'a;
    type Again<'a>
        = ()
    where
        Self: 'a;
    type Slot<'a>
        = Off
    where
        Self: 'a;
    type Direction<'a>
        = Off
    where
        Self: 'a;
}

/// The argument `&T` without a derivative.
#[derive(Debug)]
pub struct ConstantRef<T: ?Sized>(PhantomData<T>);

impl<T: ?Sized> Argument for ConstantRef<T> {
    type Of<'a>
        = &'a T
    where
        Self: 'a;
    type Again<'a>
        = Option<&'a T>
    where
        Self: 'a;
    type Slot<'a>
        = Off
    where
        Self: 'a;
    type Direction<'a>
        = Off
    where
        Self: 'a;
}

/// The argument `&mut T` without a derivative.
#[derive(Debug)]
pub struct ConstantMut<T: ?Sized>(PhantomData<T>);

impl<T: ?Sized> Argument for ConstantMut<T> {
    type Of<'a>
        = &'a mut T
    where
        Self: 'a;
    type Again<'a>
        = ()
    where
        Self: 'a;
    type Slot<'a>
        = Off
    where
        Self: 'a;
    type Direction<'a>
        = Off
    where
        Self: 'a;
}

/// What the reverse part reads of an argument that was passed by reference.
#[inline(always)]
pub fn again<T: ?Sized>(passed: Option<&T>) -> &T {
    match passed {
        Some(x) => x,
        None => unreachable!("a reference that the reverse part reads is passed again"),
    }
}
