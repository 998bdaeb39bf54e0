//! `for` and `while let` over what is passive and not looked into: maps, texts, options, the user's own iterators.

use backprop::backprop;
use std::cell::Cell;
use std::collections::BTreeMap;

/// An iterator of the user's, that counts how often it is asked.
pub struct Countdown<'a>(pub usize, pub &'a Cell<usize>);

impl Iterator for Countdown<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        self.1.set(self.1.get() + 1);
        self.0 = self.0.checked_sub(1)?;
        Some(self.0)
    }
}

pub struct Layer {
    pub width: usize,
    pub bias: Option<f32>,
}

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn pairs(x: $F, #[no_grad] terms: Vec<($F, i32)>) -> $F {
            let mut sum = 0.0;
            for (factor, power) in terms {
                sum += factor * x.powi(power);
            }
            sum
        }
        case!($F $mode: pairs(by x: 0.5..1.5; vec![(0.5, 2), (-1.5, 3), (2.0, 0)]));

        #[backprop $options]
        pub fn map(x: $F, y: $F, #[no_grad] weights: &BTreeMap<String, $F>) -> $F {
            let mut product = y;
            for (name, w) in weights {
                if name.starts_with('_') {
                    continue;
                }
                product *= w * x + name.len() as $F;
            }
            product
        }
        case!($F $mode: map(by x: 0.5..1.5, by y: 0.5..1.5; &BTreeMap::from([
            ("a".to_string(), 0.5), ("_b".to_string(), 100.0), ("ccc".to_string(), -0.25),
        ])));

        #[backprop $options]
        pub fn text(x: $F, text: &str) -> $F {
            let mut y = x;
            'all: for (i, c) in text.chars().enumerate() {
                match c {
                    '+' => y += x,
                    '*' => y *= x,
                    '0'..='9' => {
                        for _ in 0..c.to_digit(10).unwrap() {
                            y = y * 0.5 + x;
                            if i > 100 {
                                break 'all;
                            }
                        }
                    }
                    '.' => break,
                    '!' => return y * y,
                    _ => continue 'all,
                }
                y -= 0.25;
            }
            y
        }
        case!($F $mode: text(by x: 0.5..1.5; "+*3 *+2*.5"));

        #[backprop $options]
        pub fn text_left_early(x: $F, text: &str) -> $F {
            text_of(x, text) * x
        }

        #[backprop $options]
        pub fn text_of(x: $F, text: &str) -> $F {
            let mut y = x;
            for c in text.bytes().rev().filter(|c| *c != b' ') {
                if c == b'!' {
                    return y * y;
                }
                y = y * x + c as $F * 0.01;
            }
            y
        }
        case!($F $mode: text_left_early(by x: 0.5..1.5; "ab! cd"));

        #[backprop $options]
        pub fn layers(x: $F, layers: &[Layer]) -> $F {
            let mut y = x;
            let mut seen = 0;
            for (depth, Layer { width, bias }) in layers.iter().enumerate() {
                for k in 0..*width {
                    y += x * (k + depth) as $F * 0.1;
                }
                if let Some(b) = bias {
                    y *= *b as $F;
                    seen += 1;
                }
            }
            y * seen as $F
        }
        case!($F $mode: layers(by x: 0.5..1.5; &[
            Layer { width: 2, bias: None }, Layer { width: 3, bias: Some(0.5) }, Layer { width: 0, bias: Some(1.5) },
        ]));

        #[backprop $options]
        pub fn optional(x: $F, a: Option<usize>, b: Option<usize>) -> $F {
            let mut y = x;
            for k in a {
                y *= k as $F;
            }
            for k in b.iter() {
                y += *k as $F;
            }
            y * y
        }
        case!($F $mode: optional(by x: 0.5..1.5; Some(3), None));

        #[backprop $options]
        pub fn rows(x: &[$F], graph: &[Vec<usize>]) -> $F {
            let mut sum = 0.0;
            for (i, neighbours) in graph.iter().enumerate() {
                for &j in neighbours {
                    sum += (x[i] - x[j]) * (x[i] - x[j]) * x[0];
                }
            }
            sum
        }
        case!($F $mode: rows(slice x: 0.5..1.5 => vec![0.0; 4]; &[vec![1, 2], vec![], vec![3, 0, 1], vec![0]]));

        #[backprop $options]
        pub fn counted(x: $F, n: usize, asked: &Cell<usize>) -> $F {
            let mut y = x;
            for k in Countdown(n, asked) {
                y = y * 0.5 + x * k as $F;
                if k == 1 {
                    break;
                }
            }
            let mut again = Countdown(n, asked);
            while let Some(k) = again.next() && k > 1 {
                y += x * x * k as $F;
            }
            let mut counts = vec![0usize; n];
            for c in counts.iter_mut() {
                *c += n;
            }
            y * counts.len() as $F
        }
        case!($F $mode: counted(by x: 0.5..1.5; 4, &Cell::new(0)));
    };
}
instances!(functions);

#[test]
fn iterators_are_asked_as_often_as_in_the_function() {
    let (asked, wanted) = (Cell::new(0), Cell::new(0));
    let (value, _) = double::counted_grad(0.75, 5, &asked);
    assert_eq!(value, double::counted(0.75, 5, &wanted));
    assert_eq!(asked.get(), wanted.get());
}
