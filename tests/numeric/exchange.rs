//! Elements and whole places moved about: swaps, fills, copies, rotations, views of parts, `std::mem`.

use backprop::backprop;
use std::mem;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn elimination(a: &[[$F; 3]; 3], b: &[$F; 3]) -> $F {
            let mut m = *a;
            let mut y = *b;
            for i in 0..3 {
                m[i][(i + 1) % 3] += 4.0;
            }
            for k in 0..3 {
                let mut pivot = k;
                for i in k + 1..3 {
                    if m[i][k].abs() > m[pivot][k].abs() {
                        pivot = i;
                    }
                }
                m.swap(k, pivot);
                y.swap(k, pivot);
                for i in k + 1..3 {
                    let factor = m[i][k] / m[k][k];
                    for j in k..3 {
                        m[i][j] -= factor * m[k][j];
                    }
                    y[i] -= factor * y[k];
                }
            }
            let mut x = [0.0; 3];
            for i in (0..3).rev() {
                let mut s = y[i];
                for j in i + 1..3 {
                    s -= m[i][j] * x[j];
                }
                x[i] = s / m[i][i];
            }
            x[0] + 2.0 * x[1] * x[2]
        }
        case!($F $mode: elimination(
            to a: 0.5..2.0 => [[0.0; 3]; 3], to b: -2.0..2.0 => [0.0; 3]
        ));

        #[backprop $options]
        pub fn elimination_in_vecs(a: &[[$F; 2]], b: &[$F]) -> $F {
            let mut m: Vec<Vec<$F>> = vec![vec![0.0; 3]; 2];
            for i in 0..2 {
                for j in 0..2 {
                    m[i][j] = a[i][j];
                }
                m[i][2] = b[i];
            }
            if m[1][0].abs() > m[0][0].abs() {
                m.swap(0, 1);
            }
            let f = m[1][0] / m[0][0];
            for j in 0..3 {
                let t = m[0][j];
                m[1][j] -= f * t;
            }
            let y = m[1][2] / m[1][1];
            (m[0][2] - m[0][1] * y) / m[0][0]
        }
        case!($F $mode: elimination_in_vecs(
            slice a: 0.5..2.0 => vec![[0.0; 2]; 2], slice b: -2.0..2.0 => vec![0.0; 2]
        ));

        #[backprop $options]
        pub fn double_buffer(x: &[$F], #[no_grad] rounds: usize) -> Vec<$F> {
            let n = x.len();
            let mut now = x.to_vec();
            let mut next = vec![0.0; n];
            for _ in 0..rounds {
                for i in 0..n {
                    next[i] = now[i] * 0.6 + now[(i + 1) % n].sin() * 0.3;
                }
                mem::swap(&mut now, &mut next);
            }
            now
        }
        case!($F $mode: vjp double_buffer(slice x: -2.0..2.0 => vec![0.0; 4]; 3));

        #[backprop $options]
        pub fn previous_row(x: &[$F], y: &[$F]) -> $F {
            let mut prev = vec![0.0; y.len() + 1];
            for i in 0..x.len() {
                let mut cur = vec![x[i]; y.len() + 1];
                for j in 0..y.len() {
                    cur[j + 1] = prev[j] * x[i] + 0.5 * cur[j] * y[j];
                }
                prev = cur;
            }
            prev[y.len()]
        }
        case!($F $mode: previous_row(slice x: -2.0..2.0 => vec![0.0; 3], slice y: -2.0..2.0 => vec![0.0; 4]));

        #[backprop $options]
        pub fn swapped_scalars(x: $F, y: $F, #[no_grad] n: usize) -> $F {
            let (mut a, mut b) = (x, y);
            for i in 0..n {
                if i % 2 == 0 {
                    std::mem::swap(&mut a, &mut b);
                }
                a = a * b + 0.3;
            }
            a + b * b
        }
        case!($F $mode: swapped_scalars(by x: -1.0..1.0, by y: -1.0..1.0; 4));

        #[backprop $options]
        pub fn swapped_elements(x: &[$F; 4], y: $F) -> $F {
            let mut a = *x;
            let mut s = y;
            mem::swap(&mut a[1], &mut s);
            a.swap(0, 3);
            let (mut p, q) = (a[0], a[1]);
            mem::swap(&mut p, &mut a[2]);
            let old = mem::replace(&mut a[3], p * q);
            let taken = core::mem::take(&mut s);
            a[0] * a[1] + a[2] * a[3] + old * taken + s
        }
        case!($F $mode: swapped_elements(to x: -2.0..2.0 => [0.0; 4], by y: -2.0..2.0));

        #[backprop $options]
        pub fn replaced_places(x: &[$F], y: &[$F; 2]) -> $F {
            let mut v = x.to_vec();
            let mut a = *y;
            let old = mem::replace(&mut v, vec![y[0] * y[1]; 2]);
            let rest = mem::take(&mut v);
            let b = mem::replace(&mut a, [x[0], x[1] * x[1]]);
            v.push(old[0]);
            old[2] * rest[1] + a[1] * b[0] + v[0] * a[0] + v.len() as $F
        }
        case!($F $mode: replaced_places(slice x: -2.0..2.0 => vec![0.0; 3], to y: -2.0..2.0 => [0.0; 2]));

        #[backprop $options]
        pub fn reversed_and_rotated(x: &[$F], w: &[$F; 5]) -> $F {
            let mut v = x.to_vec();
            v.reverse();
            v[1..].rotate_left(2);
            let mut a = *w;
            a.rotate_right(1);
            a[..3].reverse();
            let mut total = 0.0;
            for i in 0..5 {
                total += a[i] * v[i] * v[(i * 2) % 5];
            }
            total
        }
        case!($F $mode: reversed_and_rotated(slice x: -2.0..2.0 => vec![0.0; 5], to w: -2.0..2.0 => [0.0; 5]));

        #[backprop $options]
        pub fn filled_and_copied(x: &[$F], y: $F) -> $F {
            let mut v = vec![0.0; 6];
            v[..3].copy_from_slice(&x[1..4]);
            v[3..5].fill(y * y);
            v[5] = v[0] * v[4];
            let mut rows = [[y; 2]; 3];
            rows.fill([x[0], v[5]]);
            rows[1].clone_from_slice(&x[..2]);
            let mut total = 0.0;
            for i in 0..6 {
                total += v[i] * rows[i % 3][i % 2];
            }
            total
        }
        case!($F $mode: filled_and_copied(slice x: -2.0..2.0 => vec![0.0; 4], by y: -2.0..2.0));

        #[backprop $options]
        pub fn parts(x: &[$F], #[no_grad] k: usize) -> $F {
            let (left, right) = x.split_at(k);
            let mut v = x.to_vec();
            {
                let (a, b) = v.split_at_mut(2);
                a[0] = b[0] * b[1];
                b[0] += a[1] * left[0];
            }
            let (head, tail) = right.split_first().unwrap();
            let (last, init) = x.split_last().expect("not empty");
            let three: [$F; 3] = x[1..4].try_into().unwrap();
            v[0] * v[2] + head * tail[0] + last * init[0] + three[0] * three[2] + right[0]
        }
        case!($F $mode: parts(slice x: -2.0..2.0 => vec![0.0; 6]; 3));

        #[backprop $options]
        pub fn ends(x: &[$F], #[no_grad] i: usize) -> $F {
            let mut v = x.to_vec();
            *v.last_mut().unwrap() = x[0] * x[1];
            *v.first_mut().unwrap() *= 2.0;
            *v.get_mut(1).unwrap() += x[2];
            let first = v.first().unwrap();
            let a = v.get(i).unwrap() * first;
            let b = x.last().copied().unwrap() * x.get(i).copied().unwrap_or(0.0);
            a + b + x.get(10).unwrap_or(&x[0]) * v.last().unwrap()
        }
        case!($F $mode: ends(slice x: -2.0..2.0 => vec![0.0; 4]; 1));

        #[backprop $options]
        pub fn joined(x: &[$F], y: &[$F; 2]) -> $F {
            let all = [&x[1..], &y[..], x].concat();
            let rows = vec![vec![x[0], y[0]], vec![y[1] * x[1]]];
            let flat = rows.concat();
            let mut total = 0.0;
            for i in 0..all.len() {
                total += all[i] * flat[i % flat.len()];
            }
            total
        }
        case!($F $mode: joined(slice x: -2.0..2.0 => vec![0.0; 3], to y: -2.0..2.0 => [0.0; 2]));

        #[backprop $options]
        pub fn sifted(x: &[$F]) -> $F {
            let mut heap = x.to_vec();
            let n = heap.len();
            for start in (0..n / 2).rev() {
                let mut i = start;
                let mut going = true;
                while going {
                    let mut large = i;
                    for c in 2 * i + 1..(2 * i + 3).min(n) {
                        if heap[c] > heap[large] {
                            large = c;
                        }
                    }
                    going = large != i;
                    if going {
                        heap.swap(i, large);
                    }
                    i = large;
                }
            }
            heap[0] * heap[1] + heap[2].sin() * heap[n - 1]
        }
        case!($F $mode: sifted(slice x: -2.0..2.0 => vec![0.0; 7]));

        #[backprop $options]
        pub fn rows_by_reference(x: &[[$F; 3]], y: $F) -> $F {
            let mut m = x.to_vec();
            for i in 0..m.len() {
                let row = &mut m[i];
                row[0] += y;
                row[1] *= row[0];
                row[2] -= row[1] * y;
            }
            let copy = m[1];
            m[0] = [y, copy[0], m[1][2]];
            m[1][0] = 7.0;
            let mut total = copy[0];
            for row in m.iter() {
                total += row[0] * row[1] * row[2];
            }
            total
        }
        case!($F $mode: rows_by_reference(slice x: -2.0..2.0 => vec![[0.0; 3]; 3], by y: -2.0..2.0));

        #[backprop $options]
        pub fn destructured(x: $F, y: $F, #[no_grad] n: usize) -> $F {
            let (mut a, mut b) = (x, y);
            let mut v = [x, y, x * y];
            for i in 0..n {
                (a, b) = (b, 0.5 * a + b.sin());
                [a, b] = [b, a];
                (v[i % 3], v[(i + 1) % 3]) = (v[(i + 1) % 3], v[i % 3] + a);
            }
            a * b + v[0] * v[1] + v[2]
        }
        case!($F $mode: destructured(by x: -1.0..1.0, by y: -1.0..1.0; 5));

        #[backprop $options]
        pub fn median(x: &[$F], w: &[$F; 3]) -> $F {
            let mut v = x.to_vec();
            v.sort_by(|a, b| a.partial_cmp(b).unwrap());
            let mut u = *w;
            u.sort_unstable_by($F::total_cmp);
            let mut pairs = vec![(x[0], w[0]), (x[1], w[1]), (x[2], w[2])];
            pairs.sort_by(|a, b| b.0.partial_cmp(&a.0).unwrap());
            let n = v.len();
            v[n / 2] * v[0] + u[1] * v[n - 1] + pairs[0].1 * pairs[2].0
        }
        case!($F $mode: median(slice x: -2.0..2.0 => vec![0.0; 5], to w: -2.0..2.0 => [0.0; 3]));

        #[backprop $options]
        pub fn references(x: &[$F], y: &[$F], #[no_grad] n: usize) -> $F {
            let pick = if n > 2 { x } else { &y[1..] };
            let mut rest = x;
            let mut total = pick[0] * pick[1];
            while rest.len() > 1 {
                total += rest[0] * rest[1];
                rest = &rest[1..];
            }
            let mut r = y;
            for i in 0..n {
                total += r[i % 2] * total;
                if i % 2 == 0 {
                    r = x;
                } else {
                    r = &y[1..];
                }
            }
            let late;
            if n == 3 {
                late = &x[2..];
            } else {
                late = y;
            }
            total * late[0]
        }
        case!($F $mode: references(slice x: -1.0..1.0 => vec![0.0; 4], slice y: -1.0..1.0 => vec![0.0; 3]; 3));

        /// What starts as a constant, and is written to through references only.
        #[backprop $options]
        pub fn written_through_references(x: $F, y: $F) -> $F {
            let mut a = [0.0; 4];
            *a.first_mut().unwrap() = x;
            let last = a.last_mut().unwrap();
            *last = x * y;
            let mut b = [0.0; 4];
            let (left, right) = b.split_at_mut(2);
            left[1] = y;
            right[0] = left[1] * x;
            let mut c = vec![0.0; 2];
            let all = c.as_mut_slice();
            all[1] = y * y;
            let mut t = (0.0, 1);
            t.0 = x * y;
            t.1 += 1;
            a[0] * a[3] + b[1] * b[2] + c[1] * a[0] + t.0 * t.1 as $F
        }
        case!($F $mode: written_through_references(by x: -2.0..2.0, by y: -2.0..2.0));

        // `Vec`s that become each other: by assignments of several at once, and by moves that leave a variable free.
        #[backprop $options]
        pub fn at_once(x: &[$F]) -> $F {
            let mut a = x.to_vec();
            let mut b = x.to_vec();
            let mut c = vec![2.0; x.len()];
            b[0] = 0.7;
            (a, b) = (b, a);
            let first = a[0] * b[0];
            (a, b, c) = (b, c, a);
            let mut k = 0;
            (a, b, k) = (b, a, k + 1);
            first + a[1] * b[2] * c[0] + a[k] * b[0]
        }
        case!($F $mode: at_once(slice x: -2.0..2.0 => vec![0.0; 3]));

        #[backprop $options]
        pub fn in_turns(x: &[$F]) -> $F {
            let mut now = x.to_vec();
            let mut next = vec![0.0; x.len()];
            for round in 0..3 {
                for i in 0..x.len() {
                    next[i] = (now[i] * now[(i + 1) % x.len()]).sin() + round as $F * now[i];
                }
                (now, next) = (next, now);
            }
            now[0] * next[1] + now[2]
        }
        case!($F $mode: in_turns(slice x: -1.0..1.0 => vec![0.0; 3]));

        #[backprop $options]
        pub fn moved_and_replaced(x: &[$F]) -> $F {
            let mut a = x.to_vec();
            let mut b = vec![2.0; x.len()];
            let t = a;
            a = b;
            let first = a[0] * 3.0 + t[0] * t[1];
            b = t;
            let (u, v) = (a, 4.0);
            a = b;
            b = u;
            b[0] = a[1];
            first + a[0] * b[0] * v + b[1]
        }
        case!($F $mode: moved_and_replaced(slice x: -2.0..2.0 => vec![0.0; 2]));

        #[backprop $options]
        pub fn moved_in_rounds(x: &[$F], w: $F) -> $F {
            let mut a = x.to_vec();
            let mut sum = 0.0;
            for i in 0..3 {
                let old = a;
                a = old.iter().map(|v| v * w).collect();
                sum += a[0] * old[i % 2];
            }
            sum
        }
        case!($F $mode: moved_in_rounds(slice x: -1.0..1.0 => vec![0.0; 2], by w: -1.0..1.0));

        #[backprop $options]
        pub fn rows_at_once(x: &[$F]) -> $F {
            let mut a = vec![x.to_vec(), vec![1.0; 2]];
            let mut b = vec![vec![3.0; 2]];
            (a, b) = (b, a);
            a[0][0] * b[0][1] + b[1][0] * x[0]
        }
        case!($F $mode: rows_at_once(slice x: -2.0..2.0 => vec![0.0; 2]));
    };
}

instances!(functions);
