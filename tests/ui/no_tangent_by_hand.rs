use backprop::backprop;

#[backprop(pullback = square_pullback)]
fn square(x: f64) -> f64 {
    x * x
}

fn square_pullback(x: f64, _: f64, seed: f64) -> f64 {
    2.0 * x * seed
}

struct Scale(f64);

impl Scale {
    #[backprop(pullback = Self::of_pullback)]
    fn of(&self, x: f64) -> f64 {
        self.0 * x
    }
    fn of_pullback(&self, _: f64, _: f64, seed: f64) -> f64 {
        self.0 * seed
    }
}

#[backprop(jvp)]
fn cube(x: f64) -> f64 {
    x * square(x)
}

#[backprop(jvp)]
fn by_method(scale: &Scale, x: f64) -> f64 {
    scale.of(x)
}

#[backprop(jvp)]
fn by_path(scale: &Scale, x: f64) -> f64 {
    Scale::of(scale, x)
}

fn main() {}
