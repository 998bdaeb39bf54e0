use backprop::backprop;

fn plain(x: f64) -> f64 {
    x
}

#[backprop]
fn twice(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(f(x))
}

#[backprop]
fn two(x: f64, y: f64) -> f64 {
    x * y
}

#[backprop]
fn partly(x: f64, #[no_grad] y: f64) -> f64 {
    x * y
}

#[backprop]
fn apply(f: impl Fn(f64, f64) -> f64, x: f64) -> f64 {
    f(x, x)
}

#[backprop]
fn unannotated(x: f64) -> f64 {
    twice(plain, x)
}

#[backprop]
fn other_form(x: f64) -> f64 {
    twice(two, x)
}

#[backprop]
fn constant(x: f64) -> f64 {
    apply(partly, x)
}

#[backprop(jvp)]
fn no_tangent(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(x)
}

fn main() {
    let _ = twice_grad(|t| t, 1.0);
    let _ = no_tangent_jvp(unannotated {}, 1.0, 1.0);
}
