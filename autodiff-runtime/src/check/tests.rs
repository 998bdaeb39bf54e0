use super::*;
use alloc::{format, vec};

fn bowl(x: &[f64]) -> f64 {
    x[0] * x[0] * x[1] + 3.0 * x[1] * x[1] * x[1]
}

fn bowl_gradient(x: &[f64]) -> Vec<f64> {
    vec![2.0 * x[0] * x[1], x[0] * x[0] + 9.0 * x[1] * x[1]]
}

/// At one point, of a function of one number.
fn at(x: f64, f: impl Fn(f64) -> f64, derivative: f64) -> Report {
    gradient([x], |x| f(*x), |x| (f(*x), derivative))
}

#[test]
fn a_right_gradient_agrees() {
    let x = [1.5, -0.7];
    let report = check_gradient(bowl, &bowl_gradient(&x), &x);
    assert!(report.agrees(1e-11) && report.passed(), "{report}");
    assert_eq!(report.compared, 2);
}

#[test]
fn a_wrong_entry_is_named() {
    let x = [1.5, -0.7];
    let mut g = bowl_gradient(&x);
    g[1] += 0.1;
    let report = check_gradient(bowl, &g, &x);
    assert!(!report.agrees(1e-3) && !report.passed());
    let worst = report.worst.expect("something is wrong");
    assert_eq!((worst.index, worst.name.as_str(), worst.verdict), (1, "[1]", Verdict::Wrong));
}

#[test]
fn parameters_have_their_names() {
    let points = random(10, |draw| {
        let rows: Vec<[f64; 2]> = draw.value(Domain::repeat(-1.0..1.0, 3));
        (rows, draw.value::<f64>(0.5..2.0), Fixed(draw.value::<usize>(1..3)))
    });
    let f = |rows: &[[f64; 2]], b: f64, n: usize| rows[n][1] * b + rows[0][0].exp();
    let report = names(["rows", "b", "n"]).gradient(
        points,
        |(rows, b, Fixed(n))| f(rows, *b, *n),
        |(rows, b, Fixed(n))| {
            let mut d_rows = vec![[0.0; 2]; 3];
            d_rows[0][0] = rows[0][0].exp();
            // The wrong one: it should be `b` alone.
            d_rows[*n][1] = if *n == 2 { 1.001 * b } else { *b };
            (f(rows, *b, *n), (d_rows, rows[*n][1]))
        },
    );
    assert_eq!((report.points, report.compared), (10, 70));
    let worst = report.worst.clone().expect("one is wrong");
    assert_eq!(worst.name, "rows[2][1]");
    assert!((worst.error - 1e-3).abs() < 1e-5, "{report}");
    let text = format!("{report}");
    assert!(
        text.contains("\n  rows[2][1]  ") && text.contains("\n  b  ") && text.contains("  wrong"),
        "{text}"
    );
}

#[test]
fn not_a_number_is_never_agreement() {
    let report = check_gradient(bowl, &[f64::NAN, 1.0], &[1.0, 1.0]);
    assert_eq!(report.error(), f64::INFINITY);
    assert!(!report.passed());
    assert!(!check_gradient(|x| x[0], &[f64::INFINITY], &[1.0]).passed());
    let nowhere = check_gradient(|_| f64::NAN, &[0.0], &[1.0]);
    assert!(!nowhere.agrees(1e9) && !nowhere.passed() && nowhere.skipped == 1, "{nowhere}");
}

#[test]
fn what_could_not_be_compared_has_not_passed() {
    assert!(!check_gradient(|_| 1.0, &[], &[]).passed());
    let edge = at(0.0, f64::sqrt, f64::INFINITY);
    assert!(edge.not_smooth == 1 && edge.compared == 0 && !edge.passed(), "{edge}");
    assert!(format!("{edge}").contains("nothing could be compared"), "{edge}");
}

#[test]
fn kinks_and_jumps_are_no_failures() {
    for derivative in [-1.0, 0.0, 1.0] {
        let kink = at(0.0, f64::abs, derivative);
        assert_eq!((kink.not_smooth + kink.compared, kink.wrong), (1, 0), "{derivative}: {kink}");
    }
    for (f, x, derivative) in [
        (f64::floor as fn(f64) -> f64, 2.0, 0.0),
        (f64::cbrt, 0.0, f64::INFINITY),
        (|x| x.max(1.0), 1.0, 1.0),
        (|x| if x > 1.0 { 3.0 * x } else { x }, 1.0, 1.0),
    ] {
        let report = at(x, f, derivative);
        assert_eq!((report.not_smooth, report.wrong), (1, 0), "{report}");
    }
}

#[test]
fn beside_a_kink_and_outside_of_it_gradients_can_be_wrong() {
    assert_eq!(at(0.0, f64::abs, 1.5).wrong, 1);
    assert!(at(1e-4, f64::abs, 1.0).passed());
    assert_eq!(at(1e-4, f64::abs, -1.0).wrong, 1);
    assert_eq!(at(2.0, |x| x.max(1.0), 0.0).wrong, 1);
}

#[test]
fn steps_fit_the_size_of_the_argument() {
    assert!(at(3e-9, |x| (1e8 * x).sin(), 1e8 * 0.3f64.cos()).passed());
    assert!(at(4e9, |x| x * x, 8e9).passed());
    assert_eq!(at(4e9, |x| x * x, 8.1e9).wrong, 1);
    assert!(at(0.5, |x| (300.0 * x).cos(), -300.0 * 150.0f64.sin()).passed());
}

#[test]
fn single_floats_are_judged_as_such() {
    let points = || random(20, |draw| draw.value::<[f32; 2]>(0.1..2.0));
    let f = |x: &[f32; 2]| x[0].sin() * x[1] + x[1].ln();
    let right = |x: &[f32; 2]| (f(x), [x[0].cos() * x[1], x[0].sin() + 1.0 / x[1]]);
    let report = gradient(points(), f, right);
    assert!(report.passed() && report.compared == 40, "{report}");
    let wrong = gradient(points(), f, |x| {
        let (y, [a, b]) = right(x);
        (y, [a, b * 1.02])
    });
    assert!(!wrong.passed() && wrong.worst.is_some_and(|worst| worst.name == "[1]"));
}

#[test]
fn points_without_a_value_are_left_out() {
    let f = |x: &f64| if *x < 0.0 { Err("negative") } else { Ok(x.sqrt()) };
    let report = gradient([-1.0, 4.0, -2.0, 9.0], f, |x| f(x).map(|y| (y, 0.5 / y)));
    assert_eq!((report.points, report.skipped, report.compared), (2, 2, 2));
    assert!(report.passed(), "{report}");
    let report = gradient([4.0], |x: &f64| Some(x.sqrt()), |_| None::<(f64, f64)>);
    assert!(!report.passed() && format!("{report}").contains("the companion's no value"), "{report}");
}

#[test]
fn the_value_is_compared_as_well() {
    let report = gradient([2.0], |x| x * x, |x| (x * x * x, 2.0 * x));
    assert!(report.wrong == 0 && !report.passed());
    assert!(format!("{report}").contains("at point 0, the function's value is [4.0], the companion's [8.0]"));
}

#[test]
fn results_of_several_parts_have_seeds() {
    let f = |x: &Vec<f64>| (vec![x[0] * x[1], x[1].sin()], 7usize, x[0]);
    let back = |x: &Vec<f64>, (s, _, t): (Vec<f64>, usize, f64)| {
        (f(x), vec![s[0] * x[1] + t, s[0] * x[0] + s[1] * x[1].cos()])
    };
    let points = || random(5, |draw| draw.value(Domain::repeat(-2.0..2.0, 2)));
    let report = vjp(points(), f, back);
    assert!(report.passed() && report.compared == 10, "{report}");
    let wrong = vjp(points(), f, |x, (s, n, _)| back(x, (s, n, 0.0)));
    assert_eq!(wrong.worst.map(|worst| worst.name).as_deref(), Some("[0]"));
}

#[test]
fn large_gradients_are_compared_in_part() {
    let f = |x: &Vec<f64>| x.iter().map(|x| x * x).sum::<f64>();
    let report = Check::new().at_most(7).gradient([vec![0.5; 1000]], f, |x| (f(x), vec![1.0; x.len()]));
    assert!(report.passed() && report.compared == 7, "{report}");
}

#[test]
fn tolerances_are_the_users() {
    let f = |x: &f64| x * x;
    let slightly_off = |x: &f64| (f(x), 2.0 * x * (1.0 + 1e-8));
    assert!(gradient([3.0], f, slightly_off).passed());
    assert!(!Check::new().tolerance(1e-9).gradient([3.0], f, slightly_off).passed());
}

#[test]
#[should_panic(
    expected = "the gradient of `square` is not what differences say\n1 partial derivative compared"
)]
fn a_failed_check_panics_with_its_report() {
    at(3.0, |x| x * x, 5.0).assert("square");
}

#[test]
#[should_panic(expected = "a gradient of length 1 was given for 2 arguments")]
fn lengths_must_agree() {
    check_gradient(bowl, &[1.0], &[1.0, 2.0]);
}

#[test]
#[should_panic(expected = "`check::vjp` takes a seed for each")]
fn values_of_several_floats_need_seeds() {
    gradient([1.0], |x| [*x, *x], |x| ([*x, *x], 1.0));
}

#[test]
fn gradients_are_compared_with_any_other() {
    let x = [1.5, -0.7];
    let report = compare_gradients(&bowl_gradient(&x), &central_differences(bowl, &x));
    assert!(report.agrees(1e-8) && report.passed() && report.compared == 2, "{report}");
    assert!(!compare_gradients(&[1.0, f64::NAN], &[1.0, 2.0]).agrees(1e9));
}
