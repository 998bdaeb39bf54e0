//! What iterators and patterns are lent by lives as long as in the user's statement, and no longer: a temporary array, what a
//! function has returned, a lock, a borrowed cell. And copied code that refers to numbers.

use backprop::backprop;
use std::cell::RefCell;
use std::sync::Mutex;

fn window(n: usize) -> Vec<f64> {
    (0..n).map(|i| 0.5 + i as f64 * 0.25).collect()
}

#[backprop(jvp)]
fn of_arrays(x: &[f64], a: usize, b: usize) -> f64 {
    let mut s = 0.0;
    for &(i, j) in &[(a, b), (b, a + 1)] {
        s += x[i] * x[j];
    }
    for (i, j) in [(a, b), (b, a + 1)].iter() {
        s += x[*i] * x[*j].sin();
    }
    for &(i, w) in [(a, 0.5), (a + 1, 2.0)].iter() {
        s += x[i] * w;
    }
    s
}

#[backprop(jvp)]
fn of_calls(x: &[f64], a: f64) -> f64 {
    let s: f64 = x.iter().zip(&window(3)).map(|(a, b)| a * a * b).sum();
    let t: f64 = window(4).iter().zip(window(3).iter()).map(|(b, c)| a * b * c).sum();
    let mut u = 0.0;
    for (v, w) in x.iter().zip(&window(x.len())) {
        u += v.sin() * w;
    }
    s * t + u
}

#[backprop(jvp)]
fn in_patterns(a: f64, names: &[String]) -> f64 {
    let b = if let Some(w) = window(3).get(1) { a * w } else { a };
    let c = match window(4).as_slice() {
        [p, .., q] => b.sin() * p * q,
        _ => b,
    };
    let d = if let [p, q, ..] = &window(2)[..] { c * p * q } else { c };
    let e = match window(5).iter().max_by(|a, b| a.total_cmp(b)) {
        Some(v) => v * d * a,
        None => return d,
    };
    let Some(name) = names.to_vec().first().map(|name| name.len()) else { return e };
    let mut sum = 0.0;
    while let Some(v) = window(2).get((sum * 0.0) as usize + name) {
        sum += v * e;
        if sum.abs() > 1.0 {
            return sum * a;
        }
        if sum == 0.0 {
            break;
        }
    }
    sum + e
}

#[backprop(jvp)]
fn given_back(a: f64, seen: &RefCell<Vec<usize>>, #[no_grad] rates: &Mutex<Vec<f64>>) -> f64 {
    let mut s = 0.0;
    for k in seen.borrow().iter() {
        s += a * *k as f64;
    }
    seen.borrow_mut().push(1);
    for r in rates.lock().unwrap().iter() {
        s += r * a * a;
        if s > 1e6 {
            break;
        }
    }
    let t: f64 = rates.lock().unwrap().iter().map(|r| r * a.sin()).sum();
    for r in rates.lock().unwrap().iter() {
        if *r > 100.0 {
            return s;
        }
        s += r * t;
    }
    rates.lock().unwrap().push(0.5);
    seen.borrow_mut().pop();
    rates.lock().unwrap().pop();
    s + t
}

#[backprop(jvp)]
fn to_numbers(x: &[f64], n: usize) -> f64 {
    let order: Vec<usize> = (0..n).collect();
    let mut s = 1.0;
    for q in &order {
        s += x[*q] * x[q + 1];
        s *= 0.5 + x[0] * (q % 2) as f64;
    }
    for i in 0..n {
        let q = &order[i];
        s += x[i].sin() * (q + 1) as f64;
        let q = order.last().unwrap();
        s *= x[1] + (q * i) as f64;
    }
    let halves: Vec<usize> = order.iter().map(|i| i / 2).collect();
    for (i, k) in order.iter().zip(&halves) {
        s += x[*i] * x[k + 1];
    }
    s
}

const WEIGHTS: [f64; 3] = [1.0, 10.0, 100.0];

// What is dropped at the end of an arm that is left for good keeps nothing from being bound in the others.
#[backprop(jvp)]
fn found_or_left(a: f64, found: Result<usize, String>) -> f64 {
    let i = match found {
        Ok(i) => i,
        Err(ref why) if why.is_empty() => return a,
        Err(why) => return a * a * why.len() as f64,
    };
    let weight = WEIGHTS[i];
    a.sin() * weight
}

mod lent {
    use super::*;
    case!(f64 double: of_arrays(slice x: 0.5..1.5 => [0.0; 3]; 0, 1));
    case!(f64 double: of_calls(slice x: 0.5..1.5 => [0.0; 3], by a: 0.5..1.5));
    case!(f64 double: in_patterns(by a: 0.5..1.5; &["a".to_string()]));
    case!(f64 double: given_back(by a: 0.5..1.5; &RefCell::new(vec![1, 2]), &Mutex::new(vec![0.5, 2.0])));
    case!(f64 double: to_numbers(slice x: 0.5..1.5 => [0.0; 4]; 3));
    mod found {
        use super::*;
        case!(f64 double: found_or_left(by a: 0.5..1.5; Ok(1)));
    }
    mod empty {
        use super::*;
        case!(f64 double: found_or_left(by a: 0.5..1.5; Err(String::new())));
    }
    mod left {
        use super::*;
        case!(f64 double: found_or_left(by a: 0.5..1.5; Err("why".to_string())));
    }
}
