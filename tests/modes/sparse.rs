//! `NAME_sparse_jacobian` and `NAME_sparse_hessian`: the entries beside those of the dense matrices, all others zero there, and
//! no more entries and sweeps than closed forms say.

use backprop::backprop;

const N: usize = 9;
const TWICE: usize = 2 * N;

type Place = (usize, usize);

/// All entries in their places, and what has none is zero.
fn same<F: num_traits::Float + std::fmt::Debug + std::fmt::Display>(
    entries: &[F],
    rows: &[usize],
    columns: &[usize],
    dense: &dyn Fn(Place) -> F,
    (m, n): Place,
) {
    assert_eq!((entries.len(), entries.len()), (rows.len(), columns.len()));
    let places: Vec<Place> = rows.iter().copied().zip(columns.iter().copied()).collect();
    assert!(places.is_sorted() && places.iter().all(|(r, c)| *r < m && *c < n));
    for row in 0..m {
        for column in 0..n {
            let found = places.binary_search(&(row, column)).map_or(F::zero(), |k| entries[k]);
            let (exact, near) = (dense((row, column)), F::from(1e-5).unwrap() * (F::one() + found.abs()));
            assert!((found - exact).abs() <= near, "{row}, {column}: {found} beside {exact}");
        }
    }
}

fn point<F: num_traits::Float, const K: usize>(k: usize) -> [F; K] {
    std::array::from_fn(|i| F::from(((3 * i + k) as f64 * 0.7).sin() + 0.1).unwrap())
}

macro_rules! functions {
    ($F:ident $mode:ident ($($option:ident),*)) => {
        /// One dense row: forward mode takes a sweep for each column, reverse mode two.
        #[backprop(sparse_jacobian, jacobian, $($option),*)]
        pub fn dense_row(x: [$F; 6]) -> [$F; 6] {
            let mut y = x.map(|v| v * v);
            y[0] = x.iter().product();
            y
        }

        /// One dense column: forward mode takes two sweeps.
        #[backprop(sparse_jacobian, jacobian, $($option),*)]
        pub fn dense_column(x: [$F; 6]) -> [$F; 6] {
            std::array::from_fn(|i| x[0].sin() * x[i])
        }

        /// A branch that goes by an active value: what either way needs.
        #[backprop(sparse_jacobian, jacobian, $($option),*)]
        pub fn either(x: [$F; 4]) -> [$F; 2] {
            if x[0] > 0.0 { [x[1] * x[1], x[2]] } else { [x[3], x[2].cos()] }
        }

        /// An index that only run time knows.
        #[backprop(sparse_jacobian, jacobian, $($option),*)]
        pub fn somewhere(x: &[$F; 4], k: usize) -> [$F; 3] {
            let mut y = [0.0; 3];
            y[k % 3] += x[k % 4] * x[0];
            y[1] += x[1];
            y
        }

        /// A number of rounds that only run time knows.
        #[backprop(sparse_jacobian, jacobian, $($option),*)]
        pub fn shifted(x: [$F; 5], rounds: usize) -> [$F; 5] {
            let mut y = x;
            for _ in 0..rounds {
                y[0] = y[0] * y[1];
                y[4] = y[4].sin();
            }
            y
        }

        #[backprop(sparse_jacobian, jacobian, $($option),*)]
        pub fn to_tuple(x: [$F; 3]) -> ($F, $F) {
            (x[0] * x[1], x[2].exp())
        }

        #[backprop(sparse_jacobian, jacobian, $($option),*)]
        pub fn one_to_many(x: $F) -> [$F; 3] {
            [x.sin(), 2.0, x * x]
        }

        #[backprop(sparse_jacobian, jacobian, $($option),*)]
        pub fn many_to_one(x: &[$F; 5]) -> $F {
            x[1] * x[3]
        }

        #[backprop(sparse_jacobian, jacobian, $($option),*)]
        pub fn to_vec(x: [$F; 4]) -> Vec<$F> {
            x.iter().zip(&x[1..]).map(|(a, b)| a * b).collect()
        }

        #[backprop(sparse_jacobian, jacobian, $($option),*)]
        pub fn into(out: &mut [$F; 4], x: &[$F; 3]) {
            out[0] = x[0] * x[1];
            out[1] += x[1];
            out[3] *= x[2].exp();
        }

        #[backprop(sparse_jacobian, jacobian, $($option),*)]
        pub fn fallible(x: [$F; 3]) -> Result<[$F; 3], String> {
            if x[0] < -5.0 {
                return Err("far".to_string());
            }
            Ok([x[0], x[1] * x[0], x[2].abs()])
        }

        /// Constant: no entry, no sweep.
        #[backprop(sparse_jacobian, jacobian, $($option),*)]
        pub fn flat(x: [$F; 3]) -> [$F; 2] {
            [x[0].floor(), 3.0]
        }

        /// A chain: tridiagonal.
        #[backprop(sparse_hessian, hessian, $($option),*)]
        pub fn rosenbrock(x: &[$F; 10]) -> $F {
            let mut sum = 0.0;
            for i in 0..9 {
                let (a, b) = (1.0 - x[i], x[i + 1] - x[i] * x[i]);
                sum += a * a + 100.0 * b * b;
            }
            sum
        }

        /// An arrow: two sweeps by symmetry.
        #[backprop(sparse_hessian, hessian, $($option),*)]
        pub fn arrow(x: [$F; 8]) -> $F {
            let mut sum = x[0].sin();
            for v in &x[1..] {
                sum += v.powi(3) * x[0];
            }
            sum
        }

        /// Linear: nothing.
        #[backprop(sparse_hessian, hessian, $($option),*)]
        pub fn linear(x: [$F; 3]) -> $F {
            x[0] + 2.0 * x[2]
        }

        #[backprop(sparse_hessian, hessian, $($option),*)]
        pub fn cubic(x: $F) -> $F {
            x * x * x
        }

        /// Products of the largest with the rest.
        #[backprop(sparse_hessian, hessian, $($option),*)]
        pub fn kinks(x: [$F; 5]) -> $F {
            let top = x[0].max(x[1]);
            top * x[2] + x[3].abs() + (x[4] * x[3]).exp()
        }

        #[cfg(test)]
        mod $mode {
            use super::*;

            #[test]
            fn jacobians() {
                for k in 0..6 {
                    let x = point(k);
                    let ((y, entries), (value, dense)) = (dense_row_sparse_jacobian(x), dense_row_jacobian(x));
                    assert_eq!((y, entries.len()), (value, 11));
                    let (rows, columns) = (DENSE_ROW_JACOBIAN_ROWS, DENSE_ROW_JACOBIAN_COLUMNS);
                    same(&entries, &rows, &columns, &|(r, c)| dense[r][c], (6, 6));

                    let ((y, entries), (value, dense)) =
                        (dense_column_sparse_jacobian(x), dense_column_jacobian(x));
                    assert_eq!((y, entries.len()), (value, 11));
                    let (rows, columns) = (DENSE_COLUMN_JACOBIAN_ROWS, DENSE_COLUMN_JACOBIAN_COLUMNS);
                    same(&entries, &rows, &columns, &|(r, c)| dense[r][c], (6, 6));

                    let x = point(k);
                    let ((y, entries), (value, dense)) = (either_sparse_jacobian(x), either_jacobian(x));
                    assert_eq!((y, entries.len()), (value, 3));
                    same(&entries, &EITHER_JACOBIAN_ROWS, &EITHER_JACOBIAN_COLUMNS, &|(r, c)| dense[r][c], (2, 4));

                    let ((y, entries), (value, dense)) =
                        (somewhere_sparse_jacobian(&x, k), somewhere_jacobian(&x, k));
                    assert_eq!(y, value);
                    let (rows, columns) = (SOMEWHERE_JACOBIAN_ROWS, SOMEWHERE_JACOBIAN_COLUMNS);
                    same(&entries, &rows, &columns, &|(r, c)| dense[r][c], (3, 4));

                    let x = point(k);
                    let ((y, entries), (value, dense)) = (shifted_sparse_jacobian(x, k), shifted_jacobian(x, k));
                    assert_eq!((y, entries.len()), (value, 6));
                    same(&entries, &SHIFTED_JACOBIAN_ROWS, &SHIFTED_JACOBIAN_COLUMNS, &|(r, c)| dense[r][c], (5, 5));
                }
            }

            #[test]
            fn forms() {
                for k in 0..4 {
                    let x = point(k);
                    let ((y, entries), (value, dense)) = (to_tuple_sparse_jacobian(x), to_tuple_jacobian(x));
                    assert_eq!((y, entries.len()), (value, 3));
                    let (rows, columns) = (TO_TUPLE_JACOBIAN_ROWS, TO_TUPLE_JACOBIAN_COLUMNS);
                    same(&entries, &rows, &columns, &|(r, c)| dense[r][c], (2, 3));

                    let ((y, entries), (value, dense)) =
                        (one_to_many_sparse_jacobian(x[0]), one_to_many_jacobian(x[0]));
                    assert_eq!((y, ONE_TO_MANY_JACOBIAN_ROWS), (value, [0, 2]));
                    same(&entries, &[0, 2], &ONE_TO_MANY_JACOBIAN_COLUMNS, &|(r, _)| dense[r], (3, 1));

                    let x = point(k);
                    let ((y, entries), (value, dense)) =
                        (many_to_one_sparse_jacobian(&x), many_to_one_jacobian(&x));
                    assert_eq!((y, MANY_TO_ONE_JACOBIAN_COLUMNS), (value, [1, 3]));
                    same(&entries, &MANY_TO_ONE_JACOBIAN_ROWS, &[1, 3], &|(_, c)| dense[c], (1, 5));

                    let x = point(k);
                    let ((y, entries), (value, dense)) = (to_vec_sparse_jacobian(x), to_vec_jacobian(x));
                    assert_eq!((y, entries.len()), (value, 6));
                    let (rows, columns) = (TO_VEC_JACOBIAN_ROWS, TO_VEC_JACOBIAN_COLUMNS);
                    same(&entries, &rows, &columns, &|(r, c)| dense[r * 4 + c], (3, 4));

                    let (x, mut a, mut b) = (point(k), point(k + 1), point(k + 1));
                    let (((), entries), ((), dense)) = (into_sparse_jacobian(&mut a, &x), into_jacobian(&mut b, &x));
                    assert_eq!((a, entries.len()), (b, 4));
                    same(&entries, &INTO_JACOBIAN_ROWS, &INTO_JACOBIAN_COLUMNS, &|(r, c)| dense[r][c], (4, 3));

                    let ((y, entries), (value, dense)) =
                        (fallible_sparse_jacobian(x).unwrap(), fallible_jacobian(x).unwrap());
                    assert_eq!((y, entries.len()), (value, 4));
                    let (rows, columns) = (FALLIBLE_JACOBIAN_ROWS, FALLIBLE_JACOBIAN_COLUMNS);
                    same(&entries, &rows, &columns, &|(r, c)| dense[r][c], (3, 3));

                    assert_eq!(flat_sparse_jacobian(x), (flat(x), []));
                }
                assert!(fallible_sparse_jacobian([-6.0, 0.0, 0.0]).is_err());
            }

            #[test]
            fn hessians() {
                for k in 0..6 {
                    let x = point(k);
                    let (value, gradient, entries) = rosenbrock_sparse_hessian(&x);
                    let (exact, exact_gradient, dense) = rosenbrock_hessian(&x);
                    assert_eq!((value, gradient, entries.len()), (exact, exact_gradient, 19));
                    let lower = |(r, c): Place| if c <= r { dense[r][c] } else { 0.0 };
                    same(&entries, &ROSENBROCK_HESSIAN_ROWS, &ROSENBROCK_HESSIAN_COLUMNS, &lower, (10, 10));

                    let x = point(k);
                    let (value, gradient, entries) = arrow_sparse_hessian(x);
                    let (exact, exact_gradient, dense) = arrow_hessian(x);
                    assert_eq!((value, gradient, entries.len()), (exact, exact_gradient, 15));
                    let lower = |(r, c): Place| if c <= r { dense[r][c] } else { 0.0 };
                    same(&entries, &ARROW_HESSIAN_ROWS, &ARROW_HESSIAN_COLUMNS, &lower, (8, 8));

                    let x = point(k);
                    assert_eq!(linear_sparse_hessian(x), (linear(x), [1.0, 0.0, 2.0], []));
                    assert_eq!(cubic_sparse_hessian(x[0]).2, [6.0 * x[0]]);

                    let x = point(k);
                    let (value, gradient, entries) = kinks_sparse_hessian(x);
                    let (exact, exact_gradient, dense) = kinks_hessian(x);
                    assert_eq!((value, gradient, entries.len()), (exact, exact_gradient, 5));
                    let lower = |(r, c): Place| if c <= r { dense[r][c] } else { 0.0 };
                    same(&entries, &KINKS_HESSIAN_ROWS, &KINKS_HESSIAN_COLUMNS, &lower, (5, 5));
                }
            }
        }
    };
}

mod double {
    use super::*;
    functions!(f64 test ());
}

mod single {
    use super::*;
    functions!(f32 test ());
}

mod plain {
    use super::*;
    functions!(f64 test (no_simplify));
}

/// Lengths by constants that stand beside the function.
mod constants {
    use super::*;

    /// A band, by constants that stand beside the function.
    #[backprop(sparse_jacobian, jacobian)]
    pub fn band(x: &[f64; N], #[no_grad] h: f64) -> [f64; N] {
        let mut r = [0.0; N];
        for i in 0..N {
            let left = if i == 0 { 0.0 } else { x[i - 1] };
            let right = if i + 1 == N { 1.0 } else { x[i + 1] };
            r[i] = (left - 2.0 * x[i] + right) / (h * h) - x[i].exp();
        }
        r
    }

    /// Elements move about.
    #[backprop(sparse_jacobian, jacobian)]
    pub fn moved(mut z: [f64; TWICE]) -> [f64; 4] {
        z.swap(0, 17);
        z.rotate_left(2);
        let rows: Vec<f64> = z.iter().skip(14).map(|v| v * v).collect();
        [rows[0], rows[1], rows[2], rows[3]]
    }

    #[test]
    fn bands() {
        for k in 0..4 {
            let x = point::<f64, N>(k);
            let ((y, entries), (value, dense)) = (band_sparse_jacobian(&x, 0.5), band_jacobian(&x, 0.5));
            assert_eq!((y, entries.len()), (value, 3 * N - 2));
            same(&entries, &BAND_JACOBIAN_ROWS, &BAND_JACOBIAN_COLUMNS, &|(r, c)| dense[r][c], (N, N));
        }
    }

    #[test]
    fn elements_that_move() {
        let x = point::<f64, TWICE>(1);
        let ((y, entries), (value, dense)) = (moved_sparse_jacobian(x), moved_jacobian(x));
        assert_eq!((y, entries.len()), (value, 4));
        same(&entries, &MOVED_JACOBIAN_ROWS, &MOVED_JACOBIAN_COLUMNS, &|(r, c)| dense[r][c], (4, TWICE));
    }
}

/// Methods, generic functions, constants in the body, visibility.
mod surroundings {
    use super::*;
    use num_traits::Float;

    pub struct Chain {
        pub stiffness: f64,
    }

    impl Chain {
        #[backprop(sparse_hessian, sparse_jacobian, name = "springs")]
        pub fn energy(&self, x: [f64; 4]) -> f64 {
            const LINKS: usize = 3;
            (0..LINKS).map(|i| self.stiffness * (x[i + 1] - x[i]).powi(4)).sum()
        }
    }

    #[backprop(sparse_jacobian)]
    pub fn squares<T: Float>(x: [T; 3]) -> [T; 3] {
        [x[0] * x[0], x[1] * x[2], T::one()]
    }

    /// Calls: each result depends on all that goes in, and rows come from the reverse sweep.
    #[backprop]
    fn pair(a: f64, b: f64) -> f64 {
        a * b
    }

    #[backprop(sparse_jacobian)]
    fn calls(x: [f64; 4]) -> [f64; 2] {
        [pair(x[0], x[1]), pair(x[2], 1.0)]
    }

    #[test]
    fn methods() {
        let chain = Chain { stiffness: 2.0 };
        let x = [0.1, 0.5, -0.2, 0.9];
        let (_, _, entries) = chain.springs_sparse_hessian(x);
        for (k, entry) in entries.iter().enumerate() {
            let (row, column) = (Chain::SPRINGS_HESSIAN_ROWS[k], Chain::SPRINGS_HESSIAN_COLUMNS[k]);
            let bend = |i: usize| 12.0 * 2.0 * (x[i + 1] - x[i]).powi(2);
            let exact = match row == column {
                true => (if row > 0 { bend(row - 1) } else { 0.0 }) + (if row < 3 { bend(row) } else { 0.0 }),
                false => -bend(column),
            };
            assert!((entry - exact).abs() < 1e-12, "{row}, {column}: {entry} beside {exact}");
        }
        assert_eq!(entries.len(), 7);
        assert_eq!(chain.springs_sparse_jacobian(x).1.len(), 4);
    }

    #[test]
    fn generic() {
        let (_, entries) = squares_sparse_jacobian([1.0_f32, 2.0, 3.0]);
        assert_eq!((entries, SQUARES_JACOBIAN_ROWS), ([2.0, 3.0, 2.0], [0, 1, 1]));
        assert_eq!(squares_sparse_jacobian([1.0, 2.0, 3.0]).1, [2.0, 3.0, 2.0]);
    }

    #[test]
    fn through_calls() {
        let (_, entries) = calls_sparse_jacobian([2.0, 3.0, 4.0, 5.0]);
        assert_eq!((entries, CALLS_JACOBIAN_COLUMNS), ([3.0, 2.0, 1.0], [0, 1, 2]));
    }
}
