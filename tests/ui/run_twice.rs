use backprop::backprop;

fn next() -> usize {
    3
}

#[backprop(hessian)]
fn power(x: f64) -> f64 {
    let n = next();
    x.powi(n as i32)
}

#[backprop(hessian)]
fn scratch(x: [f64; 2], buffer: &mut [f64]) -> f64 {
    buffer[0] = x[0] * x[1];
    buffer[0] * x[0]
}

fn is_large(n: &usize) -> bool {
    *n > 3
}

#[backprop(hessian)]
fn asked(x: f64, ns: &[usize]) -> f64 {
    let k = ns.iter().position(is_large).unwrap_or(0);
    let seen: Vec<usize> = ns.iter().copied().filter(|n| { println!("{n}"); *n > 1 }).collect();
    x.powi((k + seen[0]) as i32)
}

#[backprop(hessian)]
fn renamed(x: f64) -> f64 {
    let other = next;
    let n = other();
    x.powi(n as i32)
}

fn main() {
    let _ = (power_grad(1.0), asked_grad(1.0, &[2]), renamed_grad(1.0), scratch_grad([1.0; 2], &mut [0.0]));
}
