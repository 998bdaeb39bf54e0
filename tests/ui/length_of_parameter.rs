use backprop::backprop;

#[backprop]
fn grown(x: f64, history: &mut Vec<f64>) -> f64 {
    history.push(x * x);
    x * history[0]
}

fn main() {
    let _ = grown(1.0, &mut vec![0.0]);
}
