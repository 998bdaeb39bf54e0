//! Functions that macros write: variables of equal text that are not the same, and arguments that keep their
//! precedence without parentheses.

use backprop::backprop;

/// A function whose macro has a variable `y` of its own, beside the caller's.
macro_rules! hidden_variable {
    ($name:ident, $x:ident, $y:ident) => {
        #[backprop]
        fn $name($x: f64) -> f64 {
            let $y = $x * $x;
            let y = 10.0 * $x;
            let mut total = $y * y;
            for i in 0..2 {
                let y = $y * i as f64;
                total += y;
            }
            total + $y
        }
    };
}

hidden_variable!(caller_and_macro, x, y);

#[test]
fn variables_of_equal_text_stay_apart() {
    // x² · 10x + x² + x²
    let x: f64 = 1.5;
    assert_eq!(caller_and_macro_grad(x), (caller_and_macro(x), 30.0 * x * x + 4.0 * x));
}

/// An expression as an argument: `$e * 2.0` is `(x + 1.0) * 2.0`.
macro_rules! doubled {
    ($name:ident, $x:ident, $e:expr) => {
        #[backprop]
        fn $name($x: f64) -> f64 {
            let negative = -$e;
            $e * 2.0 * negative
        }
    };
}

doubled!(grouped, x, x + 1.0);

#[test]
fn invisible_groups_bind_tightly() {
    let x: f64 = 0.5;
    assert_eq!(grouped(x), -2.0 * 1.5 * 1.5);
    assert_eq!(grouped_grad(x), (grouped(x), -4.0 * (x + 1.0)));
}

/// Types, patterns, blocks and literals as arguments.
macro_rules! pieces {
    ($name:ident, $t:ty, $p:pat, $b:block, $l:literal, $n:expr) => {
        #[backprop]
        fn $name(x: [$t; $n], #[no_grad] k: usize) -> $t {
            let $p = x;
            let s = $b;
            s * $l * k as $t
        }
    };
}

pieces!(assembled, f64, [_a, _b], { 2.0 }, 3.0, 1 + 1);

#[test]
fn pieces_of_all_kinds() {
    let x = [1.0, 2.0];
    assert_eq!(assembled_grad(x, 4), (assembled(x, 4), [0.0, 0.0]));
}

/// The whole function as an argument.
macro_rules! whole {
    ($f:item) => {
        #[backprop]
        $f
    };
}

whole! {
    fn squared(x: f64) -> f64 {
        x * x
    }
}

#[test]
fn items_as_arguments() {
    assert_eq!(squared_grad(3.0), (squared(3.0), 6.0));
}

/// Macros of the caller's by the names of std's are not the ones that emitted code means.
mod shadowed_macros {
    use backprop::backprop;

    #[allow(unused_macros)]
    macro_rules! vec {
        ($($t:tt)*) => {
            compile_error!("not the user's")
        };
    }

    /// The factors are saved in a row.
    #[backprop]
    pub fn powers(x: f64, n: usize) -> f64 {
        let mut y = x;
        for _ in 0..n {
            y = y * y;
        }
        y
    }
}

#[test]
fn emitted_code_means_the_macros_of_std() {
    assert_eq!(shadowed_macros::powers_grad(1.5, 2), (1.5_f64.powi(4), 4.0 * 1.5_f64.powi(3)));
}

/// Parameters by the names that companions give to those which they add.
#[backprop(jvp, hvp, vjp)]
fn names_of_tangents(x: f64, t_x: f64) -> f64 {
    x * x * t_x * t_x
}

#[backprop(jvp, hvp, vjp)]
fn names_of_seeds(seed: f64, t_seed: f64) -> f64 {
    seed * seed * t_seed * t_seed
}

#[backprop(jvp, hvp)]
fn names_in_handles(more2: f64, more3: f64) -> f64 {
    more2 * more2 * more3 * more3
}

#[backprop]
fn through_a_tangent(v: f64, t_v: f64) -> f64 {
    names_of_tangents_jvp(v, t_v, t_v, v).1 + names_in_handles_jvp(v, t_v, 1.0, 0.0).1
}

#[test]
fn parameters_may_be_called_like_added_ones() {
    let expected = (36.0, (36.0, 24.0), (30.0, 28.0));
    assert_eq!(names_of_tangents_hvp(2.0, 3.0, 1.0, 0.5), expected);
    assert_eq!(names_of_seeds_hvp(2.0, 3.0, 1.0, 0.5), expected);
    assert_eq!(names_in_handles_hvp(2.0, 3.0, 1.0, 0.5), expected);
    // 2vt³ + 2v³t + 2vt²
    let (v, t) = (2.0, 3.0);
    let d_v = 2.0 * t * t * t + 6.0 * v * v * t + 2.0 * t * t;
    let d_t = 6.0 * v * t * t + 2.0 * v * v * v + 4.0 * v * t;
    assert_eq!(through_a_tangent_grad(v, t), (through_a_tangent(v, t), (d_v, d_t)));
}

/// An item in an inner block has a `self` and a `Self` of its own.
#[backprop(hvp)]
fn an_item_with_methods(x: f64) -> f64 {
    let y = x;
    {
        struct Down(i32);
        impl Iterator for Down {
            type Item = f64;
            fn next(&mut self) -> Option<Self::Item> {
                self.0 -= 1;
                (self.0 >= 0).then_some(self.0 as f64)
            }
        }
        let mut s = y;
        for k in Down(3) {
            s = s * y + k;
        }
        s
    }
}

#[test]
fn items_in_inner_blocks_have_methods() {
    // x⁴ + 2x² + x
    assert_eq!(an_item_with_methods_grad(2.0), (26.0, 41.0));
    assert_eq!(an_item_with_methods_hvp(2.0, 1.0), (26.0, 41.0, 52.0));
}
