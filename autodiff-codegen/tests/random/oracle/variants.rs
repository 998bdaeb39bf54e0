//! The variants of the derivative program, which must agree.

use super::*;

/// All variants of the derivative program that must agree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Variant {
    pub options: Options,
    pub simplify: bool,
}

/// What is checked of a program: all of one in four, and of the others a part that is drawn. More programs find more than
/// more variants of each.
#[derive(Clone, Copy, Debug)]
pub struct Share {
    /// Whether the sweeps are fused, if that is not tried both ways.
    fuse: Option<bool>,
    /// The buffers and the seed beside [`Buffers::Own`], if not all are tried.
    beside: Option<(Buffers, SeedKind)>,
    /// Whether tangents are taken in lanes.
    pub lanes: bool,
    /// Whether derivatives of derivatives are.
    pub second: bool,
}

impl Share {
    /// Everything.
    pub const ALL: Share = Share { fuse: None, beside: None, lanes: true, second: true };

    pub fn of(seed: u64) -> Share {
        let mut rng = Rng::new(seed ^ 0x54a2e);
        if rng.chance(25) {
            return Share::ALL;
        }
        let buffers = if rng.chance(50) { Buffers::Overwrite } else { Buffers::Accumulate };
        let seed = if rng.chance(50) { SeedKind::One } else { SeedKind::Param };
        Share {
            fuse: Some(rng.chance(50)),
            beside: Some((buffers, seed)),
            lanes: rng.chance(50),
            second: rng.chance(50),
        }
    }

    /// Whether reverse mode is asked for this.
    fn has(self, options: &Options) -> bool {
        let fused = self.fuse.is_none_or(|fuse| options.fuse == fuse);
        match (options.buffers, self.beside) {
            (Buffers::Own, _) => fused,
            (_, None) => true,
            // Of a function without a scalar result there is one kind of seed.
            (buffers, Some((of, seed))) => buffers == of && (options.seed == seed || seed == SeedKind::One),
        }
    }
}

/// Whether calls make value and gradient at once, where that is possible.
pub fn at_once(seed: u64) -> bool {
    seed & 4 == 0
}

/// What reverse mode is asked for.
pub fn options(scalar: bool, seed: u64, share: Share) -> Vec<Options> {
    let mut out = Vec::new();
    for buffers in [Buffers::Own, Buffers::Overwrite, Buffers::Accumulate] {
        for fuse in [true, false] {
            // The whole matrix is run for the first kind of buffers, and one of its corners for the rest.
            if buffers != Buffers::Own && fuse != (seed & 1 == 0) {
                continue;
            }
            for checkpoint in [false, true] {
                let param = Options {
                    seed: SeedKind::Param,
                    buffers,
                    fuse,
                    whole: false,
                    at_once: at_once(seed),
                    checkpoint,
                };
                out.push(param);
                if scalar {
                    out.push(Options { seed: SeedKind::One, ..param });
                }
            }
        }
    }
    out.retain(|options| share.has(options));
    out
}

/// Whether its program is run as it is, simplified, or both.
pub fn simplified(options: &Options, seed: u64) -> Vec<bool> {
    if options.buffers == Buffers::Own { vec![false, true] } else { vec![seed & 2 == 0] }
}

/// Whether simplification leaves sums of adjoints in their order.
pub fn keeps_order(seed: u64) -> bool {
    seed.is_multiple_of(3)
}

/// Variants differ by rounding at most; simplification by nothing but the sign of zeros, if it keeps the order of sums. Checkpoints
/// add up what each gives, which may round in another way.
pub fn agree(results: &[(Variant, Adjoints)], seed: u64) -> Result<(), Failure> {
    for (i, (v, a)) in results.iter().enumerate() {
        for (w, b) in &results[..i] {
            if v.options.seed != w.options.seed {
                continue;
            }
            let exact = v.options == w.options && keeps_order(seed);
            for (x, y) in a.of.iter().zip(&b.of) {
                let size = x.1.iter().chain(&y.1).fold(a.scale + b.scale, |s, x| s.max(x.abs()));
                let near = |p: f64, q: f64| {
                    p == q || p.is_nan() && q.is_nan() || !exact && (p - q).abs() <= 1e-9 * (1e-3 + size)
                };
                if x.0 != y.0 || x.1.len() != y.1.len() || !x.1.iter().zip(&y.1).all(|(p, q)| near(*p, *q)) {
                    let detail = format!("{v:?}\n{x:?}\n{w:?}\n{y:?}");
                    return fail("variants disagree", detail);
                }
            }
        }
    }
    Ok(())
}
