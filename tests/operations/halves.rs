//! Parts of one place that are lent to a call at once: halves of slices, elements of arrays.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn both(a: &mut [$F], b: &mut [$F]) {
            for i in 0..a.len() {
                a[i] += b[i] * b[i];
                b[i] *= a[i];
            }
        }

        #[backprop $options]
        pub fn added(a: &mut [$F], b: &[$F]) {
            for i in 0..a.len() {
                a[i] += b[i] * b[i];
            }
        }

        #[backprop $options]
        pub fn updated(a: &mut $F, b: &mut $F) {
            *a += *b;
            *b *= *a;
        }

        #[backprop $options]
        pub fn measured(a: &mut [$F], by: $F, b: &mut [$F]) -> $F {
            a[0] *= by;
            b[0] += a[0].sin();
            a[0] * b[b.len() - 1]
        }

        #[backprop $options]
        pub fn halves(x: &[$F]) -> $F {
            let mut w = x.to_vec();
            let (l, r) = w.split_at_mut(2);
            both(l, r);
            w.iter().product()
        }
        case!($F $mode: halves(slice x: 0.5..1.5 => vec![0.0; 5]));

        #[backprop $options]
        pub fn one_is_read(x: &[$F]) -> $F {
            let mut w = x.to_vec();
            let (l, r) = w.split_at_mut(2);
            added(l, &*r);
            added(r, &*l);
            w.iter().product()
        }
        case!($F $mode: one_is_read(slice x: 0.5..1.5 => vec![0.0; 4]));

        #[backprop $options]
        pub fn elements(x: [$F; 3]) -> $F {
            let mut z = [x[0], x[1], x[2] * x[0]];
            let [a, b, _] = &mut z;
            updated(a, b);
            z[0] * z[1] + z[2]
        }
        case!($F $mode: elements(by x: 0.5..1.5 => [0.0; 3]));

        #[backprop $options]
        pub fn in_a_loop(x: &[$F], #[no_grad] n: usize) -> $F {
            let mut w = x.to_vec();
            let mut total = 1.0;
            for i in 0..n {
                let (l, r) = w.split_at_mut(1 + i % 2);
                if i % 3 == 2 {
                    added(&mut l[..1], &r[..1]);
                } else {
                    total += measured(r, total * 0.3, l) * l[0];
                }
            }
            total * w[0] + w[2]
        }
        case!($F $mode: in_a_loop(slice x: 0.5..1.5 => vec![0.0; 4]; 5));

        #[backprop $options]
        pub fn rows_of_an_array(x: [[$F; 2]; 3]) -> $F {
            let mut m = x;
            let (top, rest) = m.split_at_mut(1);
            both(&mut top[0], &mut rest[1]);
            let [a, _, c] = &mut m;
            let y = measured(c, 0.5, a);
            y + m[0][0] * m[2][1] * m[1][0]
        }
        case!($F $mode: rows_of_an_array(by x: 0.5..1.5 => [[0.0; 2]; 3]));

        #[backprop $options]
        pub fn of_what_was_lent(w: &mut [$F]) {
            let k = w.len() / 2;
            let (l, r) = w.split_at_mut(k);
            both(l, r);
            if r.len() > 1 {
                of_what_was_lent(r);
                added(l, &*r);
            }
        }

        #[backprop $options]
        pub fn by_halves(x: &[$F]) -> $F {
            let mut w = x.to_vec();
            of_what_was_lent(&mut w);
            w.iter().map(|v| v * v).sum()
        }
        case!($F $mode: by_halves(slice x: 0.2..0.8 => vec![0.0; 4]));

        #[backprop $options]
        pub fn made(x: &[$F]) -> Vec<$F> {
            vec![x[0] * x[1], x[1], x[2], x[0]]
        }

        #[backprop $options]
        pub fn of_a_result(x: &[$F]) -> $F {
            let mut w: Vec<$F> = made(x);
            let (l, r) = w.split_at_mut(2);
            both(l, r);
            w[0] * w[1] * w[2]
        }
        case!($F $mode: of_a_result(slice x: 0.5..1.5 => vec![0.0; 3]));
    };
}

instances!(functions);

/// What can be written to is lent for reading: the signature in this file says so.
mod seen {
    use backprop::backprop;

    #[backprop(jvp)]
    pub fn summed(a: &mut [f64], b: &[f64]) {
        for i in 0..a.len() {
            a[i] += b[i] * b[i];
        }
    }

    #[backprop(jvp)]
    pub fn norm(a: &[f64]) -> f64 {
        a.iter().map(|v| v * v).sum::<f64>().sqrt()
    }

    #[backprop(jvp)]
    pub fn without_a_word(x: &[f64]) -> f64 {
        let mut w = x.to_vec();
        let (l, r) = w.split_at_mut(2);
        summed(l, r);
        summed(r, l);
        let all = &mut w;
        let n = norm(all);
        all[0] *= n;
        w.iter().product()
    }

    pub struct Scale(pub f64);

    impl Scale {
        #[backprop(jvp)]
        pub fn of(&self, a: &[f64], b: &mut [f64]) -> f64 {
            b[0] *= a[1];
            a[0] * self.0
        }

        #[backprop(jvp)]
        pub fn twice(&self, x: &[f64]) -> f64 {
            let mut w = x.to_vec();
            let (l, r) = w.split_at_mut(2);
            let y = self.of(l, r);
            l[0] = y * r[0];
            Scale::of(self, l, r) * y * w[2]
        }
    }

    #[backprop(jvp)]
    pub fn scaled(x: &[f64]) -> f64 {
        let scale = Scale(0.7);
        scale.twice(x)
    }
}

use seen::*;

case!(f64 double: without_a_word(slice x: 0.5..1.5 => vec![0.0; 4]));
case!(f64 double: scaled(slice x: 0.5..1.5 => vec![0.0; 4]));
