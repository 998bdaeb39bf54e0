//! The picture of the training curve: loss above, accuracy below, over the epochs.

use super::training::Epoch;
use plotters::prelude::*;
use std::error::Error;
use std::ops::Range;
use std::path::Path;

const SIZE: (u32, u32) = (800, 640);
const TRAIN: RGBColor = RGBColor(31, 119, 180);
const TEST: RGBColor = RGBColor(214, 96, 32);

/// Draws the curve as an SVG picture.
pub fn draw(history: &[Epoch], picture: &Path) -> Result<(), Box<dyn Error>> {
    if let Some(folder) = picture.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let root = SVGBackend::new(picture, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let (top, bottom) = root.split_vertically(SIZE.1 / 2);
    panel(&top, "mean loss", history, |e| (e.train_loss, e.test_loss), |_, highest| 0.0..1.05 * highest)?;
    let percents = |e: &Epoch| (100.0 * e.train_accuracy, 100.0 * e.test_accuracy);
    panel(&bottom, "accuracy in %", history, percents, |lowest, _| (lowest - 1.0).floor()..100.0)?;
    root.present()?;
    Ok(())
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn panel(
    area: &Area,
    title: &str,
    history: &[Epoch],
    of: impl Fn(&Epoch) -> (f64, f64),
    range: impl Fn(f64, f64) -> Range<f64>,
) -> Result<(), Box<dyn Error>> {
    let all = history.iter().flat_map(|e| [of(e).0, of(e).1]);
    let (lowest, highest) = all.fold((f64::MAX, f64::MIN), |(low, high), y| (low.min(y), high.max(y)));
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 20))
        .margin(12)
        .x_label_area_size(36)
        .y_label_area_size(48)
        .build_cartesian_2d(1.0..history.len().max(2) as f64, range(lowest, highest))?;
    chart
        .configure_mesh()
        .x_desc("epoch")
        .x_label_formatter(&|x| format!("{x:.0}"))
        .light_line_style(WHITE)
        .draw()?;
    let series = [("to learn from", TRAIN, false), ("held back", TEST, true)];
    for (name, colour, second) in series {
        let value = |e: &Epoch| if second { of(e).1 } else { of(e).0 };
        let points = history.iter().enumerate().map(|(n, e)| ((n + 1) as f64, value(e)));
        chart
            .draw_series(LineSeries::new(points, colour.stroke_width(2)))?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], colour.stroke_width(2)));
    }
    chart.configure_series_labels().background_style(WHITE.mix(0.8)).border_style(BLACK.mix(0.3)).draw()?;
    Ok(())
}
