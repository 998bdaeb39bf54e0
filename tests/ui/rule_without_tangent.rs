use backprop::backprop;

#[backprop(jvp, pullback = square_pullback)]
fn square(x: f64) -> f64 {
    x * x
}

fn square_pullback(x: f64, _: f64, seed: f64) -> f64 {
    2.0 * x * seed
}

struct Square;

// Asked for of all functions in the block.
#[backprop(jvp)]
impl Square {
    #[backprop(pullback = square_pullback)]
    fn of(x: f64) -> f64 {
        x * x
    }
}

fn main() {
    let _ = square_jvp(1.0, 1.0);
    let _ = Square::of_grad(1.0);
}
