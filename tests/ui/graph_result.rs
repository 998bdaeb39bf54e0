use backprop::backprop;

#[backprop(graph)]
fn both(x: f64) -> (f64, f64) {
    (x.sin(), x.cos())
}

fn main() {
    let _ = both_vjp(1.0, (1.0, 0.0));
}
