//! Literals whose type only code says that companions have no use for: a function's value stays the same number, and its
//! derivative that of the same element.

#![allow(clippy::let_and_return, clippy::neg_multiply, clippy::never_loop)]

use backprop::backprop;

/// Makes items that aren't seen.
macro_rules! out_of_sight {
    ($($items:tt)*) => {
        $($items)*
    };
}

out_of_sight! {
    const BYTE: u8 = 200;
    const HALF: f32 = 0.5;
    const ROW: [f32; 2] = [0.1, 0.2];
    type Single = f32;
    type Byte = u8;
    type Row = [f32; 2];

    fn single() -> f32 {
        0.5
    }

    fn byte() -> u8 {
        1
    }

    fn keep_row(_: [f32; 2]) {}

    fn keep_byte(_: u8) {}
}

/// Functions that return an element of `x`: in an `f32`, 0.1 + 0.2 is 0.3, and in a `u8`, the highest bit of 255 is lost by a
/// shift. Each is checked by itself and through a call, whose derivative is computed in two halves.
macro_rules! functions {
    ($($name:ident($x:ident) $body:block)*) => {
        $(
            #[test]
            fn $name() {
                #[backprop(jvp)]
                fn chosen($x: &[f64; 4]) -> f64 $body

                #[backprop]
                fn caller(x: &[f64; 4]) -> f64 {
                    chosen(x) * x[3]
                }
                let x = [1.0, 2.0, 3.0, 4.0];
                let value = chosen(&x);
                let mut d = x.map(|x| if x == value { 1.0 } else { 0.0 });
                assert_eq!(chosen_grad(&x), (value, d));
                assert_eq!(chosen_jvp(&x, d), (value, 1.0));
                d = d.map(|d| 4.0 * d);
                d[3] += value;
                assert_eq!(caller_grad(&x), (4.0 * value, d));
            }
        )*
    };
}

functions! {
    array(x) {
        let a = [0.1, 0.2];
        let y = if a[0] + a[1] == 0.3 { x[0] } else { x[1] };
        let _b: [f32; 2] = a;
        y
    }
    array_by_reference(x) {
        let a = [0.1, 0.2];
        let y = if a[0] + a[1] == 0.3 { x[0] } else { x[1] };
        let _b: &[f32] = &a;
        y
    }
    array_in_a_tuple(x) {
        let a = [0.1, 0.2];
        let y = if a[0] + a[1] == 0.3 { x[0] } else { x[1] };
        let _b: (usize, [f32; 2]) = (1, a);
        y
    }
    array_by_a_name(x) {
        let a = [0.1, 0.2];
        let y = if a[0] + a[1] == 0.3 { x[0] } else { x[1] };
        let _b: Row = a;
        y
    }
    array_to_code(x) {
        let a = [0.1, 0.2];
        let y = if a[0] + a[1] == 0.3 { x[0] } else { x[1] };
        keep_row(a);
        y
    }
    array_to_a_closure(x) {
        let a = [0.1, 0.2];
        let y = if a[0] + a[1] == 0.3 { x[0] } else { x[1] };
        let first = |row: [f32; 2]| row[0];
        let _b = first(a);
        y
    }
    sum(x) {
        let a = [0.1, 0.2];
        let y = if a[0] + a[1] == 0.3 { x[0] } else { x[1] };
        let _b: f32 = a.iter().sum();
        y
    }
    beside_a_row(x) {
        let a = [0.1, 0.2];
        let y = if a[0] + a[1] == 0.3 { x[0] } else { x[1] };
        let _b = a.iter().zip(ROW.iter()).map(|(a, b)| a * b).sum::<f32>();
        y
    }
    tuple(x) {
        let a = (0.1, 0.2);
        let y = if a.0 + a.1 == 0.3 { x[0] } else { x[1] };
        let _b: (f32, f32) = a;
        y
    }
    tuple_in_an_option(x) {
        let a = (0.1, 0.2);
        let y = if a.0 + a.1 == 0.3 { x[0] } else { x[1] };
        let _b: Option<(f32, f32)> = Some(a);
        y
    }
    tuple_later(x) {
        let a = (0.1, 0.2);
        let y = if a.0 + a.1 == 0.3 { x[0] } else { x[1] };
        let _b: (f32, f32);
        _b = a;
        y
    }
    tuple_to_a_closure(x) {
        let a = (0.1, 0.2);
        let y = if a.0 + a.1 == 0.3 { x[0] } else { x[1] };
        let first = |(a, _): (f32, f32)| a;
        let _b = first(a);
        y
    }
    tuple_of_names(x) {
        let a = (0.1, 0.2);
        let y = if a.0 + a.1 == 0.3 { x[0] } else { x[1] };
        let _b: (Single, Single) = a;
        y
    }
    vec(x) {
        let a = vec![0.1, 0.2];
        let y = if a[0] + a[1] == 0.3 { x[0] } else { x[1] };
        let _b: Vec<f32> = a;
        y
    }
    vec_beside_a_constant(x) {
        let a = vec![0.1, 0.2];
        let y = if a[0] + a[1] == 0.3 { x[0] } else { x[1] };
        let _b = a[0] == HALF;
        y
    }
    float_by_a_name(x) {
        let a = 0.1;
        let b = 0.2;
        let y = if a + b == 0.3 { x[0] } else { x[1] };
        let _b: Single = a;
        y
    }
    floats_by_a_name(x) {
        let a = 0.1;
        let b = 0.2;
        let y = if a + b == 0.3 { x[0] } else { x[1] };
        let _b: [Single; 2] = [a, b];
        y
    }
    float_beside_a_constant(x) {
        let a = 0.1;
        let b = 0.2;
        let y = if a + b == 0.3 { x[0] } else { x[1] };
        let _b = a < HALF;
        y
    }
    float_or_a_constant(x) {
        let a = 0.1;
        let b = 0.2;
        let y = if a + b == 0.3 { x[0] } else { x[1] };
        let _b = if x[3] > 1.0 { a } else { HALF };
        y
    }
    float_over_another(x) {
        let a = 0.1;
        let b = 0.2;
        let y = if a + b == 0.3 { x[0] } else { x[1] };
        let mut _b = single();
        _b = a;
        y
    }
    float_of_a_loop(x) {
        let a = 0.1;
        let b = 0.2;
        let y = if a + b == 0.3 { x[0] } else { x[1] };
        let _b: f32 = loop { break a; };
        y
    }
    float_from(x) {
        let a = 0.1;
        let b = 0.2;
        let y = if a + b == 0.3 { x[0] } else { x[1] };
        let _b = f32::from(a);
        y
    }
    float_through_code(x) {
        let a = 0.1;
        let b = 0.2;
        let y = if a + b == 0.3 { x[0] } else { x[1] };
        let _b: f32 = std::convert::identity(a);
        y
    }
    float_of_a_closure(x) {
        let a = 0.1;
        let b = 0.2;
        let y = if a + b == 0.3 { x[0] } else { x[1] };
        let both = || -> [f32; 2] { [a, b] };
        let _b = both();
        y
    }
    integer_in_a_vec(x) {
        let a = 255;
        let y = x[(a << 1 >> 1 & 128) as usize >> 7];
        let mut b = vec![];
        b.push(a);
        let _b: Vec<u8> = b;
        y
    }
    integer_beside_a_constant(x) {
        let a = 255;
        let y = x[(a << 1 >> 1 & 128) as usize >> 7];
        let _b = BYTE < a;
        y
    }
    integer_in_a_pattern(x) {
        let a = 255;
        let y = x[(a << 1 >> 1 & 128) as usize >> 7];
        let _b = matches!(a, BYTE);
        y
    }
    integer_over_another(x) {
        let a = 255;
        let y = x[(a << 1 >> 1 & 128) as usize >> 7];
        let mut _b = byte();
        _b = a;
        y
    }
    integer_by_a_name(x) {
        let a = 255;
        let y = x[(a << 1 >> 1 & 128) as usize >> 7];
        let _b: Byte = a;
        y
    }
    integer_to_code(x) {
        let a = 255;
        let y = x[(a << 1 >> 1 & 128) as usize >> 7];
        keep_byte(a);
        y
    }
    integer_or_a_constant(x) {
        let a = 255;
        let y = x[(a << 1 >> 1 & 128) as usize >> 7];
        let _b = if x[3] > 1.0 { a } else { BYTE };
        y
    }
    integers(x) {
        let a = [255, 3];
        let y = x[(a[0] << 1 >> 1 & 128) as usize >> 7];
        let _b: &[u8] = &a;
        y
    }
    integers_beside_a_constant(x) {
        let a = [255, 3];
        let y = x[(a[0] << 1 >> 1 & 128) as usize >> 7];
        let _b = a[0] < BYTE;
        y
    }
    largest_integer(x) {
        let a = [255, 3];
        let y = x[(a[0] << 1 >> 1 & 128) as usize >> 7];
        let _b: u8 = a.iter().map(|a| a / 2).max().unwrap();
        y
    }
}

#[test]
fn the_functions_tell_the_types_apart() {
    // What the types would be that rustc takes if nothing says anything.
    assert!(0.1 + 0.2 != 0.3f64 && 0.1 + 0.2 == 0.3f32);
    assert!(255i32 << 1 >> 1 & 128 == 128 && 255u8 << 1 >> 1 & 128 == 0);
}
