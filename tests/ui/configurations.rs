use backprop::backprop;

#[backprop]
fn f(mut x: f64) -> f64 {
    #[cfg(debug_assertions)]
    let _ = 1.0;
    #[cfg(not(debug_assertions))]
    let _ = 2.0;
    #[cfg(unix)]
    let _ = 3.0;
    #[cfg(windows)]
    let _ = 4.0;
    #[cfg(panic = "unwind")]
    {
        x *= 2.0;
    }
    x
}

#[backprop]
fn only_the_configuration_that_is_built(x: f64) -> f64 {
    #[cfg(any())]
    return String::from("").parse::<f64>().unwrap() * unknown![x];
    #[cfg(not(any()))]
    return unknown![x];
}

fn main() {
    let _ = f_grad(1.0);
}
