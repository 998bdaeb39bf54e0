//! Arrays, slices and `Vec`s of tuples in which integers and booleans stand beside floats: sparse rows, edges, ranked values.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn pushed(x: &[$F], y: $F) -> $F {
            let mut v: Vec<(usize, $F)> = Vec::new();
            for i in 0..3 {
                v.push((i, x[i] * y));
            }
            let mut s = 0.0;
            for &(j, a) in &v {
                s += a * x[j + 1];
            }
            s
        }
        case!($F $mode: pushed(slice x: -2.0..2.0 => vec![0.0; 4], by y: -2.0..2.0));

        #[backprop $options]
        pub fn gathered(x: &[$F], y: $F) -> $F {
            let all: Vec<($F, usize, bool)> = x
                .iter()
                .enumerate()
                .filter(|(i, _)| i % 2 == 0)
                .map(|(i, a)| (a * y, i, *a > 1.0))
                .collect();
            let mut w = all.clone();
            w[0].0 = y;
            w.extend(all.iter().copied());
            w.truncate(5);
            let mut s = 0.0;
            for (a, i, large) in &w {
                if *large {
                    s += a * a * x[*i]
                } else {
                    s += a
                }
            }
            s
        }
        case!($F $mode: gathered(slice x: -2.0..2.0 => vec![0.0; 6], by y: -2.0..2.0));

        #[backprop $options]
        pub fn literal(x: &[$F], y: $F) -> $F {
            let v = [(0usize, y), (2, x[1] * y), (1, 2.0)];
            v.iter().map(|&(j, w)| w * x[j]).sum()
        }
        case!($F $mode: literal(slice x: -2.0..2.0 => vec![0.0; 3], by y: -2.0..2.0));

        #[backprop $options]
        pub fn ranked(x: &[$F], y: $F) -> $F {
            let mut v: Vec<(usize, $F)> = x.iter().copied().enumerate().collect();
            v.sort_by(|a, b| a.1.total_cmp(&b.1));
            v.iter().enumerate().map(|(k, (i, a))| a * y * (k * 3 + i) as $F).sum()
        }
        case!($F $mode: ranked(slice x: -2.0..2.0 => vec![0.0; 5], by y: -2.0..2.0));

        #[backprop $options]
        pub fn changed(x: &[$F], y: $F) -> $F {
            let mut v: Vec<(usize, $F)> = vec![(0, 0.0); 5];
            for i in 0..5 {
                v[i].0 = 4 - i;
                v[i].1 += x[i] * y;
            }
            v.swap(0, 2);
            for (j, a) in v.iter_mut() {
                *j += 1;
                *a *= x[*j];
            }
            let (p, q) = v[1];
            let last = v.pop().unwrap();
            v.iter().map(|e| e.1 * e.0 as $F).sum::<$F>() + q * p as $F + last.1 * last.0 as $F
        }
        case!($F $mode: changed(slice x: -2.0..2.0 => vec![0.0; 6], by y: -2.0..2.0));

        #[backprop $options]
        pub fn sparse_rows(x: &[$F], y: $F) -> $F {
            let mut rows: Vec<Vec<(usize, $F)>> = vec![Vec::new(); 3];
            for i in 0..3 {
                for j in 0..=i {
                    rows[i].push((j, x[i + j] * y));
                }
            }
            let mut out = vec![0.0; 3];
            for (i, row) in rows.iter().enumerate() {
                for &(j, v) in row {
                    out[i] += v * x[j];
                }
            }
            out.iter().map(|o| o * o).sum()
        }
        case!($F $mode: sparse_rows(slice x: -1.0..1.0 => vec![0.0; 5], by y: -2.0..2.0));

        #[backprop $options]
        pub fn branches(x: &[$F], y: $F) -> $F {
            let mut v = Vec::new();
            for i in 0..6 {
                if x[i] > 1.0 {
                    v.push((i, x[i] * y));
                } else {
                    v.push((0, y));
                }
            }
            let mut best = v[0];
            for &c in &v {
                if c.1 > best.1 {
                    best = c;
                }
            }
            best.1 * x[best.0] + v[2].1 * v[3].0 as $F
        }
        case!($F $mode: branches(slice x: -1.0..3.0 => vec![0.0; 6], by y: 0.5..2.0));

        #[backprop $options]
        pub fn constant_rows(x: &[$F], #[no_grad] rows: &[Vec<(usize, $F)>]) -> Vec<$F> {
            rows.iter().map(|row| row.iter().map(|&(j, v)| v * x[j] * x[0]).sum()).collect()
        }
        case!($F $mode: vjp constant_rows(slice x: -1.0..1.0 => vec![0.0; 4];
            &[vec![(0, 1.0), (2, 3.0)], vec![], vec![(3, 0.5)]]));

        #[backprop $options]
        pub fn row_times(row: &[(usize, $F)], x: &[$F]) -> $F {
            let mut s = 0.0;
            for &(j, v) in row {
                s += v * v * x[j];
            }
            s
        }

        #[backprop $options]
        pub fn scale(row: &mut [(usize, $F)], x: &[$F]) {
            for (j, v) in row.iter_mut() {
                *v *= x[*j];
                *j += 1;
            }
        }

        #[backprop $options]
        pub fn calls(x: &[$F], y: $F) -> $F {
            let mut v = vec![(0usize, y), (2, x[3]), (4, 2.0)];
            let before = row_times(&v, x);
            scale(&mut v, x);
            before * row_times(&v, x) + v[1].1 * x[v[1].0] + v[2].1 * v[2].0 as $F
        }
        case!($F $mode: calls(slice x: -1.0..1.0 => vec![0.0; 6], by y: -1.0..1.0));
    };
}

instances!(functions);

#[backprop(jvp, hvp)]
fn product(row: &[(usize, f64)], x: &[f64]) -> f64 {
    let mut s = 0.0;
    for &(j, v) in row {
        s += v * v * x[j];
    }
    s
}

#[backprop(jvp)]
fn table(p: [(bool, f64, [i32; 2]); 2], x: f64) -> f64 {
    let mut s = 0.0;
    for (b, v, k) in p {
        s += if b { v * x } else { v * v * k[1] as f64 };
    }
    s
}

#[backprop]
fn consumed(mut row: Vec<(usize, f64)>, x: &[f64]) -> f64 {
    for (j, v) in row.iter_mut() {
        *v *= x[*j];
        *j += 1;
    }
    row.push((1, x[0]));
    row.iter().map(|r| r.1 * r.0 as f64).sum()
}

#[backprop]
fn squares(rows: Vec<Vec<(usize, f64)>>, x: &[f64]) -> f64 {
    let mut s = 0.0;
    for row in rows {
        let mut t = 0.0;
        for (j, v) in &row {
            t += v * x[*j];
        }
        s += t * t;
    }
    s
}

#[backprop]
fn state(row: &mut [(usize, f64)], x: &[f64]) -> f64 {
    let mut s = 0.0;
    for (j, v) in row.iter_mut() {
        s += *v * x[*j];
        *v = x[0];
        *j = 0;
    }
    s * row[0].1
}

#[test]
fn gradients_say_nothing_of_integers() {
    let (row, x) = ([(0, 1.0), (2, 3.0)], [1.0, 2.0, 3.0]);
    let (d_row, d_x) = (vec![((), 2.0), ((), 18.0)], vec![1.0, 0.0, 9.0]);
    assert_eq!(product_grad(&row, &x), (28.0, (d_row.clone(), d_x.clone())));
    let (mut rows, mut xs) = ([((), 7.0); 2], [7.0; 3]);
    assert_eq!(product_grad_into(&row, &x, &mut rows, &mut xs), 28.0);
    assert_eq!((&rows[..], &xs[..]), (&d_row[..], &d_x[..]));
    let (t_row, t_x) = ([((), 1.0), ((), 0.0)], [0.0, 0.0, 1.0]);
    assert_eq!(product_jvp(&row, &x, &t_row, &t_x), (28.0, 11.0));
    let (_, _, hv) = product_hvp(&row, &x, &t_row, &t_x);
    assert_eq!(hv, (vec![((), 2.0), ((), 6.0)], vec![2.0, 0.0, 0.0]));
}

#[test]
fn arrays_and_vecs_of_them_are_parameters() {
    let p = [(true, 2.0, [1, 2]), (false, 3.0, [3, 4])];
    let none = [(); 2];
    assert_eq!(table_grad(p, 2.0), (40.0, ([((), 2.0, none), ((), 24.0, none)], 2.0)));
    assert_eq!(table_jvp(p, 2.0, [((), 1.0, none); 2], 0.0), (40.0, 26.0));
    let (row, d_row) = (vec![(0, 1.0), (1, 2.0)], vec![((), 1.0), ((), 4.0)]);
    assert_eq!(consumed_grad(row, &[1.0, 2.0, 3.0]), (10.0, (d_row, vec![2.0, 4.0, 0.0])));
    let rows = vec![vec![(0, 1.0), (2, 3.0)], vec![]];
    let d_rows = vec![vec![((), 20.0), ((), 60.0)], vec![]];
    assert_eq!(squares_grad(rows, &[1.0, 2.0, 3.0]), (100.0, (d_rows, vec![20.0, 0.0, 60.0])));
}

#[test]
fn what_is_lent_to_be_changed_is_state() {
    let mut row = [(0, 1.0), (2, 3.0)];
    assert_eq!(state_grad(&mut row, &[1.0, 2.0, 3.0]), (10.0, vec![11.0, 0.0, 3.0]));
    assert_eq!(row, [(0, 1.0), (0, 1.0)]);
}
