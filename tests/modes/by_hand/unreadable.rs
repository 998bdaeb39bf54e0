//! Bodies that the compiler would refuse, or could not follow: nothing of them is looked into.

use super::*;

/// A search that ends where floats do: the derivative of what it runs through is 0.
#[backprop(pullback = cube_root_pullback)]
fn cube_root(a: f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 1.0 + a);
    while f64::from_bits(low.to_bits() + 1) < high {
        let middle = 0.5 * (low + high);
        *(if middle * middle * middle > a { &mut high } else { &mut low }) = middle;
    }
    low
}
fn cube_root_pullback(_: f64, root: f64, seed: f64) -> f64 {
    seed / (3.0 * root * root)
}

thread_local! {
    static SEEN: RefCell<HashMap<u64, f64>> = RefCell::default();
}

/// With a memory.
#[backprop(pullback = remembered_pullback)]
fn remembered(x: f64) -> f64 {
    SEEN.with(|seen| *seen.borrow_mut().entry(x.to_bits()).or_insert_with(|| x.exp()))
}
fn remembered_pullback(_: f64, y: f64, seed: f64) -> f64 {
    seed * y
}

/// A trait object that is called with an active value.
#[backprop(pullback = weighed_pullback)]
fn weighed(
    #[no_grad] weight: &dyn Fn(f64, f64) -> f64,
    #[no_grad] slope: &dyn Fn(f64) -> f64,
    x: f64,
) -> f64 {
    weight(x, slope(x))
}
fn weighed_pullback(
    _: &dyn Fn(f64, f64) -> f64,
    slope: &dyn Fn(f64) -> f64,
    x: f64,
    _: f64,
    seed: f64,
) -> f64 {
    seed * slope(x)
}

/// Items of all kinds, a future, macros, a loop that nobody counts.
#[backprop(pullback = swapped_pullback)]
fn swapped(xs: &[f64; 2]) -> [f64; 2] {
    struct Local<T>(T);
    impl Local<f64> {
        fn take(self) -> f64 {
            self.0
        }
    }
    static CALLS: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    CALLS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let _future = async { xs[0] };
    macro_rules! both {
        ($($i:literal)*) => { [$(Local(xs[$i]).take()),*] };
    }
    let mut queue: std::collections::VecDeque<f64> = both!(0 1).into();
    let mut out = [0.0; 2];
    while let Some(x) = queue.pop_back() {
        let place = out.iter_mut().find(|x| **x == 0.0);
        if let Some(place) = place {
            *place = *Box::new(x);
        }
    }
    out
}
fn swapped_pullback(_: &[f64; 2], _: &[f64; 2], seed: &[f64; 2]) -> [f64; 2] {
    [seed[1], seed[0]]
}

#[backprop]
fn all(x: f64, y: f64) -> f64 {
    let [a, b] = swapped(&[x, y * y]);
    cube_root(a) * remembered(b) + cube_root(remembered(x))
}

#[test]
fn what_can_not_be_followed() {
    for (x, y) in [(0.5, 2.0), (1.5, 0.75)] {
        let (value, (dx, dy)) = all_grad(x, y);
        let b = (y * y).cbrt();
        let expected = b * x.exp() + (x / 3.0).exp();
        assert!((value - expected).abs() < 1e-13 * expected);
        assert!((dx - (b * x.exp() + (x / 3.0).exp() / 3.0)).abs() < 1e-13 * expected);
        assert!((dy - 2.0 / 3.0 / y.cbrt() * x.exp()).abs() < 1e-13 * expected);
    }
}
