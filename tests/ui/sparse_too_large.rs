use backprop::backprop;

#[backprop(sparse_hessian)]
fn far_too_long(x: [f64; 3]) -> f64 {
    let mut sum = 0.0;
    for i in 0..1_000_000 {
        sum += x[i % 3] * x[0];
    }
    sum
}

fn main() {}
