fn main() {
    let a: [[f64; 3]; 2] = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
    backprop::matmul(&a, &a);
}
