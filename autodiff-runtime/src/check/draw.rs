//! Points at random, the same ones in every run.

use super::entries::{Entries, Visitor};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::{Range, RangeInclusive};

/// How many elements a `Vec` gets if nobody says it.
const LENGTH: usize = 4;

/// A source of random numbers: SplitMix64 (Steele, Lea and Flood, 2014), which needs nothing but its seed. For test
/// points, not for secrets.
#[derive(Clone, Debug)]
pub struct Draw {
    state: u64,
}

impl Draw {
    /// What is drawn depends on the seed only.
    pub fn new(seed: u64) -> Draw {
        Draw { state: seed }
    }

    /// Sixty-four random bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 up to 1.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A value from a domain: all of its floats from a range, or as the [`Domain`] says.
    ///
    /// ```
    /// use autodiff_runtime::check::{Domain, Draw};
    /// let mut draw = Draw::new(1);
    /// let x: f64 = draw.value(0.5..2.0);
    /// let rows: Vec<[f64; 2]> = draw.value(Domain::repeat(-1.0..1.0, 10));
    /// assert!((0.5..2.0).contains(&x) && rows.len() == 10);
    /// ```
    ///
    /// # Panics
    ///
    /// If the domain does not have the form of the value.
    #[track_caller]
    pub fn value<T: Drawn>(&mut self, domain: impl Into<Domain>) -> T {
        T::drawn(self, &domain.into())
    }

    /// The value `shape` with every float in it from a range: for structs, whose lengths a value says best.
    pub fn like<T: Entries>(&mut self, mut shape: T, domain: Range<f64>) -> T {
        Visitor::run(&mut shape, &mut |_, mut float| {
            float.set(domain.start + (domain.end - domain.start) * self.unit());
        });
        shape
    }
}

/// So many points, each made by `make`, the same ones in every run.
///
/// ```
/// use autodiff_runtime::check::{Domain, random};
/// let points = random(20, |draw| {
///     let weights: Vec<f64> = draw.value(Domain::repeat(-1.0..1.0, 10));
///     let bias: f64 = draw.value(0.1..2.0);
///     (weights, bias)
/// });
/// assert_eq!(points.count(), 20);
/// ```
pub fn random<A>(points: usize, mut make: impl FnMut(&mut Draw) -> A) -> impl Iterator<Item = A> {
    let mut draw = Draw::new(0);
    (0..points).map(move |_| make(&mut draw))
}

/// What values are drawn from: a range for all of their numbers, or domains for their parts.
#[derive(Clone, Debug)]
pub struct Domain(Form);

#[derive(Clone, Debug)]
enum Form {
    Range { from: f64, to: f64, inclusive: bool },
    Repeat(Box<Domain>, usize),
    Each(Vec<Domain>),
}

impl Domain {
    /// Arrays, slices and `Vec`s of so many elements, each from the same domain.
    pub fn repeat(element: impl Into<Domain>, length: usize) -> Domain {
        Domain(Form::Repeat(Box::new(element.into()), length))
    }

    /// Arrays, slices, `Vec`s and tuples with a domain for each part.
    pub fn each(parts: impl IntoIterator<Item = Domain>) -> Domain {
        Domain(Form::Each(parts.into_iter().collect()))
    }

    #[track_caller]
    fn range(from: f64, to: f64, inclusive: bool) -> Domain {
        assert!(from < to || inclusive && from == to, "nothing is in the range from {from} to {to}");
        Domain(Form::Range { from, to, inclusive })
    }

    #[track_caller]
    fn number(&self, draw: &mut Draw) -> f64 {
        match self.0 {
            Form::Range { from, to, .. } => from + (to - from) * draw.unit(),
            _ => panic!("a number is drawn from a range, and not from a list"),
        }
    }

    #[track_caller]
    fn integer(&self, draw: &mut Draw) -> i64 {
        match self.0 {
            Form::Range { from, to, inclusive } => {
                let (from, to) = (from as i64, to as i64 + i64::from(inclusive));
                from + (draw.bits() % (to - from).max(1) as u64) as i64
            }
            _ => panic!("a number is drawn from a range, and not from a list"),
        }
    }

    /// The domain of one of the elements of a value that has `length` of them, or a length to be chosen.
    #[track_caller]
    fn elements(&self, length: Option<usize>) -> Vec<&Domain> {
        let elements: Vec<&Domain> = match &self.0 {
            Form::Range { .. } => (0..length.unwrap_or(LENGTH)).map(|_| self).collect(),
            Form::Repeat(element, length) => (0..*length).map(|_| &**element).collect(),
            Form::Each(parts) => parts.iter().collect(),
        };
        if let Some(expected) = length {
            let found = elements.len();
            assert!(expected == found, "{expected} parts can't be drawn from a domain of {found}");
        }
        elements
    }
}

/// Where most functions are defined, logarithms and roots among them.
impl Default for Domain {
    fn default() -> Domain {
        (0.1..2.0).into()
    }
}

macro_rules! ranges {
    ($($t:ty)*) => {$(
        impl From<Range<$t>> for Domain {
            #[track_caller]
            fn from(range: Range<$t>) -> Domain {
                Domain::range(range.start as f64, range.end as f64, false)
            }
        }
        impl From<RangeInclusive<$t>> for Domain {
            #[track_caller]
            fn from(range: RangeInclusive<$t>) -> Domain {
                Domain::range(*range.start() as f64, *range.end() as f64, true)
            }
        }
    )*};
}
ranges!(f32 f64 i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

/// A value that can be drawn at random.
#[diagnostic::on_unimplemented(
    message = "a value of the type `{Self}` can't be drawn at random",
    note = "floats, integers and `bool`s can, and arrays, `Vec`s and tuples of them; give any other value: \
            `#[backprop(check(name = …))]`"
)]
pub trait Drawn {
    /// A value from the domain.
    #[doc(hidden)]
    fn drawn(draw: &mut Draw, domain: &Domain) -> Self;
}

macro_rules! drawn {
    ($method:ident: $($t:ty)*) => {$(
        impl Drawn for $t {
            #[track_caller]
            fn drawn(draw: &mut Draw, domain: &Domain) -> $t {
                domain.$method(draw) as $t
            }
        }
    )*};
}
drawn!(number: f32 f64);
drawn!(integer: i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

impl Drawn for bool {
    fn drawn(draw: &mut Draw, _: &Domain) -> bool {
        draw.bits() >> 63 == 1
    }
}

impl<T: Drawn, const N: usize> Drawn for [T; N] {
    #[track_caller]
    fn drawn(draw: &mut Draw, domain: &Domain) -> [T; N] {
        let elements = domain.elements(Some(N));
        core::array::from_fn(|i| T::drawn(draw, elements[i]))
    }
}

impl<T: Drawn> Drawn for Vec<T> {
    #[track_caller]
    fn drawn(draw: &mut Draw, domain: &Domain) -> Vec<T> {
        domain.elements(None).into_iter().map(|element| T::drawn(draw, element)).collect()
    }
}

macro_rules! tuples {
    ($n:literal: $($t:ident $i:tt),+) => {
        impl<$($t: Drawn),+> Drawn for ($($t,)+) {
            #[track_caller]
            fn drawn(draw: &mut Draw, domain: &Domain) -> Self {
                let parts = domain.elements(Some($n));
                ($($t::drawn(draw, parts[$i]),)+)
            }
        }
    };
}
tuples!(1: A 0);
tuples!(2: A 0, B 1);
tuples!(3: A 0, B 1, C 2);
tuples!(4: A 0, B 1, C 2, D 3);
tuples!(5: A 0, B 1, C 2, D 3, E 4);
tuples!(6: A 0, B 1, C 2, D 3, E 4, F 5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_that_of_splitmix() {
        // The first numbers of the reference implementation with the seed 1234567.
        let mut draw = Draw::new(1_234_567);
        assert_eq!([draw.bits(), draw.bits()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
    }

    #[test]
    fn values_are_in_their_domains() {
        let mut draw = Draw::new(3);
        for _ in 0..100 {
            assert!((-1.0..1.0).contains(&draw.value::<f32>(-1.0..1.0)));
            assert!((2..=4).contains(&draw.value::<usize>(2..=4)));
            let (n, rows): (i32, Vec<[f64; 2]>) =
                draw.value(Domain::each([(0..3).into(), Domain::repeat(0..1, 5)]));
            assert!((0..3).contains(&n) && rows.len() == 5);
            assert!(rows.as_flattened().iter().all(|x| (0.0..1.0).contains(x)));
        }
        let whole: Vec<f64> = draw.value(Domain::default());
        assert_eq!(whole.len(), LENGTH);
        let [small, large]: [f64; 2] = draw.value(Domain::each([(0.0..1.0).into(), (10.0..11.0).into()]));
        assert!(small < 1.0 && large >= 10.0);
        assert!(draw.like((0.0, [0.0f32; 3]), 5.0..6.0).1[2] >= 5.0);
    }

    #[test]
    fn every_run_draws_the_same() {
        let points = || random(3, |draw| draw.value::<f64>(0.0..1.0)).collect::<Vec<f64>>();
        assert_eq!(points(), points());
    }

    #[test]
    #[should_panic(expected = "3 parts can't be drawn from a domain of 2")]
    fn lengths_must_agree() {
        Draw::new(0).value::<[f64; 3]>(Domain::repeat(0.0..1.0, 2));
    }

    #[test]
    #[should_panic(expected = "nothing is in the range from 1 to 0")]
    fn empty_ranges_are_refused() {
        Draw::new(0).value::<f64>(1.0..0.0);
    }
}
