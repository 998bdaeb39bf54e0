//! Loops whose rounds wait for themselves, so that two of them are run side by side; and others that look alike.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        // An odd number of rounds.
        #[backprop $options]
        pub fn fitted(c: &[$F]) -> $F {
            let mut sum = 0.0;
            for i in 0..5 {
                let t = i as $F * 0.4 - 0.9;
                let (mut residual, mut power) = (1.0, 1.0);
                for c in c {
                    residual -= c * power;
                    power *= t;
                }
                sum += residual * residual;
            }
            sum
        }
        case!($F $mode: fitted(slice c: -1.0..1.0 => vec![0.0; 6]));

        // Each round has an element of its own, and adds to what others add to.
        #[backprop $options]
        pub fn rows(w: &[$F; 70], b: $F) -> $F {
            let mut out = [0.0; 5];
            let mut total = 0.0;
            for i in 0..5 {
                let (mut z, mut factor) = (b, 1.0);
                for w in w {
                    z += w * factor;
                    factor = factor * 0.3 - 0.1 * i as $F;
                }
                out[i] = z.tanh();
                total += z * z;
            }
            total + out[0] * out[4] - out[3]
        }
        case!($F $mode: rows(to w: -1.0..1.0 => [0.0; 70], by b: -1.0..1.0));

        // A round goes on with what the one before has left.
        #[backprop $options]
        pub fn in_a_row(c: &[$F], b: $F) -> $F {
            let mut cell = [b, 0.0];
            let mut total = 0.0;
            for i in 0..5 {
                let mut power = cell[i % 2];
                for c in c {
                    power = power * 0.5 + c * b;
                }
                cell[(i + 1) % 2] = power;
                total += power * total;
                total += power;
            }
            total
        }
        case!($F $mode: in_a_row(slice c: -1.0..1.0 => vec![0.0; 6], by b: -1.0..1.0));
    };
}
instances!(functions);

/// The index that panics is that of the first round that has none, whatever the one after it would do.
#[test]
fn panics_come_in_order() {
    #[backprop]
    fn looked_up(x: &[f64], #[no_grad] y: &[f64], #[no_grad] z: &[f64]) -> f64 {
        let mut sum = 0.0;
        for i in 0..4 {
            let mut s = y[i];
            for x in x {
                s = s * 0.5 + x;
            }
            sum += s * z[i];
        }
        sum
    }
    let message = |f: &dyn Fn() -> f64| {
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).unwrap_err();
        caught.downcast_ref::<String>().unwrap().clone()
    };
    let (x, y, z) = ([1.0, 2.0], [0.5; 3], [0.25; 2]);
    assert_eq!(message(&|| looked_up(&x, &y, &z)), message(&|| looked_up_grad(&x, &y, &z).0));
}
