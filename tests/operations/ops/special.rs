//! Special points: kinks, NaN, arguments far out, nothing at all; and panics.

use backprop::ops::*;
use std::panic::catch_unwind;

macro_rules! special {
    ($F:ident) => {
        const NAN: $F = $F::NAN;
        const FAR: [$F; 4] = [-1e4, 1e4, -3.0, 0.0];

        fn finite(numbers: &[$F]) -> bool {
            numbers.iter().all(|x| x.is_finite())
        }

        #[test]
        fn relu_at_its_kink_and_at_nan() {
            let (y, d) = relu_vjp(&[0.0, -0.0, -1.0, NAN, 2.0], &[1.0 as $F; 5]);
            assert_eq!(d, [1.0, 1.0, 0.0, 1.0, 1.0]);
            assert!(y[3].is_nan() && y[0] == 0.0 && y[2] == 0.0 && y[4] == 2.0);
            let (y, (d, d_slope)) = leaky_relu_vjp(&[0.0, -2.0, NAN], 0.5, &[1.0 as $F; 3]);
            assert!(y[2].is_nan() && y[1] == -1.0);
            assert_eq!((d, d_slope), ([1.0, 0.5, 1.0], -2.0));
        }

        #[test]
        fn far_out_all_is_finite() {
            let seed = [1.0 as $F; 4];
            for (y, d) in [
                sigmoid_vjp(&FAR, &seed),
                log_sigmoid_vjp(&FAR, &seed),
                softplus_vjp(&FAR, &seed),
                tanh_vjp(&FAR, &seed),
                gelu_vjp(&FAR, &seed),
                silu_vjp(&FAR, &seed),
                softmax_vjp(&FAR, &[1.0, 2.0, 3.0, 4.0]),
                log_softmax_vjp(&FAR, &[1.0, 2.0, 3.0, 4.0]),
            ] {
                assert!(finite(&y) && finite(&d), "{y:?} {d:?}");
            }
            assert_eq!(log_sum_exp_grad(&FAR), (1e4, [0.0, 1.0, 0.0, 0.0]));
            assert_eq!(softmax_cross_entropy_grad(&FAR, 0), (2e4, [-1.0, 1.0, 0.0, 0.0]));
            assert_eq!(
                softmax_cross_entropy_grad(&FAR, &[0.0 as $F, 0.0, 0.0, 1.0]),
                (1e4, [0.0, 1.0, 0.0, -1.0])
            );
            let (loss, (d_logits, d_targets)) =
                binary_cross_entropy_with_logits_grad(&FAR, &[1.0 as $F, 0.0, 0.5, 0.5]);
            assert!(loss.is_finite() && finite(&d_logits) && finite(&d_targets));
            assert_eq!(&d_logits[..2], &[-0.25, 0.25]);
        }

        #[test]
        fn nothing_at_all() {
            let nothing: [$F; 0] = [];
            assert!(mean(&nothing).is_nan() && mse(&nothing, &nothing).is_nan());
            assert_eq!((sum(&nothing), norm_squared(&nothing), norm(&nothing)), (0.0, 0.0, 0.0));
            assert_eq!(log_sum_exp_grad(&nothing), ($F::NEG_INFINITY, []));
            assert_eq!(log_sum_exp(&vec![vec![0.0 as $F; 0]; 2]), $F::NEG_INFINITY);
            assert_eq!(softmax(&nothing), []);
        }

        #[test]
        fn the_norm_of_zero() {
            assert_eq!(norm_grad(&[0.0 as $F; 3]), (0.0, [0.0; 3]));
            assert_eq!(norm_grad(&vec![vec![0.0 as $F], vec![]]), (0.0, vec![vec![0.0], vec![]]));
        }

        #[test]
        fn a_class_of_probability_zero_counts_only_if_it_is_the_target() {
            assert_eq!(cross_entropy_grad(&[0.0, 1.0 as $F], &[0.0, 1.0 as $F]), (0.0, [0.0, -1.0]));
            assert_eq!(cross_entropy(&[0.0, 1.0 as $F], 0), $F::INFINITY);
        }

        #[test]
        fn products_of_no_size() {
            let (empty, none): (Vec<Vec<$F>>, Vec<$F>) = (vec![], vec![]);
            assert_eq!(matmul(&[[0.0 as $F; 0]; 2], &[[0.0 as $F; 3]; 0]), [[0.0; 3]; 2]);
            assert_eq!(matmul(&vec![none.clone(); 2], &empty), vec![none.clone(); 2]);
            assert_eq!(matvec(&vec![none.clone(); 2], &none), [0.0, 0.0]);
            assert_eq!(matvec_flat(&none, &none), none);
            assert_eq!(matmul_flat(&none, &none, 0), none);
            assert_eq!(matmul_flat(&none, &none, 3), none);
            assert_eq!(matmul_flat_vjp(&none, &none, 3, &none), (none.clone(), (none.clone(), none)));
            assert_eq!(transpose(&empty), empty);
            assert_eq!(transpose(&[[0.0 as $F; 0]; 2]), [[0.0; 2]; 0]);
        }

        #[test]
        fn a_pooling_tie_goes_to_the_first() {
            let image = [[[3.0 as $F, 3.0], [3.0, 1.0]]];
            let (y, d): ([[[$F; 1]; 1]; 1], _) = max_pool2d_vjp(&image, 2, &[[[2.0 as $F]]]);
            assert_eq!((y, d), ([[[3.0]]], [[[2.0, 0.0], [0.0, 0.0]]]));
            let image = [[[3.0 as $F, NAN], [NAN, 7.0]]];
            let (y, d): ([[[$F; 1]; 1]; 1], _) = max_pool2d_vjp(&image, 2, &[[[2.0 as $F]]]);
            assert!(y[0][0][0].is_nan());
            assert_eq!(d, [[[0.0, 2.0], [0.0, 0.0]]]);
        }

        #[test]
        fn convolutions_of_no_size() {
            let none: Vec<Vec<Vec<$F>>> = vec![];
            assert_eq!(conv2d(&none, &vec![none.clone(); 0]), none);
            let y: [[$F; 0]; 1] = conv1d(&[[1.0 as $F, 2.0]], &[[[1.0 as $F; 3]]]);
            assert_eq!(y, [[]]);
            assert_eq!(max_pool2d(&vec![vec![vec![1.0 as $F; 2]; 2]], 3), vec![none[..].concat(); 1]);
        }

        #[test]
        fn not_a_number_and_infinity_go_through_products() {
            let y = matvec(&[[0.0 as $F, 1.0], [1.0, 1.0]], &[$F::INFINITY, 1.0]);
            assert!(y[0].is_nan() && y[1] == $F::INFINITY);
        }
    };
}
mod double {
    use super::*;
    special!(f64);
}
mod single {
    use super::*;
    special!(f32);
}

/// What a call says when it panics.
fn message(f: impl FnOnce() + std::panic::UnwindSafe) -> String {
    let payload = catch_unwind(f).expect_err("the shapes don't fit");
    payload.downcast_ref::<String>().cloned().expect("a formatted message")
}

#[test]
fn lengths_that_do_not_fit_are_named() {
    let (two, three) = (vec![1.0, 2.0], vec![1.0, 2.0, 3.0]);
    let (narrow, wide) = (vec![two.clone(); 2], vec![three.clone(); 2]);
    let ragged = vec![two.clone(), three.clone()];
    macro_rules! named {
        ($($call:expr => $name:literal $a:literal $b:literal;)*) => {$(
            let said = message(|| { let _ = $call; });
            assert!(said.contains(concat!("`", $name, "`")), "{said}");
            assert!(said.contains(stringify!($a)) && said.contains(stringify!($b)), "{said}");
        )*};
    }
    named! {
        add(&two, &three) => "add" 2 3;
        sub(&two[..], &[1.0, 2.0, 3.0]) => "sub" 2 3;
        mul(&narrow, &wide) => "mul" 2 3;
        div(&narrow, &ragged) => "div" 2 3;
        dot(&two, &three) => "dot" 2 3;
        mse(&two, &three) => "mse" 2 3;
        binary_cross_entropy_with_logits(&two, &three) => "binary_cross_entropy_with_logits" 2 3;
        cross_entropy(&two, &three) => "cross_entropy" 2 3;
        softmax_cross_entropy(&two, &three) => "softmax_cross_entropy" 2 3;
        cross_entropy(&two, 7) => "cross_entropy" 7 2;
        softmax_cross_entropy(&[0.0; 3], 3) => "softmax_cross_entropy" 3 3;
        matvec(&wide, &two) => "matvec" 3 2;
        matvec(&ragged, &two) => "matvec" 3 2;
        matmul(&wide, &narrow) => "matmul" 3 2;
        matmul(&narrow, &ragged) => "matmul" 3 2;
        transpose(&ragged) => "transpose" 3 2;
        matvec_flat(&three, &two) => "matvec_flat" 3 2;
        matmul_flat(&two, &three, 2) => "matmul_flat" 3 2;
        matmul_flat(&two, &three, 0) => "matmul_flat" 2 0;
        conv1d(&ragged, &vec![vec![two.clone(); 2]]) => "conv1d" 3 2;
        conv1d(&narrow, &vec![vec![two.clone(); 3]]) => "conv1d" 3 2;
        conv1d(&narrow, &vec![vec![vec![1.0; 4]; 2]; 1]) => "conv1d" 4 2;
        conv2d(&vec![narrow.clone()], &vec![vec![narrow.clone(); 2]]) => "conv2d" 2 1;
        conv2d(&vec![narrow.clone()], &vec![vec![vec![two.clone(); 3]]]) => "conv2d" 3 2;
        conv1d(&narrow, &vec![vec![three.clone(); 2]]) => "conv1d" 3 2;
        conv2d(&vec![ragged.clone()], &vec![vec![narrow.clone()]]) => "conv2d" 3 2;
        conv2d(&vec![vec![two.clone(); 1]], &vec![vec![vec![three.clone(); 3]]]) => "conv2d" 3 1;
        max_pool2d(&vec![ragged.clone()], 2) => "max_pool2d" 3 2;
        max_pool2d::<_, [[[f64; 3]; 1]; 1]>(&[[[1.0; 4]; 2]], 2) => "max_pool2d" 2 3;
        layer_norm(&three, &two, &two, 1e-5) => "layer_norm" 3 2;
        layer_norm(&ragged, &[1.0, 1.0], &[0.0, 0.0], 1e-5) => "layer_norm" 3 2;
        layer_norm(&two, &two[..], &three, 1e-5) => "layer_norm" 2 3;
        add_vjp(&two, &three, &two) => "add" 2 3;
        matmul_vjp(&wide, &narrow, &narrow) => "matmul" 3 2;
    }
}

#[test]
fn messages_say_which_argument_is_which() {
    let said = message(|| drop(add(&vec![1.0, 2.0], &vec![1.0])));
    assert_eq!(
        said,
        "`add`: shapes that don't fit: the lengths 2 and 1 differ, of the first argument and of the second"
    );
}

#[test]
fn norms_are_neither_too_large_nor_too_small_for_their_squares() {
    for far in [1e20_f32, 1e-23, 1e-38, 3e38, 1e-42] {
        assert_eq!(norm_grad(&[far, 0.0]), (far, [1.0, 0.0]));
        let (y, d) = norm_grad(&[[-far * 0.6], [far * 0.8]]);
        // Of the smallest floats not much more than the order of magnitude is there.
        let loose = if far < 1e-40 { 1e-2 } else { 1e-5 };
        assert!((y / far - 1.0).abs() < loose, "{y}");
        assert!((d[0][0] + 0.6).abs() < loose && (d[1][0] - 0.8).abs() < loose, "{d:?}");
    }
    assert_eq!(norm_grad(&[1e-200_f64, 0.0]), (1e-200, [1.0, 0.0]));
    assert_eq!(norm_grad(&[0.0_f64; 2]), (0.0, [0.0; 2]));
    assert_eq!(norm(&[f64::INFINITY, 1.0]), f64::INFINITY);
    assert!(norm(&[f64::NAN, 1e300]).is_nan());
    #[backprop::backprop(jvp)]
    fn length(x: &[f32; 2]) -> f32 {
        norm(x)
    }
    assert_eq!(length_jvp(&[1e-23, 0.0], [2.0, 1.0]), (1e-23, 2.0));
}

#[test]
fn pooling_keeps_the_first_nan_and_infinities() {
    let image = [[[f64::NEG_INFINITY, f64::NEG_INFINITY, 1.0, f64::NAN], [f64::NEG_INFINITY; 4]]];
    let seed = [[[1.0, 2.0]]];
    let (y, d): ([[[f64; 2]; 1]; 1], _) = max_pool2d_vjp(&image, 2, &seed);
    assert!(y[0][0][0] == f64::NEG_INFINITY && y[0][0][1].is_nan());
    assert_eq!(d, [[[1.0, 0.0, 0.0, 2.0], [0.0; 4]]]);
}

#[test]
fn single_stays_single() {
    // In f64 the sum would see the small number.
    let y: f32 = sum(&[1e8_f32, 1.0, -1e8]);
    assert_eq!(y, 0.0);
    let product: [f32; 1] = matvec(&[[1e8_f32, 1.0, -1e8]], &[1.0_f32; 3]);
    assert_eq!(product, [0.0]);
}
