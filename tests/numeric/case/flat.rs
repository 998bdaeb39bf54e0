//! Arguments, values and gradients as rows of `f64`s.

/// A value that is a row of floats in some shape.
pub trait Flat: Clone {
    /// Appends the floats.
    fn append_to(&self, row: &mut Vec<f64>);
    /// Takes the floats off the front of a row.
    fn take_from(&mut self, row: &mut std::slice::Iter<f64>);
}

/// The floats of a value, in order.
pub fn flat<T: Flat>(value: &T) -> Vec<f64> {
    let mut row = Vec::new();
    value.append_to(&mut row);
    row
}

/// A value of the same shape, of these floats.
pub fn refilled<T: Flat>(value: &T, row: &[f64]) -> T {
    let mut out = value.clone();
    let mut rest = row.iter();
    out.take_from(&mut rest);
    assert!(rest.len() == 0, "{} floats are left over", rest.len());
    out
}

impl Flat for f64 {
    fn append_to(&self, row: &mut Vec<f64>) {
        row.push(*self);
    }
    fn take_from(&mut self, row: &mut std::slice::Iter<f64>) {
        *self = *row.next().expect("the row is long enough");
    }
}

impl Flat for f32 {
    fn append_to(&self, row: &mut Vec<f64>) {
        row.push(f64::from(*self));
    }
    fn take_from(&mut self, row: &mut std::slice::Iter<f64>) {
        *self = *row.next().expect("the row is long enough") as f32;
    }
}

impl<T: Flat, const N: usize> Flat for [T; N] {
    fn append_to(&self, row: &mut Vec<f64>) {
        self.iter().for_each(|x| x.append_to(row));
    }
    fn take_from(&mut self, row: &mut std::slice::Iter<f64>) {
        self.iter_mut().for_each(|x| x.take_from(row));
    }
}

impl<T: Flat> Flat for Vec<T> {
    fn append_to(&self, row: &mut Vec<f64>) {
        self.iter().for_each(|x| x.append_to(row));
    }
    fn take_from(&mut self, row: &mut std::slice::Iter<f64>) {
        self.iter_mut().for_each(|x| x.take_from(row));
    }
}

macro_rules! tuples {
    ($($T:ident $i:tt),*) => {
        impl<$($T: Flat),*> Flat for ($($T,)*) {
            fn append_to(&self, row: &mut Vec<f64>) {
                $( self.$i.append_to(row); )*
            }
            fn take_from(&mut self, row: &mut std::slice::Iter<f64>) {
                $( self.$i.take_from(row); )*
            }
        }
    };
}
tuples!(A 0);
tuples!(A 0, B 1);
tuples!(A 0, B 1, C 2);
tuples!(A 0, B 1, C 2, D 3);
tuples!(A 0, B 1, C 2, D 3, E 4);
