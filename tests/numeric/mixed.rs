//! Results that mix floats with integers and booleans: the seed's integers say nothing, their derivative is `()`.

use backprop::backprop;

#[backprop(jvp)]
fn counted(x: f64, #[no_grad] n: usize) -> (usize, f64) {
    (n + 1, x * x * n as f64)
}

#[backprop(jvp)]
fn exponent(x: f32) -> (i32, bool, (f32, u8)) {
    let k = x.floor() as i32;
    (k, x > 1.0, (x * x - k as f32, 7))
}

#[backprop(jvp)]
fn places(x: f64) -> ([usize; 2], [f64; 2]) {
    let mut at = [0; 2];
    at[1] = 3;
    (at, [x.sin(), x * 2.0])
}

#[backprop]
fn largest(x: &[f64]) -> (usize, f64) {
    let mut best = 0;
    for i in 1..x.len() {
        if x[i] > x[best] {
            best = i;
        }
    }
    (best, x[best] * x[0])
}

#[backprop]
fn early(x: f64, #[no_grad] n: usize) -> (usize, f64) {
    if x < 0.0 {
        return (0, 0.5 * x);
    }
    let mut k = n;
    while k > 3 {
        k /= 2;
    }
    (k, x * x * k as f64)
}

/// Takes the parts of such results apart.
#[backprop(jvp)]
fn caller(x: f64, y: f64, #[no_grad] n: usize) -> f64 {
    let (k, v): (usize, f64) = counted(x * y, n);
    let (_, w) = counted(y, k);
    v * w + k as f64 * x
}

#[test]
fn seeds_have_the_type_of_the_result() {
    assert_eq!(counted_vjp(3.0, 2, (99, 1.0)), ((3, 18.0), 12.0));
    assert_eq!(exponent_vjp(2.5, (0, false, (2.0, 1))), ((2, true, (4.25, 7)), 10.0));
    assert_eq!(largest_vjp(&[2.0, 5.0, 3.0], (0, 1.0)), ((1, 10.0), vec![5.0, 2.0, 0.0]));
    assert_eq!(early_vjp(-2.0, 9, (0, 1.0)), ((0, -1.0), 0.5));
    assert_eq!(early_vjp(2.0, 9, (0, 1.0)), ((2, 8.0), 8.0));
    let ((at, v), dx) = places_vjp(0.5, ([0; 2], [1.0, 3.0]));
    assert_eq!((at, v, dx), ([0, 3], [0.5f64.sin(), 1.0], 0.5f64.cos() + 6.0));
}

#[test]
fn tangents_of_integers_are_units() {
    assert_eq!(counted_jvp(3.0, 2, 0.5), ((3, 18.0), ((), 6.0)));
    assert_eq!(exponent_jvp(2.5, 1.0), ((2, true, (4.25, 7)), ((), (), (5.0, ()))));
    assert_eq!(places_jvp(0.5, 2.0).1, ([(), ()], [2.0 * 0.5f64.cos(), 4.0]));
}

#[test]
fn calls_take_them_apart() {
    let (x, y, n) = (1.5, 0.5, 2usize);
    let value = |x: f64, y: f64| (x * y).powi(2) * 2.0 * (y * y * 3.0) + 3.0 * x;
    assert_eq!(caller(x, y, n), value(x, y));
    let (v, (dx, dy)) = caller_grad(x, y, n);
    let (ex, ey) = (12.0 * x * y.powi(4) + 3.0, 24.0 * x * x * y.powi(3));
    assert!(v == value(x, y) && (dx - ex).abs() < 1e-12 && (dy - ey).abs() < 1e-12, "{dx} {dy}");
    let (_, t) = caller_jvp(x, y, n, 1.0, 2.0);
    assert!((t - ex - 2.0 * ey).abs() < 1e-12);
}
