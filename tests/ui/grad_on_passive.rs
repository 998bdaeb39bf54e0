use backprop::backprop;

#[backprop]
fn marked(x: f64, #[grad] n: usize) -> f64 {
    x * n as f64
}

#[backprop(wrt(x, name))]
fn listed(x: f64, name: &str) -> f64 {
    x * name.len() as f64
}

fn main() {
    let _ = marked_grad(1.0, 2);
    let _ = listed_grad(1.0, "two");
}
