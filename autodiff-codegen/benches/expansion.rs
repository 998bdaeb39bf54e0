//! How long expansions take, by the size of the function. `BLESS=1 cargo bench -p autodiff-codegen --bench expansion` also writes
//! the chart and the table in `docs`; with `--profile dev`, the compiler is not optimised, which is how cargo builds macros
//! for a user's debug build.

// The limits are the test's.
#[allow(dead_code)]
#[path = "../tests/build_cost/families.rs"]
mod families;

use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::str::FromStr;
use std::time::Instant;

use families::{FAMILIES, Family};
use plotters::prelude::*;
use proc_macro2::TokenStream;

/// What cargo builds a user's macros with.
const PROFILE: &str = if cfg!(debug_assertions) { "not optimised" } else { "optimised" };

/// The shortest of a few expansions, in seconds.
fn seconds(source: &str) -> f64 {
    let item = TokenStream::from_str(source).expect("tokens");
    let once = || {
        let (attribute, item) = (TokenStream::from_str("jvp").expect("tokens"), item.clone());
        let start = Instant::now();
        let out = autodiff_codegen::expand(attribute, item);
        let took = start.elapsed().as_secs_f64();
        assert!(!out.is_empty());
        took
    };
    let first = once();
    let repeat = (0.5 / first).clamp(1.0, 9.0) as usize;
    (0..repeat).fold(first, |best, _| best.min(once()))
}

type Curve = Vec<(usize, f64)>;

fn main() -> Result<(), Box<dyn Error>> {
    // `cargo test` runs benches as well, to see whether they run.
    let quick = !std::env::args().any(|a| a == "--bench");
    let mut curves: Vec<(&Family, Curve)> = Vec::new();
    for family in FAMILIES {
        let sizes = if quick { &family.sizes[..1] } else { &family.sizes[..] };
        let curve: Curve = sizes.iter().map(|n| (*n, seconds(&(family.source)(*n)))).collect();
        for (n, t) in &curve {
            println!("{:>20} {n:>5}: {:>9.1} ms, {:>7.1} us each", family.name, 1e3 * t, 1e6 * t / *n as f64);
        }
        curves.push((family, curve));
    }
    if !quick && std::env::var_os("BLESS").is_some() {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
        draw(&curves, &docs.join("build-cost.svg"))?;
        std::fs::write(docs.join("build-cost.md"), page(&curves)?)?;
    }
    Ok(())
}

fn page(curves: &[(&Family, Curve)]) -> Result<String, std::fmt::Error> {
    let mut out = format!(
        "# What an expansion costs\n\n\
         The time that `#[backprop(jvp)]` takes on one function, by the function's size, with the macro {PROFILE} (cargo builds \
         macros unoptimised for debug and, unless told otherwise, for release builds), on a machine that is shared: \
         what to look at is how it grows. Twice the function takes about twice the time; that twice the function takes no more \
         than 2.3 times the work (2.75 for what is nested 50 deep) is held by `autodiff-codegen/tests/build_cost`, which counts allocations instead of seconds.\n\n\
         ![time by size](build-cost.svg)\n\n\
         | function | size | time | for each | time, over that of half the size |\n|---|--:|--:|--:|--:|\n"
    );
    for (family, curve) in curves {
        for (k, (n, t)) in curve.iter().enumerate() {
            let growth = match k {
                0 => String::new(),
                _ => format!("{:.2}", t / curve[k - 1].1),
            };
            let each = 1e6 * t / *n as f64;
            writeln!(out, "| {} | {n} | {:.1} ms | {each:.0} µs | {growth} |", family.name, 1e3 * t)?;
        }
    }
    let profile = if cfg!(debug_assertions) { " --profile dev" } else { "" };
    write!(out, "\nMade by `BLESS=1 cargo bench -p autodiff-codegen --bench expansion{profile}`.\n")?;
    Ok(out)
}

fn draw(curves: &[(&Family, Curve)], picture: &Path) -> Result<(), Box<dyn Error>> {
    let root = SVGBackend::new(picture, (900, 560)).into_drawing_area();
    root.fill(&WHITE)?;
    let all = || curves.iter().flat_map(|(_, c)| c.iter());
    let sizes = all().fold((f64::MAX, 0.0_f64), |(a, b), (n, _)| (a.min(*n as f64), b.max(*n as f64)));
    let times = all().fold((f64::MAX, 0.0_f64), |(a, b), (_, t)| (a.min(1e3 * t), b.max(1e3 * t)));
    let mut chart = ChartBuilder::on(&root)
        .caption("Time of an expansion, by the size of the function", ("sans-serif", 20))
        .margin(14)
        .x_label_area_size(40)
        .y_label_area_size(64)
        .build_cartesian_2d(
            (0.9 * sizes.0..1.1 * sizes.1).log_scale(),
            (0.7 * times.0..1.4 * times.1).log_scale(),
        )?;
    chart
        .configure_mesh()
        .x_desc("lets, statements, terms, blocks, loops, calls")
        .y_desc("milliseconds")
        .x_label_formatter(&|x| format!("{x:.0}"))
        .y_label_formatter(&|y| format!("{y}"))
        .light_line_style(WHITE)
        .draw()?;
    // What grows as a line does is parallel to this.
    let (x, y) = (sizes.0, times.0);
    let straight = [(x, y), (sizes.1, y * sizes.1 / x)];
    chart
        .draw_series(LineSeries::new(straight, BLACK.mix(0.35).stroke_width(1)))?
        .label("twice the size, twice the time")
        .legend(|(x, y)| PathElement::new([(x, y), (x + 20, y)], BLACK.mix(0.35).stroke_width(1)));
    for (k, (family, curve)) in curves.iter().enumerate() {
        let colour = Palette99::pick(k).mix(1.0);
        let points = || curve.iter().map(|(n, t)| (*n as f64, 1e3 * t));
        chart
            .draw_series(LineSeries::new(points(), colour.stroke_width(2)))?
            .label(family.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], colour.stroke_width(2)));
        chart.draw_series(points().map(|p| Circle::new(p, 3, colour.filled())))?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .background_style(WHITE.mix(0.85))
        .border_style(BLACK.mix(0.3))
        .draw()?;
    root.present()?;
    Ok(())
}
