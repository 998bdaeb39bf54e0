//! What may stand in the signature, and where the function may stand.

use super::*;
use num_traits::Float;

/// A gradient beside central differences.
#[track_caller]
fn agree(f: impl Fn(&[f64]) -> f64, x: &[f64], gradient: &[f64]) {
    let report = backprop::check::check_gradient(f, gradient, x);
    assert!(report.agrees(1e-6), "{report}");
}

#[backprop(pullback = damped_pullback, tangent = damped_tangent)]
fn damped(x: f64, #[no_grad] rate: f64, steps: usize, names: &[&str], label: String) -> f64 {
    assert_eq!(names.len(), label.len());
    x * (-rate * steps as f64).exp()
}
fn damped_pullback(_: f64, rate: f64, steps: usize, names: &[&str], label: &str, _: f64, seed: f64) -> f64 {
    assert_eq!(names.len(), label.len());
    seed * (-rate * steps as f64).exp()
}
fn damped_tangent(_: f64, rate: f64, steps: usize, _: &[&str], _: &String, _: f64, dx: f64) -> f64 {
    dx * (-rate * steps as f64).exp()
}

#[backprop(jvp)]
fn damped_twice(x: f64, #[no_grad] rate: f64) -> f64 {
    let label = String::from("ab");
    let once = damped(x * x, rate, 2, &["a", "b"], label.clone());
    damped(once, stop_gradient(once), 1, &["c"], "c".to_string())
}

#[test]
fn passive_arguments() {
    let (value, d) = damped_grad(2.0, 0.5, 2, &["x"], "y".into());
    assert_eq!((value, d), (2.0 * (-1.0_f64).exp(), (-1.0_f64).exp()));
    let once = 4.0 * (-1.0_f64).exp();
    let (_, d) = damped_twice_grad(2.0, 0.5);
    agree(
        |x| damped(damped(x[0] * x[0], 0.5, 2, &[], String::new()), once, 1, &[], String::new()),
        &[2.0],
        &[d],
    );
    assert_eq!(damped_twice_jvp(2.0, 0.5, 1.0), damped_twice_grad(2.0, 0.5));
}

#[backprop(wrt(y), pullback = product_by_y, name = "product_in_y", vjp)]
fn product(x: f64, y: f64) -> f64 {
    x * y
}
fn product_by_y(x: f64, _: f64, _: f64, seed: f64) -> f64 {
    x * seed
}

#[test]
fn only_what_is_active_has_a_gradient() {
    assert_eq!(product_in_y_grad(3.0, 2.0), (6.0, 3.0));
    assert_eq!(product_in_y_vjp(3.0, 2.0, 10.0), (6.0, 30.0));
}

#[derive(Debug, PartialEq)]
struct Negative(f64);

#[backprop(pullback = root_pullback, tangent = root_tangent)]
fn root(x: f64) -> Result<f64, Negative> {
    if x < 0.0 { Err(Negative(x)) } else { Ok(x.sqrt()) }
}
fn root_pullback(_: f64, root: f64, seed: f64) -> f64 {
    seed / (2.0 * root)
}
fn root_tangent(_: f64, root: f64, dx: f64) -> f64 {
    dx / (2.0 * root)
}

#[backprop(pullback = split_pullback)]
fn split(xs: &[f64]) -> Option<(f64, usize)> {
    let total = xs.iter().sum();
    (!xs.is_empty()).then_some((total, xs.len()))
}
fn split_pullback(xs: &[f64], result: &(f64, usize), seed: &(f64, ())) -> Vec<f64> {
    assert_eq!(xs.len(), result.1);
    vec![seed.0; xs.len()]
}

#[backprop(jvp)]
fn roots(x: f64, y: f64) -> Result<f64, Negative> {
    let a = root(x)?;
    Ok(match root(y) {
        Ok(b) => a * b,
        Err(_) => a,
    } + root(a + 1.0).unwrap())
}

#[test]
fn options_and_results() {
    assert_eq!(root_grad(4.0), Ok((2.0, 0.25)));
    assert_eq!(root_grad(-4.0), Err(Negative(-4.0)));
    assert_eq!(root_jvp(4.0, 2.0), Ok((2.0, 0.5)));
    assert_eq!(split_vjp(&[1.0, 2.0], (3.0, 0)), Some(((3.0, 2), vec![3.0; 2])));
    assert_eq!(split_vjp(&[], (3.0, 0)), None);
    for y in [2.0, -1.0] {
        let (value, (dx, dy)) = roots_grad(3.0, y).unwrap();
        assert_eq!(Ok(value), roots(3.0, y));
        agree(|x| roots(x[0], x[1]).unwrap(), &[3.0, y], &[dx, dy]);
        assert_eq!(roots_jvp(3.0, y, 0.0, 1.0), Ok((value, dy)));
    }
    assert_eq!(roots_grad(-1.0, 1.0), Err(Negative(-1.0)));
}

#[backprop(pullback = scaled_pullback::<T, N>, tangent = scaled_tangent)]
fn scaled<T: Float, const N: usize>(v: &[T; N], by: T) -> [T; N] {
    v.map(|x| x * by)
}
fn scaled_pullback<T: Float, const N: usize>(v: &[T], by: T, _: &[T], seed: &[T]) -> ([T; N], T) {
    let dot = v.iter().zip(seed).fold(T::zero(), |sum, (v, s)| sum + *v * *s);
    (std::array::from_fn(|i| by * seed[i]), dot)
}
fn scaled_tangent<T: Float, const N: usize>(v: &[T; N], by: T, _: &[T; N], dv: &[T; N], d_by: T) -> [T; N] {
    std::array::from_fn(|i| dv[i] * by + v[i] * d_by)
}

#[backprop(pullback = sum_pullback)]
fn sum<T: Float, const N: usize>(all: Vec<T>) -> T {
    all.iter().take(N).fold(T::zero(), |sum, x| sum + *x)
}
fn sum_pullback<T: Float>(all: &[T], _: T, seed: T) -> Vec<T> {
    vec![seed; all.len()]
}

#[backprop]
fn of_generic<T: Float>(x: T, y: T) -> T {
    let v = scaled(&[x, y, x * y], x.sin());
    v[0] * v[1] + v[2] * sum::<T, 2>(vec![x, v[0]])
}

#[test]
fn generic_functions() {
    assert_eq!(scaled_vjp(&[1.0f32, 2.0], 3.0, [1.0, 10.0]), ([3.0, 6.0], ([3.0, 30.0], 21.0)));
    assert_eq!(scaled_jvp(&[1.0, 2.0], 3.0, [1.0, 0.0], 1.0).1, [4.0, 2.0]);
    let (_, (dx, dy)) = of_generic_grad(0.7, 1.3);
    agree(|x| of_generic(x[0], x[1]), &[0.7, 1.3], &[dx, dy]);
    assert_eq!(sum_grad::<f64, 2>(vec![1.0, 2.0]), (3.0, vec![1.0, 1.0]));
}

/// A parameter that is called like the function, one that is a pattern, and one that the function changes.
#[backprop(pullback = patterns_pullback)]
fn patterns([x, y]: [f64; 2], mut patterns: f64, &(a, _): &(f64, f64)) -> f64 {
    patterns *= x;
    patterns * y + a
}
fn patterns_pullback(
    [x, y]: &[f64; 2],
    z: f64,
    _: &(f64, f64),
    _: f64,
    seed: f64,
) -> ([f64; 2], f64, (f64, f64)) {
    ([seed * z * y, seed * z * x], seed * x * y, (seed, 0.0))
}

#[test]
fn parameters_may_be_patterns() {
    let gradient = ([15.0, 10.0], 6.0, (1.0, 0.0));
    assert_eq!(patterns_grad([2.0, 3.0], 5.0, &(1.0, 7.0)), (31.0, gradient));
}

type Metres = f64;
macro_rules! from_elsewhere {
    ($name:ident $pullback:ident) => {
        #[backprop(pullback = $pullback)]
        fn $name(depth: Metres, #[grad] of: Metres, index: Index, mode: Mode) -> Metres {
            depth * of + index as f64 + (mode == Mode::Deep) as u8 as f64
        }
    };
}
type Index = usize;
#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Deep,
}
// The names stand for numbers, whether the macro can look them up or not.
from_elsewhere!(pressure pressure_pullback);
fn pressure_pullback(depth: f64, of: f64, _: usize, _: &Mode, _: f64, seed: f64) -> (f64, f64) {
    (seed * of, seed * depth)
}
#[backprop(pullback = pressure_pullback)]
fn pressure_seen(depth: Metres, of: Metres, index: Index, mode: Mode) -> Metres {
    pressure(depth, of, index, mode)
}

#[backprop]
fn of_aliases(x: f64) -> f64 {
    pressure(x, x * x, 1, Mode::Deep) * pressure_seen(x, 2.0, 0, Mode::Deep)
}

#[test]
fn names_of_numbers_are_numbers() {
    agree(|x| of_aliases(x[0]), &[1.5], &[of_aliases_grad(1.5).1]);
}

#[derive(Clone)]
struct Spring {
    stiffness: f64,
    rest: Vec<f64>,
}

impl Spring {
    #[backprop(pullback = Self::force_pullback, tangent = Self::force_tangent)]
    fn force(&self, at: f64, i: usize) -> f64 {
        -self.stiffness * (at - self.rest[i])
    }
    fn force_pullback(&self, _: f64, _: usize, _: f64, seed: f64) -> f64 {
        -self.stiffness * seed
    }
    fn force_tangent(&self, _: f64, _: usize, _: f64, d_at: f64) -> f64 {
        -self.stiffness * d_at
    }

    #[backprop(pullback = Spring::energy_pullback, tangent = Self::energy_tangent)]
    fn energy(self, at: &[f64]) -> Option<f64> {
        (at.len() == self.rest.len())
            .then(|| at.iter().zip(&self.rest).map(|(x, r)| (x - r) * (x - r)).sum::<f64>())
    }
    fn energy_pullback(&self, at: &[f64], _: f64, seed: f64) -> Vec<f64> {
        at.iter().zip(&self.rest).map(|(x, r)| 2.0 * (x - r) * seed).collect()
    }
    fn energy_tangent(&self, at: &[f64], _: f64, d: &[f64]) -> f64 {
        at.iter().zip(&self.rest).zip(d).map(|((x, r), d)| 2.0 * (x - r) * d).sum()
    }

    /// Nothing in its signature or body says that it stands in an `impl` block, but the rule's path.
    #[backprop(pullback = Self::cubed_pullback, tangent = Self::cubed_tangent)]
    fn cubed(x: f64) -> f64 {
        x.powi(3)
    }
    fn cubed_pullback(x: f64, _: f64, seed: f64) -> f64 {
        3.0 * x * x * seed
    }
    fn cubed_tangent(x: f64, _: f64, dx: f64) -> f64 {
        3.0 * x * x * dx
    }

    #[backprop(jvp)]
    fn total(&self, x: f64, y: f64) -> f64 {
        let mut total = Self::cubed(x);
        for i in 0..2 {
            total += self.force(x * y, i) * Spring::cubed(total);
        }
        total * Spring::energy(self.clone(), &[x, y]).unwrap()
    }
}

#[backprop(jvp)]
fn from_outside(spring: &Spring, x: f64) -> f64 {
    spring.force(Spring::cubed(x), 1) * spring.total(x, 2.0 * x)
}

#[test]
fn methods() {
    let spring = Spring { stiffness: 2.0, rest: vec![0.5, -0.25] };
    assert_eq!(spring.force_grad(1.0, 0), (-1.0, -2.0));
    assert_eq!(spring.force_jvp(1.0, 0, 1.0), (-1.0, -2.0));
    let (value, (dx, dy)) = spring.total_grad(0.7, 0.4);
    agree(|x| spring.total(x[0], x[1]), &[0.7, 0.4], &[dx, dy]);
    assert_eq!(spring.total_jvp(0.7, 0.4, 1.0, 0.0).0, value);
    assert!((spring.total_jvp(0.7, 0.4, 1.0, 0.0).1 - dx).abs() < 1e-12);
    let (_, d) = from_outside_grad(&spring, 0.8);
    agree(|x| from_outside(&spring, x[0]), &[0.8], &[d]);
    assert!((from_outside_jvp(&spring, 0.8, 1.0).1 - d).abs() < 1e-12 * d.abs());
}

// Where the block is out of sight.
macro_rules! method {
    ($name:ident $rule:ident) => {
        #[backprop(pullback = Self::$rule)]
        fn $name(&self, x: f64, label: String) -> f64 {
            self.stiffness * x * x * label.len() as f64
        }
    };
}

impl Spring {
    method!(unseen unseen_pullback);

    fn unseen_pullback(&self, x: f64, label: &str, _: f64, seed: f64) -> f64 {
        seed * 2.0 * self.stiffness * x * label.len() as f64
    }

    #[backprop]
    fn twice(&self, x: f64) -> f64 {
        self.unseen(self.unseen(x, "ab".to_string()), "abc".into())
    }
}

#[test]
fn methods_that_macros_write() {
    let spring = Spring { stiffness: 0.5, rest: Vec::new() };
    agree(|x| spring.twice(x[0]), &[0.7], &[spring.twice_grad(0.7).1]);
}

struct Grid<T, const N: usize>([T; N]);

#[backprop]
impl<T: Float, const N: usize> Grid<T, N> {
    #[backprop(pullback = Self::at_pullback)]
    fn at(&self, x: T) -> T {
        let i = x.to_usize().unwrap().min(N - 2);
        let t = x - T::from(i).unwrap();
        self.0[i] * (T::one() - t) + self.0[i + 1] * t
    }
    fn at_pullback(&self, x: T, _: T, seed: T) -> T {
        let i = x.to_usize().unwrap().min(N - 2);
        seed * (self.0[i + 1] - self.0[i])
    }
    fn squared(&self, x: T) -> T {
        let y = self.at(x);
        y * y
    }
}

#[test]
fn blocks_with_rules_in_them() {
    let grid = Grid([1.0, 3.0, 2.0, 5.0]);
    agree(|x| grid.squared(x[0]), &[1.25], &[grid.squared_grad(1.25).1]);
}

#[backprop(jvp)]
mod inner {
    #[backprop(pullback = cube_pullback, tangent = rules::cube_tangent)]
    pub fn cube(x: f64) -> f64 {
        x * x * x
    }
    fn cube_pullback(x: f64, _: f64, seed: f64) -> f64 {
        3.0 * x * x * seed
    }
    mod rules {
        pub fn cube_tangent(x: f64, _: f64, dx: f64) -> f64 {
            3.0 * x * x * dx
        }
    }
    pub fn ninth(x: f64) -> f64 {
        cube(cube(x))
    }
}

#[test]
fn modules_with_rules_in_them() {
    use inner::ninth_grad;
    assert_eq!(ninth_grad(1.0), (1.0, 9.0));
    assert_eq!(inner::ninth_jvp(1.0, 2.0), (1.0, 18.0));
    assert_eq!(inner::cube_grad(2.0), (8.0, 12.0));
}

#[backprop(jvp)]
fn trapezium(f: impl Fn(f64) -> f64, a: f64, b: f64) -> f64 {
    (f(a) + f(b)) * (b - a) / 2.0
}

#[backprop(jvp)]
fn area(f: impl Fn(f64, &[f64]) -> f64, x: f64, p: &[f64]) -> f64 {
    f(x, p) * f(x * x, &p[1..])
}

#[backprop(pullback = line_pullback, tangent = line_tangent)]
fn line(x: f64, p: &[f64]) -> f64 {
    p.iter().fold(0.0, |y, c| y * x + c)
}
fn line_pullback(x: f64, p: &[f64], _: f64, seed: f64) -> (f64, Vec<f64>) {
    let n = p.len() as i32;
    let powers: Vec<f64> = (0..n).map(|i| seed * x.powi(n - 1 - i)).collect();
    let dx = (0..n - 1).map(|i| p[i as usize] * (n - 1 - i) as f64 * x.powi(n - 2 - i)).sum::<f64>();
    (seed * dx, powers)
}
fn line_tangent(x: f64, p: &[f64], y: f64, dx: f64, dp: &[f64]) -> f64 {
    let (by_x, by_p) = line_pullback(x, p, y, 1.0);
    by_x * dx + by_p.iter().zip(dp).map(|(a, b)| a * b).sum::<f64>()
}

#[backprop(jvp)]
fn with_functions(x: f64, p: &[f64]) -> f64 {
    trapezium(inner::cube, x, x * x) * area(line, x, p)
}

#[test]
fn they_can_be_passed_as_functions() {
    let p = [0.5, -1.0, 2.0];
    let (value, (dx, dp)) = with_functions_grad(1.2, &p);
    let all: Vec<f64> = [dx].into_iter().chain(dp).collect();
    agree(|x| with_functions(x[0], &x[1..]), &[1.2, 0.5, -1.0, 2.0], &all);
    let (v, d) = with_functions_jvp(1.2, &p, 1.0, &[0.0; 3]);
    assert!(v == value && (d - dx).abs() < 1e-12 * dx.abs());
    assert_eq!(trapezium_grad(inner::cube {}, 0.0, 1.0), (0.5, (-0.5, 2.0)));
}

#[backprop(pullback = short_pullback, tangent = short_tangent)]
fn short(xs: &[f64]) -> Vec<f64> {
    xs.to_vec()
}
fn short_pullback(xs: &[f64], _: &[f64], seed: &[f64]) -> Vec<f64> {
    seed[..xs.len() - 1].to_vec()
}
fn short_tangent(_: &[f64], _: &[f64], d: &[f64]) -> Vec<f64> {
    d[1..].to_vec()
}

#[test]
#[should_panic(expected = "`short_pullback`: the gradient of `xs` has length 2, but `xs` has length 3")]
fn gradients_have_the_length_of_the_parameter() {
    let _ = short_vjp(&[1.0, 2.0, 3.0], vec![1.0; 3]);
}

#[test]
#[should_panic(expected = "`short_tangent`: the tangent of the returned value has length 2")]
fn tangents_have_the_length_of_the_result() {
    let _ = short_jvp(&[1.0, 2.0, 3.0], &[1.0; 3]);
}

#[backprop(pullback = wrong_pullback)]
fn wrong(x: f64, y: f64) -> f64 {
    x * y
}
fn wrong_pullback(x: f64, y: f64, _: f64, seed: f64) -> (f64, f64) {
    (x * seed, y * seed)
}

#[test]
fn the_gradient_check_finds_a_wrong_rule() {
    let (_, (dx, dy)) = wrong_grad(2.0, 3.0);
    let report = backprop::check::check_gradient(|x| wrong(x[0], x[1]), &[dx, dy], &[2.0, 3.0]);
    assert!(!report.agrees(1e-3), "{report}");
}

#[derive(Clone)]
struct Table {
    rows: Vec<f64>,
    name: &'static str,
}

#[backprop(pullback = looked_up_pullback, tangent = looked_up_tangent)]
fn looked_up(table: &Table, names: (&str, &[&str]), x: f64) -> f64 {
    assert_eq!(table.name, names.0);
    table.rows.iter().sum::<f64>() * x * names.1.len() as f64
}
fn looked_up_pullback(table: &Table, names: &(&str, &[&str]), _: f64, _: f64, seed: f64) -> f64 {
    seed * table.rows.iter().sum::<f64>() * names.1.len() as f64
}
fn looked_up_tangent(table: &Table, names: &(&str, &[&str]), x: f64, y: f64, dx: f64) -> f64 {
    looked_up_pullback(table, names, x, y, dx)
}

struct Tables {
    first: Table,
    all: Vec<Table>,
}

#[backprop(jvp)]
fn looked_up_everywhere(tables: &Tables, x: f64) -> f64 {
    const SAME: &Table = &Table { rows: Vec::new(), name: "" };
    let own = tables.first.clone();
    let mut y = looked_up(&tables.first, ("a", &["x"]), x) + looked_up(SAME, ("", &[]), x);
    for i in 0..tables.all.len() {
        y = looked_up(&tables.all[i], ("b", &["x", "y"]), y * x) + looked_up(&own, ("a", &["x"]), y);
    }
    y
}

#[test]
fn what_is_lent_comes_again() {
    let first = Table { rows: vec![0.5, 0.25], name: "a" };
    let all = vec![Table { rows: vec![0.5], name: "b" }, Table { rows: vec![-1.5, 0.25], name: "b" }];
    let tables = Tables { first, all };
    let (value, d) = looked_up_everywhere_grad(&tables, 0.7);
    agree(|x| looked_up_everywhere(&tables, x[0]), &[0.7], &[d]);
    let (same, t) = looked_up_everywhere_jvp(&tables, 0.7, 1.0);
    assert!(value == same && (t - d).abs() < 1e-12 * d.abs());
}

#[test]
fn buffers() {
    let mut d = [7.0; 3];
    assert_eq!(line_grad_into(2.0, &[1.0, 2.0, 3.0], &mut d), (11.0, 6.0));
    assert_eq!(d, [4.0, 2.0, 1.0]);
}
