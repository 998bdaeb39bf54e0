//! Functions that return something else than one float: `NAME_vjp`.

use backprop::backprop;

macro_rules! functions {
    ($F:ident $mode:ident $options:tt) => {
        #[backprop $options]
        pub fn array(x: $F, y: $F) -> [$F; 3] {
            [x * y, x.sin(), 1.0]
        }
        case!($F $mode: vjp array(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn array_built_in_a_loop(a: &[$F; 4]) -> [$F; 4] {
            let mut b = [0.0; 4];
            for i in 0..4 {
                for j in 0..=i {
                    b[i] += a[j] * a[i];
                }
            }
            b
        }
        case!($F $mode: vjp array_built_in_a_loop(to a: -2.0..2.0 => [0.0; 4]));

        #[backprop $options]
        pub fn matrix(a: &[[$F; 2]; 2]) -> [[$F; 2]; 2] {
            let mut b = [[0.0; 2]; 2];
            for i in 0..2 {
                for j in 0..2 {
                    b[j][i] = a[i][j] * a[j][i];
                }
            }
            b
        }
        case!($F $mode: vjp matrix(to a: -2.0..2.0 => [[0.0; 2]; 2]));

        #[backprop $options]
        pub fn the_parameter_itself(a: [$F; 3]) -> [$F; 3] {
            a
        }
        case!($F $mode: vjp the_parameter_itself(by a: -2.0..2.0 => [0.0; 3]));

        #[backprop $options]
        pub fn tuple(x: $F, a: &[$F]) -> ($F, $F) {
            let mut total = 0.0;
            for i in 0..a.len() {
                total += a[i] * x;
            }
            (total, total * x)
        }
        case!($F $mode: vjp tuple(by x: -2.0..2.0, slice a: -2.0..2.0 => vec![0.0; 3]));

        #[backprop $options]
        pub fn tuple_of_arrays(a: [$F; 2]) -> ([$F; 2], $F) {
            ([a[1], a[0] * a[1]], a[0].cos())
        }
        case!($F $mode: vjp tuple_of_arrays(by a: -2.0..2.0 => [0.0; 2]));

        #[backprop $options]
        pub fn from_a_branch(x: $F, y: $F) -> [$F; 2] {
            if x > y {
                return [x, y];
            }
            [y, x]
        }
        case!($F $mode: vjp from_a_branch(by x: -2.0..2.0, by y: -2.0..2.0));

        #[backprop $options]
        pub fn state(a: [$F; 2], n: usize) -> [$F; 2] {
            let mut b = a;
            for _ in 0..n {
                b = [b[1].sin(), b[0] * 0.5 + b[1]];
            }
            b
        }
        case!($F $mode: vjp state(by a: -2.0..2.0 => [0.0; 2]; 4));
    };
}
instances!(functions);

#[backprop(vjp)]
fn scalar(x: f64) -> f64 {
    x * x
}

#[test]
fn a_scalar_function_has_both_companions_on_request() {
    assert_eq!(scalar_grad(3.0), (9.0, 6.0));
    assert_eq!(scalar_vjp(3.0, -0.5), (9.0, -3.0));
}

/// What is overwritten on some ways only keeps its adjoint on the others, whatever is added to it behind them.
mod overwritten_or_not {
    use backprop::backprop;

    #[backprop]
    fn in_an_arm(p: &mut [f64], #[no_grad] q: &[f64], r: &mut [f64], c: bool) {
        if c {
            p.copy_from_slice(q);
        } else {
            r[0] = p[0] * 2.0;
        }
    }

    #[backprop]
    fn before_an_arm(p: &mut [f64], #[no_grad] q: &[f64], r: &mut [f64], c: bool) {
        let a = p[0];
        if c {
            p.copy_from_slice(q);
        }
        r[0] = a;
    }

    #[backprop]
    fn before_a_loop(p: &mut [f64], #[no_grad] q: &[f64], r: &mut [f64], n: usize) {
        let a = p[0];
        for _ in 0..n {
            p.copy_from_slice(q);
        }
        r[0] = a;
    }

    #[backprop]
    fn before_a_while(p: &mut [f64], #[no_grad] q: &[f64], r: &mut [f64], n: usize) {
        let a = p[0];
        let mut k = 0;
        while k < n {
            p.copy_from_slice(q);
            k += 1;
        }
        r[0] = a;
    }

    macro_rules! gradients {
        ($vjp:ident, $way:expr) => {{
            let (mut p, mut r, mut dp, mut dr) = ([1.0, 2.0], [3.0], [0.5, 0.25], [0.125]);
            $vjp(&mut p, &[7.0, 8.0], &mut r, $way, &mut dp, &mut dr);
            (dp, dr)
        }};
    }

    #[test]
    fn adjoints_are_kept_where_nothing_is_overwritten() {
        assert_eq!(gradients!(in_an_arm_vjp, false), ([0.75, 0.25], [0.0]));
        assert_eq!(gradients!(in_an_arm_vjp, true), ([0.0, 0.0], [0.125]));
        assert_eq!(gradients!(before_an_arm_vjp, false), ([0.625, 0.25], [0.0]));
        assert_eq!(gradients!(before_an_arm_vjp, true), ([0.125, 0.0], [0.0]));
        assert_eq!(gradients!(before_a_loop_vjp, 0), ([0.625, 0.25], [0.0]));
        assert_eq!(gradients!(before_a_loop_vjp, 2), ([0.125, 0.0], [0.0]));
        assert_eq!(gradients!(before_a_while_vjp, 0), ([0.625, 0.25], [0.0]));
        assert_eq!(gradients!(before_a_while_vjp, 2), ([0.125, 0.0], [0.0]));
    }
}
