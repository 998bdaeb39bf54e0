use backprop::backprop;

#[backprop(sparse_jacobian)]
fn slice(x: &[f64]) -> [f64; 2] {
    [x[0], x[1]]
}

#[backprop(sparse_jacobian)]
fn results(x: [f64; 3], n: usize) -> Vec<f64> {
    (0..n).map(|i| x[i]).collect()
}

#[backprop(sparse_hessian)]
fn generic<const N: usize>(x: [f64; N]) -> f64 {
    x.iter().map(|v| v * v).sum()
}

#[backprop(sparse_jacobian, wrt(x))]
fn nested(x: [[f64; 2]; 2]) -> [f64; 2] {
    x[0]
}

fn main() {}
