//! Arrays of fixed size: parameters, locals, nests, and reads and writes of elements.

use backprop::backprop;

const N: usize = 4;

#[derive(Clone, Copy, Debug, backprop::Differentiable)]
pub struct Pair<T> {
    x: [T; 2],
    y: [T; 2],
}

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn by_value(a: [$F; 3]) -> $F {
            a[0] * a[1] + a[2].sin()
        }
        case!($F $mode: by_value(by a: -2.0..2.0 => [0.0; 3]));

        #[backprop $options]
        pub fn by_reference(a: &[$F; 3], b: &[$F; 3]) -> $F {
            let mut total = 0.0;
            for i in 0..3 {
                total += a[i] * b[i] * a[i];
            }
            total
        }
        case!($F $mode: by_reference(to a: -2.0..2.0 => [0.0; 3], to b: -2.0..2.0 => [0.0; 3]));

        #[backprop $options]
        pub fn pattern([x, y]: [$F; 2]) -> $F {
            100.0 * (y - x * x).powi(2) + (1.0 - x).powi(2)
        }
        case!($F $mode: pattern(by p: -2.0..2.0 => [0.0; 2]));

        #[backprop $options]
        pub fn pattern_behind_a_reference(p: &[$F; 3]) -> $F {
            let [x, _, z] = *p;
            x * z
        }
        case!($F $mode: pattern_behind_a_reference(to p: -2.0..2.0 => [0.0; 3]));

        #[backprop $options]
        pub fn large(a: &[$F; 40]) -> $F {
            let mut total = 0.0;
            for i in 0..a.len() {
                total += a[i] * a[(i * 7) % 40];
            }
            total
        }
        case!($F $mode: large(to a: -2.0..2.0 => [0.0; 40]));

        #[backprop $options]
        pub fn constant_length(a: &[$F; N]) -> $F {
            let mut b = [0.0; N];
            for i in 0..N {
                b[N - 1 - i] = a[i] * (i + 1) as $F;
            }
            b[0] * b[N - 1]
        }
        case!($F $mode: constant_length(to a: -2.0..2.0 => [0.0; 4]));

        #[backprop $options]
        pub fn nested(a: &[[$F; 3]; 2], x: [$F; 3]) -> $F {
            let mut total = 0.0;
            for i in 0..2 {
                let mut row = 0.0;
                for j in 0..3 {
                    row += a[i][j] * x[j];
                }
                total += row * row;
            }
            total
        }
        case!($F $mode: nested(to a: -2.0..2.0 => [[0.0; 3]; 2], by x: -2.0..2.0 => [0.0; 3]));

        #[backprop $options]
        pub fn nested_local(a: &[[$F; 2]; 2]) -> $F {
            let mut b = [[0.0; 2]; 2];
            for i in 0..2 {
                for j in 0..2 {
                    for k in 0..2 {
                        b[i][j] += a[i][k] * a[k][j];
                    }
                }
            }
            b[0][0] * b[1][1] - b[0][1] * b[1][0]
        }
        case!($F $mode: nested_local(to a: -2.0..2.0 => [[0.0; 2]; 2]));

        #[backprop $options]
        pub fn three_deep(a: [[[$F; 2]; 2]; 2]) -> $F {
            a[0][1][0] * a[1][0][1] + a[0][0][0].sin() * a[1][1][1]
        }
        case!($F $mode: three_deep(by a: -2.0..2.0 => [[[0.0; 2]; 2]; 2]));

        #[backprop $options]
        pub fn elements(x: $F, y: $F) -> $F {
            let a = [x, y, x * y, 2.0];
            a[0] * a[2] + a[1] * a[3]
        }
        case!($F $mode: elements(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn repeated(x: $F) -> $F {
            let mut a = [x * x; 3];
            a[1] *= x;
            a[0] + a[1] * a[2]
        }
        case!($F $mode: repeated(by x: -2.0..2.0));

        #[backprop $options]
        pub fn rows(x: $F, y: $F) -> $F {
            let a = [[x, y], [y * y, 1.0]];
            a[0][0] * a[1][1] - a[0][1] * a[1][0]
        }
        case!($F $mode: rows(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn overwritten(x: $F, y: $F) -> $F {
            let mut a = [x, y];
            let b = a[0] * a[1];
            a[0] = b;
            a[1] = a[0] * a[1];
            a[0] = 3.0;
            a[0] * a[1] + b
        }
        case!($F $mode: overwritten(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn compound_assignment(x: $F, y: $F) -> $F {
            let mut a = [x, y];
            a[0] += y;
            a[1] *= a[0];
            a[0] -= a[1] * x;
            a[1] /= 2.0 + x;
            a[0] * a[1]
        }
        case!($F $mode: compound_assignment(by x: 0.5..2.0, by y: 0.5..2.0));

        #[backprop $options]
        pub fn element_times_itself(x: $F) -> $F {
            let mut a = [x, 1.5];
            a[0] *= a[0];
            a[1] = a[1] * a[0] + a[1];
            a[0] * a[1]
        }
        case!($F $mode: element_times_itself(by x: -2.0..2.0));

        #[backprop $options]
        pub fn recurrence_in_place(x: $F, y: $F) -> $F {
            let mut a = [0.0; 8];
            a[0] = x;
            a[1] = y;
            for i in 2..8 {
                a[i] = a[i - 1] * a[i - 2] + (a[i - 1] * 0.5).sin();
            }
            a[7] + a[3]
        }
        case!($F $mode: recurrence_in_place(by x: -1.0..1.0, by y: -1.0..1.0));

        #[backprop $options]
        pub fn prefix_sums(a: &[$F; 5]) -> $F {
            let mut sums = *a;
            for i in 1..5 {
                sums[i] += sums[i - 1];
            }
            let mut total = 0.0;
            for i in 0..5 {
                total += sums[i] * sums[4 - i];
            }
            total
        }
        case!($F $mode: prefix_sums(to a: -1.0..1.0 => [0.0; 5]));

        #[backprop $options]
        pub fn same_slot_in_every_round(a: &[$F; 6]) -> $F {
            let mut b = [1.0; 2];
            for i in 0..6 {
                b[i % 2] *= a[i];
                b[(i + 1) % 2] += b[i % 2] * 0.25;
            }
            b[0] * b[1]
        }
        case!($F $mode: same_slot_in_every_round(to a: 0.5..1.5 => [0.0; 6]));

        #[backprop $options]
        pub fn copies(a: [$F; 3]) -> $F {
            let mut b = a;
            b[0] *= b[1];
            let c = b;
            b[1] = c[0] * a[0];
            b[0] * b[1] + c[1] * c[2]
        }
        case!($F $mode: copies(by a: -2.0..2.0 => [0.0; 3]));

        #[backprop $options]
        pub fn whole_assignment(a: [$F; 2], b: [$F; 2]) -> $F {
            let mut c = a;
            c[0] *= 2.0;
            let kept = c[0] * c[1];
            c = b;
            c[1] *= kept;
            c = [c[1], c[0]];
            c[0] + c[1] * kept
        }
        case!($F $mode: whole_assignment(by a: -2.0..2.0 => [0.0; 2], by b: -2.0..2.0 => [0.0; 2]));

        #[backprop $options]
        pub fn local_in_a_loop(a: &[$F; 4]) -> $F {
            let mut total = 0.0;
            for i in 0..4 {
                let mut row = [0.0; 3];
                for j in 0..3 {
                    row[j] = a[i] * (j + 1) as $F;
                    row[j] = row[j].sin();
                }
                total += row[0] * row[1] + row[2];
            }
            total
        }
        case!($F $mode: local_in_a_loop(to a: -2.0..2.0 => [0.0; 4]));

        #[backprop $options]
        pub fn carried_array(x: $F, n: usize) -> $F {
            let mut a = [x, 1.0];
            for _ in 0..n {
                let b = [a[1] + a[0] * 0.5, a[0] * a[1]];
                a = b;
            }
            a[0] + a[1]
        }
        case!($F $mode: carried_array(by x: -1.0..1.0; 4));

        #[backprop $options]
        pub fn written_in_a_branch(x: $F, y: $F) -> $F {
            let mut a = [x, y];
            if x > 0.0 {
                a[0] = x * x * 2.0;
            } else {
                a[0] = x * x;
                a[1] *= 1.0 - x * x;
            }
            a[0] * a[1]
        }
        case!($F $mode: written_in_a_branch(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn passive_until_written(x: $F) -> $F {
            let mut a = [1.0; 3];
            a[1] = x;
            a[0] * a[1] * a[1] + a[2]
        }
        case!($F $mode: passive_until_written(by x: -2.0..2.0));

        #[backprop $options]
        pub fn passive_table(x: $F) -> $F {
            let weights: [$F; 4] = [1.0, -0.5, 0.25, -0.125];
            let mut total = 0.0;
            for i in 0..weights.len() {
                total += weights[i] * x.powi(i as i32);
            }
            total
        }
        case!($F $mode: passive_table(by x: 0.5..2.0));

        #[backprop $options]
        pub fn integer_table(a: &[$F; 4]) -> $F {
            let order = [2usize, 0, 3, 0];
            let mut total = 0.0;
            for i in 0..4 {
                total = total * 0.5 + a[order[i]] * a[i];
            }
            total
        }
        case!($F $mode: integer_table(to a: -2.0..2.0 => [0.0; 4]));

        #[backprop $options]
        pub fn mutable_array_parameter(mut a: [$F; 3]) -> $F {
            a[0] *= a[1];
            for i in 1..3 {
                a[i] = a[i - 1].sin() + a[i];
            }
            a[2]
        }
        case!($F $mode: mutable_array_parameter(by a: -2.0..2.0 => [0.0; 3]));

        #[backprop $options]
        pub fn elimination(a: &[[$F; 3]; 3], b: &[$F; 3]) -> $F {
            let mut m = *a;
            let mut y = *b;
            for k in 0..3 {
                m[k][k] += 2.0;
            }
            for k in 0..3 {
                for i in k + 1..3 {
                    let f = m[i][k] / m[k][k];
                    for j in k..3 {
                        m[i][j] -= f * m[k][j];
                    }
                    y[i] -= f * y[k];
                }
            }
            let mut x = [0.0; 3];
            for k in (0..3).rev() {
                let mut sum = y[k];
                for j in k + 1..3 {
                    sum -= m[k][j] * x[j];
                }
                x[k] = sum / m[k][k];
            }
            x[0] * x[1] + x[2]
        }
        case!($F $mode: elimination(
            to a: 0.1..0.9 => [[0.0; 3]; 3], to b: -1.0..1.0 => [0.0; 3]));

        #[backprop $options]
        pub fn empty(a: &[$F; 0], x: $F) -> $F {
            x * a.len() as $F + x
        }
        case!($F $mode: empty(to a: 0.0..1.0 => [0.0; 0], by x: -2.0..2.0));

        // Rows that are made in steps, and repeated.
        #[backprop $options]
        pub fn repeated_rows(x: $F, y: $F) -> $F {
            let made = [std::array::from_fn::<$F, 3, _>(|i| x * i as $F); 2];
            let blank = [{
                let mut row = [0.0; 2];
                row[1] = y;
                row
            }; 3];
            let mut row = [0.0; 2];
            row[0] = x * y;
            let mut named = [row; 2];
            named[1][0] *= y;
            let zeros = [[0.0; 2]; 2];
            made[0][1] * made[1][2] + blank[2][1] * blank[0][0] + blank[0][1] + named[0][0] - named[1][0] + zeros[0][1] * x
        }
        case!($F $mode: repeated_rows(by x: -1.0..1.0, by y: -1.0..1.0));

        /// What is assigned to itself stays what it is, also where only the numbers say that it is the same.
        #[backprop $options]
        pub fn to_itself(mut a: [$F; 3], mut rows: [[$F; 2]; 3], k: usize) -> $F {
            if a[0] > 0.0 {
                a = a;
                a[1] *= a[0];
            }
            let mut pair = Pair { x: [a[0], a[1]], y: [a[2], a[0]] };
            pair.x = pair.x;
            for i in 0..3 {
                rows[i] = rows[(i + k) % 3];
                rows[i][0] *= 1.5;
                rows[k] = rows[k];
            }
            pair.y = pair.x;
            a.iter().copied().reduce($F::max).unwrap() * rows.iter().map(|r| r[0] * r[1]).sum::<$F>() + pair.x[0] * pair.y[1]
        }
        case!($F $mode: to_itself(by a: -1.0..1.0 => [0.0; 3], by rows: -1.0..1.0 => [[0.0; 2]; 3]; 0));
    };
}
instances!(functions);
