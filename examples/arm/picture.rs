//! The picture of the arm on its way to each target.

use crate::Arm;
use crate::vector::Vec2;
use plotters::prelude::*;
use std::error::Error;
use std::path::Path;

const SIZE: (u32, u32) = (720, 560);
const COLOURS: [RGBColor; 3] = [RGBColor(31, 119, 180), RGBColor(214, 96, 32), RGBColor(44, 140, 60)];
/// Poses drawn of each way.
const POSES: usize = 8;

/// Draws some poses of each way, the later the darker, with the way's target.
pub fn draw(ways: &[(Vec<Arm>, Vec2)], picture: &Path) -> Result<(), Box<dyn Error>> {
    if let Some(folder) = picture.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let root = SVGBackend::new(picture, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    // As many units as pixels in both directions, so that lengths look alike.
    let mut chart = ChartBuilder::on(&root)
        .caption("a two-link arm reaches its targets", ("sans-serif", 20))
        .margin(20)
        .build_cartesian_2d(-1.4..2.0, -0.6..1.9)?;
    chart.draw_series([PathElement::new([(-1.4, 0.0), (2.0, 0.0)], BLACK.mix(0.2))])?;
    for ((poses, target), colour) in ways.iter().zip(COLOURS) {
        let last = poses.len() - 1;
        for k in 0..=POSES {
            // The first steps are the longest: more poses of the beginning.
            let share = (k as f64 / POSES as f64).powi(3);
            let arm = &poses[(share * last as f64).round() as usize];
            let (elbow, hand) = (arm.elbow(), arm.hand());
            let darkness = if k == POSES { 1.0 } else { 0.12 + 0.4 * k as f64 / POSES as f64 };
            let style = colour.mix(darkness).stroke_width(if k == POSES { 4 } else { 2 });
            let points = [(0.0, 0.0), (elbow.x, elbow.y), (hand.x, hand.y)];
            chart.draw_series(LineSeries::new(points, style))?;
            chart.draw_series(
                points[1..2].iter().map(|at| Circle::new(*at, 4, colour.mix(darkness).filled())),
            )?;
        }
        chart.draw_series([Cross::new((target.x, target.y), 9, BLACK.stroke_width(2))])?;
    }
    chart.draw_series([Circle::new((0.0, 0.0), 7, BLACK.filled())])?;
    root.present()?;
    Ok(())
}
