//! Pictures of ratios: bars on a logarithmic scale, from one to what a ratio is. The ground is white on any page.

use crate::contestants::NAMES;
use crate::table::rounded;
use crate::time::Measured;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use serde::Deserialize;
use std::error::Error;
use std::fs::File;
use std::path::Path;

const FASTER: RGBColor = RGBColor(0, 114, 178);
const SLOWER: RGBColor = RGBColor(213, 94, 0);
const WIDTH: u32 = 900;
const ROW: u32 = 17;

/// A line of the picture: a heading, or a bar.
struct Line {
    label: String,
    ratio: Option<f64>,
}

/// What a picture says besides its bars.
struct Said<'a> {
    title: &'a str,
    axis: &'a str,
    /// Ratios that are marked by a line.
    marks: &'a [f64],
}

fn draw(lines: &[Line], said: &Said, picture: &Path) -> Result<(), Box<dyn Error>> {
    if let Some(folder) = picture.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let n = lines.len();
    let root = SVGBackend::new(picture, (WIDTH, ROW * n as u32 + 110)).into_drawing_area();
    root.fill(&WHITE)?;
    let ratios = || lines.iter().filter_map(|l| l.ratio).chain(said.marks.iter().copied());
    // Room for what stands beside the bars.
    let (low, high) = (ratios().fold(1.0, f64::min) / 3.0, ratios().fold(1.0, f64::max) * 2.5);
    // The first line is at the top.
    let place = |line: usize| SegmentValue::CenterOf(n - 1 - line);
    let mut chart = ChartBuilder::on(&root)
        .caption(said.title, ("sans-serif", 18))
        .margin(10)
        .x_label_area_size(42)
        .y_label_area_size(250)
        .build_cartesian_2d((low..high).log_scale(), (0..n).into_segmented())?;
    let label = |place: &SegmentValue<usize>| match place {
        SegmentValue::CenterOf(i) if *i < n => lines[n - 1 - i].label.clone(),
        _ => String::new(),
    };
    chart
        .configure_mesh()
        .disable_y_mesh()
        .light_line_style(WHITE)
        .bold_line_style(BLACK.mix(0.15))
        .y_labels(n)
        .y_label_formatter(&label)
        .y_label_style(("sans-serif", 12))
        .x_label_formatter(&|x| format!("{x}×"))
        .x_label_style(("sans-serif", 12))
        .x_desc(said.axis)
        .draw()?;
    for (i, ratio) in lines.iter().enumerate().filter_map(|(i, line)| Some((i, line.ratio?))) {
        let slower = ratio > 1.0;
        let mut bar = Rectangle::new(
            [(1.0, SegmentValue::Exact(n - 1 - i)), (ratio, SegmentValue::Exact(n - i))],
            if slower { SLOWER.filled() } else { FASTER.filled() },
        );
        bar.set_margin(2, 2, 0, 0);
        let side = if slower { HPos::Left } else { HPos::Right };
        let style = ("sans-serif", 12).into_font().color(&BLACK).pos(Pos::new(side, VPos::Center));
        let gap = if slower { 1.06 } else { 1.0 / 1.06 };
        chart.draw_series([bar])?;
        chart.draw_series([Text::new(format!("{}×", rounded(ratio)), (ratio * gap, place(i)), style)])?;
    }
    for mark in said.marks {
        let line = [(*mark, SegmentValue::Exact(0)), (*mark, SegmentValue::Exact(n))];
        chart.draw_series([PathElement::new(line, BLACK.stroke_width(1))])?;
    }
    root.present()?;
    Ok(())
}

/// How many times as long the others take as `backprop` does.
pub fn rivals(measured: &[Measured], picture: &Path) -> Result<(), Box<dyn Error>> {
    let mut lines = Vec::new();
    for m in measured {
        lines.push(Line { label: m.name.clone(), ratio: None });
        for (who, name) in NAMES.iter().enumerate().skip(1) {
            if let Some(ratio) = m.ratio(who) {
                lines.push(Line { label: (*name).to_string(), ratio: Some(ratio) });
            }
        }
    }
    let said = Said {
        title: "Time of a gradient, over that of backprop",
        axis: "times as long (logarithmic)",
        marks: &[1.0],
    };
    draw(&lines, &said, picture)
}

/// What `compare.py` says of a derivative.
#[derive(Deserialize)]
struct Row {
    eval: String,
    size: String,
    ratio: Option<f64>,
}

/// The times of GradBench's derivatives, over those of the ones that were written by hand.
pub fn gradbench(times: &Path, target: f64, picture: &Path) -> Result<(), Box<dyn Error>> {
    let rows: Vec<Row> = serde_json::from_reader(File::open(times)?)?;
    let mut lines: Vec<Line> = Vec::new();
    let mut last = String::new();
    for row in &rows {
        let Some(ratio) = row.ratio else { continue };
        if row.eval != last {
            last.clone_from(&row.eval);
            lines.push(Line { label: row.eval.clone(), ratio: None });
        }
        lines.push(Line { label: row.size.clone(), ratio: Some(ratio) });
    }
    let said = Said {
        title: "GradBench: time of a derivative, over that of the hand-written C++",
        axis: "times as long (logarithmic)",
        marks: &[1.0, target],
    };
    draw(&lines, &said, picture)
}
