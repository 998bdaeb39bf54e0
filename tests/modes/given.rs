//! What passive code makes that is not looked into, where active values meet it: variables that start as it, arms, and
//! results that nothing active flows into.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        fn zeros(n: usize) -> Vec<$F> {
            (0..n).map(|i| 0.25 * i as $F).collect()
        }

        fn identity<const N: usize>() -> [[$F; N]; N] {
            std::array::from_fn(|i| std::array::from_fn(|j| if i == j { 1.0 } else { 0.0 }))
        }

        pub struct Model {
            weights: Vec<$F>,
            bias: $F,
        }

        impl Model {
            fn state(&self) -> (Vec<$F>, [$F; 2], $F) {
                (self.weights.clone(), [self.bias, 1.0], self.bias)
            }

            fn pair(&self) -> ($F, [$F; 2]) {
                (self.bias, [0.5, self.bias])
            }
        }

        pub trait Start {
            fn start(n: usize) -> Self;
        }

        impl Start for [$F; 3] {
            fn start(n: usize) -> Self {
                [n as $F, 0.5, -1.0]
            }
        }

        fn model() -> Model {
            Model { weights: vec![0.5, -1.0, 2.0], bias: 0.75 }
        }

        #[backprop $options]
        pub fn product<const N: usize>(a: &[[$F; N]; N], b: &[[$F; N]; N]) -> [[$F; N]; N] {
            let mut c = [[0.0; N]; N];
            for i in 0..N {
                for j in 0..N {
                    for k in 0..N {
                        c[i][j] += a[i][k] * b[k][j];
                    }
                }
            }
            c
        }

        #[backprop $options]
        pub fn suffixes<const N: usize>(matrices: &[[[$F; N]; N]]) -> Vec<[[$F; N]; N]> {
            let n = matrices.len();
            let mut suffix = vec![identity(); n + 1];
            for i in (0..n).rev() {
                suffix[i] = product(&suffix[i + 1], &matrices[i]);
            }
            suffix
        }

        #[backprop $options]
        pub fn of_suffixes(matrices: &[[[$F; 2]; 2]], x: $F) -> $F {
            let all = suffixes(matrices);
            all[0][0][1] * x + all[1][1][0] * all[2][0][0]
        }
        case!($F $mode: of_suffixes(slice m: -1.0..1.0 => [[[0.0; 2]; 2]; 3], by x: -1.0..1.0));

        #[backprop $options]
        pub fn only_rustc_knows(xs: &[$F], y: $F) -> $F {
            let mut acc = zeros(xs.len());
            let mut row = [zeros(1).len() as $F; 3];
            let mut holes: Vec<_> = zeros(3).into_iter().rev().collect();
            holes[1] *= y;
            for (i, x) in xs.iter().enumerate() {
                acc[i] += x * y;
                if *x > 0.5 {
                    let mut inner = vec![zeros(2); 2];
                    inner[1][0] = acc[i] * x;
                    inner[0][1] += inner[1][0] * y;
                    acc[0] += inner[0][1] * inner[1][1];
                }
                row[i % 3] *= x;
            }
            holes[1] * holes[2] + acc[0] * acc[1] + acc[2] * y + row[0] * row[1] - row[2]
        }
        case!($F $mode: only_rustc_knows(slice xs: 0.1..1.0 => [0.0; 4], by y: -1.0..1.0));

        #[backprop $options]
        pub fn in_patterns(x: $F, y: $F) -> $F {
            let model = model();
            let (mut weights, mut pair, bias) = model.state();
            weights[0] = x * y;
            weights[2] *= y;
            pair[1] += weights[0] * bias;
            let (mut typed, _, b): (Vec<$F>, [$F; 2], $F) = model.state();
            for w in typed.iter_mut() {
                *w *= x + b;
            }
            let mut whole: ($F, [$F; 2]) = model.pair();
            whole.1[0] -= y;
            whole.0 *= x;
            let more = |k: usize| {
                let mut made = zeros(3);
                made[k] += x;
                made[k] * made[2]
            };
            weights[0] * weights[1] + weights[2] + pair[0] * pair[1] + typed.iter().sum::<$F>() * y
                + whole.0 * whole.1[0] * whole.1[1]
                + more(1)
                + more(2)
        }
        case!($F $mode: in_patterns(by x: -1.0..1.0, by y: -1.0..1.0));

        #[backprop $options]
        pub fn started(x: $F, #[no_grad] n: usize) -> [$F; 3] {
            let mut v = <[$F; 3]>::start(n);
            v[1] *= x;
            v[2] = x * x;
            v
        }
        case!($F $mode: vjp started(by x: -1.0..1.0; 2));

        #[backprop $options]
        pub fn arms(x: $F) -> ($F, [$F; 2]) {
            let model = model();
            if x > 0.25 {
                (x * x, [x, model.bias])
            } else if x < -0.5 {
                model.pair()
            } else {
                let part: [$F; 2] = if x > 0.0 { [x * 2.0, x.sin()] } else { model.pair().1 };
                (part[0], part)
            }
        }
        case!($F $mode: vjp arms(by x: -1.0..1.0));

        #[backprop $options]
        pub fn signs(p: &[$F], t: &[$F]) -> Vec<$F> {
            p.iter().zip(t.iter()).map(|(p, t)| if p > t { 1.0 } else { -1.0 }).collect()
        }
        case!($F $mode: vjp signs(slice p: -1.0..1.0 => [0.0; 3], slice t: -1.0..1.0 => [0.0; 3]));

        #[backprop $options]
        pub fn partly(x: $F, #[no_grad] n: usize) -> ($F, Vec<$F>, ([$F; 2], $F)) {
            (x * x, zeros(n), (model().pair().1, x.cos()))
        }
        case!($F $mode: vjp partly(by x: -1.0..1.0; 3));

        #[backprop $options]
        pub fn early(x: $F, #[no_grad] n: usize) -> Vec<$F> {
            if x < 0.0 {
                return zeros(n);
            }
            for i in 0..n {
                if i as $F * x > 1.0 {
                    return zeros(n + 1).into_iter().rev().take(n).collect();
                }
            }
            vec![x * x; n]
        }
        case!($F $mode: vjp early(by x: -1.0..1.0; 3));

        #[backprop $options]
        pub fn behind_option(_x: $F, #[no_grad] n: usize) -> Option<Vec<$F>> {
            let made: Vec<$F> = zeros(n);
            if n > 5 { None } else { Some(made) }
        }

        #[backprop $options]
        pub fn of_it(x: $F, #[no_grad] n: usize) -> $F {
            let made = behind_option(x, n).unwrap();
            x * made[1] + arms(x).0
        }
        case!($F $mode: of_it(by x: -1.0..1.0; 3));

        #[backprop $options]
        pub fn flags(x: $F) -> ($F, bool, usize) {
            (x * x, x > 0.5, 3)
        }

        #[backprop $options]
        pub fn chosen_flags(x: $F) -> ($F, bool, usize) {
            if x > 0.0 { (x, true, 2) } else { flags(x) }
        }

        #[backprop $options]
        pub fn of_flags(x: $F) -> $F {
            let (v, large, k) = chosen_flags(x);
            if large { v * [0.5, 1.5, 2.5, -1.0][k] } else { v.sin() }
        }
        case!($F $mode: of_flags(by x: -1.0..1.0));
    };
}
instances!(functions);

#[backprop]
mod quaternions {
    use num_traits::Float;

    pub type Quaternion<T> = (T, [T; 3]);

    pub fn identity<T: Float>() -> Quaternion<T> {
        (T::one(), [T::zero(); 3])
    }

    pub fn scale<T: Float, const N: usize>(s: T, v: [T; N]) -> [T; N] {
        v.map(|x| x * s)
    }

    pub fn about<T: Float>(axis: [T; 3], angle: T) -> Quaternion<T> {
        let (sin, cos) = angle.sin_cos();
        let factor = sin / axis[0];
        if factor.is_finite() { (cos, scale(factor, axis)) } else { identity() }
    }
}

#[test]
fn arms_of_generic_calls() {
    let ((w, v), (d_axis, d_angle)) =
        quaternions::about_vjp([2.0, 1.0, 0.0], 0.5_f64, (1.0, [0.0, 2.0, 0.0]));
    assert_eq!((w, v), quaternions::about([2.0, 1.0, 0.0], 0.5_f64));
    let (sin, cos) = 0.5_f64.sin_cos();
    assert!((d_angle - (cos - sin)).abs() < 1e-12);
    assert!((d_axis[0] + 2.0 * sin / 4.0).abs() < 1e-12 && (d_axis[1] - 2.0 * sin / 2.0).abs() < 1e-12);
    let (value, _) = quaternions::about_vjp([0.0_f64; 3], 0.5, (1.0, [1.0; 3]));
    assert_eq!(value, (1.0, [0.0; 3]));
}
