//! `Vec`s that grow and shrink, nested `Vec`s, and arrays of copies.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn pushed_in_a_loop(x: &[$F]) -> $F {
            let mut squares = Vec::new();
            for i in 0..x.len() {
                squares.push(x[i] * x[i]);
            }
            let mut total = 0.0;
            for i in 0..squares.len() {
                total += squares[i] * squares[squares.len() - 1 - i];
            }
            total
        }
        case!($F $mode: pushed_in_a_loop(slice x: -2.0..2.0 => vec![0.0; 5]));

        #[backprop $options]
        pub fn some_retained(x: &[$F], limit: $F) -> $F {
            let mut v = x.to_vec();
            v.push(x[0] * x[1]);
            let mut asked = 0;
            let mut total = 1.0;
            for k in 0..3 {
                v.retain(|a| *a > limit * 0.25 * k as $F);
                v.push(total * 0.1 + limit);
                total += v.iter().map(|a| a * a).sum::<$F>();
            }
            v.retain(|_| {
                asked += 1;
                asked != 2
            });
            total * v[0] + v.len() as $F
        }
        case!($F $mode: some_retained(slice x: -2.0..2.0 => vec![0.0; 5], by limit: 0.5..1.5));

        #[backprop $options]
        pub fn cloned_from(x: &[$F], #[no_grad] n: usize) -> $F {
            let mut b = x.to_vec();
            let mut before = vec![x[0] * x[1], x[2]];
            let mut grown = Vec::new();
            let mut rows = vec![vec![x[1]], vec![x[0] * x[0], x[2]]];
            let mut total = before[0] * before[1];
            for k in 0..n {
                // What was in it is gone, and what it was copied from may change.
                before.clone_from(&b);
                for v in b.iter_mut() {
                    *v = *v * *v * 0.5 + before[k % 2];
                }
                if k % 2 == 0 {
                    grown.clone_from(&before);
                    b.pop();
                } else {
                    b.clone_from(&grown);
                    rows[0].clone_from(&b);
                }
                total += before.iter().zip(&b).map(|(p, q)| p * q).sum::<$F>();
            }
            let last = rows[1].clone();
            rows[0].clone_from(&last);
            total * rows[0][1] + grown.iter().sum::<$F>() + rows[0].len() as $F * b[0]
        }
        case!($F $mode: cloned_from(slice x: -1.0..1.0 => vec![0.0; 3]; 3));
        case!($F $mode: never_cloned(slice x: -1.0..1.0 => vec![0.0; 3]));

        #[backprop $options]
        pub fn never_cloned(x: &[$F]) -> $F {
            cloned_from(x, 0)
        }

        #[backprop $options]
        pub fn prefix_sums(x: &[$F]) -> Vec<$F> {
            let mut sums: Vec<$F> = Vec::with_capacity(x.len() + 1);
            sums.push(0.0);
            for i in 0..x.len() {
                sums.push(sums[i] + x[i] * x[i]);
            }
            sums
        }
        case!($F $mode: vjp prefix_sums(slice x: -2.0..2.0 => vec![0.0; 4]));

        #[backprop $options]
        pub fn fibonacci(a: $F, b: $F, #[no_grad] n: usize) -> $F {
            let mut f = vec![a, b];
            while f.len() < n {
                let k = f.len();
                f.push(f[k - 1] * 0.7 + f[k - 2].sin());
            }
            f[n - 1] + *f.last().unwrap()
        }
        case!($F $mode: fibonacci(by a: -2.0..2.0, by b: -2.0..2.0; 9));

        #[backprop $options]
        pub fn pushed_and_popped(x: &[$F]) -> $F {
            let mut stack = Vec::new();
            let mut total = 0.0;
            for i in 0..x.len() {
                stack.push(x[i]);
                if stack.len() == 3 {
                    let b = stack.pop().unwrap();
                    let a = stack.pop().expect("two");
                    stack.push(a * b + a.sin());
                }
                total += stack[stack.len() - 1] * stack[0];
            }
            total
        }
        case!($F $mode: pushed_and_popped(slice x: -2.0..2.0 => vec![0.0; 6]));

        #[backprop $options]
        pub fn polynomial_product(a: &[$F], b: &[$F], x: $F) -> $F {
            let mut c = Vec::new();
            c.resize(a.len() + b.len() - 1, 0.0);
            for i in 0..a.len() {
                for j in 0..b.len() {
                    c[i + j] += a[i] * b[j];
                }
            }
            let mut value = *c.last().unwrap();
            for k in (0..c.len() - 1).rev() {
                value = value * x + c[k];
            }
            value
        }
        case!($F $mode: polynomial_product(
            slice a: -2.0..2.0 => vec![0.0; 3], slice b: -2.0..2.0 => vec![0.0; 4], by x: -1.0..1.0
        ));

        #[backprop $options]
        pub fn rows_pushed(x: &[$F]) -> $F {
            let mut rows = Vec::new();
            for i in 0..x.len() {
                rows.push([x[i], x[i] * x[i], 1.0]);
            }
            let mut total = 0.0;
            for i in 1..rows.len() {
                for j in 0..3 {
                    total += rows[i][j] * rows[i - 1][2 - j];
                }
            }
            total
        }
        case!($F $mode: rows_pushed(slice x: -2.0..2.0 => vec![0.0; 4]));

        #[backprop $options]
        pub fn ragged_rows(x: &[$F]) -> $F {
            let mut rows: Vec<Vec<$F>> = Vec::new();
            for i in 0..x.len() {
                let mut row = Vec::new();
                for j in 0..=i {
                    row.push(x[i] * x[j]);
                }
                rows.push(row);
            }
            let mut total = 0.0;
            for i in 0..rows.len() {
                for j in 0..rows[i].len() {
                    total += rows[i][j].sin() * (j + 1) as $F;
                }
            }
            total
        }
        case!($F $mode: ragged_rows(slice x: -2.0..2.0 => vec![0.0; 4]));

        #[backprop $options]
        pub fn nested_table(x: &[$F], #[no_grad] m: usize) -> $F {
            let n = x.len();
            let mut dp = vec![vec![0.0; m]; n];
            for i in 0..n {
                for j in 0..m {
                    let up = if i > 0 { dp[i - 1][j] } else { 1.0 };
                    let left = if j > 0 { dp[i][j - 1] } else { x[i] };
                    dp[i][j] = (up * left).sin() + x[i];
                }
            }
            dp[n - 1][m - 1]
        }
        case!($F $mode: nested_table(slice x: 0.1..0.9 => vec![0.0; 3]; 4));

        #[backprop $options]
        pub fn rows_of_arrays(x: &[$F], y: $F) -> $F {
            let mut t = vec![[y, 1.0, y * y]; x.len()];
            for i in 0..x.len() {
                t[i][i % 3] *= x[i];
            }
            let mut total = 0.0;
            for i in 0..t.len() {
                total += t[i][0] * t[i][1] * t[i][2];
            }
            total
        }
        case!($F $mode: rows_of_arrays(slice x: -2.0..2.0 => vec![0.0; 4], by y: 0.5..1.5));

        #[backprop $options]
        pub fn large_start(x: &[$F; 3]) -> $F {
            let mut best = [[1e6; 65]; 70];
            let mut shared = [[x[0]; 2]; 3];
            for i in 0..3 {
                best[i + 60][i * 2] = x[i] * x[i];
                shared[i][1] *= x[i];
            }
            best[60][0] * best[61][2] + best[62][4].min(best[0][0]) + shared[0][0] * shared[2][1]
        }
        case!($F $mode: large_start(to x: -2.0..2.0 => [0.0; 3]));

        #[backprop $options]
        pub fn extended(x: &[$F], y: &[$F; 2]) -> $F {
            let mut all = vec![y[0] * y[1]];
            all.extend_from_slice(x);
            all.extend(y.iter().copied());
            all.extend_from_slice(&x[1..]);
            all.truncate(6);
            all.swap_remove(0);
            let removed = all.remove(1);
            all.insert(2, removed * y[0]);
            let mut total = 0.0;
            for i in 0..all.len() {
                total += all[i] * (i + 1) as $F * all[(i + 1) % all.len()];
            }
            total
        }
        case!($F $mode: extended(slice x: -2.0..2.0 => vec![0.0; 4], to y: -2.0..2.0 => [0.0; 2]));

        #[backprop $options]
        pub fn cleared_each_round(x: &[$F]) -> $F {
            let mut row = Vec::new();
            let mut total = 0.0;
            for i in 0..x.len() {
                row.clear();
                for j in 0..i {
                    row.push(x[j] * x[i]);
                }
                for v in &row {
                    total += v * v;
                }
            }
            total
        }
        case!($F $mode: cleared_each_round(slice x: -2.0..2.0 => vec![0.0; 4]));

        #[backprop $options]
        pub fn ring_buffer(x: &[$F], #[no_grad] n: usize) -> $F {
            let mut ring = vec![0.0; 3];
            let mut out = Vec::with_capacity(n);
            for i in 0..n {
                ring[i % 3] = x[i % x.len()] + 0.5 * ring[(i + 1) % 3];
                out.push(ring[0] * ring[2] + ring[1]);
            }
            out[n - 1] * out[n / 2]
        }
        case!($F $mode: ring_buffer(slice x: -2.0..2.0 => vec![0.0; 4]; 7));

        #[backprop $options]
        pub fn replaced_each_round(x: &[$F], #[no_grad] rounds: usize) -> Vec<$F> {
            let mut state = x.to_vec();
            for _ in 0..rounds {
                let mut next = Vec::with_capacity(state.len());
                for i in 0..state.len() {
                    let left = state[if i == 0 { 0 } else { i - 1 }];
                    next.push(0.5 * state[i] + 0.3 * left * left);
                }
                state = next;
            }
            state
        }
        case!($F $mode: vjp replaced_each_round(slice x: -1.0..1.0 => vec![0.0; 4]; 3));

        #[backprop $options]
        pub fn shrinking(x: &[$F]) -> $F {
            let mut level = x.to_vec();
            while level.len() > 1 {
                let mut next = Vec::new();
                for i in 0..level.len() / 2 {
                    next.push(level[2 * i] * level[2 * i + 1].sin());
                }
                if level.len() % 2 == 1 {
                    next.push(level[level.len() - 1]);
                }
                level = next;
            }
            level[0]
        }
        case!($F $mode: shrinking(slice x: 0.5..2.0 => vec![0.0; 7]));

        #[backprop $options]
        pub fn by_value(mut x: Vec<$F>, y: $F) -> $F {
            x.push(y * y);
            let n = x.len();
            x[0] = x[n - 1] * x[1];
            x.pop();
            x[0] + *x.last().unwrap()
        }
        case!($F $mode: by_value(by x: -2.0..2.0 => vec![0.0; 3], by y: -2.0..2.0));

        #[backprop $options]
        pub fn no_rounds(x: $F, #[no_grad] n: usize) -> $F {
            let mut v = Vec::new();
            for _ in 0..n {
                v.push(x * x);
            }
            v.first().copied().unwrap_or(x) + v.get(1).copied().unwrap_or(0.0)
        }
        case!($F $mode: no_rounds(by x: -2.0..2.0; 0));

        #[backprop $options]
        pub fn early(x: &[$F], #[no_grad] n: usize) -> Vec<$F> {
            if n == 0 {
                return Vec::new();
            }
            let mut out = vec![x[0] * x[1]];
            if n == 1 {
                return out;
            }
            for i in 0..n {
                out.push(out[i] * x[i % x.len()]);
            }
            out
        }
        case!($F $mode: vjp early(slice x: -2.0..2.0 => vec![0.0; 3]; 4));

        #[backprop $options]
        pub fn chosen(x: &[$F], y: &[$F], #[no_grad] first: bool) -> $F {
            let v = if first { x.to_vec() } else { vec![y[0]; 2] };
            let w = if !first { x.to_vec() } else { vec![y[0]; 2] };
            v[0] * v[1] + w[0] * w[1] * v[0]
        }
        case!($F $mode: chosen(slice x: -2.0..2.0 => vec![0.0; 3], slice y: -2.0..2.0 => vec![0.0; 1]; true));

        #[backprop $options]
        pub fn array_as_vec(w: &[[$F; 3]; 2], x: &[$F; 3]) -> $F {
            let (mut a, mut c) = (w.to_vec(), x.to_vec());
            a.push(w[0]);
            c.push(x[2] * x[2]);
            let last = w[1].to_vec();
            a[2][1] * a[1][2] + c[3] * c[0] + last[1] * a[0][0]
        }
        case!($F $mode: array_as_vec(
            to w: -2.0..2.0 => [[0.0; 3]; 2], to x: -2.0..2.0 => [0.0; 3]));
    };
}

instances!(functions);
