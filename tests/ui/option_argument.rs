use backprop::backprop;

macro_rules! out_of_sight {
    ($name:ident) => {
        fn $name(x: Option<f64>) -> f64 {
            x.unwrap_or(1.0)
        }
    };
}
out_of_sight!(last);

#[backprop]
fn halved(x: f64) -> f64 {
    let of = last(Some(x));
    of * x
}

fn main() {
    let _ = halved_grad(1.0);
}
