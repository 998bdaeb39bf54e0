//! `loop`, `break`, `continue`, labels and `return`, in every place where they may stand.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn infinite(x: $F) -> $F {
            let mut a = x;
            let mut k = 0;
            loop {
                a = a.sin() * x;
                k += 1;
                if k == 4 {
                    break;
                }
            }
            a
        }
        case!($F $mode: infinite(by x: 0.5..2.0));

        #[backprop $options]
        pub fn broken_with_a_value(x: $F) -> $F {
            let mut a = x;
            let y = loop {
                a = a * a + x;
                if a > 5.0 {
                    break a * 0.5;
                }
                if a < -3.0 {
                    break -a;
                }
            };
            y * x
        }
        case!($F $mode: broken_with_a_value(by x: 0.5..2.0));

        #[backprop $options]
        pub fn broken_with_a_tuple(x: $F, y: $F) -> $F {
            let mut a = x;
            let mut n = 0;
            let (p, (q, rounds)) = loop {
                a *= y;
                n += 1;
                if a.abs() > 3.0 {
                    break (a, (x * a, n));
                } else if n > 6 {
                    break (y, (a, n * 2));
                }
            };
            p * q + rounds as $F * x
        }
        case!($F $mode: broken_with_a_tuple(by x: 0.5..2.0, by y: 0.5..2.0));

        #[backprop $options]
        pub fn broken_with_an_array(x: &[$F; 3], t: $F) -> $F {
            let mut a = *x;
            let last: [$F; 3] = loop {
                a[0] *= t;
                if a[0] > 4.0 {
                    break [a[2], a[0], a[1]];
                }
                a = [a[1] + 0.25, a[2], a[0]];
                if a[1] > 2.0 {
                    break a;
                }
            };
            a[0] = 7.0;
            last[0] * last[1] + last[2] * t + a[0]
        }
        case!($F $mode: broken_with_an_array(to x: 0.5..2.0 => [0.0; 3], by t: 1.1..2.0));

        #[backprop $options]
        pub fn a_loop_as_an_operand(x: $F) -> $F {
            let mut k = 0;
            let y = x
                * loop {
                    k += 1;
                    if k > 3 {
                        break x.sin() + k as $F;
                    }
                }
                + x.max(loop {
                    k -= 1;
                    if k == 0 {
                        break x * 0.5;
                    }
                });
            y
        }
        case!($F $mode: a_loop_as_an_operand(by x: 0.5..2.0));

        #[backprop $options]
        pub fn for_with_break(x: $F, n: usize) -> $F {
            let mut total = 0.0;
            for i in 0..n {
                total += x * (i + 1) as $F;
                if total > 4.0 {
                    break;
                }
            }
            total * total
        }
        case!($F $mode: for_with_break(by x: 0.2..2.0; 7));

        #[backprop $options]
        pub fn for_with_continue(x: $F, n: usize) -> $F {
            let mut total = x;
            for i in 0..n {
                if i % 3 == 1 {
                    continue;
                }
                total = total.sin() * 2.0;
                if total < 0.5 {
                    total += 1.0;
                    continue;
                }
                total *= x;
            }
            total
        }
        case!($F $mode: for_with_continue(by x: 0.2..2.0; 8));

        #[backprop $options]
        pub fn for_inclusive_to_the_end_of_its_type(x: $F) -> $F {
            let mut total = x;
            for k in 250..=u8::MAX {
                if total > 1e6 {
                    break;
                }
                total += x * k as $F;
            }
            for k in (i8::MIN..=-120).rev() {
                if total > 1e6 {
                    break;
                }
                total -= x * k as $F;
            }
            total
        }
        case!($F $mode: for_inclusive_to_the_end_of_its_type(by x: 0.2..2.0));

        #[backprop $options]
        pub fn for_in_every_form_of_range(x: $F, n: i32) -> $F {
            let mut total = 0.0;
            for i in (0..n).rev() {
                total += x.powi(i);
                if total > 50.0 {
                    break;
                }
            }
            for i in (-3..n).step_by(2) {
                total += x * i as $F;
                if total > 60.0 {
                    break;
                }
            }
            for i in (1..=n).rev().step_by(3) {
                total += x * i as $F;
                if total > 70.0 {
                    break;
                }
            }
            for i in (0..=9u8).step_by(4).rev() {
                total = total.sqrt() + i as $F * x;
                if total < -1.0 {
                    break;
                }
            }
            for i in n..=0 {
                total += i as $F;
                if total > 70.0 {
                    break;
                }
            }
            total
        }
        case!($F $mode: for_in_every_form_of_range(by x: 0.5..1.5; 8));

        #[backprop $options]
        pub fn elements_with_break(xs: &[$F], limit: $F) -> $F {
            let mut total = 0.0;
            for (i, x) in xs.iter().enumerate() {
                if total > limit {
                    break;
                }
                total += x * x * (i + 1) as $F;
            }
            for &x in xs.iter().rev() {
                if x < 0.0 {
                    continue;
                }
                total *= x;
                if total > 100.0 {
                    break;
                }
            }
            total
        }
        case!($F $mode: elements_with_break(slice xs: -2.0..2.0 => vec![0.0; 6], by limit: 1.0..5.0));

        #[backprop $options]
        pub fn zero_rounds(x: $F, n: usize) -> $F {
            let mut a = x;
            for i in n..n {
                a *= i as $F;
                if a > 1.0 {
                    break;
                }
            }
            while a < -100.0 {
                a += 1.0;
                if a > x {
                    break;
                }
            }
            for _ in (1..=0).rev() {
                a = 0.0;
                if n > 100 {
                    return a;
                }
            }
            loop {
                break;
            }
            a * x
        }
        case!($F $mode: zero_rounds(by x: 0.5..1.5; 3));

        #[backprop $options]
        pub fn labels(x: &[$F], t: $F) -> $F {
            let mut s = 0.0;
            'rows: for i in 0..x.len() {
                for j in 0..=i {
                    if x[j] > t {
                        continue 'rows;
                    }
                    if x[i] * x[j] < -2.0 {
                        break 'rows;
                    }
                    s += x[i] * x[j];
                }
                s *= t;
            }
            s
        }
        case!($F $mode: labels(slice x: -2.0..2.0 => vec![0.0; 5], by t: 0.5..1.5));

        #[backprop $options]
        pub fn labels_of_every_kind(x: $F, n: usize) -> $F {
            let mut s = x;
            let mut k = 0;
            'a: loop {
                s = s.sin() + x;
                'b: while k < n {
                    k += 1;
                    for i in 0..n {
                        s += x * i as $F * 0.125;
                        if (i + k) % 5 == 0 {
                            continue 'b;
                        }
                        if i == 4 {
                            continue 'a;
                        }
                        if s > 1e4 {
                            break 'a;
                        }
                        if i > k {
                            break;
                        }
                    }
                    s *= 0.75;
                }
                break 'a;
            }
            s
        }
        case!($F $mode: labels_of_every_kind(by x: 0.5..1.5; 7));

        #[backprop $options]
        pub fn shadowed_label(x: $F) -> $F {
            let mut s = x;
            #[allow(unused_labels)]
            'l: for i in 0..3 {
                'l: for j in 0..3 {
                    s += x * (i * j) as $F;
                    if j == 1 {
                        break 'l;
                    }
                }
                s *= x;
            }
            s
        }
        case!($F $mode: shadowed_label(by x: 0.5..1.5));

        #[backprop $options]
        pub fn labelled_block(x: $F, y: $F) -> $F {
            let v = 'found: {
                if x > 1.0 {
                    break 'found x * y;
                }
                let z = x.sin();
                if y > 1.0 {
                    break 'found z * y * y;
                }
                z + y
            };
            v * x
        }
        case!($F $mode: labelled_block(by x: 0.2..2.0, by y: 0.2..2.0));

        #[backprop $options]
        pub fn labelled_block_for_its_effect(x: $F, n: usize) -> $F {
            let mut a = x;
            'done: {
                a *= 2.0;
                for i in 0..n {
                    if a > 3.0 {
                        break 'done;
                    }
                    a += i as $F * x;
                }
                a = a.sqrt();
            }
            a * x
        }
        case!($F $mode: labelled_block_for_its_effect(by x: 0.2..2.0; 4));

        #[backprop $options]
        pub fn return_in_a_loop(xs: &[$F], t: $F) -> $F {
            for i in 0..xs.len() {
                if xs[i] > t {
                    return xs[i] * t + i as $F;
                }
            }
            t * t
        }
        case!($F $mode: return_in_a_loop(slice xs: -2.0..2.0 => vec![0.0; 4], by t: 0.5..1.5));

        #[backprop $options]
        pub fn return_in_nested_loops(m: &[[$F; 3]; 3], t: $F) -> $F {
            let mut seen = 0.0;
            for row in m {
                for &v in row {
                    seen += v * v;
                    if seen > t {
                        return seen * v;
                    }
                    if v < -1.9 {
                        break;
                    }
                }
            }
            seen - t
        }
        case!($F $mode: return_in_nested_loops(to m: -2.0..2.0 => [[0.0; 3]; 3], by t: 2.0..15.0));

        #[backprop $options]
        pub fn return_of_a_tuple(x: $F, n: usize) -> ($F, $F) {
            let mut a = x;
            for i in 0..n {
                a = a * x + 0.5;
                if a > 3.0 {
                    return (a * x, i as $F * x);
                }
            }
            (x, a)
        }
        case!($F $mode: vjp return_of_a_tuple(by x: 0.5..1.5; 4));

        #[backprop $options]
        pub fn return_of_an_array(x: $F, n: usize) -> [$F; 3] {
            let mut a = [x, x * x, 1.0];
            while a[0] < 5.0 {
                a = [a[1] + x, a[2], a[0] * x];
                for i in 0..n {
                    if a[i] > 4.0 {
                        return [a[2], a[i], x];
                    }
                }
            }
            a
        }
        case!($F $mode: vjp return_of_an_array(by x: 1.1..1.8; 3));

        #[backprop $options]
        pub fn loop_with_returns_only(x: $F) -> $F {
            let mut a = x;
            let mut n = 0;
            loop {
                n += 1;
                a = a * a + 0.5;
                if a > 9.0 {
                    return a * x;
                }
                if n > 5 {
                    return a;
                }
            }
        }
        case!($F $mode: loop_with_returns_only(by x: 0.2..1.5));

        #[backprop $options]
        pub fn body_that_always_leaves(x: $F, n: usize) -> $F {
            let mut a = x;
            for i in 0..n {
                a *= x + i as $F;
                break;
            }
            while a > 0.0 {
                a = a.sqrt();
                if a > 1.0 {
                    break;
                } else {
                    return a * x;
                }
            }
            loop {
                a += x;
                return a * a;
            }
        }
        case!($F $mode: body_that_always_leaves(by x: 0.2..1.9; 4));

        #[backprop $options]
        #[allow(unreachable_code)]
        pub fn unreachable_code(x: $F, n: usize) -> $F {
            let mut a = x;
            for i in 0..n {
                if i == 2 {
                    continue;
                    a = 0.0;
                }
                a += x * i as $F;
                if i == 4 {
                    break;
                    a = 1e9;
                }
            }
            return a * a;
            a = 3.0;
            a
        }
        case!($F $mode: unreachable_code(by x: 0.2..1.9; 7));

        #[backprop $options]
        pub fn panics_after_loops(x: $F) -> $F {
            let mut a = x;
            for _ in 0..100 {
                a = 0.5 * (a + x / a);
                if (a * a - x).abs() < 1e-3 {
                    return a;
                }
            }
            unreachable!("Newton's method diverges at {x}")
        }
        case!($F $mode: panics_after_loops(by x: 0.2..1.9));

        #[backprop $options]
        pub fn return_in_a_let(x: $F, y: $F) -> $F {
            let a = if x > y {
                return x * y;
            } else {
                x.sin()
            };
            let b = if a > y {
                a * 2.0
            } else if a > 0.25 {
                return a;
            } else {
                y
            };
            a * b
        }
        case!($F $mode: return_in_a_let(by x: 0.2..1.9, by y: 0.2..1.9));

        #[backprop $options]
        pub fn jumps_in_operands(x: $F, n: usize) -> $F {
            let mut s = x;
            for i in 0..n {
                s = s * if i == 1 { continue } else { x } + if s > 9.0 { break } else { 0.5 };
                s += s.min(if s > 5.0 { return s * x } else { x });
                let t = [s, if i == 3 { continue } else { s * x }];
                s = t[if i == 4 { break } else { 1 }] - (t[0] - if s < 0.1 { return 0.0 } else { x });
            }
            s
        }
        case!($F $mode: jumps_in_operands(by x: 0.2..1.9; 6));

        #[backprop $options]
        pub fn jumps_in_conditions(x: $F, n: usize) -> $F {
            let mut s = x;
            let mut i = 0;
            while i < n && {
                if s > 20.0 {
                    return s;
                }
                s < 15.0
            } {
                i += 1;
                if i > 2 && { if s < 1.0 { continue } s > 2.0 } {
                    s *= 1.5;
                } else if (if i == 1 { x } else { s }) > 1.0 || { s += x; i % 2 == 0 } {
                    s += 0.25 * x;
                }
                let _ = i > 4 && s > 3.0 && return s.sqrt();
            }
            s
        }
        case!($F $mode: jumps_in_conditions(by x: 0.2..1.9; 6));

        #[backprop $options]
        pub fn assignments_in_conditions(x: $F, n: usize) -> $F {
            let mut i = 0;
            let mut s = x;
            while {
                i += 1;
                s *= x;
                i < n
            } {
                s += i as $F;
            }
            while {
                s = s * 0.5 + x;
                s > 3.0
            } {}
            s * i as $F
        }
        case!($F $mode: assignments_in_conditions(by x: 0.5..1.5; 5));

        #[backprop $options]
        pub fn do_while(x: $F) -> $F {
            let mut a = x;
            while {
                let old = a;
                a = (a + x / a) * 0.5;
                (a - old).abs() > 1e-2
            } {}
            a
        }
        case!($F $mode: do_while(by x: 0.5..5.0));

        #[backprop $options]
        pub fn deferred(x: $F, n: usize) -> $F {
            let found;
            let at: usize;
            let both: [$F; 2];
            let mut i = 0;
            loop {
                let y = x * i as $F + 0.25;
                if y > 1.0 || i == n {
                    found = y * y;
                    at = i;
                    both = [y, x];
                    break;
                }
                i += 1;
            }
            found + at as $F * x + both[0] * both[1]
        }
        case!($F $mode: deferred(by x: 0.2..1.5; 6));

        #[backprop $options]
        pub fn deferred_in_arms(x: $F, y: $F) -> $F {
            let a;
            let (p, q);
            if x > y {
                if x > 1.0 {
                    return y;
                }
                a = [x, y];
                (p, q) = (x * y, x);
            } else {
                if y > 1.5 {
                    return x;
                }
                a = [y * y, x];
                (q, p) = (y, y - x);
            }
            a[0] * p + a[1] * q
        }
        case!($F $mode: deferred_in_arms(by x: 0.2..2.0, by y: 0.2..2.0));

        #[backprop $options]
        pub fn elements_overwritten_before_the_break(x: &[$F], t: $F) -> $F {
            let mut a = [1.0; 4];
            let mut k = 0;
            loop {
                for i in 0..4 {
                    a[i] = a[i] * x[k] + a[(i + 1) % 4];
                    if a[i] > t {
                        a[i] = a[i].sqrt();
                        break;
                    }
                }
                a[k % 4] = x[k] * a[0];
                k += 1;
                if k == x.len() {
                    break;
                }
            }
            a[0] * a[1] + a[2] - a[3]
        }
        case!($F $mode: elements_overwritten_before_the_break(slice x: 0.5..1.5 => vec![0.0; 5], by t: 1.0..4.0));

        #[backprop $options]
        pub fn passive_loops_that_return(x: $F, #[no_grad] table: &[f64], n: usize) -> $F {
            for (i, entry) in table.iter().enumerate() {
                if *entry > 2.0 {
                    return x * i as $F;
                }
            }
            let mut k = n;
            let steps = loop {
                k = if k % 2 == 0 { k / 2 } else { 3 * k + 1 };
                if k == 1 {
                    break table.len();
                }
                if k > 1000 {
                    return x;
                }
            };
            let last = 'search: {
                for j in (0..n).rev() {
                    if table[j % table.len()] < 1.0 {
                        break 'search Some(j);
                    }
                }
                None
            };
            x.powi(steps as i32) + last.unwrap_or(0) as $F
        }
        case!($F $mode: passive_loops_that_return(by x: 0.5..1.5; &[0.5, 1.5, 1.25], 7));

        #[backprop $options]
        pub fn booleans_and_integers(xs: &[$F], t: $F) -> $F {
            let mut found = false;
            let mut at = 0u8;
            let mut best = 0.0;
            for &x in xs {
                at += 1;
                if x > t {
                    found = true;
                    best = x * t;
                    break;
                }
            }
            if found { best * at as $F } else { t * at as $F }
        }
        case!($F $mode: booleans_and_integers(slice xs: -2.0..2.0 => vec![0.0; 4], by t: 0.5..1.5));

        #[backprop $options]
        pub fn blocks_and_shadows(x: $F, n: usize) -> $F {
            let mut s = x;
            for i in 0..n {
                let s0 = {
                    let s = s * x;
                    if s > 10.0 {
                        break;
                    }
                    let i = i + 1;
                    if i % 3 == 0 {
                        continue;
                    }
                    s + i as $F
                };
                {
                    let x = s0 * 0.5;
                    if x > 6.0 {
                        return x;
                    }
                    s = x;
                }
            }
            s
        }
        case!($F $mode: blocks_and_shadows(by x: 0.5..1.9; 6));

        #[backprop $options]
        pub fn counted_from(x: $F) -> $F {
            let mut s = 0.0;
            for k in 1.. {
                s += x / k as $F;
                if k > 5 && s > 0.5 {
                    break;
                }
            }
            for k in (0usize..).step_by(2) {
                s *= 1.0 + x / (k + 1) as $F;
                if s > 3.0 {
                    return s * k as $F;
                }
            }
            s
        }
        case!($F $mode: counted_from(by x: 0.5..1.5));

        #[backprop $options]
        pub fn let_else(x: $F, #[no_grad] limits: Option<(u8, f64)>, n: usize) -> $F {
            let Some((mut rounds, limit)) = limits else { return x.sin() };
            let mut s = x;
            while rounds > 0 {
                rounds -= 1;
                let Some(k) = n.checked_sub(rounds as usize) else {
                    s *= 2.0;
                    continue;
                };
                s = s * x + k as $F;
                let 0..=3 = k else { break };
                if s > limit as $F {
                    return s;
                }
            }
            let Some(last) = n.checked_mul(2) else { panic!("{n} is too large") };
            s * last as $F
        }
        case!($F $mode: let_else(by x: 0.5..1.5; Some((6, 20.0)), 4));

        #[backprop $options]
        pub fn let_else_taken(x: $F, #[no_grad] limit: Option<&str>, #[no_grad] word: &str) -> $F {
            let y = x * x;
            let Some(first) = word.chars().next() else { return y };
            let z = y * first.len_utf8() as $F;
            let Some(limit) = limit else {
                let w = z.sin();
                return w * y;
            };
            z * limit.len() as $F
        }
        case!($F $mode: let_else_taken(by x: 0.5..1.5; None, "word"));

        #[backprop $options]
        pub fn chains_with_jumps(xs: &[$F], ys: &[$F], t: $F) -> $F {
            let mut s = t;
            for (x, y) in xs.iter().zip(ys) {
                if *x < -1.0 {
                    continue;
                }
                s += x * y;
                if s > 4.0 {
                    break;
                }
            }
            for x in xs.iter().filter(|x| **x > 0.0).map(|x| x * t) {
                s *= 1.0 + x * 0.25;
                if s > 9.0 {
                    return s * x;
                }
                if s < -5.0 {
                    break;
                }
                s += t;
            }
            'w: for w in xs.windows(2) {
                for (i, y) in ys.iter().enumerate().skip(1).step_by(2) {
                    if w[0] * y > 1.0 {
                        continue 'w;
                    }
                    if w[1] * y < -2.5 {
                        break 'w;
                    }
                    s += w[0] * i as $F;
                }
                s -= w[1];
            }
            for x in xs.iter().chain(ys).take_while(|x| **x < 1.75) {
                s += x * x;
                if s > 20.0 {
                    break;
                }
            }
            s
        }
        case!($F $mode: chains_with_jumps(slice xs: -2.0..2.0 => vec![0.0; 5], slice ys: -2.0..2.0 => vec![0.0; 5], by t: 0.5..1.5));

        #[backprop $options]
        pub fn elements_changed_until_a_jump(x: &[$F; 4], t: $F) -> $F {
            let mut a = *x;
            for v in a.iter_mut() {
                if *v < -1.0 {
                    continue;
                }
                *v *= t;
                if *v > 1.5 {
                    *v = 1.0;
                    break;
                }
                *v += x[0];
            }
            for v in &mut a {
                if *v > 3.0 {
                    return *v;
                }
                *v = v.sin();
            }
            a[0] * a[1] + a[2] * a[3]
        }
        case!($F $mode: elements_changed_until_a_jump(to x: -2.0..2.0 => [0.0; 4], by t: 0.5..1.5));

        #[backprop $options]
        pub fn matches_with_jumps(x: $F, #[no_grad] codes: &[u8]) -> $F {
            let mut s = x;
            let mut i = 0;
            let end = loop {
                let step = match codes.get(i) {
                    None => break s * 2.0,
                    Some(0) => {
                        i += 1;
                        continue;
                    }
                    Some(1) => x,
                    Some(k @ 2..=4) => x * *k as $F,
                    Some(9) if s > 3.0 => return s.sqrt(),
                    Some(_) => -1.0,
                };
                s += step.sin();
                i += 1;
                match s {
                    v if v > 50.0 => break v,
                    _ => {}
                }
                while let Some(5) = codes.get(i) {
                    s *= 1.25;
                    i += 1;
                    if s > 40.0 {
                        break;
                    }
                }
            };
            end + x
        }
        case!($F $mode: matches_with_jumps(by x: 0.5..1.5; &[1, 0, 2, 7, 5, 5, 3, 9, 0, 9, 1]));

        #[backprop $options]
        pub fn closures_that_return(x: $F, y: $F) -> $F {
            let clipped = |v: $F| {
                if v > 1.0 {
                    return 1.0 + (v - 1.0) * 0.5;
                }
                v * v
            };
            let mut s = 0.0;
            for i in 0..5 {
                s += clipped(x * i as $F);
                if s > 3.0 {
                    break;
                }
            }
            s + clipped(y)
        }
        case!($F $mode: closures_that_return(by x: 0.2..1.5, by y: 0.2..1.5));

        #[backprop $options]
        pub fn product(x: &$F, y: &[$F]) -> $F {
            x * y[0]
        }

        /// What is known of a branch in the rounds of a loop is known of both sweeps: one of the calls never is.
        #[backprop $options]
        pub fn known_ways(x: &[$F], n: usize) -> $F {
            let mut a = vec![x[0], x[1]];
            for i in 0..n {
                a[1] = 'never: {
                    if matches!(3_usize * 2 + 1, 0 | 2..=3) {
                        break 'never product(&a[0], x);
                    }
                    a[1] * x[i % 2]
                };
                a[0] = 'always: {
                    if matches!(3_usize * 2 + 1, 6..=7) {
                        break 'always product(&a[0], x);
                    }
                    product(&a[1], x)
                };
            }
            a[0] * a[1]
        }
        case!($F $mode: known_ways(slice x: 0.5..1.5 => vec![0.0; 2]; 3));
        mod none {
            use super::*;
            case!($F $mode: known_ways(slice x: 0.5..1.5 => vec![0.0; 2]; 0));
        }
    };
}
instances!(functions);
