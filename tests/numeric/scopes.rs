//! What copied code makes in an inner block is dropped at the end of that block, in companions as in the function: locks are
//! given back, borrows end, and destructors run in their order.

use backprop::backprop;
use std::cell::RefCell;
use std::sync::Mutex;

type Log = RefCell<Vec<&'static str>>;

/// Writes its name down when it is dropped.
struct Noted<'a>(&'a Log, &'static str);

impl Drop for Noted<'_> {
    fn drop(&mut self) {
        self.0.borrow_mut().push(self.1);
    }
}

fn keep<T>(value: T, all: &mut Vec<T>) {
    all.push(value);
}

#[backprop(jvp)]
fn in_order(x: f64, log: &Log) -> f64 {
    let _a = Noted(log, "a");
    let y = {
        let _b = Noted(log, "b");
        let _c = Noted(log, "c");
        log.borrow_mut().push("in");
        x * x
    };
    let _ = Noted(log, "at once");
    for i in 0..2 {
        let _l = Noted(log, "loop");
        if y > 1.0 && i == 0 {
            continue;
        }
        log.borrow_mut().push("body");
    }
    if y > 4.0 {
        return y * 2.0;
    }
    log.borrow_mut().push("end");
    y.sin()
}

#[backprop(jvp)]
fn left_early(x: f64, log: &Log) -> f64 {
    let y = {
        let _b = Noted(log, "b");
        if x > 1.0 {
            return x * x * x;
        }
        log.borrow_mut().push("in");
        x * x
    };
    log.borrow_mut().push("out");
    y * x
}

#[backprop(jvp)]
fn the_arm_that_goes_on(x: f64, log: &Log) -> f64 {
    let y = if x > 1.0 {
        return x;
    } else {
        let _b = Noted(log, "b");
        log.borrow_mut().push("in");
        x * x
    };
    log.borrow_mut().push("out");
    let z = match x > 0.7 {
        true => return y * x,
        false => {
            let _c = Noted(log, "c");
            x.exp()
        }
    };
    log.borrow_mut().push("out");
    y * z
}

#[backprop(jvp)]
fn a_labelled_block(x: f64, log: &Log) -> f64 {
    let y = 'a: {
        let _b = Noted(log, "b");
        if x > 1.0 {
            break 'a x * 3.0;
        }
        log.borrow_mut().push("in");
        x * x
    };
    log.borrow_mut().push("out");
    y * x
}

#[backprop(jvp)]
fn a_statement_in_a_loop(x: f64, log: &Log) -> f64 {
    let mut y = x;
    let mut v = vec![x, 2.0];
    for i in 0..3 {
        {
            let _b = Noted(log, "b");
            y *= x;
            v.push(y);
            if y > 3.0 {
                break;
            }
            v[0] += y;
        }
        log.borrow_mut().push("round");
        y += i as f64;
    }
    y * v.iter().sum::<f64>()
}

#[backprop(jvp)]
fn moved_by_then(x: f64, log: &Log) -> f64 {
    let mut kept = Vec::new();
    let y = {
        let b = Noted(log, "b");
        let d = Noted(log, "d");
        keep(b, &mut kept);
        log.borrow_mut().push(d.1);
        [x * x, x]
    };
    log.borrow_mut().push("out");
    y[0] * y[1]
}

#[backprop(jvp)]
fn handed_out(x: f64, log: &Log) -> f64 {
    let y = {
        let _b = Noted(log, "b");
        let mut v = vec![x; 3];
        v[1] *= x;
        v.push(x.sin());
        v
    };
    log.borrow_mut().push("a vec");
    let z = {
        let _b = Noted(log, "t");
        (y[1] * x, y[3])
    };
    log.borrow_mut().push("a tuple");
    let o = {
        let _b = Noted(log, "o");
        if x > 1.0 { Some(x * z.0) } else { None }
    };
    log.borrow_mut().push("an option");
    z.0 * z.1 * o.unwrap_or(x)
}

#[backprop(jvp)]
fn closures(x: f64, log: &Log) -> f64 {
    let f = |a: f64| {
        let _b = Noted(log, "f");
        if a > 1.0 {
            return a;
        }
        a * a
    };
    let y = f(x) + f(f(x));
    log.borrow_mut().push("out");
    [y, x]
        .iter()
        .map(|a| {
            let _b = Noted(log, "first");
            a * x
        })
        .map(|a| {
            log.borrow_mut().push("second");
            a * a
        })
        .sum()
}

#[backprop(jvp)]
fn assigned_within(x: f64, log: &Log) -> f64 {
    let y;
    {
        let _b = Noted(log, "b");
        y = x * x;
    }
    let mut z = 1.0;
    let mut w = vec![x, 1.0];
    let mut n = 0;
    {
        let _t = Noted(log, "t");
        {
            let _u = Noted(log, "u");
            z *= y;
            w = vec![x * x, w[1]];
            n += 1;
        }
        z *= x;
    }
    let mut r = &w[..1];
    let first = r[0];
    {
        let _v = Noted(log, "v");
        r = &w[1..];
    }
    log.borrow_mut().push("out");
    y * z * r[0] * first * n as f64
}

#[test]
fn drops_come_where_the_function_has_them() {
    macro_rules! check {
        ($($name:ident)*) => { pastey::paste! {$(
            for x in [0.5, 0.9, 1.3, 2.1] {
                let logs: [Log; 4] = Default::default();
                let value = $name(x, &logs[0]);
                let (reverse, d) = [<$name _grad>](x, &logs[1]);
                let (forward, t) = [<$name _jvp>](x, &logs[2], 1.0);
                let slope = ($name(x + 1e-6, &logs[3]) - $name(x - 1e-6, &logs[3])) / 2e-6;
                let name = stringify!($name);
                assert_eq!((value, value), (reverse, forward), "{name}({x})");
                assert_eq!(logs[0], logs[1], "{name}_grad({x})");
                assert_eq!(logs[0], logs[2], "{name}_jvp({x})");
                assert!((d - slope).abs() < 1e-6 * (1.0 + slope.abs()), "{name}_grad({x}): {d} and {slope}");
                assert!((d - t).abs() < 1e-12 * (1.0 + d.abs()), "{name}({x}): {d} and {t}");
            }
        )*}};
    }
    check!(in_order left_early the_arm_that_goes_on a_labelled_block a_statement_in_a_loop moved_by_then);
    check!(handed_out closures assigned_within);
}

#[backprop]
fn locked_twice(x: f64, #[no_grad] lock: &Mutex<f64>) -> f64 {
    let y = {
        let guard = lock.lock().unwrap();
        let k = *guard;
        x * k
    };
    y * *lock.lock().unwrap()
}

#[test]
fn a_lock_is_given_back() {
    assert_eq!(locked_twice_grad(0.7, &Mutex::new(2.0)), (2.8, 4.0));
}

#[backprop]
fn borrowed_again(x: f64, n: &RefCell<Vec<i32>>) -> f64 {
    let y = {
        let mut n = n.borrow_mut();
        n.push(1);
        x * x
    };
    let z = y * {
        let mut n = n.borrow_mut();
        n.push(2);
        n.len() as f64
    };
    let h = |a: f64| {
        let mut n = n.borrow_mut();
        n.push(3);
        a * n.len() as f64
    };
    let z = h(h(z));
    n.borrow_mut().push(4);
    z
}

#[test]
fn a_cell_is_not_borrowed_any_more() {
    let n = RefCell::default();
    assert_eq!(borrowed_again_grad(0.5, &n), (6.0, 24.0));
    assert_eq!(n.into_inner(), [1, 2, 3, 3, 4]);
}

#[backprop(order = 2)]
fn cubed(x: f64) -> f64 {
    x * x * x
}

#[backprop(hvp)]
fn twice(x: f64, log: &Log) -> f64 {
    let y = {
        let _b = Noted(log, "b");
        cubed(x) * x
    };
    log.borrow_mut().push("out");
    y * y
}

#[test]
fn second_derivatives_drop_as_well() {
    let log = Log::default();
    let (value, first, second) = twice_hvp(2.0, &log, 1.0);
    assert_eq!((value, first, second), (256.0, 1024.0, 3584.0));
    assert_eq!(log.into_inner(), ["b", "out"]);
}
