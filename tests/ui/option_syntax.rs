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

fn main() {}
