use backprop::{backprop, softmax_cross_entropy};

// Answers nested in each other are a batch: what its loss is (a sum, a mean) is for the caller to say.
#[backprop]
fn f(z: &[[f64; 2]; 2], t: &[[f64; 2]; 2]) -> f64 {
    softmax_cross_entropy(z, t)
}

#[backprop]
fn g(z: &[[f64; 2]; 2], t: &[[f64; 2]; 2]) -> f64 {
    let mut loss = 0.0;
    for i in 0..z.len() {
        loss += softmax_cross_entropy(&z[i], &t[i]);
    }
    loss
}

fn main() {}
