//! `for` over ranges of integers: every form of range, carried values, nests, and what they do to scalars.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn sum(x: $F, n: usize) -> $F {
            let mut total = 0.0;
            for _ in 0..n {
                total += x;
            }
            total
        }
        case!($F $mode: sum(by x: -2.0..2.0; 5));

        #[backprop $options]
        pub fn zero_trips(x: $F, n: usize) -> $F {
            let mut a = x;
            for i in n..n {
                a *= x + i as $F;
            }
            for _ in (n + 2)..n {
                a = 0.0;
            }
            a * x
        }
        case!($F $mode: zero_trips(by x: -2.0..2.0; 3));

        #[backprop $options]
        pub fn power(x: $F, n: usize) -> $F {
            let mut a = 1.0;
            for _ in 0..n {
                a *= x;
            }
            a
        }
        case!($F $mode: power(by x: 0.5..1.5; 6));

        #[backprop $options]
        pub fn nonlinear_recurrence(x: $F, y: $F) -> $F {
            let mut a = x;
            for i in 0..6 {
                a = (a * y).sin() + i as $F * 0.25;
            }
            a
        }
        case!($F $mode: nonlinear_recurrence(by x: -1.0..1.0, by y: -1.0..1.0));

        #[backprop $options]
        pub fn several_carried(x: $F, y: $F) -> $F {
            let mut a = x;
            let mut b = y;
            let mut c = 0.0;
            for _ in 0..5 {
                let old = a;
                a = b * 0.5 + a.cos();
                b = old * b;
                c += a * b;
            }
            c + a - b
        }
        case!($F $mode: several_carried(by x: -1.0..1.0, by y: -1.0..1.0));

        #[backprop $options]
        pub fn swapped(x: $F, y: $F, n: u32) -> $F {
            let mut a = x;
            let mut b = y;
            for _ in 0..n {
                let t = a;
                a = b;
                b = t * 1.25;
            }
            a * a * b
        }
        case!($F $mode: swapped(by x: -2.0..2.0, by y: -2.0..2.0; 5));

        #[backprop $options]
        pub fn inclusive(x: $F, n: i32) -> $F {
            let mut total = 0.0;
            for k in -1..=n {
                total += x.powi(k) / (k + 2) as $F;
            }
            total
        }
        case!($F $mode: inclusive(by x: 0.5..2.0; 3));

        #[backprop $options]
        pub fn reversed(x: $F, n: usize) -> $F {
            let mut a = 0.0;
            for i in (0..n).rev() {
                a = a * x + (i + 1) as $F;
            }
            a
        }
        case!($F $mode: reversed(by x: -1.0..1.0; 5));

        #[backprop $options]
        pub fn reversed_inclusive(x: $F, n: usize) -> $F {
            let mut a = x;
            for i in (1..=n).rev() {
                a = a.sin() * i as $F;
            }
            a
        }
        case!($F $mode: reversed_inclusive(by x: -1.0..1.0; 4));

        #[backprop $options]
        pub fn stepped(x: $F, n: usize) -> $F {
            let mut a = x;
            for i in (1..n).step_by(3) {
                a = (a + x * i as $F).cos();
            }
            a
        }
        case!($F $mode: stepped(by x: -1.0..1.0; 11));

        #[backprop $options]
        pub fn stepped_and_reversed(x: $F, n: usize) -> $F {
            let mut a = x;
            for i in (0..n).step_by(2).rev() {
                a = (a + x * i as $F).cos();
            }
            for i in (0..n).step_by(4) {
                a = (a - x * i as $F).sin();
            }
            a
        }
        case!($F $mode: stepped_and_reversed(by x: -1.0..1.0; 8));

        #[backprop $options]
        pub fn nested(x: $F, y: $F, n: usize, m: usize) -> $F {
            let mut total = 0.0;
            for i in 0..n {
                let mut row = x * i as $F;
                for j in 0..m {
                    row = (row + y * j as $F).sin();
                    total += row * x;
                }
                total *= 0.75;
            }
            total
        }
        case!($F $mode: nested(by x: -1.0..1.0, by y: -1.0..1.0; 3, 4));

        #[backprop $options]
        pub fn triangular(x: $F, n: usize) -> $F {
            let mut total = x;
            for i in 0..n {
                for j in 0..i {
                    total += (x * (i * j) as $F).sin() * total * 0.125;
                }
                for j in i..n {
                    total = total * 0.5 + (total * j as $F * 0.25).cos();
                }
            }
            total
        }
        case!($F $mode: triangular(by x: -1.0..1.0; 4));

        #[backprop $options]
        pub fn triple(x: $F) -> $F {
            let mut a = x;
            for i in 0..2 {
                for j in 0..3 {
                    for k in 0..2 {
                        a = (a + x * (i + j * k) as $F).sin();
                    }
                    a += x;
                }
                a *= x;
            }
            a
        }
        case!($F $mode: triple(by x: -1.0..1.0));

        #[backprop $options]
        pub fn bounds_computed_in_the_loop(x: $F, n: usize) -> $F {
            let mut a = x;
            let mut m = n;
            for i in 0..n {
                m = (m * 7 + i) % 4;
                for _ in 0..m {
                    a = a.sin() + x;
                }
            }
            a
        }
        case!($F $mode: bounds_computed_in_the_loop(by x: -1.0..1.0; 5));

        #[backprop $options]
        pub fn branch_in_a_loop(x: $F, n: usize) -> $F {
            let mut a = x;
            for i in 0..n {
                if i % 2 == 0 {
                    a = a * x + 0.5;
                } else {
                    a = a.sin();
                }
            }
            a
        }
        case!($F $mode: branch_in_a_loop(by x: -1.0..1.0; 6));

        #[backprop $options]
        pub fn active_branch_in_a_loop(x: $F, y: $F) -> $F {
            let mut a = x;
            for _ in 0..6 {
                if a > y {
                    a = y + (a - y) * 0.5;
                } else {
                    a = y + (a - y) * 1.5 * x.abs();
                }
            }
            a * a
        }
        case!($F $mode: active_branch_in_a_loop(by x: -1.0..1.0, by y: -1.0..1.0));

        #[backprop $options]
        pub fn loop_in_a_branch(x: $F, n: usize, flag: bool) -> $F {
            let mut a = x;
            if flag {
                for _ in 0..n {
                    a = a.cos() * x;
                }
            } else {
                a = a.exp();
            }
            a * a
        }
        case!($F $mode: loop_in_a_branch(by x: -1.0..1.0; 4, true));

        #[backprop $options]
        pub fn loop_in_a_branch_not_taken(x: $F, n: usize, flag: bool) -> $F {
            let mut a = x;
            if flag {
                for _ in 0..n {
                    a = a.cos() * x;
                }
            } else {
                a = a.exp();
            }
            a * a
        }
        case!($F $mode: loop_in_a_branch_not_taken(by x: -1.0..1.0; 4, false));

        #[backprop $options]
        pub fn local_of_the_body(x: $F) -> $F {
            let mut total = 0.0;
            for i in 0..4 {
                let mut local = x * i as $F;
                local *= local;
                let local = local.sin() + x;
                total += local * local;
            }
            total
        }
        case!($F $mode: local_of_the_body(by x: -1.0..1.0));

        #[backprop $options]
        pub fn one_loop_feeds_another(x: $F, n: usize) -> $F {
            let mut a = 0.0;
            for i in 0..n {
                a += (x * i as $F).sin();
            }
            let mean = a / n as $F;
            let mut b = 0.0;
            for i in 0..n {
                let off = (x * i as $F).sin() - mean;
                b += off * off;
            }
            b.sqrt()
        }
        case!($F $mode: one_loop_feeds_another(by x: 0.5..1.0; 5));

        #[backprop $options]
        pub fn reduction_scaled_at_the_end(x: $F, y: $F, n: usize) -> $F {
            let mut total = 0.0;
            for i in 0..n {
                let miss = x * i as $F + y - 1.0;
                total += 0.5 * miss * miss;
            }
            -total / n as $F + 0.25 * x
        }
        case!($F $mode: reduction_scaled_at_the_end(by x: -1.0..1.0, by y: -1.0..1.0; 4));

        #[backprop $options]
        pub fn product_of_everything(x: $F, y: $F, n: usize) -> $F {
            let mut total = y;
            for i in 1..n {
                total *= (x + i as $F).ln() + y;
            }
            total
        }
        case!($F $mode: product_of_everything(by x: 0.5..1.0, by y: -0.3..1.0; 5));

        #[backprop $options]
        pub fn running_maximum(x: $F, y: $F) -> $F {
            let mut best = y;
            for i in 0..5 {
                best = best.max((x * i as $F).sin());
            }
            best * best + best
        }
        case!($F $mode: running_maximum(by x: -2.0..2.0, by y: -1.0..1.0));

        #[backprop $options]
        pub fn induction_variable_as_a_float(x: $F, n: u8) -> $F {
            let mut total = 0.0;
            for i in 0..n {
                let t = i as $F / n as $F;
                total += (t * x).exp() * t;
            }
            total
        }
        case!($F $mode: induction_variable_as_a_float(by x: -1.0..1.0; 6));

        #[backprop $options]
        pub fn carried_but_reset(x: $F) -> $F {
            let mut a = x;
            let mut total = 0.0;
            for i in 0..4 {
                total += a * x;
                a = (i + 1) as $F;
            }
            total * a
        }
        case!($F $mode: carried_but_reset(by x: -2.0..2.0));

        #[backprop $options]
        pub fn carried_unchanged_in_one_arm(x: $F) -> $F {
            let mut a = x;
            for i in 0..5 {
                if i == 2 {
                    a = a * a;
                }
            }
            a * x
        }
        case!($F $mode: carried_unchanged_in_one_arm(by x: -2.0..2.0));

        #[backprop $options]
        pub fn return_after_a_loop(x: $F, n: usize) -> $F {
            let mut a = x;
            for _ in 0..n {
                a = a * 0.5 + x.sin();
            }
            if n > 2 {
                return a * x;
            }
            a
        }
        case!($F $mode: return_after_a_loop(by x: -2.0..2.0; 4));

        #[backprop $options]
        pub fn guard_before_a_loop(x: $F, n: usize) -> $F {
            if n == 0 {
                return x;
            }
            let mut total = 0.0;
            for i in 0..n {
                total += x.powi(i as i32);
            }
            total / n as $F
        }
        case!($F $mode: guard_before_a_loop(by x: 0.5..1.5; 4));
    };
}
instances!(functions);
