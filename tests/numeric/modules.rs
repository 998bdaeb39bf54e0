//! The attribute on a module: what it knows of the items in it, and what it leaves alone.

use backprop::backprop;

#[backprop(jvp)]
pub mod geometry {
    use num_traits::Float;
    use std::f64::consts::PI;

    pub type Real = f64;
    pub type Vec3 = [Real; 3];
    pub type Quaternion<T> = (T, [T; 3]);
    pub type List<'a> = &'a [Real];

    const GAIN: Real = 1.5;
    const DIM: usize = 3;

    #[derive(Clone)]
    pub struct Inner<T> {
        pub scales: [T; 2],
    }

    #[derive(Clone)]
    pub struct Model {
        pub weights: Vec<Real>,
        pub bias: Real,
        pub n: usize,
        pub inner: Inner<f64>,
    }

    pub fn energy(x: Real, v: &Vec3) -> Real {
        let k = dot(v, v) * GAIN;
        let rounds = count(x);
        let mut sum = 0.0;
        for i in 0..DIM {
            sum += v[i] * PI * k;
        }
        for _ in 0..rounds {
            sum *= x;
        }
        sum * x
    }

    pub fn dot(a: &Vec3, b: &Vec3) -> Real {
        a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
    }

    /// Ends the flow, so that it is copied as it is.
    fn count(x: Real) -> usize {
        if x > 1.0 { 2 } else { 1 }
    }

    pub fn norm_squared<T: Float>(q: Quaternion<T>) -> T {
        let (w, v) = q;
        w * w + v[0] * v[0] + v[1] * v[1] + v[2]
    }

    pub fn sum(x: List<'_>) -> Real {
        let mut sum: Real = 0.0;
        for v in x {
            sum += v * v;
        }
        sum
    }

    pub fn cross(a: Vec3, b: Vec3) -> Vec3 {
        let c: Vec3 = [a[1] * b[2], a[2] * b[0], a[0] * b[1]];
        c
    }

    pub fn elements_of_a_result(a: Vec3, b: Vec3) -> Real {
        let c = cross(a, b);
        let mut sum = 0.0;
        for x in c.iter() {
            sum += x * x;
        }
        sum + c[0]
    }

    /// Left alone: the result has no derivative.
    pub fn text(x: Real) -> String {
        format!("{x}")
    }

    impl Model {
        const SCALE: Real = 2.0;

        pub fn loss(&self, x: &[Real]) -> Real {
            let mut sum = self.bias;
            for i in 0..self.n {
                sum += self.weights[i] * x[i].sin() * Self::SCALE * self.inner.scales[i];
            }
            sum
        }

        pub fn squared(&self, x: &[Real]) -> Real {
            Self::square(self.loss(x))
        }

        fn square(x: Real) -> Real {
            x * x
        }

        pub fn over_its_fields(&self, x: &[Real]) -> Real {
            let mut sum = 0.0;
            for w in self.weights.iter() {
                sum += w * x[0];
            }
            for w in &self.inner.scales {
                sum += *w * x[1] * self.bias;
            }
            for (w, v) in self.weights.iter().zip(x) {
                sum += w * v * v;
            }
            sum + self.inner.scales.iter().zip(x).map(|(s, v)| s * v).sum::<Real>()
        }

        /// Left alone, unlike its namesake of the other type.
        pub fn namesake(&self, x: Real) -> Option<String> {
            Some(format!("{x}"))
        }
    }

    pub struct Other(pub Real);

    impl Other {
        pub fn namesake(&self, x: Real) -> Real {
            x * self.0
        }

        pub fn calls_its_own(&self, x: Real) -> Real {
            self.namesake(x) * Self::taken(x)
        }

        /// The name of its companion is taken: left alone.
        fn companion(x: Real) -> Real {
            x
        }

        pub fn companion_grad(x: Real) -> Real {
            Self::companion(x) + 1.0
        }

        fn taken(x: Real) -> Real {
            x
        }
    }

    /// Copied code makes the table, and active values run beside it.
    pub fn beside_a_table(x: &[Real]) -> Real {
        let table = table(3);
        let mut sum = 0.0;
        for (t, v) in table.iter().zip(x) {
            sum += t * v;
        }
        sum * table[1] + x.iter().zip(&table).map(|(v, t)| v * v * t).sum::<Real>()
    }

    fn table(n: usize) -> Vec<Real> {
        (1..=n).map(|i| i as Real).collect()
    }

    pub mod deep {
        use super::*;

        type Local = [Real; 2];

        pub fn through_the_outer_module(x: Real) -> Real {
            let p: Local = [x, 2.0];
            super::energy(x, &[1.0, 2.0, x]) + dot(&[x, x, x], &[p[0], 1.0, p[1]])
        }
    }

    #[backprop::backprop(vjp)]
    pub fn asked_for_itself(x: Real, #[no_grad] n: Real) -> Real {
        x * x * n
    }

    pub fn marked(x: Real, #[no_grad] n: Real) -> Real {
        asked_for_itself(x, n) * n
    }

    /// A parameter hides the constant.
    pub fn shadowing<const DIM: usize>(x: [Real; DIM], gain: usize) -> Real {
        let mut sum = 0.0;
        for i in 0..DIM {
            sum += x[i] * gain as Real;
        }
        sum
    }
}

use geometry::*;

#[track_caller]
fn close(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-6 * (1.0 + a.abs()), "{a} {b}");
}

fn slope(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    (f(x + 1e-6) - f(x - 1e-6)) / 2e-6
}

#[test]
fn aliases_and_constants() {
    let v = [1.0, 0.5, -0.25];
    let (value, (d_x, d_v)) = energy_grad(1.5, &v);
    assert_eq!(value.to_bits(), energy(1.5, &v).to_bits());
    close(slope(|x| energy(x, &v), 1.5), d_x);
    for i in 0..3 {
        let at = |y| {
            let mut v = v;
            v[i] = y;
            energy(1.5, &v)
        };
        close(slope(at, v[i]), d_v[i]);
    }
    assert_eq!(sum_grad(&[1.0, 2.0]), (5.0, vec![2.0, 4.0]));
    assert_eq!(norm_squared_grad((1.0f32, [1.0, 2.0, 3.0])), (9.0, (2.0, [2.0, 4.0, 1.0])));
    assert_eq!(shadowing_grad([1.0, 2.0], 3), (9.0, [3.0; 2]));
}

#[test]
fn results_of_the_modules_functions() {
    let v = [1.0, 0.5, -0.25];
    let (_, (d_a, _)) = elements_of_a_result_grad(v, v);
    for i in 0..3 {
        let at = |y| {
            let mut a = v;
            a[i] = y;
            elements_of_a_result(a, v)
        };
        close(slope(at, v[i]), d_a[i]);
    }
}

#[test]
fn blocks_in_the_module() {
    let model = Model { weights: vec![1.0, 2.0], bias: 0.5, n: 2, inner: Inner { scales: [0.5, -1.0] } };
    let (_, d) = model.squared_grad(&[1.0, 2.0]);
    close(slope(|x| model.squared(&[x, 2.0]), 1.0), d[0]);
    close(slope(|x| model.squared(&[1.0, x]), 2.0), d[1]);
    close(model.squared_jvp(&[1.0, 2.0], &[1.0, 0.0]).1, d[0]);
}

#[test]
fn passive_collections() {
    let model = Model { weights: vec![1.0, 2.0], bias: 0.5, n: 2, inner: Inner { scales: [0.5, -1.0] } };
    let (_, d) = model.over_its_fields_grad(&[1.0, 2.0]);
    close(slope(|x| model.over_its_fields(&[x, 2.0]), 1.0), d[0]);
    close(slope(|x| model.over_its_fields(&[1.0, x]), 2.0), d[1]);
    let (value, d) = beside_a_table_grad(&[1.0, 2.0, 3.0]);
    assert_eq!((value, d), (64.0, vec![4.0, 12.0, 24.0]));
    assert_eq!(Other(2.0).calls_its_own_grad(3.0), (18.0, 12.0));
    assert_eq!(model.namesake(1.0).unwrap(), "1");
    assert_eq!(Other::companion_grad(1.0), 2.0);
}

#[test]
fn inner_modules_and_own_attributes() {
    let d = deep::through_the_outer_module_grad(1.5).1;
    close(slope(deep::through_the_outer_module, 1.5), d);
    assert_eq!(asked_for_itself_vjp(3.0, 2.0, 10.0), (18.0, 120.0));
    assert_eq!(marked_grad(3.0, 2.0), (36.0, 24.0));
    assert_eq!(text(1.0), "1");
}

/// Items in a function's own body are known as well.
#[backprop(jvp)]
fn local_items(x: f64) -> f64 {
    type Real = f64;
    const ROUNDS: usize = 3;
    const SCALE: Real = 0.5;
    fn start(n: usize) -> [Real; 2] {
        [n as f64, 1.0]
    }
    let base = start(ROUNDS);
    let mut p: [Real; 2] = [x, x * SCALE];
    for _ in 0..ROUNDS {
        p = [p[0] * p[1] * base[1], p[1] + base[0]];
    }
    p[0] * p[1]
}

#[test]
fn items_in_the_body() {
    let (value, d) = local_items_grad(0.75);
    assert_eq!(value.to_bits(), local_items(0.75).to_bits());
    close(slope(local_items, 0.75), d);
    close(local_items_jvp(0.75, 1.0).1, d);
}
