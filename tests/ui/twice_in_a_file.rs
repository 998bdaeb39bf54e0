//! A function that stands twice in its file, word by word: which of them is meant can't be seen, so that a name that means
//! something else around one of them is taken for neither.

mod doubled {
    macro_rules! vec {
        ($($e:expr),*) => { [$($e * 2.0),*] };
    }

    #[backprop::backprop]
    pub fn product(x: &[f64]) -> f64 {
        let v = vec![x[0], x[1]];
        v[0] * v[1]
    }
}

mod plain {
    #[backprop::backprop]
    pub fn product(x: &[f64]) -> f64 {
        let v = vec![x[0], x[1]];
        v[0] * v[1]
    }
}

fn main() {
    let _ = (doubled::product_grad(&[1.0, 2.0]), plain::product_grad(&[1.0, 2.0]));
}
