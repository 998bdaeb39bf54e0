use backprop::Differentiable;

#[derive(Clone, Differentiable)]
enum Shape {
    Circle(f64),
    Square { side: f64 },
}

fn main() {
    let _ = Shape::Circle(1.0);
    let _ = Shape::Square { side: 1.0 };
}
