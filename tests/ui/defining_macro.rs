use backprop::backprop;

mod other {
    pub fn pick(i: usize) -> usize {
        i
    }
}

const N: usize = 2;

fn pick(i: usize) -> usize {
    i + 1
}

macro_rules! constant {
    ($name:ident, $value:expr) => {
        const $name: usize = $value;
    };
}

macro_rules! imports {
    () => {
        use other::pick;
    };
}

macro_rules! both {
    ($x:ident) => {
        constant!(M, 3);
        let $x = 2.0 * $x;
    };
}

macro_rules! checked {
    ($x:expr) => {{
        let x = $x;
        assert!(x > 0.0);
    }};
}

#[backprop]
fn f(x: &[f64; 5]) -> f64 {
    constant!(N, 4);
    x[N] * 2.0
}

#[backprop]
fn g(x: &[f64; 5]) -> f64 {
    imports!();
    x[pick(1)] * 2.0
}

#[backprop]
fn h(x: f64) -> f64 {
    checked!(x);
    both!(x);
    x * x
}

fn main() {
    let _ = (f_grad(&[1.0; 5]), g_grad(&[1.0; 5]), h_grad(1.0));
}
