//! Sets of small numbers, shared where they are equal.

use std::rc::Rc;

/// A set of elements, in ascending order; the empty one takes no memory.
#[derive(Clone, Debug, Default)]
pub struct Set(Option<Rc<[u32]>>);

impl Set {
    /// With one element.
    pub fn one(element: u32) -> Set {
        Set(Some(Rc::new([element])))
    }

    /// The elements, in ascending order.
    pub fn elements(&self) -> &[u32] {
        self.0.as_deref().unwrap_or_default()
    }

    /// Either's elements.
    pub fn union(&self, other: &Set) -> Set {
        let (Some(a), Some(b)) = (&self.0, &other.0) else {
            return if self.0.is_some() { self.clone() } else { other.clone() };
        };
        if Rc::ptr_eq(a, b) {
            return self.clone();
        }
        let merged = merge(a, b);
        match merged.len() {
            n if n == a.len() => self.clone(),
            n if n == b.len() => other.clone(),
            _ => Set(Some(merged.into())),
        }
    }
}

impl PartialEq for Set {
    fn eq(&self, other: &Set) -> bool {
        match (&self.0, &other.0) {
            (Some(a), Some(b)) => Rc::ptr_eq(a, b) || a == b,
            (a, b) => a.is_none() && b.is_none(),
        }
    }
}

fn merge(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut out = Vec::with_capacity(a.len() + b.len());
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        out.push(a[i].min(b[j]));
        let (one, other) = (a[i] <= b[j], b[j] <= a[i]);
        i += usize::from(one);
        j += usize::from(other);
    }
    out.extend(&a[i..]);
    out.extend(&b[j..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(elements: &[u32]) -> Set {
        elements.iter().fold(Set::default(), |s, e| s.union(&Set::one(*e)))
    }

    #[test]
    fn unions_are_sorted_and_without_doubles() {
        let all = set(&[5, 1, 3]).union(&set(&[4, 3, 9]));
        assert_eq!(all.elements(), [1, 3, 4, 5, 9]);
        assert_eq!(all.union(&Set::default()), all);
        assert_eq!(Set::default().union(&all), all);
        assert_ne!(all, set(&[1, 3]));
        assert_eq!(set(&[]), Set::default());
    }

    #[test]
    fn what_adds_nothing_is_shared() {
        let (large, small) = (set(&[1, 2, 3]), set(&[2]));
        for union in [large.union(&small), small.union(&large)] {
            assert!(Rc::ptr_eq(union.0.as_ref().unwrap(), large.0.as_ref().unwrap()));
        }
    }
}
