use backprop::backprop;

#[backprop]
fn f(x: f64) -> Result<f64, String> {
    if x < 0.0 { Err("negative".to_string()) } else { Ok(x.sqrt()) }
}

fn main() {
    let _: Result<(f64, f64), String> = f_grad(1.0);
}
