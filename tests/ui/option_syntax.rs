use backprop::backprop;

#[backprop(wrt)]
fn no_list(x: f64) -> f64 {
    x
}

#[backprop(wrt())]
fn empty_list(x: f64) -> f64 {
    x
}

#[backprop(name = loss)]
fn no_string(x: f64) -> f64 {
    x
}

#[backprop(crate = 3)]
fn no_path(x: f64) -> f64 {
    x
}

#[backprop(jvp = true)]
fn no_value(x: f64) -> f64 {
    x
}

#[backprop(3)]
fn no_name(x: f64) -> f64 {
    x
}

#[backprop(pullback)]
fn no_function(x: f64) -> f64 {
    x
}

#[backprop(pullback = |x, _, seed| x * seed)]
fn no_name_of_one(x: f64) -> f64 {
    x
}

#[backprop(pullback = back)]
mod several {}

#[backprop(check(x, n))]
fn nothing_said(x: f64) -> f64 {
    x
}

#[backprop(check(x in 0.5..))]
fn no_end(x: f64) -> f64 {
    x
}

#[backprop(check(n in 1..2, T in 3..4))]
fn ranges_of_others<T: AsRef<str>>(x: f64, n: &str, t: T) -> f64 {
    x * n.len() as f64 * t.as_ref().len() as f64
}

#[backprop(check(f = |x| x * x))]
fn closure(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(x)
}

#[backprop(check)]
mod checked {
    pub fn square(x: f64) -> f64 {
        x * x
    }
}

fn main() {}
