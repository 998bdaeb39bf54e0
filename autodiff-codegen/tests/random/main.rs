//! Random programs against everything that is known about derivatives.

mod generate;
mod rng;

use autodiff_codegen::ir::interpret::{Interp, Program};
use autodiff_codegen::ir::verify::verify;

#[test]
fn programs_are_well_formed_and_run() {
    let program = Program::default();
    let mut ends = std::collections::BTreeMap::new();
    for seed in 0..2000 {
        let g = generate::generate(seed, "f", &[], 60);
        if let Err(e) = verify(&g.func) {
            panic!("{e}\n{}", g.func);
        }
        let mut rng = rng::Rng::new(seed);
        let args: Vec<_> = g.inputs.iter().map(|i| i.data(&mut rng)).collect();
        let mut interp = Interp::new(&program);
        let end = match interp.call(&g.func, &args) {
            Ok(d) if d.to_floats().iter().all(|x| x.is_finite()) => "finite".to_string(),
            Ok(_) => "not finite".to_string(),
            Err(t) => format!("{t:?}").chars().take(60).collect(),
        };
        *ends.entry(end).or_insert(0) += 1;
    }
    println!("{ends:#?}");
}
