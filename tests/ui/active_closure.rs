use backprop::backprop;

#[backprop]
fn twice(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(f(x))
}

#[backprop]
fn captured(x: f64, y: f64) -> f64 {
    twice(|t| t * y, x)
}

#[backprop]
fn by_name(x: f64, y: f64) -> f64 {
    let f = |t: f64| t * y;
    twice(&f, x)
}

fn main() {}
