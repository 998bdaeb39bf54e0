//! `Vec`s of `Vec`s of different lengths that get shorter: what is gone had adjoints of lengths of its own.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn rows_removed(x: &[$F]) -> $F {
            let mut m = vec![vec![x[0], x[1]], vec![x[2] * x[0]], vec![x[1], x[2], x[0]]];
            let r = m.remove(0);
            r[0] * m[0][0] + r[1] * m[1][2] * m[1][0] + m.len() as $F * r[1]
        }
        case!($F $mode: rows_removed(slice x: -2.0..2.0 => vec![0.0; 3]));

        #[backprop $options]
        pub fn rows_popped(x: &[$F], #[no_grad] n: usize) -> $F {
            let mut m = Vec::new();
            for i in 0..n {
                m.push(vec![x[i % 3] * x[0]; i + 1]);
            }
            let mut total = 0.0;
            while m.len() > 1 {
                let last = m.pop().unwrap();
                let k = m.len() - 1;
                m[k][0] *= last[last.len() - 1];
                m[k][k] += last[0].sin();
                total += last[0];
            }
            total * m[0][0]
        }
        case!($F $mode: rows_popped(slice x: -1.0..1.0 => vec![0.0; 3]; 5));

        #[backprop $options]
        pub fn rows_truncated(x: &[$F], #[no_grad] keep: usize) -> $F {
            let mut m = vec![x.to_vec(), vec![x[1] * x[2]], vec![x[2]; 0]];
            m[0][1] *= x[0];
            m.truncate(keep);
            m.push(vec![x[0] * m[0][1], x[2]]);
            let n = m.len() - 1;
            m[0][0] * m[n][0] + m[n][1]
        }
        case!($F $mode: rows_truncated(slice x: -2.0..2.0 => vec![0.0; 3]; 1));

        #[backprop $options]
        pub fn rows_left_as_they_are(x: &[$F]) -> $F {
            rows_truncated(x, 7) * x[1] + rows_truncated(x, 3)
        }
        case!($F $mode: rows_left_as_they_are(slice x: -2.0..2.0 => vec![0.0; 3]));

        #[backprop $options]
        pub fn rows_cleared(x: &[$F], #[no_grad] n: usize) -> $F {
            let mut m = vec![vec![x[0]], vec![x[1], x[2]]];
            let mut total = 1.0;
            for i in 0..n {
                total *= m[0][0] + m[m.len() - 1][i % 2].cos();
                if i % 2 == 1 {
                    m.clear();
                    m.push(vec![total * x[1], x[2]]);
                } else {
                    m.pop();
                    m.push(vec![x[0], total.sin(), x[1]]);
                }
            }
            total
        }
        case!($F $mode: rows_cleared(slice x: 0.1..0.6 => vec![0.0; 3]; 3));

        #[backprop $options]
        pub fn rows_of_rows(x: &[$F]) -> $F {
            let mut m = vec![vec![vec![x[0], x[1]], vec![x[2]]], vec![vec![x[1]]]];
            let r = m.swap_remove(0);
            m[0].pop();
            m.push(r);
            m[1][0][1] * m[1][1][0] + m[0].len() as $F
        }
        case!($F $mode: rows_of_rows(slice x: -2.0..2.0 => vec![0.0; 3]));

        #[backprop $options]
        pub fn rows_of_a_callee(x: &[$F]) -> $F {
            rows_removed(x) * rows_popped(x, 3) + rows_of_rows(x)
        }
        case!($F $mode: rows_of_a_callee(slice x: -1.0..1.0 => vec![0.0; 3]));

        #[backprop $options]
        pub fn rows_moved_over(x: &[$F]) -> $F {
            let mut a = vec![vec![x[0]], vec![x[1], x[0]]];
            let mut b = vec![vec![x[2], x[2] * x[1]]];
            b.append(&mut a);
            a.push(b[1].clone());
            a[0][0] * b[2][1] * b[0][1] + a.len() as $F
        }
        case!($F $mode: rows_moved_over(slice x: -2.0..2.0 => vec![0.0; 3]));
    };
}

instances!(functions);
