//! One table of operations, points and the partials that the contract fixes there. A line makes functions that come to the
//! operation by each route (straight, in a branch, in loops, by closures, through a call, generic over floats, by path,
//! of the crate `libm`), every route on operands of its own; and each of them is asked in all modes.

use backprop::backprop;

/// What a line's function answers, in all modes.
struct Modes<'a, F> {
    function: &'a dyn Fn(&[F]) -> F,
    grad: &'a dyn Fn(&[F]) -> (F, Vec<F>),
    into: &'a dyn Fn(&[F], &mut [F]) -> F,
    acc: &'a dyn Fn(&[F], &mut [F]) -> F,
    vjp: &'a dyn Fn(&[F], F) -> (F, Vec<F>),
    jvp: &'a dyn Fn(&[F], &[F]) -> (F, F),
    hvp: &'a dyn Fn(&[F], &[F]) -> (F, Vec<F>, Vec<F>),
    hessian: &'a dyn Fn(&[F]) -> (F, Vec<F>, Vec<F>),
    jacobian: &'a dyn Fn(&[F]) -> Vec<F>,
    steps: &'a dyn Fn(&[F]) -> Vec<F>,
}

/// Equal, whatever the sign of a zero; NaN is equal to NaN.
#[track_caller]
fn same<F: num_traits::Float + std::fmt::Debug>(what: &str, found: F, expected: F) {
    assert!(
        found == expected || (found.is_nan() && expected.is_nan()),
        "{what}: {found:?}, not {expected:?}"
    );
}

/// At operands `at`, all routes have the partials `partials`, and the second partials `seconds`, row by row.
fn check<F: num_traits::Float + std::fmt::Debug>(
    name: &str,
    modes: &Modes<F>,
    (routes, at): (usize, &[F]),
    partials: &[F],
    seconds: &[F],
) {
    let (zero, one, two) = (F::zero(), F::one(), F::one() + F::one());
    let x = at.repeat(routes);
    let n = x.len();
    let value = (modes.function)(&x);
    let what = |mode: &str, k: usize| {
        format!("`{name}`{at:?}, {mode}, operand {} of route {}", k % at.len(), k / at.len())
    };
    let mut buffer = vec![two; n];
    let mut sums = vec![two; n];
    let (into, acc) = ((modes.into)(&x, &mut buffer), (modes.acc)(&x, &mut sums));
    let ((grad, gradient), (vjp, weighted)) = ((modes.grad)(&x), (modes.vjp)(&x, -two));
    for (mode, found) in [("grad", grad), ("grad_into", into), ("grad_acc", acc), ("vjp", vjp)] {
        same(&what(mode, 0), found, value);
    }
    let rows = (modes.jacobian)(&x);
    let steps = (modes.steps)(&x);
    for k in 0..n {
        let expected = partials[k % at.len()];
        same(&what("grad", k), gradient[k], expected);
        same(&what("grad_into", k), buffer[k], expected);
        same(&what("grad_acc", k), sums[k], two + expected);
        same(&what("vjp", k), weighted[k], -two * expected);
        same(&what("checkpoint", k), steps[k], expected);
    }
    // Along zero tangents, infinite partials are no numbers.
    if partials.iter().any(|p| !p.is_finite()) {
        let sum = partials.iter().fold(zero, |sum, p| sum + *p);
        same(&what("jvp", 0), (modes.jvp)(&x, &vec![one; n]).1, sum);
        return;
    }
    for k in 0..n {
        let mut along = vec![zero; n];
        along[k] = one;
        same(&what("jacobian", k), rows[k], partials[k % at.len()]);
        same(&what("jvp", k), (modes.jvp)(&x, &along).1, partials[k % at.len()]);
        let (_, gradient, product) = (modes.hvp)(&x, &along);
        let (_, _, matrix) = (modes.hessian)(&x);
        for i in 0..n {
            let second = match i / at.len() == k / at.len() {
                true => seconds.get(i % at.len() * at.len() + k % at.len()).copied().unwrap_or(zero),
                false => zero,
            };
            same(&what("gradient of hvp", i), gradient[i], partials[i % at.len()]);
            same(&what("hvp", i), product[i], second);
            same(&what("hessian", i), matrix[i * n + k], second);
        }
    }
}

/// `name[a, b] 2 = expression, other spellings…; generic: expression of T; at (operands) [partials], second [row by row]; …`
macro_rules! line {
    (@written $F:ident $name:ident $operands:tt [$($a:ident),+] $n:literal = $e:expr $(, $other:expr)*; generic $T:ident: $g:expr;
        $(at ($($at:expr),+) [$($p:expr),+] $(second [$($s:expr),+])?;)+) => {
        pastey::paste! {
            #[backprop(jvp, order = 2)]
            fn [<$name _called>]($($a: $F),+) -> $F {
                $e
            }

            #[backprop(jvp, order = 2)]
            fn [<$name _generic>]<$T: num_traits::Float>($($a: $T),+) -> $T {
                $g
            }

            #[backprop(jvp, hvp, hessian, acc, vjp)]
            fn $name(x: &[$F]) -> $F {
                let n = $n;
                let mut k = 0;
                let mut sum = 0.0;
                {
                    $( let $a = x[k]; k += 1; )+
                    sum += $e;
                }
                if x.len() > 2 * n - 1 {
                    $( let $a = x[k]; k += 1; )+
                    sum += $e;
                } else {
                    sum = x[0];
                }
                for row in x[2 * n..3 * n].chunks_exact(n) {
                    let mut at = 0;
                    $( let $a = row[at]; at += 1; )+
                    sum += $e;
                }
                let mut left = 1;
                while left > 0 {
                    let mut at = 3 * n;
                    $( let $a = x[at]; at += 1; )+
                    sum += $e;
                    left -= 1;
                }
                let closure = |$($a: $F),+| $e;
                k = 4 * n;
                sum += closure($({ let $a = x[k]; k += 1; $a }),+);
                sum += [<$name _called>]($({ let $a = x[k]; k += 1; $a }),+);
                sum += [<$name _generic>]($({ let $a = x[k]; k += 1; $a }),+);
                sum += x[7 * n..8 * n].chunks_exact(n).map(|row| {
                    let mut at = 0;
                    $( let $a = row[at]; at += 1; )+
                    $e
                }).sum::<$F>();
                k = 8 * n;
                $({
                    let $operands = x[k..k + n] else { panic!("too few operands") };
                    k += n;
                    sum += $other;
                })*
                sum
            }

            #[backprop(jacobian)]
            fn [<$name _row>](x: &[$F]) -> [$F; 1] {
                let n = $n;
                let mut sum = 0.0;
                for row in x.chunks_exact(n) {
                    let mut at = 0;
                    $( let $a = row[at]; at += 1; )+
                    sum += $e;
                }
                [sum]
            }

            #[backprop(checkpoint)]
            fn [<$name _steps>](x: &[$F]) -> $F {
                let n = $n;
                let mut sum = 0.0;
                for i in 0..x.len() / n {
                    let mut at = i * n;
                    $( let $a = x[at]; at += 1; )+
                    sum = (sum + $e) * 1.0;
                }
                sum
            }

            #[test]
            fn [<$name _has_its_partials>]() {
                let modes = Modes {
                    function: &$name,
                    grad: &[<$name _grad>],
                    into: &[<$name _grad_into>],
                    acc: &[<$name _grad_acc>],
                    vjp: &[<$name _vjp>],
                    jvp: &[<$name _jvp>],
                    hvp: &[<$name _hvp>],
                    hessian: &[<$name _hessian>],
                    jacobian: &|x| [<$name _row_jacobian>](x).1.to_vec(),
                    steps: &|x| [<$name _steps_grad>](x).1,
                };
                let routes = 8 + [$(stringify!($other)),*].len();
                $( check(stringify!($name), &modes, (routes, &[$($at),+]), &[$($p),+], &[$($($s),+)?]); )+
            }
        }
    };
    ($F:ident $name:ident $operands:tt $($rest:tt)+) => {
        line! { @written $F $name $operands $operands $($rest)+ }
    };
}

macro_rules! conventions {
    ($F:ident $abs:ident $floor:ident $ceil:ident $round:ident $trunc:ident $sqrt:ident $cbrt:ident $asin:ident
        $acos:ident $acosh:ident $atanh:ident $max:ident $min:ident $hypot:ident $atan2:ident $pow:ident $fmod:ident
        $copysign:ident $fdim:ident) => {
        use std::primitive::$F as float;
        const NAN: $F = float::NAN;
        const INF: $F = float::INFINITY;

        line! { $F abs[a] 1 = a.abs(), $F::abs(a), libm::$abs(a); generic T: a.abs();
            at (0.0) [0.0]; at (-0.0) [0.0]; at (-2.0) [-1.0]; }
        line! { $F signum[a] 1 = a.signum(), $F::signum(a); generic T: a.signum();
            at (0.0) [0.0]; at (-0.0) [0.0]; at (2.5) [0.0]; }
        line! { $F floor[a] 1 = a.floor(), $F::floor(a), libm::$floor(a); generic T: a.floor();
            at (0.0) [0.0]; at (2.5) [0.0]; }
        line! { $F ceil[a] 1 = a.ceil(), $F::ceil(a), libm::$ceil(a); generic T: a.ceil();
            at (0.0) [0.0]; at (2.5) [0.0]; }
        line! { $F round[a] 1 = a.round(), $F::round(a), libm::$round(a); generic T: a.round();
            at (0.5) [0.0]; at (-2.5) [0.0]; }
        line! { $F trunc[a] 1 = a.trunc(), $F::trunc(a), libm::$trunc(a); generic T: a.trunc();
            at (1.0) [0.0]; at (-0.5) [0.0]; }
        line! { $F fract[a] 1 = a.fract(), $F::fract(a); generic T: a.fract(); at (1.0) [1.0]; at (-0.5) [1.0]; }
        line! { $F sqrt[a] 1 = a.sqrt(), $F::sqrt(a), libm::$sqrt(a); generic T: a.sqrt(); at (0.0) [INF]; at (4.0) [0.25] second [-0.03125]; }
        line! { $F cbrt[a] 1 = a.cbrt(), $F::cbrt(a), libm::$cbrt(a); generic T: a.cbrt(); at (0.0) [INF]; }
        line! { $F asin[a] 1 = a.asin(), $F::asin(a), libm::$asin(a); generic T: a.asin(); at (1.0) [INF]; at (-1.0) [INF]; }
        line! { $F acos[a] 1 = a.acos(), $F::acos(a), libm::$acos(a); generic T: a.acos(); at (1.0) [-INF]; at (-1.0) [-INF]; }
        line! { $F acosh[a] 1 = a.acosh(), $F::acosh(a), libm::$acosh(a); generic T: a.acosh(); at (1.0) [INF]; }
        line! { $F atanh[a] 1 = a.atanh(), $F::atanh(a), libm::$atanh(a); generic T: a.atanh(); at (1.0) [INF]; at (-1.0) [INF]; }
        line! { $F root_of_a_square[a] 1 = (a * a).sqrt(), $F::sqrt(a * a); generic T: (a * a).sqrt(); at (0.0) [NAN]; at (-2.0) [-1.0]; }
        line! { $F max[a, b] 2 = a.max(b), $F::max(a, b), libm::$max(a, b), [a, b].into_iter().fold(float::NEG_INFINITY, $F::max);
            generic T: a.max(b);
            at (0.0, 0.0) [1.0, 0.0]; at (1.0, 1.0) [1.0, 0.0]; at (1.0, 2.0) [0.0, 1.0]; at (NAN, 2.0) [0.0, 1.0]; at (2.0, NAN) [1.0, 0.0]; }
        line! { $F min[a, b] 2 = a.min(b), $F::min(a, b), libm::$min(a, b), [a, b].into_iter().fold(float::INFINITY, $F::min);
            generic T: a.min(b);
            at (0.0, 0.0) [1.0, 0.0]; at (1.0, 1.0) [1.0, 0.0]; at (1.0, 2.0) [1.0, 0.0]; at (NAN, 2.0) [0.0, 1.0]; at (2.0, NAN) [1.0, 0.0]; }
        line! { $F max_zero[a] 1 = a.max(0.0), $F::max(a, 0.0); generic T: a.max(T::zero()); at (0.0) [1.0]; at (-1.0) [0.0]; }
        line! { $F branch[a] 1 = if a > 0.0 { a } else { 0.0 }, match a { v if v > 0.0 => v, _ => 0.0 };
            generic T: if a > T::zero() { a } else { T::zero() }; at (0.0) [0.0]; at (1.0) [1.0]; }
        line! { $F clamp[a, l, h] 3 = a.clamp(l, h), $F::clamp(a, l, h); generic T: num_traits::Float::max(a.min(h), l);
            at (1.0, 0.0, 1.0) [1.0, 0.0, 0.0]; at (2.0, 0.0, 1.0) [0.0, 0.0, 1.0]; at (-1.0, 0.0, 1.0) [0.0, 1.0, 0.0]; }
        line! { $F clamp_at_its_lower_bound[a, l, h] 3 = a.clamp(l, h), $F::clamp(a, l, h); generic T: num_traits::Float::max(a, l) + (h - h);
            at (0.0, 0.0, 1.0) [1.0, 0.0, 0.0]; }
        line! { $F hypot[a, b] 2 = a.hypot(b), $F::hypot(a, b), libm::$hypot(a, b); generic T: a.hypot(b); at (0.0, 0.0) [0.0, 0.0]; at (-0.0, 0.0) [0.0, 0.0]; }
        line! { $F atan2[a, b] 2 = a.atan2(b), $F::atan2(a, b), libm::$atan2(a, b); generic T: a.atan2(b); at (0.0, 0.0) [0.0, 0.0]; at (0.0, -0.0) [0.0, 0.0]; }
        line! { $F powf[a, b] 2 = a.powf(b), $F::powf(a, b), libm::$pow(a, b); generic T: a.powf(b);
            at (0.0, 0.0) [0.0, 0.0]; at (0.0, 0.5) [INF, 0.0]; at (-2.0, 2.0) [-4.0, NAN]; }
        line! { $F powf_of_a_constant[a] 1 = a.powf(2.0), $F::powf(a, 2.0), libm::$pow(a, 2.0); generic T: a.powf(T::one() + T::one());
            at (-2.0) [-4.0] second [2.0]; at (0.0) [0.0] second [2.0]; }
        line! { $F powi_zero[a] 1 = a.powi(0), $F::powi(a, 0); generic T: a.powi(0); at (0.0) [0.0]; at (3.0) [0.0]; }
        line! { $F powi_one[a] 1 = a.powi(1), $F::powi(a, 1); generic T: a.powi(1); at (0.0) [1.0]; }
        line! { $F powi_two[a] 1 = a.powi(2), $F::powi(a, 2); generic T: a.powi(2); at (0.0) [0.0] second [2.0]; at (-3.0) [-6.0] second [2.0]; }
        line! { $F rem[a, b] 2 = a % b, libm::$fmod(a, b), { let mut r = a; r %= b; r }; generic T: a % b;
            at (7.5, 2.0) [1.0, -3.0]; at (-7.0, 2.0) [1.0, 3.0]; at (4.0, 2.0) [1.0, -2.0]; }
        line! { $F copysign[a, b] 2 = a.copysign(b), $F::copysign(a, b), libm::$copysign(a, b); generic T: a.copysign(b);
            at (2.0, -1.0) [-1.0, 0.0]; at (-2.0, -1.0) [1.0, 0.0]; at (0.0, -1.0) [-1.0, 0.0]; at (2.0, -0.0) [-1.0, 0.0]; }
        line! { $F abs_sub[a, b] 2 = a.abs_sub(b), libm::$fdim(a, b); generic T: a.abs_sub(b); at (1.0, 1.0) [1.0, -1.0]; at (1.0, 2.0) [0.0, 0.0]; }
        line! { $F product[a, b, c] 3 = a * b * c, [a, b, c].iter().product::<$F>(), { let mut p = a; p *= b; p *= c; p }; generic T: a * b * c;
            at (0.0, 3.0, 5.0) [15.0, 0.0, 0.0] second [0.0, 5.0, 3.0, 5.0, 0.0, 0.0, 3.0, 0.0, 0.0]; }
        line! { $F difference[a] 1 = a - a, { let mut d = a; d -= a; d }; generic T: a - a; at (1.0) [0.0]; }
        line! { $F widths[a] 1 = a as f64 as f32 as $F, (a as f32) as $F; generic T: T::from(a.to_f64().unwrap()).unwrap(); at (0.5) [1.0]; }
    };
}

mod double {
    use super::*;
    conventions!(f64 fabs floor ceil round trunc sqrt cbrt asin acos acosh atanh fmax fmin hypot atan2 pow fmod copysign fdim);
}
mod single {
    use super::*;
    conventions!(f32 fabsf floorf ceilf roundf truncf sqrtf cbrtf asinf acosf acoshf atanhf fmaxf fminf hypotf atan2f powf fmodf
        copysignf fdimf);
}
