//! Reads the images, and is strict about it: a damaged line is an error that names the line.

use std::path::Path;

/// Rows and columns of an image.
pub const SIDE: usize = 8;
/// Pixels of an image.
pub const PIXELS: usize = SIDE * SIDE;
/// Pixels from 0 to 1, row by row.
pub type Image = [[f64; SIDE]; SIDE];
/// Digits there are.
pub const CLASSES: usize = 10;
/// The darkest pixel.
const DARKEST: u8 = 16;

/// Images with the digit that each one shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Images {
    images: Vec<Image>,
    /// A digit for each image.
    digits: Vec<usize>,
}

impl Images {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.images.len()
    }

    /// Each image with its digit.
    pub fn iter(&self) -> impl Iterator<Item = (&Image, usize)> {
        self.images.iter().zip(self.digits.iter().copied())
    }

    /// The first `n` of them.
    pub fn first(&self, n: usize) -> Images {
        self.pick(0..n.min(self.len()))
    }

    /// Those with these numbers.
    pub fn pick(&self, numbers: impl IntoIterator<Item = usize>) -> Images {
        let mut out = Images::default();
        out.refill(self, numbers);
        out
    }

    /// Becomes those of `all` with these numbers; what is held already is used again.
    pub fn refill(&mut self, all: &Images, numbers: impl IntoIterator<Item = usize>) {
        self.images.clear();
        self.digits.clear();
        for n in numbers {
            self.images.push(all.images[n]);
            self.digits.push(all.digits[n]);
        }
    }

    /// The same, with every pixel made lighter or darker at random by up to `amount`: a network that has never
    /// seen an image twice can't learn it by heart.
    pub fn disturb(&mut self, amount: f64, random: &mut fastrand::Rng) {
        for pixel in self.images.as_flattened_mut().as_flattened_mut() {
            *pixel += amount * (2.0 * random.f64() - 1.0);
        }
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
    let value = |column: usize, what: &str, largest: u8| {
        let field = &record[column];
        let value = field.trim().parse::<u8>().ok().filter(|value| *value <= largest);
        value.ok_or_else(|| format!("column {}: {field:?} is not a {what} (0 to {largest})", column + 1))
    };
    let mut image = [[0.0; SIDE]; SIDE];
    for (column, pixel) in image.as_flattened_mut().iter_mut().enumerate() {
        *pixel = f64::from(value(column, "pixel", DARKEST)?) / f64::from(DARKEST);
    }
    let digit = value(PIXELS, "digit", CLASSES as u8 - 1)?;
    images.images.push(image);
    images.digits.push(usize::from(digit));
    Ok(())
}
