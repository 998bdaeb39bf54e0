//! The picture of the pendulum's angle, as measured and as simulated.

use plotters::prelude::*;
use std::error::Error;
use std::path::Path;

const SIZE: (u32, u32) = (900, 420);

/// Draws the measurements as dots, and each simulation as a line, the last one thick.
pub fn draw(ways: &[Vec<f64>], measured: &[f64], every: f64, picture: &Path) -> Result<(), Box<dyn Error>> {
    if let Some(folder) = picture.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let root = SVGBackend::new(picture, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let all = ways.iter().flatten().chain(measured);
    let (low, high) = all.fold((f64::MAX, f64::MIN), |(low, high), a| (low.min(*a), high.max(*a)));
    let end = every * measured.len() as f64;
    let mut chart = ChartBuilder::on(&root)
        .caption(
            "a pendulum, as measured (dots), and as fitted from a first guess (thin) on",
            ("sans-serif", 18),
        )
        .margin(12)
        .x_label_area_size(36)
        .y_label_area_size(48)
        .build_cartesian_2d(0.0..end, low - 0.1..high + 0.1)?;
    chart.configure_mesh().light_line_style(WHITE).x_desc("seconds").y_desc("angle").draw()?;
    let at = |i: usize| every * i as f64;
    for (k, way) in ways.iter().enumerate() {
        let last = k + 1 == ways.len();
        let colour = RGBColor(31, 119, 180).mix(if last { 1.0 } else { 0.5 });
        let points = way.iter().enumerate().map(|(i, a)| (at(i), *a));
        chart.draw_series(LineSeries::new(points, colour.stroke_width(if last { 3 } else { 1 })))?;
    }
    let dots =
        measured.iter().enumerate().map(|(i, a)| Circle::new((at(i), *a), 3, RGBColor(214, 96, 32).filled()));
    chart.draw_series(dots)?;
    root.present()?;
    Ok(())
}
