//! The picture of the Greeks over the spot price.

use crate::Greeks;
use plotters::prelude::*;
use std::error::Error;
use std::path::Path;

const SIZE: (u32, u32) = (960, 560);

/// Draws a small chart of each.
pub fn draw(curves: &[(f64, Greeks)], picture: &Path) -> Result<(), Box<dyn Error>> {
    if let Some(folder) = picture.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let root = SVGBackend::new(picture, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let areas = root.split_evenly((2, 3));
    let (first, last) = (curves[0].0, curves[curves.len() - 1].0);
    for (k, area) in areas.iter().enumerate() {
        let points: Vec<(f64, f64)> = curves.iter().map(|(spot, g)| (*spot, g.all()[k].1)).collect();
        let name = curves[0].1.all()[k].0;
        let (low, high) =
            points.iter().fold((f64::MAX, f64::MIN), |(low, high), (_, y)| (low.min(*y), high.max(*y)));
        let margin = 0.08 * (high - low);
        let mut chart = ChartBuilder::on(area)
            .caption(name, ("sans-serif", 18))
            .margin(12)
            .x_label_area_size(38)
            .y_label_area_size(48)
            .build_cartesian_2d(first..last, low - margin..high + margin)?;
        chart.configure_mesh().x_labels(5).y_labels(5).light_line_style(WHITE).x_desc("spot price").draw()?;
        chart.draw_series(LineSeries::new(points, RGBColor(31, 119, 180).stroke_width(2)))?;
    }
    root.present()?;
    Ok(())
}
