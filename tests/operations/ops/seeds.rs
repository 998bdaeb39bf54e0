//! Seeds of a wrong length: each companion says which one it is.

use backprop::ops::*;
use std::panic::catch_unwind;

/// What a call says when it panics.
fn message(f: impl FnOnce() + std::panic::UnwindSafe) -> String {
    let payload = catch_unwind(f).expect_err("a seed of a wrong length");
    payload.downcast::<String>().map_or(String::new(), |text| *text)
}

#[test]
fn a_seed_of_a_wrong_length_is_a_panic_with_a_name() {
    let x = || vec![1.0_f64, 2.0, 3.0];
    let m = || vec![x(), x()];
    let s = || vec![1.0; 2];
    let image = || vec![vec![vec![1.0_f64; 4]; 4]];
    let kernels = || vec![image()];
    let calls: Vec<(&str, Box<dyn FnOnce() + std::panic::UnwindSafe>)> = vec![
        ("relu_vjp", Box::new(move || drop(relu_vjp(&x(), &s())))),
        ("relu_vjp", Box::new(move || drop(relu_vjp(&m(), &[x(), s()])))),
        ("softmax_vjp", Box::new(move || drop(softmax_vjp(&x(), &s())))),
        ("log_softmax_vjp", Box::new(move || drop(log_softmax_vjp(&x(), &s())))),
        ("mul_vjp", Box::new(move || drop(mul_vjp(&x(), &x(), &s())))),
        ("scale_vjp", Box::new(move || drop(scale_vjp(2.0, &x(), &s())))),
        ("leaky_relu_vjp", Box::new(move || drop(leaky_relu_vjp(&x(), 2.0, &s())))),
        ("matvec_vjp", Box::new(move || drop(matvec_vjp(&m(), &x(), &x())))),
        ("matvec_flat_vjp", Box::new(move || drop(matvec_flat_vjp(&x(), &x(), &x())))),
        ("matmul_vjp", Box::new(move || drop(matmul_vjp(&m(), &[s(), s(), s()], &m())))),
        ("matmul_flat_vjp", Box::new(move || drop(matmul_flat_vjp(&x(), &x(), 3, &x())))),
        ("transpose_vjp", Box::new(move || drop(transpose_vjp(&m(), &m())))),
        ("layer_norm_vjp", Box::new(move || drop(layer_norm_vjp(&x(), &x(), &x(), 0.0, &s())))),
        ("flatten_vjp", Box::new(move || drop(flatten_vjp::<_, Vec<f64>>(&m(), &x())))),
        (
            "max_pool2d_vjp",
            Box::new(move || drop(max_pool2d_vjp::<_, Vec<Vec<Vec<f64>>>>(&image(), 2, &image()))),
        ),
        (
            "conv2d_vjp",
            Box::new(move || drop(conv2d_vjp::<_, _, Vec<Vec<Vec<f64>>>>(&image(), &kernels(), &image()))),
        ),
    ];
    for (name, call) in calls {
        let text = message(call);
        assert!(
            text.starts_with(&format!("`{name}`: the seed of the returned value has length ")),
            "{name}: {text}"
        );
    }
}
