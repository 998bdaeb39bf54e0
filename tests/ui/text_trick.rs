use backprop::backprop;

#[backprop]
fn rounded(x: f64) -> f64 {
    let text = format!("{:.2}", x * x);
    text.parse::<f64>().unwrap_or(0.0) * x
}

#[backprop]
fn by_method(x: f64) -> f64 {
    let text = x.to_string();
    let y: f64 = text.parse().unwrap_or(0.0);
    y + x
}

// What is read is somebody else's.
#[backprop]
fn read(x: f64, text: &str) -> f64 {
    let k: f64 = text.parse().unwrap_or(1.0);
    println!("{x}");
    k * x
}

// Neither is a whole number that is read from text.
#[backprop]
fn whole(x: f64, text: &str) -> Result<f64, String> {
    if x < 0.0 {
        return Err(format!("negative: {x}"));
    }
    let n = text.parse::<i32>().map_err(|e| e.to_string())?;
    Ok(x * n as f64)
}

fn main() {
    let _ = (rounded_grad(1.0), by_method_grad(1.0), read_grad(1.0, "2"), whole_grad(1.0, "2"));
}
