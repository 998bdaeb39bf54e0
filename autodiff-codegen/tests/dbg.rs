use autodiff_codegen::{reverse::*, *};
#[test]
fn dbg() {
    let item: syn::ItemFn = syn::parse_str(&std::env::var("SRC").unwrap()).unwrap();
    let mut errors = diagnostics::Errors::new();
    let opts = options::Options::default();
    let hir = parse::parse(&item, &opts, &mut errors).unwrap();
    let f = lower::lower(&hir, &mut errors);
    println!("{:?}", errors.into_messages());
    let f = f.unwrap();
    println!("{f}");
    let mut g =
        reverse::reverse(&f, &Options { seed: SeedKind::Param, buffers: Buffers::Accumulate, fuse: false })
            .unwrap();
    println!("{} {}", g.split, g.func);
    simplify::gradient(&mut g);
    println!("{} {}", g.split, g.func);
}
