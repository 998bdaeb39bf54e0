//! The picture of what the samples say of each school.

use plotters::prelude::*;
use std::error::Error;
use std::path::Path;

const SIZE: (u32, u32) = (860, 420);
const RANGE: (f64, f64) = (-15.0, 30.0);
const BINS: usize = 90;

/// Draws a curve of each school's samples, one above the other, with what was measured as a dot.
pub fn draw(schools: &[Vec<f64>], measured: &[f64], picture: &Path) -> Result<(), Box<dyn Error>> {
    if let Some(folder) = picture.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let root = SVGBackend::new(picture, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .caption("what coaching helps in each of eight schools (dots: as measured)", ("sans-serif", 18))
        .margin(12)
        .x_label_area_size(38)
        .y_label_area_size(48)
        .build_cartesian_2d(RANGE.0..RANGE.1, 0.3..9.2)?;
    chart
        .configure_mesh()
        .disable_y_mesh()
        .light_line_style(WHITE)
        .y_labels(9)
        .y_label_formatter(&|y| if *y >= 1.0 && *y <= 8.0 { format!("{y:.0}") } else { String::new() })
        .x_desc("points in the test")
        .y_desc("school")
        .draw()?;
    let width = (RANGE.1 - RANGE.0) / BINS as f64;
    for (i, school) in schools.iter().enumerate() {
        let mut counts = [0.0; BINS];
        for v in school {
            let bin = (v - RANGE.0) / width;
            if bin >= 0.0 && bin < BINS as f64 {
                counts[bin as usize] += 1.0;
            }
        }
        let line = (i + 1) as f64;
        let height = |count: f64| line + 9.0 * count / (school.len() as f64 * width);
        let points = counts.iter().enumerate().map(|(k, c)| (RANGE.0 + (k as f64 + 0.5) * width, height(*c)));
        chart.draw_series(
            AreaSeries::new(points, line, RGBColor(31, 119, 180).mix(0.25))
                .border_style(RGBColor(31, 119, 180).stroke_width(2)),
        )?;
        chart.draw_series([Circle::new((measured[i], line), 4, RGBColor(214, 96, 32).filled())])?;
    }
    root.present()?;
    Ok(())
}
