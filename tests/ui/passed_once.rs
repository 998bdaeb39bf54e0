use backprop::backprop;

struct Table(Vec<f64>);

impl Table {
    fn row(&self) -> &[f64] {
        &self.0
    }
}

#[backprop]
fn apply(f: impl Fn(f64, &[f64]) -> f64, x: f64, table: &Table) -> f64 {
    f(x, table.row())
}

fn main() {}
