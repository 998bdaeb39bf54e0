/// A sparse Jacobian: two sweeps of forward mode for all entries, and tables of where they lie.
#[backprop(sparse_jacobian, wrt(x))]
pub fn stretch(x: &[f64; 4], rest: f64) -> [f64; 3] {
    let mut forces = [0.0; 3];
    for i in 0..3 {
        let gap = x[i + 1] - x[i] - rest;
        forces[i] = gap * gap * gap;
    }
    forces
}
