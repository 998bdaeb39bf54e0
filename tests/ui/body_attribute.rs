use backprop::backprop;

#[backprop]
fn f(x: f64, #[cfg(debug_assertions)] y: f64) -> f64 {
    #[allow(unused_variables)]
    let harmless = 1.0;
    #[cfg_attr(debug_assertions, cfg(any()))]
    let x = x * y;
    x
}

fn main() {
    let _ = f(1.0, 2.0);
}
