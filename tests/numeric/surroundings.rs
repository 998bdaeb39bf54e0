//! What the macro knows of the items around a function, from the file that it stands in and from those of the modules
//! that are imported: aliases, results of functions, generic ones too. (What stands in a macro is not found there: all
//! other tests are of functions around which nothing is known.)

use backprop::backprop;
use num_traits::Float;
use types::deep::*;
use types::{Config, Pose, V3};

pub mod erf;
mod inner;
mod types;

use erf::erf;
use inner::inner;

type State = [f64; 4];
type MassRatio = f64;
type Quaternion<T> = (T, Vector3<T>);
type Vector3<T> = [T; 3];
type Single = f32;

// Functions whose names look like those of types.

#[allow(non_snake_case)]
#[backprop(jvp)]
fn E(x: f64) -> f64 {
    x * x.exp()
}

#[allow(non_snake_case)]
#[backprop(jvp)]
fn capitals(x: f64, y: f64) -> f64 {
    let E = E(x * y);
    E * types::H(x) - self::E(E * 0.1)
}
case!(f64 double: capitals(by x: -1.0..1.0, by y: -1.0..1.0));

// Chains, loops and operations on elements of results.

#[backprop(jvp)]
fn rows(x: f64, y: f64) -> [[f64; 3]; 3] {
    [[x, y, x * y], [x * x, 1.0, y.sin()], [y, x, 2.0]]
}

#[backprop(jvp)]
fn volume(x: f64, y: f64) -> f64 {
    let j = rows(x, y);
    types::dot(&j[0], &types::cross(j[1], j[2]))
}
case!(f64 double: volume(by x: -1.0..1.0, by y: -1.0..1.0));

#[backprop(jvp)]
fn chains(x: f64, y: f64) -> f64 {
    let j = rows(x, y);
    let mut total = j[0].iter().zip(j[1].iter()).map(|(a, b)| a * b).sum::<f64>();
    for row in &j {
        for (i, v) in row.iter().enumerate() {
            total += v * v * i as f64;
        }
    }
    total += j.iter().flatten().fold(0.0, |a: f64, b| a + b.cos());
    total + j[2][1..].iter().map(|v| v.exp()).product::<f64>() + j.len() as f64
}
case!(f64 double: chains(by x: -1.0..1.0, by y: -1.0..1.0));

#[backprop(jvp)]
fn elements(x: f64, y: f64, #[no_grad] n: usize) -> f64 {
    let mut j = rows(x, y);
    for i in 0..n {
        j[i % 3][0] += x * y;
        j[1][i % 3] *= y;
        j[0][1] -= j[1][0];
        j.swap(i % 3, 2);
    }
    let mut a = [x; 3];
    for (u, v) in a.iter_mut().zip(j[0]) {
        *u += v;
    }
    for (u, v) in a.iter_mut().zip(types::cross(j[1], j[2])) {
        *u *= v;
    }
    if a[0] > a[1] { a[0] * a[2] } else { a[1] - a[2] }
}
case!(f64 double: elements(by x: -1.0..1.0, by y: -1.0..1.0; 4));

#[backprop(jvp)]
fn chosen(x: f64, y: f64, #[no_grad] k: u8) -> V3 {
    let p = if x > y { types::cross([x, y, 1.0], [y, x, 2.0]) } else { scaled([x, y, x * y], y) };
    let q = match k {
        0 => p,
        1 => types::cross(p, [x, 1.0, y]),
        _ => [x; 3],
    };
    q.map(|v| v * x)
}
case!(f64 double: vjp chosen(by x: -1.0..1.0, by y: -1.0..1.0; 0));

#[backprop(jvp)]
fn chosen_by_call(x: f64, y: f64) -> V3 {
    let mut v = chosen(x, y, 1);
    let [a, b, _] = chosen(y, x, 2);
    v[0] += a * b;
    v
}
case!(f64 double: vjp chosen_by_call(by x: -1.0..1.0, by y: -1.0..1.0));

// Aliases.

#[backprop(jvp)]
fn potential(mu: f64, x: f64) -> f64 {
    mu * x * x
}

#[backprop(jvp)]
fn handed_on(mu: MassRatio, x: f64) -> MassRatio {
    potential(mu, x) + potential(x, mu) * 0.5
}
case!(f64 double: handed_on(by mu: -1.0..1.0, by x: -1.0..1.0));

#[backprop(jvp)]
fn derivative(s: &State, mu: MassRatio) -> State {
    let [x, y, vx, vy] = *s;
    let r: V3 = [x, y, mu];
    let n = r.iter().map(|v| v * v).sum::<f64>().sqrt() + 1.0;
    [vx, vy, -mu * x / n, -mu * y / n]
}

#[backprop(jvp)]
fn step(s: &State, mu: MassRatio, #[no_grad] n: usize) -> State {
    let mut now = *s;
    for _ in 0..n {
        let k = derivative(&now, mu);
        let mut half = now;
        for (h, k) in half.iter_mut().zip(&k) {
            *h += 0.05 * k;
        }
        for (v, k) in now.iter_mut().zip(derivative(&half, mu)) {
            *v += 0.1 * k;
        }
    }
    now
}
case!(f64 double: vjp step(to s: -1.0..1.0 => [0.0; 4], by mu: 0.5..1.0; 3));

#[backprop(jvp)]
fn matrix(m: &types::Matrix, p: V3) -> V3 {
    let mut out = V3::default();
    for i in 0..3 {
        for k in 0..3 {
            out[i] += m[i][k] * p[k];
        }
    }
    out
}
case!(f64 double: vjp matrix(to m: -1.0..1.0 => [[0.0; 3]; 3], by p: -1.0..1.0 => [0.0; 3]));

#[backprop(jvp)]
fn centre(points: &[V3], w: f64) -> V3 {
    let mut acc: V3 = Default::default();
    for p in points {
        for i in 0..3 {
            acc[i] += p[i] * w;
        }
    }
    points.iter().fold(acc, |a, p| types::cross(a, *p))
}
case!(f64 double: vjp centre(slice points: -1.0..1.0 => vec![[0.0; 3]; 3], by w: 0.5..1.0));

#[backprop(jvp)]
fn pose(p: &Pose, q: (V3, f64)) -> f64 {
    let (a, b) = p;
    let mut both: [V3; 2] = [*a, *b];
    both.swap(0, 1);
    types::dot(&both[0], &q.0) * q.1 + both[1][2] * p.0[0]
}
case!(f64 double: pose(to p: -1.0..1.0 => ([0.0; 3], [0.0; 3]), by q: -1.0..1.0 => ([0.0; 3], 0.0)));

#[backprop(jvp)]
fn passive_struct(x: V3, c: &Config) -> f64 {
    scaled_by(x, c)[1] * c.scale
}
#[backprop(jvp)]
fn scaled_by(x: V3, c: &Config) -> V3 {
    [x[0], x[1] * x[1] * c.scale, x[2]]
}
case!(f64 double: passive_struct(by x: -1.0..1.0 => [0.0; 3]; &Config { scale: 3.0 }));

#[backprop(jvp)]
fn single(x: Single, y: [Single; 2]) -> Single {
    y.iter().map(|v| v * x).sum::<f32>().sin()
}

#[test]
fn singles_stay_singles() {
    let (value, (dx, dy)) = single_grad(0.5, [1.0, 2.0]);
    let c: f32 = 1.5f32.cos();
    assert_eq!((value, dx, dy), (1.5f32.sin(), c * 3.0, [c * 0.5; 2]));
}

// Tuples of arrays, generic functions.

#[backprop(jvp)]
fn mul<T: Float>(a: Quaternion<T>, b: Quaternion<T>) -> Quaternion<T> {
    let ([ax, ay, az], [bx, by, bz]) = (a.1, b.1);
    (
        a.0 * b.0 - ax * bx - ay * by - az * bz,
        [
            a.0 * bx + b.0 * ax + ay * bz - az * by,
            a.0 * by + b.0 * ay + az * bx - ax * bz,
            a.0 * bz + b.0 * az + ax * by - ay * bx,
        ],
    )
}

#[backprop(jvp)]
fn conjugate<T: Float>(q: &Quaternion<T>) -> Quaternion<T> {
    (q.0, q.1.map(|x| -x))
}

#[backprop(jvp)]
fn rotated(q: Quaternion<f64>, v: Vector3<f64>) -> Vector3<f64> {
    let p = (0.0, v);
    let r = mul(mul(q, p), conjugate(&q));
    r.1
}
case!(f64 double: vjp rotated(by q: -1.0..1.0 => (0.0, [0.0; 3]), by v: -1.0..1.0 => [0.0; 3]));

#[backprop(jvp)]
fn rotated_single(q: Quaternion<f32>, v: Vector3<f32>) -> Vector3<f32> {
    mul(mul(q, (0.0, v)), conjugate(&q)).1
}

#[test]
fn both_widths_agree() {
    let (q, v, seed) = ((0.5, [0.25, -0.75, 1.0]), [1.5, 0.125, -2.0], [1.0, -0.5, 2.0]);
    let (_, ((w, xyz), dv)) = rotated_vjp(q, v, seed);
    let narrow = |a: [f64; 3]| a.map(|x| x as f32);
    let (_, found) = rotated_single_vjp((q.0 as f32, narrow(q.1)), narrow(v), narrow(seed));
    assert_eq!(found, ((w as f32, narrow(xyz)), narrow(dv)));
}

#[backprop(jvp)]
fn sinc<T: Float>(x: T) -> T {
    if x.abs() < T::from(1e-3).unwrap() { T::one() } else { x.sin() / x }
}

#[backprop(jvp)]
fn norm<T: Float>(v: Vector3<T>) -> T {
    v.iter().fold(T::zero(), |sum, x| sum + *x * *x).sqrt()
}

#[backprop(jvp)]
fn exponential<T: Float>(v: Vector3<T>) -> Quaternion<T> {
    let half = T::from(0.5).unwrap();
    let theta = norm(v) * half;
    let k = half * sinc(theta);
    (theta.cos(), v.map(|x| k * x))
}

#[backprop(jvp)]
fn power(v: Vector3<f64>, #[no_grad] n: usize) -> Quaternion<f64> {
    let mut q = exponential(v);
    let mut out = (1.0, [0.0; 3]);
    for i in 0..n {
        if i % 2 == 0 {
            out = mul(out, q);
        }
        q = mul(q, q);
        if q.0 < 0.0 {
            q = conjugate(&q);
        }
    }
    out
}
case!(f64 double: vjp power(by v: 0.2..1.0 => [0.0; 3]; 4));

#[backprop(jvp)]
fn selected<T: Float>(a: Quaternion<T>, b: Quaternion<T>, #[no_grad] k: usize) -> Quaternion<T> {
    let near = if a.0 < b.0 { mul(a, b) } else { (a.0 * b.0, [a.0, b.1[0], norm(a.1)]) };
    match k {
        0 => conjugate(&near),
        1 => (near.0, near.1.map(|x| x * b.0)),
        _ => b,
    }
}

#[backprop(jvp)]
fn selected_double(a: Quaternion<f64>, b: Quaternion<f64>) -> f64 {
    let (w, [x, y, z]) = selected(a, b, 1);
    w * x + y * z + selected(b, a, 0).1[1] * selected(a, a, 2).0
}
case!(f64 double: selected_double(by a: -1.0..1.0 => (0.0, [0.0; 3]), by b: -1.0..1.0 => (0.0, [0.0; 3])));

#[backprop(jvp)]
fn zipped<T: Float, const N: usize>(a: [T; N], b: [T; N]) -> [T; N] {
    let mut out = a;
    for (o, x) in out.iter_mut().zip(b) {
        *o = *o * x;
    }
    out
}

#[backprop(jvp)]
fn of_lengths(a: [f64; 2], b: V3) -> f64 {
    let (p, q) = (zipped(a, a), zipped::<f64, 3>(b, b));
    p.iter().chain(&q).map(|v| v.sin()).sum()
}
case!(f64 double: of_lengths(by a: -1.0..1.0 => [0.0; 2], by b: -1.0..1.0 => [0.0; 3]));

// A function in a module of its own name.

#[backprop(jvp)]
fn of_their_names(x: f64, y: f64) -> f64 {
    erf(x) * erf::erfc(y) + erf::erf(x * y) * inner(x, y) + inner::inner(y, x)
}
case!(f64 double: of_their_names(by x: -1.0..4.0, by y: -1.0..1.0));

mod inline {
    use super::V3;
    use backprop::backprop;

    pub type Row = V3;

    #[backprop(jvp)]
    pub fn inline(r: Row) -> f64 {
        r[0] * r[1] + r[2]
    }
}
use inline::inline;

#[backprop(jvp)]
fn through_inline(r: inline::Row) -> f64 {
    inline(r) * inline::inline(scaled(r, 2.0))
}
case!(f64 double: through_inline(by r: -1.0..1.0 => [0.0; 3]));

// The names of this module are not those of another one.
mod other {
    use backprop::backprop;

    type State = f64;

    #[backprop(jvp)]
    pub fn rows(s: State) -> [State; 2] {
        [s * s, s]
    }

    #[backprop(jvp)]
    pub fn total(s: State) -> State {
        rows(s).iter().sum::<f64>() + super::rows(s, s)[1][0]
    }
    case!(f64 double: total(by s: -1.0..1.0));

    pub fn local(s: f64) -> f64 {
        #[backprop(jvp)]
        fn rows(s: f64) -> f64 {
            s * s * s
        }
        rows_grad(s).1
    }
}

#[test]
fn local_functions_hide_those_of_the_module() {
    assert_eq!(other::local(2.0), 12.0);
}

// Methods that are annotated one by one.

pub struct Spring<T> {
    stiffness: T,
    rest: Vec<T>,
}

impl<T: Float> Spring<T> {
    #[backprop(jvp)]
    pub fn energy(&self, x: T) -> T {
        let d = x - self.rest[0];
        self.stiffness * d * d * Self::half(x)
    }

    #[backprop(jvp)]
    pub fn all(&self, xs: &[T], w: T) -> T {
        let mut sum = self.energy(w);
        for (x, r) in xs.iter().zip(&self.rest) {
            sum = sum + self.energy(*x - *r) * w;
        }
        sum
    }

    #[backprop(jvp)]
    pub fn half(x: T) -> T {
        x.cos() / T::from(2.0).unwrap()
    }
}

#[test]
fn methods_of_generic_blocks() {
    let s = Spring { stiffness: 2.0, rest: vec![0.5, 0.25] };
    let energy = |x: f64| 2.0 * (x - 0.5).powi(2) * (x.cos() / 2.0);
    let slope = |x: f64| 2.0 * (x - 0.5) * x.cos() - (x - 0.5).powi(2) * x.sin();
    assert!((s.energy_grad(0.75).1 - slope(0.75)).abs() < 1e-12);
    let (value, (dx, dw)) = s.all_grad(&[1.0, 2.0], 0.75);
    let (p, q) = (1.0 - 0.5, 2.0 - 0.25);
    assert!((value - energy(0.75) - 0.75 * (energy(p) + energy(q))).abs() < 1e-12);
    assert!((dx[0] - 0.75 * slope(p)).abs() < 1e-12 && (dx[1] - 0.75 * slope(q)).abs() < 1e-12);
    assert!((dw - slope(0.75) - energy(p) - energy(q)).abs() < 1e-12);
}

// Names that mean something else here than there.
mod hidden {
    use super::*;

    macro_rules! real {
        () => {
            pub type Real = f32;
        };
    }

    pub mod wide {
        pub type Real = f64;
        pub const TWO: f32 = 2.0;
    }

    pub mod narrow {
        use super::wide::*;
        use backprop::backprop;

        // What a macro makes goes before what the `*` brings.
        real!();

        #[backprop]
        pub fn product(x: Real, y: Real) -> Real {
            let z: Real = x * y;
            z * TWO + z.sin()
        }
    }

    #[cfg(any())]
    type Sometimes = f32;
    #[cfg(not(any()))]
    type Sometimes = f64;

    #[backprop]
    fn configured(x: Sometimes, y: f64) -> Sometimes {
        x * y
    }

    type V3 = [f64; 3];

    #[backprop]
    fn generic<V3: Float>(x: V3, y: V3) -> V3 {
        x * y.sin()
    }

    #[backprop]
    fn of_the_body(x: f64) -> f64 {
        type V3 = [f32; 2];
        let v: V3 = [x as f32, 2.0];
        (v[0] * v[1]) as f64
    }

    fn outer() -> f64 {
        type V3 = f64;
        #[backprop]
        fn inner(x: V3) -> V3 {
            x * x
        }
        inner_grad(2.0).1
    }

    #[backprop]
    fn variable(x: f64) -> f64 {
        let rows = |y: f64| y * x;
        rows(x) * 2.0
    }

    #[test]
    fn names_mean_what_they_mean_where_they_stand() {
        let c = 1.0f32.cos();
        let product = (2.0 + 1.0f32.sin(), (2.0 * (2.0 + c), 0.5 * (2.0 + c)));
        assert_eq!(narrow::product_grad(0.5, 2.0), product);
        assert_eq!(configured_grad(2.0, 3.0), (6.0, (3.0, 2.0)));
        assert_eq!(generic_grad(2.0, 0.0), (0.0, (0.0, 2.0)));
        assert_eq!(of_the_body_grad(3.0), (6.0, 2.0));
        assert_eq!(outer(), 4.0);
        assert_eq!(variable_grad(3.0), (18.0, 12.0));
        let _: V3 = [wide::Real::MAX; 3];
    }
}

// Results of unknown type beside floats of a type parameter.

macro_rules! unseen {
    () => {
        #[backprop(jvp)]
        pub fn unseen<T: Float>(x: T, y: T) -> T {
            x * y.sin()
        }
    };
}
unseen!();

#[backprop(jvp)]
fn kept<T: Float>(x: T, y: T) -> (T, T) {
    if x > y {
        return (x, y);
    }
    let c = unseen(x, y);
    let d = (c * c + y * y).sqrt();
    let e = if d > x { unseen(d, c) } else { d * c };
    (e * c, x * d)
}

#[backprop(jvp)]
fn kept_double(x: f64, y: f64) -> f64 {
    let (a, b) = kept(x, y);
    a * b
}
case!(f64 double: kept_double(by x: -1.0..1.0, by y: -1.0..1.0));

/// `use std::f64;` brings in a module, and the type of that name stays the primitive one.
mod modules_of_std {
    use std::f64;
    #[allow(unused_imports)]
    use std::{f32, mem};

    #[backprop::backprop]
    pub fn area(radius: f64) -> f64 {
        f64::consts::PI * radius * radius
    }

    #[backprop::backprop]
    pub fn narrow(x: f32) -> f32 {
        x * f32::consts::E
    }

    #[test]
    fn hide_no_type() {
        assert_eq!(area_grad(2.0).1, 4.0 * std::f64::consts::PI);
        assert_eq!(narrow_grad(2.0).1, std::f32::consts::E);
    }
}

// What code that is not looked into lends to calls in loops, branches and closures: the reverse sweep reads copies of it.

const MATRIX: [[f64; 3]; 3] = [[1.0, 2.0, 3.0], [0.5, 0.25, -1.0], [1.0, -1.0, 2.0]];
static ROWS: &[&[f64]] = &[&[1.0, -2.0], &[0.5, 0.25, 1.0]];

/// No `Clone`.
struct Weight {
    factor: f64,
}

struct Layer {
    weights: Vec<Weight>,
    rows: Vec<Vec<f64>>,
}

fn layer() -> Layer {
    let weights = vec![Weight { factor: 1.5 }, Weight { factor: -0.5 }];
    Layer { weights, rows: vec![vec![1.0, 2.0], vec![-0.5, 1.0, 0.25]] }
}

fn doubled(row: &[f64]) -> Vec<f64> {
    row.iter().map(|v| 2.0 * v).collect()
}

#[backprop(jvp)]
fn along(row: &[f64], x: &[f64]) -> f64 {
    row.iter().zip(x).map(|(a, b)| a * b.sin()).sum()
}

#[backprop(jvp)]
fn weighted(w: &Weight, x: f64) -> f64 {
    w.factor * x * x
}

#[backprop(jvp)]
fn lent_by_constants(x: &[f64]) -> f64 {
    let mut s = 1.0;
    for row in &MATRIX {
        s *= along(row, x) + along(&row.to_vec(), x);
    }
    let products: Vec<f64> = MATRIX.iter().map(|row| along(row, x).cos()).collect();
    s * products.iter().product::<f64>() + ROWS.iter().map(|row| along(row, x)).product::<f64>()
}
case!(f64 double: lent_by_constants(slice x: -1.0..1.0 => vec![0.0; 3]));

#[backprop(jvp)]
fn lent_by_locals(x: &[f64]) -> f64 {
    let first = &ROWS[0];
    let mut s = along(first, x);
    for i in 0..3 {
        let row = doubled(&MATRIX[i]);
        s *= along(&row, x);
        if s > 0.0 {
            let row = doubled(&row);
            s += along(&row[1..], x) * s;
        }
    }
    s
}
case!(f64 double: lent_by_locals(slice x: -1.0..1.0 => vec![0.0; 3]));

#[backprop(jvp)]
fn lent_by_structs(x: &[f64], layer: &Layer) -> f64 {
    let mut s = 1.0;
    for row in layer.rows.iter() {
        s *= along(row, x) + along(&row[..2], x);
        s += along(&layer.rows[1], x);
    }
    s + layer.rows.iter().map(|row| along(&row[1..], x)).sum::<f64>()
}
case!(f64 double: lent_by_structs(slice x: 0.2..1.0 => vec![0.0; 3]; &layer()));

#[backprop(jvp)]
fn lent_without_copies(x: f64, layer: &Layer) -> f64 {
    let mut s = 1.0;
    for w in layer.weights.iter() {
        s *= weighted(w, x * s);
    }
    s
}
case!(f64 double: lent_without_copies(by x: 0.2..1.0; &layer()));

/// Functions in modules of their own name, imported out of these, from where the module's own name is not in scope.
mod imported_out {
    mod by_name {
        use crate::surroundings::erf::{erf as normal, erfc};
        use crate::surroundings::inner::inner;
        use backprop::backprop;

        #[backprop(jvp)]
        pub fn both(x: f64, y: f64) -> f64 {
            inner(x, normal(y)) * erfc(x)
        }
        case!(f64 double: both(by x: -1.0..4.0, by y: -1.0..1.0));

        #[backprop(jvp)]
        pub fn documented_inside(x: f64, y: f64) -> f64 {
            //! Inner attributes are none of the body's.
            #![allow(clippy::needless_return)]
            return inner(x, y) * normal(y);
        }
        case!(f64 double: documented_inside(by x: -1.0..4.0, by y: -1.0..1.0));
    }

    mod by_star {
        use super::super::erf::*;
        use backprop::backprop;

        #[backprop(jvp)]
        pub fn product(x: f64, y: f64) -> f64 {
            let mut sum = 0.0;
            for i in 0..3 {
                sum += erf(x * i as f64) * erfc(y);
            }
            sum
        }
    }
    use by_star::*;
    case!(f64 double: product(by x: -1.0..4.0, by y: -1.0..1.0));
}
