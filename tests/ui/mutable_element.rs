use backprop::backprop;

#[backprop]
fn scaled(x: [f64; 2]) -> f64 {
    let mut a = vec![x[0]];
    let mut b = vec![x[1]];
    let rows = [&mut a, &mut b];
    for row in rows {
        row[0] *= x[0];
    }
    a[0] * b[0]
}

fn main() {}
