//! The floats in a value, and where in it each of them stands.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// A value that is made of floats: a point of a gradient check, a gradient, a result.
///
/// There is one method, which shows every float to a visitor, in a fixed order, and lets it change them. It is
/// implemented for `f32` and `f64`, and for arrays, slices, `Vec`s, `Box`es, tuples of up to sixteen and mutable
/// references of such values, and by `#[derive(Differentiable)]`; integers, `bool`, text and [`Fixed`] have no entries. For a struct
/// it is one line for each field:
///
/// ```
/// use autodiff_runtime::check::{Entries, Visitor};
///
/// struct Layer {
///     weights: Vec<[f64; 2]>,
///     bias: f64,
/// }
///
/// impl Entries for Layer {
///     fn visit(&mut self, visitor: &mut Visitor<'_>) {
///         visitor.field("weights", &mut self.weights);
///         visitor.field("bias", &mut self.bias);
///     }
/// }
///
/// let mut places = Vec::new();
/// let mut layer = Layer { weights: vec![[1.0, 2.0]], bias: 3.0 };
/// Visitor::run(&mut layer, &mut |place, float| places.push((place.to_string(), float.get())));
/// assert_eq!(places[1], (".weights[0][1]".to_string(), 2.0));
/// assert_eq!(places[2], (".bias".to_string(), 3.0));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be taken apart into floats",
    label = "a gradient check has to change each float of this `{Self}`",
    note = "points, gradients and results are made of floats, arrays, `Vec`s and tuples; points are owned, as a \
            float behind a shared reference can't be changed",
    note = "`backprop::check::Fixed(…)` makes any value a constant part of a point; a struct needs \
            `#[derive(Differentiable)]`, or an implementation of `Entries`"
)]
pub trait Entries {
    /// Shows each float to the visitor, always in the same order.
    fn visit(&mut self, visitor: &mut Visitor<'_>);
}

/// A part of a point that stays as it is: nothing in it counts as an entry.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fixed<T>(pub T);

/// A float in a value.
#[derive(Debug)]
pub enum Float<'f> {
    /// A single.
    F32(&'f mut f32),
    /// A double.
    F64(&'f mut f64),
}

impl Float<'_> {
    /// What it is.
    pub fn get(&self) -> f64 {
        match self {
            Float::F32(x) => f64::from(**x),
            Float::F64(x) => **x,
        }
    }

    /// Makes it the nearest float to `x`.
    pub fn set(&mut self, x: f64) {
        match self {
            Float::F32(float) => **float = x as f32,
            Float::F64(float) => **float = x,
        }
    }

    /// The distance from one to the next float.
    pub fn epsilon(&self) -> f64 {
        match self {
            Float::F32(_) => f64::from(f32::EPSILON),
            Float::F64(_) => f64::EPSILON,
        }
    }
}

/// One step into a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// An element of an array, slice or `Vec`.
    Index(usize),
    /// A part of a tuple.
    Part(usize),
    /// A field of a struct.
    Field(&'static str),
}

/// Where in a value a float stands: `[3][1]`, `.weights[2]`.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Place {
    steps: Vec<Step>,
}

impl Place {
    /// The steps that lead there.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The same with the parameters' names: of a tuple, each part has one; anything else has the first.
    pub(super) fn named(&self, names: &[String]) -> String {
        let (name, rest) = match &self.steps[..] {
            [Step::Part(i), rest @ ..] if *i < names.len() => (names.get(*i), rest),
            all => (names.first(), all),
        };
        let rest = Place { steps: rest.to_vec() };
        match name {
            Some(name) => alloc::format!("{name}{rest}"),
            None if rest.steps.is_empty() => "the argument".into(),
            None => alloc::format!("{rest}"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            match step {
                Step::Index(i) => write!(f, "[{i}]")?,
                Step::Part(i) => write!(f, ".{i}")?,
                Step::Field(name) => write!(f, ".{name}")?,
            }
        }
        Ok(())
    }
}

/// What is done to each float of a value, and how far into the value it has got.
pub struct Visitor<'v> {
    place: Place,
    see: &'v mut dyn FnMut(&Place, Float<'_>),
}

impl<'v> Visitor<'v> {
    /// Calls `see` with each float of the value.
    pub fn run<T: Entries + ?Sized>(value: &mut T, see: &'v mut dyn FnMut(&Place, Float<'_>)) {
        value.visit(&mut Visitor { place: Place::default(), see });
    }

    /// Visits a field of a struct.
    pub fn field<T: Entries + ?Sized>(&mut self, name: &'static str, value: &mut T) {
        self.step(Step::Field(name), value);
    }

    /// Visits an element.
    pub fn index<T: Entries + ?Sized>(&mut self, index: usize, value: &mut T) {
        self.step(Step::Index(index), value);
    }

    /// Visits a part of a tuple.
    pub fn part<T: Entries + ?Sized>(&mut self, part: usize, value: &mut T) {
        self.step(Step::Part(part), value);
    }

    fn step<T: Entries + ?Sized>(&mut self, step: Step, value: &mut T) {
        self.place.steps.push(step);
        value.visit(self);
        self.place.steps.pop();
    }

    /// Sees a float.
    pub fn float(&mut self, float: Float<'_>) {
        (self.see)(&self.place, float);
    }
}

impl Entries for f32 {
    fn visit(&mut self, visitor: &mut Visitor<'_>) {
        visitor.float(Float::F32(self));
    }
}

impl Entries for f64 {
    fn visit(&mut self, visitor: &mut Visitor<'_>) {
        visitor.float(Float::F64(self));
    }
}

impl<T: Entries> Entries for [T] {
    fn visit(&mut self, visitor: &mut Visitor<'_>) {
        for (i, element) in self.iter_mut().enumerate() {
            visitor.index(i, element);
        }
    }
}

impl<T: Entries, const N: usize> Entries for [T; N] {
    fn visit(&mut self, visitor: &mut Visitor<'_>) {
        self[..].visit(visitor);
    }
}

impl<T: Entries> Entries for Vec<T> {
    fn visit(&mut self, visitor: &mut Visitor<'_>) {
        self[..].visit(visitor);
    }
}

impl<T: Entries + ?Sized> Entries for Box<T> {
    fn visit(&mut self, visitor: &mut Visitor<'_>) {
        (**self).visit(visitor);
    }
}

impl<T: Entries + ?Sized> Entries for &mut T {
    fn visit(&mut self, visitor: &mut Visitor<'_>) {
        (**self).visit(visitor);
    }
}

impl<T> Entries for Fixed<T> {
    fn visit(&mut self, _: &mut Visitor<'_>) {}
}

macro_rules! without_entries {
    ($($t:ty)*) => {$(
        impl Entries for $t {
            fn visit(&mut self, _: &mut Visitor<'_>) {}
        }
    )*};
}
without_entries!(() bool char str String u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

macro_rules! tuples {
    ($($t:ident $i:tt),+) => {
        impl<$($t: Entries),+> Entries for ($($t,)+) {
            fn visit(&mut self, visitor: &mut Visitor<'_>) {
                $(visitor.part($i, &mut self.$i);)+
            }
        }
    };
}
crate::tuples::each_tuple!(tuples);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14, P 15);

/// All floats of a value, in their order.
pub(super) fn flat<T: Entries + ?Sized>(value: &mut T) -> Vec<f64> {
    let mut all = Vec::new();
    Visitor::run(value, &mut |_, float| all.push(float.get()));
    all
}

/// Sets the float of the given number; returns what it is then, which is rounded.
pub(super) fn set<T: Entries + ?Sized>(value: &mut T, number: usize, x: f64) -> f64 {
    let (mut i, mut rounded) = (0, x);
    Visitor::run(value, &mut |_, mut float| {
        if i == number {
            float.set(x);
            rounded = float.get();
        }
        i += 1;
    });
    rounded
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use alloc::vec;

    fn places(value: &mut impl Entries) -> Vec<String> {
        let mut all = Vec::new();
        Visitor::run(value, &mut |place, _| all.push(place.to_string()));
        all
    }

    #[test]
    fn places_say_where_a_float_stands() {
        let mut value = (vec![[1.0, 2.0]], 3.0f32, 7usize, Fixed(9.0), (true, Box::new(4.0)));
        assert_eq!(places(&mut value), [".0[0][0]", ".0[0][1]", ".1", ".4.1"]);
        assert_eq!(places(&mut 1.0), [""]);
        let mut rows = [1.0, 2.0];
        assert_eq!(places(&mut &mut rows[..]), ["[0]", "[1]"]);
    }

    #[test]
    fn names_stand_for_the_parts_of_a_tuple_or_the_whole() {
        let names = ["w".to_string(), "b".to_string()];
        let mut named = Vec::new();
        Visitor::run(&mut (vec![1.0, 2.0], 3.0), &mut |place, _| named.push(place.named(&names)));
        Visitor::run(&mut [1.0], &mut |place, _| named.push(place.named(&names)));
        Visitor::run(&mut 1.0, &mut |place, _| named.push(place.named(&[])));
        assert_eq!(named, ["w[0]", "w[1]", "b", "w[0]", "the argument"]);
    }

    #[test]
    fn floats_are_set_to_what_they_can_hold() {
        let mut value = ([1.0f32, 2.0], 3.0);
        assert_eq!(set(&mut value, 1, 0.1), f64::from(0.1f32));
        assert_eq!(set(&mut value, 2, 0.1), 0.1);
        assert_eq!(flat(&mut value), [1.0, f64::from(0.1f32), 0.1]);
    }
}
