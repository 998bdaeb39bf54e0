use backprop::{backprop, matvec};

struct Table(Vec<[f64; 2]>);

impl Table {
    fn line(&self, i: usize) -> &[f64; 2] {
        &self.0[i]
    }
}

// The derivative with respect to `w` needs the line again, and asking for it twice could do something twice.
#[backprop]
fn f(w: &[[f64; 2]; 3], table: &Table) -> [f64; 3] {
    matvec(w, table.line(1))
}

// So it is said what is read again.
#[backprop]
fn g(w: &[[f64; 2]; 3], table: &Table) -> [f64; 3] {
    let line: [f64; 2] = *table.line(1);
    matvec(w, &line)
}

fn main() {}
