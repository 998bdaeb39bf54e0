//! `NAME_grad_acc`: adds to its buffers what `NAME_grad` returns, and returns what `NAME_grad_into` does.

use backprop::{Differentiable, backprop};

#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Params {
    w: Vec<f64>,
    b: f64,
}

macro_rules! functions {
    ($F:ident $mode:ident ($($option:ident),*)) => {
        #[backprop(acc $(, $option)*)]
        pub fn mixed(w: &[$F], bias: $F, #[no_grad] x: &[$F], rows: &[[$F; 2]]) -> $F {
            let mut total = bias;
            for i in 0..w.len() {
                total += w[i] * x[i] * rows[i % rows.len()][i % 2];
            }
            total * total
        }

        /// The function changes its own copy: what the buffer holds is no part of the adjoint that is overwritten.
        #[backprop(acc $(, $option)*)]
        pub fn changed(mut w: Vec<$F>, k: $F) -> $F {
            w[0] *= k;
            w[1] = k;
            let mut sum = 0.0;
            for v in &w {
                sum += v * v;
            }
            sum
        }

        #[backprop(acc $(, $option)*)]
        pub fn guarded(w: &[$F], k: $F) -> Option<$F> {
            let first = w.first()?;
            Some(first.exp() * k)
        }

        #[test]
        fn gradients_are_added() {
            let (w, x, rows): ([$F; 3], [$F; 3], [[$F; 2]; 2]) =
                ([0.5, 1.5, -1.0], [2.0, 0.25, 1.0], [[1.0, 2.0], [0.5, -1.0]]);
            let (value, (d_w, d_bias, d_rows)) = mixed_grad(&w, 0.25, &x, &rows);
            let (mut into_w, mut into_rows) = ([1.0, 2.0, 4.0], vec![[8.0, 16.0], [32.0, 64.0]]);
            let before = (into_w, into_rows.clone());
            assert_eq!(mixed_grad_acc(&w, 0.25, &x, &rows, &mut into_w, &mut into_rows), (value, d_bias));
            for i in 0..3 {
                let expected = before.0[i] + d_w[i];
                assert!((into_w[i] - expected).abs() <= 4.0 * $F::EPSILON * expected.abs());
            }
            for (i, j) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                let expected = before.1[i][j] + d_rows[i][j];
                assert!((into_rows[i][j] - expected).abs() <= 4.0 * $F::EPSILON * expected.abs());
            }
        }

        #[test]
        fn own_copies_and_options() {
            let w: Vec<$F> = vec![0.5, 1.5, -1.0];
            let (value, (d_w, d_k)) = changed_grad(w.clone(), 3.0);
            let mut total = vec![100.0, 100.0, 100.0];
            assert_eq!(changed_grad_acc(w, 3.0, &mut total), (value, d_k));
            assert_eq!((d_w[0], d_w[1], d_w[2]), (9.0, 0.0, -2.0));
            assert_eq!(total, [109.0, 100.0, 98.0]);
            let mut total = vec![1.0];
            assert_eq!(guarded_grad_acc(&[0.0], 2.0, &mut total), Some((2.0, 1.0)));
            assert_eq!(total, [3.0]);
            assert_eq!(guarded_grad_acc(&[], 2.0, &mut []), None);
        }

        #[test]
        #[should_panic(expected = "`guarded_grad_acc`: the gradient buffer of `w` has length 2, but `w` has length 1")]
        fn lengths_are_checked() {
            let _ = guarded_grad_acc(&[0.0], 2.0, &mut [0.0, 0.0]);
        }
    };
}

instances!(functions);

#[backprop(acc)]
fn of_struct(#[grad] p: &Params, #[no_grad] x: &[f64]) -> f64 {
    let mut s = p.b;
    for (w, x) in p.w.iter().zip(x) {
        s += w * x;
    }
    s * s
}

#[test]
fn structs_are_buffers() {
    let p = Params { w: vec![1.0, 2.0], b: 0.5 };
    let mut total = Params { w: vec![10.0, 20.0], b: 30.0 };
    for _ in 0..2 {
        assert_eq!(of_struct_grad_acc(&p, &[3.0, -1.0], &mut total), 2.25);
    }
    assert_eq!(total, Params { w: vec![28.0, 14.0], b: 36.0 });
}
