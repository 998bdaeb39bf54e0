//! Reads the images, and is strict about it: a damaged line is an error that names the line.

use std::path::Path;

/// Pixels of an image, row by row.
pub const PIXELS: usize = 64;
/// Digits there are.
pub const CLASSES: usize = 10;
/// The darkest pixel.
const DARKEST: u8 = 16;

/// Images with the digit that each one shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Images {
    /// `PIXELS` floats from 0 to 1 for each image.
    pub pixels: Vec<f64>,
    /// A digit for each image.
    pub labels: Vec<usize>,
}

impl Images {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// The first `n` of them.
    pub fn first(&self, n: usize) -> Images {
        self.pick(0..n.min(self.len()))
    }

    /// Those with these numbers.
    pub fn pick(&self, numbers: impl IntoIterator<Item = usize>) -> Images {
        let mut out = Images::default();
        for n in numbers {
            out.pixels.extend_from_slice(&self.pixels[n * PIXELS..][..PIXELS]);
            out.labels.push(self.labels[n]);
        }
        out
    }

    /// The same, with every pixel made lighter or darker at random by up to `amount`: a network that has never
    /// seen an image twice can't learn it by heart.
    pub fn with_noise(mut self, amount: f64, random: &mut fastrand::Rng) -> Images {
        for pixel in &mut self.pixels {
            *pixel += amount * (2.0 * random.f64() - 1.0);
        }
        self
    }

    /// Deals them at random into a `share` and the rest.
    pub fn split(&self, share: f64, random: &mut fastrand::Rng) -> (Images, Images) {
        let mut numbers: Vec<usize> = (0..self.len()).collect();
        random.shuffle(&mut numbers);
        let rest = numbers.split_off((share * self.len() as f64) as usize);
        (self.pick(numbers), self.pick(rest))
    }
}

/// Reads a file of images: on each line 64 pixels from 0 to 16 and the digit, separated by commas.
pub fn read(file: &Path) -> Result<Images, String> {
    let name = file.display();
    let reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(file).map_err(|error| {
            format!("cannot read {name}: {error}\nThe data file is part of the repository: data/digits.csv.")
        })?;
    let mut images = Images::default();
    for (number, record) in reader.into_records().enumerate() {
        let record = record.map_err(|error| error.to_string());
        record
            .and_then(|record| add(&mut images, &record))
            .map_err(|problem| format!("{name} is damaged in line {}: {problem}", number + 1))?;
    }
    match images.len() {
        0..10 => Err(format!("{name} is damaged: {} images are too few to learn from", images.len())),
        _ => Ok(images),
    }
}

fn add(images: &mut Images, record: &csv::StringRecord) -> Result<(), String> {
    if record.len() != PIXELS + 1 {
        return Err(format!("{} values instead of {}", record.len(), PIXELS + 1));
    }
    for (column, field) in record.iter().enumerate() {
        let (what, largest) = if column < PIXELS { ("pixel", DARKEST) } else { ("digit", CLASSES as u8 - 1) };
        let value = field.trim().parse::<u8>().ok().filter(|value| *value <= largest);
        let value = value
            .ok_or_else(|| format!("column {}: {field:?} is not a {what} (0 to {largest})", column + 1))?;
        if column < PIXELS {
            images.pixels.push(f64::from(value) / f64::from(DARKEST));
        } else {
            images.labels.push(usize::from(value));
        }
    }
    Ok(())
}
