use backprop::backprop;

fn total(a: [f64; 3]) -> f64 {
    a.iter().sum()
}

// How many elements there are follows from what `total` takes, which only rustc knows.
#[backprop]
fn f(x: f64) -> f64 {
    let powers = std::array::from_fn(|k| x.powi(k as i32));
    powers[0] + total([1.0, 2.0, powers[1]]) - total(powers)
}

fn main() {
    f(1.0);
}
