//! Cross entropies.

use backprop::backprop;
use backprop::ops::{cross_entropy, softmax, softmax_cross_entropy};

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn of_probabilities(p: &[$F; 3], t: &[$F; 3]) -> $F {
            cross_entropy(p, t)
        }
        #[backprop $options]
        pub fn of_probabilities_loops(p: &[$F; 3], t: &[$F; 3]) -> $F {
            let mut loss = 0.0;
            for i in 0..3 {
                loss -= t[i] * p[i].ln();
            }
            loss
        }
        beside!($F $mode: of_probabilities ~ of_probabilities_loops(
            to p: 0.1..0.9 => [0.0; 3], to t: 0.1..0.9 => [0.0; 3]));

        #[backprop $options]
        pub fn of_logits(z: &[$F], t: &[$F]) -> $F {
            softmax_cross_entropy(z, t)
        }
        #[backprop $options]
        pub fn of_logits_loops(z: &[$F], t: &[$F]) -> $F {
            let mut total = 0.0;
            for i in 0..z.len() {
                total += z[i].exp();
            }
            let mut loss = 0.0;
            for i in 0..z.len() {
                loss -= t[i] * (z[i] - total.ln());
            }
            loss
        }
        beside!($F $mode: of_logits ~ of_logits_loops(
            slice z: -3.0..3.0 => vec![0.0; 4], slice t: 0.1..0.9 => vec![0.0; 4]));

        #[backprop $options]
        pub fn of_a_class(p: &[$F; 3], class: usize) -> $F {
            cross_entropy(p, class)
        }
        case!($F $mode: of_a_class(to p: 0.1..0.9 => [0.0; 3]; 2));

        #[backprop $options]
        pub fn of_logits_and_a_class(z: &[$F], class: usize) -> $F {
            softmax_cross_entropy(z, class)
        }
        #[backprop $options]
        pub fn of_logits_and_a_class_loops(z: &[$F], class: usize) -> $F {
            let mut total = 0.0;
            for i in 0..z.len() {
                total += z[i].exp();
            }
            total.ln() - z[class]
        }
        beside!($F $mode: of_logits_and_a_class ~ of_logits_and_a_class_loops(
            slice z: -3.0..3.0 => vec![0.0; 4]; 1));

        #[backprop $options]
        pub fn of_a_softmax(z: Vec<$F>, #[no_grad] t: &[$F; 3]) -> $F {
            cross_entropy(&softmax(&z), t)
        }
        case!($F $mode: of_a_softmax(by z: -2.0..2.0 => vec![0.0; 3]; &[0.0, 0.75, 0.25]));
    };
}
both!(functions);
