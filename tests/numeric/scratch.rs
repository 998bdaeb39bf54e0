//! Buffers that are made before a loop and written anew in each of its rounds, and others that look alike.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn own(x: &[$F], w: &[$F; 3]) -> $F {
            let mut row = vec![0.0; 3];
            let mut logits = [0.0; 2];
            let mut total = 0.0;
            for v in x {
                for i in 0..3 {
                    row[i] = v * w[i];
                }
                for i in 1..3 {
                    row[i] += row[i - 1].sin();
                }
                for k in 0..2 {
                    logits[k] = row[k] * row[k + 1] + w[k];
                }
                let mut top = logits[0];
                for &l in &logits {
                    top = top.max(l);
                }
                total += (logits[0] - top).exp() + (logits[1] - top).exp() + row[2] * row[2];
            }
            total
        }
        case!($F $mode: own(slice x: -1.0..1.0 => vec![0.0; 4], to w: -1.0..1.0 => [0.0; 3]));

        // Nested, each loop with scratch of its own, one of them of the outer loop's.
        #[backprop $options]
        pub fn nested(x: &[$F], w: $F, #[no_grad] n: usize) -> $F {
            let mut inner = vec![0.0; n];
            let mut outer = vec![0.0; n];
            let mut total = 0.0;
            for v in x {
                for j in 0..n {
                    for i in 0..n {
                        inner[i] = v * w + i as $F;
                    }
                    let mut s = 0.0;
                    for t in &inner {
                        s += t * t * w;
                    }
                    outer[j] = s.cos() * v;
                }
                for t in outer.iter().rev() {
                    total += t * w;
                }
            }
            total
        }
        case!($F $mode: nested(slice x: -1.0..1.0 => vec![0.0; 3], by w: -1.0..1.0; 3));

        // What is left in the buffer is read: after the loop, in the next round, in part, or by another loop.
        #[backprop $options]
        pub fn read_after(x: &[$F], w: $F) -> $F {
            let mut row = vec![0.0; 2];
            let mut total = 0.0;
            for v in x {
                for i in 0..2 {
                    row[i] = v * w;
                }
                total += row[0] * row[1];
            }
            total + row[1] * w
        }
        case!($F $mode: read_after(slice x: -1.0..1.0 => vec![0.0; 3], by w: -1.0..1.0));

        #[backprop $options]
        pub fn read_before(x: &[$F], w: $F) -> $F {
            let mut row = vec![w; 2];
            let mut total = 0.0;
            for v in x {
                total += row[0] * row[1] * v;
                for i in 0..2 {
                    row[i] = v * w;
                }
                total += row[0];
            }
            total
        }
        case!($F $mode: read_before(slice x: -1.0..1.0 => vec![0.0; 3], by w: -1.0..1.0));

        #[backprop $options]
        pub fn in_part(x: &[$F], w: $F) -> $F {
            let mut row = vec![w, w * w, 1.0];
            let mut short = vec![w; 3];
            let mut total = 0.0;
            for (k, v) in x.iter().enumerate() {
                for i in 0..3 {
                    if i != k {
                        row[i] = v * w + row[k];
                    }
                }
                for i in 0..2 {
                    short[i] = row[i + 1] * v;
                }
                total += row[0] * row[1] * row[2] + short[0] * short[1] * short[2];
            }
            total
        }
        case!($F $mode: in_part(slice x: -1.0..1.0 => vec![0.0; 3], by w: -1.0..1.0));

        #[backprop $options]
        pub fn used_twice(x: &[$F], w: $F, #[no_grad] n: usize) -> $F {
            let mut row = vec![0.0; n];
            let mut total = 0.0;
            for i in 0..n {
                row[i] = w + i as $F;
            }
            total += row[n - 1] * row[0];
            for v in x {
                for i in 0..n {
                    row[i] = v * w;
                }
                for r in &row {
                    total += r.sin();
                }
            }
            for v in x {
                for i in 0..n {
                    row[i] = v.exp() * w;
                }
                for r in &row {
                    total += r * r;
                }
            }
            total
        }
        case!($F $mode: used_twice(slice x: -1.0..1.0 => vec![0.0; 3], by w: -1.0..1.0; 2));

        // In a loop around it, what the last round has left meets the next one, or does not.
        #[backprop $options]
        pub fn around(x: &[$F], w: $F) -> $F {
            let mut row = [w, 1.0];
            let mut clean = [0.0; 2];
            let mut total = 0.0;
            for k in 0..3 {
                total += row[0] * row[1];
                for v in x {
                    for i in 0..2 {
                        row[i] = v * w + k as $F;
                        clean[i] = row[i] * v;
                    }
                    total += row[0] * row[1] * 0.1 + clean[0] * clean[1];
                }
            }
            total
        }
        case!($F $mode: around(slice x: -1.0..1.0 => vec![0.0; 3], by w: -1.0..1.0));

        // Lengths of buffers that keep them, and of such that don't.
        #[backprop $options]
        pub fn lengths(x: &[$F], w: $F) -> $F {
            let mut row = vec![0.0; x.len()];
            let mut other = vec![w; 2];
            let mut total = 0.0;
            for v in x {
                for i in 0..row.len() {
                    row[i] = v * x[i];
                }
                other = row.clone();
                for i in 0..other.len() {
                    total += other[i] * row[i] * w;
                }
            }
            total * other.len() as $F
        }
        case!($F $mode: lengths(slice x: -1.0..1.0 => vec![0.0; 3], by w: -1.0..1.0));

        // Elements are written, and changed and read, in one round.
        #[backprop $options]
        pub fn in_one_loop(x: &[$F], w: &[$F; 3]) -> $F {
            let (mut from, mut image) = (vec![0.0; 3], [0.0; 3]);
            let mut total = 0.0;
            for v in x {
                for i in 0..3 {
                    from[i] = v - w[i];
                    if i > 0 {
                        from[i] *= from[i] + w[0];
                    }
                    image[i] = 1.0;
                    for _ in 0..2 {
                        image[i] += from[i].sin() * 0.3 * image[i];
                    }
                }
                total += (from[0] * image[1] + image[0] * from[2] * image[2]).sin();
            }
            total
        }
        case!($F $mode: in_one_loop(slice x: -1.0..1.0 => vec![0.0; 4], to w: -1.0..1.0 => [0.0; 3]));

        // The same, but a round reads what the loop has not written yet: it is left from the round of the outer loop before.
        #[backprop $options]
        pub fn one_ahead(x: &[$F], w: &[$F; 3]) -> $F {
            let mut from = [0.5; 3];
            let mut total = 0.0;
            for v in x {
                for i in 0..3 {
                    from[i] = v * w[i];
                    total += from[i] * from[(i + 1) % 3];
                }
            }
            total
        }
        case!($F $mode: one_ahead(slice x: -1.0..1.0 => vec![0.0; 4], to w: -1.0..1.0 => [0.0; 3]));
    };
}
instances!(functions);
