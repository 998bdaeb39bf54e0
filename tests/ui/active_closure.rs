use backprop::backprop;

/// Calls itself, so that its body can't stand in the place of a call.
#[backprop]
fn halves(f: &dyn Fn(f64) -> f64, a: f64, b: f64, n: usize) -> f64 {
    let m = 0.5 * (a + b);
    if n == 0 { f(m) * (b - a) } else { halves(f, a, m, n - 1) + halves(f, m, b, n - 1) }
}

#[backprop]
fn captured(x: f64, y: f64) -> f64 {
    halves(&|t| t * y, 0.0, x, 3)
}

#[backprop]
fn by_name(x: f64, y: f64) -> f64 {
    let f = |t: f64| t * y;
    halves(&f, 0.0, x, 3)
}

#[backprop]
fn shift(x: f64) -> f64 {
    x + 1.0
}

#[backprop]
fn shifted(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(shift(x))
}

/// In its body, `shift` is the function.
#[backprop]
fn other_name(x: f64, shift: f64) -> f64 {
    shifted(|t| t * shift, x)
}

mod far {
    use backprop::backprop;

    const SCALE: f64 = 2.0;

    #[backprop]
    pub fn scaled(f: impl Fn(f64) -> f64, x: f64) -> f64 {
        f(x) * SCALE
    }
}

/// Nothing is captured, and the body is out of sight.
#[backprop]
fn plain(x: f64) -> f64 {
    far::scaled(|t| t.exp(), x)
}

/// Has no attribute, which alone would not help: what a text mentions can't be given another name.
fn checked(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    assert!(x.is_finite(), "bad {x}");
    f(x) * x
}

#[backprop]
fn of_checked(a: f64, b: f64) -> f64 {
    checked(|x| a * x, b)
}

fn main() {}
