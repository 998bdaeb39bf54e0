//! `NAME_grad_into`: overwrites its buffers, agrees with `NAME_grad`, and refuses buffers of a wrong length.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn slices_alone(a: &[$F], b: &[$F]) -> $F {
            let mut total = 0.0;
            for i in 0..a.len() {
                total += (a[i] * b[i]).sin();
            }
            total
        }

        #[backprop $options]
        pub fn mixed(w: &[$F], bias: $F, #[no_grad] x: &[$F], scale: [$F; 2]) -> $F {
            let mut total = bias;
            for i in 0..w.len() {
                total += w[i] * x[i] * scale[i % 2];
            }
            total * total
        }

        #[backprop $options]
        pub fn never_read(w: &[$F], x: $F) -> $F {
            let _ = w;
            x * x
        }

        #[backprop $options]
        pub fn of_arrays(points: &[[$F; 2]]) -> $F {
            let mut total = 0.0;
            for i in 0..points.len() {
                total += points[i][0] * points[i][1];
            }
            total
        }

        #[backprop $options]
        pub fn guarded(w: &[$F], n: usize) -> $F {
            if n == 0 {
                return 0.0;
            }
            w[0] * w[n]
        }

        #[test]
        fn slices_alone_return_the_bare_value() {
            let (a, b) = ([0.5, 1.5, -1.0], [2.0, 0.25, 1.0]);
            let (value, (d_a, d_b)) = slices_alone_grad(&a, &b);
            // Whatever is in the buffers is overwritten.
            let (mut into_a, mut into_b) = ([7.0; 3], vec![$F::NAN; 3]);
            let into_value: $F = slices_alone_grad_into(&a, &b, &mut into_a, &mut into_b);
            assert_eq!((into_value, &into_a[..], into_b), (value, &d_a[..], d_b));
        }

        #[test]
        fn other_gradients_are_returned_with_the_value() {
            let (w, x) = ([0.5, 1.5, -1.0], [2.0, 0.25, 1.0]);
            let (value, (d_w, d_bias, d_scale)) = mixed_grad(&w, 0.5, &x, [1.0, -2.0]);
            let mut into_w = vec![$F::INFINITY; 3];
            let (into_value, (into_bias, into_scale)) =
                mixed_grad_into(&w, 0.5, &x, [1.0, -2.0], &mut into_w);
            assert_eq!((into_value, into_w, into_bias, into_scale), (value, d_w, d_bias, d_scale));
        }

        #[test]
        fn a_parameter_that_is_never_read_has_gradient_zero() {
            let mut d_w = [7.0; 2];
            assert_eq!(never_read_grad_into(&[1.0, 2.0], 3.0, &mut d_w), (9.0, 6.0));
            assert_eq!(d_w, [0.0; 2]);
        }

        #[test]
        fn a_slice_of_arrays_has_a_buffer_of_arrays() {
            let mut d_points = [[7.0; 2]; 2];
            assert_eq!(of_arrays_grad_into(&[[1.0, 2.0], [3.0, 4.0]], &mut d_points), 14.0);
            assert_eq!(d_points, [[2.0, 1.0], [4.0, 3.0]]);
        }

        #[test]
        fn an_early_return_leaves_zeros() {
            let mut d_w = [7.0; 2];
            assert_eq!(guarded_grad_into(&[1.0, 2.0], 0, &mut d_w), 0.0);
            assert_eq!(d_w, [0.0; 2]);
            assert_eq!(guarded_grad_into(&[1.0, 2.0], 1, &mut d_w), 2.0);
            assert_eq!(d_w, [2.0, 1.0]);
        }

        #[test]
        #[should_panic(
            expected = "`slices_alone_grad_into`: the gradient buffer of `b` has length 2, but `b` has length 3"
        )]
        fn a_wrong_length_is_named() {
            slices_alone_grad_into(&[1.0; 3], &[1.0; 3], &mut [0.0; 3], &mut [0.0; 2]);
        }

        #[test]
        #[should_panic(expected = "`slices_alone_jvp`: the tangent of `a` has length 1, but `a` has length 2")]
        fn a_wrong_length_of_a_tangent_is_named() {
            slices_alone_jvp(&[1.0; 2], &[1.0; 2], &[1.0], &[1.0; 2]);
        }
    };
}
instances!(functions);
