//! Type parameters that are floats by a trait of one's own, which asks for one of those that are known.

use backprop::backprop;
use num_traits::Float;
use std::fmt::Debug;

trait Scalar: Float + Debug {}
impl<T: Float + Debug> Scalar for T {}

trait Halved: Scalar {
    fn half() -> Self;
}
impl Halved for f32 {
    fn half() -> f32 {
        0.5
    }
}
impl Halved for f64 {
    fn half() -> f64 {
        0.5
    }
}

mod elsewhere {
    pub trait Real2: num_traits::Float + Default {}
    impl Real2 for f64 {}
}
use elsewhere::Real2;

#[backprop(jvp)]
fn length<T: Scalar>(x: &[T]) -> T {
    assert!(!x.is_empty(), "{x:?}");
    x.iter().fold(T::zero(), |s, &v| s + v * v).sqrt()
}
case!(f64 double: length(slice x: 0.1..1.0 => vec![0.0; 4]));

#[backprop(jvp)]
fn halved<T>(x: T, y: T) -> T
where
    T: Halved,
{
    T::half() * x.sin() * y + length(&[x, y, T::half()]).max(T::half())
}
case!(f64 double: halved(by x: 0.1..1.0, by y: 0.1..1.0));

#[backprop(jvp)]
fn imported<F: Real2>(x: F) -> F {
    let z = F::default() + x;
    z.exp() * x
}
case!(f64 double: imported(by x: -1.0..1.0));

struct Line<T> {
    slope: T,
}

#[backprop]
impl<T: Scalar> Line<T> {
    fn at(&self, x: T) -> T {
        self.slope * x.powi(2)
    }
}

#[test]
fn in_a_block_and_at_f32() {
    assert_eq!(Line { slope: 2.0f32 }.at_grad(3.0), (18.0, 12.0));
    assert_eq!(halved_grad(0.0f32, 0.0), (0.5, (0.0, 0.0)));
}
