//! What an expansion costs grows with the function as a line does. Counted, not timed: allocations and the bytes in them (the
//! compiler asks for memory wherever it looks at an operation's operands), and the tokens that come of it.
//! `BUILD_COST_FAMILY=calls` looks at one kind of function only.

mod families;

use std::alloc::System;
use std::str::FromStr;

use families::FAMILIES;
use proc_macro2::{TokenStream, TokenTree};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn tokens(of: TokenStream) -> usize {
    let count = |t| match t {
        TokenTree::Group(g) => 2 + tokens(g.stream()),
        _ => 1,
    };
    of.into_iter().map(count).sum()
}

/// Allocations, bytes and tokens.
fn cost(attribute: &str, source: &str) -> [f64; 3] {
    let attribute = TokenStream::from_str(attribute).expect("tokens");
    let item = TokenStream::from_str(source).expect("tokens");
    let region = Region::new(ALLOCATOR);
    let out = autodiff_codegen::expand(attribute, item);
    let spent = region.change();
    let text = out.to_string();
    assert!(!text.contains("compile_error"), "{}", &text[..text.len().min(2000)]);
    [(spent.allocations + spent.reallocations) as f64, spent.bytes_allocated as f64, tokens(out) as f64]
}

#[test]
fn twice_the_function_is_twice_the_cost() {
    let mut steep = Vec::new();
    for (attribute, largest) in [("jvp", 3), ("order = 2, hvp", 1)] {
        let asked = std::env::var("BUILD_COST_FAMILY").ok();
        for family in FAMILIES.iter().filter(|f| asked.as_ref().is_none_or(|a| a == f.name)) {
            // What is made once is made before.
            cost(attribute, &(family.source)(4));
            let costs: Vec<[f64; 3]> =
                family.sizes[..=largest].iter().map(|n| cost(attribute, &(family.source)(*n))).collect();
            for (n, pair) in costs.windows(2).enumerate() {
                let (small, large) = (family.sizes[n], family.sizes[n + 1]);
                let times = large as f64 / small as f64;
                let growth = [0, 1, 2].map(|k| (pair[1][k] / pair[0][k]).powf(2f64.ln() / times.ln()));
                println!(
                    "{attribute:>15} {:>20} {small:>5} to {large:>5}: allocations × {:.2}, bytes × {:.2}, tokens × {:.2}; now {:.0}",
                    family.name, growth[0], growth[1], growth[2], pair[1][0]
                );
                // Bytes come in steps: what grows asks for twice as much at once.
                let most = [family.most, family.most + 0.3, family.most];
                if growth.iter().zip(most).any(|(g, most)| *g > most) {
                    steep.push(format!("{attribute}: {} from {small} to {large}: {growth:.2?}", family.name));
                }
            }
        }
    }
    assert!(steep.is_empty(), "{steep:#?}");
}
