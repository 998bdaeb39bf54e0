use backprop::backprop;

struct Pool(Vec<f64>);

trait Buffers {
    fn buffer(&self) -> Vec<f64>;
}

impl Buffers for Pool {
    fn buffer(&self) -> Vec<f64> {
        self.0.clone()
    }
}

#[backprop]
fn fill(x: f64, out: &mut [f64]) -> f64 {
    out[0] = x * x;
    x
}

#[backprop]
fn out_of_sight(x: f64, pool: &Pool) -> f64 {
    let mut buffer = pool.buffer();
    fill(x, &mut buffer) + x
}

fn main() {}
