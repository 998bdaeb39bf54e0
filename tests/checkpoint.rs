//! The option `checkpoint`, by the memory that it takes: of √n rounds, not of n.

use backprop::backprop;
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

macro_rules! heat {
    ($name:ident, $($option:ident),*) => {
        /// Heat in a rod of 100 cells: what is left in the middle.
        #[backprop($($option),*)]
        fn $name(start: &[f64], conductivity: f64, steps: usize) -> f64 {
            let mut t = start.to_vec();
            for _ in 0..steps {
                let mut next = t.clone();
                for i in 1..t.len() - 1 {
                    let flow = t[i - 1] - 2.0 * t[i] + t[i + 1];
                    next[i] = t[i] + conductivity * (1.0 + 0.1 * t[i]) * flow;
                }
                t = next;
            }
            t[t.len() / 2]
        }
    };
}
heat!(plain,);
heat!(kept, checkpoint);

/// The gradient, and the most bytes that were in use on the way to it.
fn measured<G>(gradient: impl FnOnce() -> G) -> (G, usize) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let gradient = gradient();
    (gradient, MEMORY.peak_usage() - before)
}

#[test]
fn memory_grows_with_the_root_of_the_rounds() {
    let start: Vec<f64> = (0..100).map(|i| (f64::from(i) * 0.1).sin()).collect();
    let mut all = Vec::new();
    for steps in [400, 1600, 6400] {
        let (expected, much) = measured(|| plain_grad(&start, 0.2, steps));
        let (found, little) = measured(|| kept_grad(&start, 0.2, steps));
        assert_eq!(found, expected);
        assert_eq!(found.0, plain(&start, 0.2, steps));
        println!("{steps} steps: {much} bytes without checkpoints, {little} with them");
        all.push((much, little));
    }
    let [(a, b), _, (c, d)] = all[..] else { unreachable!() };
    // Sixteen times the rounds: sixteen times the memory, or four times.
    assert!(c > 12 * a, "{a} and {c} bytes without checkpoints");
    assert!(d < 6 * b, "{b} and {d} bytes with them");
    assert!(20 * d < c, "{d} bytes beside {c}");
}
