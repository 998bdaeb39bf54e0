use backprop::backprop;

pub struct Line(f64);

impl Line {
    fn at(&self, x: f64) -> f64 {
        self.0 * x
    }

    #[backprop]
    pub fn twice(&self, x: f64) -> f64 {
        self.at(x)
    }
}

pub struct Holder {
    line: Line,
}

#[backprop]
fn lent(line: &Line, x: f64) -> f64 {
    line.at(x)
}

#[backprop]
fn owned(line: Line, x: f64) -> f64 {
    line.at(x)
}

#[backprop]
fn part(h: &Holder, x: f64) -> f64 {
    h.line.at(x)
}

fn main() {}
