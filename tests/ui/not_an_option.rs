use backprop::backprop;

#[derive(Clone, Copy)]
struct Limit(f64);

impl Limit {
    fn unwrap_or(self, other: f64) -> f64 {
        self.0 * other
    }
}

// What is called like a method of `Option`s is one of another type.
#[backprop]
fn f(x: f64, limit: Limit) -> f64 {
    limit.unwrap_or(x)
}

fn main() {
    f(1.0, Limit(2.0));
}
