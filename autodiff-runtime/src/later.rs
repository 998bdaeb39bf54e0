//! A struct that gets its value later, on each way to where it is read.

use crate::{Diff, Difference, Tangent};
use core::ops::{Deref, DerefMut};

/// A variable that is declared before it has a value. That each way to where it is read assigns to it first is for the
/// compiler to see to; rustc can't follow it where ways are told apart by a code.
#[derive(Clone, Debug)]
pub struct Later<T> {
    __value: Option<T>,
}

impl<T> Later<T> {
    /// Without a value yet.
    #[inline(always)]
    pub const fn new() -> Later<T> {
        Later { __value: None }
    }

    /// Gives it a value.
    #[inline(always)]
    pub fn set(this: &mut Later<T>, value: T) {
        this.__value = Some(value);
    }

    /// Exchanges it with what has a value. Where it has none, it gets the other's, which nobody looks at again.
    #[inline]
    pub fn exchange(this: &mut Later<T>, other: &mut T)
    where
        T: Clone,
    {
        match &mut this.__value {
            Some(value) => core::mem::swap(value, other),
            None => this.__value = Some(other.clone()),
        }
    }

    /// The same of derivatives, of which one without a value is zero.
    #[inline]
    pub fn exchange_sums(this: &mut Later<T>, other: &mut T)
    where
        T: Tangent + Clone,
    {
        match &mut this.__value {
            Some(value) => core::mem::swap(value, other),
            None => {
                this.__value = Some(other.clone());
                other.__clear();
            }
        }
    }

    /// `this += d`, of derivatives: one without a value is zero.
    #[inline]
    #[track_caller]
    pub fn add(this: &mut Later<T>, d: &T)
    where
        T: Tangent + Clone,
    {
        match &mut this.__value {
            Some(value) => value.__add(d),
            None => this.__value = Some(d.clone()),
        }
    }

    /// `d += this`, of derivatives: one without a value is zero.
    #[inline]
    #[track_caller]
    pub fn add_to(d: &mut T, this: &Later<T>)
    where
        T: Tangent,
    {
        if let Some(value) = &this.__value {
            d.__add(value);
        }
    }

    /// What it is at last.
    #[inline(always)]
    pub fn take(this: Later<T>) -> T {
        match this.__value {
            Some(value) => value,
            None => unreachable!("a struct is read before it has a value"),
        }
    }
}

impl<T> Default for Later<T> {
    fn default() -> Later<T> {
        Later::new()
    }
}

impl<T> Deref for Later<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        match &self.__value {
            Some(value) => value,
            None => unreachable!("a struct is read before it has a value"),
        }
    }
}

impl<T> DerefMut for Later<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        match &mut self.__value {
            Some(value) => value,
            None => unreachable!("a struct is written to before it has a value"),
        }
    }
}

/// Without a value, there is nothing whose derivative could be asked for.
impl<T: Diff> Diff for Later<T>
where
    T::Tan: Clone,
{
    type Tan = Later<T::Tan>;
    #[inline]
    fn __zero_like(&self) -> Self::Tan {
        Later { __value: self.__value.as_ref().map(T::__zero_like) }
    }
}

impl<D: Tangent + Clone> Tangent for Later<D> {
    #[inline]
    #[track_caller]
    fn __add(&mut self, v: &Self) {
        if let Some(v) = &v.__value {
            Later::add(self, v);
        }
    }
    #[inline]
    fn __clear(&mut self) {
        if let Some(d) = &mut self.__value {
            d.__clear();
        }
    }
    #[inline]
    fn __differs(&self, v: &Self) -> Option<Difference> {
        self.__value.as_ref()?.__differs(v.__value.as_ref()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derivative_without_a_value_is_zero() {
        let (mut sum, mut none) = (1.5, Later::new());
        Later::add_to(&mut sum, &none);
        assert_eq!(sum, 1.5);
        Later::exchange_sums(&mut none, &mut sum);
        assert_eq!((*none, sum), (1.5, 0.0));
        Later::exchange_sums(&mut none, &mut sum);
        assert_eq!((*none, sum), (0.0, 1.5));
        let mut set = Later::new();
        Later::add(&mut set, &2.0);
        Later::add(&mut set, &0.5);
        set.__add(&Later::new());
        assert_eq!(Later::take(set.clone()), 2.5);
        let mut none = Later::<f64>::new();
        none.__add(&set);
        assert_eq!(*none, 2.5);
    }

    #[test]
    fn what_is_there_is_exchanged() {
        let (mut none, mut value) = (Later::new(), 2.0);
        Later::exchange(&mut none, &mut value);
        assert_eq!((*none, value), (2.0, 2.0));
        value = 3.0;
        Later::exchange(&mut none, &mut value);
        assert_eq!((*none, value), (3.0, 2.0));
    }
}
