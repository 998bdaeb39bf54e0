/// Where the joints of a robot's arm are, of the angles between its parts.
#[backprop(jacobian)]
pub fn joints(angles: &[f64; 3]) -> [f64; 6] {
    let mut out = [0.0; 6];
    let (mut x, mut y, mut angle) = (0.0, 0.0, 0.0);
    for i in 0..3 {
        angle += angles[i];
        x += angle.cos();
        y += angle.sin();
        out[2 * i] = x;
        out[2 * i + 1] = y;
    }
    out
}

/// The energy of a chain of springs.
#[backprop(hessian)]
pub fn springs(x: &[f64], #[no_grad] stiffness: f64) -> f64 {
    let mut energy = 0.0;
    for i in 1..x.len() {
        let d = x[i] - x[i - 1];
        energy += stiffness * d * d * d * d;
    }
    energy
}
