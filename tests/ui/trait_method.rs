use backprop::backprop;

pub trait Model {
    fn eval(&self, x: f64) -> f64;
}

#[backprop]
fn dynamic(m: &dyn Model, x: f64) -> f64 {
    m.eval(x)
}

#[backprop]
fn generic<T: Model>(m: &T, x: f64) -> f64 {
    m.eval(x) * x
}

#[backprop]
fn anonymous(m: impl Model, x: f64) -> f64 {
    m.eval(x)
}

#[backprop]
fn boxed(m: Box<dyn Model>, x: f64) -> f64 {
    m.eval(x)
}

#[backprop]
fn shared(m: &std::sync::Arc<dyn Model>, x: f64) -> f64 {
    m.eval(x) + x
}

#[backprop]
fn by_path(m: &dyn Model, x: f64) -> f64 {
    Model::eval(m, x) * 2.0
}

fn main() {}
