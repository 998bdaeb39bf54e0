use backprop::backprop;

#[backprop]
fn f(x: f64, start: &Start) -> [f64; 2] {
    if x < 0.0 {
        return start.values;
    }
    [x, 2.0 * x]
}

struct Start {
    values: [f64; 2],
}

fn main() {
    let _ = f_vjp(1.0, &Start { values: [1.0; 2] }, [1.0; 2]);
}
